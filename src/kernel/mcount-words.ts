/**
 * The words of the mcount region before and after relocation, as columns.
 *
 * A pass over 34,000 relocation entries stands between a user and the first screen, so it is done in 32-bit halves; the
 * rule of each type, and what is said of an entry that cannot be computed, come from elf/relocate.ts like everywhere.
 */
import { type U64Column, u64Column } from '../bytes/columns.ts';
import { toWords } from '../bytes/words.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { type RelocatedBy, type RelocationRule, relocationRule } from '../elf/relocate.ts';
import type { EntryHalves, RelocationTable } from '../elf/relocation-table.ts';
import type { ParseError } from '../errors.ts';
import type { RelocationList } from './relocation-list.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';

/** What {@link McountWords.by} counts into. */
export const bys: readonly RelocatedBy[] = ['rela-addend', 'symbol-addend', 'in-place-addend', 'bytes'];
const [byRela, bySymbol, byInPlace, byBytes] = [0, 1, 2, 3];

/** What {@link McountWords.flags} is made of. */
export const SLOT = {
  /** An entry for this slot could not be computed, or does not agree with the bytes. */
  refused: 1,
  /** Two entries name this slot. */
  twice: 2,
  /** An entry's place is inside the slot and not at its start. */
  misaligned: 4,
} as const;

export const noRelocation = -1;

export interface McountWords {
  readonly raw: U64Column;
  readonly relocated: U64Column;
  /** Index in {@link bys} for each slot. */
  readonly by: Uint8Array;
  /** Row of the relocation list for each slot, or {@link noRelocation}. */
  readonly relocation: Float64Array;
  readonly flags: Uint8Array;
  /** Of a misaligned slot: the row of the first entry whose place is inside it. */
  readonly inside: ReadonlyMap<number, number>;
  /** Slots that are zero in the file; after relocation; and without any. */
  readonly rawZero: number;
  readonly relocatedZero: number;
  readonly unfilled: number;
  /** Relocation sections that could not be read to their end. */
  readonly unread: readonly ParseError[];
}

/** The region's bytes as a column of words, and how many of them are zero. */
export function readWords(
  bytes: Uint8Array,
  slotSize: 4 | 8,
  littleEndian: boolean,
): { readonly raw: U64Column; readonly rawZero: number } {
  const words = toWords(bytes, littleEndian);
  const step = slotSize / 4;
  const raw = u64Column(words.length / step);
  const loAt = slotSize === 8 && !littleEndian ? 1 : 0;
  let rawZero = 0;
  for (let slot = 0; slot < raw.lo.length; slot++) {
    const lo = words[slot * step + loAt] as number;
    const hi = step === 2 ? (words[slot * 2 + 1 - loAt] as number) : 0;
    raw.hi[slot] = hi;
    raw.lo[slot] = lo;
    if (lo === 0 && hi === 0) rawZero++;
  }
  return { raw, rawZero };
}

export interface RelocationInput {
  readonly elf: ElfFile;
  readonly symbols: SymbolIndexByAddress | undefined;
  readonly relocations: RelocationList;
  readonly start: bigint;
  readonly slotSize: 4 | 8;
}

