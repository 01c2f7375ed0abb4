/**
 * Which names hold the letters of a query in order, and how.
 *
 * This is the test that fuzzysort begins with, done on bytes for all names at once, so that fuzzysort is asked only
 * about names that can enter the list. A longer query keeps to the rows of the shorter one that it continues.
 */
import { HOLDS } from './ceilings.ts';
import { CLASS, FOLD, ODD } from './letters.ts';
import type { NameIndex } from './name-index.ts';

/** A query, ready to be compared with folded bytes. */
export interface Needle {
  /** Lower case, words separated by one space: what fuzzysort is given. */
  readonly text: string;
  readonly parts: readonly Uint8Array[];
  readonly lengths: readonly number[];
  /** Class bits of all characters; negative when fuzzysort rewrites some of them. */
  readonly letters: number;
}

export function needleOf(text: string): Needle {
  const words = text.toLowerCase().trim().split(/\s+/);
  const parts = words.map((word) => Uint8Array.from(word, (char) => FOLD[Math.min(255, char.charCodeAt(0))] as number));
  let letters = 0;
  for (const part of parts) for (const code of part) letters |= CLASS[code] as number;
  return { text: words.join(' '), parts, lengths: parts.map((part) => part.length), letters };
}

/** Rows that match, ascending, and how each does (a value of {@link HOLDS}). */
export interface Candidates {
  readonly rows: Uint32Array;
  readonly holds: Uint8Array;
}

const SLICE = 8192;

/** @param within rows that hold a query which `needle` continues; all rows where undefined */
export function* findCandidates(
  index: NameIndex,
  needle: Needle,
  within: Uint32Array | undefined,
): Generator<void, Candidates> {
  const size = within?.length ?? index.count;
  const rows = new Uint32Array(size);
  const holds = new Uint8Array(size);
  const wanted = needle.letters;
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (i % SLICE === SLICE - 1) yield;
    const row = within === undefined ? i : (within[i] as number);
    const letters = index.letters[row] as number;
    let how: number = HOLDS.odd;
    if (wanted >= 0 && letters >= 0) {
      if ((letters & wanted) !== wanted) continue;
      how = howHeld(index, row, needle);
      if (how < 0) continue;
    }
    rows[count] = row;
    holds[count++] = how;
  }
  return { rows: rows.slice(0, count), holds: holds.slice(0, count) };
}

function howHeld(index: NameIndex, row: number, needle: Needle): number {
  const from = index.starts[row] as number;
  const to = index.starts[row + 1] as number;
  const { parts } = needle;
  const { bytes } = index;
  const only = parts[0] as Uint8Array;
  if (parts.length === 1) {
    const first = firstOf(bytes, from, to, only);
    if (first < 0) return -1;
    const at = substringAt(bytes, first, to, only);
    if (at >= 0) return at === from ? HOLDS.prefix : HOLDS.substring;
    return maySpread(bytes, first, to, only, index.initials[row] as number) ? HOLDS.spread : HOLDS.loose;
  }
  let how: number = HOLDS.substring;
  for (const part of parts) {
    const first = firstOf(bytes, from, to, part);
    if (first < 0) return -1;
    if (substringAt(bytes, first, to, part) < 0) how = HOLDS.spread;
  }
  return how;
}

/** Where the first letter stands if all of them follow in order, else -1. */
function firstOf(bytes: Uint8Array, from: number, to: number, part: Uint8Array): number {
  const length = part.length;
  let wanted = part[0];
  let first = from;
  while (first < to && bytes[first] !== wanted) first++;
  if (first === to) return -1;
  if (length === 1) return first;
  let next = 1;
  wanted = part[1];
  for (let at = first + 1; at < to; at++) {
    if (bytes[at] !== wanted) continue;
    if (++next === length) return first;
    wanted = part[next];
  }
  return -1;
}

function substringAt(bytes: Uint8Array, from: number, to: number, part: Uint8Array): number {
  const length = part.length;
  const head = part[0];
  for (let at = from; at + length <= to; at++) {
    if (bytes[at] !== head) continue;
    let i = 1;
    while (i < length && bytes[at + i] === part[i]) i++;
    if (i === length) return at;
  }
  return -1;
}

/**
 * Whether every letter can be the beginning of a word or stand right after the letter before it. Without this,
 * fuzzysort goes through up to 200 choices of underscores for "__x" in every name with an x somewhere.
 */
function maySpread(bytes: Uint8Array, from: number, to: number, part: Uint8Array, initials: number): boolean {
  for (let i = 0; i < part.length; i++) {
    const code = part[i] as number;
    if (((CLASS[code] as number) & ~ODD & initials) !== 0) continue;
    if (i === 0 || !hasPair(bytes, from, to, part[i - 1] as number, code)) return false;
  }
  return true;
}

function hasPair(bytes: Uint8Array, from: number, to: number, left: number, right: number): boolean {
  for (let at = from + 1; at < to; at++) if (bytes[at] === right && bytes[at - 1] === left) return true;
  return false;
}
