/**
 * Symbols by address and by name: which symbol is meant by an address, and what to call an address.
 *
 * Several symbols share an address (aliases, section starts, mapping symbols). The one shown is the first by: a
 * function, data, anything else; global before weak before local; then table order. kallsyms and crash use the same
 * preferences, so the name is the one that other tools show.
 */
import { lowerBound, sortRowsByU64, type U64Column, u64At, u64Column, upperBound } from '../bytes/columns.ts';
import { SHN, STB, STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { type SymbolIndex, symbolIndex, type Vaddr, vaddr } from '../units.ts';

/** $x, $d, $a, $t and their dotted forms mark code and data for disassemblers (AAELF64, RISC-V psABI); nobody calls by them. */
export const isMappingSymbol = (name: string): boolean => /^\$[a-z](\.|$)/.test(name) || /^\$[xd]/.test(name);

export interface NamedAddress {
  readonly symbol: SymbolIndex;
  readonly name: string;
  /** Bytes from the symbol's start to the address. */
  readonly offset: bigint;
}

export class SymbolIndexByAddress {
  readonly table: SymbolTable;
  /** Address of every row; in ET_REL, of the laid-out section. */
  readonly addresses: U64Column;
  readonly #elf: ElfFile;
  #all: Uint32Array | undefined;
  #functions: Uint32Array | undefined;

  constructor(elf: ElfFile, table: SymbolTable) {
    this.#elf = elf;
    this.table = table;
    this.addresses = elf.isRelocatable ? this.#layOut() : table.values;
  }

  #layOut(): U64Column {
    const column = u64Column(this.table.count);
    for (let row = 0; row < this.table.count; row++) {
      const address = this.#elf.addressSpace.sectionAddress(this.table.sectionOf(row), this.table.value(row));
      column.hi[row] = Number(address >> 32n);
      column.lo[row] = Number(address & 0xffffffffn);
    }
    return column;
  }

  address(row: number): Vaddr {
    return vaddr(u64At(this.addresses, row));
  }

  /** Rows that name a place (defined, not a section or file name), by address. */
  get byAddress(): Uint32Array {
    this.#all ??= this.#sorted((row) => {
      const type = this.table.type(row);
      if (type === STT.SECTION || type === STT.FILE || type === STT.TLS) return false;
      const section = this.table.st_shndx(row);
      return section !== SHN.UNDEF && section !== SHN.ABS && section !== SHN.COMMON;
    });
    return this.#all;
  }

  /** The STT_FUNC rows of {@link byAddress}. */
  get functionsByAddress(): Uint32Array {
    this.#functions ??= this.byAddress.filter((row) => this.table.type(row) === STT.FUNC);
    return this.#functions;
  }

  #sorted(accept: (row: number) => boolean): Uint32Array {
    const { count } = this.table;
    const rows = new Uint32Array(count);
    let kept = 0;
    for (let row = 1; row < count; row++) if (accept(row)) rows[kept++] = row;
    return sortRowsByU64(this.addresses, rows.subarray(0, kept));
  }

  #rank(row: number): number {
    const type = this.table.type(row);
    const binding = this.table.binding(row);
    const kind = type === STT.FUNC || type === STT.GNU_IFUNC ? 0 : type === STT.OBJECT ? 1 : 2;
    const bound = binding === STB.GLOBAL ? 0 : binding === STB.WEAK ? 1 : 2;
    return kind * 3 + bound;
  }

  #best(order: Uint32Array, from: number, to: number): SymbolIndex | undefined {
    let best: number | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const rank = this.#rank(row);
      if (rank >= bestRank) continue;
      if (rank >= 6 && isMappingSymbol(this.table.name(row) ?? '')) continue;
      best = row;
      bestRank = rank;
    }
    return best === undefined ? undefined : symbolIndex(best);
  }

  /** The function that starts exactly at an address. */
  functionAt(address: bigint): SymbolIndex | undefined {
    const order = this.functionsByAddress;
    const from = lowerBound(this.addresses, order, address);
    const row = order[from];
    if (row === undefined || u64At(this.addresses, row) !== address) return undefined;
    return this.#best(order, from, upperBound(this.addresses, order, address));
  }

  /** The symbol that starts exactly at an address. */
  symbolAt(address: bigint): SymbolIndex | undefined {
    const order = this.byAddress;
    const from = lowerBound(this.addresses, order, address);
    return this.#best(order, from, upperBound(this.addresses, order, address));
  }

  /** Position of a row's address in {@link functionsByAddress}: its own, or where it would stand. */
  functionPosition(row: number): number {
    return lowerBound(this.addresses, this.functionsByAddress, u64At(this.addresses, row));
  }

  /** The first function that starts at or after an address. */
  nextFunction(address: bigint): SymbolIndex | undefined {
    const order = this.functionsByAddress;
    const row = order[lowerBound(this.addresses, order, address)];
    return row === undefined ? undefined : this.functionAt(u64At(this.addresses, row));
  }

  /**
   * The symbol whose extent holds an address: the nearest start at or below it whose st_size reaches it, or whose
   * st_size is 0 (assembler labels) and nothing nearer reaches it. Looks back over at most 64 starts, and never out
   * of the section.
   */
  containing(address: bigint): NamedAddress | undefined {
    const order = this.byAddress;
    const end = upperBound(this.addresses, order, address);
    const section = this.#elf.addressSpace.locate(address)?.span;
    let label: NamedAddress | undefined;
    let i = end;
    for (let starts = 0; i > 0 && starts < 64; starts++) {
      const start = u64At(this.addresses, order[i - 1] as number);
      if (section !== undefined && start < section.start) break;
      let first = i - 1;
      while (first > 0 && u64At(this.addresses, order[first - 1] as number) === start) first--;
      const row = this.#best(order, first, i);
      i = first;
      if (row === undefined) continue;
      const offset = address - start;
      const size = this.table.size(row);
      const found = { symbol: row, name: this.table.name(row) ?? '', offset };
      if (offset === 0n || offset < size) return found;
      if (size === 0n) label ??= found;
    }
    return label;
  }
}
