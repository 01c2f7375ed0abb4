/**
 * A table of NUL-terminated strings, as in SHT_STRTAB (gABI chapter 4) and the BTF string section.
 *
 * Names are decoded as latin1, one character per byte: nothing in the formats says UTF-8, equality and order are then
 * those of strcmp, and a name made of arbitrary bytes survives. The screen makes what is not printable visible.
 *
 * Nothing stops a file from having a million names that all end in the same place, megabytes away. So a name is cut
 * from one string of the whole table, which copies nothing, and its end is looked for in its own block only, then
 * taken from the ends noted per block.
 */
import { ParseError } from '../errors.ts';

const blockSize = 512;
/** KSYM_NAME_LEN: no name of a kernel is longer, and of one that is, so many bytes and the length make the hash. */
const hashedBytes = 512;
/** V8 has no string of 2^29 characters; a table as large as that is decoded name by name, and no name is as long. */
const largestText = 2 ** 28;

export class StringTable {
  readonly bytes: Uint8Array;
  /** What the table is called in errors. */
  readonly structure: string;
  /** File offset of its first byte, where it has one. */
  readonly fileOffset: number | undefined;
  readonly #largestText: number;
  #text: string | undefined;
  /** For each block, the first NUL at or behind its start; the table's size where there is none. */
  #ends: Float64Array | undefined;

  /** @param largest bytes of a table that is made one string */
  constructor(bytes: Uint8Array, structure: string, fileOffset?: number, largest = largestText) {
    this.bytes = bytes;
    this.structure = structure;
    this.fileOffset = fileOffset;
    this.#largestText = largest;
  }

  get size(): number {
    return this.bytes.length;
  }

  /** One past the last NUL: nothing ends a string from here on. */
  get end(): number {
    return this.bytes.lastIndexOf(0) + 1;
  }

  /**
   * The string at `offset`.
   * @throws ParseError bad-string when the offset is past the table, no NUL ends the string inside it, or it is no name by
   *   its length
   */
  at(offset: number): string {
    const found = this.tryAt(offset);
    if (found !== undefined) return found;
    const end = this.endOf(offset);
    const inside = offset < this.size;
    throw new ParseError({
      code: 'bad-string',
      structure: this.structure,
      offset: this.fileOffset === undefined ? undefined : this.fileOffset + Math.min(offset, this.size),
      problem: !inside
        ? `name offset ${offset} is past the table's ${this.size} bytes`
        : end < this.size
          ? `the string at ${offset} has ${end - offset} bytes, more than any name has`
          : `the string at ${offset} has no ending NUL`,
    });
  }

  /** As {@link at}, but undefined where there is no such string: for rows that are shown all the same. */
  tryAt(offset: number): string | undefined {
    const end = this.endOf(offset);
    return end >= this.size || end - offset > this.#largestText ? undefined : this.slice(offset, end);
  }

  /** The whole table as one string; undefined where it is larger than a string can be. */
  get text(): string | undefined {
    if (this.size > this.#largestText) return undefined;
    this.#text ??= this.#decode(0, this.size);
    return this.#text;
  }

  /** The characters from `start` to `end`, NULs among them; no more of them than a string can have. */
  slice(start: number, end: number): string {
    return this.text?.slice(start, end) ?? this.#decode(start, end);
  }

  /** Where the string at `offset` ends; the table's size when nothing ends it there. */
  endOf(offset: number): number {
    const { bytes } = this;
    const block = Math.floor(offset / blockSize);
    const blockEnd = Math.min((block + 1) * blockSize, bytes.length);
    let end = offset;
    while (end < blockEnd && bytes[end] !== 0) end++;
    if (end < blockEnd || end >= bytes.length) return end;
    this.#ends ??= blockEnds(bytes);
    return this.#ends[block + 1] ?? bytes.length;
  }

  #decode(start: number, end: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('latin1');
  }

  /**
   * A hash of the string at `offset`, up to its NUL or the end of the table. Equal strings have equal hashes, whichever
   * table they are in, and a long one takes no longer than one of 512 bytes.
   */
  hashAt(offset: number): number {
    const { bytes } = this;
    const behind = offset + hashedBytes;
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (let at = offset; at < behind; at++) {
      const byte = bytes[at];
      if (byte === undefined || byte === 0) return (hash ^ (hash >>> 15)) >>> 0;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    hash = Math.imul(hash ^ (this.endOf(behind) - offset), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  /** Whether the string at `offset` is the one at `at` of `other`, without decoding them; long ones by their lengths first. */
  isSame(offset: number, other: StringTable, at: number): boolean {
    const { bytes } = this;
    if (this === other && offset === at) return true;
    for (let i = 0; i < hashedBytes; i++) {
      const byte = bytes[offset + i] ?? 0;
      if (byte !== (other.bytes[at + i] ?? 0)) return false;
      if (byte === 0) return true;
    }
    const end = this.endOf(offset + hashedBytes);
    const otherEnd = other.endOf(at + hashedBytes);
    if (end - offset !== otherEnd - at) return false;
    return Buffer.compare(bytes.subarray(offset, end), other.bytes.subarray(at, otherEnd)) === 0;
  }

  /** Whether the string at `offset` equals `name` (latin1), without decoding it. */
  equalsAt(offset: number, name: Uint8Array): boolean {
    const end = offset + name.length;
    if (end >= this.size || this.bytes[end] !== 0) return false;
    for (let i = 0; i < name.length; i++) if (this.bytes[offset + i] !== name[i]) return false;
    return true;
  }
}

/** {@link StringTable.hashAt} of a name (latin1) that is in no table. */
export function hashName(name: string): number {
  const length = Math.min(name.length, hashedBytes);
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  if (length === hashedBytes) hash = Math.imul(hash ^ name.length, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function blockEnds(bytes: Uint8Array): Float64Array {
  const ends = new Float64Array(Math.ceil(bytes.length / blockSize));
  let next = bytes.length;
  for (let block = ends.length - 1; block >= 0; block--) {
    const first = bytes.subarray(block * blockSize, (block + 1) * blockSize).indexOf(0);
    if (first >= 0) next = block * blockSize + first;
    ends[block] = next;
  }
  return ends;
}