/** Apply every relocation whose place is in the region; of two that name one slot the last counts, as it does at boot. */
export function relocateWords(raw: U64Column, rawZero: number, input: RelocationInput): McountWords {
  const { relocations, start, slotSize } = input;
  const count = raw.lo.length;
  const relocated = { hi: raw.hi.slice(), lo: raw.lo.slice() };
  const by = new Uint8Array(count).fill(byBytes);
  const relocation = new Float64Array(count).fill(noRelocation);
  const flags = new Uint8Array(count);
  const inside = new Map<number, number>();
  const ruleOf = ruleCache(slotSize);
  const sum = { hi: 0, lo: 0 };
  let relocatedZero = rawZero;
  let unfilled = rawZero;

  const apply = (table: RelocationTable, row: number, offset: number, entry: Readonly<EntryHalves>): void => {
    const slot = Math.floor(offset / slotSize);
    if (offset % slotSize !== 0) {
      flags[slot] = (flags[slot] as number) | SLOT.misaligned;
      if (!inside.has(slot)) inside.set(slot, row);
      return;
    }
    const { rule, problem } = ruleOf(table, entry.type);
    if (rule === 'keep' && problem === undefined) return;
    const [rawHi, rawLo] = [raw.hi[slot] as number, raw.lo[slot] as number];
    const isSecond = relocation[slot] !== noRelocation;
    if (!isSecond && rawLo === 0 && rawHi === 0) unfilled--;
    flags[slot] = ((flags[slot] as number) & ~SLOT.refused) | (isSecond ? SLOT.twice : 0);
    relocation[slot] = row;
    const takesAddend = rule === 'addend' || rule === 'symbol+addend';
    sum.hi = takesAddend ? entry.addendHi : rawHi;
    sum.lo = takesAddend ? entry.addendLo : rawLo;
    let isComputed = rule !== 'keep';
    if (rule === 'symbol+addend' || rule === 'symbol+in-place') isComputed = addSymbol(sum, input, table, entry.symbol);
    if (slotSize === 4) sum.hi = 0;
    // What the linker has applied must be in the bytes already.
    if (!table.pending && (sum.hi !== rawHi || sum.lo !== rawLo)) isComputed = false;
    if (!isComputed) {
      flags[slot] = (flags[slot] as number) | SLOT.refused;
      sum.hi = rawHi;
      sum.lo = rawLo;
    }
    by[slot] = !isComputed ? byBytes : rule === 'addend' ? byRela : rule === 'in-place' ? byInPlace : bySymbol;
    if (relocated.lo[slot] === 0 && relocated.hi[slot] === 0) relocatedZero--;
    if (sum.lo === 0 && sum.hi === 0) relocatedZero++;
    relocated.hi[slot] = sum.hi;
    relocated.lo[slot] = sum.lo;
  };
  const unread = relocations.forEachTouching(start, start + BigInt(count * slotSize), apply);
  return { raw, relocated, by, relocation, flags, inside, unread, rawZero, relocatedZero, unfilled };
}

/** Add the value of a symbol; false when it cannot be read. */
function addSymbol(sum: { hi: number; lo: number }, input: RelocationInput, table: RelocationTable, symbol: number) {
  if (symbol === 0) return true;
  const { symbols } = input;
  let hi: number;
  let lo: number;
  if (
    symbols !== undefined &&
    symbol < symbols.table.count &&
    input.relocations.symbolTableOf(table) === symbols.table
  ) {
    hi = symbols.addresses.hi[symbol] as number;
    lo = symbols.addresses.lo[symbol] as number;
  } else {
    const address = symbolAddress(input, table, symbol);
    if (address === undefined) return false;
    hi = Number(address >> 32n);
    lo = Number(address & 0xffffffffn);
  }
  lo += sum.lo;
  sum.hi = (sum.hi + hi + (lo > 0xffffffff ? 1 : 0)) >>> 0;
  sum.lo = lo >>> 0;
  return true;
}

/** S of an entry's symbol; undefined where the symbol cannot be read. */
export function symbolAddress(
  input: Pick<RelocationInput, 'elf' | 'relocations'>,
  table: RelocationTable,
  symbol: number,
): bigint | undefined {
  if (symbol === 0) return 0n;
  const symbols = input.relocations.symbolTableOf(table);
  if (symbols === undefined || symbol >= symbols.count) return undefined;
  return BigInt.asUintN(64, input.elf.addressSpace.sectionAddress(symbols.sectionOf(symbol), symbols.value(symbol)));
}

interface KnownRule {
  readonly rule: RelocationRule['rule'];
  readonly problem: string | undefined;
}

/** Entries of one kind come in long runs, so the last rule is nearly always the next one too. */
function ruleCache(slotSize: 4 | 8): (table: RelocationTable, type: number) => KnownRule {
  let lastTable: RelocationTable | undefined;
  let lastType = -1;
  let last: KnownRule = { rule: 'keep', problem: undefined };
  return (table, type) => {
    if (table !== lastTable || type !== lastType) {
      const rule = relocationRule(table, type, slotSize);
      last = { rule: rule.rule, problem: rule.rule === 'keep' ? rule.problem : undefined };
      lastTable = table;
      lastType = type;
    }
    return last;
  };
}
