/**
 * Code that the kernel keeps ftrace out of by where it puts it (include/asm-generic/vmlinux.lds.h): a pair of symbols
 * around each such part of .text.
 */
import type { SymbolIndexByAddress } from '../kernel/symbol-index.ts';

/** The parts whose functions are built without a call of mcount, or whose section ftrace's build step passes over. */
const parts = ['noinstr', 'entry', 'kprobes', 'irqentry', 'softirqentry', 'cpuidle', 'idmap', 'hyp', 'hibernate_exit'];

export class NoinstrText {
  readonly #ranges: { readonly start: bigint; readonly end: bigint }[] = [];

  constructor(symbols: SymbolIndexByAddress | undefined) {
    if (symbols === undefined) return;
    const address = (name: string) => {
      const row = symbols.table.find(name);
      return row === undefined ? undefined : symbols.address(row);
    };
    for (const part of parts) {
      const start = address(`__${part}_text_start`);
      const end = address(`__${part}_text_end`);
      if (start !== undefined && end !== undefined && start < end) this.#ranges.push({ start, end });
    }
  }

  holds(address: bigint): boolean {
    return this.#ranges.some(({ start, end }) => address >= start && address < end);
  }
}
