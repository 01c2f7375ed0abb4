/**
 * Symbols by address and by name: which symbol is meant by an address, and what to call an address.
 *
 * Several symbols share an address (aliases, section starts, mapping symbols). The one shown is the first by: a
 * function, data, anything else; global before weak before local; then table order. kallsyms and crash use the same
 * preferences, so the name is the one that other tools show.
 */
import { lowerBoundOf, sortRowsByU64, type U64Column, u64At, u64Column, upperBound } from '../bytes/columns.ts';
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

/** Starts that are looked back over for a symbol that reaches an address: labels inside a function are fewer. */
const mostStarts = 64;
/** Functions that are looked back over for one that holds an address: they do not nest, but for entries in the middle. */
const mostNested = 8;
/** The best of more rows than this is kept: a file may have all its symbols at one address. */
const cachedGroup = 8;

/** Rows in the order of their address, and the best of each group of equals where choosing it took long. */
interface Order {
  readonly rows: Uint32Array;
  readonly best: Map<number, SymbolIndex | undefined>;
}

export class SymbolIndexByAddress {
  readonly table: SymbolTable;
  /** Address of every row; in ET_REL, of the laid-out section. */
  readonly addresses: U64Column;
  readonly #elf: ElfFile;
  #all: Order | undefined;
  #functions: Order | undefined;

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

  /** Rows that name a place (defined, not a section or file name), by address; equal addresses in table order. */
  get byAddress(): Uint32Array {
    return this.#byAddress().rows;
  }

  /** The STT_FUNC rows of {@link byAddress}. */
  get functionsByAddress(): Uint32Array {
    return this.#functionsByAddress().rows;
  }

