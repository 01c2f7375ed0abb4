/**
 * LEB128 (DWARF 5 section 7.6): seven bits a byte, lowest first, the high bit set on all but the last.
 *
 *   624485 = 0x98765   e5 8e 26
 *
 * Producers pad (0x80 0x00 is a legal zero), so a value may be longer than it needs; a 64-bit value takes at most ten
 * bytes, and what is longer is damage.
 */
export const maxLebBytes = 10;

/** A position in bytes that hold LEB128 values one after the other; made once and moved, not made for each value. */
export class LebReader {
  bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array = new Uint8Array(0), position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Go to a position. */
  at(bytes: Uint8Array, position: number): this {
    this.bytes = bytes;
    this.position = position;
    return this;
  }

  /** A byte; 0 past the end, where `position` then shows that it was past it. */
  u8(): number {
    const at = this.position++;
    return at < this.bytes.length ? (this.bytes[at] as number) : 0;
  }

  /** An unsigned value, inexact past 2^53; NaN when it is overlong. Past the end as {@link u8}. */
  unsigned(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    const second = this.u8();
    if (second < 0x80) return (first & 0x7f) | (second << 7);
    let value = (first & 0x7f) + (second & 0x7f) * 0x80;
    let scale = 0x4000;
    for (let i = 2; i < maxLebBytes; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    return Number.NaN;
  }

  /** A signed value cut to 32 bits: enough for the constants that are asked for. */
  signed32(): number {
    let value = 0;
    for (let i = 0, shift = 0; i < maxLebBytes; i++, shift += 7) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (byte & 0x40) !== 0 && shift + 7 < 32 ? value | (-1 << (shift + 7)) : value;
    }
    return Number.NaN;
  }
}
