/**
 * string-width as Ink uses it, without its price: the bundle takes this file in its place (fast-ink.mjs). The original
 * cuts every text that is not all ASCII, and so every line with a frame in it, into grapheme clusters.
 */
import originalStringWidth, { type Options } from 'string-width';
import { countPlain } from './plain-characters.ts';

/** The number of columns that `text` takes. */
function stringWidth(text: string, options?: Options): number {
  const width = options === undefined && typeof text === 'string' ? countPlain(text) : -1;
  return width < 0 ? originalStringWidth(text, options) : width;
}

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { stringWidth as default };
