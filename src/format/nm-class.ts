/**
 * The class letter that nm prints, as BFD finds it (observed with nm 2.40 of binutils, generic ELF target).
 *
 *   common C · undefined U, weak w, weak object v · ifunc i · weak W, weak object V · unique u · absolute a
 *   else by the section: a PE name (.pdata p …), code t, data d or r when read-only, no contents b, debugging N,
 *   other read-only contents n, else ?;   upper case when the symbol is global
 *
 * Only sections that BFD makes of a header can hold a symbol; a symbol of any other is absolute to it. nm on an x86
 * Debian has no backend for other machines, so small-data letters (g, s) and hidden mapping symbols are not known here
 * either: it prints $x and $d, and so does this.
 */
import { EM, ET, SHF, SHN, SHT, STB, STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { isAlloc, type Section } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';

const code = (letter: string): number => letter.charCodeAt(0);

/** The names that PE gives its sections, which BFD honours in ELF too. */
const peSections: readonly (readonly [string, string])[] = [
  ['.drectve', 'i'],
  ['.edata', 'e'],
  ['.idata', 'i'],
  ['.pdata', 'p'],
];

const debugNames = ['.debug', '.gnu.debuglto_.debug_', '.gnu.linkonce.wi.', '.zdebug', '.line', '.stab'];

function sectionLetter(section: Section): string {
  for (const [name, letter] of peSections) {
    if (!section.name.startsWith(name)) continue;
    const next = section.name[name.length];
    if (next === undefined || '.$0123456789'.includes(next)) return letter;
  }
  const has = (flag: bigint): boolean => (section.sh_flags & flag) !== 0n;
  const contents = section.sh_type !== SHT.NOBITS;
  if (has(SHF.EXECINSTR)) return 't';
  const readOnly = !has(SHF.WRITE);
  if (isAlloc(section) && contents) return readOnly ? 'r' : 'd';
  if (!contents) return 'b';
  const { name } = section;
  if (!isAlloc(section) && (name === '.gdb_index' || debugNames.some((start) => name.startsWith(start)))) return 'N';
  return readOnly ? 'n' : '?';
}

/** Whether BFD makes a section of a header; of tables that it reads itself it does not. */
function becomesSection(section: Section, elf: ElfFile): boolean {
  const symtab = elf.sections.find((row) => row.sh_type === SHT.SYMTAB);
  switch (section.sh_type) {
    case SHT.NULL:
    case SHT.SYMTAB_SHNDX:
      return false;
    case SHT.SYMTAB:
      return isAlloc(section) && elf.header.e_type === ET.DYN;
    case SHT.STRTAB: {
      const { e_shstrndx } = elf.header;
      const sectionNames = e_shstrndx === SHN.XINDEX ? elf.sections[0]?.sh_link : e_shstrndx;
      return section.index !== sectionNames && section.index !== symtab?.sh_link;
    }
    case SHT.REL:
    case SHT.RELA: {
      const target = elf.sections[section.sh_info];
      if (isAlloc(section) || section.sh_link !== symtab?.index || section.sh_info === 0) return true;
      return target === undefined || target.sh_type === SHT.REL || target.sh_type === SHT.RELA;
    }
    default:
      return true;
  }
}

/** Finds the letter of a symbol: 130,000 of them share a few hundred sections, so those are decided first. */
export class NmClasses {
  readonly #table: SymbolTable;
  readonly #largeCommon: number;
  /** Letter of a local symbol by section index; 0 where BFD has no such section. */
  readonly #letters: Uint8Array;

  constructor(elf: ElfFile, table: SymbolTable) {
    this.#table = table;
    // SHN_X86_64_LCOMMON; another machine's 0xff02 is something else.
    this.#largeCommon = elf.header.e_machine === EM.X86_64 ? 0xff02 : SHN.COMMON;
    this.#letters = Uint8Array.from(elf.sections, (section) =>
      becomesSection(section, elf) ? code(sectionLetter(section)) : 0,
    );
  }

  /** Whether a st_shndx says that the symbol is common: its size is then what nm shows. */
  isCommon(shndx: number): boolean {
    return shndx === SHN.COMMON || shndx === this.#largeCommon;
  }

  /** The letter, as a character code; 0 for a symbol that nm does not show (file and section names). */
  letter(row: number): number {
    const table = this.#table;
    const type = table.type(row);
    if (type === STT.FILE || type === STT.SECTION) return 0;
    const binding = table.binding(row);
    const isObject = type === STT.OBJECT || type === STT.COMMON;
    const shndx = table.st_shndx(row);
    if (this.isCommon(shndx)) return code('C');
    const section = table.sectionOf(row);
    // An extended index may say "undefined" too.
    const isUndefined = shndx === SHN.UNDEF || (shndx === SHN.XINDEX && !section);
    if (isUndefined) return code(binding !== STB.WEAK ? 'U' : isObject ? 'v' : 'w');
    if (type === STT.GNU_IFUNC) return code('i');
    if (binding === STB.WEAK) return code(isObject ? 'V' : 'W');
    if (binding === STB.GNU_UNIQUE) return code('u');
    if (binding !== STB.LOCAL && binding !== STB.GLOBAL) return code('?');
    const letter = (section === undefined ? 0 : this.#letters[section]) || code('a');
    return binding === STB.GLOBAL && letter >= 0x61 ? letter - 0x20 : letter;
  }
}
