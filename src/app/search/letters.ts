/**
 * Bytes of names as fuzzysort sees them: case ignored, a class bit per character, and where words begin.
 *
 * A name's class bits tell in one AND that a query cannot match it; the bits of the characters that begin its words
 * tell that a query cannot match it well. Both are supersets: what they let through, fuzzysort decides.
 */

/** Set for a name with bytes that fuzzysort rewrites before it matches (accents, quotes, \): it is always scored. */
export const ODD = 1 << 31;

/** Set for a name with a capital letter. */
export const CAPITAL = 1 << 30;

const DIGIT = 1 << 26;
const UNDERSCORE = 1 << 27;
const DOT = 1 << 28;
const OTHER = 1 << 29;

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function classOf(code: number): number {
  const folded = isUpper(code) ? code + 32 : code;
  if (isLower(folded)) return 1 << (folded - 97);
  if (isDigit(folded)) return DIGIT;
  if (folded === 0x5f) return UNDERSCORE;
  if (folded === 0x2e) return DOT;
  // " \ ` and everything past ASCII are rewritten by fuzzysort; a space changes how it splits the query.
  if (code > 0x7e || code === 0x20 || code === 0x22 || code === 0x5c || code === 0x60) return ODD;
  return OTHER;
}

/** Byte → lower-case byte. */
export const FOLD = Uint8Array.from({ length: 256 }, (_, code) => (isUpper(code) ? code + 32 : code));
/** Byte → its class bit. */
export const CLASS = Int32Array.from({ length: 256 }, (_, code) => classOf(code));

const UPPER = 1;
const ALNUM = 2;
const SHAPE = Uint8Array.from({ length: 256 }, (_, code) => {
  if (isUpper(code)) return UPPER | ALNUM;
  return isLower(code) || isDigit(code) ? ALNUM : 0;
});

/**
 * Whether fuzzysort sees a word begin between two characters: at one that is no letter or digit, after such a one, and
 * at the first capital of a run.
 */
export function beginsWord(before: number, code: number): boolean {
  const shape = SHAPE[code] ?? 0;
  const previous = SHAPE[before] ?? 0;
  return (shape & UPPER & ~previous) !== 0 || (previous & shape & ALNUM) === 0;
}

/** The class bits of the characters that begin a word. */
export function initialBits(name: Uint8Array, from: number, to: number): number {
  let bits = 0;
  let previous = 0;
  for (let at = from; at < to; at++) {
    const code = name[at] as number;
    if (beginsWord(previous, code)) bits |= CLASS[code] as number;
    previous = code;
  }
  return bits;
}
