/**
 * Turns what string attributes say into NameRefs, and looks into the tables that indexes go through.
 *
 *   DW_FORM_strp, line_strp   offset into .debug_str, .debug_line_str: the ref says the same, nothing is copied
 *   DW_FORM_strx…             .debug_str_offsets[base + index] is the .debug_str offset (DWARF 5 section 7.26)
 *   DW_FORM_string            GCC writes names of up to three letters so ("dev", "skb"): each is kept once, in a pool
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { NameTable } from './name-table.ts';
import { type NameRef, nameRef } from './refs.ts';
import { readU64 } from './unit-header.ts';

const lineStrBit = 0x8000_0000;
const inlineBits = 0xc000_0000;
/** Offsets from here on do not fit their share of a NameRef; no known file comes near. */
const maxStr = 0x7fff_fffe;
const maxLineStr = 0x3fff_ffff;

/** The sections behind names and indexes; the last two are read as needed. */
export interface NameSections {
  readonly littleEndian: boolean;
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
  readonly strOffsets: ByteSource | undefined;
  readonly addr: ByteSource | undefined;
}

export class NameSource {
  readonly #sections: NameSections;
  /** Bytes up to the last string that ends. */
  readonly strEnd: number;
  readonly lineStrEnd: number;
  readonly #strOffsets: TableWindow | undefined;
  readonly #addr: TableWindow | undefined;
  readonly #pool = new StringPool();

  constructor(sections: NameSections) {
    this.#sections = sections;
    this.strEnd = Math.min(terminatedSize(sections.str), maxStr);
    this.lineStrEnd = Math.min(terminatedSize(sections.lineStr), maxLineStr);
    const { strOffsets, addr, littleEndian } = sections;
    this.#strOffsets = strOffsets && new TableWindow(strOffsets, littleEndian, '.debug_str_offsets');
    this.#addr = addr && new TableWindow(addr, littleEndian, '.debug_addr');
  }

  /** A NameRef, or -1 when no string that ends inside the section is there. */
  str(offset: number): number {
    if (!(offset < this.strEnd)) return -1;
    return this.#sections.str[offset] === 0 ? 0 : offset + 1;
  }

  /** As {@link str}, in .debug_line_str. */
  lineStr(offset: number): number {
    if (!(offset < this.lineStrEnd)) return -1;
    return this.#sections.lineStr[offset] === 0 ? 0 : lineStrBit + offset;
  }

  /** A NameRef that may be one of an empty string of .debug_line_str: 0 if it is. */
  notEmpty(ref: number): number {
    return ref >= lineStrBit && ref < inlineBits ? this.lineStr(ref - lineStrBit) : ref;
  }

  /** The entry at a position of .debug_str_offsets, -1 when there is none. */
  strOffset(position: number, size: 4 | 8): number {
    return this.#strOffsets?.read(position, size) ?? -1;
  }

  /** The entry at a position of .debug_addr, 0 when there is none. */
  address(position: number, size: 4 | 8): bigint {
    return this.#addr?.readBig(position, size) ?? 0n;
  }

  /** A NameRef for the string at a position of .debug_info bytes; its NUL is before `end`. */
  inline(bytes: Uint8Array, at: number, end: number): NameRef {
    return nameRef(inlineBits + this.#pool.intern(bytes, at, end));
  }

  /** The text of a NameRef. */
  text(ref: number): string {
    const { str, lineStr } = this.#sections;
    return new NameTable({ str, lineStr, inline: this.#pool.view() }).text(nameRef(ref)) ?? '';
  }

  /** The strings of {@link inline}: offset 0 first, each with its NUL. */
  pool(): Uint8Array {
    return this.#pool.bytes();
  }
}

/** Bytes up to the last NUL: a string that starts past them never ends. */
function terminatedSize(bytes: Uint8Array): number {
  return bytes.lastIndexOf(0) + 1;
}

/** Entries of a table on disk, through a window that moves: one unit's entries are close to each other. */
class TableWindow {
  readonly #source: ByteSource;
  readonly #littleEndian: boolean;
  readonly #structure: string;
  #start = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(source: ByteSource, littleEndian: boolean, structure: string) {
    this.#source = source;
    this.#littleEndian = littleEndian;
    this.#structure = structure;
  }

  read(position: number, size: 4 | 8): number {
    const at = this.#locate(position, size);
    if (at < 0) return -1;
    return size === 4 ? this.#view.getUint32(at, this.#littleEndian) : readU64(this.#view, at, this.#littleEndian);
  }

  readBig(position: number, size: 4 | 8): bigint {
    const at = this.#locate(position, size);
    if (at < 0) return 0n;
    return size === 8 ? this.#view.getBigUint64(at, this.#littleEndian) : BigInt(this.read(position, 4));
  }

  #locate(position: number, size: number): number {
    if (!(position >= 0 && position + size <= this.#source.size)) return -1;
    if (position < this.#start || position + size > this.#start + this.#view.byteLength) {
      const windowSize = 1 << 18;
      const start = Math.max(0, position - (position % (windowSize / 2)));
      const bytes = this.#source.read(start, Math.min(windowSize, this.#source.size - start), this.#structure);
      this.#start = start;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return position - this.#start;
  }
}

/** Strings, each kept once, one after the other with its NUL. */
class StringPool {
  #bytes = new Uint8Array(16);
  #length = 0;
  /** Positions of strings of up to three bytes, by those bytes as a number; of the others, by their text. */
  readonly #short = new Map<number, number>();
  readonly #long = new Map<string, number>();

  /** @returns the string's position in the pool */
  intern(from: Uint8Array, at: number, end: number): number {
    let p = at;
    let packed = 0;
    for (; p < end && from[p] !== 0; p++) packed = (packed << 8) | (from[p] as number);
    if (p - at > 3) return this.#internLong(from.subarray(at, p));
    const known = this.#short.get(packed);
    if (known !== undefined) return known;
    const position = this.#add(from.subarray(at, p));
    this.#short.set(packed, position);
    return position;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** The same, until the next string comes. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #internLong(string: Uint8Array): number {
    const text = Buffer.from(string.buffer, string.byteOffset, string.length).toString('latin1');
    const position = this.#long.get(text) ?? this.#add(string);
    this.#long.set(text, position);
    return position;
  }

  #add(string: Uint8Array): number {
    const position = this.#length;
    const needed = position + string.length + 1;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, needed));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(string, position);
    this.#length = needed;
    return position;
  }
}
