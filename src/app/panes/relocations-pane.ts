/** Pane 3: every relocation entry of every section, decoded a row at a time: x86 kernels have 14 million. */
import { sortRowsByU64, u64Column } from '../../bytes/columns.ts';
import type { RelocationTable } from '../../elf/relocation-table.ts';
import { type Span, span } from '../../format/cells.ts';
import { count, hexWord } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import { focusRelocation, type Linker } from '../../kernel/links.ts';
import type { RelocationRow } from '../../kernel/relocation-list.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { atOnce, rowsAStep, type Work } from '../work.ts';
import type { PaneTable } from './pane-table.ts';
import { type FilterSpec, fieldsOf, hexDigitsOf, rowFilter } from './row-filter.ts';

/** Entries that are still sorted; the positions of more would take more memory than the rest of the program. */
const sortLimit = 1_000_000;
/** Entries that a filter still looks through: a few seconds' worth. */
const filterLimit = 4_000_000;

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
    return `${onScreen(name ?? '')}${tail}`;
  };
  const target = (row: RelocationRow): string => onScreen(linker.nameTarget(row));
  /** An address; or an offset in a section that is in no memory, as .debug_* of --emit-relocs. */
  const placeCell = (row: RelocationRow): Span =>
    linker.isInMemory(row)
      ? span(hexWord(row.address, wordSize), 'address')
      : span(`+0x${row.place.toString(16)}`.padStart(wordSize * 2), 'dim');
  const tooMany =
    list.count > sortLimit ? `${count(list.count)} entries stay in file order: f and section: select some` : undefined;

  return {
    id: 'relocations',
    title: 'Relocations',
    noun: 'relocation',
    columns: [
      { id: 'place', title: 'place', width: wordSize * 2, dropOrder: 0 },
      { id: 'type', title: 'type', width: 18, dropOrder: 1 },
      { id: 'value', title: 'symbol + addend', width: 20, dropOrder: 2 },
      { id: 'target', title: 'target', width: 'rest', least: 14, dropOrder: 0 },
      { id: 'in', title: 'at', width: 28, dropOrder: 3 },
      { id: 'section', title: 'section', width: 14, dropOrder: 4 },
    ],
    count: list.count,
    problem,
    filterHelp: 'words of the place, type, symbol or target; type:relative section:.rela.dyn',
    fixedOrder: tooMany,
    sorts: [
      { id: 'file', label: 'in file order', slow: false, order: () => atOnce(undefined) },
      { id: 'place', label: 'by place', slow: true, order: () => byPlace(kernel) },
    ],
    cells(key) {
      const row = list.row(key);
      if (row === undefined) return [];
      const type = row.table.machine.name(row.type);
      return [
        placeCell(row),
        span(type === 'Unknown' ? `type ${row.type}` : type, 'kind'),
        span(expression(row), 'plain'),
        span(target(row), 'name'),
        span(onScreen(linker.namePlace(row)), 'dim'),
        span(onScreen(row.table.section.name), 'dim'),
      ];
    },
    focusOf: focusRelocation,
    linkOf: (links) => links.relocation,
    ...relocationFilter(kernel, linker, expression),
  };
}

