/**
 * A table of NUL-terminated strings, as in SHT_STRTAB (gABI chapter 4) and the BTF string section.
 *
 * Names are decoded as latin1, one character per byte: nothing in the formats says UTF-8, equality and order are then
 * those of strcmp, and a name made of arbitrary bytes survives. The screen makes what is not printable visible.
 */
import { ParseError } from '../errors.ts';

export class StringTable {
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #structure: string;
  readonly #base: number | undefined;

  /**
   * @param structure what the table is called in errors
   * @param base file offset of its first byte, where it has one
   */
  constructor(bytes: Uint8Array, structure: string, base?: number) {
    this.bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#structure = structure;
    this.#base = base;
  }

  get size(): number {
    return this.bytes.length;
  }

  /**
   * The string at `offset`.
   * @throws ParseError bad-string when the offset is past the table, or no NUL ends the string inside it
   */
  at(offset: number): string {
    const found = this.tryAt(offset);
    if (found !== undefined) return found;
    const inside = offset < this.size;
    throw new ParseError({
      code: 'bad-string',
      structure: this.#structure,
      offset: this.#base === undefined ? undefined : this.#base + Math.min(offset, this.size),
      problem: inside
        ? `the string at ${offset} has no ending NUL`
        : `name offset ${offset} is past the table's ${this.size} bytes`,
    });
  }

  /** As {@link at}, but undefined where there is no such string: for rows that are shown all the same. */
  tryAt(offset: number): string | undefined {
    if (offset >= this.size) return undefined;
    const end = this.#buffer.indexOf(0, offset);
    return end < 0 ? undefined : this.#buffer.toString('latin1', offset, end);
  }

  /** Whether the string at `offset` equals `name` (latin1), without decoding it. */
  equalsAt(offset: number, name: Uint8Array): boolean {
    const end = offset + name.length;
    if (end >= this.size || this.bytes[end] !== 0) return false;
    for (let i = 0; i < name.length; i++) if (this.bytes[offset + i] !== name[i]) return false;
    return true;
  }
}
