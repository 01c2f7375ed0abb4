/**
 * The two bit streams of zstd (RFC 8878, sections 4.1 and 4.1.1).
 *
 *   forwards    from the lowest bit of the first byte: table descriptions
 *   backwards   from below the highest set bit of the last byte, which marks the end: everything else
 *
 * A backward read may go past the start, where the bits are zero; what was read that way shows in `position`.
 */

/** Data that is not zstd, or not whole; the caller says where. */
export class ZstdError extends Error {}

export class BackwardBits {
  /** Bits that are left; negative once the start was passed. */
  position: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;

  /** @param start first byte of the stream in `bytes`, `end` one past its last */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = start < end ? (bytes[end - 1] ?? 0) : 0;
    if (last === 0) throw new ZstdError('a bit stream has no end mark');
    this.#bytes = bytes;
    this.#start = start;
    this.position = (end - start) * 8 - 8 + (31 - Math.clz32(last));
  }

  /** The next `count` bits, at most 31. */
  read(count: number): number {
    const position = this.position - count;
    this.position = position;
    const at = this.#start + (position >> 3);
    // Nearly all reads: inside the stream, and so many bits that they are in four bytes.
    if (position >= 0 && count <= 24 && at + 3 < this.#bytes.length) {
      const bytes = this.#bytes;
      const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
      return ((low | ((bytes[at + 3] as number) << 24)) >>> (position & 7)) & ((1 << count) - 1);
    }
    return this.#slow(position, count);
  }

  /** The next `count` bits, at most 24, which stay unread. */
  peek(count: number): number {
    return this.#slow(this.position - count, count);
  }

  #slow(position: number, count: number): number {
    let value = 0;
    for (let bit = count - 1; bit >= 0; bit--) {
      const at = position + bit;
      const byte = at < 0 ? 0 : (this.#bytes[this.#start + (at >> 3)] as number);
      value = value * 2 + ((byte >> (at & 7)) & 1);
    }
    return value;
  }
}

export class ForwardBits {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** The next `count` bits, at most 16. */
  read(count: number): number {
    const at = this.#start + (this.position >> 3);
    const shift = this.position & 7;
    this.position += count;
    if (this.end > this.#end) throw new ZstdError('a table is cut off');
    const bytes = this.#bytes;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (word >>> shift) & ((1 << count) - 1);
  }

  /** The byte behind the last bit that was read. */
  get end(): number {
    return this.#start + Math.ceil(this.position / 8);
  }
}
