/**
 * The distinct names of a kernel, ordered so that a search may stop early.
 *
 *     rows   0 … plainCount             names that people look for, short ones first
 *            plainCount … count         bookkeeping names (__ksymtab_tty_write), short ones first
 *     bytes  t t y _ w r i t e t t y …  lower case, without separators; row r is starts[r] … starts[r + 1]
 *
 * The best possible score falls with the length of a name, so the first row that cannot enter the list ends the scan.
 *
 * Left out: names that are empty or unreadable, and the mapping symbols of the ARM and RISC-V ABIs ($x, $d, $a, $t,
 * $x.123, $xrv64i2p1…), which mark where code and data alternate and are a third of arm64-6.12's .symtab.
 */
import { type DistinctNames, distinctNames, LONGEST, type RowChains } from './distinct-names.ts';
import { CAPITAL, CLASS, FOLD, initialBits, ODD } from './letters.ts';
import { isBookkeeping } from './rank.ts';
import type { SearchInput } from './types.ts';

export interface NameIndex {
  readonly count: number;
  readonly plainCount: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  /** Class bits of each name's characters; negative for a name that fuzzysort rewrites. */
  readonly letters: Int32Array;
  readonly initials: Int32Array;
  /** Rows by the first byte of the name, ascending: those that begin with `byte` are firsts[byte] … firsts[byte + 1]. */
  readonly byFirst: Uint32Array;
  readonly firsts: Uint32Array;
  /** Rows of the names that fuzzysort rewrites before it matches: few, if any. */
  readonly odd: readonly number[];
  /** 0 function, 1 data, 2 the rest: the order among equal scores. */
  readonly kinds: Uint8Array;
  readonly symbols: RowChains;
  readonly funcs: RowChains;
  /** The name as it is in the file, latin1. */
  nameOf(row: number): string;
  /** One byte of the name as it is in the file. */
  byteOf(row: number, at: number): number;
}

const SLICE = 4096;

/** Builds the index; yields between slices of some thousand rows, so that a caller can share its thread. */
export function* buildIndex(input: SearchInput): Generator<void, NameIndex> {
  const names = yield* distinctNames(input);
  yield;
  const { order, plainCount } = orderOf(names, input);
  yield;
  return yield* lay(names, input, order, plainCount);
}

const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_COMMON = 5;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;

/** The best that any bearer of the name is: a BTF FUNC is a function even where no symbol is left of it. */
function kindOf(id: number, { symbols, funcs }: DistinctNames, types: Uint8Array): number {
  if ((funcs.head[id] as number) >= 0) return 0;
  let kind = 2;
  for (let row = symbols.head[id] as number; row >= 0; row = symbols.next[row] as number) {
    const type = types[row];
    if (type === STT_FUNC || type === STT_GNU_IFUNC) return 0;
    if (type === STT_OBJECT || type === STT_COMMON || type === STT_TLS) kind = 1;
  }
  return kind;
}

/** The strings that a name is in, whose first rows are these. */
const stringsOf = ({ symbols, funcs }: SearchInput, symbol: number): Uint8Array =>
  symbol >= 0 ? symbols.strings : funcs.strings;

/** Plain names first, then by length: a counting sort over (bookkeeping, length). */
function orderOf(names: DistinctNames, input: SearchInput): { order: Uint32Array; plainCount: number } {
  const { count, at, lengths, symbols } = names;
  const buckets = new Uint32Array(2 * (LONGEST + 1) + 1);
  const keys = new Uint16Array(count);
  let plainCount = 0;
  for (let id = 0; id < count; id++) {
    const late = isBookkeeping(stringsOf(input, symbols.head[id] as number), at[id] as number);
    if (!late) plainCount++;
    const key = (lengths[id] as number) + (late ? LONGEST + 1 : 0);
    keys[id] = key;
    buckets[key + 1] = (buckets[key + 1] as number) + 1;
  }
  for (let key = 1; key < buckets.length; key++) {
    buckets[key] = (buckets[key] as number) + (buckets[key - 1] as number);
  }
  const order = new Uint32Array(count);
  for (let id = 0; id < count; id++) {
    const key = keys[id] as number;
    const row = buckets[key] as number;
    buckets[key] = row + 1;
    order[row] = id;
  }
  return { order, plainCount };
}

/** Writes the columns in their final order. */
function* lay(
  names: DistinctNames,
  input: SearchInput,
  order: Uint32Array,
  plainCount: number,
): Generator<void, NameIndex> {
  const { count } = names;
  const { types } = input.symbols;
  const kinds = new Uint8Array(count);
  const places = new Uint32Array(count);
  const starts = new Uint32Array(count + 1);
  const letters = new Int32Array(count);
  const initials = new Int32Array(count);
  const odd: number[] = [];
  const symbolHead = new Int32Array(count);
  const funcHead = new Int32Array(count);
  let size = 0;
  for (let id = 0; id < count; id++) size += names.lengths[id] as number;
  const bytes = new Uint8Array(size);
  let end = 0;
  const layRows = (first: number, past: number): void => {
    for (let row = first; row < past; row++) {
      const id = order[row] as number;
      const symbol = names.symbols.head[id] as number;
      kinds[row] = kindOf(id, names, types);
      symbolHead[row] = symbol;
      funcHead[row] = names.funcs.head[id] as number;
      const strings = stringsOf(input, symbol);
      const place = names.at[id] as number;
      const length = names.lengths[id] as number;
      places[row] = place;
      initials[row] = initialBits(strings, place, place + length);
      let bits = 0;
      for (let i = 0; i < length; i++) {
        const code = strings[place + i] as number;
        const folded = FOLD[code] as number;
        bits |= CLASS[code] as number;
        if (code !== folded) bits |= CAPITAL;
        bytes[end++] = folded;
      }
      starts[row + 1] = end;
      letters[row] = (bits & ODD) !== 0 ? -1 : bits;
      if (bits < 0) odd.push(row);
    }
  };
  for (let row = 0; row < count; row += SLICE) {
    layRows(row, Math.min(row + SLICE, count));
    yield;
  }
  const symbolText = textOf(input.symbols.strings);
  const funcText = textOf(input.funcs.strings);
  return {
    count,
    plainCount,
    bytes,
    starts,
    letters,
    initials,
    ...firstBytes(bytes, starts),
    odd,
    kinds,
    symbols: { head: symbolHead, next: names.symbols.next },
    funcs: { head: funcHead, next: names.funcs.next },
    nameOf(row) {
      const place = places[row] as number;
      const length = (starts[row + 1] as number) - (starts[row] as number);
      const text = (symbolHead[row] as number) >= 0 ? symbolText : funcText;
      return text.toString('latin1', place, place + length);
    },
    byteOf: (row, at) => stringsOf(input, symbolHead[row] as number)[(places[row] as number) + at] as number,
  };
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

function firstBytes(bytes: Uint8Array, starts: Uint32Array): { byFirst: Uint32Array; firsts: Uint32Array } {
  const count = starts.length - 1;
  const firsts = new Uint32Array(257);
  const firstOf = (row: number): number => bytes[starts[row] as number] as number;
  for (let row = 0; row < count; row++) {
    const slot = firstOf(row) + 1;
    firsts[slot] = (firsts[slot] as number) + 1;
  }
  for (let slot = 1; slot < 257; slot++) firsts[slot] = (firsts[slot] as number) + (firsts[slot - 1] as number);
  const ends = firsts.slice();
  const byFirst = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const first = firstOf(row);
    const at = ends[first] as number;
    ends[first] = at + 1;
    byFirst[at] = row;
  }
  return { byFirst, firsts };
}
