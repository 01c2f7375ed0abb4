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

/**
 * The rows in ascending order of their value; equal values keep their order. Least-significant-digit radix sort on
 * 16-bit digits; a digit that is the same in all rows costs one counting pass.
 * @param rows the rows to order; not changed
 */
export function sortRowsByU64(column: U64Column, rows: Uint32Array): Uint32Array {
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  const counts = new Uint32Array(0x10000);
  for (let digit = 0; digit < 4; digit++) {
    const half = digit < 2 ? column.lo : column.hi;
    const shift = (digit & 1) * 16;
    counts.fill(0);
    for (let i = 0; i < from.length; i++) {
      const key = ((half[from[i] as number] as number) >>> shift) & 0xffff;
      counts[key] = (counts[key] as number) + 1;
    }
    if (from.length > 0 && counts[((half[from[0] as number] as number) >>> shift) & 0xffff] === from.length) continue;
    let sum = 0;
    for (let key = 0; key < 0x10000; key++) {
      const count = counts[key] as number;
      counts[key] = sum;
      sum += count;
    }
    for (let i = 0; i < from.length; i++) {
      const row = from[i] as number;
      const key = ((half[row] as number) >>> shift) & 0xffff;
      const at = counts[key] as number;
      counts[key] = at + 1;
      to[at] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Every row number of a table of `length` rows. */
export function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}

/** Number of leading `order` entries whose value is less than `value`: the lower bound in a sorted order. */
export function lowerBound(column: U64Column, order: Uint32Array, value: bigint): number {
  const hi = Number(value >> 32n);
  const lo = Number(value & 0xffffffffn);
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
  return value === 0xffff_ffff_ffff_ffffn ? order.length : lowerBound(column, order, value + 1n);
}
