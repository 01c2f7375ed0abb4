/**
 * Reads units, chunk by chunk, into columns of its own: one reader per thread. merge.ts puts the readers' columns
 * together in file order.
 *
 * A unit that cannot be read to its end leaves a row that says so and no entries: what came before the damage was
 * resolved against a table that is not whole, and half a unit would count as an answer.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { ParseError, type ParseErrorDetails } from '../errors.ts';
import { AbbrevTable } from './abbrev.ts';
import { AttributeValues, type UnitBytes } from './attribute-values.ts';
import { TAG } from './constants.ts';
import { DieCursor } from './die-cursor.ts';
import { ForeignRefs } from './foreign-refs.ts';
import type { ForeignColumns, UnitState } from './function-entries.ts';
import { FunctionRows } from './function-rows.ts';
import { NameSource } from './name-source.ts';
import { recodeUnit } from './recode.ts';
import type { LoadedSections, SectionOpener } from './sections.ts';
import { describeUnit, HeaderProblem, readUnitHeader } from './unit-header.ts';
import { listUnits } from './unit-list.ts';
import { UnitWalk } from './walk.ts';

/** Bytes that are read at once where units are smaller: few calls, and still in the cache when they are parsed. */
export const chunkBytes = 1 << 20;

/** One unit as read; its entries are the rows from the end of the unit before to `entryEnd`. */
export interface UnitRow {
  readonly offset: number;
  readonly size: number;
  readonly version: number;
  readonly rootTag: number;
  readonly language: number;
  readonly name: number;
  readonly state: UnitState;
  readonly problem: ParseErrorDetails | undefined;
  readonly entryEnd: number;
}

/** Which chunk a reader took, and where it put it. */
export interface ChunkRows {
  readonly chunk: number;
  readonly units: readonly UnitRow[];
  readonly firstEntry: number;
  readonly entryEnd: number;
  readonly firstParam: number;
  readonly paramEnd: number;
}

/** All that one reader has read; plain data, so that a thread can send it. */
export interface ReaderShare {
  readonly chunks: readonly ChunkRows[];
  readonly entries: FunctionRows['entries'];
  readonly params: Pick<FunctionRows['params'], 'name' | 'type'>;
  readonly foreign: ForeignColumns;
  readonly inlineNames: Uint8Array;
}

/** A unit that stands in `bytes` at `start`. */
interface UnitPlace {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly offset: number;
  readonly size: number;
}

interface UnitFacts {
  readonly version: number;
  readonly rootTag: number;
  readonly language: number;
  readonly name: number;
  readonly state: UnitState;
  readonly problem: ParseErrorDetails | undefined;
}

const nothingKnown = { version: 0, rootTag: 0, language: 0, name: 0 } as const;

export class UnitReader {
  readonly #sections: LoadedSections;
  readonly #info: ByteSource;
  readonly #types: ByteSource | undefined;
  readonly #abbrevs: AbbrevTable;
  readonly #names: NameSource;
  readonly #foreign = new ForeignRefs();
  readonly #rows = new FunctionRows();
  readonly #cursor: DieCursor;
  readonly #walk: UnitWalk;
  readonly #chunks: ChunkRows[] = [];

