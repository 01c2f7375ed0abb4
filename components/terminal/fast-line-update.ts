/**
 * Ink's line-update without its price: the bundle takes this file in its place (fast-ink.mjs). It finds the least to
 * write where a line has changed:
 *
 *   CHA to the first changed column · EL to the end of the line · the styles in force there · the rest of the line
 *
 * The original cuts a line that is not all ASCII into grapheme clusters up to the first change, so that a pane on the
 * right of the screen cost a frame's time by itself. Lines with anything but plain characters and styles go to it still.
 */
import originalLineUpdate from '../../node_modules/ink/build/line-update.js';
import { countPlain, endOfSgr } from './plain-characters.ts';

const ERASE_TO_END = '\x1b[K';

/** What to write over `previous` so that the line reads `next`, on a screen of this width. */
function lineUpdate(previous: string, next: string, columns: number | undefined): string {
  const previousWidth = countPlain(previous);
  const nextWidth = countPlain(next);
  if (previousWidth < 0 || nextWidth < 0) return originalLineUpdate(previous, next, columns);

  const full = `\x1b[1G${ERASE_TO_END}${next}`;
  if (columns === undefined || Number.isNaN(columns) || columns < 1) return full;
  const same = commonLength(previous, next);
  const { column, offset, styles } = placeOf(next, same);
  // At the right margin the cursor may hang over the edge, which no column number says.
  if (column === 0 || column >= columns || previousWidth > columns || nextWidth > columns) return full;
  const partial = `\x1b[${column + 1}G${ERASE_TO_END}${styles}${next.slice(offset)}`;
  return partial.length < full.length ? partial : full;
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** Where the text after the first `same` code units begins: its column, its offset, and the styles before it. */
function placeOf(line: string, same: number): { column: number; offset: number; styles: string } {
  let column = 0;
  let styles = '';
  let at = 0;
  while (at < same) {
    const end = endOfSgr(line, at);
    // A sequence of which only the beginning is the same belongs to what is new.
    if (end > same) break;
    if (end > 0) {
      styles += line.slice(at, end);
      at = end;
    } else {
      column++;
      at++;
    }
  }
  return { column, offset: at, styles };
}

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { lineUpdate as default };
