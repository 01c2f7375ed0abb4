/**
 * Lines of text and styles as cells, remembered over frames: a list that scrolls by one row has one new line.
 *
 *   text ─ rows ┬ plain: char codes ──────┬→ Line { cells, tokens }     cells ─ style changes → text
 *               └ not plain: the original ┘
 *
 * Rows are read one by one: a line feed ends every cluster and every style sequence, so a name with a wide character
 * in it makes its own row slow and no other. Cells are shared by all lines: one for each character in each style. What a style is, and which sequences lead from
 * one to another, is always the answer of @alcalzone/ansi-tokenize, asked once.
 */
import {
  type AnsiCode,
  styledCharsFromTokens as originalCells,
  styledCharsToString as originalString,
  tokenize as originalTokenize,
  type StyledChar,
  type Token,
} from '@alcalzone/ansi-tokenize';
import { endOfSgr, isPlain } from './plain-characters.ts';

/** A style, the cells of each character in it, and the strings that lead to other styles. */
interface Style {
  readonly codes: AnsiCode[];
  readonly cells: (StyledChar | undefined)[];
  /** By SGR sequence: the style after it. */
  readonly after: Map<string, Style>;
  /** By style: the sequences that turn this one into it. */
  readonly change: Map<Style, string>;
}

/** A text that has been read. Its arrays are shared and are not to be changed. */
export interface Line {
  readonly text: string;
  readonly cells: StyledChar[];
  /** Whether all characters are plain: one column each. */
  readonly isPlain: boolean;
  /** Whether no style is in force at its end. */
  readonly endsPlain: boolean;
  /** What it consists of: see {@link tokensOf}. */
  tokens?: Token[];
  /** The rows of the text, each with the styles that it begins in: see {@link rowsOf}. */
  rows?: readonly string[];
}

/** Not drawn, and never in a cluster unless after CR, which is not plain. */
const LINE_FEED = 0x0a;
/**
 * In code units: twice a screenful of 200×60 in each of the forms that Ink gives a line. When this much is remembered,
 * it becomes the older half, and the half before it is forgotten.
 */
const REMEMBERED_TEXT = 131_072;
const MOST_STYLES = 4_096;
const SGR = /\x1b\[[\d;]*m/g;

const charTokens: (Token | undefined)[] = [];
const sgrTokens = new Map<string, readonly AnsiCode[]>();
const styles = new Map<string, Style>();
const styleOfCodes = new WeakMap<AnsiCode[], Style>();
let plainStyle = newStyle([]);
let youngLines = new Map<string, Line>();
let oldLines = new Map<string, Line>();
let youngLength = 0;

/** The line that `text` is; undefined when there is a control character in it, or a sequence that is not a style. */
export function lineOf(text: string): Line | undefined {
  const young = youngLines.get(text);
  if (young !== undefined) return young;
  const line = oldLines.get(text) ?? readLine(text);
  if (line === undefined) return undefined;
  if (youngLength > REMEMBERED_TEXT) {
    oldLines = youngLines;
    youngLines = new Map();
    youngLength = 0;
  }
  youngLines.set(text, line);
  youngLength += text.length;
  return line;
}

/** The tokens of a line: few texts are asked for them. */
export function tokensOf(line: Line): Token[] {
  line.tokens ??= readMixedLine(line.text)?.tokens ?? [];
  return line.tokens;
}

/**
 * The rows of a text as {@link rowsOf} gives them, read row by row where no style goes on from one to the next: those
 * that were drawn before are remembered. Undefined when there is anything in it but plain characters and styles.
 */
export function plainRowsOf(text: string): readonly string[] | undefined {
  const rows: string[] = [];
  for (const row of text.split('\n')) {
    const line = lineOf(row);
    if (!line?.isPlain) return undefined;
    if (!line.endsPlain) return plainRowsOfWhole(text);
    rows.push(rowsOf(line)[0] ?? '');
  }
  return rows;
}

function plainRowsOfWhole(text: string): readonly string[] | undefined {
  const line = lineOf(text);
  return line?.isPlain ? rowsOf(line) : undefined;
}

/** The text of each row of a line, its line feeds taken out and its styles begun and ended in every row. */
export function rowsOf(line: Line): readonly string[] {
  line.rows ??= splitRows(line.cells).map(textOf);
  return line.rows;
}

/** The text that draws `cells`, with no more sequences than it takes. */
export function textOf(cells: readonly StyledChar[]): string {
  let text = '';
  let style = plainStyle;
  let codes: AnsiCode[] | undefined;
  for (const cell of cells) {
    if (cell.styles !== codes) {
      codes = cell.styles;
      const next = codes.length === 0 ? plainStyle : styleOfCodes.get(codes);
      // A style that was not made here: the cells came from the original.
      if (next === undefined) return originalString([...cells]);
      if (next !== style) {
        text += changeOf(style, next);
        style = next;
      }
    }
    text += cell.value;
  }
  return style === plainStyle ? text : text + changeOf(style, plainStyle);
}

function splitRows(cells: readonly StyledChar[]): StyledChar[][] {
  const rows: StyledChar[][] = [];
  let row: StyledChar[] = [];
  for (const cell of cells) {
    if (cell.value === '\n') {
      rows.push(row);
      row = [];
    } else {
      row.push(cell);
    }
  }
  rows.push(row);
  return rows;
}

function readLine(text: string): Line | undefined {
  const cells: StyledChar[] = [];
  let style = plainStyle;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isPlain(code) || code === LINE_FEED) {
      cells.push(cellOf(style, code));
      continue;
    }
    const end = endOfSgr(text, at);
    if (end < 0) return readMixedLine(text);
    style = styleAfter(style, text.slice(at, end));
    at = end - 1;
  }
  return { text, cells, isPlain: true, endsPlain: style === plainStyle };
}

