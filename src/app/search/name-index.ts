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
import { CAPITAL, CLASS, FOLD, initialBits, ODD } from './letters.ts';
import { isBookkeeping } from './rank.ts';
import type { NameColumn, SearchInput } from './types.ts';

/** Rows of one name, chained: `head[name]` is its first row, `next[row]` the following one, -1 the end. */
export interface RowChains {
  readonly head: Int32Array;
  readonly next: Int32Array;
}

export interface NameIndex {
  readonly count: number;
  readonly plainCount: number;
  readonly names: readonly string[];
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
}

const SLICE = 2048;
/** Longer names count as this long in the order; a ceiling computed from it is only more careful. */
const LONGEST = 4096;

/** Builds the index; yields between slices of some thousand rows, so that a caller can share its thread. */
export function* buildIndex(input: SearchInput): Generator<void, NameIndex> {
  const names: string[] = [];
  const ids = new Map<string, number>();
  const kinds: number[] = [];
  const symbols = yield* collect(input.symbols, names, ids);
  const funcs = yield* collect(input.funcs, names, ids);
  ids.clear();
  for (let id = 0; id < names.length; id++) {
    kinds.push(kindOf(id, symbols, funcs, input.symbols.types));
    if (id % SLICE === 0) yield;
  }
  const { order, plainCount } = orderOf(names);
  yield;
  return yield* lay(names, kinds, order, plainCount, symbols, funcs);
}

interface Chains {
  readonly heads: number[];
  readonly next: Int32Array;
}

/** Numbers the distinct names of a column; from the last row to the first, so that chains ascend. */
function* collect(column: NameColumn, names: string[], ids: Map<string, number>): Generator<void, Chains> {
  const { strings, names: offsets } = column;
  const text = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  const heads: number[] = [];
  const next = new Int32Array(offsets.length).fill(-1);
  for (let row = offsets.length - 1; row >= 0; row--) {
    if (row % SLICE === 0) yield;
    const offset = offsets[row] as number;
    if (offset >= text.length || isMapping(text, offset)) continue;
    const end = text.indexOf(0, offset);
    if (end <= offset) continue;
    const name = text.toString('latin1', offset, end);
    let id = ids.get(name);
    if (id === undefined) {
      id = names.length;
      names.push(name);
      ids.set(name, id);
    }
    next[row] = heads[id] ?? -1;
    while (heads.length <= id) heads.push(-1);
    heads[id] = row;
  }
  return { heads, next };
}

/** $a $d $t $x, alone or with a suffix: ELF for the Arm architecture 5.5.5, AArch64 5.7, RISC-V psABI "mapping symbol". */
function isMapping(text: Uint8Array, offset: number): boolean {
  if (text[offset] !== 0x24) return false;
  const letter = text[offset + 1];
  if (letter !== 0x61 && letter !== 0x64 && letter !== 0x74 && letter !== 0x78) return false;
  const after = text[offset + 2];
  return after === 0 || after === 0x2e || (letter === 0x78 && after === 0x72 && text[offset + 3] === 0x76);
}

const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_COMMON = 5;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;

/** The best that any bearer of the name is: a BTF FUNC is a function even where no symbol is left of it. */
function kindOf(id: number, symbols: Chains, funcs: Chains, types: Uint8Array): number {
  if ((funcs.heads[id] ?? -1) >= 0) return 0;
  let kind = 2;
  for (let row = symbols.heads[id] ?? -1; row >= 0; row = symbols.next[row] ?? -1) {
    const type = types[row];
    if (type === STT_FUNC || type === STT_GNU_IFUNC) return 0;
    if (type === STT_OBJECT || type === STT_COMMON || type === STT_TLS) kind = 1;
  }
  return kind;
}

/** Plain names first, then by length: a counting sort over (bookkeeping, length). */
function orderOf(names: readonly string[]): { order: Uint32Array; plainCount: number } {
  const buckets = new Uint32Array(2 * (LONGEST + 1) + 1);
  const keys = new Uint16Array(names.length);
  let plainCount = 0;
  names.forEach((name, id) => {
    const late = isBookkeeping(name);
    if (!late) plainCount++;
    const key = Math.min(name.length, LONGEST) + (late ? LONGEST + 1 : 0);
    keys[id] = key;
    buckets[key + 1] = (buckets[key + 1] as number) + 1;
  });
  for (let key = 1; key < buckets.length; key++) {
    buckets[key] = (buckets[key] as number) + (buckets[key - 1] as number);
  }
  const order = new Uint32Array(names.length);
  keys.forEach((key, id) => {
    const row = buckets[key] as number;
    buckets[key] = row + 1;
    order[row] = id;
  });
  return { order, plainCount };
}

/** Writes the columns in their final order. */
function* lay(
  unordered: readonly string[],
  unorderedKinds: readonly number[],
  order: Uint32Array,
  plainCount: number,
  symbols: Chains,
  funcs: Chains,
): Generator<void, NameIndex> {
  const count = order.length;
  const names: string[] = [];
  const kinds = new Uint8Array(count);
  const starts = new Uint32Array(count + 1);
  const letters = new Int32Array(count);
  const initials = new Int32Array(count);
  const odd: number[] = [];
  const symbolHead = new Int32Array(count).fill(-1);
  const funcHead = new Int32Array(count).fill(-1);
  const bytes = Buffer.alloc(unordered.reduce((sum, name) => sum + name.length, 0));
  let end = 0;
  for (let row = 0; row < count; row++) {
    const id = order[row] as number;
    const name = unordered[id] as string;
    names.push(name);
    kinds[row] = unorderedKinds[id] as number;
    symbolHead[row] = symbols.heads[id] ?? -1;
    funcHead[row] = funcs.heads[id] ?? -1;
    const from = end;
    end += bytes.write(name, from, 'latin1');
    starts[row + 1] = end;
    initials[row] = initialBits(bytes, from, end);
    let bits = 0;
    for (let at = from; at < end; at++) {
      const code = bytes[at] as number;
      bits |= CLASS[code] as number;
      if (code !== FOLD[code]) bits |= CAPITAL;
      bytes[at] = FOLD[code] as number;
    }
    letters[row] = (bits & ODD) !== 0 ? -1 : bits;
    if (bits < 0) odd.push(row);
    if (row % SLICE === 0) yield;
  }
  return {
    count,
    plainCount,
    names,
    bytes,
    starts,
    letters,
    initials,
    ...firstBytes(bytes, starts),
    odd,
    kinds,
    symbols: { head: symbolHead, next: symbols.next },
    funcs: { head: funcHead, next: funcs.next },
  };
}

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
