/** The four forms of ELF, for tests that hold in each. */
import { memorySource } from '../../src/bytes/byte-source.ts';
import { ElfFile } from '../../src/elf/elf-file.ts';
import type { BuiltElf } from '../helpers/elf-writer.ts';

export const forms = [
  { form: 'ELF64 little-endian', class: 64, bigEndian: false },
  { form: 'ELF64 big-endian', class: 64, bigEndian: true },
  { form: 'ELF32 little-endian', class: 32, bigEndian: false },
  { form: 'ELF32 big-endian', class: 32, bigEndian: true },
] as const;

export const open = (file: BuiltElf | Uint8Array): ElfFile =>
  new ElfFile(memorySource(file instanceof Uint8Array ? file : file.bytes));
