/**
 * The section header table (gABI chapter 4, "Sections").
 *
 *   ELF64, 64 bytes: sh_name u32  sh_type u32  sh_flags u64  sh_addr u64  sh_offset u64  sh_size u64
 *                    sh_link u32  sh_info u32  sh_addralign u64  sh_entsize u64
 *   ELF32, 40 bytes: the same ten fields, u32 each
 *
 * Counts that do not fit the ELF header's 16 bits are in row 0 ("extended numbering"): sh_size is the number of
 * sections when e_shnum is 0, sh_link the index of the name table when e_shstrndx is SHN_XINDEX, sh_info the number
 * of segments when e_phnum is PN_XNUM.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import type { Cursor } from '../bytes/cursor.ts';
import { hexOrHuge, printableName } from '../bytes/printable.ts';
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { type SectionIndex, sectionIndex, type Vaddr, vaddr } from '../units.ts';
import { SHF, SHN, SHT } from './constants.ts';
import type { ElfHeader } from './header.ts';
import { allRowsOf, checkEntrySize, firstRow } from './header-table.ts';

export interface Section {
  readonly index: SectionIndex;
  /** From the section name string table; "" where the name cannot be read. */
  readonly name: string;
  readonly sh_name: number;
  readonly sh_type: number;
  readonly sh_flags: bigint;
  readonly sh_addr: Vaddr;
  /** Position of the bytes in the file; Infinity when the header holds more than 2^53. */
  readonly sh_offset: number;
  readonly sh_size: number;
  readonly sh_link: number;
  readonly sh_info: number;
  readonly sh_addralign: number;
  readonly sh_entsize: number;
  /** File offset of this row of the table, for what is wrong with it. */
  readonly headerOffset: number;
}

export interface SectionTable {
  readonly sections: readonly Section[];
  /** What is wrong with the names, when some cannot be read; the table itself stands. */
  readonly namesProblem: ParseError | undefined;
}

const structure = 'section header table';

/** "section 12 (.symtab)", the way every message names one. */
export const describeSection = (section: Section): string =>
  section.name === '' ? `section ${section.index}` : `section ${section.index} (${printableName(section.name)})`;

export const isAlloc = (section: Section): boolean => (section.sh_flags & SHF.ALLOC) !== 0n;
export const isCompressed = (section: Section): boolean => (section.sh_flags & SHF.COMPRESSED) !== 0n;

/** Check that a section's bytes are inside the file. @throws ParseError truncated, at the row that says otherwise */
export function checkExtent(source: ByteSource, section: Section, what = describeSection(section)): void {
  const { sh_offset, sh_size, headerOffset } = section;
  if (sh_size === 0 || sh_offset + sh_size <= source.size) return;
  const extent = `sh_offset ${hexOrHuge(sh_offset)} + sh_size ${hexOrHuge(sh_size)}`;
  const problem = `${extent} is past the end of the file (0x${source.size.toString(16)})`;
  throw new ParseError({ code: 'truncated', structure: what, offset: headerOffset, problem });
}

/** What a section of a table's name is, when its type is not that of the table. */
export function ofOtherType(section: Section, expected: number): ParseError {
  const problem = `sh_type is ${section.sh_type}, expected ${expected}`;
  return new ParseError({
    code: 'bad-value',
    structure: describeSection(section),
    offset: section.headerOffset,
    problem,
  });
}

/** Tables are read where they lie in the file; the tools that compress sections leave them alone. */
export function refuseCompressed(section: Section): void {
  if (!isCompressed(section)) return;
  const problem = 'it is SHF_COMPRESSED; only debug sections and notes are unpacked';
  throw new ParseError({
    code: 'unsupported',
    structure: describeSection(section),
    offset: section.headerOffset,
    problem,
  });
}

