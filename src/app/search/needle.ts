/**
 * A query ready to be compared with the folded bytes of names, and the comparison: how a name holds the query.
 *
 * This is the test that fuzzysort begins with, done on bytes, so that fuzzysort is asked only about names that can
 * enter the list. What it lets through, fuzzysort scores; what it rules out, fuzzysort would not match.
 */
import { CLASS } from './letters.ts';
import type { NameIndex } from './name-index.ts';

/** How a name holds a query, best first. `odd` names are for fuzzysort alone to judge. */
export const HOLDS = { odd: 0, prefix: 1, start: 2, inner: 3, spread: 4, loose: 5 } as const;
export type Holds = (typeof HOLDS)[keyof typeof HOLDS];

export interface Needle {
  /** Lower case, words separated by one space: what fuzzysort is given. */
  readonly text: string;
  readonly parts: readonly Uint8Array[];
  /** The lengths of the parts. */
  readonly lengths: readonly number[];
  /** Class bits of all characters. */
  readonly letters: number;
  /** False where only names that fuzzysort rewrites can match: all others are plain ASCII. */
  readonly plain: boolean;
}

export function needleOf(query: string): Needle {
  const text = query.toLowerCase().trim().split(/\s+/).join(' ');
  // As fuzzysort does it: accents off, one quote for all, a repeated word once.
  const folded = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('\\', '/')
    .replace(/["`]/g, "'");
  const parts = [...new Set(folded.split(' '))].map((word) => Uint8Array.from(word, (char) => char.charCodeAt(0)));
  let letters = 0;
  for (const part of parts) for (const code of part) letters |= CLASS[code] as number;
  return { text, parts, lengths: parts.map((part) => part.length), letters, plain: /^[ -~]*$/.test(folded) };
}

/**
 * How the name of `row` holds the query, or -1. At a first look only: any substring counts as `start` and what has
 * gaps as `spread`, until a second look.
 */
export function howHeld(index: NameIndex, row: number, { parts }: Needle): Holds | -1 {
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  if (parts.length === 1) return howHeldPart(index.bytes, from, to, parts[0] as Uint8Array);
  let how: Holds = HOLDS.start;
  for (const part of parts) {
    const held = howHeldPart(index.bytes, from, to, part);
    if (held < 0) return -1;
    if (held === HOLDS.spread) how = HOLDS.spread;
  }
  return how;
}

function howHeldPart(bytes: Uint8Array, from: number, to: number, part: Uint8Array): Holds | -1 {
  const length = part.length;
  const head = part[0];
  let first = from;
  while (first < to && bytes[first] !== head) first++;
  if (first === to) return -1;
  let last = first;
  let next = 1;
  for (let wanted = part[1]; next < length; wanted = part[next]) {
    do last++;
    while (last < to && bytes[last] !== wanted);
    if (last >= to) return -1;
    next++;
  }
  if (last - first === length - 1) return first === from ? HOLDS.prefix : HOLDS.start;
  return substringAt(bytes, first + 1, to, part) < 0 ? HOLDS.spread : HOLDS.start;
}

/** Whether the name of `row`, which begins with the first byte of a query of one word, begins with all of it. */
export function hasPrefix(index: NameIndex, row: number, part: Uint8Array): boolean {
  const from = index.starts[row] as number;
  if (from + part.length > (index.starts[row + 1] as number)) return false;
  for (let i = 1; i < part.length; i++) if (index.bytes[from + i] !== part[i]) return false;
  return true;
}

/** Where the query of one word first stands in the name as a whole, at `from` or after, or -1. */
export function substringAt(bytes: Uint8Array, from: number, to: number, part: Uint8Array): number {
  const length = part.length;
  for (let at = from; at + length <= to; at++) {
    let i = 0;
    while (i < length && bytes[at + i] === part[i]) i++;
    if (i === length) return at;
  }
  return -1;
}
