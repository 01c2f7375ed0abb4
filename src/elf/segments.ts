/**
 * The program header table (gABI chapter 5, "Program Header").
 *
 *   ELF64, 56 bytes: p_type u32  p_flags u32  p_offset u64  p_vaddr u64  p_paddr u64  p_filesz u64  p_memsz u64  p_align u64
 *   ELF32, 32 bytes: p_type  p_offset  p_vaddr  p_paddr  p_filesz  p_memsz  p_flags  p_align, u32 each
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import type { ElfHeader } from './header.ts';

export interface Segment {
  readonly p_type: number;
  readonly p_flags: number;
  readonly p_offset: number;
  readonly p_vaddr: Vaddr;
  readonly p_filesz: number;
  readonly p_memsz: number;
}

/** @throws ParseError bad-header (entry size), truncated (table outside the file) */
export function readSegments(source: ByteSource, header: ElfHeader): readonly Segment[] {
  const { is64, littleEndian, e_phoff, phnum, e_phentsize } = header;
  if (phnum === 0) return [];
  const entry = is64 ? 56 : 32;
  if (e_phentsize !== entry) {
    throw new ParseError({
      code: 'bad-header',
      structure: 'ELF header',
      offset: is64 ? 54 : 42,
      problem: `e_phentsize is ${e_phentsize}, expected ${entry} for ELF${is64 ? 64 : 32}`,
    });
  }
  const cursor = Cursor.over(source, e_phoff, phnum * entry, littleEndian, `program header table (${phnum} entries)`);
  const segments: Segment[] = [];
  for (let i = 0; i < phnum; i++) {
    cursor.seek(i * entry);
    const p_type = cursor.u32();
    if (is64) {
      const p_flags = cursor.u32();
      const p_offset = cursor.size64();
      const p_vaddr = vaddr(cursor.u64());
      cursor.skip(8);
      segments.push({ p_type, p_flags, p_offset, p_vaddr, p_filesz: cursor.size64(), p_memsz: cursor.size64() });
    } else {
      const p_offset = cursor.u32();
      const p_vaddr = vaddr(BigInt(cursor.u32()));
      cursor.skip(4);
      const p_filesz = cursor.u32();
      const p_memsz = cursor.u32();
      segments.push({ p_type, p_flags: cursor.u32(), p_offset, p_vaddr, p_filesz, p_memsz });
    }
  }
  return segments;
}
