/**
 * What the screens look at and never change: an open kernel with its tables and links. The state (state.ts) holds
 * keys into it, so that a state is small and can be kept in a history.
 */
import { readyValue } from '../errors.ts';
import {
  type Focus,
  focusAddress,
  focusFunc,
  focusRelocation,
  focusSlot,
  focusSymbol,
  Linker,
} from '../kernel/links.ts';
import type { RunningKernel } from '../kernel/running.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { OrderCache } from './order.ts';
import { btfPane } from './panes/btf-pane.ts';
import { mcountPane } from './panes/mcount-pane.ts';
import type { PaneId, PaneTable } from './panes/pane-table.ts';
import { relocationsPane } from './panes/relocations-pane.ts';
import { symbolsPane } from './panes/symbols-pane.ts';
import { Prototypes } from './prototypes.ts';

export interface Session {
  readonly kernel: Vmlinux;
  readonly linker: Linker;
  /** What is known of the kernel while it runs; undefined unless something of it was given. */
  readonly running: RunningKernel | undefined;
  readonly panes: Readonly<Record<PaneId, PaneTable>>;
  readonly orders: OrderCache;
  readonly prototypes: Prototypes;
  /** Where the walk begins. */
  readonly initialFocus: Focus;
}

export interface SessionOptions {
  /** A symbol to begin at, where the file has it. */
  readonly start?: string | undefined;
  readonly running?: RunningKernel | undefined;
}

export function createSession(kernel: Vmlinux, { start, running }: SessionOptions = {}): Session {
  const linker = new Linker(kernel, running);
  const panes = {
    symbols: symbolsPane(kernel, linker, running),
    mcount: mcountPane(kernel, linker),
    relocations: relocationsPane(kernel, linker),
    btf: btfPane(kernel, linker),
  };
  const named = start === undefined ? undefined : linker.focusNamed(start);
  return {
    kernel,
    linker,
    running,
    panes,
    orders: new OrderCache(panes),
    prototypes: new Prototypes(linker),
    initialFocus: named ?? firstFocus(kernel),
  };
}

/** Slots that are looked at for the first function: those at the start may be zero, sorted there by the kernel's build. */
const firstSlots = 4096;

/**
 * Make what the first key would otherwise wait for: the indexes behind the links, 30 ms of work on a large kernel. For
 * the time when the first frame is on the screen and nobody has typed yet.
 */
export function prepareLinks({ kernel, linker }: Session): void {
  const row = readyValue(kernel.symbols)?.functionsByAddress[0];
  if (row === undefined) return;
  linker.resolve(focusSymbol(row));
}

/** The first traceable function, else the first of what there is: never the padding at the start of a table. */
function firstFocus(kernel: Vmlinux): Focus {
  const region = readyValue(kernel.mcount);
  if (region !== undefined && region.count > 0) {
    for (let slot = 0; slot < Math.min(region.count, firstSlots); slot++) {
      if (region.slot(slot).symbol !== undefined) return focusSlot(slot);
    }
    return focusSlot(0);
  }
  const symbols = readyValue(kernel.symbols);
  const symbol = symbols?.functionsByAddress[0] ?? symbols?.byAddress[0];
  if (symbol !== undefined) return focusSymbol(symbol);
  const func = readyValue(kernel.btf)?.btf.funcs[0];
  if (func !== undefined) return focusFunc(func);
  return kernel.relocations.count > 0 ? focusRelocation(0) : focusAddress(kernel.elf.header.e_entry);
}
