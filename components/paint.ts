/**
 * Cells to terminal lines: pads, cuts and colours by hand, one string a line. Ink lays out the boxes; a Text per cell
 * would cost most of a frame (shared figures are in docs/performance.md).
 */

import { type FittedColumn, gutter, type PaneLine, type PaneView } from '../src/app/selectors.ts';
import type { Cell, Role, Span } from '../src/format/cells.ts';
import type { Theme } from './theme.ts';

const reset = '\x1b[0m';
const inverse = '\x1b[7m';

export const sgr = (codes: string, text: string): string =>
  codes === '' || text === '' ? text : `\x1b[${codes}m${text}${reset}`;
export const paint = (theme: Theme, role: Role, text: string): string => sgr(theme.roles[role], text);

const plainText = /^[\x20-\x7e]*$/;
/** Characters of a text as cells. What is shown is ASCII but for our own glyphs and names that are UTF-8 text. */
export function cellWidth(text: string): number {
  if (plainText.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += wide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

// East Asian wide and emoji blocks; names from a kernel hardly ever hold one, and a cell too many only pads.
const wide = (code: number): boolean =>
  code >= 0x1100 &&
  (code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd));

/** At most `width` cells of a text, with a mark where something was cut. */
export function cut(text: string, width: number, more: string): string {
  if (cellWidth(text) <= width) return text;
  if (width <= 0) return '';
  let used = 0;
  let kept = '';
  for (const character of text) {
    const cells = cellWidth(character);
    if (used + cells > width - 1) break;
    used += cells;
    kept += character;
  }
  return kept + more;
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - cellWidth(text)));

const parts = (cell: Cell | undefined): readonly Span[] =>
  cell === undefined ? [] : Array.isArray(cell) ? cell : [cell as Span];

/** One cell in its width. @param colour false inside a selected line, which is inverse as a whole */
function paintCell(theme: Theme, cell: Cell | undefined, width: number, right: boolean, colour: boolean): string {
  let left = width;
  let text = '';
  for (const part of parts(cell)) {
    if (left <= 0) break;
    const shown = cut(part.text, left, theme.glyphs.more);
    left -= cellWidth(shown);
    text += colour ? paint(theme, part.role, shown) : shown;
  }
  const blanks = ' '.repeat(Math.max(0, left));
  return right ? blanks + text : text + blanks;
}

export function paintRow(
  theme: Theme,
  columns: readonly FittedColumn[],
  cells: readonly Cell[],
  colour = true,
): string {
  return columns
    .map(({ column, index, width }) => paintCell(theme, cells[index], width, column.align === 'right', colour))
    .join(' ');
}

/** A line of a pane in exactly `width` cells. */
function paintLine(theme: Theme, view: PaneView, line: PaneLine, width: number): string {
  const { mark, gap } = theme.glyphs;
  if (line.kind !== 'row') {
    const lead = line.kind === 'gap' ? `${gap} ` : '  ';
    return lead + paintCell(theme, line.cells[0], width - gutter, false, true);
  }
  if (line.linked && view.active) {
    return `${inverse}${mark} ${pad(paintRow(theme, view.columns, line.cells, false), width - gutter)}${reset}`;
  }
  const lead = line.linked ? sgr('1', `${mark} `) : '  ';
  const row = paintRow(theme, view.columns, line.cells);
  return lead + (line.linked ? sgr('1', row) : row) + ' '.repeat(Math.max(0, width - gutter - rowWidth(view.columns)));
}

const rowWidth = (columns: readonly FittedColumn[]): number => columns.reduce((sum, { width }) => sum + width + 1, -1);

/** " 1 Symbols ───── 129,782 " between two corners. */
function paintTitle(theme: Theme, view: PaneView, width: number, left: string, right: string): string {
  const { horizontal, more } = theme.glyphs;
  const border = view.active ? theme.activeBorder : theme.border;
  const title = cut(` ${view.number} ${view.title} `, width, more);
  const tally = cut(` ${view.tally} `, Math.max(0, width - cellWidth(title) - 2), more);
  const rule = horizontal.repeat(Math.max(0, width - cellWidth(title) - cellWidth(tally)));
  return (
    sgr(border, left) +
    sgr(view.active ? theme.activeBorder : theme.roles.title, title) +
    sgr(border, rule) +
    sgr(theme.roles.dim, tally) +
    sgr(border, right)
  );
}

/** All lines of a pane, as tall and wide as its rectangle. */
export function paintPane(theme: Theme, view: PaneView): string[] {
  const { width, height } = view.layout.rect;
  const { glyphs } = theme;
  if (view.layout.shape === 'folded') {
    const line = view.lines[0];
    return [
      paintTitle(theme, view, width - 1, glyphs.horizontal, ''),
      line === undefined ? '' : paintLine(theme, view, line, width),
    ];
  }
  const inner = width - 2;
  const border = view.active ? theme.activeBorder : theme.border;
  const side = sgr(border, glyphs.vertical);
  const heads = view.columns.map(({ column, index }) => ({ index, text: column.title }));
  const headCells: Cell[] = [];
  for (const { index, text } of heads) headCells[index] = { text, role: 'dim' };
  const lines = [
    paintTitle(theme, view, inner, glyphs.topLeft, glyphs.topRight),
    side +
      pad('  ', gutter) +
      paintRow(theme, view.columns, headCells) +
      ' '.repeat(Math.max(0, inner - gutter - rowWidth(view.columns))) +
      side,
  ];
  const blank = ' '.repeat(inner);
  for (let i = 0; i < height - 3; i++) {
    const line = view.lines[i];
    lines.push(side + (line === undefined ? blank : paintLine(theme, view, line, inner)) + side);
  }
  lines.push(sgr(border, glyphs.bottomLeft + glyphs.horizontal.repeat(inner) + glyphs.bottomRight));
  return lines;
}

/** A frame with a title around ready lines, `width` × `height` cells; lines must be `width - 2` cells. */
export function paintFrame(
  theme: Theme,
  title: string,
  tally: string,
  lines: readonly string[],
  width: number,
  height: number,
): string[] {
  const { glyphs } = theme;
  const inner = width - 2;
  const side = sgr(theme.activeBorder, glyphs.vertical);
  const head = cut(` ${title} `, inner, glyphs.more);
  const tail = cut(` ${tally} `, Math.max(0, inner - cellWidth(head) - 2), glyphs.more);
  const rule = glyphs.horizontal.repeat(Math.max(0, inner - cellWidth(head) - cellWidth(tail)));
  const framed = [
    sgr(theme.activeBorder, glyphs.topLeft + head + rule) +
      sgr(theme.roles.dim, tail) +
      sgr(theme.activeBorder, glyphs.topRight),
  ];
  for (let i = 0; i < height - 2; i++) framed.push(side + (lines[i] ?? ' '.repeat(inner)) + side);
  framed.push(sgr(theme.activeBorder, glyphs.bottomLeft + glyphs.horizontal.repeat(inner) + glyphs.bottomRight));
  return framed;
}

export const paintInverse = (text: string): string => `${inverse}${text}${reset}`;
