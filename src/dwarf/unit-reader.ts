/**
 * Reads units, chunk by chunk, into columns of its own: one reader per thread. merge.ts puts the readers' columns
 * together in file order.
 *
 * A unit that cannot be read to its end leaves a row that says so and no entries: what came before the damage was
 * resolved against a table that is not whole, and half a unit would count as an answer.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { printableName } from '../bytes/printable.ts';
import { ParseError, type ParseErrorDetails } from '../errors.ts';
import { AbbrevTable } from './abbrev.ts';
import { AttributeValues, type UnitBytes } from './attribute-values.ts';
import type { CompiledRows } from './compiled-memory.ts';
import { CompiledUnits } from './compiled-units.ts';
import { TAG } from './constants.ts';
import { DieCursor } from './die-cursor.ts';
import { ForeignRefs } from './foreign-refs.ts';
import type { ForeignColumns, UnitState } from './function-entries.ts';
import { FunctionRows, type RowTable } from './function-rows.ts';
import { NameSource } from './name-source.ts';
import { recodeUnit } from './recode.ts';
import { RowRoom } from './row-room.ts';
import type { LoadedSections, SectionOpener } from './sections.ts';
import { TableBudget, tablesProblem } from './table-budget.ts';
import { describeUnit, HeaderProblem, readUnitHeader } from './unit-header.ts';
import { readRun, runBytes, type UnitRun } from './unit-runs.ts';
import { UnitWalk } from './walk.ts';

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

/** A chunk that a reader took, or the part of it that went to one of its tables, and where it put it. */
export interface ChunkRows {
  readonly chunk: number;
  /** Whether the rows are those of the compiled reader. */
  readonly compiled: boolean;
  readonly units: readonly UnitRow[];
  readonly firstEntry: number;
  readonly entryEnd: number;
  readonly firstParam: number;
  readonly paramEnd: number;
}

/** All that one reader has read; plain data, so that a thread can send it. */
export interface ReaderShare {
  /** In the order of the chunks, and within one in that of the file. */
  readonly chunks: readonly ChunkRows[];
  readonly table: RowTable;
  /** What the compiled reader has, which is in memory that everyone sees. */
  readonly compiled: CompiledRows | undefined;
  readonly foreign: ForeignColumns;
  /** DW_TAG_* that the tables of its units declare. */
  readonly tags: readonly number[];
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

const namesProblem =
  'names of its unit are in a supplementary file (.gnu_debugaltlink, .debug_sup), which is not read: they count as missing';

const nothingKnown = { version: 0, rootTag: 0, language: 0, name: 0 } as const;

export class UnitReader {
  readonly #sections: LoadedSections;
  /** .debug_info */
  readonly info: ByteSource;
  readonly #types: ByteSource | undefined;
  readonly #abbrevs: AbbrevTable;
  readonly #tables = new TableBudget();
  readonly #names: NameSource;
  readonly #foreign = new ForeignRefs();
  readonly #rows: FunctionRows;
  readonly #cursor: DieCursor;
  readonly #walk: UnitWalk;
  readonly #chunks: ChunkRows[] = [];
  /** How many rows of each table the chunks so far have. */
  readonly #since = { own: { entries: 0, params: 0 }, compiled: { entries: 0, params: 0 } };
  readonly #compiled: CompiledUnits | undefined;
  /** Where the bytes of the next run are to be put. */
  readonly run: Uint8Array;

  /** @param thread the number of the thread, its own among those that share `sections` */
  constructor(sections: LoadedSections, opener: SectionOpener, thread: number) {
    this.#sections = sections;
    this.#rows = new FunctionRows(new RowRoom(sections.room));
    this.info = opener.open(sections.info, '.debug_info');
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
    const { compiled, littleEndian } = sections;
    if (compiled !== undefined && littleEndian && thread < compiled.threads) {
      this.#compiled = new CompiledUnits(compiled, thread, sections, this.#names);
    }
    this.run = this.#compiled?.run ?? new Uint8Array(Math.min(runBytes, this.info.size));
  }

