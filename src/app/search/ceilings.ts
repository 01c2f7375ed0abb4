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
 * With the list full, a name whose ceiling is under the last hit's score is left out unscored, and nothing changes.
 * test/app/search-ceilings.test.ts asks fuzzysort whether it keeps to this: an upgrade that scores otherwise fails there.
 */
import { CLASS } from './letters.ts';
import type { NameIndex } from './name-index.ts';
import { HOLDS, type Holds, type Needle, substringAt } from './needle.ts';
import { endsWord, startPlace, strictGaps } from './strict.ts';

const EXPONENT = 0.04307;

/** The raw score of which fuzzysort's normalizeScore made `score`; a little lower, to be safe from rounding. */
export function rawScore(score: number): number {
  const raw = 1 - (1 - Math.log(score) / 2) ** (1 / EXPONENT);
  return raw - 1e-6 - Math.abs(raw) * 1e-9;
}

const withEndBonus = (raw: number): number => raw + Math.min(4, -raw / 2);

function startCeiling(n: number, length: number, place = 0, atEnd = true): number {
  const l = (length - n) / 2;
  const b = 1 + n * n;
  const charged = place * place * 0.2;
  if (n === 1) return -charged - 2 * l;
  const raw = (-charged - l) / (b * b) - l;
  return atEnd ? withEndBonus(raw) : raw;
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
export function ceilingOfName(holds: Holds, index: NameIndex, row: number, needle: Needle, bar: number): number {
  const { parts } = needle;
  const [part] = parts;
  if (holds === HOLDS.odd || part === undefined) return 0;
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  const n = part.length;
  const length = to - from;
  if (parts.length > 1) return ceilingOfWords(index, row, parts);
  if (holds === HOLDS.loose) return looseCeiling(index.bytes, from, to, part) - (length - n);
  if (holds === HOLDS.spread) return Math.min(ONE_GAP, strictGaps(index, row, part)) - (length - n);
  if (holds === HOLDS.inner) {
    const place = substringAt(index.bytes, from, to, part) - from;
    // Mostly the place alone decides.
    if (n > 1 && innerCeiling(n, length, ONE_GAP) < bar) return innerCeiling(n, length, -200 * place * place);
    return ceilingInside(index, row, part, place, 0);
  }
  const place = startPlace(index, row, part);
  if (place < 0) return Number.NEGATIVE_INFINITY;
  return startCeiling(n, length, place, endsWord(index, row, place + n));
}

/** For a substring that begins no word. */
function ceilingInside(index: NameIndex, row: number, part: Uint8Array, place: number, extra: number): number {
  const n = part.length;
  const length = (index.starts[row + 1] as number) - (index.starts[row] as number);
  if (n === 1) return -200 * place * place - (length - n);
  const gaps = Math.min(ONE_GAP, strictGaps(index, row, part, extra));
  return innerCeiling(n, length, Math.max(-200 * place * place, gaps));
}

/** The score of several words is the mean of theirs. */
function ceilingOfWords(index: NameIndex, row: number, parts: readonly Uint8Array[]): number {
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  let sum = 0;
  // Where one word was found whole, fuzzysort lets the next one begin.
  let extra = 0;
  for (const part of parts) {
    const n = part.length;
    const start = startPlace(index, row, part, extra);
    const whole = start >= 0 ? startCeiling(n, to - from, start) : Number.NEGATIVE_INFINITY;
    const place = substringAt(index.bytes, from, to, part) - from;
    // A beginning that only `extra` makes one may be none: then fuzzysort charges for the first place, which may be less.
    if (start >= 0 && extra === 0) sum += whole;
    else if (place >= 0) sum += Math.max(whole, ceilingInside(index, row, part, place, extra));
    else {
      const gaps = Math.min(ONE_GAP, strictGaps(index, row, part, extra));
      sum += Math.max(gaps, looseCeiling(index.bytes, from, to, part)) - (to - from - n);
    }
    extra |= CLASS[part[n - 1] as number] as number;
  }
  return sum / parts.length;
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
