/**
 * One relocation section: SHT_RELA, SHT_REL (gABI chapter 4, "Relocation") or SHT_RELR, read a page at a time.
 *
 *   RELA64, 24 bytes: r_offset u64  r_info u64  r_addend i64       r_info = symbol << 32 | type
 *   RELA32, 12 bytes: r_offset u32  r_info u32  r_addend i32       r_info = symbol << 8 | type
 *   REL: without r_addend (16 or 8 bytes); the addend is what stands at the place
 *   MIPS64 packs three types in one: r_info = symbol u32, ssym u8, type3 u8, type2 u8, type u8, in this order of bytes
 *   also in little-endian files, where only the symbol is swapped
 *
 * x86 kernels carry 14 million entries in sections that nobody looks at: they are counted from sh_size and decoded
 * when a row is shown.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { type HalvesRange, halvesOf } from '../bytes/columns.ts';
import { hexOrHuge } from '../bytes/printable.ts';
import { toWords } from '../bytes/words.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import { EM, SHT } from './constants.ts';
import type { RelocationMachine } from './machines/index.ts';
import { RelrPlaces } from './relr.ts';
import { describeSection, isAlloc, ofOtherType, refuseCompressed, type Section } from './sections.ts';

export interface RelocationEntry {
  /** r_offset: a virtual address in a linked image, an offset in the target section in ET_REL. */
  readonly place: Vaddr;
  /** r_info in the order that the specification and readelf show; for RELR the relative type alone. */
  readonly info: bigint;
  readonly type: number;
  /** Row of the linked symbol table; 0 for none. */
  readonly symbol: number;
  /** r_addend, sign kept; undefined in REL and RELR, where it stands at the place. */
  readonly addend: bigint | undefined;
}

/** An entry in halves, for a pass over many: one object, filled anew for each. The addend of REL and RELR is 0. */
export interface EntryHalves {
  index: number;
  placeHi: number;
  placeLo: number;
  type: number;
  symbol: number;
  addendHi: number;
  addendLo: number;
}

const pageEntries = 4096;
/** Entries that are still searched one by one, about a millisecond's worth. */
const linearLimit = 250_000;

const typeOfName = { '.rela': SHT.RELA, '.rel': SHT.REL, '.relr': SHT.RELR } as const;

/** The SHT_* of a relocation section: its own, or else the one that belongs to its name (.rela.dyn), as linkers give it. */
export function relocationType({ sh_type, sh_size, name }: Section): number | undefined {
  if (sh_type === SHT.RELA || sh_type === SHT.REL || sh_type === SHT.RELR) return sh_type;
  if (sh_size === 0 || !name.startsWith('.rel')) return undefined;
  const [prefix] = /^\.rel[ar]?(?=\.|$)/.exec(name) ?? [];
  return typeOfName[prefix as keyof typeof typeOfName];
}

export class RelocationTable {
  readonly section: Section;
  readonly kind: 'RELA' | 'REL' | 'RELR';
  readonly count: number;
  readonly entrySize: number;
  /** Bytes of it that are in the file. */
  readonly byteLength: number;
  readonly machine: RelocationMachine;
  /** True when the boot code applies it: SHF_ALLOC, or any in ET_REL. The rest was applied by the linker (--emit-relocs). */
  readonly pending: boolean;
  /** What is wrong with the table although entries can be read. */
  readonly damage: ParseError | undefined;
  readonly #source: ByteSource;
  readonly #is64: boolean;
  readonly #mips64: boolean;
  /** Index of the low half in the two words of a 64-bit field. */
  readonly #low: 0 | 1;
  readonly #little: boolean;
  readonly #relr: RelrPlaces | undefined;
  #page: Uint32Array = new Uint32Array(0);
  #pageFirst = -1;

