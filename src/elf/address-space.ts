/**
 * Which bytes of the file stand at an address.
 *
 * A linked image is looked up in its SHF_ALLOC sections, or in its PT_LOAD segments when it has no section table. A
 * module (ET_REL) has no addresses yet: its SHF_ALLOC sections are laid out from 0 in table order, each at its
 * alignment, so that an address names one byte here too.
 */
import { type Vaddr, vaddr } from '../units.ts';
import { PT, SHT } from './constants.ts';
import { isAlloc, type Section } from './sections.ts';
import type { Segment } from './segments.ts';

export interface Span {
  readonly start: bigint;
  readonly end: bigint;
  /** File offset of the byte at `start`; undefined for NOBITS. */
  readonly offset: number | undefined;
  readonly section: Section | undefined;
}

export interface Located {
  readonly span: Span;
  /** File offset of the byte, undefined where the file holds none (NOBITS: zero at run time). */
  readonly offset: number | undefined;
  /** Bytes from the address to the end of its span. */
  readonly available: number;
}

export class AddressSpace {
  readonly spans: readonly Span[];
  readonly #bases: ReadonlyMap<number, bigint> | undefined;

  constructor(sections: readonly Section[], segments: readonly Segment[], relocatable: boolean) {
    const spans: Span[] = [];
    const bases = new Map<number, bigint>();
    let next = 0n;
    for (const section of sections) {
      if (!isAlloc(section) || section.sh_size === 0 || !Number.isFinite(section.sh_size)) continue;
      let start: bigint = section.sh_addr;
      if (relocatable) {
        const align = BigInt(Math.max(1, Math.min(section.sh_addralign, 1 << 20)));
        start = ((next + align - 1n) / align) * align;
        next = start + BigInt(section.sh_size);
        bases.set(section.index, start);
      }
      const offset = section.sh_type === SHT.NOBITS ? undefined : section.sh_offset;
      spans.push({ start, end: start + BigInt(section.sh_size), offset, section });
    }
    if (spans.length === 0) {
      for (const segment of segments) {
        if (segment.p_type !== PT.LOAD || !Number.isFinite(segment.p_filesz) || segment.p_filesz === 0) continue;
        const start = segment.p_vaddr;
        spans.push({ start, end: start + BigInt(segment.p_filesz), offset: segment.p_offset, section: undefined });
      }
    }
    // x86's per-cpu section overlaps address 0 upwards; sections keep table order among equals.
    this.spans = spans.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.#bases = relocatable ? bases : undefined;
  }

  /** The address of an offset in a section: only in ET_REL does it differ from the value itself. */
  sectionAddress(section: number | undefined, value: bigint): Vaddr {
    if (this.#bases === undefined || section === undefined) return vaddr(value);
    return vaddr((this.#bases.get(section) ?? 0n) + value);
  }

  /** What stands at an address, or undefined where nothing is. */
  locate(address: bigint): Located | undefined {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.spans[middle] as Span).start <= address) low = middle + 1;
      else high = middle;
    }
    // A span may lie inside an earlier, longer one; look back until one holds the address.
    for (let i = low - 1; i >= 0; i--) {
      const span = this.spans[i] as Span;
      if (address >= span.end) continue;
      const into = Number(address - span.start);
      return {
        span,
        offset: span.offset === undefined ? undefined : span.offset + into,
        available: Number(span.end - address),
      };
    }
    return undefined;
  }
}