  /** Read neighbouring units of .debug_info. */
  readUnits(chunk: number, run: UnitRun): void {
    const quick = this.#compiled?.load(run.bytes) ? this.#compiled : undefined;
    this.#tables.startRun(run.bytes.length);
    let compiled = false;
    let units: UnitRow[] = [];
    const turnTo = (other: boolean) => {
      if (compiled === other) return;
      this.#add(chunk, compiled, units);
      compiled = other;
      units = [];
    };
    for (const place of placesOf(run)) {
      const { offset, size } = place;
      const facts = quick && this.#quickUnit(quick, place);
      if (facts !== undefined) {
        turnTo(true);
        units.push({ offset, size, ...facts, entryEnd: quick?.entryCount ?? 0 });
      } else {
        turnTo(false);
        units.push({ offset, size, ...this.#unit(place, '.debug_info', 0), entryEnd: this.#rows.count });
      }
    }
    if (run.rest !== undefined) {
      const { offset, size, problem } = run.rest;
      turnTo(false);
      units.push({ offset, size, ...nothingKnown, state: 'damaged', problem, entryEnd: this.#rows.count });
    }
    this.#add(chunk, compiled, units);
  }

  /** Read a unit by the compiled reader. @returns undefined when it is not one for that */
  #quickUnit(quick: CompiledUnits, { view, start, size }: UnitPlace): UnitFacts | undefined {
    try {
      const header = readUnitHeader(view, start, start + size, true, false);
      if (this.#tables.refuses(header)) return undefined;
      const root = quick.read(header, start, start + size);
      if (root === undefined) return undefined;
      this.#tables.take(header, quick.tableSize);
      return { version: header.version, rootTag: TAG.compile_unit, ...root, state: 'ok', problem: undefined };
    } catch (error) {
      if (error instanceof HeaderProblem) return undefined;
      throw error;
    }
  }

  /** Read all of .debug_types as the one pseudo-unit that pahole makes of it. */
  readTypes(chunk: number): void {
    const source = this.#types;
    if (source === undefined) return;
    const [firstEntry, firstParam, foreign] = [this.#rows.count, this.#rows.paramCount, this.#foreign.count];
    this.#rows.startUnit();
    const facts = this.#typeUnits(source) ?? { ...nothingKnown, state: 'ok', problem: undefined };
    if (facts.state === 'damaged' || facts.state === 'unsupported-root') {
      this.#rows.truncate(firstEntry, firstParam);
      this.#foreign.truncate(foreign);
    } else recodeUnit(this.#rows, firstEntry, firstParam);
    const state = facts.state === 'partial' ? 'ok' : facts.state;
    const unit = { offset: 0, size: source.size, ...facts, name: 0, state, entryEnd: this.#rows.count };
    this.#add(chunk, false, [unit]);
  }

  /** Append the functions of all type units. @returns what is told of the first, or of the first that is not ok */
  #typeUnits(source: ByteSource): UnitFacts | undefined {
    let facts: UnitFacts | undefined;
    for (let offset = 0; offset < source.size; ) {
      const run = readRun(source, offset, this.#sections.littleEndian, '.debug_types');
      this.#tables.startRun(run.bytes.length);
      for (const place of placesOf(run)) {
        const one = this.#unit(place, '.debug_types', place.offset);
        if (one.state === 'damaged' || one.state === 'unsupported-root') return one;
        const tells = one.problem !== undefined && facts?.problem === undefined;
        if (facts === undefined || tells || one.state === 'imports-unit') facts = one;
      }
      if (run.rest !== undefined) return { ...nothingKnown, state: 'damaged', problem: run.rest.problem };
      offset = run.end;
    }
    return facts;
  }

  /** What was read so far, with the columns cut to their length; the reader is not used after it. */
  share(): ReaderShare {
    const { entries, params, count, paramCount } = this.#rows;
    const cut = (column: Uint32Array) => column.subarray(0, count);
    const tags = new Set<number>();
    this.#abbrevs.addTags(tags);
    this.#compiled?.addTags(tags);
    return {
      chunks: this.#chunks,
      table: {
        entries: {
          die: cut(entries.die),
          flags: cut(entries.flags),
          name: cut(entries.name),
          type: cut(entries.type),
          origin: cut(entries.origin),
          lowPcHi: cut(entries.lowPcHi),
          lowPcLo: cut(entries.lowPcLo),
          paramEnd: cut(entries.paramEnd),
        },
        params: { name: params.name.subarray(0, paramCount), type: params.type.subarray(0, paramCount) },
      },
      compiled: this.#compiled?.rows,
      foreign: this.#foreign.columns(),
      tags: [...tags],
      inlineNames: this.#names.pool(),
    };
  }

  /** Note the units of a chunk that went to one table: their rows are those since the last time. */
  #add(chunk: number, compiled: boolean, units: readonly UnitRow[]): void {
    if (units.length === 0) return;
    const since = compiled ? this.#since.compiled : this.#since.own;
    const { entryCount: entryEnd, paramCount: paramEnd } = (compiled ? this.#compiled : undefined) ?? {
      entryCount: this.#rows.count,
      paramCount: this.#rows.paramCount,
    };
    this.#chunks.push({
      chunk,
      compiled,
      units,
      firstEntry: since.entries,
      entryEnd,
      firstParam: since.params,
      paramEnd,
    });
    since.entries = entryEnd;
    since.params = paramEnd;
  }

  /** Read one unit; its entries are appended unless it is damaged. */
  #unit(place: UnitPlace, section: UnitBytes['section'], base: number): UnitFacts {
    const rows = this.#rows;
    const [firstEntry, firstParam, foreign] = [rows.count, rows.paramCount, this.#foreign.count];
    const { littleEndian } = this.#sections;
    const { view, start, offset, size } = place;
    const source = section === '.debug_info' ? this.info : this.#types;
    const fileOffset = (at: number) => source?.fileOffset(at);
    const types = section === '.debug_types';
    let known: Omit<UnitFacts, 'state' | 'problem'> = nothingKnown;
    try {
      const header = readUnitHeader(view, start, start + size, littleEndian, types);
      known = { ...nothingKnown, version: header.version };
      const { bytes } = place;
      const end = start + size;
      const unit: UnitBytes = { header, bytes, view, start, end, offset, base, section, fileOffset };
      if (this.#tables.refuses(header)) throw new HeaderProblem('unsupported', tablesProblem);
      this.#abbrevs.load(header.abbrevOffset, header);
      this.#tables.take(header, this.#abbrevs.size);
      this.#cursor.enter(unit);
      const root = this.#walk.root(unit);
      known = { version: header.version, rootTag: root.tag, language: root.language, name: root.name };
      const { values } = this.#cursor;
      if (root.dwoName !== 0) {
        const file = printableName(this.#names.text(root.dwoName));
        const at = start + header.headerSize;
        const split = values.problem('unsupported', at, `the DIEs of its unit are in '${file}', which is not read`);
        const state = root.tag === TAG.compile_unit ? 'ok' : 'unsupported-root';
        return { ...known, state, problem: detailsOf(split) };
      }
      if (root.tag === TAG.partial_unit) return { ...known, state: 'partial', problem: undefined };
      if (root.tag !== TAG.compile_unit && root.tag !== TAG.type_unit) {
        return { ...known, state: 'unsupported-root', problem: undefined };
      }
      if (!types) rows.startUnit();
      if (root.hasChildren) this.#walk.children(unit);
      if (!types) recodeUnit(rows, firstEntry, firstParam);
      const imported = this.#walk.importedUnit;
      if (imported === 0) {
        const elsewhere = values.namesElsewhere
          ? values.problem('unsupported', start + header.headerSize, namesProblem)
          : undefined;
        return { ...known, state: 'ok', problem: elsewhere && detailsOf(elsewhere) };
      }
      const problem = values.problem('unsupported', imported, 'it is a DW_TAG_imported_unit');
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

function* placesOf({ bytes, view, offset, sizes }: UnitRun): Generator<UnitPlace> {
  let start = 0;
  for (const size of sizes) {
    yield { bytes, view, start, offset: offset + start, size };
    start += size;
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