  /** @throws ParseError absent (NOBITS), bad-value (not of the type that its name says), bad-entry-size, truncated (begins outside the file), unsupported (compressed) */
  constructor(
    source: ByteSource,
    section: Section,
    file: { is64: boolean; littleEndian: boolean; e_machine: number; relocatable: boolean },
    machine: RelocationMachine,
  ) {
    this.#source = source;
    this.section = section;
    this.machine = machine;
    this.#is64 = file.is64;
    this.#little = file.littleEndian;
    this.#low = file.is64 && !file.littleEndian ? 1 : 0;
    this.#mips64 = file.e_machine === EM.MIPS && file.is64;
    this.pending = isAlloc(section) || file.relocatable;
    this.kind = section.sh_type === SHT.RELA ? 'RELA' : section.sh_type === SHT.REL ? 'REL' : 'RELR';
    const type = relocationType(section);
    if (type !== undefined && section.sh_type === SHT.NOBITS) {
      // A debug file keeps the headers of what is loaded so.
      const structure = describeSection(section);
      const problem = `${structure} is NOBITS: the file holds no bytes of it`;
      throw new ParseError({ code: 'absent', structure, offset: section.headerOffset, problem });
    }
    if (type !== undefined && type !== section.sh_type) throw ofOtherType(section, type);
    const word = file.is64 ? 8 : 4;
    this.entrySize = this.kind === 'RELA' ? 3 * word : this.kind === 'REL' ? 2 * word : word;
    const { sh_entsize, sh_offset, sh_size, headerOffset } = section;
    const fail = (code: 'bad-entry-size' | 'truncated' | 'bad-value', problem: string) =>
      new ParseError({ code, structure: describeSection(section), offset: headerOffset, problem });
    if (sh_entsize !== this.entrySize) {
      throw fail('bad-entry-size', `sh_entsize is ${sh_entsize}, expected ${this.entrySize} for ${this.kind}`);
    }
    refuseCompressed(section);
    const end = `the file ends at 0x${source.size.toString(16)}`;
    if (sh_offset > source.size) throw fail('truncated', `sh_offset is ${hexOrHuge(sh_offset)} and ${end}`);
    this.byteLength = Math.min(sh_size, source.size - sh_offset);
    const whole = Math.floor(this.byteLength / this.entrySize);
    let damage: ParseError | undefined;
    if (this.byteLength < sh_size) {
      damage = fail('truncated', `sh_offset 0x${sh_offset.toString(16)} + sh_size ${hexOrHuge(sh_size)}: ${end}`);
    } else if (whole * this.entrySize !== sh_size) {
      damage = fail('bad-value', `sh_size ${sh_size} is not a multiple of its ${this.entrySize}-byte entries`);
    }
    if (this.kind === 'RELR') {
      const bytes = source.read(sh_offset, whole * this.entrySize, describeSection(section));
      this.#relr = new RelrPlaces(bytes, file.is64, file.littleEndian, sh_offset);
      damage ??= this.#relr.damage;
    }
    this.count = this.#relr?.count ?? whole;
    this.damage = damage;
  }

  /** File offset of an entry; undefined for RELR, whose entries are bits. */
  fileOffset(index: number): number | undefined {
    return this.kind === 'RELR' ? undefined : this.section.sh_offset + index * this.entrySize;
  }

