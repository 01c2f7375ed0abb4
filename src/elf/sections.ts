/**
 * The section header table (gABI chapter 4, "Sections").
 *
 *   ELF64, 64 bytes: sh_name u32  sh_type u32  sh_flags u64  sh_addr u64  sh_offset u64  sh_size u64
 *                    sh_link u32  sh_info u32  sh_addralign u64  sh_entsize u64
 *   ELF32, 40 bytes: the same ten fields, u32 each
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { type SectionIndex, sectionIndex, type Vaddr, vaddr } from '../units.ts';
import { SHF, SHT } from './constants.ts';
import type { ElfHeader } from './header.ts';

export interface Section {
  readonly index: SectionIndex;
  /** From the section name string table; "" where the name cannot be read. */
  readonly name: string;
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
  /** What is wrong with the names, when they cannot be read; the table itself stands. */
  readonly namesProblem: ParseError | undefined;
}

/** "section 12 (.symtab)", the way every message names one. */
export const describeSection = (section: Section): string =>
  section.name === '' ? `section ${section.index}` : `section ${section.index} (${section.name})`;

export const isAlloc = (section: Section): boolean => (section.sh_flags & SHF.ALLOC) !== 0n;
export const isCompressed = (section: Section): boolean => (section.sh_flags & SHF.COMPRESSED) !== 0n;
export const hasBytes = (section: Section): boolean => section.sh_type !== SHT.NOBITS && section.sh_type !== SHT.NULL;

/**
 * Every row of the table. The rows are checked against the file only when their bytes are asked for, so that one bad
 * row does not hide the others.
 * @throws ParseError truncated when the table itself is not inside the file
 */
export function readSections(source: ByteSource, header: ElfHeader): SectionTable {
  const { is64, littleEndian, e_shoff, shnum } = header;
  const entry = is64 ? 64 : 40;
  const structure = `section header table (${shnum} entries)`;
  const cursor = Cursor.over(source, e_shoff, shnum * entry, littleEndian, structure);
  const word = () => (is64 ? cursor.size64() : cursor.u32());
  const wide = () => (is64 ? cursor.u64() : BigInt(cursor.u32()));
  const rows: Omit<Section, 'name'>[] = [];
  const nameOffsets: number[] = [];
  for (let i = 0; i < shnum; i++) {
    cursor.seek(i * entry);
    nameOffsets.push(cursor.u32());
    rows.push({
      index: sectionIndex(i),
      sh_type: cursor.u32(),
      sh_flags: wide(),
      sh_addr: vaddr(wide()),
      sh_offset: word(),
      sh_size: word(),
      sh_link: cursor.u32(),
      sh_info: cursor.u32(),
      sh_addralign: word(),
      sh_entsize: word(),
      headerOffset: e_shoff + i * entry,
    });
  }
  const { table, problem } = readNames(source, rows, header.shstrndx);
  const sections = rows.map((row, i) => ({ ...row, name: table?.tryAt(nameOffsets[i] ?? 0) ?? '' }));
  return { sections, namesProblem: problem };
}

function readNames(source: ByteSource, rows: readonly Omit<Section, 'name'>[], shstrndx: number) {
  const row = rows[shstrndx];
  if (shstrndx === 0 || row === undefined) {
    const problem = new ParseError({
      code: 'bad-reference',
      structure: 'ELF header',
      problem: `e_shstrndx is ${shstrndx} and there are ${rows.length} sections: sections have no names`,
    });
    return { table: undefined, problem };
  }
  try {
    const what = 'section name string table';
    const bytes = source.read(row.sh_offset, row.sh_size, what);
    return { table: new StringTable(bytes, what, row.sh_offset), problem: undefined };
  } catch (error) {
    if (error instanceof ParseError) return { table: undefined, problem: error };
    throw error;
  }
}
