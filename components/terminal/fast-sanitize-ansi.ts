/**
 * Ink's sanitize-ansi without its price: the bundle takes this file in its place (fast-ink.mjs). The original takes
 * every text of every frame apart to find sequences that would move the cursor. Where there are only plain characters,
 * line feeds and styles, the text is as it should be.
 */
import originalSanitizeAnsi from '../../node_modules/ink/build/sanitize-ansi.js';
import { endOfSgr, isPlain } from './plain-characters.ts';

const LINE_FEED = 0x0a;

/** `text` without what would disturb the layout. */
function sanitizeAnsi(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isPlain(code) || code === LINE_FEED) continue;
    const end = endOfSgr(text, at);
    if (end < 0) return originalSanitizeAnsi(text);
    at = end - 1;
  }
  return text;
}

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { sanitizeAnsi as default };
