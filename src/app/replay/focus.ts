/**
 * From a focus of the panes to a function entry, and back.
 *
 * An entry and a symbol know each other by name, and where a name is not alone by address: the DIE's low_pc lies in the
 * symbol, at its start or a few bytes in (GCC 12 puts its label after the NOPs on arm64).
 */
import { entryLowPc, entryName, unitOfEntry } from '../../dwarf/function-entries.ts';
import { STT } from '../../elf/constants.ts';
import { readyValue } from '../../errors.ts';
import { type Focus, focusSymbol, type Linker, type Links } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { bestEntry } from '../../pahole/debugger/commands/replay.ts';
import { entriesOf } from '../../pahole/debugger/locations.ts';
import type { World } from '../../pahole/debugger/worlds.ts';
import type { Target } from './state.ts';

/** What the replay is asked to go to when it is opened from the panes. */
export function targetOf({ name, address, symbol, func }: Links): Target | undefined {
  if (symbol.state !== 'linked' && func.state !== 'linked') return undefined;
  return { name, address: symbol.state === 'linked' ? address : undefined };
}

/** The entry of a target; undefined when no entry has its name. */
export function entryOfTarget(world: World, kernel: Vmlinux, target: Target): number | undefined {
  // foo.isra.0 and foo.constprop.0 are foo in DWARF.
  const names = [target.name, target.name.replace(/\..*$/, '')];
  for (const name of new Set(names)) {
    const entries = entriesOf(world, { kind: 'entry', name, unit: undefined });
    if (entries.length === 0) continue;
    const { address } = target;
    const here = address === undefined ? undefined : entries.find((entry) => isAt(world, kernel, entry, address));
    if (here === undefined) return bestEntry(world, entries);
    // The one with the address may be the out-of-line copy of one that comes before it in its unit.
    const unit = unitOfEntry(world.replay.entries, here);
    return bestEntry(
      world,
      entries.filter((entry) => unitOfEntry(world.replay.entries, entry) === unit),
    );
  }
  return undefined;
}

function isAt(world: World, kernel: Vmlinux, entry: number, address: bigint): boolean {
  const lowPc = entryLowPc(world.replay.entries, entry);
  if (lowPc === undefined) return false;
  const symbols = readyValue(kernel.symbols);
  const symbol = symbols?.containing(lowPc)?.symbol;
  return lowPc === address || (symbol !== undefined && symbols?.address(symbol) === address);
}

/** The focus that stands for an entry; undefined when neither a symbol nor a FUNC record has its name. */
export function focusOfEntry(world: World, kernel: Vmlinux, linker: Linker, entry: number): Focus | undefined {
  const { entries } = world.replay;
  const name = entryName(entries, entry);
  const lowPc = entryLowPc(entries, entry);
  const symbols = readyValue(kernel.symbols);
  const found = lowPc === undefined ? undefined : symbols?.containing(lowPc);
  const isFunction = found !== undefined && symbols?.table.type(found.symbol) === STT.FUNC;
  if (found !== undefined && isFunction && (found.name === name || found.name.startsWith(`${name}.`))) {
    return focusSymbol(found.symbol);
  }
  return name === undefined ? undefined : linker.focusNamed(name);
}
