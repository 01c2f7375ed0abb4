/**
 * Ink's Output without its price: the bundle takes this file in its place (fast-ink.mjs). It collects what the
 * components of a frame write, and lays it on a grid:
 *
 *   write x, y, text ─ rows → clip → transform → cells ─ on the grid → a text for each row of the screen
 *
 * The original makes 12,000 blank cells for a frame of 200×60, looks each character of each text up in a table of
 * invisible ones, and keeps nothing for the next frame. It draws the frame still when there is anything in it but plain
 * characters and styles: wide and joined characters are its business.
 */
import type { StyledChar } from '@alcalzone/ansi-tokenize';
import OriginalOutput from '../../node_modules/ink/build/output.js';
import { lineOf, plainRowsOf, rowsOf, textOf } from './cell-lines.ts';

type Transformer = (text: string, row: number) => string;

interface Clip {
  readonly x1: number | undefined;
  readonly x2: number | undefined;
  readonly y1: number | undefined;
  readonly y2: number | undefined;
}

type Operation =
  | {
      readonly type: 'write';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly transformers: Transformer[];
    }
  | { readonly type: 'clip'; readonly clip: Clip }
  | { readonly type: 'unclip' };

type Row = StyledChar[];

const BLANK: StyledChar = { type: 'char', value: ' ', fullWidth: false, styles: [] };
const NO_CLIP: Clip = { x1: undefined, x2: undefined, y1: undefined, y2: undefined };

class Output {
  readonly width: number;
  readonly height: number;
  readonly #operations: Operation[] = [];

  constructor({ width, height }: { width: number; height: number }) {
    this.width = width;
    this.height = height;
  }

  write(x: number, y: number, text: string, { transformers }: { transformers: Transformer[] }): void {
    if (text !== '') this.#operations.push({ type: 'write', x, y, text, transformers });
  }

  clip(clip: Clip): void {
    this.#operations.push({ type: 'clip', clip });
  }

  unclip(): void {
    this.#operations.push({ type: 'unclip' });
  }

  get(): { output: string; height: number } {
    return this.#draw() ?? this.#drawByOriginal();
  }

  /** Undefined when there is anything in the frame that is not plain. */
  #draw(): { output: string; height: number } | undefined {
    if (!Number.isInteger(this.width) || !Number.isInteger(this.height)) return undefined;
    const grid: (Row | undefined)[] = Array.from({ length: this.height });
    const clips: Clip[] = [];
    for (const operation of this.#operations) {
      if (operation.type === 'clip') clips.push(intersect(clips.at(-1), operation.clip));
      else if (operation.type === 'unclip') clips.pop();
      else if (!this.#put(grid, operation, clips.at(-1))) return undefined;
    }
    return { output: grid.map((row) => (row ? drawRow(row, this.width) : '')).join('\n'), height: grid.length };
  }

  /** Puts a text on the grid; false when it is not plain. */
  #put(grid: (Row | undefined)[], operation: Operation & { type: 'write' }, clip: Clip = NO_CLIP): boolean {
    const { x, y, text, transformers } = operation;
    const rows = plainRowsOf(text);
    if (rows === undefined || !Number.isInteger(x) || !Number.isInteger(y)) return false;
    if (isEmpty(clip)) return true;
    // Rows and columns are only cut where both edges are known.
    const { y1, y2 } = clip;
    const isCutInY = y1 !== undefined && y2 !== undefined;
    if (isOutside(clip, x, y, rows)) return true;
    const first = isCutInY && y < y1 ? y1 - y : 0;
    const end = isCutInY && y + rows.length > y2 ? y2 - y : rows.length;
    for (const [index, row] of rows.slice(first, end).entries()) {
      const at = y + first + index;
      if (at < 0 || at >= this.height) continue;
      let drawn = cut(row, x, clip);
      if (drawn === undefined) return false;
      for (const transform of transformers) drawn = transform(drawn, first + index);
      const drawnLine = lineOf(drawn);
      if (!drawnLine?.isPlain) return false;
      grid[at] ??= new Array<StyledChar>(this.width).fill(BLANK);
      overlay(grid[at], clip.x1 !== undefined && clip.x2 !== undefined ? Math.max(x, clip.x1) : x, drawnLine.cells);
    }
    return true;
  }

  #drawByOriginal(): { output: string; height: number } {
    const original = new OriginalOutput({ width: this.width, height: this.height });
    for (const operation of this.#operations) {
      if (operation.type === 'clip') original.clip(operation.clip);
      else if (operation.type === 'unclip') original.unclip();
      else original.write(operation.x, operation.y, operation.text, { transformers: operation.transformers });
    }
    return original.get();
  }
}

/** The part of a clip that is in another one; an edge that is not given does not cut. */
function intersect(outer: Clip | undefined, inner: Clip): Clip {
  if (!outer) return inner;
  return {
    x1: tighter(outer.x1, inner.x1, Math.max),
    x2: tighter(outer.x2, inner.x2, Math.min),
    y1: tighter(outer.y1, inner.y1, Math.max),
    y2: tighter(outer.y2, inner.y2, Math.min),
  };
}

function tighter(
  a: number | undefined,
  b: number | undefined,
  choose: (a: number, b: number) => number,
): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : choose(a, b);
}

function isEmpty({ x1, x2, y1, y2 }: Clip): boolean {
  return (x1 !== undefined && x2 !== undefined && x1 >= x2) || (y1 !== undefined && y2 !== undefined && y1 >= y2);
}

function isOutside({ x1, x2, y1, y2 }: Clip, x: number, y: number, rows: readonly string[]): boolean {
  if (y1 !== undefined && y2 !== undefined && (y + rows.length < y1 || y > y2)) return true;
  if (x1 === undefined || x2 === undefined) return false;
  return x > x2 || x + widest(rows) < x1;
}

function widest(rows: readonly string[]): number {
  let most = 0;
  for (const row of rows) most = Math.max(most, lineOf(row)?.cells.length ?? 0);
  return most;
}

/** The columns of a row that are in the clip, as text; undefined when it is not plain. */
function cut(row: string, x: number, { x1, x2 }: Clip): string | undefined {
  if (x1 === undefined || x2 === undefined) return row;
  const line = lineOf(row);
  if (!line?.isPlain) return undefined;
  const from = x < x1 ? x1 - x : 0;
  const to = Math.min(line.cells.length, x2 - x);
  if (from >= to) return '';
  // The whole row is drawn anew as well, as the original does: its styles may come in another order.
  if (from === 0 && to === line.cells.length) return rowsOf(line)[0];
  return textOf(line.cells.slice(from, to));
}

/** What is left of the left edge is not seen; beyond the right edge a row grows, and may have holes. */
function overlay(row: Row, x: number, cells: readonly StyledChar[]): void {
  for (let index = Math.max(0, -x); index < cells.length; index++) row[x + index] = cells[index] ?? BLANK;
}

function drawRow(row: Row, width: number): string {
  const cells = row.length > width ? row.filter((cell) => cell !== undefined) : row;
  return textOf(cells).trimEnd();
}

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { Output as default };
