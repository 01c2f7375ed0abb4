/**
 * Cells to terminal lines: pads, cuts and colours by hand, one string a line. Ink lays out the boxes; a Text per cell
 * would cost most of a frame (shared figures are in docs/performance.md).
 */

import { gutter } from '../src/app/pane-lines.ts';
import type { FittedColumn, PaneLine, PaneView } from '../src/app/selectors.ts';
import type { Cell, Role, Span } from '../src/format/cells.ts';
import { isPlain } from './terminal/plain-characters.ts';
import type { Theme } from './theme.ts';

const reset = '\x1b[0m';
const inverse = '\x1b[7m';

export const sgr = (codes: string, text: string): string =>
  codes === '' || text === '' ? text : `\x1b[${codes}m${text}${reset}`;
export const paint = (theme: Theme, role: Role, text: string): string => sgr(theme.roles[role], text);

const ascii = /^[\x20-\x7e]*$/;

/** Cells of a text that {@link drawable} has gone over. */
export function cellWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

/** Kana, CJK ideographs, Hangul syllables and full-width forms take two cells on every terminal. */
const isWide = (code: number): boolean =>
  (code >= 0x3041 && code <= 0x30ff) ||
  (code >= 0x3400 && code <= 0x4dbf) ||
  (code >= 0x4e00 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xff01 && code <= 0xff60);

/** Greek and Cyrillic letters, beside those that components/terminal knows to take one cell. */
const isNarrow = (code: number): boolean =>
  isPlain(code) ||
  (code >= 0x370 && code <= 0x3ff) ||
  (code >= 0x400 && code <= 0x481) ||
  (code >= 0x48a && code <= 0x52f);

/** What an ASCII terminal shows for the signs that are in our own texts. */
const inAscii: Readonly<Record<string, string>> = {
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '✓': 'y',
  '✗': 'n',
  '·': '-',
  '—': '-',
  '…': '~',
  '×': 'x',
};

/**
 * The text as it can be drawn in cells that everybody counts alike. Combining marks, emoji and the rest have other widths
 * on other terminals, and a row that is a cell longer than we think breaks the frame: they are written as \u{1f600}.
 */
export function drawable(theme: Theme, text: string): string {
  if (ascii.test(text)) return text;
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x7f && code >= 0x20) return character;
    if (theme.ascii) return inAscii[character] ?? `\\u{${code.toString(16)}}`;
    return isNarrow(code) || isWide(code) ? character : `\\u{${code.toString(16)}}`;
  }).join('');
}

/** A text as it can be drawn, in at most `width` cells, with a mark where something was cut. */
export function cut(theme: Theme, name: string, width: number): string {
  // A character has two code units at most and takes a cell at least: what is behind these is not seen.
  const text = drawable(theme, name.slice(0, 2 * Math.max(0, width) + 2));
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
  return kept + theme.glyphs.more;
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - cellWidth(text)));

const parts = (cell: Cell | undefined): readonly Span[] =>
  cell === undefined ? [] : Array.isArray(cell) ? cell : [cell as Span];

/** How a row is written: 'bold' adds to the colours, 'none' is for a row that is inverse as a whole. */
type Ink = 'colour' | 'bold' | 'none';

function paintSpan(theme: Theme, role: Role, text: string, ink: Ink): string {
  if (ink === 'none') return text;
  const codes = theme.roles[role];
  return ink === 'colour' ? sgr(codes, text) : sgr(codes === '' ? '1' : `1;${codes}`, text);
}

/** One cell in its width. */
function paintCell(theme: Theme, cell: Cell | undefined, width: number, right: boolean, ink: Ink): string {
  let left = width;
  let text = '';
  for (const part of parts(cell)) {
    if (left <= 0) break;
    const shown = cut(theme, part.text, left);
    left -= cellWidth(shown);
    text += paintSpan(theme, part.role, shown, ink);
  }
  const blanks = ' '.repeat(Math.max(0, left));
  return right ? blanks + text : text + blanks;
}

const paintRow = (theme: Theme, columns: readonly FittedColumn[], cells: readonly Cell[], ink: Ink): string =>
  columns
    .map(({ column, index, width }) => paintCell(theme, cells[index], width, column.align === 'right', ink))
    .join(' ');

