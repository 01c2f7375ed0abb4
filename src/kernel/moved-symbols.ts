/**
 * Which symbols move with the image when the boot code relocates it.
 *
 * Absolute ones do not; nor do those of a section that is linked below the image, as x86-64's .data..percpu at 0, whose
 * symbols are offsets in the per-cpu area (letter A in kallsyms).
 */
import { SHF, SHN } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { isAlloc } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';

const starts = new WeakMap<ElfFile, bigint>();

/** The lowest address of code: the image begins with it. */
export function imageStart(elf: ElfFile): bigint {
  let start = starts.get(elf);
  if (start === undefined) {
    start = 0n;
    const code = elf.sections.filter((row) => isAlloc(row) && (row.sh_flags & SHF.EXECINSTR) !== 0n && row.sh_size > 0);
    for (const { sh_addr } of code) if (start === 0n || sh_addr < start) start = sh_addr;
    starts.set(elf, start);
  }
  return start;
}

export function isMovedSymbol(elf: ElfFile, table: SymbolTable, row: number): boolean {
  const section = table.st_shndx(row);
  if (section === SHN.UNDEF || section === SHN.ABS || section === SHN.COMMON) return false;
  return table.value(row) >= imageStart(elf);
}
