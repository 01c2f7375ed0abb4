/**
 * Names longer than any that a kernel has, by what they share: strings of one table may be the ends of each other, and
 * 30,000 names that end in the same half megabyte are to cost that once.
 *
 *   … a a a a a … a NUL      a tail: what stands before a NUL
 *     '-- hash of a name: of its bytes from the last to the first, so that each byte more goes on from the hash before
 *
 * A hash is kept at every 64th byte before the end. Two tails are compared once, from their ends: names of theirs are
 * the same where they are as long and no longer than what the tails have in common. The text of a tail is made once, and
 * the text of a name is a slice of it, which takes no memory.
 */

/** KSYM_NAME_LEN of include/linux/kallsyms.h, with its NUL: names from here on are long. */
export const longName = 512;

/** Bytes between two hashes that are kept. */
const step = 64;
/** A block of a table, for which it is kept where the next NUL is. */
const block = 4096;

/** The bytes before a NUL, or the end of the table. */
interface Tail {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** The hash of the last `i * step` bytes, at i. */
  readonly hashes: number[];
  /** How many bytes other tails have in common with it. */
  readonly common: Map<Tail, number>;
  /** All that stands before the NUL, back to the NUL before; undefined until it is asked for. */
  text: string | undefined;
}

class Table {
  readonly #bytes: Uint8Array;
  readonly #tails = new Map<number, Tail>();
  /** Where the first NUL from the start of a block on is. */
  readonly #nextNul = new Map<number, number>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  tailAt(offset: number): Tail {
    const end = this.#endFrom(offset);
    let tail = this.#tails.get(end);
    if (tail === undefined) {
      tail = { bytes: this.#bytes, end, hashes: [seed], common: new Map(), text: undefined };
      this.#tails.set(end, tail);
    }
    return tail;
  }

  #endFrom(offset: number): number {
    const first = Math.floor(offset / block) + 1;
    const near = this.#bytes.subarray(offset, first * block).indexOf(0);
    if (near >= 0) return offset + near;
    const known = this.#nextNul.get(first);
    if (known !== undefined) return known;
    const found = this.#bytes.indexOf(0, first * block);
    const end = found < 0 ? this.#bytes.length : found;
    for (let at = first; at * block <= end && !this.#nextNul.has(at); at++) this.#nextNul.set(at, end);
    return end;
  }
}

const tables = new WeakMap<Uint8Array, Table>();

/** The tail that a position is in. @param bytes that do not change */
export function tailAt(bytes: Uint8Array, offset: number): Tail {
  let table = tables.get(bytes);
  if (table === undefined) {
    table = new Table(bytes);
    tables.set(bytes, table);
  }
  return table.tailAt(offset);
}

/** The string at a position of bytes that do not change, up to a NUL or their end; latin1. */
export function nameText(bytes: Uint8Array, offset: number): string {
  const near = bytes.subarray(offset, offset + longName);
  const end = near.indexOf(0);
  if (end >= 0 || near.length < longName) return latin1(end < 0 ? near : near.subarray(0, end));
  const tail = tailAt(bytes, offset);
  tail.text ??= latin1(bytes.subarray(bytes.lastIndexOf(0, offset) + 1, tail.end));
  return tail.text.slice(tail.text.length - (tail.end - offset));
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

const seed = 0x811c9dc5;

/** A hash of the bytes from `offset` to the end of its tail. */
export function hashOfLong(tail: Tail, offset: number): number {
  const { bytes, end, hashes } = tail;
  const whole = Math.floor((end - offset) / step);
  while (hashes.length <= whole) {
    const from = end - (hashes.length - 1) * step;
    hashes.push(backwards(bytes, from, from - step, hashes.at(-1) as number));
  }
  return backwards(bytes, end - whole * step, offset, hashes[whole] as number);
}

function backwards(bytes: Uint8Array, from: number, to: number, start: number): number {
  let hash = start;
  for (let i = from - 1; i >= to; i--) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}

/** Whether the last `length` bytes of two tails are the same. */
export function isSameLong(a: Tail, b: Tail, length: number): boolean {
  if (a === b) return true;
  let common = a.common.get(b);
  if (common === undefined) {
    common = commonBytes(a, b);
    a.common.set(b, common);
    b.common.set(a, common);
  }
  return length <= common;
}

function commonBytes(a: Tail, b: Tail): number {
  let count = 0;
  for (; ; count++) {
    const byte = a.bytes[a.end - 1 - count] ?? 0;
    if (byte === 0 || byte !== (b.bytes[b.end - 1 - count] ?? 0)) return count;
  }
}