/** The heads of the shown columns, as cells. */
export function headCells(columns: readonly FittedColumn[]): Cell[] {
  const cells: Cell[] = [];
  for (const { column, index } of columns) cells[index] = { text: column.title, role: 'dim' };
  return cells;
}

/**
 * A row of a table in exactly `width` cells. The selected one is inverse as a whole, and marked, so that it is seen
 * without colours too; a linked one in another pane is marked and bold.
 */
export function paintTableLine(
  theme: Theme,
  fitted: readonly FittedColumn[],
  cells: readonly Cell[],
  width: number,
  how: 'plain' | 'linked' | 'selected',
): string {
  const { mark } = theme.glyphs;
  const columns = rowWidth(fitted) > width - gutter ? cutColumns(fitted, width - gutter) : fitted;
  const row = paintRow(theme, columns, cells, how === 'plain' ? 'colour' : how === 'linked' ? 'bold' : 'none');
  const blanks = ' '.repeat(Math.max(0, width - gutter - rowWidth(columns)));
  if (how === 'selected') return paintInverse(`${mark} ${row}${blanks}`);
  return how === 'linked' ? sgr('1', `${mark} `) + row + blanks : `  ${row}${blanks}`;
}

const rowWidth = (columns: readonly FittedColumn[]): number => columns.reduce((sum, { width }) => sum + width + 1, -1);

/** The columns of a table that is wider than its box: those that begin in it, the last as wide as is left. */
function cutColumns(columns: readonly FittedColumn[], room: number): FittedColumn[] {
  const kept: FittedColumn[] = [];
  let left = room;
  for (const column of columns) {
    if (left <= 0) break;
    kept.push({ ...column, width: Math.min(column.width, left) });
    left -= column.width + 1;
  }
  return kept;
}

/** A line of a pane in exactly `width` cells. */
function paintLine(theme: Theme, view: PaneView, line: PaneLine, width: number): string {
  if (line.kind === 'row') {
    const how = line.linked ? (view.active ? 'selected' : 'linked') : 'plain';
    return paintTableLine(theme, view.columns, line.cells, width, how);
  }
  const lead = line.kind === 'gap' ? `${theme.glyphs.gap} ` : '  ';
  // The place of the row that is not there is the selected one.
  const isSelected = line.kind === 'gap' && view.active;
  const text = lead + paintCell(theme, line.cells[0], width - gutter, false, isSelected ? 'none' : 'colour');
  return isSelected ? paintInverse(text) : text;
}

/** " 1 Symbols ───── 129,782 " between two corners. */
function paintTitle(theme: Theme, view: PaneView, width: number, left: string, right: string): string {
  const { horizontal } = theme.glyphs;
  const border = view.active ? theme.activeBorder : theme.border;
  const title = cut(theme, ` ${view.number} ${view.title} `, width);
  const tally = cut(theme, ` ${view.tally} `, Math.max(0, width - cellWidth(title) - 2));
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
  const lines = [
    paintTitle(theme, view, inner, glyphs.topLeft, glyphs.topRight),
    side + paintTableLine(theme, view.columns, headCells(view.columns), inner, 'plain') + side,
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
  how: 'active' | 'passive' = 'active',
): string[] {
  const { glyphs } = theme;
  const inner = width - 2;
  const border = how === 'active' ? theme.activeBorder : theme.border;
  const side = sgr(border, glyphs.vertical);
  const head = cut(theme, ` ${title} `, inner);
  const tail = tally === '' ? '' : cut(theme, ` ${tally} `, Math.max(0, inner - cellWidth(head) - 2));
  const rule = glyphs.horizontal.repeat(Math.max(0, inner - cellWidth(head) - cellWidth(tail)));
  const framed = [
    sgr(border, glyphs.topLeft) +
      sgr(how === 'active' ? border : theme.roles.title, head) +
      sgr(border, rule) +
      sgr(theme.roles.dim, tail) +
      sgr(border, glyphs.topRight),
  ];
  for (let i = 0; i < height - 2; i++) framed.push(side + (lines[i] ?? ' '.repeat(inner)) + side);
  framed.push(sgr(border, glyphs.bottomLeft + glyphs.horizontal.repeat(inner) + glyphs.bottomRight));
  return framed;
}

export const paintInverse = (text: string): string => `${inverse}${text}${reset}`;
