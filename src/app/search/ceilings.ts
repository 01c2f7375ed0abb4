/**
 * The best raw score that fuzzysort 4.0.2 can give a name, from its length and the way it holds the query.
 *
 * fuzzysort charges for what a match leaves out, and a thousandfold where the letters follow no word beginnings. With
 * n and L the lengths of query and name, l = (L - n) / 2, b = 1 + n², and m the place of each letter:
 *
 *     start    substring at a word's beginning   (-0.2 m₀² - l) / b² - l, and up to 4 and half of it back
 *     inner    substring elsewhere               (-200 m₀² - l) / b - l, likewise; or with gaps for -200 m₀²
 *     spread   word beginnings, g gaps           gaps - 2l, gaps = -(12 + g) g - (m of the letters after a gap) - 0.2 m₀²
 *     loose    in order, no more                 1000 gaps - 2l, with each letter where it first can be
 *
 * With the list full, a name whose ceiling is under the last hit's score is left out unscored, and nothing changes:
 * test/app/search-names.test.ts compares with fuzzysort over all names, so an upgrade that scores differently fails there.
 */
import type { NameIndex } from './name-index.ts';
import { HOLDS, type Holds, type Needle, substringAt } from './needle.ts';
import { startsWord, strictGaps } from './strict.ts';

const EXPONENT = 0.04307;

/** The raw score of which fuzzysort's normalizeScore made `score`; a little lower, to be safe from rounding. */
export function rawScore(score: number): number {
  const raw = 1 - (1 - Math.log(score) / 2) ** (1 / EXPONENT);
  return raw - 1e-6 - Math.abs(raw) * 1e-9;
}

const withEndBonus = (raw: number): number => raw + Math.min(4, -raw / 2);

function startCeiling(n: number, length: number, place = 0): number {
  const l = (length - n) / 2;
  const b = 1 + n * n;
  const charged = place * place * 0.2;
  return n === 1 ? -charged - 2 * l : withEndBonus((-charged - l) / (b * b) - l);
}

function innerCeiling(n: number, length: number, charged: number): number {
  const l = (length - n) / 2;
  return withEndBonus((charged - l) / (1 + n * n) - l);
}

/** The least that a gap costs: 12, the character left out, and the place of the letter after it. */
const ONE_GAP = -15;

/** The ceiling for all names of this length and longer that hold the query so. */
export function ceilingAtLength(holds: Holds, { lengths }: Needle, length: number): number {
  const [n = 0] = lengths;
  if (holds === HOLDS.odd) return 0;
  if (lengths.length === 1) {
    if (holds === HOLDS.spread) return ONE_GAP - (length - n);
    if (holds === HOLDS.loose) return 1000 * ONE_GAP - (length - n);
    if (holds === HOLDS.inner) return n === 1 ? -200 - (length - n) : innerCeiling(n, length, ONE_GAP);
    return startCeiling(n, length);
  }
  // Several words score the mean of theirs; in a spread name, one of them at the least has a gap.
  let sum = 0;
  let gap = Number.POSITIVE_INFINITY;
  for (const each of lengths) {
    const whole = startCeiling(each, length);
    sum += whole;
    if (each > 1) gap = Math.min(gap, whole - ONE_GAP + (length - each));
  }
  return (holds === HOLDS.spread ? sum - gap : sum) / lengths.length;
}

/**
 * The ceiling for this very name, or -Infinity where it does not hold the query so after all. Once under `bar`, it may
 * be anything under it.
 */
export function ceilingOfName(holds: Holds, index: NameIndex, row: number, { parts }: Needle, bar: number): number {
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  const length = to - from;
  if (parts.length > 1) {
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += ceilingOfWord(index, row, parts[i] as Uint8Array, i === 0);
    return sum / parts.length;
  }
  const part = parts[0] as Uint8Array;
  const n = part.length;
  if (holds === HOLDS.loose) return looseCeiling(index.bytes, from, to, part) - (length - n);
  if (holds === HOLDS.spread) return Math.min(ONE_GAP, strictGaps(index, row, part)) - (length - n);
  if (holds === HOLDS.odd) return 0;
  if (holds === HOLDS.prefix) return startCeiling(n, length);
  if (holds === HOLDS.start && !startsWord(index, row, part)) return Number.NEGATIVE_INFINITY;
  const place = substringAt(index.bytes, from, to, part) - from;
  if (holds === HOLDS.start) return startCeiling(n, length, place);
  const charged = -200 * place * place;
  if (n === 1) return charged - (length - n);
  // Mostly the place alone decides.
  if (charged >= ONE_GAP || innerCeiling(n, length, ONE_GAP) < bar) return innerCeiling(n, length, charged);
  return innerCeiling(n, length, Math.max(charged, Math.min(ONE_GAP, strictGaps(index, row, part))));
}

/** For one of several words: fuzzysort takes the end of one for a beginning of the next, so only the first is sure. */
function ceilingOfWord(index: NameIndex, row: number, part: Uint8Array, sure: boolean): number {
  const n = part.length;
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  const length = to - from;
  const place = substringAt(index.bytes, from, to, part) - from;
  if (place < 0) return ONE_GAP - (length - n);
  if (!sure || n > 1) return startCeiling(n, length, place);
  return Math.max(strictGaps(index, row, part), -200 * place * place) - (length - n);
}

/** Without word beginnings, fuzzysort takes each letter where it first can be: this is its very score. */
function looseCeiling(bytes: Uint8Array, from: number, to: number, part: Uint8Array): number {
  let gaps = 0;
  let charged = 0;
  let first = 0;
  let last = -1;
  let at = from;
  for (let i = 0; i < part.length; i++) {
    while (at < to && bytes[at] !== part[i]) at++;
    const place = at - from;
    if (i === 0) first = place;
    else if (place !== last + 1) {
      gaps++;
      charged += place;
    }
    last = place;
    at++;
  }
  const skipped = last - first - (part.length - 1);
  return 1000 * (-charged - (12 + skipped) * gaps - first * first * 0.2);
}
