/**
 * The memory behind `addrs`: the slots of the mcount region as pahole copied them, 64-bit words in the order of the
 * region, and after line 269 sorted. The address of each is not that of the copy on some heap but that of its slot in
 * the kernel, so that what x prints can be found again in the mcount pane.
 */
import { allRows, sortRowsByU64 } from '../../bytes/columns.ts';
import { readyValue } from '../../errors.ts';
import type { Place } from './track.ts';
import type { World } from './worlds.ts';

/** Where `addrs` points: the place of slot 0. In a 32-bit kernel the words that follow are further apart than slots. */
export function wordsBase({ kernel, replay }: World): bigint {
  const { addrs } = replay.table;
  if (addrs === undefined) return 0n;
  // A module's sections have no addresses of their own; kinspect lays them out.
  if (kernel.elf.isRelocatable) return readyValue(kernel.mcount)?.bounds.start ?? 0n;
  return addrs.section.sh_addr + BigInt(addrs.offset);
}

/** Reads a number of up to eight bytes at an address; undefined where there are none. */
export type WordReader = (address: bigint, size: number) => bigint | undefined;

/** The bytes of `addrs` as they are at a place. */
export function wordReader(world: World, place: Place): WordReader {
  const { addrs } = world.replay.table;
  // At line 165 the array is there, and nothing has been copied into it.
  if (addrs === undefined || place.line === 165) return () => undefined;
  const base = wordsBase(world);
  const sorted = place.line === 270 || place.line === 289 || place.line === 301;
  const order = sorted ? sortedOrder(world) : undefined;
  const word = (at: number): bigint => {
    const row = order === undefined ? at : (order[at] ?? 0);
    return (BigInt(addrs.addrs.hi[row] ?? 0) << 32n) | BigInt(addrs.addrs.lo[row] ?? 0);
  };
  return (address, size) => {
    const offset = address - base;
    if (offset < 0n || offset + BigInt(size) > BigInt(addrs.count) * 8n) return undefined;
    const at = Number(offset >> 3n);
    const shift = (offset & 7n) * 8n;
    const both = shift === 0n ? word(at) : (word(at) >> shift) | (word(at + 1) << (64n - shift));
    return BigInt.asUintN(size * 8, both);
  };
}

const orders = new WeakMap<World, Uint32Array>();

function sortedOrder(world: World): Uint32Array {
  let order = orders.get(world);
  if (order === undefined) {
    const column = world.replay.table.addrs?.addrs;
    order = column === undefined ? new Uint32Array(0) : sortRowsByU64(column, allRows(column.lo.length));
    orders.set(world, order);
  }
  return order;
}
