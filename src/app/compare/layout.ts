/**
 * Where everything of the comparison is on the screen:
 *
 *   header · two lines on the kernels · totals · frame with the list or one function · prompt or note · key bar
 */
import type { Rect } from '../layout.ts';

/** Rows above the frame, and below it. */
const above = 4;
const below = 2;

export const compareBody = (columns: number, rows: number): Rect => ({
  column: 0,
  row: above,
  width: columns,
  height: Math.max(3, rows - above - below),
});

/** Lines inside the frame. */
export const compareLines = (rows: number): number => Math.max(1, rows - above - below - 2);
