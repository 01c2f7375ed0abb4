/** Pane 3: every relocation entry of every section, decoded a row at a time: x86 kernels have 14 million. */
import { sortRowsByU64, u64Column } from '../../bytes/columns.ts';
import { span } from '../../format/cells.ts';
import { count, hexWord } from '../../format/hex.ts';
import { visible } from '../../format/visible.ts';
import { focusRelocation, type Linker } from '../../kernel/links.ts';
import type { RelocationRow } from '../../kernel/relocation-list.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { type PaneTable, wordMatcher } from './pane-table.ts';

/** Rows that are still sorted and filtered while a key press waits. */
const orderLimit = 1_000_000;

export function relocationsPane(kernel: Vmlinux, linker: Linker): PaneTable {
  const list = kernel.relocations;
  const wordSize = kernel.elf.wordSize;
  const broken = list.broken[0];
  const damaged = list.tables.find((table) => table.damage !== undefined);
  const problem =
    broken?.reason ?? damaged?.damage?.message ?? (list.count === 0 ? 'the file has no relocation entries' : undefined);

  /** ".text + 5dfdd0", as readelf words it. */
  const expression = (row: RelocationRow): string => {
    const symbols = list.symbolTableOf(row.table);
    if (row.symbol === 0)
      return row.addend === undefined ? '' : hexWord(BigInt.asUintN(wordSize * 8, row.addend), wordSize);
    const addend = row.addend ?? 0n;
    const tail = addend === 0n ? '' : addend < 0n ? ` - ${(-addend).toString(16)}` : ` + ${addend.toString(16)}`;
    if (symbols === undefined) return `symbol ${row.symbol} of no table${tail}`;
    if (row.symbol >= symbols.count) return `symbol ${row.symbol} past the table${tail}`;
    const section = symbols.type(row.symbol) === 3 ? symbols.sectionOf(row.symbol) : undefined;
    const name = section === undefined ? symbols.name(row.symbol) : kernel.elf.sections[section]?.name;
    return `${visible(name ?? '')}${tail}`;
  };
  const target = (row: RelocationRow): string => {
    const value = linker.relocationTarget(row.row);
    return value === undefined ? '' : visible(linker.nameAddress(value));
  };

  return {
    id: 'relocations',
    title: 'Relocations',
    columns: [
      { id: 'place', title: 'place', width: wordSize * 2, dropOrder: 0 },
      { id: 'type', title: 'type', width: 18, dropOrder: 1 },
      { id: 'value', title: 'symbol + addend', width: 20, dropOrder: 2 },
      { id: 'target', title: 'target', width: 'rest', least: 14, dropOrder: 0 },
      { id: 'in', title: 'at', width: 22, dropOrder: 3 },
      { id: 'section', title: 'section', width: 14, dropOrder: 4 },
    ],
    count: list.count,
    problem,
    filterHelp: 'words of the place, type or symbol; type:relative  section:.rela.dyn',
    fixedOrder:
      list.count > orderLimit
        ? `${count(list.count)} entries stay in file order: sorting and filtering stop at ${count(orderLimit)}`
        : undefined,
    sorts: [
      { id: 'file', label: 'in file order', order: () => undefined },
      { id: 'place', label: 'by place', order: () => byPlace(kernel) },
    ],
    cells(key) {
      const row = list.row(key);
      if (row === undefined) return [];
      const type = row.table.machine.name(row.type);
      return [
        span(hexWord(row.address, wordSize), 'address'),
        span(type === 'Unknown' ? `type ${row.type}` : type, 'kind'),
        span(expression(row), 'plain'),
        span(target(row), 'name'),
        span(visible(linker.nameAddress(row.address)), 'dim'),
        span(visible(row.table.section.name), 'dim'),
      ];
    },
    focusOf: focusRelocation,
    linkOf: (links) => links.relocation,
    matcher(filter) {
      const text = (key: number): string => {
        const row = list.row(key);
        return row === undefined
          ? ''
          : `${hexWord(row.address, wordSize)} ${row.table.machine.name(row.type)} ${expression(row)} ${target(row)}`;
      };
      return wordMatcher(filter, text, {
        type: (value) => (key) => {
          const row = list.row(key);
          return row?.table.machine.name(row.type).toLowerCase().endsWith(value) ?? false;
        },
        section: (value) => (key) => list.locate(key)?.table.section.name.toLowerCase() === value,
      });
    },
  };
}

function byPlace(kernel: Vmlinux): Uint32Array {
  const list = kernel.relocations;
  const places = u64Column(list.count);
  const rows = new Uint32Array(list.count);
  for (let key = 0; key < list.count; key++) {
    const place = list.row(key)?.address ?? 0n;
    places.hi[key] = Number(place >> 32n);
    places.lo[key] = Number(place & 0xffffffffn);
    rows[key] = key;
  }
  return sortRowsByU64(places, rows);
}
