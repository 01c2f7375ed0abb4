/**
 * A symbol table section (gABI chapter 4, "Symbol Table").
 *
 *   ELF64, 24 bytes: st_name u32  st_info u8  st_other u8  st_shndx u16  st_value u64  st_size u64
 *   ELF32, 16 bytes: st_name u32  st_value u32  st_size u32  st_info u8  st_other u8  st_shndx u16
 *
 *   st_info  = binding << 4 | type      st_other & 3 = visibility
 *
 * A kernel has 100,000 to 230,000 rows. What passes over all of them need is kept in columns, filled by one tight loop;
 * the rest stays as the file's words until a row is shown.
 */
import { type U64Column, u64At, u64Column } from '../bytes/columns.ts';
import type { StringTable } from '../bytes/string-table.ts';
import { toWords } from '../bytes/words.ts';
import { ParseError } from '../errors.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import { SHN } from './constants.ts';
import type { ExtendedIndexes, ExtendedRows } from './extended-indexes.ts';
import { findNameDamage, findSectionDamage, type SymbolRows } from './symbol-damage.ts';

export interface SymbolTableParts {
  readonly bytes: Uint8Array;
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly strings: StringTable;
  /** The words of SHT_SYMTAB_SHNDX, asked for where rows need them. */
  readonly readExtended?: ((rows: ExtendedRows) => ExtendedIndexes) | undefined;
  /** File offset of row 0. */
  readonly fileOffset: number;
  /** What the table is called in errors: "section 12 (.symtab)". */
  readonly structure?: string | undefined;
  /** What is wrong with the table although its rows can be read. */
  readonly damage?: ParseError | undefined;
  /** Why there are no `strings`. */
  readonly namesDamage?: ParseError | undefined;
  /** Rows of the section header table; without it nobody knows which st_shndx is too large. */
  readonly sectionCount?: number | undefined;
}

/** Where a row's fields are: words from its start, bits from the low end of the packed word. */
interface Layout {
  readonly words: number;
  /** The word of st_info, st_other and st_shndx. */
  readonly packed: number;
  readonly valueLo: number;
  /** In ELF32 there is none, and its column stays zero. */
  readonly valueHi: number | undefined;
  readonly size: number;
  readonly infoShift: number;
  readonly otherShift: number;
  readonly shndxShift: number;
}

function layoutOf(is64: boolean, littleEndian: boolean): Layout {
  const shifts = littleEndian
    ? { infoShift: 0, otherShift: 8, shndxShift: 16 }
    : { infoShift: 24, otherShift: 16, shndxShift: 0 };
  if (!is64) return { words: 4, packed: 3, valueLo: 1, valueHi: undefined, size: 2, ...shifts };
  const value = littleEndian ? { valueLo: 2, valueHi: 3 } : { valueLo: 3, valueHi: 2 };
  return { words: 6, packed: 1, ...value, size: 4, ...shifts };
}

interface Columns {
  readonly nameOffsets: Uint32Array;
  readonly infos: Uint8Array;
  readonly sections: Uint16Array;
  readonly values: U64Column;
  /** The largest of the name offsets, and of the section indexes that are not reserved. */
  readonly lastName: number;
  readonly lastSection: number;
  /** Rows whose section is in SHT_SYMTAB_SHNDX. */
  readonly extended: ExtendedRows | undefined;
}

/** Occurrences of a name in the string table that are kept; a table made of one name over and over has millions. */
const mostOffsets = 64;

/** Rows are 0 ≤ row < count; asking for another is a ParseError, as it comes from a bad reference in the file. */
export class SymbolTable {
  /** Number of rows, the null symbol included. */
  readonly count: number;
  readonly strings: StringTable;
  /** What is wrong with the table, or first with one of its rows; all rows can be read. */
  readonly damage: ParseError | undefined;
  /** Why symbols have no name, where they should have one: a name that is not found may be one of theirs. */
  readonly namesDamage: ParseError | undefined;
  readonly entrySize: number;
  readonly #words: Uint32Array;
  readonly #layout: Layout;
  readonly #is64: boolean;
  readonly #little: boolean;
  readonly #columns: Columns;
  readonly #extended: Uint32Array | undefined;
  readonly #fileOffset: number;

