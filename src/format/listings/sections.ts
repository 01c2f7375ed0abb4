/** The section header table as a listing. */
import { SHF, sectionTypeName } from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { Section } from '../../elf/sections.ts';
import { hexWord } from '../hex.ts';
import type { Listing } from '../listing.ts';

export interface SectionRow {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly address: bigint;
  readonly offset: bigint;
  readonly size: number;
  readonly entsize: number;
  /** readelf's letters: WAXMSILOGTC. */
  readonly flags: string;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly [key: string]: string | number | bigint;
}

/** readelf's letters, in its order. */
const flagLetters: readonly (readonly [bigint, string])[] = [
  [SHF.WRITE, 'W'],
  [SHF.ALLOC, 'A'],
  [SHF.EXECINSTR, 'X'],
  [0x10n, 'M'],
  [0x20n, 'S'],
  [0x40n, 'I'],
  [0x80n, 'L'],
  [0x100n, 'O'],
  [0x200n, 'G'],
  [0x400n, 'T'],
  [SHF.COMPRESSED, 'C'],
  [0x8000_0000n, 'E'],
];

const flagText = (flags: bigint): string =>
  flagLetters.map(([bit, letter]) => ((flags & bit) === 0n ? '' : letter)).join('');

/** A size past 2^53 has become Infinity on the way in, and no file holds it. */
const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER);

export function sectionListing(elf: ElfFile): Listing<SectionRow> {
  const hex = (value: number | bigint, width: number) => value.toString(16).padStart(width, '0');
  return {
    what: 'sections',
    count: elf.sections.length,
    columns: [
      { title: '[Nr]', width: 4, align: 'right', cell: (row) => String(row.index) },
      { title: 'name', width: 24, cell: (row) => row.name },
      { title: 'type', width: 12, cell: (row) => row.type },
      { title: 'address', width: elf.wordSize * 2, cell: (row) => hexWord(row.address, elf.wordSize) },
      { title: 'offset', width: 8, cell: (row) => hex(row.offset, 8) },
      { title: 'size', width: 8, cell: (row) => hex(row.size, 8) },
      { title: 'es', width: 2, cell: (row) => hex(row.entsize, 2) },
      { title: 'flags', width: 5, cell: (row) => row.flags },
      { title: 'link', width: 4, align: 'right', cell: (row) => String(row.link) },
      { title: 'info', width: 6, align: 'right', cell: (row) => String(row.info) },
      { title: 'align', width: 5, align: 'right', cell: (row) => String(row.align) },
    ],
    row(index) {
      const section = elf.sections[index] as Section;
      return {
        index,
        name: section.name,
        type: sectionTypeName(section.sh_type),
        address: section.sh_addr,
        offset: BigInt(finite(section.sh_offset)),
        size: finite(section.sh_size),
        entsize: finite(section.sh_entsize),
        flags: flagText(section.sh_flags),
        link: section.sh_link,
        info: section.sh_info,
        align: finite(section.sh_addralign),
      };
    },
  };
}