/** Reads as far as it goes by char codes; a row that is not plain is taken back and read by the original. */
function readMixedLine(text: string): Line | undefined {
  const tokens: Token[] = [];
  const cells: StyledChar[] = [];
  let isAllPlain = true;
  let style = plainStyle;
  let row = { at: 0, tokens: 0, cells: 0, style };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const end = isPlain(code) || code === LINE_FEED ? 0 : endOfSgr(text, at);
    if (end === 0) {
      tokens.push(charToken(code));
      cells.push(cellOf(style, code));
      if (code === LINE_FEED) row = { at: at + 1, tokens: tokens.length, cells: cells.length, style };
    } else if (end > 0) {
      const sgr = text.slice(at, end);
      for (const token of tokensOfSgr(sgr)) tokens.push(token);
      style = styleAfter(style, sgr);
      at = end - 1;
    } else {
      const rowEnd = endOfRow(text, at);
      const read = readOddRow(text.slice(row.at, rowEnd), row.style);
      if (read === undefined) return undefined;
      tokens.splice(row.tokens, Number.POSITIVE_INFINITY, ...read.tokens);
      cells.splice(row.cells, Number.POSITIVE_INFINITY, ...read.cells);
      style = read.style;
      isAllPlain = false;
      at = rowEnd - 1;
    }
  }
  return { text, tokens, cells, isPlain: isAllPlain, endsPlain: style === plainStyle };
}

function endOfRow(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** A row as the original reads it; undefined when a sequence in it might reach beyond the row, or CR joins its end. */
function readOddRow(row: string, before: Style): { tokens: Token[]; cells: StyledChar[]; style: Style } | undefined {
  if (/[\r\x7f-\x9f]/.test(row) || row.replaceAll(SGR, '').includes('\x1b')) return undefined;
  const tokens = originalTokenize(row);
  const cells: StyledChar[] = [];
  let style = before;
  for (const token of tokens) {
    if (token.type === 'ansi') style = styleAfter(style, token.code);
    else if (token.type === 'char') cells.push({ ...token, styles: style.codes });
  }
  return { tokens, cells, style };
}

function charToken(code: number): Token {
  charTokens[code] ??= { type: 'char', value: String.fromCharCode(code), fullWidth: false };
  return charTokens[code];
}

function cellOf(style: Style, code: number): StyledChar {
  style.cells[code] ??= { type: 'char', value: String.fromCharCode(code), fullWidth: false, styles: style.codes };
  return style.cells[code];
}

function tokensOfSgr(sgr: string): readonly AnsiCode[] {
  let tokens = sgrTokens.get(sgr);
  if (tokens === undefined) {
    if (sgrTokens.size >= MOST_STYLES) sgrTokens.clear();
    tokens = originalTokenize(sgr).filter((token) => token.type === 'ansi');
    sgrTokens.set(sgr, tokens);
  }
  return tokens;
}

function styleAfter(style: Style, sgr: string): Style {
  let next = style.after.get(sgr);
  if (next === undefined) {
    // A cell after these sequences tells which codes are in force.
    const [cell] = originalCells([...style.codes, ...tokensOfSgr(sgr), charToken(0x20)]);
    next = styleOf(cell?.styles ?? []);
    style.after.set(sgr, next);
  }
  return next;
}

function styleOf(codes: AnsiCode[]): Style {
  if (codes.length === 0) return plainStyle;
  const key = codes.map(({ code, endCode }) => `${code} ${endCode}`).join(' ');
  let style = styles.get(key);
  if (style === undefined) {
    if (styles.size >= MOST_STYLES) forgetStyles();
    style = newStyle(codes);
    styles.set(key, style);
  }
  return style;
}

function newStyle(codes: AnsiCode[]): Style {
  const style: Style = { codes, cells: [], after: new Map(), change: new Map() };
  styleOfCodes.set(codes, style);
  return style;
}

/** Styles refer to each other, so all go at once. */
function forgetStyles(): void {
  styles.clear();
  plainStyle = newStyle([]);
  youngLines = new Map();
  oldLines = new Map();
}

/** The sequences between two cells of these styles. */
function changeOf(from: Style, to: Style): string {
  let change = from.change.get(to);
  if (change === undefined) {
    // What the original writes between an a in the one and a b in the other.
    const text = originalString([sample(from, 'a'), sample(to, 'b')]);
    change = text.slice(text.indexOf('a') + 1, text.lastIndexOf('b'));
    from.change.set(to, change);
  }
  return change;
}

function sample(style: Style, value: string): StyledChar {
  return { type: 'char', value, fullWidth: false, styles: style.codes };
}
