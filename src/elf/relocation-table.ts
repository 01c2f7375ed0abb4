/**
 * One relocation section: SHT_RELA, SHT_REL (gABI chapter 4, "Relocation") or SHT_RELR, read a page at a time.
 *
 *   RELA64, 24 bytes: r_offset u64  r_info u64  r_addend i64       r_info = symbol << 32 | type
 *   RELA32, 12 bytes: r_offset u32  r_info u32  r_addend i32       r_info = symbol << 8 | type
 *   REL: without r_addend (16 or 8 bytes); the addend is what stands at the place
 *   MIPS64 little-endian keeps r_info as symbol u32, ssym u8, type3 u8, type2 u8, type u8
 *
 * x86 kernels carry 14 million entries in sections that nobody looks at: they are counted from sh_size and decoded
 * when a row is shown.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { u64At } from '../bytes/columns.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import { EM, SHT } from './constants.ts';
import type { RelocationMachine } from './machines/index.ts';
import { decodeRelr, type RelrPlaces } from './relr.ts';
import { describeSection, isAlloc, type Section } from './sections.ts';

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

const pageEntries = 4096;

export class RelocationTable {
  readonly section: Section;
  readonly kind: 'RELA' | 'REL' | 'RELR';
  readonly count: number;
  readonly entrySize: number;
  readonly machine: RelocationMachine;
  /** True when the boot code applies it: SHF_ALLOC, or any in ET_REL. The rest was applied by the linker (--emit-relocs). */
  readonly pending: boolean;
  readonly damage: ParseError | undefined;
  readonly #source: ByteSource;
  readonly #is64: boolean;
  readonly #little: boolean;
  readonly #mips64el: boolean;
  readonly #relr: RelrPlaces | undefined;
  #page: DataView | undefined;
  #pageFirst = -1;

  /** @throws ParseError bad-entry-size, truncated */
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
    this.#mips64el = file.e_machine === EM.MIPS && file.is64 && file.littleEndian;
    this.pending = isAlloc(section) || file.relocatable;
    this.kind = section.sh_type === SHT.RELA ? 'RELA' : section.sh_type === SHT.REL ? 'REL' : 'RELR';
    const word = file.is64 ? 8 : 4;
    this.entrySize = this.kind === 'RELA' ? 3 * word : this.kind === 'REL' ? 2 * word : word;
    const structure = describeSection(section);
    if (section.sh_entsize !== this.entrySize) {
      throw new ParseError({
        code: 'bad-entry-size',
        structure,
        offset: section.headerOffset,
        problem: `sh_entsize is ${section.sh_entsize}, expected ${this.entrySize} for ${this.kind}`,
      });
    }
    // Read nothing yet, but do not believe a size that the file cannot hold.
    source.read(section.sh_offset, 0, structure);
    const inside = Math.min(section.sh_size, source.size - section.sh_offset);
    const whole = Math.floor(inside / this.entrySize);
    let damage: ParseError | undefined;
    if (inside < section.sh_size || whole * this.entrySize !== section.sh_size) {
      damage = new ParseError({
        code: inside < section.sh_size ? 'truncated' : 'bad-value',
        structure,
        offset: section.headerOffset,
        problem:
          inside < section.sh_size
            ? `sh_size is ${section.sh_size} and the file ends ${section.sh_size - inside} bytes earlier`
            : `sh_size ${section.sh_size} is not a multiple of its ${this.entrySize}-byte entries`,
      });
    }
    if (this.kind === 'RELR') {
      const bytes = source.read(section.sh_offset, whole * this.entrySize, structure);
      this.#relr = decodeRelr(bytes, file.is64, file.littleEndian, section.sh_offset);
      this.count = this.#relr.count;
      damage ??= this.#relr.damage;
    } else {
      this.#relr = undefined;
      this.count = whole;
    }
    this.damage = damage;
  }

  /** File offset of an entry; undefined for RELR, whose entries are bits. */
  fileOffset(index: number): number | undefined {
    return this.kind === 'RELR' ? undefined : this.section.sh_offset + index * this.entrySize;
  }

  /** Entry `index`, counted from 0. @throws ParseError io, truncated (the file shrank) */
  entry(index: number): RelocationEntry {
    if (this.#relr !== undefined) {
      const type = this.machine.relativeType ?? 0;
      return { place: vaddr(u64At(this.#relr.places, index)), info: BigInt(type), type, symbol: 0, addend: undefined };
    }
    const view = this.#pageOf(index);
    const at = (index - this.#pageFirst) * this.entrySize;
    const little = this.#little;
    if (!this.#is64) {
      const info = view.getUint32(at + 4, little);
      return {
        place: vaddr(BigInt(view.getUint32(at, little))),
        info: BigInt(info),
        type: info & 0xff,
        symbol: info >>> 8,
        addend: this.kind === 'RELA' ? BigInt(view.getInt32(at + 8, little)) : undefined,
      };
    }
    const place = vaddr(view.getBigUint64(at, little));
    const addend = this.kind === 'RELA' ? view.getBigInt64(at + 16, little) : undefined;
    let symbol: number;
    let type: number;
    if (this.#mips64el) {
      symbol = view.getUint32(at + 8, true);
      type = view.getUint32(at + 12, false);
    } else {
      symbol = view.getUint32(at + (little ? 12 : 8), little);
      type = view.getUint32(at + (little ? 8 : 12), little);
    }
    return {
      place,
      info: (BigInt(symbol) << 32n) | BigInt(type),
      type: this.#mips64el ? type & 0xff : type,
      symbol,
      addend,
    };
  }

  /**
   * Call `visit` with the index of each entry whose place is in [start, stop). One pass over the section's bytes in
   * pages, without an object per entry.
   */
  forEachIn(start: bigint, stop: bigint, visit: (index: number) => void): void {
    const startHi = Number(start >> 32n);
    const startLo = Number(start & 0xffffffffn);
    const stopHi = Number(stop >> 32n);
    const stopLo = Number(stop & 0xffffffffn);
    const test = (hi: number, lo: number): boolean =>
      (hi > startHi || (hi === startHi && lo >= startLo)) && (hi < stopHi || (hi === stopHi && lo < stopLo));
    if (this.#relr !== undefined) {
      const { hi, lo } = this.#relr.places;
      for (let i = 0; i < this.count; i++) if (test(hi[i] as number, lo[i] as number)) visit(i);
      return;
    }
    for (let first = 0; first < this.count; first += pageEntries) {
      const view = this.#pageOf(first);
      const end = Math.min(this.count, first + pageEntries);
      for (let i = first; i < end; i++) {
        const at = (i - first) * this.entrySize;
        const lo = view.getUint32(this.#is64 && !this.#little ? at + 4 : at, this.#little);
        const hi = this.#is64 ? view.getUint32(this.#little ? at + 4 : at, this.#little) : 0;
        if (test(hi, lo)) visit(i);
      }
    }
  }

  #pageOf(index: number): DataView {
    const first = index - (index % pageEntries);
    if (this.#page === undefined || this.#pageFirst !== first) {
      const entries = Math.min(pageEntries, this.count - first);
      const bytes = this.#source.read(
        this.section.sh_offset + first * this.entrySize,
        entries * this.entrySize,
        describeSection(this.section),
      );
      this.#page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#pageFirst = first;
    }
    return this.#page;
  }
}
