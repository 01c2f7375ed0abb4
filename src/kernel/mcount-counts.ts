/** The slots of the mcount region, counted: by where their values come from, and by where these are in their functions. */
import { lowerBoundOf, type U64Column } from '../bytes/columns.ts';
import type { RelocatedBy } from '../elf/relocate.ts';
import type { SymbolIndex } from '../units.ts';
import { bys, type McountWords } from './mcount-words.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';

export interface McountCounts {
  readonly slots: number;
  readonly rawZero: number;
  readonly relocatedZero: number;
  readonly by: Readonly<Record<RelocatedBy, number>>;
  /** Slots whose raw word is the address of a function; the same for the relocated word. */
  readonly rawAtFunction: number;
  readonly relocatedAtFunction: number;
  /** Slots by distance from the start of their function, most frequent first: 0, -8 … */
  readonly offsets: readonly { readonly offset: number; readonly slots: number }[];
  /** Slots, not zero, whose relocated value belongs to no function. */
  readonly withoutFunction: number;
  readonly problems: number;
}

/** Slots that are looked at to tell where the entries are in their functions. */
const sampledSlots = 2048;
/** An entry is at most so many bytes before its function. */
const farthestEntry = 64;
/**
 * The one distance at which most slots meet a function's start. 0 unless few do and another distance within 64 bytes
 * before functions gathers most: arm64 with -fpatchable-function-entry=4,2 has the slot 8 bytes before its function.
 */
export function findEntryOffset(relocated: U64Column, symbols: SymbolIndexByAddress): number {
  const { addresses, functionsByAddress: order } = symbols;
  const { hi, lo } = relocated;
  const tally = new Map<number, number>();
  let exact = 0;
  let values = 0;
  const step = Math.max(1, Math.floor(lo.length / sampledSlots));
  for (let slot = 0; slot < lo.length; slot += step) {
    const [slotHi, slotLo] = [hi[slot] as number, lo[slot] as number];
    if (slotHi === 0 && slotLo === 0) continue;
    values++;
    const row = order[lowerBoundOf(addresses, order, slotHi, slotLo)];
    if (row === undefined) continue;
    const apart = ((addresses.hi[row] as number) - slotHi) * 0x1_0000_0000 + ((addresses.lo[row] as number) - slotLo);
    if (apart === 0) exact++;
    else if (apart <= farthestEntry) tally.set(apart, (tally.get(apart) ?? 0) + 1);
  }
  if (exact * 2 >= values) return 0;
  const [distance, slots] = [...tally].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  return slots * 2 > values - exact ? -distance : 0;
}

/** A pass over all slots. */
export function countSlots(
  words: McountWords,
  symbols: SymbolIndexByAddress | undefined,
  functionOf: (slot: number) => { readonly symbol: SymbolIndex; readonly offset: number } | undefined,
): McountCounts {
  const { raw, relocated, by: how, flags } = words;
  const slots = raw.lo.length;
  const by: Record<RelocatedBy, number> = { 'rela-addend': 0, 'symbol-addend': 0, 'in-place-addend': 0, bytes: 0 };
  const offsets = new Map<number, number>();
  let rawAtFunction = 0;
  let relocatedAtFunction = 0;
  let withoutFunction = 0;
  let problems = 0;
  for (let slot = 0; slot < slots; slot++) {
    by[bys[how[slot] as number] as RelocatedBy]++;
    if (flags[slot] !== 0) problems++;
    const [rawHi, rawLo] = [raw.hi[slot] as number, raw.lo[slot] as number];
    if ((rawHi !== 0 || rawLo !== 0) && symbols?.functionAtHalves(rawHi, rawLo) !== undefined) rawAtFunction++;
    if (relocated.hi[slot] === 0 && relocated.lo[slot] === 0) continue;
    const found = functionOf(slot);
    if (found === undefined) withoutFunction++;
    else {
      if (found.offset === 0) relocatedAtFunction++;
      offsets.set(found.offset, (offsets.get(found.offset) ?? 0) + 1);
    }
  }
  return {
    slots,
    rawZero: words.rawZero,
    relocatedZero: words.relocatedZero,
    by,
    rawAtFunction,
    relocatedAtFunction,
    offsets: [...offsets].map(([offset, count]) => ({ offset, slots: count })).sort((a, b) => b.slots - a.slots),
    withoutFunction,
    problems,
  };
}
