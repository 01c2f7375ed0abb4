import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allRows,
  lowerBound,
  sortRowsByU64,
  type U64Column,
  u64At,
  u64Column,
  upperBound,
  withinHalves,
} from '../../src/bytes/columns.ts';

function columnOf(values: readonly bigint[]): U64Column {
  const column = u64Column(values.length);
  values.forEach((value, row) => {
    column.hi[row] = Number(value >> 32n);
    column.lo[row] = Number(value & 0xffffffffn);
  });
  return column;
}

/** Addresses as kernels have them: many in one half, some equal, some at the ends. */
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0xffff800010000000n, max: 0xffff800010000040n }),
  fc.constantFrom(0n, 1n, 0xffffffffn, 0x100000000n, 2n ** 64n - 1n),
);

test('the order is ascending, and equal values keep the order of their rows', () => {
  fc.assert(
    fc.property(fc.array(address), (values) => {
      const expected = [...allRows(values.length)].sort((a, b) => {
        const [left = 0n, right = 0n] = [values[a], values[b]];
        return left < right ? -1 : left > right ? 1 : a - b;
      });
      expect([...sortRowsByU64(columnOf(values), allRows(values.length))]).toEqual(expected);
    }),
  );
});

test('the rows that are given are ordered, and not changed', () => {
  const rows = Uint32Array.of(3, 1, 2);
  expect([...sortRowsByU64(columnOf([9n, 3n, 2n, 1n]), rows)]).toEqual([3, 2, 1]);
  expect([...rows]).toEqual([3, 1, 2]);
});

test('bounds count what is below, for any value that can be asked', () => {
  const wide = fc.oneof(address, fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }));
  fc.assert(
    fc.property(fc.array(address), wide, (values, asked) => {
      const column = columnOf(values);
      const order = sortRowsByU64(column, allRows(values.length));
      expect(lowerBound(column, order, asked)).toBe(values.filter((value) => value < asked).length);
      expect(upperBound(column, order, asked)).toBe(values.filter((value) => value <= asked).length);
    }),
  );
});

test('a range in halves holds what the range in one piece holds', () => {
  fc.assert(
    fc.property(address, address, address, (start, stop, value) => {
      const inside = withinHalves(start, stop)(Number(value >> 32n), Number(value & 0xffffffffn));
      expect(inside).toBe(value >= start && value < stop);
    }),
  );
});

test('a column gives its values back', () => {
  fc.assert(
    fc.property(fc.array(address), (values) => {
      const column = columnOf(values);
      expect(values.map((_, row) => u64At(column, row))).toEqual(values);
    }),
  );
});
