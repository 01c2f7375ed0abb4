/**
 * Where the addresses of functions are kept in data: tables of operations, that is objects whose words point at functions.
 *
 *   tty_fops+0x28      → tty_write
 *   console_fops+0x28  → redirected_tty_write
 *
 * The words of the file hold the addresses, or the relocation entries that the boot code applies do. Entries that are kept
 * beside a finished image (x86's --emit-relocs has 14 million) say nothing that the words do not, and are not read.
 */
import { toWords } from '../bytes/words.ts';
import { SHF, SHT, STT } from '../elf/constants.ts';
import type { RelocationTable } from '../elf/relocation-table.ts';
import { isAlloc, isCompressed, type Section } from '../elf/sections.ts';
import { ParseError, readyValue } from '../errors.ts';
import type { Linker } from '../kernel/links.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { SymbolIndex, Vaddr } from '../units.ts';

/** A word of an object that points at one of the functions. */
export interface StoredAddress {
  /** Which of the functions that were asked for. */
  readonly index: number;
  readonly object: SymbolIndex;
  readonly objectName: string;
  readonly objectSize: bigint;
  /** Bytes from the object's start to the word. */
  readonly offset: bigint;
}

/** Bytes that are read at a time. */
const chunkBytes = 1 << 18;
/** Words that are looked at more closely; a function that more objects hold is no evidence for anything. */
const mostHits = 1 << 14;
/** Sections of numbers that are no addresses, and large. */
const withoutAddresses = /^\.(BTF|orc_unwind|eh_frame|notes?)/;
const everywhere = 1n << 64n;

/** Every object of more than one word that holds the address of one of the functions, in the order of the places. */
export function findStoredAddresses(kernel: Vmlinux, linker: Linker, functions: readonly Vaddr[]): StoredAddress[] {
  const wanted = new AddressSet(functions);
  const places = new Map<bigint, number>();
  const collect = (place: bigint, index: number) => {
    if (places.size < mostHits) places.set(place, index);
  };
  const pending = kernel.relocations.tables.filter((table) => table.pending && appliesToMemory(kernel, table));
  let relative = 0;
  for (const table of pending) {
    if (table.kind === 'RELA') relative += tryRead(() => collectEntries(linker, table, kernel, wanted, collect));
  }
  // Entries with addends say it all; of the other kinds the addend is the word.
  if (relative === 0 || pending.some(({ kind }) => kind !== 'RELA')) {
    for (const section of kernel.elf.sections) {
      if (holdsData(section)) tryRead(() => collectWords(kernel, section, wanted, collect));
    }
  }
  return Array.from(places)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([place, index]) => storedAt(kernel, linker, place, index) ?? []);
}

/** Whether the entries of a table can be about allocated data: of a module, those of .debug_info are not. */
function appliesToMemory(kernel: Vmlinux, { section }: RelocationTable): boolean {
  if (isAlloc(section)) return true;
  const target = kernel.elf.sections[section.sh_info];
  return target !== undefined && isAlloc(target);
}

/** What can be read of a damaged part is evidence all the same. @returns 0 where reading ended early */
function tryRead(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return 0;
  }
}

/** @returns how many entries hold an address */
function collectEntries(
  linker: Linker,
  table: RelocationTable,
  kernel: Vmlinux,
  wanted: AddressSet,
  collect: (place: bigint, index: number) => void,
): number {
  let held = 0;
  const { relocations } = kernel;
  const { relativeType } = table.machine;
  const firstRow = relocations.firstRowOf(table);
  table.forEachIn(0n, everywhere, (entry) => {
    if (entry.symbol === 0) {
      if (entry.type !== relativeType && table.machine.classOf(entry.type) !== 'relative') return;
      held++;
      const index = wanted.find(entry.addendHi, entry.addendLo);
      if (index >= 0) collect(addressOf(entry.placeHi, entry.placeLo), index);
      return;
    }
    if (table.machine.classOf(entry.type) !== 'absolute') return;
    held++;
    const row = linker.relocation(firstRow + entry.index);
    const value = linker.relocationTarget(firstRow + entry.index);
    const index = value === undefined ? -1 : wanted.find(Number(value >> 32n), Number(value & 0xffffffffn));
    if (index >= 0 && row !== undefined) collect(row.address, index);
  });
  return held;
}

