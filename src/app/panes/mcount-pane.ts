/** Pane 2: the mcount region, a slot a row, raw and relocated. */
import type { RelocatedBy } from '../../elf/relocate.ts';
import { readyValue } from '../../errors.ts';
import { type Role, span } from '../../format/cells.ts';
import { hexWord } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import { focusSlot, type Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { atOnce } from '../work.ts';
import type { PaneTable } from './pane-table.ts';
import { hexDigitsOf, oneOf, rowFilter, yesNo } from './row-filter.ts';

/** How a relocated value came about, in a column's width. */
const relocatedByWords: Readonly<Record<RelocatedBy, string>> = {
  'rela-addend': 'RELA addend',
  'symbol-addend': 'symbol + addend',
  'in-place-addend': 'addend in place',
  bytes: 'bytes as they are',
};

export function mcountPane(kernel: Vmlinux, linker: Linker): PaneTable {
  const part = kernel.mcount;
  const region = readyValue(part);
  const wordSize = kernel.elf.wordSize;
  const word = wordSize * 2;
  const base = {
    id: 'mcount',
    title: 'mcount_loc',
    noun: 'slot',
    columns: [
      { id: 'place', title: 'place', width: word, dropOrder: 2 },
      { id: 'raw', title: 'raw', width: word, dropOrder: 1 },
      { id: 'relocated', title: 'relocated', width: Math.max(word, 9), dropOrder: 0 },
      { id: 'symbol', title: 'symbol', width: 'rest', least: 17, dropOrder: 0 },
      { id: 'by', title: 'how', width: 17, dropOrder: 3 },
      { id: 'slot', title: 'slot', width: 10, dropOrder: 4, align: 'right' },
    ],
    filterHelp: 'words of the symbol or of an address; raw:zero relocated:zero symbol:no',
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
    const name = linker.nameSlot(slot.place);
    if (name !== undefined) return { text: onScreen(name), role: 'name' };
    if (slot.relocated === 0n) return { text: '', role: 'dim' };
    return { text: `no symbol; in ${onScreen(linker.nameAddress(slot.relocated))}`, role: 'note' };
  };
  return {
    ...base,
    count: region.count,
    problem: region.warning,
    sorts: [
      { id: 'slot', label: 'by slot', slow: false, order: () => atOnce(undefined) },
      { id: 'value', label: 'by address', slow: false, order: () => atOnce(region.byRelocatedValue) },
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
    matcher: (filter) =>
      rowFilter(filter, {
        word(word) {
          const digits = hexDigitsOf(word);
          return (key) => {
            const slot = region.slot(key);
            const name = slot.symbol === undefined ? '' : (symbols?.table.name(slot.symbol) ?? '');
            if (onScreen(name).toLowerCase().includes(word)) return true;
            if (digits === undefined) return false;
            return (
              hexWord(slot.place, wordSize).includes(digits) ||
              hexWord(slot.raw, wordSize).includes(digits) ||
              hexWord(slot.relocated, wordSize).includes(digits)
            );
          };
        },
        fields: {
          raw: zeroOrNot((key) => region.slot(key).raw),
          relocated: zeroOrNot((key) => region.slot(key).relocated),
          symbol: yesNo((key) => region.slot(key).symbol !== undefined),
        },
      }),
  };
}

const zeroOrNot = (wordOf: (key: number) => bigint) =>
  oneOf(
    'zero or set',
    () => ['zero', 'set'],
    (key) => (wordOf(key) === 0n ? 'zero' : 'set'),
  );
