/**
 * A read position in a span of bytes. A read that fails leaves the cursor where it was, and the error names the
 * structure that was being read and its file offset.
 */
import { ParseError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

export class Cursor {
  readonly littleEndian: boolean;
  readonly end: number;
  /** Where the next value is read, counted from the start of the span. */
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #structure: string;
  readonly #fileOffset: (offset: number) => number | undefined;

  constructor(
    bytes: Uint8Array,
    littleEndian: boolean,
    structure: string,
    fileOffset: (offset: number) => number | undefined = () => undefined,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = littleEndian;
    this.end = bytes.length;
    this.#structure = structure;
    this.#fileOffset = fileOffset;
  }

  /** A cursor over `length` bytes of a source, whose errors speak in file offsets. */
  static over(source: ByteSource, offset: number, length: number, littleEndian: boolean, structure: string): Cursor {
    const bytes = source.read(offset, length, structure);
    return new Cursor(bytes, littleEndian, structure, (at) => source.fileOffset(offset + at));
  }

  get remaining(): number {
    return this.end - this.position;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#bytes[at] ?? 0;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.littleEndian);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.littleEndian);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.littleEndian);
  }

  /** A 64-bit offset or size as a number; a value past 2^53 becomes Infinity, which no range check lets pass. */
  size64(): number {
    const value = this.u64();
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Go to a position of the span. @throws ParseError out-of-range */
  seek(position: number): void {
    if (!(position >= 0 && position <= this.end)) {
      throw this.error('out-of-range', `position ${position} is outside its ${this.end} bytes`);
    }
    this.position = position;
  }

  /** An error at the cursor's place, for what a reader finds wrong with a value. */
  error(code: 'out-of-range' | 'bad-value' | 'truncated' | 'bad-header', problem: string): ParseError {
    return new ParseError({ code, structure: this.#structure, offset: this.#fileOffset(this.position), problem });
  }

  #take(length: number): number {
    const at = this.position;
    if (!(length >= 0 && length <= this.end - at)) {
      throw this.error('truncated', `${length} bytes are needed and ${this.end - at} are left`);
    }
    this.position = at + length;
    return at;
  }
}
