/** Pane 1: the symbol table, by address. */
import { allRows, sortRowsByU64, u64Column } from '../../bytes/columns.ts';
import { STT, symbolBindingName, symbolTypeName } from '../../elf/constants.ts';
import type { SymbolTable } from '../../elf/symbol-table.ts';
import { readyValue } from '../../errors.ts';
import { type Cell, type Column, span } from '../../format/cells.ts';
import { count, hexWord } from '../../format/hex.ts';
import { NmClasses } from '../../format/nm-class.ts';
import { onScreen } from '../../format/on-screen.ts';
import { focusSymbol, type Linker } from '../../kernel/links.ts';
import type { RunningKernel } from '../../kernel/running.ts';
import { isMappingSymbol, type SymbolIndexByAddress } from '../../kernel/symbol-index.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { symbolIndex } from '../../units.ts';
import { atOnce, rowsAStep, sortByText, type Work } from '../work.ts';
import type { PaneTable } from './pane-table.ts';
import { type FilterSpec, hexDigitsOf, oneOf, rowFilter, yesNo } from './row-filter.ts';

/** What the running kernel knows of a symbol: columns that are there only with one. */
const runningColumns = (wordSize: number): readonly Column[] => [
  { id: 'runtime', title: 'runtime', width: wordSize * 2, dropOrder: 5 },
  { id: 'ftrace', title: 'ftrace', width: 6, dropOrder: 1 },
];

export function symbolsPane(kernel: Vmlinux, linker: Linker, running?: RunningKernel): PaneTable {
  const part = kernel.symbols;
  const index = readyValue(part);
  const table = index?.table;
  const wordSize = kernel.elf.wordSize;
  const name = (row: number): string =>
    table?.name(row) === undefined ? '<name outside the string table>' : onScreen(linker.nameSymbol(row));
  const base = {
    id: 'symbols',
    title: 'Symbols',
    noun: 'symbol',
    columns: [
      { id: 'address', title: 'address', width: wordSize * 2, dropOrder: 0 },
      { id: 'class', title: 't', width: 1, dropOrder: 0 },
      { id: 'name', title: 'name', width: 'rest', dropOrder: 0 },
      { id: 'size', title: 'size', width: 8, dropOrder: 2, align: 'right' },
      { id: 'type', title: 'type', width: 7, dropOrder: 3 },
      { id: 'section', title: 'section', width: 14, dropOrder: 4 },
      ...(running === undefined ? [] : runningColumns(wordSize)),
    ],
    filterHelp: `words of the name or address; functions: slot:no btf:no${running === undefined ? '' : ' ftrace:yes'}; type:func bind:global section:.init.text`,
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
  const filterSpec = symbolFilter(kernel, index, name, sectionName, running);
  return {
    ...base,
    count: Math.max(0, table.count - 1),
    problem: table.damage?.message,
    sorts: [
      { id: 'address', label: 'by address', slow: false, order: () => atOnce(namedFirst(index)) },
      {
        id: 'name',
        label: 'by name',
        slow: true,
        order: () => sortByText(allSymbols(table), (row) => table.name(row) ?? ''),
      },
      { id: 'size', label: 'by size', slow: true, order: () => bySize(table) },
      { id: 'file', label: 'in file order', slow: false, order: () => atOnce(allSymbols(table)) },
    ],
    cells(row) {
      const size = table.size(row);
      return [
        span(hexWord(index.address(row), wordSize), 'address'),
        span(letter(row), 'kind'),
        span(name(row), 'name'),
        span(size === 0n ? '' : count(Number(size)), 'number'),
        span(symbolTypeName(table.type(row)), 'dim'),
        span(onScreen(sectionName(row)), 'dim'),
        ...(running === undefined ? [] : runningCells(running, row, wordSize)),
      ];
    },
    matcher: (filter) => rowFilter(filter, filterSpec),
  };
}

function runningCells(running: RunningKernel, row: number, wordSize: 4 | 8): Cell[] {
  const address = running.runtimeAddress(row);
  const listed = running.lists(row);
  return [
    span(address === undefined ? '' : hexWord(address, wordSize), 'address'),
    span(listed === true ? '✓' : '', 'good'),
  ];
}

const allSymbols = (table: SymbolTable): Uint32Array => allRows(table.count).subarray(1);

function symbolFilter(
  kernel: Vmlinux,
  index: SymbolIndexByAddress,
  nameOf: (row: number) => string,
  sectionName: (row: number) => string,
  running: RunningKernel | undefined,
): FilterSpec {
  const { table } = index;
  const { wordSize } = kernel.elf;
  const isFunction = (row: number): boolean => table.type(row) === STT.FUNC;
  const ofFunctions = (test: (row: number) => boolean) => {
    const field = yesNo(test);
    return {
      values: field.values,
      test(value: string) {
        const answer = field.test(value);
        return answer && ((row: number) => isFunction(row) && answer(row));
      },
    };
  };
  return {
    word(word) {
      const digits = hexDigitsOf(word);
      return (row) =>
        nameOf(row).toLowerCase().includes(word) ||
        (digits !== undefined && hexWord(index.address(row), wordSize).includes(digits));
    },
    fields: {
      // A datum has neither, and nobody looks for those.
      slot: ofFunctions((row) => readyValue(kernel.mcount)?.slotOfFunction(symbolIndex(row)) !== undefined),
      btf: ofFunctions((row) => readyValue(kernel.btf)?.btf.firstFunc(table.name(row) ?? '') !== undefined),
      ...(running === undefined ? {} : { ftrace: ofFunctions((row) => running.lists(row) === true) }),
      type: oneOf(
        'func, object, notype, section, file or tls',
        () => typeNames,
        (row) => symbolTypeName(table.type(row)),
      ),
      bind: oneOf(
        'local, global or weak',
        () => bindingNames,
        (row) => symbolBindingName(table.binding(row)),
      ),
      section: oneOf('the name of a section', () => kernel.elf.sections.map(({ name }) => name), sectionName),
    },
  };
}

const typeNames = Array.from({ length: 16 }, (_, type) => symbolTypeName(type));
const bindingNames = Array.from({ length: 16 }, (_, binding) => symbolBindingName(binding));

/**
 * Places by address first; then what names none: mapping symbols ($x, $d), undefined and absolute symbols, section and
 * file names.
 */
function namedFirst(index: SymbolIndexByAddress): Uint32Array {
  const { table, byAddress } = index;
  const { nameOffsets } = table;
  const { bytes } = table.strings;
  const dollar = 0x24;
  const order = new Uint32Array(Math.max(0, table.count - 1));
  const placed = new Uint8Array(table.count);
  let at = 0;
  // Before the first frame, and so mostly run by V8's interpreter: no calls and no iterators in it.
  for (let i = 0; i < byAddress.length; i++) {
    const row = byAddress[i] as number;
    if (bytes[nameOffsets[row] as number] === dollar && isMappingSymbol(table.name(row) ?? '')) continue;
    placed[row] = 1;
    order[at++] = row;
  }
  for (let row = 1; row < table.count; row++) if (placed[row] === 0) order[at++] = row;
  return order;
}

function* bySize(table: SymbolTable): Work<Uint32Array> {
  const sizes = u64Column(table.count);
  for (let row = 0; row < table.count; row++) {
    const size = table.size(row);
    sizes.hi[row] = Number(size >> 32n);
    sizes.lo[row] = Number(size & 0xffffffffn);
    if (row % rowsAStep === rowsAStep - 1) yield row / table.count;
  }
  // Largest first; of equal ones the first in the table first.
  return sortRowsByU64(sizes, allSymbols(table).reverse()).reverse();
}
