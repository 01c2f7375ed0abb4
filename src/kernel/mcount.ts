/**
 * The mcount region: the table of addresses that ftrace patches, as the linker left it and as it is after relocation.
 *
 *   vmlinux   words from __start_mcount_loc to __stop_mcount_loc       (include/asm-generic/vmlinux.lds.h, MCOUNT_REC)
 *   module    the section __mcount_loc                                 (kernel/trace/ftrace.c, ftrace_module_init)
 *
 * A slot is one word: {place, raw, relocation, relocated, symbol}. On arm64 before 6.x the raw words are zero, because
 * the kernel is linked with --no-apply-dynamic-relocs (Linux commit fd9dde6abcb9) and the addresses are in .rela.dyn.
 */
import { allRows, lowerBound, sortRowsByU64, u64At } from '../bytes/columns.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { type RelocatedBy, relocate } from '../elf/relocate.ts';
import { availability, ParseError, unreadable } from '../errors.ts';
import { type SlotIndex, type SymbolIndex, slotIndex, type Vaddr, vaddr } from '../units.ts';
import { findMcountBounds, locateRegion, type McountBounds, oddPlace } from './mcount-bounds.ts';
import { countSlots, findEntryOffset, type McountCounts } from './mcount-counts.ts';
import { bys, type McountWords, noRelocation, readWords, relocateWords, SLOT, symbolAddress } from './mcount-words.ts';
import type { RelocationList } from './relocation-list.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';

export interface McountSlot {
  readonly index: SlotIndex;
  /** Address of the slot itself; in a module, in its laid-out section. */
  readonly place: Vaddr;
  /** File offset of the slot's bytes. */
  readonly fileOffset: number;
  /** The word as it stands in the file, in the file's byte order. */
  readonly raw: bigint;
  /** Row of {@link RelocationList} that names this place, if any. */
  readonly relocation: number | undefined;
  readonly relocated: bigint;
  readonly by: RelocatedBy;
  /** The function that the relocated value belongs to; see {@link McountRegion.entryOffset}. */
  readonly symbol: SymbolIndex | undefined;
  readonly problem: string | undefined;
}

const structure = 'mcount region';
/** More slots than any kernel has; what a damaged bound announces beyond them is not read. */
const mostSlots = 1 << 20;

export class McountRegion {
  readonly bounds: McountBounds;
  readonly count: number;
  readonly slotSize: 4 | 8;
  /** File offset of slot 0. */
  readonly fileOffset: number;
  /** The region's bytes as they are in the file. */
  readonly bytes: Uint8Array;
  /** Distance of a slot's value from its function's start where all slots keep one: -8 with two NOPs before the entry, 0 else. */
  readonly entryOffset: number;
  /** Slots whose word in the file is zero. */
  readonly rawZero: number;
  /** Slots that are still zero after relocation. */
  readonly relocatedZero: number;
  /** What is odd about the region as a whole, and where: its bounds, its size, relocations that could not be read. */
  readonly warning: string | undefined;
  readonly #words: McountWords;
  readonly #elf: ElfFile;
  readonly #symbols: SymbolIndexByAddress | undefined;
  readonly #relocations: RelocationList;
  #counts: McountCounts | undefined;
  #byValue: Uint32Array | undefined;