/** Filters look through the sections that `section:` names, entry by entry. */
function relocationFilter(
  kernel: Vmlinux,
  linker: Linker,
  expression: (row: RelocationRow) => string,
): Pick<PaneTable, 'matcher' | 'scan'> {
  const { relocations: list, elf } = kernel;
  const namesOf = ({ section }: RelocationTable): string[] =>
    [section.name, elf.sections[section.sh_info]?.name ?? ''].map((name) => name.toLowerCase());
  const tablesOf = (value: string): readonly RelocationTable[] => {
    const exact = list.tables.filter((table) => namesOf(table).includes(value));
    return exact.length > 0
      ? exact
      : list.tables.filter((table) => namesOf(table).some((name) => name.startsWith(value)));
  };
  const spec: FilterSpec = {
    word(word) {
      const digits = hexDigitsOf(word);
      const isTypeNamed = typesNamed(word);
      return (key) => {
        const row = linker.relocation(key);
        if (row === undefined) return false;
        if (digits !== undefined && hexWord(row.address, elf.wordSize).includes(digits)) return true;
        if (isTypeNamed(row.table, row.type) || expression(row).toLowerCase().includes(word)) return true;
        return onScreen(linker.nameTarget(row)).toLowerCase().includes(word);
      };
    },
    fields: {
      type: {
        values: 'a part of a type: relative, abs64, 32s',
        test(value) {
          const isNamed = typesNamed(value);
          return (key) => {
            const found = list.locate(key);
            return found !== undefined && isNamed(found.table, found.table.entry(found.index).type);
          };
        },
      },
      section: {
        values: 'the name of a relocation section, or of the section that it is for',
        test(value) {
          const tables = new Set(tablesOf(value));
          if (tables.size === 0) return undefined;
          return (key) => {
            const table = list.locate(key)?.table;
            return table !== undefined && tables.has(table);
          };
        },
      },
    },
  };
  const selected = (filter: string): readonly RelocationTable[] => {
    let tables = list.tables;
    for (const { name, value } of fieldsOf(filter, spec)) {
      if (name !== 'section' || value === '') continue;
      const named = tablesOf(value);
      tables = tables.filter((table) => named.includes(table));
    }
    return tables;
  };
  const sizeOf = (tables: readonly RelocationTable[]): number => tables.reduce((sum, table) => sum + table.count, 0);
  return {
    matcher(filter) {
      const test = rowFilter(filter, spec);
      const entries = sizeOf(selected(filter));
      if (typeof test !== 'function' || entries <= filterLimit) return test;
      const example = list.tables.find((table) => namesOf(table).includes('.init.data')) ?? list.tables[0];
      const name = onScreen(example?.section.name ?? '');
      return { problem: `${count(entries)} entries are too many to look through: section:${name} selects some` };
    },
    *scan(filter, test) {
      const tables = selected(filter);
      const total = sizeOf(tables);
      const kept = new Uint32Array(total);
      let kepts = 0;
      let seen = 0;
      for (const table of tables) {
        const first = list.firstRowOf(table);
        for (let key = first; key < first + table.count; key++) {
          if (test(key)) kept[kepts++] = key;
          if (++seen % rowsAStep === 0) yield seen / total;
        }
      }
      return kept.slice(0, kepts);
    },
  };
}

/** Whether a type has a word in its name: looked up once for each type. */
function typesNamed(word: string): (table: RelocationTable, type: number) => boolean {
  const known = new Map<number, boolean>();
  return ({ machine }, type) => {
    const answer = known.get(type);
    if (answer !== undefined) return answer;
    const found = machine.name(type).toLowerCase().includes(word);
    known.set(type, found);
    return found;
  };
}

/** Each section is nearly in order already; what is in no memory (.debug_*) comes by its offset, before all addresses. */
function* byPlace(kernel: Vmlinux): Work<Uint32Array> {
  const { relocations: list, elf } = kernel;
  const places = u64Column(list.count);
  const rows = new Uint32Array(list.count);
  for (let row = 0; row < list.count; row++) rows[row] = row;
  for (const table of list.tables) {
    const first = list.firstRowOf(table);
    const base = list.addressOf(table, 0n);
    const [baseHi, baseLo] = [Number(base >> 32n), Number(base & 0xffffffffn)];
    table.forEachIn(0n, elf.wordSize === 8 ? 1n << 64n : 1n << 32n, ({ index, placeHi, placeLo }) => {
      const lo = placeLo + baseLo;
      places.lo[first + index] = lo;
      places.hi[first + index] = placeHi + baseHi + (lo > 0xffffffff ? 1 : 0);
    });
    yield (first + table.count) / list.count / 2;
  }
  return sortRowsByU64(places, rows);
}
