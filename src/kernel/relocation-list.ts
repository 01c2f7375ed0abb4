/**
 * Every relocation entry of a file as one list: the sections in table order, their entries in file order. A row number
 * is an entry of a section, found without a table of rows, so that 14 million of them cost nothing.
 */
import type { ElfFile } from '../elf/elf-file.ts';
import type { RelocationEntry, RelocationTable } from '../elf/relocation-table.ts';
import { describeSection, isAlloc, type Section } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { availability, readyValue } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';

export interface RelocationRow extends RelocationEntry {
  readonly row: number;
  readonly table: RelocationTable;
  /** Index in its section. */
  readonly index: number;
  /** The place as an address, also in ET_REL, where r_offset counts in the target section. */
  readonly address: Vaddr;
}

export interface RelocationHit {
  readonly row: number;
  readonly table: RelocationTable;
  readonly index: number;
  /** The place as an address. */
  readonly place: Vaddr;
}

export class RelocationList {
  readonly tables: readonly RelocationTable[];
  /** Sections that could not be read, each with the reason. */
  readonly broken: readonly { readonly section: Section; readonly reason: string }[];
  readonly count: number;
  readonly #elf: ElfFile;
  readonly #firstRow: readonly number[];
  readonly #symbolTables = new Map<number, SymbolTable | undefined>();

  /** @param known symbol tables that are read already, by section index */
  constructor(elf: ElfFile, known: ReadonlyMap<number, SymbolTable>) {
    this.#elf = elf;
    for (const [index, table] of known) this.#symbolTables.set(index, table);
    const tables: RelocationTable[] = [];
    const broken: { section: Section; reason: string }[] = [];
    const firstRow: number[] = [];
    let rows = 0;
    for (const { section, table } of elf.readRelocations()) {
      if (table.state !== 'ready') {
        broken.push({ section, reason: table.reason });
        continue;
      }
      tables.push(table.value);
      firstRow.push(rows);
      rows += table.value.count;
    }
    this.tables = tables;
    this.broken = broken;
    this.#firstRow = firstRow;
    this.count = rows;
  }

  /** First row of a section's entries. */
  firstRowOf(table: RelocationTable): number {
    return this.#firstRow[this.tables.indexOf(table)] ?? 0;
  }

  /** The section and the entry in it that a row stands for. */
  locate(row: number): { readonly table: RelocationTable; readonly index: number } | undefined {
    if (row < 0 || row >= this.count) return undefined;
    let low = 0;
    let high = this.tables.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firstRow[middle] as number) <= row) low = middle + 1;
      else high = middle;
    }
    const table = this.tables[low - 1];
    return table === undefined ? undefined : { table, index: row - (this.#firstRow[low - 1] as number) };
  }

  /** A row, decoded. @throws ParseError io, truncated (the file shrank) */
  row(row: number): RelocationRow | undefined {
    const found = this.locate(row);
    if (found === undefined) return undefined;
    const entry = found.table.entry(found.index);
    return { ...entry, row, ...found, address: this.addressOf(found.table, entry.place) };
  }

  /** r_offset as an address. */
  addressOf(table: RelocationTable, place: bigint): Vaddr {
    if (!this.#elf.isRelocatable) return vaddr(place);
    return this.#elf.addressSpace.sectionAddress(table.section.sh_info, place);
  }

  /** The symbol table that a section's entries index (sh_link); undefined where sh_link names none. */
  symbolTableOf(table: RelocationTable): SymbolTable | undefined {
    const link = table.section.sh_link;
    if (this.#symbolTables.has(link)) return this.#symbolTables.get(link);
    const section = this.#elf.sections[link];
    const usable = section !== undefined && (section.sh_type === 2 || section.sh_type === 11);
    const symbols = usable ? readyValue(availability(() => this.#elf.symbolTableOf(section))) : undefined;
    this.#symbolTables.set(link, symbols);
    return symbols;
  }

  /**
   * Every entry whose place is an address of [start, stop). Reads only sections that can hold one: those that apply to
   * the whole image (SHF_ALLOC: .rela.dyn, .relr.dyn) and those whose target section (sh_info) the range meets.
   */
  touching(start: bigint, stop: bigint): RelocationHit[] {
    const hits: RelocationHit[] = [];
    for (const table of this.tables) {
      const target = this.#targetSpan(table);
      if (target !== undefined && (target.end <= start || target.start >= stop)) continue;
      const bias = this.#elf.isRelocatable ? (target?.start ?? 0n) : 0n;
      const first = this.firstRowOf(table);
      const from = start > bias ? start - bias : 0n;
      table.forEachIn(from, stop - bias, (index) => {
        hits.push({ row: first + index, table, index, place: vaddr(table.entry(index).place + bias) });
      });
    }
    return hits;
  }

  /**
   * The first entry, in section order, whose place is in [start, stop): what fills a datum, or what a function uses.
   * A key press waits for it, so a long section is searched as the sorted table that linkers write, and only a short
   * one (or .rela.dyn, which is not sorted) entry by entry.
   */
  firstTouching(start: bigint, stop: bigint): number | undefined {
    for (const table of this.tables) {
      const target = this.#targetSpan(table);
      if (target !== undefined && (target.end <= start || target.start >= stop)) continue;
      const bias = this.#elf.isRelocatable ? (target?.start ?? 0n) : 0n;
      const index = table.firstIn(start > bias ? start - bias : 0n, stop - bias);
      if (index !== undefined) return this.firstRowOf(table) + index;
    }
    return undefined;
  }

  #targetSpan(table: RelocationTable): { start: bigint; end: bigint } | undefined {
    if (isAlloc(table.section) && !this.#elf.isRelocatable) return undefined;
    const target = this.#elf.sections[table.section.sh_info];
    if (target === undefined || table.section.sh_info === 0) return undefined;
    if (!isAlloc(target)) return { start: 0n, end: 0n };
    const start = this.#elf.addressSpace.sectionAddress(target.index, target.sh_addr);
    const size = Number.isFinite(target.sh_size) ? BigInt(target.sh_size) : 0n;
    return { start, end: start + size };
  }

  /** "RELA section 23 (.rela.dyn), entry 119268" */
  describe(row: number): string {
    const found = this.locate(row);
    return found === undefined ? `row ${row}` : `${describeSection(found.table.section)}, entry ${found.index}`;
  }
}
