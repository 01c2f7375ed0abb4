/**
 * The best raw score that fuzzysort 4.0.2 can give a name, from its length and the way it holds the query.
 *
 * fuzzysort charges for what a match leaves out, and a thousandfold where the letters follow no word beginnings. With
 * n and L the lengths of query and name, l = (L - n) / 2, b = 1 + n², and m the place of each letter:
 *
 *     start    substring at a word's beginning       (0 - l) / b² - l, and up to 4 and half of it back
 *     inner    substring elsewhere, m₀ > 0           (-200 m₀² - l) / b - l, likewise; with word beginnings, -15 for -200 m₀²
 *     spread   word beginnings, g gaps               -(12 + g) g - (m of the letters after a gap) - 2l
 *     loose    in order, no more                     1000 × the same, with each letter where it first can be
 *
 * With the list full, a name whose ceiling is under the last hit's score is left out unscored, and nothing changes:
 * test/app/search-names.test.ts compares with fuzzysort over all names, so an upgrade that scores differently fails there.
 */
import type { NameIndex } from './name-index.ts';
import { hasPair, maySpread, type Needle, substringAt } from './needle.ts';

/** How a name holds a query, best first. `odd` names are for fuzzysort alone to judge. */
export const HOLDS = { odd: 0, prefix: 1, start: 2, inner: 3, spread: 4, loose: 5 } as const;
export type Holds = (typeof HOLDS)[keyof typeof HOLDS];

const EXPONENT = 0.04307;

/** The raw score of which fuzzysort's normalizeScore made `score`; a little lower, to be safe from rounding. */
export function rawScore(score: number): number {
  const raw = 1 - (1 - Math.log(score) / 2) ** (1 / EXPONENT);
  return raw - 1e-6 - Math.abs(raw) * 1e-9;
}

const withEndBonus = (raw: number): number => raw + Math.min(4, -raw / 2);

function startCeiling(n: number, length: number): number {
  const l = (length - n) / 2;
  const b = 1 + n * n;
  return n === 1 ? -2 * l : withEndBonus(-l / (b * b) - l);
}

/** The ceiling for all names of this length and longer that hold the query so. */
export function ceilingAtLength(holds: Holds, { lengths }: Needle, length: number): number {
  const [n = 0] = lengths;
  if (holds === HOLDS.odd) return 0;
  if (lengths.length === 1) {
    if (holds === HOLDS.spread) return -15 - (length - n);
    if (holds === HOLDS.loose) return -15_000 - (length - n);
    if (holds === HOLDS.inner && n > 1) return innerCeiling(n, length, -15);
    return startCeiling(n, length);
  }
  // Several words score the mean of theirs; in a spread name, one of them at the least has a gap.
  let sum = 0;
  let gap = Number.POSITIVE_INFINITY;
  for (const each of lengths) {
    const whole = startCeiling(each, length);
    sum += whole;
    if (each > 1) gap = Math.min(gap, whole + 15 + (length - each));
  }
  return (holds === HOLDS.spread ? sum - gap : sum) / lengths.length;
}

/** The ceiling for this very name, which holds a query of one word so. */
export function ceilingOfName(holds: Holds, index: NameIndex, row: number, part: Uint8Array): number {
  const n = part.length;
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  const length = to - from;
  if (holds === HOLDS.inner && n > 1) {
    const spread = maySpread(index, row, part) ? -15 : Number.NEGATIVE_INFINITY;
    const place = substringAt(index.bytes, from, to, part) - from;
    return innerCeiling(n, length, Math.max(spread, -200 * place * place));
  }
  if (holds !== HOLDS.spread && holds !== HOLDS.loose) return 0;
  return gapCeiling(holds, index.bytes, from, to, part) - (length - n);
}

function innerCeiling(n: number, length: number, place: number): number {
  const l = (length - n) / 2;
  return withEndBonus((place - l) / (1 + n * n) - l);
}

/** Each letter where it first can be: every letter of a better match stands there or later. */
function gapCeiling(holds: Holds, bytes: Uint8Array, from: number, to: number, part: Uint8Array): number {
  const n = part.length;
  let gaps = 0;
  let charged = 0;
  let first = 0;
  let last = 0;
  let at = from;
  for (let i = 0; i < n; i++) {
    while (at < to && bytes[at] !== part[i]) at++;
    const place = at - from;
    if (i === 0) first = place;
    // Where the letters loosely are is where they are; word beginnings may close a gap that has its pair somewhere.
    else if (
      holds === HOLDS.loose ? place !== last + 1 : !hasPair(bytes, from, to, part[i - 1] as number, part[i] as number)
    ) {
      gaps++;
      charged += place;
    }
    last = place;
    at++;
  }
  const skipped = last - first - (n - 1);
  if (holds === HOLDS.loose) return 1000 * (-charged - (12 + skipped) * gaps - first * first * 0.2);
  return Math.min(-15, -charged - (12 + gaps) * gaps - first * first * 0.2);
}
