/**
 * The program header table (gABI chapter 5, "Program Header").
 *
 *   ELF64, 56 bytes: p_type u32  p_flags u32  p_offset u64  p_vaddr u64  p_paddr u64  p_filesz u64  p_memsz u64  p_align u64
 *   ELF32, 32 bytes: p_type  p_offset  p_vaddr  p_paddr  p_filesz  p_memsz  p_flags  p_align, u32 each
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import type { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import type { ElfHeader } from './header.ts';
import { allRowsOf, checkEntrySize, firstRow } from './header-table.ts';
import type { Section } from './sections.ts';

export interface Segment {
  readonly p_type: number;
  readonly p_flags: number;
  readonly p_offset: number;
  readonly p_vaddr: Vaddr;
  readonly p_filesz: number;
  readonly p_memsz: number;
  readonly p_align: number;
}

/** e_phnum's way of saying that the count is in sh_info of section header 0. */
const PN_XNUM = 0xffff;
const structure = 'program header table';

/**
 * Every row of the table.
 * @param firstSection row 0 of the section header table, which holds a count that does not fit e_phnum
 * @throws ParseError bad-header (entry size, count), truncated (table outside the file), unsupported (too many)
 */
export function readSegments(
  source: ByteSource,
  header: ElfHeader,
  firstSection: Section | undefined,
): readonly Segment[] {
  const { is64, littleEndian, e_phoff, e_phnum, e_phentsize } = header;
  if (e_phnum === 0 || e_phoff === 0) return [];
  const entrySize = is64 ? 56 : 32;
  checkEntrySize('e_phentsize', e_phentsize, entrySize, is64 ? 54 : 42);
  if (e_phnum === PN_XNUM && firstSection === undefined) {
    const problem = 'e_phnum is PN_XNUM and section header 0, which has the number of segments, cannot be read';
    throw new ParseError({ code: 'bad-header', structure: 'ELF header', offset: is64 ? 56 : 44, problem });
  }
  const fieldOffset = is64 ? 32 : 28;
  const table = { structure, field: 'e_phoff', fieldOffset, offset: e_phoff, entrySize } as const;
  const count = e_phnum === PN_XNUM ? (firstSection?.sh_info ?? 0) : e_phnum;
  if (count === 0) return [];
  firstRow(source, table, littleEndian);
  const cursor = allRowsOf(source, table, count, littleEndian);
  return Array.from({ length: count }, () => (is64 ? segment64(cursor) : segment32(cursor)));
}

function segment64(cursor: Cursor): Segment {
  const p_type = cursor.u32();
  const p_flags = cursor.u32();
  const p_offset = cursor.size64();
  const p_vaddr = vaddr(cursor.u64());
  cursor.skip(8);
  const p_filesz = cursor.size64();
  const p_memsz = cursor.size64();
  const p_align = cursor.size64();
  return { p_type, p_flags, p_offset, p_vaddr, p_filesz, p_memsz, p_align };
}

function segment32(cursor: Cursor): Segment {
  const p_type = cursor.u32();
  const p_offset = cursor.u32();
  const p_vaddr = vaddr(BigInt(cursor.u32()));
  cursor.skip(4);
  const p_filesz = cursor.u32();
  const p_memsz = cursor.u32();
  const p_flags = cursor.u32();
  const p_align = cursor.u32();
  return { p_type, p_flags, p_offset, p_vaddr, p_filesz, p_memsz, p_align };
}
