/**
 * @alcalzone/ansi-tokenize as Ink uses it, without its price: the bundle takes this file in its place (fast-ink.mjs).
 *
 * Ink turns every line of every frame into cells and back, up to three times. The original asks Intl.Segmenter about
 * each character, which on Node 20 is more than half of a frame. Here lines of plain characters, line feeds and SGR
 * sequences are read by char codes (cell-lines.ts). Any other line goes to the original, which is right about all of
 * Unicode.
 */
import {
  styledCharsFromTokens as originalCells,
  tokenize as originalTokenize,
  type StyledChar,
  type Token,
} from '@alcalzone/ansi-tokenize';
import { type Line, lineOf, textOf, tokensOf } from './cell-lines.ts';

export * from '@alcalzone/ansi-tokenize';

/** The line that was tokenized last: its cells are asked for right after. */
let lastLine: Line | undefined;

/** The tokens of `text`: one for each character and each SGR parameter. */
export function tokenize(text: string, endChar?: number): Token[] {
  lastLine = endChar === undefined ? lineOf(text) : undefined;
  return lastLine === undefined ? originalTokenize(text, endChar) : tokensOf(lastLine);
}

/** The cells that `tokens` draw. The array is remembered: it is not to be changed. */
export function styledCharsFromTokens(tokens: Token[]): StyledChar[] {
  return lastLine?.tokens === tokens ? lastLine.cells : originalCells(tokens);
}

/** The text that draws `cells`, with no more sequences than it takes. */
export function styledCharsToString(cells: StyledChar[]): string {
  return textOf(cells);
}
