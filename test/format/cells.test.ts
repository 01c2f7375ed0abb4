/** How the columns of a table share the width that there is. */
import { expect, test } from 'vitest';
import { type Column, fitColumns } from '../../src/format/cells.ts';

const widths = (columns: readonly Column[], width: number): number[] =>
  fitColumns(columns, width).map((column) => column.width);

test('the column of the rest takes what the others leave, and no more than it has use for', () => {
  const name: Column = { id: 'name', title: 'name', width: 'rest', dropOrder: 0 };
  const address: Column = { id: 'address', title: 'address', width: 16, dropOrder: 1 };
  expect(widths([name, address], 80)).toEqual([63, 16]);
  expect(widths([{ ...name, most: 48 }, address], 80)).toEqual([48, 16]);
  expect(widths([{ ...name, most: 48 }, address], 60)).toEqual([43, 16]);
  expect(widths([name, address], 30)).toEqual([30]);
});