  constructor(parts: SymbolTableParts) {
    this.#words = toWords(parts.bytes, parts.littleEndian);
    this.#little = parts.littleEndian;
    this.#is64 = parts.is64;
    this.#layout = layoutOf(parts.is64, parts.littleEndian);
    this.entrySize = this.#layout.words * 4;
    this.count = Math.floor(parts.bytes.length / this.entrySize);
    this.#columns = readColumns(this.#words, this.count, this.#layout);
    this.strings = parts.strings;
    this.#fileOffset = parts.fileOffset;
    const extended = this.#columns.extended && parts.readExtended?.(this.#columns.extended);
    this.#extended = extended?.bytes && toWords(extended.bytes, parts.littleEndian);
    this.namesDamage = parts.namesDamage ?? this.#findNameDamage(parts);
    this.damage = parts.damage ?? extended?.damage ?? this.namesDamage ?? this.#findSectionDamage(parts);
  }

  #findNameDamage(parts: SymbolTableParts): ParseError | undefined {
    return this.#columns.lastName < this.strings.end ? undefined : findNameDamage(this.#rows(parts), this.strings);
  }

  #findSectionDamage(parts: SymbolTableParts): ParseError | undefined {
    const { sectionCount } = parts;
    if (sectionCount === undefined) return undefined;
    if (this.#columns.lastSection < sectionCount && this.#extended === undefined) return undefined;
    return findSectionDamage(this.#rows(parts), sectionCount);
  }

  #rows(parts: SymbolTableParts): SymbolRows {
    const { nameOffsets, sections } = this.#columns;
    return {
      nameOffsets,
      sections,
      extended: this.#extended,
      structure: parts.structure ?? 'symbol table',
      rowOffset: (row) => this.fileOffset(row),
      shndxAt: parts.is64 ? 6 : 14,
    };
  }

  /** st_value of every row. */
  get values(): U64Column {
    return this.#columns.values;
  }

  /** st_name of every row: offsets in {@link strings}. */
  get nameOffsets(): Uint32Array {
    return this.#columns.nameOffsets;
  }

  /** st_info of every row. */
  get infos(): Uint8Array {
    return this.#columns.infos;
  }

  /** st_shndx of every row, as it stands there. */
  get sectionIndexes(): Uint16Array {
    return this.#columns.sections;
  }

  /** Offset of the row's name in {@link strings}. */
  nameOffset(row: number): number {
    return this.#columns.nameOffsets[row] ?? this.#noSuchRow(row);
  }

  /** The name, or undefined where st_name is past the string table or nothing ends it. */
  name(row: number): string | undefined {
    return this.strings.tryAt(this.nameOffset(row));
  }

  value(row: number): bigint {
    if (!(row >= 0 && row < this.count)) this.#noSuchRow(row);
    return u64At(this.#columns.values, row);
  }

  size(row: number): bigint {
    const first = this.#word(row, this.#layout.size);
    if (!this.#is64) return BigInt(first);
    const second = this.#word(row, this.#layout.size + 1);
    const [hi, lo] = this.#little ? [second, first] : [first, second];
    return (BigInt(hi) << 32n) | BigInt(lo);
  }

  /** st_info: STB_* << 4 | STT_*. */
  st_info(row: number): number {
    return this.#columns.infos[row] ?? this.#noSuchRow(row);
  }

  /** STT_*: the low four bits of st_info. */
  type(row: number): number {
    return this.st_info(row) & 15;
  }

  /** STB_*: the high four bits of st_info. */
  binding(row: number): number {
    return this.st_info(row) >> 4;
  }

  /** STV_*: the low two bits of st_other. */
  visibility(row: number): number {
    return (this.#word(row, this.#layout.packed) >>> this.#layout.otherShift) & 3;
  }

  /** st_shndx as it stands in the row. */
  st_shndx(row: number): number {
    return this.#columns.sections[row] ?? this.#noSuchRow(row);
  }

  /** The defining section with SHN_XINDEX resolved; undefined for SHN_UNDEF and the reserved indexes (ABS, COMMON …). */
  sectionOf(row: number): number | undefined {
    const index = this.st_shndx(row);
    if (index === SHN.XINDEX) return this.#extended?.[row] || undefined;
    return index === SHN.UNDEF || index >= SHN.LORESERVE ? undefined : index;
  }

  /** Where the row lies in the file. */
  fileOffset(row: number): number {
    return this.#fileOffset + row * this.entrySize;
  }

  /** The first row with this name, compared as bytes; undefined when there is none. */
  find(name: string, accept: (row: number) => boolean = () => true): SymbolIndex | undefined {
    return this.findAll(name).find(accept);
  }

  /** Every row with this name, in table order. */
  findAll(name: string): SymbolIndex[] {
    if (!/^[\x01-\xff]+$/.test(name)) return [];
    const { nameOffsets } = this.#columns;
    const needle = Buffer.from(`${name}\0`, 'latin1');
    const offsets = this.#occurrences(needle);
    const rows: SymbolIndex[] = [];
    if (offsets.length > mostOffsets) {
      const bytes = needle.subarray(0, -1);
      for (let row = 1; row < this.count; row++) {
        if (this.strings.equalsAt(nameOffsets[row] as number, bytes)) rows.push(symbolIndex(row));
      }
      return rows;
    }
    for (const offset of offsets) {
      for (let row = nameOffsets.indexOf(offset, 1); row > 0; row = nameOffsets.indexOf(offset, row + 1)) {
        rows.push(symbolIndex(row));
      }
    }
    return offsets.length > 1 ? rows.sort((a, b) => a - b) : rows;
  }

  /** Where the string table has these bytes, also as the tail of a longer string: linkers merge tails. */
  #occurrences(needle: Buffer): number[] {
    const { bytes } = this.strings;
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const offsets: number[] = [];
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
      offsets.push(at);
      if (offsets.length > mostOffsets) break;
    }
    return offsets;
  }

  #word(row: number, field: number): number {
    const word = row >= 0 && row < this.count ? this.#words[row * this.#layout.words + field] : undefined;
    return word ?? this.#noSuchRow(row);
  }

  #noSuchRow(row: number): never {
    const problem = `there is no symbol ${row}; the table has ${this.count}`;
    throw new ParseError({ code: 'bad-reference', structure: 'symbol table', offset: this.#fileOffset, problem });
  }
}

