/**
 * Where sections are in the file, held against what else says so: the segment that is loaded at a section's address, and
 * the other sections, no two of which share bytes in a file that a linker wrote. A field that is wrong there is a good
 * number in itself, and moves all that is read.
 */
import { hexOrHuge } from '../bytes/printable.ts';
import { ParseError } from '../errors.ts';
import { PT, SHT } from './constants.ts';
import { describeSection, isAlloc, type Section } from './sections.ts';
import type { Segment } from './segments.ts';

/** No image has as many loaded segments; of one that has, only sections are held against each other. */
const mostLoaded = 64;
/** Sections that are told apart: all of a damaged file may be. */
const mostFound = 1000;

export interface LayoutDamage {
  readonly error: ParseError;
  /** The sections that it is about. */
  readonly sections: readonly Section[];
}

/** All that does not agree, a section at a time in the order of the table. */
export function findLayoutDamage(
  sections: readonly Section[],
  segments: readonly Segment[],
  isRelocatable: boolean,
): readonly LayoutDamage[] {
  const inFile = sections.filter(hasBytes);
  const loaded = segments.filter(({ p_type, p_filesz }) => p_type === PT.LOAD && Number.isFinite(p_filesz));
  const found: LayoutDamage[] = [];
  for (const section of isRelocatable || loaded.length > mostLoaded ? [] : inFile) {
    const error = found.length < mostFound ? misplaced(section, loaded) : undefined;
    if (error !== undefined) found.push({ error, sections: [section] });
  }
  return [...found, ...overlaps(inFile)].sort((a, b) => (a.sections[0]?.index ?? 0) - (b.sections[0]?.index ?? 0));
}

const hasBytes = ({ sh_type, sh_size, sh_offset }: Section): boolean =>
  sh_type !== SHT.NULL && sh_type !== SHT.NOBITS && sh_size > 0 && Number.isFinite(sh_offset + sh_size);

/** Readers of addresses take the bytes of the section; a boot loader takes the segment's. */
function misplaced(section: Section, loaded: readonly Segment[]): ParseError | undefined {
  const { sh_addr, sh_offset, sh_size, headerOffset } = section;
  if (!isAlloc(section)) return undefined;
  const end = sh_addr + BigInt(sh_size);
  let other: number | undefined;
  for (const { p_vaddr, p_offset, p_filesz } of loaded) {
    if (sh_addr < p_vaddr || end > p_vaddr + BigInt(p_filesz)) continue;
    const offset = p_offset + Number(sh_addr - p_vaddr);
    if (offset === sh_offset) return undefined;
    other ??= offset;
  }
  if (other === undefined) return undefined;
  const addr = `0x${sh_addr.toString(16)}`;
  const problem = `its bytes at ${addr} are at file offset ${hexOrHuge(sh_offset)}, and the segment loaded there has them at ${hexOrHuge(other)}`;
  return new ParseError({
    code: 'bad-value',
    structure: describeSection(section),
    offset: headerOffset,
    problem,
    advice: 'one of sh_addr, sh_offset, p_vaddr and p_offset is wrong; the section is believed',
  });
}

/** Each section that begins before the one in front of it ends. */
function overlaps(sections: readonly Section[]): LayoutDamage[] {
  const sorted = sections.toSorted((a, b) => a.sh_offset - b.sh_offset || a.index - b.index);
  const found: LayoutDamage[] = [];
  let front: Section | undefined;
  for (const section of sorted) {
    const end = front === undefined ? 0 : front.sh_offset + front.sh_size;
    if (front !== undefined && section.sh_offset < end && found.length < mostFound) {
      const shared = Math.min(end, section.sh_offset + section.sh_size) - section.sh_offset;
      const problem = `it shares ${shared} bytes, from file offset ${hexOrHuge(section.sh_offset)} on, with ${describeSection(front)}`;
      const advice = 'sh_offset or sh_size of one of them is wrong';
      const structure = describeSection(section);
      const error = new ParseError({ code: 'bad-value', structure, offset: section.headerOffset, problem, advice });
      found.push({ error, sections: [section, front] });
    }
    if (section.sh_offset + section.sh_size > end) front = section;
  }
  return found;
}
