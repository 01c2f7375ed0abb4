/**
 * Matches that follow word beginnings, which fuzzysort calls strict: the first letter begins a word, and every other
 * begins one or stands right after the letter before it.
 *
 * Whether a name has such a match, and what its gaps cost at the least, without trying all ways to choose it: "__x"
 * has so many in a name with ten underscores that fuzzysort stops after 200.
 */
import { beginsWord, CAPITAL, CLASS } from './letters.ts';
import type { NameIndex } from './name-index.ts';
import { substringAt } from './needle.ts';

/** Whether a word begins at `at`, which is a place in `index.bytes` inside the name of `row`. */
function begins(index: NameIndex, row: number, from: number, at: number): boolean {
  if (at === from || beginsWord(index.bytes[at - 1] as number, index.bytes[at] as number)) return true;
  if (((index.letters[row] as number) & CAPITAL) === 0) return false;
  // Folded bytes do not tell where a capital begins a word; the name does.
  return beginsWord(index.byteOf(row, at - from - 1), index.byteOf(row, at - from));
}

/** Whether some word of the name may begin with the character. */
const hasInitial = (index: NameIndex, row: number, code: number): boolean =>
  ((CLASS[code] as number) & (index.initials[row] as number)) !== 0;

/**
 * Where in the name the query first stands at the beginning of a word, or -1.
 * @param extra class bits of characters after which a word may begin as well
 */
export function startPlace(index: NameIndex, row: number, part: Uint8Array, extra = 0): number {
  if (extra === 0 && !hasInitial(index, row, part[0] as number)) return -1;
  const { bytes } = index;
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  for (let at = substringAt(bytes, from, to, part); at >= 0; at = substringAt(bytes, at + 1, to, part)) {
    if (begins(index, row, from, at) || ((CLASS[bytes[at - 1] as number] as number) & extra) !== 0) return at - from;
  }
  return -1;
}

/** Whether a word of the name ends before `place`. */
export function endsWord(index: NameIndex, row: number, place: number): boolean {
  const from = index.starts[row] as number;
  return from + place === index.starts[row + 1] || begins(index, row, from, from + place);
}

/**
 * What the place and the gaps of a strict match score at most, or -Infinity where there is none.
 *
 * Each letter is put where it first can be. If that is a strict match, it is the one that fuzzysort finds first, and
 * this is its score; if it only may be, every strict match has its letters there or later, and a gap at the least
 * where the name has no such pair.
 * @param extra class bits of characters after which a word may begin as well
 */
export function strictGaps(index: NameIndex, row: number, part: Uint8Array, extra = 0): number {
  if (extra === 0 && !hasInitial(index, row, part[0] as number)) return Number.NEGATIVE_INFINITY;
  const { bytes } = index;
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  let sure = true;
  let gaps = 0;
  let charged = 0;
  let sureGaps = 0;
  let sureCharged = 0;
  let first = 0;
  let last = from - 1;
  for (let i = 0; i < part.length; i++) {
    const code = part[i] as number;
    const before = part[i - 1];
    let at = last + 1;
    let initial = false;
    for (; at < to; at++) {
      if (bytes[at] !== code) continue;
      initial = begins(index, row, from, at);
      if (initial || (i > 0 && bytes[at - 1] === before)) break;
      if (at > from && ((CLASS[bytes[at - 1] as number] as number) & extra) !== 0) break;
    }
    if (at === to) return Number.NEGATIVE_INFINITY;
    if (!initial && at !== last + 1) sure = false;
    if (i === 0) first = at - from;
    else if (at !== last + 1) {
      gaps++;
      charged += at - from;
      if (!hasPair(bytes, last, to, before as number, code)) {
        sureGaps++;
        sureCharged += at - from;
      }
    }
    last = at;
  }
  const place = -first * first * 0.2;
  if (sure) return place - charged - (12 + last - from - first - (part.length - 1)) * gaps;
  return place - sureCharged - (12 + sureGaps) * sureGaps;
}

/** Whether the two characters stand side by side at `from` or later. */
function hasPair(bytes: Uint8Array, from: number, to: number, left: number, right: number): boolean {
  for (let at = from + 1; at < to; at++) if (bytes[at] === right && bytes[at - 1] === left) return true;
  return false;
}