/**
 * Every row of the table. The rows are checked against the file only when their bytes are asked for, so that one bad
 * row does not hide the others.
 * @throws ParseError bad-header (entry size, no rows), truncated (table outside the file), unsupported (too many)
 */
export function readSections(source: ByteSource, header: ElfHeader): SectionTable {
  const { is64, littleEndian, e_shoff, e_shentsize, e_shnum, e_shstrndx } = header;
  const entrySize = is64 ? 64 : 40;
  checkEntrySize('e_shentsize', e_shentsize, entrySize, is64 ? 58 : 46);
  const fieldOffset = is64 ? 40 : 32;
  const table = { structure, field: 'e_shoff', fieldOffset, offset: e_shoff, entrySize } as const;
  const first = sectionRow(firstRow(source, table, littleEndian), is64, 0, e_shoff);
  const count = e_shnum === 0 ? first.sh_size : e_shnum;
  if (count === 0) throw noSections(is64, e_shoff);
  const cursor = allRowsOf(source, table, count, littleEndian);
  const row = (index: number) => {
    cursor.seek(index * entrySize);
    return sectionRow(cursor, is64, index, e_shoff + index * entrySize);
  };
  const shstrndx = e_shstrndx === SHN.XINDEX ? first.sh_link : e_shstrndx;
  let names: StringTable | undefined;
  let namesProblem: ParseError | undefined;
  try {
    names = readNames(source, is64, shstrndx, shstrndx < count ? row(shstrndx) : undefined);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    namesProblem = error;
  }
  const sections = Array.from({ length: count }, (_, index): Section => {
    const section = row(index);
    const name = names?.tryAt(section.sh_name);
    if (name === undefined && names !== undefined) namesProblem ??= nameProblem(section, names);
    return { ...section, name: name ?? '' };
  });
  return { sections, namesProblem };
}

/** Who has no sections has no table of them either. */
function noSections(is64: boolean, e_shoff: number): ParseError {
  const problem = `e_shnum is 0 and e_shoff is ${hexOrHuge(e_shoff)}, where row 0 has no number of sections in sh_size either`;
  return new ParseError({ code: 'bad-header', structure: 'ELF header', offset: is64 ? 60 : 48, problem });
}

/** A row as it stands, still without its name. */
function sectionRow(cursor: Cursor, is64: boolean, index: number, headerOffset: number): Section {
  const word = () => (is64 ? cursor.size64() : cursor.u32());
  const wide = () => (is64 ? cursor.u64() : BigInt(cursor.u32()));
  return {
    index: sectionIndex(index),
    name: '',
    headerOffset,
    sh_name: cursor.u32(),
    sh_type: cursor.u32(),
    sh_flags: wide(),
    sh_addr: vaddr(wide()),
    sh_offset: word(),
    sh_size: word(),
    sh_link: cursor.u32(),
    sh_info: cursor.u32(),
    sh_addralign: word(),
    sh_entsize: word(),
  };
}

function readNames(source: ByteSource, is64: boolean, shstrndx: number, row: Section | undefined): StringTable {
  const what = 'section name string table';
  if (row === undefined || row.sh_type !== SHT.STRTAB) {
    const found = row === undefined ? 'there is no such section' : 'that section is no string table';
    const problem = `e_shstrndx is ${shstrndx} and ${found}: sections have no names`;
    throw new ParseError({ code: 'bad-reference', structure: 'ELF header', offset: is64 ? 62 : 50, problem });
  }
  checkExtent(source, row, what);
  const bytes = row.sh_size === 0 ? new Uint8Array(0) : source.read(row.sh_offset, row.sh_size, what);
  return new StringTable(bytes, what, row.sh_offset);
}

function nameProblem(section: Section, names: StringTable): ParseError {
  return new ParseError({
    code: 'bad-string',
    structure: `section header ${section.index}`,
    offset: section.headerOffset,
    problem: `sh_name is ${section.sh_name}, where no string ends in the ${names.size} bytes of names`,
  });
}