  constructor(sections: LoadedSections, opener: SectionOpener) {
    this.#sections = sections;
    this.#info = opener.open(sections.info, '.debug_info');
    this.#types = sections.types && opener.open(sections.types, '.debug_types');
    this.#abbrevs = new AbbrevTable(sections.abbrev);
    this.#names = new NameSource({
      littleEndian: sections.littleEndian,
      str: sections.str,
      lineStr: sections.lineStr,
      strOffsets: sections.strOffsets && opener.open(sections.strOffsets, '.debug_str_offsets'),
      addr: sections.addr && opener.open(sections.addr, '.debug_addr'),
    });
    this.#cursor = new DieCursor(new AttributeValues(sections.littleEndian, this.#names, this.#foreign));
    this.#walk = new UnitWalk(this.#abbrevs, this.#cursor, this.#rows);
  }

  /** Read neighbouring units of .debug_info. */
  readUnits(chunk: number, offsets: Float64Array, sizes: Float64Array): void {
    this.#chunk(chunk, () => {
      const rows: UnitRow[] = [];
      this.#eachUnit(this.#info, '.debug_info', offsets, sizes, (place, failure) => {
        const facts = failure ?? this.#unit(place, '.debug_info', 0);
        rows.push({ offset: place.offset, size: place.size, ...facts, entryEnd: this.#rows.count });
      });
      return rows;
    });
  }

  /** Read all of .debug_types as the one pseudo-unit that pahole makes of it. */
  readTypes(chunk: number): void {
    const source = this.#types;
    if (source === undefined) return;
    this.#chunk(chunk, () => {
      const list = listUnits(source, this.#sections.littleEndian, '.debug_types');
      const [firstEntry, firstParam, foreign] = [this.#rows.count, this.#rows.paramCount, this.#foreign.count];
      let facts: UnitFacts | undefined;
      this.#rows.startUnit();
      this.#eachUnit(source, '.debug_types', list.offset, list.size, (place, failure) => {
        if (facts?.state === 'damaged' || facts?.state === 'unsupported-root') return;
        const one = failure ?? this.#unit(place, '.debug_types', place.offset);
        const worse = one.state !== 'ok' && one.state !== 'partial';
        if (facts === undefined || worse) facts = one;
      });
      if (list.rest !== undefined) facts = { ...nothingKnown, state: 'damaged', problem: list.rest.problem };
      facts ??= { ...nothingKnown, state: 'ok', problem: undefined };
      if (facts.state === 'damaged' || facts.state === 'unsupported-root') {
        this.#rows.truncate(firstEntry, firstParam);
        this.#foreign.truncate(foreign);
      } else recodeUnit(this.#rows, firstEntry, firstParam);
      const state = facts.state === 'partial' ? 'ok' : facts.state;
      return [{ offset: 0, size: source.size, ...facts, name: 0, state, entryEnd: this.#rows.count }];
    });
  }

  /** What was read so far, with the columns cut to their length; the reader is not used after it. */
  share(): ReaderShare {
    const { entries, params, count, paramCount } = this.#rows;
    const cut = (column: Uint32Array) => column.subarray(0, count);
    return {
      chunks: this.#chunks,
      entries: {
        die: cut(entries.die),
        flags: cut(entries.flags),
        name: cut(entries.name),
        type: cut(entries.type),
        origin: cut(entries.origin),
        specification: new Uint32Array(0),
        number: new Uint32Array(0),
        lowPcHi: cut(entries.lowPcHi),
        lowPcLo: cut(entries.lowPcLo),
        paramEnd: cut(entries.paramEnd),
      },
      params: { name: params.name.subarray(0, paramCount), type: params.type.subarray(0, paramCount) },
      foreign: this.#foreign.columns(),
      inlineNames: this.#names.pool(),
    };
  }

  #chunk(chunk: number, read: () => UnitRow[]): void {
    const firstEntry = this.#rows.count;
    const firstParam = this.#rows.paramCount;
    const units = read();
    const [entryEnd, paramEnd] = [this.#rows.count, this.#rows.paramCount];
    this.#chunks.push({ chunk, units, firstEntry, entryEnd, firstParam, paramEnd });
  }

  /** Fetch units in runs of about {@link chunkBytes} and hand each to `take`, with what is wrong if they cannot be read. */
  #eachUnit(
    source: ByteSource,
    section: string,
    offsets: Float64Array,
    sizes: Float64Array,
    take: (place: UnitPlace, failure: UnitFacts | undefined) => void,
  ): void {
    for (let unit = 0; unit < offsets.length; ) {
      const first = offsets[unit] as number;
      let length = sizes[unit] as number;
      let end = unit + 1;
      while (end < offsets.length && length + (sizes[end] as number) <= chunkBytes) length += sizes[end++] as number;
      let bytes: Uint8Array = new Uint8Array(0);
      let failure: UnitFacts | undefined;
      try {
        bytes = source.read(first, length, section);
      } catch (error) {
        failure = damaged(error);
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (; unit < end; unit++) {
        const offset = offsets[unit] as number;
        take({ bytes, view, start: offset - first, offset, size: sizes[unit] as number }, failure);
      }
    }
  }

  /** Read one unit; its entries are appended unless it is damaged. */
  #unit(place: UnitPlace, section: UnitBytes['section'], base: number): UnitFacts {
    const rows = this.#rows;
    const [firstEntry, firstParam, foreign] = [rows.count, rows.paramCount, this.#foreign.count];
    const { littleEndian } = this.#sections;
    const { view, start, offset, size } = place;
    const source = section === '.debug_info' ? this.#info : this.#types;
    const fileOffset = (at: number) => source?.fileOffset(at);
    const types = section === '.debug_types';
    let known: Omit<UnitFacts, 'state' | 'problem'> = nothingKnown;
    try {
      const header = readUnitHeader(view, start, start + size, littleEndian, types);
      known = { ...nothingKnown, version: header.version };
      const { bytes } = place;
      const end = start + size;
      const unit: UnitBytes = { header, bytes, view, start, end, offset, base, section, fileOffset };
      this.#abbrevs.load(header.abbrevOffset, header);
      this.#cursor.enter(unit);
      const root = this.#walk.root(unit);
      known = { version: header.version, rootTag: root.tag, language: root.language, name: root.name };
      if (root.tag === TAG.partial_unit) return { ...known, state: 'partial', problem: undefined };
      if (root.tag !== TAG.compile_unit && root.tag !== TAG.type_unit) {
        return { ...known, state: 'unsupported-root', problem: undefined };
      }
      if (!types) rows.startUnit();
      if (root.hasChildren) this.#walk.children(unit);
      if (!types) recodeUnit(rows, firstEntry, firstParam);
      const imported = this.#walk.importedUnit;
      if (imported === 0) return { ...known, state: 'ok', problem: undefined };
      const problem = this.#cursor.values.problem('unsupported', imported, 'it is a DW_TAG_imported_unit');
      return { ...known, state: 'imports-unit', problem: detailsOf(problem) };
    } catch (error) {
      rows.truncate(firstEntry, firstParam);
      this.#foreign.truncate(foreign);
      if (error instanceof HeaderProblem) {
        const structure = describeUnit(section, offset);
        const problem = { code: error.code, structure, offset: fileOffset(offset), problem: error.message };
        return { ...known, state: 'damaged', problem };
      }
      return { ...damaged(error), ...known };
    }
  }
}

/** A damaged unit of which nothing is known but the error; what is not a ParseError is a bug and passes. */
function damaged(error: unknown): UnitFacts {
  if (!(error instanceof ParseError)) throw error;
  return { ...nothingKnown, state: 'damaged', problem: detailsOf(error) };
}

/** The plain data of an error: an Error loses its fields on the way between threads. */
function detailsOf(error: ParseError): ParseErrorDetails {
  const { code, structure, offset, problem, advice } = error;
  return { code, structure, offset, problem, advice };
}