  /** @throws ParseError absent, bad-value, bad-reference, out-of-range, truncated; see {@link findMcountBounds} */
  constructor(
    elf: ElfFile,
    symbols: SymbolIndexByAddress | undefined,
    relocations: RelocationList,
    noSymbols?: ParseError,
  ) {
    this.bounds = findMcountBounds(elf, symbols, noSymbols);
    this.slotSize = elf.wordSize;
    this.#elf = elf;
    this.#symbols = symbols;
    this.#relocations = relocations;
    const { start, stop, saidAt } = this.bounds;
    const size = stop - start;
    const offset = locateRegion(elf, this.bounds);
    this.fileOffset = offset;
    this.count = Math.floor(Number(size) / this.slotSize);
    if (this.count > mostSlots) {
      const problem = `it has ${this.count} slots; up to ${mostSlots} are read`;
      throw new ParseError({ code: 'unsupported', structure, offset: saidAt, problem });
    }
    this.bytes = elf.source.read(offset, this.count * this.slotSize, structure);
    const { raw, rawZero } = readWords(this.bytes, this.slotSize, elf.header.littleEndian);
    this.#words = relocateWords(raw, rawZero, { elf, symbols, relocations, start, slotSize: this.slotSize });
    this.warning = this.#findWarning();
    this.entryOffset = symbols === undefined ? 0 : findEntryOffset(this.#words.relocated, symbols);
    this.rawZero = this.#words.rawZero;
    this.relocatedZero = this.#words.relocatedZero;
  }

  #findWarning(): string | undefined {
    const ofBounds = boundsWarning(this.#elf, this.bounds);
    if (ofBounds !== undefined) return ofBounds;
    const [unread] = this.#words.unread;
    if (unread !== undefined) return `${structure}: relocations are missing: ${unread.message}`;
    // Zeros that nothing fills may be the fault of a section that cannot be read.
    if (this.#words.unfilled === 0) return undefined;
    const damaged = this.#relocations.tables.find((table) => table.pending && table.damage !== undefined);
    const pending = this.#relocations.tables.filter((table) => table.pending).map(({ section }) => section);
    const reason =
      this.#relocations.broken[0]?.reason ?? damaged?.damage?.message ?? this.#elf.layoutDamageOf(...pending)?.message;
    return reason === undefined ? undefined : `${structure}: relocations may be missing: ${reason}`;
  }

  /** The function of a slot's relocated value, and the value's distance from its start. */
  #functionOf(slot: number): { readonly symbol: SymbolIndex; readonly offset: number } | undefined {
    const symbols = this.#symbols;
    const hi = this.#words.relocated.hi[slot] ?? 0;
    const lo = this.#words.relocated.lo[slot] ?? 0;
    if (symbols === undefined || (hi === 0 && lo === 0)) return undefined;
    const exact = symbols.functionAtHalves(hi, lo);
    if (exact !== undefined) return { symbol: exact, offset: 0 };
    const value = u64At(this.#words.relocated, slot);
    if (this.entryOffset !== 0) {
      const next = symbols.functionAt(value - BigInt(this.entryOffset));
      if (next !== undefined) return { symbol: next, offset: this.entryOffset };
    }
    // An entry inside a function: ppc64's ELFv2 local entry, x86 behind an endbr64.
    return symbols.functionAround(hi, lo);
  }

  /** How the slots are, counted; a pass over all of them the first time. */
  get counts(): McountCounts {
    this.#counts ??= countSlots(this.#words, this.#symbols, (slot) => this.#functionOf(slot));
    return this.#counts;
  }

  /** Slot `index`, 0 ≤ index < count. @throws ParseError io, truncated (the file shrank) */
  slot(index: number): McountSlot {
    const { raw, relocated, relocation, by } = this.#words;
    const row = relocation[index] ?? noRelocation;
    return {
      index: slotIndex(index),
      place: vaddr(this.bounds.start + BigInt(index * this.slotSize)),
      fileOffset: this.fileOffset + index * this.slotSize,
      raw: u64At(raw, index),
      relocation: row === noRelocation ? undefined : row,
      relocated: u64At(relocated, index),
      by: bys[by[index] ?? 0] as RelocatedBy,
      symbol: this.#functionOf(index)?.symbol,
      problem: this.#problemOf(index),
    };
  }

  /** Told anew when it is asked for: a damaged file may have as many problems as slots. */
  #problemOf(slot: number): string | undefined {
    const flags = this.#words.flags[slot] ?? 0;
    const row = this.#words.relocation[slot] ?? noRelocation;
    if ((flags & SLOT.refused) !== 0) {
      const found = this.#relocations.row(row);
      if (found === undefined) return undefined;
      const symbol = symbolAddress({ elf: this.#elf, relocations: this.#relocations }, found.table, found.symbol);
      const { problem } = relocate(found.table, found, u64At(this.#words.raw, slot), symbol, this.slotSize);
      return problem === undefined ? undefined : `${problem}; the entry is ${this.#relocations.whereIs(row)}`;
    }
    if ((flags & SLOT.twice) !== 0) {
      return `two relocations name this slot; the last one (row ${row}, ${this.#relocations.whereIs(row)}) counts`;
    }
    if ((flags & SLOT.misaligned) !== 0) {
      const inside = this.#words.inside.get(slot);
      const where = inside === undefined ? '' : `; it is ${this.#relocations.whereIs(inside)}`;
      return `a relocation is inside this slot and not at its start: not applied${where}`;
    }
    return undefined;
  }

  /** The slot that holds the word at an address, if it is in the region. */
  slotAt(place: bigint): SlotIndex | undefined {
    const offset = place - this.bounds.start;
    if (offset < 0n || offset >= BigInt(this.count * this.slotSize)) return undefined;
    return slotIndex(Math.floor(Number(offset) / this.slotSize));
  }

  /** The slot of a function, by its address rather than its row, so that aliases find it too. */
  slotOfFunction(row: number): SlotIndex | undefined {
    if (this.#symbols === undefined || !(row >= 0 && row < this.#symbols.table.count)) return undefined;
    const address = this.#symbols.address(row);
    for (const value of [address, vaddr(address + BigInt(this.entryOffset))]) {
      const order = this.byRelocatedValue;
      const slot = order[lowerBound(this.#words.relocated, order, value)];
      if (slot !== undefined && value !== 0n && u64At(this.#words.relocated, slot) === value) return slotIndex(slot);
    }
    // An entry inside the function's extent.
    const slot = this.slotBefore(address + this.#symbols.table.size(row) - 1n);
    if (slot === undefined) return undefined;
    const inside = this.#functionOf(slot);
    return inside !== undefined && this.#symbols.address(inside.symbol) === address ? slot : undefined;
  }

  /** Slots in ascending order of their relocated value: where a function without a slot would stand. */
  get byRelocatedValue(): Uint32Array {
    this.#byValue ??= sortRowsByU64(this.#words.relocated, allRows(this.count));
    return this.#byValue;
  }

  /** The slot with the greatest relocated value not above `address`: the neighbour of a function that has no slot. */
  slotBefore(address: bigint): SlotIndex | undefined {
    const order = this.byRelocatedValue;
    const at = lowerBound(this.#words.relocated, order, address + 1n);
    const slot = order[at - 1];
    return slot === undefined || u64At(this.#words.relocated, slot) === 0n ? undefined : slotIndex(slot);
  }

  /** The region's bytes after relocation, in the file's byte order: what pahole would read with CONFIG_RELOCATABLE=n. */
  relocatedBytes(): Uint8Array {
    const bytes = new Uint8Array(this.bytes.length);
    const view = new DataView(bytes.buffer);
    const little = this.#elf.header.littleEndian;
    const { hi, lo } = this.#words.relocated;
    for (let slot = 0; slot < this.count; slot++) {
      const at = slot * this.slotSize;
      if (this.slotSize === 8) view.setUint32(little ? at + 4 : at, hi[slot] as number, little);
      view.setUint32(this.slotSize === 8 && !little ? at + 4 : at, lo[slot] as number, little);
    }
    return bytes;
  }

  /** The state of the region in words, as the header line shows it. */
  get stateInWords(): string {
    return describeRegion(this.count, this.rawZero, this.relocatedZero, this.entryOffset);
  }
}

/** "all zero in the file", "filled", "filled, entries 8 bytes before their functions, 336 zero" … */
export function describeRegion(slots: number, rawZero: number, relocatedZero: number, entryOffset: number): string {
  const number = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  if (slots === 0) return 'no slots';
  if (rawZero === slots) {
    if (relocatedZero === slots) return 'all zero in the file, and no relocation fills them';
    return relocatedZero === 0 ? 'all zero in the file' : `all zero in the file, ${number(relocatedZero)} stay zero`;
  }
  const parts = [rawZero > slots / 2 ? `${number(rawZero)} zero in the file` : 'filled'];
  if (entryOffset !== 0) parts.push(`entries ${-entryOffset} bytes before their functions`);
  if (rawZero > 0 && rawZero <= slots / 2) parts.push(`${number(rawZero)} zero`);
  return parts.join(', ');
}

/** What is odd about the bounds of the region, and where. */
function boundsWarning(elf: ElfFile, bounds: McountBounds): string | undefined {
  if (bounds.warning !== undefined) return bounds.warning.message;
  const size = bounds.stop - bounds.start;
  const rest = size % BigInt(elf.wordSize);
  if (rest !== 0n) {
    const problem = `its ${size} bytes are not a multiple of ${elf.wordSize}: ${rest} at the end are in no slot`;
    return new ParseError({ code: 'bad-value', structure, offset: bounds.endSaidAt, problem }).message;
  }
  const odd = oddPlace(elf, bounds);
  if (odd === undefined) return undefined;
  return odd.structure === structure ? odd.message : `${structure}: ${odd.message}`;
}

/** What is wrong with the bounds, for who reads no more of the region than its bytes in the file: no relocation is looked at. */
export function findBoundsDamage(
  elf: ElfFile,
  symbols: SymbolIndexByAddress | undefined,
  noSymbols?: ParseError,
): string | undefined {
  const found = availability(() => {
    const bounds = findMcountBounds(elf, symbols, noSymbols);
    locateRegion(elf, bounds);
    return bounds;
  });
  return found.state === 'ready' ? boundsWarning(elf, found.value) : unreadable(found)?.message;
}
