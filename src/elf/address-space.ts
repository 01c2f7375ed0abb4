/**
 * Which bytes of the file stand at an address.
 *
 * A linked image is looked up in its SHF_ALLOC sections, or in its PT_LOAD segments when it has no section table. A
 * module (ET_REL) has no addresses yet: its SHF_ALLOC sections are laid out in table order, each at its alignment, so
 * that an address names one byte here too. They begin at a page, not at 0, which stays the address of nothing.
 *
 * Where spans overlap, the one that begins last has the address; of two that begin together, the later in the table.
 * The overlaps are cut up once, because nothing stops a file from having 100,000 of them on one address:
 *
 *   spans    |----------- A ------------|           pieces   | A |  B  | C |  B  | A |
 *                |-------- B -------|
 *                      |-C-|
 */
import { type Vaddr, vaddr } from '../units.ts';
import { PT, SHF, SHT } from './constants.ts';
import { isAlloc, isCompressed, type Section } from './sections.ts';
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

interface Piece {
  readonly start: bigint;
  readonly end: bigint;
  readonly span: Span;
}

/** Where the first section of a module is laid out. */
const firstAddress = 0x1000n;
/** No section asks for more; a larger sh_addralign is damage. */
const largestAlign = 1 << 20;

export class AddressSpace {
  /** Every span by address, overlaps and all. */
  readonly spans: readonly Span[];
  readonly #pieces: readonly Piece[];
  readonly #bases: ReadonlyMap<number, bigint> | undefined;

  constructor(sections: readonly Section[], segments: readonly Segment[], relocatable: boolean) {
    const bases = relocatable ? layOut(sections) : undefined;
    const spans: Span[] = [];
    for (const section of sections) {
      if (!takesAddresses(section) || section.sh_size === 0) continue;
      const start = bases?.get(section.index) ?? section.sh_addr;
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
    this.spans = spans.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.#pieces = cutUp(this.spans);
    this.#bases = bases;
  }

  /** The address of an offset in a section: only in ET_REL does it differ from the value itself. */
  sectionAddress(section: number | undefined, value: bigint): Vaddr {
    if (this.#bases === undefined || section === undefined) return vaddr(value);
    return vaddr((this.#bases.get(section) ?? 0n) + value);
  }

  /** Whether what a section holds has an address: in ET_REL only what is loaded does. */
  hasAddress(section: number | undefined): boolean {
    return this.#bases === undefined || (section !== undefined && this.#bases.has(section));
  }

  /** What stands at an address, or undefined where nothing is. */
  locate(address: bigint): Located | undefined {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces[middle] as Piece).start <= address) low = middle + 1;
      else high = middle;
    }
    const piece = this.#pieces[low - 1];
    if (piece === undefined || address >= piece.end) return undefined;
    const { span } = piece;
    const offset = span.offset === undefined ? undefined : span.offset + Number(address - span.start);
    return { span, offset, available: Number(span.end - address) };
  }
}

/** .tbss is SHF_ALLOC and takes none: each thread has its own, elsewhere. Compressed bytes are nobody's memory. */
function takesAddresses(section: Section): boolean {
  if (!isAlloc(section) || isCompressed(section) || !Number.isFinite(section.sh_size)) return false;
  if (section.sh_type === SHT.NULL) return false;
  return section.sh_type !== SHT.NOBITS || (section.sh_flags & SHF.TLS) === 0n;
}

function layOut(sections: readonly Section[]): Map<number, bigint> {
  const bases = new Map<number, bigint>();
  let next = firstAddress;
  for (const section of sections) {
    if (!takesAddresses(section)) continue;
    const align = BigInt(Math.max(1, Math.min(section.sh_addralign, largestAlign)));
    const start = ((next + align - 1n) / align) * align;
    bases.set(section.index, start);
    next = start + BigInt(section.sh_size);
  }
  return bases;
}

/** @param spans by start */
function cutUp(spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  const open: Span[] = [];
  let at = 0n;
  const fillUntil = (limit: bigint | undefined): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (limit !== undefined && at >= limit) return;
      if (top.end > at) {
        const end = limit !== undefined && limit < top.end ? limit : top.end;
        pieces.push({ start: at, end, span: top });
        at = end;
      } else open.pop();
    }
  };
  for (const span of spans) {
    fillUntil(span.start);
    at = span.start;
    open.push(span);
  }
  fillUntil(undefined);
  return pieces;
}
