/**
 * Orders over columns of 64-bit values.
 *
 * An address column is kept as two Uint32Arrays, high and low halves: a BigUint64Array allocates a bigint per read,
 * which costs more than the rest of a pass over 130,000 symbols.
 */

/** 64-bit unsigned values, one per row. */
export interface U64Column {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

export const u64Column = (length: number): U64Column => ({ hi: new Uint32Array(length), lo: new Uint32Array(length) });

export function u64At(column: U64Column, row: number): bigint {
  return (BigInt(column.hi[row] ?? 0) << 32n) | BigInt(column.lo[row] ?? 0);
}

/** First bit and number of bits of the digits of a half: three passes with tables that stay in the cache. */
const digits = [
  [0, 11],
  [11, 11],
  [22, 10],
] as const;

/**
 * The rows in ascending order of their value; equal values keep their order. Least-significant-digit radix sort; a
 * half that is the same in all rows, as the high one of kernel addresses, costs one look at each.
 * @param rows the rows to order; not changed
 */
export function sortRowsByU64(column: U64Column, rows: Uint32Array): Uint32Array {
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  for (const half of [column.lo, column.hi]) {
    if (isUniform(half, rows)) continue;
    for (const [shift, bits] of digits) {
      if (!scatter(half, shift, bits, from, to)) continue;
      [from, to] = [to, from];
    }
  }
  return from;
}

function isUniform(half: Uint32Array, rows: Uint32Array): boolean {
  const first = half[rows[0] ?? 0];
  for (let i = 1; i < rows.length; i++) if (half[rows[i] as number] !== first) return false;
  return true;
}

/** One digit's pass; false when all rows have the same digit and nothing was moved. A function of its own so that the JIT compiles it early. */
function scatter(half: Uint32Array, shift: number, bits: number, from: Uint32Array, to: Uint32Array): boolean {
  const starts = new Uint32Array(1 << bits);
  const mask = starts.length - 1;
  for (let i = 0; i < from.length; i++) {
    const key = ((half[from[i] as number] as number) >>> shift) & mask;
    starts[key] = (starts[key] as number) + 1;
  }
  let sum = 0;
  for (let key = 0; key <= mask; key++) {
    const count = starts[key] as number;
    if (count === from.length) return false;
    starts[key] = sum;
    sum += count;
  }
  for (let i = 0; i < from.length; i++) {
    const row = from[i] as number;
    const key = ((half[row] as number) >>> shift) & mask;
    const at = starts[key] as number;
    starts[key] = at + 1;
    to[at] = row;
  }
  return true;
}

/** Every row number of a table of `length` rows. */
export function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}

/** Number of leading `order` entries whose value is less than `value`: the lower bound in a sorted order. */
export function lowerBound(column: U64Column, order: Uint32Array, value: bigint): number {
  if (value < 0n) return 0;
  if (value > 0xffff_ffff_ffff_ffffn) return order.length;
  return lowerBoundOf(column, order, Number(value >> 32n), Number(value & 0xffffffffn));
}

/** As {@link lowerBound}, the value given as halves. */
export function lowerBoundOf(column: U64Column, order: Uint32Array, hi: number, lo: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = order[middle] as number;
    const rowHi = column.hi[row] as number;
    if (rowHi < hi || (rowHi === hi && (column.lo[row] as number) < lo)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of leading `order` entries whose value is at most `value`. */
export function upperBound(column: U64Column, order: Uint32Array, value: bigint): number {
  return lowerBound(column, order, value + 1n);
}

/** A range of addresses, its ends in halves. */
export interface HalvesRange {
  readonly startHi: number;
  readonly startLo: number;
  readonly stopHi: number;
  readonly stopLo: number;
}

export const halvesOf = (start: bigint, stop: bigint): HalvesRange => ({
  startHi: Number(start >> 32n),
  startLo: Number(start & 0xffffffffn),
  stopHi: Number(stop >> 32n),
  stopLo: Number(stop & 0xffffffffn),
});

/** A test for addresses in halves: is it in [start, stop)? */
export function withinHalves(start: bigint, stop: bigint): (hi: number, lo: number) => boolean {
  const { startHi, startLo, stopHi, stopLo } = halvesOf(start, stop);
  return (hi, lo) =>
    (hi > startHi || (hi === startHi && lo >= startLo)) && (hi < stopHi || (hi === stopHi && lo < stopLo));
}