/** Bytes of the file that are loaded and not run. */
function holdsData(section: Section): boolean {
  if (!isAlloc(section) || isCompressed(section) || (section.sh_flags & SHF.EXECINSTR) !== 0n) return false;
  return section.sh_type === SHT.PROGBITS && !withoutAddresses.test(section.name);
}

function collectWords(
  kernel: Vmlinux,
  section: Section,
  wanted: AddressSet,
  collect: (place: bigint, index: number) => void,
): number {
  const { wordSize, header, addressSpace } = kernel.elf;
  const source = kernel.elf.sectionSource(section);
  const start = addressSpace.sectionAddress(section.index, kernel.elf.isRelocatable ? 0n : section.sh_addr);
  const found = new Uint32Array(chunkBytes / 4);
  for (let at = 0; at < source.size; at += chunkBytes) {
    const bytes = source.read(at, Math.min(chunkBytes, source.size - at), section.name);
    const words = toWords(bytes, header.littleEndian);
    const low = wordSize === 8 && !header.littleEndian ? 1 : 0;
    const hits = wanted.findAll(words, wordSize / 4, low, found);
    for (let i = 0; i < hits; i += 2) {
      collect(start + BigInt(at + (found[i] as number) * 4), found[i + 1] as number);
    }
  }
  return source.size;
}

const addressOf = (hi: number, lo: number): bigint => (BigInt(hi) << 32n) | BigInt(lo);

/** Some addresses, to be looked for in millions of words. */
class AddressSet {
  /** By 16 bits of the low half: whether it may be one. */
  readonly #filter = new Uint8Array(1 << 16);
  readonly #byLow = new Map<number, { readonly hi: number; readonly index: number }[]>();

  constructor(addresses: readonly bigint[]) {
    addresses.forEach((address, index) => {
      const lo = Number(address & 0xffffffffn);
      this.#filter[(lo >>> 2) & 0xffff] = 1;
      const row = { hi: Number(address >> 32n), index };
      const rows = this.#byLow.get(lo);
      if (rows === undefined) this.#byLow.set(lo, [row]);
      else rows.push(row);
    });
  }

  /** The number of an address, -1 for one that is not among them. */
  find(hi: number, lo: number): number {
    if (this.#filter[(lo >>> 2) & 0xffff] === 0) return -1;
    return this.#byLow.get(lo)?.find((row) => row.hi === hi)?.index ?? -1;
  }

  /**
   * Look through the words of a chunk, `stride` of which make one address, its low half at `low`. For each that is found
   * `found` gets its position and its number. A loop of its own so that the JIT compiles it after a few chunks.
   */
  findAll(words: Uint32Array, stride: number, low: number, found: Uint32Array): number {
    const filter = this.#filter;
    let hits = 0;
    for (let at = 0; at + stride <= words.length; at += stride) {
      const lo = words[at + low] as number;
      if (filter[(lo >>> 2) & 0xffff] === 0) continue;
      const index = this.find(stride === 2 ? (words[at + 1 - low] as number) : 0, lo);
      if (index < 0 || hits + 2 > found.length) continue;
      found[hits++] = at;
      found[hits++] = index;
    }
    return hits;
  }
}

/** The object that a place is in; undefined for what is no table: a slot of the mcount region, a lone pointer. */
function storedAt(kernel: Vmlinux, linker: Linker, place: bigint, index: number): StoredAddress | undefined {
  if (readyValue(kernel.mcount)?.slotAt(place) !== undefined) return undefined;
  const table = readyValue(kernel.symbols)?.table;
  const object = linker.containing(place);
  if (table === undefined || object === undefined || table.type(object.symbol) !== STT.OBJECT) return undefined;
  const objectSize = table.size(object.symbol);
  if (objectSize <= BigInt(kernel.elf.wordSize)) return undefined;
  return { index, object: object.symbol, objectName: object.name, objectSize, offset: object.offset };
}
