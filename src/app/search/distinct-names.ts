/**
 * The distinct names of a kernel, told apart as bytes: a hash of each name leads to the number of it, in columns.
 *
 *     slots[hash(name)] → id      at[id], lengths[id]: where the bytes are      symbols.head[id] → row → next[row] → … → -1
 *
 * Not one string is made: 228,000 of them and a Map would be some 60 MB of garbage, and the first keys would be typed
 * while it is collected.
 */
import type { NameColumn, SearchInput } from './types.ts';

/** Rows of one name, chained: `head[name]` is its first row, `next[row]` the following one, -1 the end. */
export interface RowChains {
  readonly head: Int32Array;
  readonly next: Int32Array;
}

export interface DistinctNames {
  readonly count: number;
  /** Offset of each name in the strings of the symbols, or of the FUNC records where no symbol bears it. */
  readonly at: Uint32Array;
  readonly lengths: Uint16Array;
  readonly symbols: RowChains;
  readonly funcs: RowChains;
}

const SLICE = 4096;
/** No kernel has a name of a tenth of this; a damaged file may have a million that share megabytes. */
export const LONGEST = 4096;

/** Numbers the names; yields between slices of some thousand rows, so that a caller can share its thread. */
export function* distinctNames(input: SearchInput): Generator<void, DistinctNames> {
  const { symbols, funcs } = input;
  const most = symbols.names.length + funcs.names.length;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * most + 2))).fill(-1);
  const at = new Uint32Array(most);
  const lengths = new Uint16Array(most);
  const symbolHead = new Int32Array(most).fill(-1);
  const funcHead = new Int32Array(most).fill(-1);
  let count = 0;

  /** Chains the rows of a column by their names; from the last row to the first, so that chains ascend. */
  function* collect(column: NameColumn, head: Int32Array, known: number): Generator<void, Int32Array> {
    const next = new Int32Array(column.names.length).fill(-1);
    for (let end = column.names.length; end > 0; end -= SLICE) {
      chain(column, Math.max(0, end - SLICE), end, head, next, known);
      yield;
    }
    return next;
  }

  /** @param known names below this number are in the strings of the symbols, the others in the column's own */
  function chain(
    { strings, names }: NameColumn,
    first: number,
    past: number,
    head: Int32Array,
    next: Int32Array,
    known: number,
  ): void {
    const mask = slots.length - 1;
    for (let row = past - 1; row >= first; row--) {
      const from = names[row] as number;
      if (isMapping(strings, from)) continue;
      // FNV-1a; its low bits alone would be those of the last characters, which many names share.
      let hash = 0x811c9dc5;
      let end = from;
      const limit = Math.min(strings.length, from + LONGEST + 1);
      for (; end < limit && strings[end] !== 0; end++) hash = Math.imul(hash ^ (strings[end] as number), 0x01000193);
      if (end === from || end >= limit) continue;
      const length = end - from;
      let slot = (hash ^ (hash >>> 15)) & mask;
      let id = slots[slot] as number;
      while (id >= 0 && !isSame(id, strings, from, length, known)) {
        slot = (slot + 1) & mask;
        id = slots[slot] as number;
      }
      if (id < 0) {
        id = count++;
        slots[slot] = id;
        at[id] = from;
        lengths[id] = length;
      }
      next[row] = head[id] as number;
      head[id] = row;
    }
  }

  function isSame(id: number, strings: Uint8Array, from: number, length: number, known: number): boolean {
    if (lengths[id] !== length) return false;
    const theirs = id < known ? symbols.strings : strings;
    const there = at[id] as number;
    if (theirs === strings && there === from) return true;
    for (let i = 0; i < length; i++) if (theirs[there + i] !== strings[from + i]) return false;
    return true;
  }

  const symbolNext = yield* collect(symbols, symbolHead, most);
  const funcNext = yield* collect(funcs, funcHead, count);
  return {
    count,
    at,
    lengths,
    symbols: { head: symbolHead, next: symbolNext },
    funcs: { head: funcHead, next: funcNext },
  };
}

/** $a $d $t $x, alone or with a suffix: ELF for the Arm architecture 5.5.5, AArch64 5.7, RISC-V psABI "mapping symbol". */
function isMapping(text: Uint8Array, offset: number): boolean {
  if (text[offset] !== 0x24) return false;
  const letter = text[offset + 1];
  if (letter !== 0x61 && letter !== 0x64 && letter !== 0x74 && letter !== 0x78) return false;
  const after = text[offset + 2];
  return after === 0 || after === 0x2e || (letter === 0x78 && after === 0x72 && text[offset + 3] === 0x76);
}
