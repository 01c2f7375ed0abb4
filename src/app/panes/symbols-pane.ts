/** Pane 1: the symbol table, by address. */
import { allRows, sortRowsByU64, u64Column } from '../../bytes/columns.ts';
import { symbolBindingName, symbolTypeName } from '../../elf/constants.ts';
import type { SymbolTable } from '../../elf/symbol-table.ts';
import { readyValue } from '../../errors.ts';
import { span } from '../../format/cells.ts';
import { count, hexWord } from '../../format/hex.ts';
import { NmClasses } from '../../format/nm-class.ts';
import { visible } from '../../format/visible.ts';
import { focusSymbol } from '../../kernel/links.ts';
import { isMappingSymbol, type SymbolIndexByAddress } from '../../kernel/symbol-index.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { symbolIndex } from '../../units.ts';
import { type PaneTable, wordMatcher, yesNo } from './pane-table.ts';

export function symbolsPane(kernel: Vmlinux): PaneTable {
  const part = kernel.symbols;
  const index = readyValue(part);
  const table = index?.table;
  const wordSize = kernel.elf.wordSize;
  const name = (row: number): string => visible(table?.name(row) ?? '<name past the string table>');
  const base = {
    id: 'symbols',
    title: 'Symbols',
    columns: [
      { id: 'address', title: 'address', width: wordSize * 2, dropOrder: 0 },
      { id: 'class', title: 't', width: 1, dropOrder: 0 },
      { id: 'name', title: 'name', width: 'rest', dropOrder: 0 },
      { id: 'size', title: 'size', width: 8, dropOrder: 2, align: 'right' },
      { id: 'type', title: 'type', width: 7, dropOrder: 3 },
      { id: 'section', title: 'section', width: 14, dropOrder: 4 },
    ],
    filterHelp: 'words of the name or address; slot:no  btf:no  type:func  bind:global  section:.init.text',
    fixedOrder: undefined,
    linkOf: (links) => links.symbol,
    focusOf: focusSymbol,
  } satisfies Partial<PaneTable>;
  if (index === undefined || table === undefined) {
    const problem = part.state === 'ready' ? undefined : part.reason;
    return { ...base, count: 0, sorts: [], problem, cells: () => [], matcher: () => () => false };
  }
  const classes = new NmClasses(kernel.elf, table);
  // nm leaves file and section names out; here they are rows like the others.
  const letter = (row: number): string => String.fromCharCode(classes.letter(row) || 0x20);
  const sectionName = (row: number): string => {
    const section = table.sectionOf(row);
    return section === undefined ? '' : (kernel.elf.sections[section]?.name ?? '');
  };
  return {
    ...base,
    count: Math.max(0, table.count - 1),
    problem: table.damage?.message,
    sorts: [
      { id: 'address', label: 'by address', order: () => namedFirst(index) },
      { id: 'name', label: 'by name', order: () => byName(table) },
      { id: 'size', label: 'by size', order: () => bySize(table) },
      { id: 'file', label: 'in file order', order: () => allRows(table.count).subarray(1) },
    ],
    cells(row) {
      const size = table.size(row);
      return [
        span(hexWord(index.address(row), wordSize), 'address'),
        span(letter(row), 'kind'),
        span(name(row), 'name'),
        span(size === 0n ? '' : count(Number(size)), 'number'),
        span(symbolTypeName(table.type(row)), 'dim'),
        span(visible(sectionName(row)), 'dim'),
      ];
    },
    matcher(filter) {
      const text = (row: number): string => `${table.name(row) ?? ''} ${hexWord(index.address(row), wordSize)}`;
      const mcount = () => readyValue(kernel.mcount);
      const btf = () => readyValue(kernel.btf)?.btf;
      return wordMatcher(filter, text, {
        slot: (value) => yesNo(value, (row) => mcount()?.slotOfFunction(symbolIndex(row)) !== undefined),
        btf: (value) => yesNo(value, (row) => (btf()?.funcByName(table.name(row) ?? '').length ?? 0) > 0),
        type: (value) => (row) => symbolTypeName(table.type(row)).toLowerCase() === value,
        bind: (value) => (row) => symbolBindingName(table.binding(row)).toLowerCase() === value,
        section: (value) => (row) => sectionName(row).toLowerCase() === value,
      });
    },
  };
}

/**
 * Places by address first; then what names none: mapping symbols ($x, $d), undefined and absolute symbols, section and
 * file names.
 */
function namedFirst(index: SymbolIndexByAddress): Uint32Array {
  const { table } = index;
  const dollar = 0x24;
  const isMapping = (row: number): boolean =>
    table.strings.bytes[table.nameOffset(row)] === dollar && isMappingSymbol(table.name(row) ?? '');
  const order = new Uint32Array(Math.max(0, table.count - 1));
  const placed = new Uint8Array(table.count);
  let at = 0;
  for (const row of index.byAddress) {
    if (isMapping(row)) continue;
    placed[row] = 1;
    order[at++] = row;
  }
  for (let row = 1; row < table.count; row++) if (placed[row] === 0) order[at++] = row;
  return order;
}

function byName(table: SymbolTable): Uint32Array {
  const names: string[] = [];
  for (let row = 0; row < table.count; row++) names.push(table.name(row) ?? '');
  return allRows(table.count)
    .subarray(1)
    .sort((a, b) => {
      const left = names[a] as string;
      const right = names[b] as string;
      return left < right ? -1 : left > right ? 1 : a - b;
    });
}

function bySize(table: SymbolTable): Uint32Array {
  const sizes = u64Column(table.count);
  for (let row = 0; row < table.count; row++) {
    const size = table.size(row);
    sizes.hi[row] = Number(size >> 32n);
    sizes.lo[row] = Number(size & 0xffffffffn);
  }
  return sortRowsByU64(sizes, allRows(table.count).subarray(1)).reverse();
}
