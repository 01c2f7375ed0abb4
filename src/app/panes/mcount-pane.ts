/** Pane 2: the mcount region, a slot a row, raw and relocated. */
import type { RelocatedBy } from '../../elf/relocate.ts';
import { readyValue } from '../../errors.ts';
import { type Role, span } from '../../format/cells.ts';
import { hexWord } from '../../format/hex.ts';
import { visible } from '../../format/visible.ts';
import { focusSlot, type Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { type PaneTable, wordMatcher, yesNo } from './pane-table.ts';

/** How a relocated value came about, in a column's width. */
export const relocatedByWords: Readonly<Record<RelocatedBy, string>> = {
  'rela-addend': 'addend of the RELA entry',
  'symbol-addend': 'symbol + addend',
  'in-place-addend': 'addend in the bytes (RELR)',
  bytes: 'the bytes as they are',
};

export function mcountPane(kernel: Vmlinux, linker: Linker): PaneTable {
  const part = kernel.mcount;
  const region = readyValue(part);
  const wordSize = kernel.elf.wordSize;
  const word = wordSize * 2;
  const base = {
    id: 'mcount',
    title: 'mcount_loc',
    columns: [
      { id: 'place', title: 'place', width: word, dropOrder: 2 },
      { id: 'raw', title: 'raw', width: word, dropOrder: 0 },
      { id: 'relocated', title: 'relocated', width: word, dropOrder: 0 },
      { id: 'symbol', title: 'symbol', width: 'rest', dropOrder: 0 },
      { id: 'by', title: 'how', width: 24, dropOrder: 3 },
      { id: 'slot', title: 'slot', width: 6, dropOrder: 4, align: 'right' },
    ],
    filterHelp: 'words of the symbol or of an address; raw:zero  relocated:zero  symbol:no',
    fixedOrder: undefined,
    linkOf: (links) => links.slot,
    focusOf: focusSlot,
  } satisfies Partial<PaneTable>;
  if (region === undefined) {
    const problem = part.state === 'ready' ? undefined : part.reason;
    return { ...base, count: 0, sorts: [], problem, cells: () => [], matcher: () => () => false };
  }
  const symbols = readyValue(kernel.symbols);
  const symbolText = (key: number): { text: string; role: Role } => {
    const slot = region.slot(key);
    if (slot.symbol === undefined) {
      return slot.relocated === 0n
        ? { text: '', role: 'dim' }
        : { text: `no symbol; in ${visible(linker.nameAddress(slot.relocated))}`, role: 'note' };
    }
    const name = visible(symbols?.table.name(slot.symbol) ?? '');
    const offset = slot.relocated - (symbols?.address(slot.symbol) ?? slot.relocated);
    return { text: offset === 0n ? name : `${name}${offset > 0n ? '+' : ''}${offset}`, role: 'name' };
  };
  return {
    ...base,
    count: region.count,
    problem: region.warning,
    sorts: [
      { id: 'slot', label: 'by slot', order: () => undefined },
      { id: 'value', label: 'by address', order: () => region.byRelocatedValue },
    ],
    cells(key) {
      const slot = region.slot(key);
      const symbol = symbolText(key);
      return [
        span(hexWord(slot.place, wordSize), 'address'),
        span(hexWord(slot.raw, wordSize), slot.raw === 0n ? 'zero' : 'plain'),
        span(
          hexWord(slot.relocated, wordSize),
          slot.relocated === 0n ? 'zero' : slot.relocated === slot.raw ? 'plain' : 'good',
        ),
        span(symbol.text, symbol.role),
        slot.problem === undefined ? span(relocatedByWords[slot.by], 'dim') : span(slot.problem, 'bad'),
        span(String(key), 'number'),
      ];
    },
    matcher(filter) {
      const text = (key: number): string => {
        const slot = region.slot(key);
        const name = slot.symbol === undefined ? '' : (symbols?.table.name(slot.symbol) ?? '');
        return `${name} ${hexWord(slot.place, wordSize)} ${hexWord(slot.relocated, wordSize)}`;
      };
      return wordMatcher(filter, text, {
        raw: (value) => (value === 'zero' ? (key) => region.slot(key).raw === 0n : undefined),
        relocated: (value) => (value === 'zero' ? (key) => region.slot(key).relocated === 0n : undefined),
        symbol: (value) => yesNo(value, (key) => region.slot(key).symbol !== undefined),
      });
    },
  };
}
