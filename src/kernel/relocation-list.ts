/**
 * Every relocation entry of a file as one list: the sections in table order, their entries in file order. A row number
 * is an entry of a section, found without a table of rows, so that 14 million of them cost nothing.
 */
import { SHT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { EntryHalves, RelocationEntry, RelocationTable } from '../elf/relocation-table.ts';
import { describeSection, isAlloc, type Section } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { availability, ParseError, readyValue } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';

export interface RelocationRow extends RelocationEntry {
  readonly row: number;
  readonly table: RelocationTable;
  /** Index in its section. */
  readonly index: number;
  /** The place as an address, also in ET_REL, where r_offset counts in the target section. */
  readonly address: Vaddr;
}

export class RelocationList {
  readonly tables: readonly RelocationTable[];
  /** Sections that could not be read, each with the reason. */
  readonly broken: readonly { readonly section: Section; readonly reason: string }[];
  readonly count: number;
  readonly #elf: ElfFile;
  readonly #firstRow: readonly number[];
  readonly #firstRowOf: ReadonlyMap<RelocationTable, number>;
  readonly #symbolTables = new Map<number, SymbolTable | undefined>();
  readonly #noSymbols = new Map<number, string>();

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
    this.#firstRowOf = new Map(tables.map((table, i) => [table, firstRow[i] ?? 0]));
    this.count = rows;
  }

  /** First row of a section's entries. */
  firstRowOf(table: RelocationTable): number {
    return this.#firstRowOf.get(table) ?? 0;
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

  /**
   * The symbol table that a section's entries index (sh_link); undefined where sh_link names none. A file has one
   * SYMTAB and one DYNSYM (gABI), so that no file can make this read a table per relocation section.
   */
  symbolTableOf(table: RelocationTable): SymbolTable | undefined {
    const link = table.section.sh_link;
    if (this.#symbolTables.has(link)) return this.#symbolTables.get(link);
    const { sections } = this.#elf;
    const type = sections[link]?.sh_type;
    const isTable = type === SHT.SYMTAB || type === SHT.DYNSYM;
    const section = isTable ? sections.find((row) => row.sh_type === type) : undefined;
    const usable = section !== undefined && section.index === link;
    const symbols = usable ? readyValue(availability(() => this.#elf.symbolTableOf(section))) : undefined;
    this.#symbolTables.set(link, symbols);
    return symbols;
  }

  /**
   * Why the symbols of a section's entries have no names, where they should have some: sh_link names no symbol table, or
   * one that is not read. An sh_link of 0 is no damage: the .rela.dyn of a sound arm64 kernel names symbols of a .dynsym
   * that its linker script threw away.
   */
  namesProblem(table: RelocationTable): ParseError | undefined {
    const { section } = table;
    if (table.kind === 'RELR' || section.sh_link === 0 || this.symbolTableOf(table) !== undefined) return undefined;
    const hasSymbols = availability(() => table.hasSymbols());
    if (hasSymbols.state === 'malformed') return hasSymbols.error;
    if (!readyValue(hasSymbols)) return undefined;
    const problem = `sh_link is ${section.sh_link}, ${this.#whyNoSymbols(section.sh_link)}: names of symbols cannot be read`;
    return new ParseError({
      code: 'bad-reference',
      structure: describeSection(section),
      offset: section.headerOffset,
      problem,
    });
  }

  /** Found once for a link: every section of a file may have the same. */
  #whyNoSymbols(link: number): string {
    let why = this.#noSymbols.get(link);
    if (why === undefined) {
      why = this.#findWhyNoSymbols(link);
      this.#noSymbols.set(link, why);
    }
    return why;
  }

  #findWhyNoSymbols(link: number): string {
    const { sections } = this.#elf;
    const named = sections[link];
    const type = named?.sh_type;
    if (named === undefined || (type !== SHT.SYMTAB && type !== SHT.DYNSYM)) return 'which is not a symbol table';
    const first = sections.find((row) => row.sh_type === type);
    if (first !== undefined && first !== named) return `and of two symbol tables ${describeSection(first)} is read`;
    const symbols = availability(() => this.#elf.symbolTableOf(named));
    return `and that symbol table cannot be read (${symbols.state === 'ready' ? 'it changed' : symbols.reason})`;
  }

  /**
   * Call `visit` with every entry whose place is an address of [start, stop), and the bytes from `start` to it. Reads
   * only sections that can hold one: those that apply to the whole image (SHF_ALLOC: .rela.dyn, .relr.dyn) and those
   * whose target section (sh_info) the range meets.
   * @returns why a section could not be read to its end, for each where that happened
   */
  forEachTouching(
    start: bigint,
    stop: bigint,
    visit: (table: RelocationTable, row: number, offset: number, entry: Readonly<EntryHalves>) => void,
  ): ParseError[] {
    const problems: ParseError[] = [];
    for (const table of this.tables) {
      const range = this.#rangeIn(table, start, stop);
      if (range === undefined) continue;
      const firstRow = this.firstRowOf(table);
      const [hi, lo] = [Number(range.start >> 32n), Number(range.start & 0xffffffffn)];
      const before = Number(range.start + range.bias - start);
      try {
        table.forEachIn(range.start, range.stop, (entry) => {
          const offset = before + (entry.placeHi - hi) * 0x1_0000_0000 + (entry.placeLo - lo);
          visit(table, firstRow + entry.index, offset, entry);
        });
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        problems.push(error);
      }
    }
    return problems;
  }

  /**
   * The first entry, in section order, whose place is in [start, stop): what fills a datum, or what a function uses.
   * A key press waits for it, so a long section is searched as the sorted table that linkers write, and only a short
   * one (or .rela.dyn, which is not sorted) entry by entry.
   */
  firstTouching(start: bigint, stop: bigint): number | undefined {
    for (const table of this.tables) {
      const range = this.#rangeIn(table, start, stop);
      const index = range && table.firstIn(range.start, range.stop);
      if (index !== undefined) return this.firstRowOf(table) + index;
    }
    return undefined;
  }

  /** [start, stop) in the terms of a table's r_offset, which plus `bias` is an address; undefined where they cannot meet. */
  #rangeIn(table: RelocationTable, start: bigint, stop: bigint) {
    const { addressSpace, isRelocatable, sections } = this.#elf;
    const { section } = table;
    if (!isRelocatable && (isAlloc(section) || section.sh_info === 0)) return { start, stop, bias: 0n };
    const target = sections[section.sh_info];
    if (target === undefined || !isAlloc(target) || !addressSpace.hasAddress(target.index)) return undefined;
    const first = isRelocatable ? addressSpace.sectionAddress(target.index, 0n) : target.sh_addr;
    const size = Number.isFinite(target.sh_size) ? BigInt(target.sh_size) : 0n;
    if (first >= stop || first + size <= start) return undefined;
    const bias = isRelocatable ? first : 0n;
    return { start: start > bias ? start - bias : 0n, stop: stop - bias, bias };
  }

  /** "at file offset 0x1f0"; of RELR, whose entries are bits, "in section 24 (.relr.dyn)". */
  whereIs(row: number): string {
    const found = this.locate(row);
    const offset = found?.table.fileOffset(found.index);
    if (offset !== undefined) return `at file offset 0x${offset.toString(16)}`;
    return found === undefined ? `row ${row}` : `in ${describeSection(found.table.section)}`;
  }

  /** "RELA section 23 (.rela.dyn), entry 119268" */
  describe(row: number): string {
    const found = this.locate(row);
    return found === undefined ? `row ${row}` : `${describeSection(found.table.section)}, entry ${found.index}`;
  }
}
