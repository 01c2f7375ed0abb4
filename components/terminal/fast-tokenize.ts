/**
 * @alcalzone/ansi-tokenize as Ink uses it, without its price. The bundle takes this file in its place (fast-ink.mjs).
 *
 * Ink turns every line of every frame into cells and back, up to three times. The original asks Intl.Segmenter about
 * each character, which on Node 20 is more than half of a frame. Here a line that consists of
 * plain characters, SGR sequences (see plain-characters.ts) and line feeds is read by char codes into cells that all lines share, and is remembered over frames: a list that scrolls by one row
 * has one new line. Any other line goes to the original, which is right about all of Unicode. What a style is, and what
 * leads from one to another, is always the original's answer, asked once.
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

export * from '@alcalzone/ansi-tokenize';

/** A style, the cells of each character in it, and the strings that lead to other styles. */
interface Style {
  readonly codes: AnsiCode[];
  readonly cells: (StyledChar | undefined)[];
  /** By SGR sequence: the style after it. */
  readonly after: Map<string, Style>;
  /** By style: the sequences that turn this one into it. */
  readonly change: Map<Style, string>;
}

interface Line {
  readonly tokens: Token[];
  readonly cells: StyledChar[];
}

const ESC = 0x1b;
/** Not drawn, and never in a cluster unless after CR, which is not plain. */
const LINE_FEED = 0x0a;
/** More than a screenful in each of the forms that Ink gives a line; when full, the older half is forgotten. */
const REMEMBERED_LINES = 512;
/** Longer lines are rare, and would make the memory large. */
const LONGEST_REMEMBERED = 1_024;
const MOST_STYLES = 4_096;

const charTokens: (Token | undefined)[] = [];
const sgrTokens = new Map<string, readonly AnsiCode[]>();
const styles = new Map<string, Style>();
const styleOfCodes = new WeakMap<AnsiCode[], Style>();
let plainStyle = newStyle([]);
let youngLines = new Map<string, Line>();
let oldLines = new Map<string, Line>();
/** The line that was tokenized last: Ink asks for its cells right after. */
let lastLine: Line | undefined;

/** The tokens of `text`: one for each character and each SGR parameter. */
export function tokenize(text: string, endChar?: number): Token[] {
  const line = endChar === undefined ? lineOf(text) : undefined;
  lastLine = line;
  return line?.tokens ?? originalTokenize(text, endChar);
}

/** The cells that `tokens` draw. The array is remembered: it is not to be changed. */
export function styledCharsFromTokens(tokens: Token[]): StyledChar[] {
  return lastLine?.tokens === tokens ? lastLine.cells : originalCells(tokens);
}

/** The text that draws `cells`, with no more sequences than it takes. */
export function styledCharsToString(cells: StyledChar[]): string {
  let text = '';
  let style = plainStyle;
  let codes: AnsiCode[] | undefined;
  for (const cell of cells) {
    if (cell.styles !== codes) {
      codes = cell.styles;
      const next = codes.length === 0 ? plainStyle : styleOfCodes.get(codes);
      // A style that was not made here: the cells came from the original.
      if (next === undefined) return originalString(cells);
      if (next !== style) {
        text += changeOf(style, next);
        style = next;
      }
    }
    text += cell.value;
  }
  return style === plainStyle ? text : text + changeOf(style, plainStyle);
}

function lineOf(text: string): Line | undefined {
  const known = youngLines.get(text) ?? oldLines.get(text);
  const line = known ?? readLine(text);
  if (line === undefined || text.length > LONGEST_REMEMBERED) return line;
  if (youngLines.size >= REMEMBERED_LINES) {
    oldLines = youngLines;
    youngLines = new Map();
  }
  youngLines.set(text, line);
  return line;
}

/** Reads a line of plain characters and SGR sequences; undefined when there is anything else in it. */
function readLine(text: string): Line | undefined {
  const tokens: Token[] = [];
  const cells: StyledChar[] = [];
  let style = plainStyle;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === ESC) {
      const end = endOfSgr(text, at);
      if (end < 0) return undefined;
      const sgr = text.slice(at, end);
      for (const token of tokensOfSgr(sgr)) tokens.push(token);
      style = styleAfter(style, sgr);
      at = end - 1;
    } else if (isPlain(code) || code === LINE_FEED) {
      tokens.push(charToken(code));
      cells.push(cellOf(style, code));
    } else {
      return undefined;
    }
  }
  return { tokens, cells };
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
    const cell = (codes: AnsiCode[], value: string): StyledChar => ({
      type: 'char',
      value,
      fullWidth: false,
      styles: codes,
    });
    // What the original writes between a and b.
    const text = originalString([cell(from.codes, 'a'), cell(to.codes, 'b')]);
    change = text.slice(text.indexOf('a') + 1, text.lastIndexOf('b'));
    from.change.set(to, change);
  }
  return change;
}
