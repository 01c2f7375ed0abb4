/**
 * A symbol table section (gABI chapter 4, "Symbol Table").
 *
 *   ELF64, 24 bytes: st_name u32  st_info u8  st_other u8  st_shndx u16  st_value u64  st_size u64
 *   ELF32, 16 bytes: st_name u32  st_value u32  st_size u32  st_info u8  st_other u8  st_shndx u16
 *
 *   st_info  = binding << 4 | type      st_other & 3 = visibility
 *
 * The rows stay as the file's bytes and are decoded one field at a time when asked for: a kernel has 100,000 to
 * 230,000 of them and a screen shows sixty.
 */
import { type U64Column, u64Column } from '../bytes/columns.ts';
import { StringTable } from '../bytes/string-table.ts';
import type { ParseError } from '../errors.ts';
import { type SymbolIndex, symbolIndex } from '../units.ts';
import { SHN } from './constants.ts';

export interface SymbolTableParts {
  readonly bytes: Uint8Array;
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly strings: StringTable;
  /** SHT_SYMTAB_SHNDX words, where the file has them. */
  readonly extendedIndexes?: Uint8Array | undefined;
  /** File offset of row 0. */
  readonly fileOffset: number;
  /** What is wrong with the table although its rows can be read. */
  readonly damage?: ParseError | undefined;
}

export class SymbolTable {
  /** Number of rows, the null symbol included. */
  readonly count: number;
  readonly strings: StringTable;
  readonly damage: ParseError | undefined;
  readonly entrySize: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #little: boolean;
  readonly #is64: boolean;
  readonly #extended: DataView | undefined;
  readonly #fileOffset: number;
  #values: U64Column | undefined;

  constructor(parts: SymbolTableParts) {
    this.#bytes = parts.bytes;
    this.#view = new DataView(parts.bytes.buffer, parts.bytes.byteOffset, parts.bytes.byteLength);
    this.#little = parts.littleEndian;
    this.#is64 = parts.is64;
    this.entrySize = parts.is64 ? 24 : 16;
    this.count = Math.floor(parts.bytes.length / this.entrySize);
    this.strings = parts.strings;
    this.damage = parts.damage;
    this.#fileOffset = parts.fileOffset;
    const extended = parts.extendedIndexes;
    this.#extended = extended && new DataView(extended.buffer, extended.byteOffset, extended.byteLength);
  }

  /** Offset of the row's name in {@link strings}. */
  nameOffset(row: number): number {
    return this.#view.getUint32(row * this.entrySize, this.#little);
  }

  /** The name, or undefined where st_name is past the string table or nothing ends it. */
  name(row: number): string | undefined {
    return this.strings.tryAt(this.nameOffset(row));
  }

  value(row: number): bigint {
    return this.#is64
      ? this.#view.getBigUint64(row * 24 + 8, this.#little)
      : BigInt(this.#view.getUint32(row * 16 + 4, this.#little));
  }

  size(row: number): bigint {
    return this.#is64
      ? this.#view.getBigUint64(row * 24 + 16, this.#little)
      : BigInt(this.#view.getUint32(row * 16 + 8, this.#little));
  }

  /** STT_*: the low four bits of st_info. */
  type(row: number): number {
    return (this.#bytes[row * this.entrySize + (this.#is64 ? 4 : 12)] ?? 0) & 15;
  }

  /** STB_*: the high four bits of st_info. */
  binding(row: number): number {
    return (this.#bytes[row * this.entrySize + (this.#is64 ? 4 : 12)] ?? 0) >> 4;
  }

  /** STV_*: the low two bits of st_other. */
  visibility(row: number): number {
    return (this.#bytes[row * this.entrySize + (this.#is64 ? 5 : 13)] ?? 0) & 3;
  }

  /** st_shndx as it stands in the row. */
  st_shndx(row: number): number {
    return this.#view.getUint16(row * this.entrySize + (this.#is64 ? 6 : 14), this.#little);
  }

  /** The defining section with SHN_XINDEX resolved; undefined for SHN_UNDEF and the reserved indexes (ABS, COMMON …). */
  sectionOf(row: number): number | undefined {
    const index = this.st_shndx(row);
    if (index === SHN.XINDEX) {
      const at = row * 4;
      if (this.#extended === undefined || at + 4 > this.#extended.byteLength) return undefined;
      return this.#extended.getUint32(at, this.#little);
    }
    return index === SHN.UNDEF || index >= SHN.LORESERVE ? undefined : index;
  }

  /** Where the row lies in the file. */
  fileOffset(row: number): number {
    return this.#fileOffset + row * this.entrySize;
  }

  /** st_value of every row, as a column to sort and search; built once. */
  get values(): U64Column {
    if (this.#values !== undefined) return this.#values;
    const column = u64Column(this.count);
    const { hi, lo } = column;
    const view = this.#view;
    const little = this.#little;
    for (let row = 0; row < this.count; row++) {
      if (this.#is64) {
        const at = row * 24 + 8;
        hi[row] = view.getUint32(little ? at + 4 : at, little);
        lo[row] = view.getUint32(little ? at : at + 4, little);
      } else lo[row] = view.getUint32(row * 16 + 4, little);
    }
    this.#values = column;
    return column;
  }

  /** The first row with this name, compared as bytes; undefined when there is none. A pass over the string table first, so it is cheap. */
  find(name: string, accept: (row: number) => boolean = () => true): SymbolIndex | undefined {
    const offsets = this.#offsetsOf(name);
    if (offsets.size === 0) return undefined;
    for (let row = 1; row < this.count; row++) {
      if (offsets.has(this.nameOffset(row)) && accept(row)) return symbolIndex(row);
    }
    return undefined;
  }

  /** Every row with this name. */
  findAll(name: string): SymbolIndex[] {
    const offsets = this.#offsetsOf(name);
    const rows: SymbolIndex[] = [];
    if (offsets.size === 0) return rows;
    for (let row = 1; row < this.count; row++) if (offsets.has(this.nameOffset(row))) rows.push(symbolIndex(row));
    return rows;
  }

  /** Where the string table holds exactly `name`, also as the tail of a longer string: linkers merge tails. */
  #offsetsOf(name: string): Set<number> {
    const needle = Buffer.from(`${name}\0`, 'latin1');
    const { bytes } = this.strings;
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = new Set<number>();
    if (name === '') return found;
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) found.add(at);
    return found;
  }
}

/** An empty table for files without one, so that callers need no special case. */
export const emptySymbolTable = (): SymbolTable =>
  new SymbolTable({
    bytes: new Uint8Array(0),
    is64: true,
    littleEndian: true,
    strings: new StringTable(new Uint8Array(0), 'empty string table'),
    fileOffset: 0,
  });
