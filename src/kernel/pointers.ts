/**
 * What relocation entries are about: the value that one computes, the address that it leads to, and what the place that it
 * fills is called.
 */
import { cutName } from '../bytes/cut-name.ts';
import { EM, STT } from '../elf/constants.ts';
import { isAlloc } from '../elf/sections.ts';
import { readyValue } from '../errors.ts';
import { type SymbolIndex, symbolIndex, type Vaddr, vaddr } from '../units.ts';
import { Places } from './places.ts';
import type { RelocationRow } from './relocation-list.ts';

export class Pointers extends Places {
  /** The value that an entry puts at its place, where it can be computed. */
  relocationTarget(row: number): Vaddr | undefined {
    const entry = this.relocation(row);
    return entry && this.#targetOf(entry);
  }

  /** A row of the relocation list. Its fields are copied one by one: a filter asks for a million. */
  relocation(row: number): RelocationRow | undefined {
    const { relocations } = this.kernel;
    const found = relocations.locate(row);
    if (found === undefined) return undefined;
    const { table, index } = found;
    const { place, info, type, symbol, addend } = table.entry(index);
    return { place, info, type, symbol, addend, row, table, index, address: relocations.addressOf(table, place) };
  }

  #targetOf(entry: RelocationRow): Vaddr | undefined {
    const { table } = entry;
    if (entry.symbol !== 0) {
      const symbolTable = this.kernel.relocations.symbolTableOf(table);
      if (symbolTable === undefined || entry.symbol >= symbolTable.count) return undefined;
      const space = this.kernel.elf.addressSpace;
      const value = space.sectionAddress(symbolTable.sectionOf(entry.symbol), symbolTable.value(entry.symbol));
      const isWord = table.machine.absoluteSize(entry.type) === this.kernel.elf.wordSize;
      const inPlace = table.kind === 'REL' && isWord ? this.wordAt(entry.address) : undefined;
      // What the linker has applied holds the sum already.
      if (inPlace !== undefined && !table.pending) return inPlace;
      return this.#address(value + (entry.addend ?? inPlace ?? 0n));
    }
    if (table.machine.classOf(entry.type) !== 'relative' && table.kind !== 'RELR') return undefined;
    return entry.addend === undefined ? this.wordAt(entry.address) : this.#address(entry.addend);
  }

  /**
   * The address that an entry is about: the value that it computes; of a type that stores a distance, as calls have,
   * the symbol or place that the distance leads to.
   */
  pointsAt(entry: RelocationRow): Vaddr | undefined {
    const { table } = entry;
    const kind = table.machine.classOf(entry.type);
    if (kind === 'none') return undefined;
    if (kind !== 'other' || entry.symbol === 0) return this.#targetOf(entry);
    const symbols = this.kernel.relocations.symbolTableOf(table);
    if (symbols === undefined || entry.symbol >= symbols.count) return undefined;
    if (symbols.sectionOf(entry.symbol) === undefined) return undefined;
    const space = this.kernel.elf.addressSpace;
    const value = space.sectionAddress(symbols.sectionOf(entry.symbol), symbols.value(entry.symbol));
    if (symbols.type(entry.symbol) !== STT.SECTION) return value;
    // x86 counts from the next instruction, which mostly begins behind these four bytes: PC32, PLT32 and their like.
    const machine = this.kernel.elf.header.e_machine;
    const behind = machine === EM.X86_64 || machine === EM[386] ? 4n : 0n;
    return this.#address(value + (entry.addend ?? 0n) + behind);
  }

  /** A sum as the machine's addresses wrap around. */
  #address(sum: bigint): Vaddr {
    return vaddr(BigInt.asUintN(this.kernel.elf.wordSize * 8, sum));
  }

  /** Whether the place of an entry is an address: entries for .debug_* (--emit-relocs) count in their section. */
  isInMemory({ table }: RelocationRow): boolean {
    const { elf } = this.kernel;
    const { section } = table;
    if (elf.isRelocatable) return elf.addressSpace.hasAddress(section.sh_info);
    const target = elf.sections[section.sh_info];
    return isAlloc(section) || section.sh_info === 0 || (target !== undefined && isAlloc(target));
  }

  /** What an entry points at by name: for one that fills a slot the function of the slot, which may begin behind it. */
  nameTarget(entry: RelocationRow): string {
    const value = this.pointsAt(entry);
    if (value === undefined) {
      // A symbol of another file: a module's calls of the kernel.
      const symbol = this.symbolOf(entry);
      return symbol === undefined ? '' : (readyValue(this.kernel.symbols)?.table.name(symbol) ?? '');
    }
    return (this.isInMemory(entry) ? this.nameSlot(entry.address) : undefined) ?? this.nameAddress(value);
  }

  /** The place of an entry by name: "slot 23650", "init_task+0x10", or ".debug_loc+0x10" where it is in no memory. */
  namePlace(entry: RelocationRow): string {
    if (this.isInMemory(entry)) {
      const slot = readyValue(this.kernel.mcount)?.slotAt(entry.address);
      return slot === undefined ? this.nameAddress(entry.address) : `slot ${slot}`;
    }
    const target = this.kernel.elf.sections[entry.table.section.sh_info];
    return `${cutName(target?.name ?? 'no section')}+0x${entry.place.toString(16)}`;
  }

  /** The symbol that an entry names; not a section's, behind which the addend counts. */
  protected symbolOf(entry: RelocationRow): SymbolIndex | undefined {
    const { relocations } = this.kernel;
    const table = readyValue(this.kernel.symbols)?.table;
    if (table === undefined || entry.symbol === 0 || entry.symbol >= table.count) return undefined;
    if (relocations.symbolTableOf(entry.table) !== table || table.type(entry.symbol) === STT.SECTION) return undefined;
    return symbolIndex(entry.symbol);
  }
}
