/**
 * Text about which nothing needs to be asked, so that Ink's frames can be made by looking at char codes:
 *
 *   plain characters   one code unit, one column, visible, never joined with a neighbour
 *   SGR sequences      ESC [ numbers and semicolons m
 *
 * A test holds every plain character against Ink's own width, segmentation, tokenizer and sanitizer.
 */

/** First and last of each run. */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e], // ASCII
  [0xa1, 0xac], // Latin-1, without the soft hyphen
  [0xae, 0x17f], // and Latin Extended-A
  [0x2010, 0x2027], // dashes, quotes, bullet, ellipsis
  [0x2030, 0x205e], // per mille, primes, angle quotes
  [0x2190, 0x21ff], // arrows
  [0x2200, 0x22ff], // mathematical operators
  [0x2500, 0x25fc], // box drawing, blocks, geometric shapes; the next two are wide
  [0x2713, 0x2718], // ✓ ✔ ✕ ✖ ✗ ✘
];

const ESC = 0x1b;
const BRACKET = 0x5b;
const SEMICOLON = 0x3b;
const FINAL_M = 0x6d;
/** A longer number is not a style, and the packages that Ink uses do not agree on what it is. */
const MOST_DIGITS = 4;

const table = new Uint8Array(0x10000);
for (const [first, last] of RANGES) table.fill(1, first, last + 1);

/** All plain characters, for the test that proves them. */
export function plainCharacters(): string[] {
  return RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index)),
  );
}

/** Whether the UTF-16 code unit `code` is a plain character. */
export function isPlain(code: number): boolean {
  return table[code] === 1;
}

/** Where the SGR sequence that begins at `start` ends (one past its m); -1 when there is none, or an odd one. */
export function endOfSgr(text: string, start: number): number {
  if (text.charCodeAt(start) !== ESC || text.charCodeAt(start + 1) !== BRACKET) return -1;
  let digits = 0;
  for (let at = start + 2; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === FINAL_M) return at + 1;
    if (code >= 0x30 && code <= 0x39) {
      if (++digits > MOST_DIGITS) return -1;
    } else if (code === SEMICOLON && at > start + 2) {
      digits = 0;
    } else {
      return -1;
    }
  }
  return -1;
}

/** How many plain characters `text` has beside SGR sequences; -1 when there is anything else in it. */
export function countPlain(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (isPlain(text.charCodeAt(at))) {
      count++;
      continue;
    }
    const end = endOfSgr(text, at);
    if (end < 0) return -1;
    at = end - 1;
  }
  return count;
}
