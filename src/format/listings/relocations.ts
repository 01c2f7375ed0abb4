/** Relocation entries as a listing: of all sections in table order, or of those of one name. */
import { STT } from '../../elf/constants.ts';
import type { RelocationEntry, RelocationTable } from '../../elf/relocation-table.ts';
import { Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { hexWord } from '../hex.ts';
import type { Listing } from '../listing.ts';

export interface RelocationRow {
  /** Counted over all sections, in table order. */
  readonly row: number;
  readonly section: string;
  /** Counted in its section. */
  readonly index: number;
  /** r_offset; in a module, as an address of the laid-out target section. */
  readonly place: bigint;
  readonly type: string;
  readonly typeNumber: number;
  /** Row of the linked symbol table; null for none. */
  readonly symbol: number | null;
  /** Its name, or its section's when it is a section symbol; null where it cannot be read. */
  readonly symbolName: string | null;
  /** null in REL and RELR, where it stands at the place. */
  readonly addend: bigint | null;
  /** S + A or B + A; null for a type that kinspect does not compute. */
  readonly value: bigint | null;
  /** null where there is none. */
  readonly problem: string | null;
  readonly [key: string]: string | number | bigint | null;
}

export function relocationListing(kernel: Vmlinux, tables: readonly RelocationTable[]): Listing<RelocationRow> {
  const { elf, relocations } = kernel;
  const { wordSize } = elf;
  const linker = new Linker(kernel);
  const starts: number[] = [];
  let count = 0;
  for (const table of tables) {
    starts.push(count);
    count += table.count;
  }
  /** Rows come in order, so the table of the last one is nearly always the table of the next. */
  let current = 0;
  const locate = (index: number): { readonly table: RelocationTable; readonly index: number } => {
    while (index < (starts[current] as number)) current--;
    while (current + 1 < starts.length && index >= (starts[current + 1] as number)) current++;
    return { table: tables[current] as RelocationTable, index: index - (starts[current] as number) };
  };
  const symbolName = (table: RelocationTable, symbol: number): string | null => {
    const symbols = relocations.symbolTableOf(table);
    if (symbols === undefined || symbol >= symbols.count) return null;
    const section = symbols.type(symbol) === STT.SECTION ? symbols.sectionOf(symbol) : undefined;
    return (section === undefined ? symbols.name(symbol) : elf.sections[section]?.name) ?? null;
  };
  const wordAt = (table: RelocationTable, entry: RelocationEntry): bigint | null =>
    linker.wordAt(relocations.addressOf(table, entry.place)) ?? null;
  const value = (table: RelocationTable, entry: RelocationEntry): bigint | null => {
    const { symbol, addend } = entry;
    if (symbol !== 0) {
      const symbols = relocations.symbolTableOf(table);
      if (symbols === undefined || symbol >= symbols.count) return null;
      const start = elf.addressSpace.sectionAddress(symbols.sectionOf(symbol), symbols.value(symbol));
      if (addend !== undefined) return BigInt.asUintN(64, start + addend);
      // REL: the place holds the addend, or the sum where the linker has applied the entry already.
      const word = table.machine.classOf(entry.type) === 'absolute' ? wordAt(table, entry) : null;
      return word === null || !table.pending ? word : BigInt.asUintN(64, start + word);
    }
    if (table.machine.classOf(entry.type) !== 'relative') return null;
    if (addend !== undefined) return BigInt.asUintN(64, addend);
    return wordAt(table, entry);
  };
  const problem = (table: RelocationTable, entry: RelocationEntry): string | null => {
    // What the linker has applied, and padding, patch nothing that is loaded.
    if (!table.pending || elf.isRelocatable || table.machine.classOf(entry.type) === 'none') return null;
    return elf.addressSpace.locate(entry.place) === undefined ? 'its place is in no section' : null;
  };
  return {
    what: 'relocs',
    count,
    columns: [
      { title: 'place', width: wordSize * 2, cell: (row) => hexWord(row.place, wordSize) },
      { title: 'type', width: 20, cell: (row) => (row.type === 'Unknown' ? `type ${row.typeNumber}` : row.type) },
      {
        title: 'value',
        width: wordSize * 2,
        cell: (row) => (row.value === null ? '' : hexWord(BigInt.asUintN(wordSize * 8, row.value), wordSize)),
      },
      { title: 'section', width: 18, cell: (row) => row.section },
      { title: 'symbol + addend', cell: expression },
    ],
    row(position) {
      const { table, index } = locate(position);
      const entry = table.entry(index);
      return {
        row: relocations.firstRowOf(table) + index,
        section: table.section.name,
        index,
        place: relocations.addressOf(table, entry.place),
        type: table.machine.name(entry.type),
        typeNumber: entry.type,
        symbol: entry.symbol === 0 ? null : entry.symbol,
        symbolName: entry.symbol === 0 ? null : symbolName(table, entry.symbol),
        addend: entry.addend ?? null,
        value: value(table, entry),
        problem: problem(table, entry),
      };
    },
  };
}

function expression(row: RelocationRow): string {
  const text = sum(row);
  if (row.problem === null) return text;
  return `${text}${text === '' ? '' : ' '}(${row.problem})`;
}

function sum(row: RelocationRow): string {
  const { symbol, addend } = row;
  if (symbol === null) return addend === null ? '' : `0x${BigInt.asUintN(64, addend).toString(16)}`;
  const name = row.symbolName ?? `symbol ${symbol}`;
  if (addend === null || addend === 0n) return name;
  return addend < 0n ? `${name} - 0x${(-addend).toString(16)}` : `${name} + 0x${addend.toString(16)}`;
}