function readColumns(words: Uint32Array, count: number, layout: Layout): Columns {
  const nameOffsets = new Uint32Array(count);
  const infos = new Uint8Array(count);
  const sections = new Uint16Array(count);
  const values = u64Column(count);
  const { lo, hi } = values;
  const { words: stride, packed, valueLo, valueHi, infoShift, shndxShift } = layout;
  const firstReserved: number = SHN.LORESERVE;
  const xindex: number = SHN.XINDEX;
  let lastName = 0;
  let lastSection = 0;
  let firstExtended = 0;
  let extendedCount = 0;
  for (let row = 0, at = 0; row < count; row++, at += stride) {
    const fields = words[at + packed] as number;
    const name = words[at] as number;
    const section = (fields >>> shndxShift) & 0xffff;
    nameOffsets[row] = name;
    infos[row] = fields >>> infoShift;
    sections[row] = section;
    if (name > lastName) lastName = name;
    // Reserved indexes are above all others: a row costs no comparison more.
    if (section > lastSection) {
      if (section < firstReserved) lastSection = section;
      else if (section === xindex && row > 0 && extendedCount++ === 0) firstExtended = row;
    }
    lo[row] = words[at + valueLo] as number;
    if (valueHi !== undefined) hi[row] = words[at + valueHi] as number;
  }
  const extended = extendedCount === 0 ? undefined : { first: firstExtended, count: extendedCount };
  return { nameOffsets, infos, sections, values, lastName, lastSection, extended };
}
