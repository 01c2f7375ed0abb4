/**
 * The mcount region: the table of addresses that ftrace patches, as the linker left it and as it is after relocation.
 *
 *   vmlinux   words from __start_mcount_loc to __stop_mcount_loc       (include/asm-generic/vmlinux.lds.h, MCOUNT_REC)
 *   module    the section __mcount_loc                                 (kernel/trace/ftrace.c, ftrace_module_init)
 *
 * A slot is one word: {place, raw, relocation, relocated, symbol}. On arm64 before 6.x the raw words are zero, because
 * the kernel is linked with --no-apply-dynamic-relocs (Linux commit fd9dde6abcb9) and the addresses are in .rela.dyn.
 */
import { lowerBound, sortRowsByU64, type U64Column, u64At, u64Column } from '../bytes/columns.ts';
import { STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { RelocatedBy } from '../elf/relocate.ts';
import { relocate } from '../elf/relocate.ts';
import { isAlloc } from '../elf/sections.ts';
import { ParseError } from '../errors.ts';
import { type SlotIndex, type SymbolIndex, slotIndex, type Vaddr, vaddr } from '../units.ts';
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

export interface McountCounts {
  readonly slots: number;
  readonly rawZero: number;
  readonly relocatedZero: number;
  readonly by: Readonly<Record<RelocatedBy, number>>;
  /** Slots whose raw word is the address of a function; the same for the relocated word. */
  readonly rawAtFunction: number;
  readonly relocatedAtFunction: number;
  /** Slots by distance from the start of their function, most frequent first: 0, -8 … */
  readonly offsets: readonly { readonly offset: number; readonly slots: number }[];
  /** Slots, not zero, whose relocated value belongs to no function. */
  readonly withoutFunction: number;
  readonly problems: number;
}

const bys: readonly RelocatedBy[] = ['rela-addend', 'symbol-addend', 'in-place-addend', 'bytes'];
const noRelocation = 0xffffffff;

export interface McountBounds {
  readonly start: Vaddr;
  readonly stop: Vaddr;
  /** "__start_mcount_loc … __stop_mcount_loc" or "section __mcount_loc". */
  readonly source: string;
}

/**
 * Where the region is.
 * @throws ParseError absent (no such symbols or section), bad-value (one symbol missing, stop before start)
 */
export function findMcountBounds(elf: ElfFile, symbols: SymbolIndexByAddress | undefined): McountBounds {
  const named = (name: string) => {
    const row = symbols?.table.find(name, (candidate) => symbols.table.value(candidate) !== 0n);
    return row === undefined ? undefined : { row, address: symbols?.address(row) ?? vaddr(0n) };
  };
  const start = named('__start_mcount_loc');
  const stop = named('__stop_mcount_loc');
  if (start !== undefined && stop !== undefined) {
    const offset = symbols?.table.fileOffset(stop.row);
    if (stop.address < start.address) {
      const problem = `__stop_mcount_loc (0x${stop.address.toString(16)}) lies before __start_mcount_loc (0x${start.address.toString(16)})`;
      throw new ParseError({ code: 'bad-value', structure: 'mcount region', offset, problem });
    }
    return { start: start.address, stop: stop.address, source: '__start_mcount_loc … __stop_mcount_loc' };
  }
  const section = elf.section('__mcount_loc');
  if (section !== undefined && isAlloc(section)) {
    const base = elf.addressSpace.sectionAddress(section.index, section.sh_addr);
    return { start: base, stop: vaddr(base + BigInt(section.sh_size)), source: 'section __mcount_loc' };
  }
  const only = start ?? stop;
  if (only !== undefined) {
    throw new ParseError({
      code: 'bad-value',
      structure: 'mcount region',
      offset: symbols?.table.fileOffset(only.row),
      problem: `${start ? '__start_mcount_loc' : '__stop_mcount_loc'} is there and ${start ? '__stop_mcount_loc' : '__start_mcount_loc'} is missing`,
    });
  }
  const problem =
    symbols === undefined
      ? 'without a symbol table its bounds, __start_mcount_loc and __stop_mcount_loc, cannot be found'
      : 'no symbols __start_mcount_loc and __stop_mcount_loc, no section __mcount_loc: built without ftrace (CONFIG_FTRACE_MCOUNT_RECORD)';
  throw new ParseError({ code: 'absent', structure: 'mcount region', problem });
}

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
  /** What is odd about the region as a whole: a size that is not a multiple of the slot. */
  readonly warning: string | undefined;
  readonly #raw: U64Column;
  readonly #relocated: U64Column;
  readonly #by: Uint8Array;
  readonly #relocation: Uint32Array;
  readonly #symbols: SymbolIndexByAddress | undefined;
  #counts: McountCounts | undefined;
  readonly #problems: ReadonlyMap<number, string>;
  readonly #littleEndian: boolean;
  #byValue: Uint32Array | undefined;

  /** @throws ParseError absent, bad-value, truncated; see {@link findMcountBounds} */
  constructor(elf: ElfFile, symbols: SymbolIndexByAddress | undefined, relocations: RelocationList) {
    this.bounds = findMcountBounds(elf, symbols);
    this.slotSize = elf.wordSize;
    this.#littleEndian = elf.header.littleEndian;
    const { start, stop } = this.bounds;
    const size = stop - start;
    const structure = 'mcount region';
    const located = elf.addressSpace.locate(start);
    if (size === 0n) {
      throw new ParseError({
        code: 'absent',
        structure,
        problem: 'the region is empty: start and stop are the same address',
      });
    }
    if (located === undefined) {
      const problem = `its address 0x${start.toString(16)} is in no section`;
      throw new ParseError({ code: 'bad-reference', structure, problem });
    }
    const where = located.span.section?.name ?? 'its segment';
    if (located.offset === undefined) {
      throw new ParseError({
        code: 'bad-reference',
        structure,
        problem: `it lies in ${where}, which is NOBITS: the file holds no bytes of it`,
      });
    }
    if (size > BigInt(located.available)) {
      throw new ParseError({
        code: 'out-of-range',
        structure,
        offset: located.offset,
        problem: `its ${size} bytes reach past the end of ${where}, which has ${located.available} left`,
      });
    }
    this.fileOffset = located.offset;
    this.count = Math.floor(Number(size) / this.slotSize);
    this.bytes = elf.source.read(located.offset, this.count * this.slotSize, structure);
    const rest = Number(size) % this.slotSize;
    this.warning =
      rest === 0
        ? undefined
        : `its ${size} bytes are not a multiple of ${this.slotSize}: ${rest} at the end are in no slot`;

    const count = this.count;
    this.#raw = this.#readWords();
    this.#relocated = { hi: this.#raw.hi.slice(), lo: this.#raw.lo.slice() };
    this.#by = new Uint8Array(count).fill(bys.indexOf('bytes'));
    this.#relocation = new Uint32Array(count).fill(noRelocation);
    const problems = new Map<number, string>();
    this.#problems = problems;
    this.#applyRelocations(elf, symbols, relocations, problems);
    this.#symbols = symbols;
    this.entryOffset = symbols === undefined ? 0 : this.#findEntryOffset(symbols);
    this.rawZero = countZero(this.#raw);
    this.relocatedZero = countZero(this.#relocated);
  }

  #readWords(): U64Column {
    const column = u64Column(this.count);
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const little = this.#littleEndian;
    for (let i = 0; i < this.count; i++) {
      if (this.slotSize === 8) {
        column.hi[i] = view.getUint32(i * 8 + (little ? 4 : 0), little);
        column.lo[i] = view.getUint32(i * 8 + (little ? 0 : 4), little);
      } else column.lo[i] = view.getUint32(i * 4, little);
    }
    return column;
  }

  #applyRelocations(
    elf: ElfFile,
    symbols: SymbolIndexByAddress | undefined,
    relocations: RelocationList,
    problems: Map<number, string>,
  ): void {
    const { start } = this.bounds;
    const stop = vaddr(start + BigInt(this.count * this.slotSize));
    for (const hit of relocations.touching(start, stop)) {
      const offset = Number(hit.place - start);
      const slot = Math.floor(offset / this.slotSize);
      if (offset % this.slotSize !== 0) {
        problems.set(slot, `a relocation at 0x${hit.place.toString(16)} is not at the start of a slot: not applied`);
        continue;
      }
      const raw = u64At(this.#raw, slot);
      const entry = hit.table.entry(hit.index);
      const symbolTable = relocations.symbolTableOf(hit.table);
      let symbolAddress: bigint | undefined;
      if (entry.symbol === 0) symbolAddress = 0n;
      else if (symbolTable !== undefined && entry.symbol < symbolTable.count) {
        symbolAddress =
          symbols !== undefined && symbolTable === symbols.table
            ? symbols.address(entry.symbol)
            : elf.addressSpace.sectionAddress(symbolTable.sectionOf(entry.symbol), symbolTable.value(entry.symbol));
      }
      const result = relocate(hit.table, entry, raw, symbolAddress, this.slotSize);
      if (this.#relocation[slot] !== noRelocation && this.#by[slot] !== bys.indexOf('bytes')) {
        problems.set(
          slot,
          `two relocations name this slot (rows ${this.#relocation[slot]} and ${hit.row}); the last one counts`,
        );
      }
      this.#relocation[slot] = hit.row;
      this.#by[slot] = bys.indexOf(result.by);
      this.#relocated.hi[slot] = Number(result.value >> 32n);
      this.#relocated.lo[slot] = Number(result.value & 0xffffffffn);
      if (result.problem !== undefined) problems.set(slot, result.problem);
    }
  }

  /**
   * The one distance at which most slots meet a function's start. 0 unless few do and another distance within 64 bytes
   * before functions gathers most: arm64 with -fpatchable-function-entry=4,2 has the slot 8 bytes before its function.
   */
  #findEntryOffset(symbols: SymbolIndexByAddress): number {
    const order = symbols.functionsByAddress;
    const { hi, lo } = symbols.addresses;
    const tally = new Map<number, number>();
    let exact = 0;
    let values = 0;
    const step = Math.max(1, Math.floor(this.count / 2048));
    for (let slot = 0; slot < this.count; slot += step) {
      const value = u64At(this.#relocated, slot);
      if (value === 0n) continue;
      values++;
      const row = order[lowerBound(symbols.addresses, order, value)];
      if (row === undefined) continue;
      const distance = ((BigInt(hi[row] as number) << 32n) | BigInt(lo[row] as number)) - value;
      if (distance === 0n) exact++;
      else if (distance <= 64n) tally.set(Number(distance), (tally.get(Number(distance)) ?? 0) + 1);
    }
    if (exact * 2 >= values) return 0;
    const [distance, slots] = [...tally].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
    return slots * 2 > values - exact ? -distance : 0;
  }

  /** The function of a slot's relocated value, and the value's distance from its start. */
  #functionOf(relocated: bigint): { readonly symbol: SymbolIndex; readonly offset: number } | undefined {
    const symbols = this.#symbols;
    if (symbols === undefined || relocated === 0n) return undefined;
    const exact = symbols.functionAt(relocated);
    if (exact !== undefined) return { symbol: exact, offset: 0 };
    if (this.entryOffset !== 0) {
      const next = symbols.functionAt(relocated - BigInt(this.entryOffset));
      if (next !== undefined) return { symbol: next, offset: this.entryOffset };
    }
    // An entry inside a function: ppc64's ELFv2 local entry, x86 behind an endbr64.
    const around = symbols.containing(relocated);
    if (around === undefined || symbols.table.type(around.symbol) !== STT.FUNC) return undefined;
    return { symbol: around.symbol, offset: Number(around.offset) };
  }

  /** How the slots are, counted; a pass over all of them the first time. */
  get counts(): McountCounts {
    this.#counts ??= this.#count();
    return this.#counts;
  }

  #count(): McountCounts {
    const by: Record<RelocatedBy, number> = { 'rela-addend': 0, 'symbol-addend': 0, 'in-place-addend': 0, bytes: 0 };
    const offsets = new Map<number, number>();
    let rawAtFunction = 0;
    let relocatedAtFunction = 0;
    let withoutFunction = 0;
    for (let slot = 0; slot < this.count; slot++) {
      by[bys[this.#by[slot] as number] as RelocatedBy]++;
      const raw = u64At(this.#raw, slot);
      const relocated = u64At(this.#relocated, slot);
      if (raw !== 0n && this.#symbols?.functionAt(raw) !== undefined) rawAtFunction++;
      if (relocated === 0n) continue;
      const found = this.#functionOf(relocated);
      if (found === undefined) withoutFunction++;
      else {
        if (found.offset === 0) relocatedAtFunction++;
        offsets.set(found.offset, (offsets.get(found.offset) ?? 0) + 1);
      }
    }
    return {
      slots: this.count,
      rawZero: this.rawZero,
      relocatedZero: this.relocatedZero,
      by,
      rawAtFunction,
      relocatedAtFunction,
      offsets: [...offsets].map(([offset, slots]) => ({ offset, slots })).sort((a, b) => b.slots - a.slots),
      withoutFunction,
      problems: this.#problems.size,
    };
  }

  /** Slot `index`, 0 ≤ index < count. */
  slot(index: number): McountSlot {
    const relocation = this.#relocation[index] as number;
    const relocated = u64At(this.#relocated, index);
    return {
      index: slotIndex(index),
      place: vaddr(this.bounds.start + BigInt(index * this.slotSize)),
      fileOffset: this.fileOffset + index * this.slotSize,
      raw: u64At(this.#raw, index),
      relocation: relocation === noRelocation ? undefined : relocation,
      relocated,
      by: bys[this.#by[index] as number] as RelocatedBy,
      symbol: this.#functionOf(relocated)?.symbol,
      problem: this.#problems.get(index),
    };
  }

  /** The slot that holds the word at an address, if it is in the region. */
  slotAt(place: bigint): SlotIndex | undefined {
    const offset = place - this.bounds.start;
    if (offset < 0n || offset >= BigInt(this.count * this.slotSize)) return undefined;
    return slotIndex(Math.floor(Number(offset) / this.slotSize));
  }

  /** The slot of a function, by its address rather than its row, so that aliases find it too. */
  slotOfFunction(row: number): SlotIndex | undefined {
    if (this.#symbols === undefined) return undefined;
    const address = this.#symbols.address(row);
    for (const value of [address, vaddr(address + BigInt(this.entryOffset))]) {
      const order = this.byRelocatedValue;
      const slot = order[lowerBound(this.#relocated, order, value)];
      if (slot !== undefined && value !== 0n && u64At(this.#relocated, slot) === value) return slotIndex(slot);
    }
    // An entry inside the function's extent.
    const slot = this.slotBefore(address + this.#symbols.table.size(row) - 1n);
    if (slot === undefined) return undefined;
    const inside = this.#functionOf(u64At(this.#relocated, slot));
    return inside !== undefined && this.#symbols.address(inside.symbol) === address ? slot : undefined;
  }

  /** Slots in ascending order of their relocated value: where a function without a slot would stand. */
  get byRelocatedValue(): Uint32Array {
    if (this.#byValue === undefined) {
      const rows = new Uint32Array(this.count);
      for (let i = 0; i < rows.length; i++) rows[i] = i;
      this.#byValue = sortRowsByU64(this.#relocated, rows);
    }
    return this.#byValue;
  }

  /** The slot with the greatest relocated value not above `address`: the neighbour of a function that has no slot. */
  slotBefore(address: bigint): SlotIndex | undefined {
    const order = this.byRelocatedValue;
    const at = lowerBound(this.#relocated, order, address + 1n);
    const slot = order[at - 1];
    return slot === undefined || u64At(this.#relocated, slot) === 0n ? undefined : slotIndex(slot);
  }

  /** The region's bytes after relocation, in the file's byte order: what pahole would read with CONFIG_RELOCATABLE=n. */
  relocatedBytes(): Uint8Array {
    const bytes = new Uint8Array(this.bytes.length);
    const view = new DataView(bytes.buffer);
    for (let slot = 0; slot < this.count; slot++) {
      const value = u64At(this.#relocated, slot);
      if (this.slotSize === 8) view.setBigUint64(slot * 8, value, this.#littleEndian);
      else view.setUint32(slot * 4, Number(value & 0xffffffffn), this.#littleEndian);
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

function countZero(column: U64Column): number {
  let zero = 0;
  for (let row = 0; row < column.lo.length; row++) if (column.lo[row] === 0 && column.hi[row] === 0) zero++;
  return zero;
}
