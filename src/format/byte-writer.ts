/**
 * Lines of bytes, gathered into chunks worth a write(2).
 *
 * A dump of 14 million lines makes no string and no object per line: digits and names go straight into one buffer, which
 * is used again for every chunk.
 */

const CHUNK = 1 << 16;
/** Room behind a chunk for the line that crosses its end; longer names make the buffer grow. */
const SLACK = 1 << 12;

const digits = Buffer.from('0123456789abcdef', 'latin1');

export class ByteWriter {
  #buffer = Buffer.allocUnsafe(CHUNK + SLACK);
  #length = 0;
  #lineStart = 0;

  /** Whether the gathered lines are worth handing on; asked at the end of a line. */
  get isFull(): boolean {
    return this.#length >= CHUNK;
  }

  /** The bytes so far. They are valid until the next write to this writer. */
  take(): Uint8Array {
    const chunk = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    this.#lineStart = 0;
    return chunk;
  }

  byte(value: number): void {
    if (this.#length >= this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = value;
  }

  endLine(): void {
    this.byte(0x0a);
    this.#lineStart = this.#length;
  }

  /** Text whose characters are bytes: ASCII, or a latin1 name. */
  text(text: string): void {
    if (this.#length + text.length > this.#buffer.length) this.#grow(text.length);
    if (text.length > 24) {
      this.#length += this.#buffer.write(text, this.#length, 'latin1');
      return;
    }
    const buffer = this.#buffer;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** Unicode text, in UTF-8. */
  utf8(text: string): void {
    const size = Buffer.byteLength(text);
    if (this.#length + size > this.#buffer.length) this.#grow(size);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
  }

  /** The bytes from `start` up to a NUL or the end. */
  cString(bytes: Uint8Array, start: number): void {
    const limit = bytes.length;
    let at = this.#length;
    let buffer = this.#buffer;
    for (let i = start; i < limit; i++) {
      const value = bytes[i] as number;
      if (value === 0) break;
      if (at >= buffer.length) {
        this.#length = at;
        this.#grow(1);
        buffer = this.#buffer;
      }
      buffer[at++] = value;
    }
    this.#length = at;
  }

  /** A word, given as two halves, in 16 hex digits; in 8 where `width` is 8. */
  hex(hi: number, lo: number, width: 8 | 16): void {
    if (this.#length + 16 > this.#buffer.length) this.#grow(16);
    if (width === 16) this.#hex32(hi);
    this.#hex32(lo);
  }

  /** A word, given as two halves, in as few hex digits as it has. */
  shortHex(hi: number, lo: number): void {
    if (this.#length + 16 > this.#buffer.length) this.#grow(16);
    if (hi !== 0) {
      this.#shortHex32(hi);
      this.#hex32(lo);
    } else this.#shortHex32(lo);
  }

  /** Spaces up to a column of the line; at least one, as llvm's PadToColumn does. */
  padToColumn(column: number): void {
    const count = Math.max(1, this.#lineStart + column - this.#length);
    if (this.#length + count > this.#buffer.length) this.#grow(count);
    this.#buffer.fill(0x20, this.#length, this.#length + count);
    this.#length += count;
  }

  #hex32(value: number): void {
    const buffer = this.#buffer;
    let at = this.#length;
    for (let shift = 28; shift >= 0; shift -= 4) buffer[at++] = digits[(value >>> shift) & 15] as number;
    this.#length = at;
  }

  #shortHex32(value: number): void {
    const buffer = this.#buffer;
    let at = this.#length;
    let shift = value === 0 ? 0 : (31 - Math.clz32(value)) & ~3;
    for (; shift >= 0; shift -= 4) buffer[at++] = digits[(value >>> shift) & 15] as number;
    this.#length = at;
  }

  #grow(by: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + by + SLACK));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