  #byAddress(): Order {
    this.#all ??= { rows: sortRowsByU64(this.addresses, this.#placedRows()), best: new Map() };
    return this.#all;
  }

  #functionsByAddress(): Order {
    this.#functions ??= { rows: rowsOfType(this.byAddress, this.table.infos, STT.FUNC), best: new Map() };
    return this.#functions;
  }

  #placedRows(): Uint32Array {
    const { table } = this;
    const { addressSpace, isRelocatable } = this.#elf;
    const rows = placedRows(table.infos, table.sectionIndexes);
    return isRelocatable ? rows.filter((row) => addressSpace.hasAddress(table.sectionOf(row))) : rows;
  }

  #rank(row: number): number {
    const info = this.table.st_info(row);
    const type = info & 15;
    const binding = info >> 4;
    const kind = type === STT.FUNC || type === STT.GNU_IFUNC ? 0 : type === STT.OBJECT ? 1 : 2;
    const bound = binding === STB.GLOBAL ? 0 : binding === STB.WEAK ? 1 : 2;
    return kind * 3 + bound;
  }

  /** The best of the rows at an address. */
  #bestAt(order: Order, hi: number, lo: number): SymbolIndex | undefined {
    const { rows, best } = order;
    const from = lowerBoundOf(this.addresses, rows, hi, lo);
    const isHere = (i: number): boolean => {
      const row = rows[i];
      return row !== undefined && this.addresses.lo[row] === lo && this.addresses.hi[row] === hi;
    };
    if (!isHere(from)) return undefined;
    if (best.has(from)) return best.get(from);
    let to = from + 1;
    while (isHere(to)) to++;
    const found = this.#bestOf(rows, from, to);
    if (to - from > cachedGroup) best.set(from, found);
    return found;
  }

  #bestOf(rows: Uint32Array, from: number, to: number): SymbolIndex | undefined {
    let best: number | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      const rank = this.#rank(row);
      if (rank >= bestRank) continue;
      if (rank >= 6 && isMappingSymbol(this.table.name(row) ?? '')) continue;
      best = row;
      bestRank = rank;
    }
    return best === undefined ? undefined : symbolIndex(best);
  }

  /** The rows of {@link byAddress} that are at an address. */
  rowsAt(address: bigint): Uint32Array {
    const { rows } = this.#byAddress();
    const from = lowerBoundOf(this.addresses, rows, Number(address >> 32n), Number(address & 0xffffffffn));
    return rows.subarray(from, upperBound(this.addresses, rows, address));
  }

  /** The function that starts exactly at an address. */
  functionAt(address: bigint): SymbolIndex | undefined {
    return this.functionAtHalves(Number(address >> 32n), Number(address & 0xffffffffn));
  }

  /** As {@link functionAt}, for passes over columns. */
  functionAtHalves(hi: number, lo: number): SymbolIndex | undefined {
    return this.#bestAt(this.#functionsByAddress(), hi, lo);
  }

  /**
   * The function whose extent holds an address, and the bytes from its start: for passes over columns. Of functions
   * inside one another the one that begins last; looks back over a few starts only.
   */
  functionAround(hi: number, lo: number): { readonly symbol: SymbolIndex; readonly offset: number } | undefined {
    const order = this.#functionsByAddress();
    const { rows } = order;
    let end = lowerBoundOf(this.addresses, rows, hi, lo + 1);
    for (let starts = 0; end > 0 && starts < mostNested; starts++) {
      const last = rows[end - 1] as number;
      const startHi = this.addresses.hi[last] as number;
      const startLo = this.addresses.lo[last] as number;
      const symbol = this.#bestAt(order, startHi, startLo);
      const offset = (hi - startHi) * 0x1_0000_0000 + (lo - startLo);
      if (symbol !== undefined && (offset === 0 || this.table.size(symbol) > offset)) return { symbol, offset };
      end = lowerBoundOf(this.addresses, rows, startHi, startLo);
    }
    return undefined;
  }

  /** The symbol that starts exactly at an address. */
  symbolAt(address: bigint): SymbolIndex | undefined {
    return this.#bestAt(this.#byAddress(), Number(address >> 32n), Number(address & 0xffffffffn));
  }

  /** Position of a row's address in {@link functionsByAddress}: its own, or where it would stand. */
  functionPosition(row: number): number {
    const { hi, lo } = this.addresses;
    return lowerBoundOf(this.addresses, this.functionsByAddress, hi[row] ?? 0, lo[row] ?? 0);
  }

  /** The first function that starts at or after an address. */
  nextFunction(address: bigint): SymbolIndex | undefined {
    if (address < 0n) return this.nextFunction(0n);
    const order = this.functionsByAddress;
    const row = order[lowerBoundOf(this.addresses, order, Number(address >> 32n), Number(address & 0xffffffffn))];
    return row === undefined ? undefined : this.functionAt(u64At(this.addresses, row));
  }

  /**
   * The symbol whose extent holds an address: the nearest start at or below it whose st_size reaches it, or whose
   * st_size is 0 (assembler labels) and nothing nearer reaches it. Looks back over at most 64 starts, and never out
   * of the section; an address that is in no section has no label.
   */
  containing(address: bigint): NamedAddress | undefined {
    const { rows } = this.#byAddress();
    const section = this.#elf.addressSpace.locate(address)?.span;
    let label: NamedAddress | undefined;
    let end = upperBound(this.addresses, rows, address);
    for (let starts = 0; end > 0 && starts < mostStarts; starts++) {
      const last = rows[end - 1] as number;
      const hi = this.addresses.hi[last] as number;
      const lo = this.addresses.lo[last] as number;
      const start = u64At(this.addresses, last);
      if (section !== undefined && start < section.start) break;
      end = lowerBoundOf(this.addresses, rows, hi, lo);
      const row = this.#bestAt(this.#byAddress(), hi, lo);
      if (row === undefined) continue;
      const offset = address - start;
      const size = this.table.size(row);
      const found = { symbol: row, name: this.table.name(row) ?? '', offset };
      if (offset === 0n || offset < size) return found;
      if (size === 0n && section !== undefined) label ??= found;
    }
    return label;
  }
}

/** Rows whose symbol is defined in a section, or in one beyond SHN_LORESERVE, and names a place in it. */
function placedRows(infos: Uint8Array, sections: Uint16Array): Uint32Array {
  const rows = new Uint32Array(infos.length);
  let kept = 0;
  for (let row = 1; row < infos.length; row++) {
    const section = sections[row] as number;
    const type = (infos[row] as number) & 15;
    if (section === SHN.UNDEF || section === SHN.ABS || section === SHN.COMMON) continue;
    if (type === STT.SECTION || type === STT.FILE || type === STT.TLS) continue;
    rows[kept++] = row;
  }
  return rows.subarray(0, kept);
}

function rowsOfType(order: Uint32Array, infos: Uint8Array, type: number): Uint32Array {
  const rows = new Uint32Array(order.length);
  let kept = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    if (((infos[row] as number) & 15) === type) rows[kept++] = row;
  }
  return rows.slice(0, kept);
}