  /** Entry `index`, counted from 0. @throws ParseError bad-reference (no such entry), io, truncated (the file shrank) */
  entry(index: number): RelocationEntry {
    if (!(index >= 0 && index < this.count)) {
      const problem = `there is no entry ${index}; it has ${this.count}`;
      throw new ParseError({ code: 'bad-reference', structure: describeSection(this.section), problem });
    }
    if (this.#relr !== undefined) {
      const type = this.machine.relativeType ?? 0;
      return { place: vaddr(this.#relr.at(index)), info: BigInt(type), type, symbol: 0, addend: undefined };
    }
    const words = this.#pageOf(index);
    const at = ((index - this.#pageFirst) * this.entrySize) / 4;
    const hasAddend = this.kind === 'RELA';
    if (!this.#is64) {
      const info = words[at + 1] as number;
      return {
        place: vaddr(BigInt(words[at] as number)),
        info: BigInt(info),
        type: info & 0xff,
        symbol: info >>> 8,
        addend: hasAddend ? BigInt((words[at + 2] as number) | 0) : undefined,
      };
    }
    const [symbol, typeWord] = this.#info64(words, at);
    return {
      place: vaddr(this.#wide(words, at)),
      info: (BigInt(symbol) << 32n) | BigInt(typeWord),
      type: this.#mips64 ? typeWord & 0xff : typeWord,
      symbol,
      addend: hasAddend ? BigInt.asIntN(64, this.#wide(words, at + 4)) : undefined,
    };
  }

  /**
   * Call `visit` with each entry whose place is in [start, stop), in file order. One pass over the section's bytes in
   * pages, without an object per entry.
   */
  forEachIn(start: bigint, stop: bigint, visit: (entry: Readonly<EntryHalves>) => void): void {
    const entry = { index: 0, placeHi: 0, placeLo: 0, type: 0, symbol: 0, addendHi: 0, addendLo: 0 };
    if (this.#relr !== undefined) {
      entry.type = this.machine.relativeType ?? 0;
      this.#relr.forEachIn(start, stop, (index, hi, lo) => {
        entry.index = index;
        entry.placeHi = hi;
        entry.placeLo = lo;
        visit(entry);
      });
      return;
    }
    const stride = this.entrySize / 4;
    const low = this.#low;
    const high = this.#is64 ? 1 - low : undefined;
    const isPlain = this.#is64 && !this.#mips64;
    const addend = this.kind === 'RELA' ? (this.#is64 ? 4 : 2) : undefined;
    const range = halvesOf(start, stop);
    const found = new Uint32Array(pageEntries);
    for (let first = 0; first < this.count; first += pageEntries) {
      const words = this.#pageOf(first);
      const hits = placesWithin(words, stride, low, high, range, found);
      for (let i = 0; i < hits; i++) {
        const at = found[i] as number;
        entry.index = first + at / stride;
        entry.placeLo = words[at + low] as number;
        entry.placeHi = high === undefined ? 0 : (words[at + high] as number);
        if (isPlain) {
          entry.symbol = words[at + 3 - low] as number;
          entry.type = words[at + 2 + low] as number;
        } else this.#fillInfo(entry, words, at);
        if (addend !== undefined) {
          entry.addendLo = words[at + addend + low] as number;
          entry.addendHi = high === undefined ? -(entry.addendLo >>> 31) >>> 0 : (words[at + addend + high] as number);
        }
        visit(entry);
      }
    }
  }

  /** Whether an entry names a symbol; a pass over all of them. @throws ParseError io, truncated (the file shrank) */
  hasSymbols(): boolean {
    let found = false;
    this.forEachIn(0n, 1n << 64n, ({ symbol }) => {
      found ||= symbol !== 0;
    });
    return found;
  }

  #fillInfo(entry: EntryHalves, words: Uint32Array, at: number): void {
    if (this.#is64) {
      const [symbol, type] = this.#info64(words, at);
      entry.symbol = symbol;
      entry.type = this.#mips64 ? type & 0xff : type;
    } else {
      const info = words[at + 1] as number;
      entry.symbol = info >>> 8;
      entry.type = info & 0xff;
    }
  }

  /** Symbol, and the other half of r_info: the type, on MIPS with two more and ssym above it. */
  #info64(words: Uint32Array, at: number): readonly [symbol: number, type: number] {
    const first = words[at + 2] as number;
    const second = words[at + 3] as number;
    if (!this.#mips64) return this.#low === 0 ? [second, first] : [first, second];
    return [first, this.#little ? swapped(second) : second];
  }

  #wide(words: Uint32Array, at: number): bigint {
    return (BigInt(words[at + 1 - this.#low] as number) << 32n) | BigInt(words[at + this.#low] as number);
  }

  /** The first entry whose place is in [start, stop): by halving, then, where that misses in a short table, one by one. */
  firstIn(start: bigint, stop: bigint): number | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.entry(middle).place < start) low = middle + 1;
      else high = middle;
    }
    if (low < this.count) {
      const { place } = this.entry(low);
      if (place >= start && place < stop) return low;
    }
    if (this.count > linearLimit) return undefined;
    let first: number | undefined;
    this.forEachIn(start, stop, ({ index }) => {
      first ??= index;
    });
    return first;
  }

  /** The words of the page that holds an entry; only whole entries. */
  #pageOf(index: number): Uint32Array {
    const first = index - (index % pageEntries);
    if (this.#pageFirst !== first) {
      const entries = Math.min(pageEntries, this.count - first);
      const offset = this.section.sh_offset + first * this.entrySize;
      const bytes = this.#source.read(offset, entries * this.entrySize, describeSection(this.section));
      this.#page = toWords(bytes, this.#little);
      this.#pageFirst = first;
    }
    return this.#page;
  }
}

/**
 * The entries of a page whose place is in a range: where each begins goes to `found`. A loop of its own: called once a page, it is compiled after the
 * first few, while the pass over a table of 119,000 entries runs but once.
 */
function placesWithin(
  words: Uint32Array,
  stride: number,
  low: number,
  high: number | undefined,
  range: HalvesRange,
  found: Uint32Array,
): number {
  const { startHi, startLo, stopHi, stopLo } = range;
  let count = 0;
  for (let at = 0; at < words.length; at += stride) {
    const lo = words[at + low] as number;
    const hi = high === undefined ? 0 : (words[at + high] as number);
    if (hi < startHi || (hi === startHi && lo < startLo)) continue;
    if (hi > stopHi || (hi === stopHi && lo >= stopLo)) continue;
    found[count++] = at;
  }
  return count;
}

const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
