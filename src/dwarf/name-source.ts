/**
 * Turns what string attributes say into NameRefs, and looks into the tables that indexes go through.
 *
 *   DW_FORM_strp, line_strp   offset into .debug_str, .debug_line_str: the ref says the same, nothing is copied
 *   DW_FORM_strx…             .debug_str_offsets[base + index] is the .debug_str offset (DWARF 5 section 7.26)
 *   DW_FORM_string            GCC writes names of up to three letters so ("dev", "skb"): each is kept once, in a pool
 */
import type { ByteSource } from '../bytes/byte-source.ts';
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
  readonly #strEnd: number;
  readonly #lineStrEnd: number;
  readonly #strOffsets: TableWindow | undefined;
  readonly #addr: TableWindow | undefined;
  readonly #pool = new StringPool();

  constructor(sections: NameSections) {
    this.#sections = sections;
    this.#strEnd = Math.min(terminatedSize(sections.str), maxStr);
    this.#lineStrEnd = Math.min(terminatedSize(sections.lineStr), maxLineStr);
    const { strOffsets, addr, littleEndian } = sections;
    this.#strOffsets = strOffsets && new TableWindow(strOffsets, littleEndian, '.debug_str_offsets');
    this.#addr = addr && new TableWindow(addr, littleEndian, '.debug_addr');
  }

  /** A NameRef, or -1 when no string that ends inside the section is there. */
  str(offset: number): number {
    if (!(offset < this.#strEnd)) return -1;
    return this.#sections.str[offset] === 0 ? 0 : offset + 1;
  }

  /** As {@link str}, in .debug_line_str. */
  lineStr(offset: number): number {
    if (!(offset < this.#lineStrEnd)) return -1;
    return this.#sections.lineStr[offset] === 0 ? 0 : lineStrBit + offset;
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

/** Short strings, each kept once: an open-addressed table of positions in one run of bytes. */
class StringPool {
  #bytes = new Uint8Array(16);
  #length = 0;
  #count = 0;
  /** Position + 1 of a string, 0 where the slot is free. */
  #slots = new Uint32Array(8);

  /** @returns the string's position in the pool */
  intern(from: Uint8Array, at: number, end: number): number {
    let hash = 0x811c9dc5;
    let p = at;
    for (; p < end; p++) {
      const byte = from[p] as number;
      if (byte === 0) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const length = p - at;
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found === 0) break;
      if (this.#equals(found - 1, from, at, length)) return found - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, from, at, length);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #equals(position: number, from: Uint8Array, at: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[position + i] !== from[at + i]) return false;
    return bytes[position + length] === 0;
  }

  #add(slot: number, from: Uint8Array, at: number, length: number): number {
    const position = this.#length;
    if (position + length + 1 > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, position + length + 1));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(from.subarray(at, at + length), position);
    this.#bytes[position + length] = 0;
    this.#length = position + length + 1;
    this.#slots[slot] = position + 1;
    if (++this.#count * 2 > this.#slots.length) this.#rehash();
    return position;
  }

  #rehash(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const found of old) {
      if (found === 0) continue;
      let hash = 0x811c9dc5;
      for (let p = found - 1; this.#bytes[p] !== 0; p++)
        hash = Math.imul(hash ^ (this.#bytes[p] as number), 0x01000193);
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = found;
    }
  }
}
