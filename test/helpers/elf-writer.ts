/**
 * ELF files by hand, either class and byte order. Shares nothing with src/elf: numbers and field positions are written
 * out here again from the gABI, so that a mistake in the reader does not cancel out.
 *
 *   const elf = new ElfWriter({ machine: 'aarch64', type: 'DYN' });
 *   elf.section('.text', { flags: 'AX', addr: 0xffff800010000000n, bytes: new Uint8Array(64) });
 *   elf.symbol('tty_write', { type: 'FUNC', section: '.text', value: 0xffff800010000000n, size: 16 });
 *   elf.rela('.rela.dyn', [{ place: 0xffff800010001000n, type: 1027, addend: 0xffff800010000000n }], { flags: 'A' });
 *   const file = elf.build();
 *   file.patchSection('.rela.dyn', 'sh_size', 7n);
 *
 * Sections get the order in which they are added, from index 1; the tables of symbols and names come last. Any value
 * may be wrong: nothing is checked.
 */
import { deflateSync } from 'node:zlib';
import { type BuiltElf, ElfImage, type FieldSize, headerFields, sectionFields, segmentFields } from './elf-image.ts';

export type { BuiltElf } from './elf-image.ts';

const types = { NONE: 0, REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;
const machines = {
  i386: 3,
  mips: 8,
  ppc64: 21,
  s390x: 22,
  arm: 40,
  x86_64: 62,
  aarch64: 183,
  riscv: 243,
  loongarch: 258,
} as const;
const sectionTypes = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  DYNSYM: 11,
  SYMTAB_SHNDX: 18,
  RELR: 19,
} as const;
/** As readelf prints them. */
const sectionFlags: Readonly<Record<string, bigint>> = { W: 1n, A: 2n, X: 4n, T: 0x400n, C: 0x800n };
const symbolTypes = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4, COMMON: 5, TLS: 6, IFUNC: 10 } as const;
const bindings = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const;
const specialSections = { UNDEF: 0, ABS: 0xfff1, COMMON: 0xfff2 } as const;
const segmentTypes = { LOAD: 1, DYNAMIC: 2, NOTE: 4 } as const;

export type Num = number | bigint;
type SpecialSection = keyof typeof specialSections;

export interface ElfOptions {
  readonly class?: 32 | 64;
  readonly bigEndian?: boolean;
  readonly type?: keyof typeof types | number;
  readonly machine?: keyof typeof machines | number;
  /** Counts in section header 0, also where they would fit the ELF header. */
  readonly extendedNumbering?: boolean;
  /** Leave the section header table out; segments and bytes stay. */
  readonly noSectionTable?: boolean;
}

export interface SectionOptions {
  readonly type?: keyof typeof sectionTypes | number;
  /** Letters as readelf prints them (WAXTC), or the number. */
  readonly flags?: string | bigint;
  readonly addr?: Num;
  readonly bytes?: Uint8Array;
  /** sh_size where it is not the number of bytes: NOBITS, or a lie. */
  readonly size?: Num;
  readonly align?: number;
  /** A section's name, or its index. */
  readonly link?: string | number;
  readonly info?: string | number;
  readonly entsize?: Num;
}

export interface SymbolOptions {
  readonly type?: keyof typeof symbolTypes | number;
  readonly bind?: keyof typeof bindings | number;
  readonly visibility?: number;
  /** A section's name, UNDEF (the default), ABS, COMMON, or st_shndx as a number. */
  readonly section?: string | number;
  readonly value?: Num;
  readonly size?: Num;
  /** Write SHN_XINDEX and put the index in .symtab_shndx, also where it would fit. */
  readonly xindex?: boolean;
}

export interface Relocation {
  readonly place: Num;
  readonly type: number;
  /** A symbol's name, or its index; 0 for none. */
  readonly symbol?: string | number;
  readonly addend?: Num;
}

export interface NoteOptions {
  readonly owner: string;
  readonly type: number;
  readonly desc: Uint8Array;
}

export interface SegmentOptions {
  readonly type?: keyof typeof segmentTypes | number;
  readonly flags?: number;
  /** The section whose bytes, address and size the segment takes where it does not say otherwise. */
  readonly of?: string;
  readonly offset?: Num;
  readonly vaddr?: Num;
  readonly filesz?: Num;
  readonly memsz?: Num;
  readonly align?: number;
}

interface PlannedSection extends SectionOptions {
  readonly name: string;
  /** Contents that need the indexes of sections and symbols. */
  readonly late?: () => Uint8Array;
}

export class ElfWriter {
  readonly is64: boolean;
  readonly bigEndian: boolean;
  readonly #options: ElfOptions;
  readonly #sections: PlannedSection[] = [{ name: '', type: 'NULL' }];
  readonly #symbols: (SymbolOptions & { readonly name: string })[] = [{ name: '' }];
  readonly #segments: SegmentOptions[] = [];

  constructor(options: ElfOptions = {}) {
    this.#options = options;
    this.is64 = options.class !== 32;
    this.bigEndian = options.bigEndian ?? false;
  }

  /** Bytes of an address. */
  get wordSize(): 4 | 8 {
    return this.is64 ? 8 : 4;
  }

  /** Add a section. @returns its index */
  section(name: string, options: SectionOptions = {}): number {
    return this.#sections.push({ name, ...options }) - 1;
  }

  /** Add a row to .symtab. @returns its index */
  symbol(name: string, options: SymbolOptions = {}): number {
    return this.#symbols.push({ name, ...options }) - 1;
  }

  /** Add an SHT_RELA section. */
  rela(name: string, entries: readonly Relocation[], options: SectionOptions = {}): number {
    return this.#relocations(name, 'RELA', entries, options);
  }

  /** Add an SHT_REL section; the addends are where the places are. */
  rel(name: string, entries: readonly Relocation[], options: SectionOptions = {}): number {
    return this.#relocations(name, 'REL', entries, options);
  }

  /** Add an SHT_RELR section from its words. */
  relr(name: string, words: readonly Num[], options: SectionOptions = {}): number {
    const bytes = this.words(words);
    return this.section(name, { type: 'RELR', flags: 'A', bytes, entsize: this.wordSize, ...options });
  }

  /** Add an SHT_NOTE section. */
  notes(name: string, notes: readonly NoteOptions[], options: SectionOptions = {}): number {
    const align = options.align ?? 4;
    const bytes = Buffer.concat(notes.map((note) => this.#note(note, align)));
    return this.section(name, { type: 'NOTE', flags: 'A', bytes, ...options, align });
  }

  /** Add an SHF_COMPRESSED section: zlib by default, or data that is packed already. */
  compressed(
    name: string,
    bytes: Uint8Array,
    how: { readonly ch_type?: number; readonly packed?: Uint8Array; readonly ch_size?: Num } = {},
    options: SectionOptions = {},
  ): number {
    const packed = how.packed ?? deflateSync(bytes);
    const [ch_type, ch_size] = [how.ch_type ?? 1, how.ch_size ?? bytes.length];
    const header = this.is64
      ? this.fields([4, ch_type], [4, 0], [8, ch_size], [8, 1])
      : this.fields([4, ch_type], [4, ch_size], [4, 1]);
    return this.section(name, { flags: 'C', bytes: Buffer.concat([header, packed]), ...options });
  }

  /** Add a program header. */
  segment(options: SegmentOptions): void {
    this.#segments.push(options);
  }

  /** Bytes of addresses or words of the class. */
  words(values: readonly Num[]): Uint8Array {
    return this.fields(...values.map((value) => [this.wordSize, value] as const));
  }

  /** Bytes of fields of given sizes in the file's byte order. */
  fields(...fields: readonly (readonly [size: FieldSize, value: Num])[]): Uint8Array {
    const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
    let at = 0;
    for (const [size, value] of fields) {
      putField(bytes, at, size, value, this.bigEndian);
      at += size;
    }
    return bytes;
  }

  build(): BuiltElf {
    const sections = [...this.#sections];
    if (this.#symbols.length > 1) this.#addSymbolTable(sections);
    const names = new Strings();
    const nameOffsets = sections.map(({ name }) => names.add(name));
    const shstrtab = sections.length;
    nameOffsets.push(names.add('.shstrtab'));
    sections.push({ name: '.shstrtab', type: 'STRTAB', bytes: names.bytes() });

    const indexOf = (section: string | number | undefined): number =>
      typeof section === 'string' ? sections.findIndex(({ name }) => name === section) : (section ?? 0);
    const image = new ElfImage(this.is64, this.bigEndian);
    const headers = headerFields(this.is64);
    image.reserve(headers.size);
    const phoff =
      this.#segments.length === 0 ? 0 : image.reserve(this.#segments.length * segmentFields(this.is64).size);
    const placed = sections.map((section) => {
      const bytes = section.late?.() ?? section.bytes ?? new Uint8Array(0);
      const isEmpty = section.type === 'NOBITS' || section.type === 'NULL';
      const offset = isEmpty ? 0 : image.add(bytes, section.align ?? 8);
      return { ...section, offset, size: section.size ?? (isEmpty ? 0 : bytes.length) };
    });

    const isExtended = this.#options.extendedNumbering ?? false;
    const count = sections.length;
    const manySections = isExtended || count >= 0xff00;
    const manySegments = isExtended || this.#segments.length >= 0xffff;
    const shoff = this.#options.noSectionTable ? 0 : image.reserve(count * sectionFields(this.is64).size, 8);
    if (shoff !== 0) {
      placed.forEach((section, index) => {
        const row = shoff + index * sectionFields(this.is64).size;
        image.put(sectionFields(this.is64), row, {
          sh_name: nameOffsets[index] ?? 0,
          sh_type: named(sectionTypes, section.type ?? 'PROGBITS'),
          sh_flags: flagsOf(section.flags),
          sh_addr: section.addr ?? 0,
          sh_offset: section.offset,
          sh_size: index === 0 && manySections ? count : section.size,
          sh_link: index === 0 && manySections ? shstrtab : indexOf(section.link),
          sh_info: index === 0 && manySegments ? this.#segments.length : indexOf(section.info),
          sh_addralign: section.align ?? 1,
          sh_entsize: section.entsize ?? 0,
        });
      });
    }
    this.#segments.forEach((segment, index) => {
      const section = placed.find(({ name }) => name === segment.of);
      const size = section?.size ?? 0;
      image.put(segmentFields(this.is64), phoff + index * segmentFields(this.is64).size, {
        p_type: named(segmentTypes, segment.type ?? 'LOAD'),
        p_flags: segment.flags ?? 5,
        p_offset: segment.offset ?? section?.offset ?? 0,
        p_vaddr: segment.vaddr ?? section?.addr ?? 0,
        p_paddr: 0,
        p_filesz: segment.filesz ?? size,
        p_memsz: segment.memsz ?? segment.filesz ?? size,
        p_align: segment.align ?? 1,
      });
    });
    image.putIdent();
    image.put(headers, 0, {
      e_type: named(types, this.#options.type ?? 'DYN'),
      e_machine: named(machines, this.#options.machine ?? 'aarch64'),
      e_version: 1,
      e_entry: 0,
      e_phoff: phoff,
      e_shoff: shoff,
      e_flags: 0,
      e_ehsize: headers.size,
      e_phentsize: segmentFields(this.is64).size,
      e_phnum: manySegments ? 0xffff : this.#segments.length,
      e_shentsize: sectionFields(this.is64).size,
      e_shnum: shoff === 0 || manySections ? 0 : count,
      e_shstrndx: shoff === 0 ? 0 : manySections ? 0xffff : shstrtab,
    });
    return image.finish(phoff, shoff, placed);
  }

  #addSymbolTable(sections: PlannedSection[]): void {
    const names = new Strings();
    const symtab = sections.length;
    const strtab = symtab + 1;
    const indexOf = (section: string | number): number => {
      if (typeof section === 'number') return section;
      const special = specialSections[section as SpecialSection];
      return special ?? sections.findIndex(({ name }) => name === section);
    };
    const isSpecial = (section: string | number) => typeof section === 'number' || section in specialSections;
    const rows: Uint8Array[] = [];
    const extended: number[] = [];
    for (const symbol of this.#symbols) {
      const section = symbol.section ?? 'UNDEF';
      const index = indexOf(section);
      const needsXindex = symbol.xindex === true || (!isSpecial(section) && index >= 0xff00);
      extended.push(needsXindex ? index : 0);
      const type = named(symbolTypes, symbol.type ?? 'NOTYPE');
      const name = names.add(symbol.name);
      const info = named(bindings, symbol.bind ?? 'LOCAL') * 16 + type;
      const [other, shndx] = [symbol.visibility ?? 0, needsXindex ? 0xffff : index];
      const [value, size] = [symbol.value ?? 0, symbol.size ?? 0];
      rows.push(
        this.is64
          ? this.fields([4, name], [1, info], [1, other], [2, shndx], [8, value], [8, size])
          : this.fields([4, name], [4, value], [4, size], [1, info], [1, other], [2, shndx]),
      );
    }
    const entsize = this.is64 ? 24 : 16;
    sections.push({ name: '.symtab', type: 'SYMTAB', bytes: Buffer.concat(rows), link: strtab, entsize });
    sections.push({ name: '.strtab', type: 'STRTAB', bytes: names.bytes() });
    if (extended.some((index) => index !== 0)) {
      const bytes = this.fields(...extended.map((index) => [4, index] as const));
      sections.push({ name: '.symtab_shndx', type: 'SYMTAB_SHNDX', bytes, link: symtab, entsize: 4 });
    }
  }

  #relocations(name: string, type: 'RELA' | 'REL', entries: readonly Relocation[], options: SectionOptions): number {
    const word = this.wordSize;
    const isMips64 = this.is64 && this.#options.machine === 'mips';
    const one = ({ place, type: r_type, symbol = 0, addend = 0 }: Relocation): Uint8Array => {
      const row = typeof symbol === 'number' ? symbol : this.#symbols.findIndex((known) => known.name === symbol);
      const bytes = (value: number, shift: number) => (value >>> shift) & 0xff;
      const info = !this.is64
        ? this.fields([4, row * 256 + r_type])
        : isMips64
          ? // r_sym, then one byte each of r_ssym, r_type3, r_type2, r_type, in either byte order.
            this.fields([4, row], [1, bytes(r_type, 24)], [1, bytes(r_type, 16)], [1, bytes(r_type, 8)], [1, r_type])
          : this.fields([8, (BigInt(row) << 32n) | BigInt(r_type)]);
      const rest = type === 'RELA' ? this.fields([word, addend]) : new Uint8Array(0);
      return Buffer.concat([this.fields([word, place]), info, rest]);
    };
    const late = () => Buffer.concat(entries.map(one));
    const entsize = (type === 'RELA' ? 3 : 2) * word;
    return this.#sections.push({ name, type, entsize, late, ...options }) - 1;
  }

  #note({ owner, type, desc }: NoteOptions, align: number): Uint8Array {
    const name = Buffer.from(`${owner}\0`, 'latin1');
    const parts = [this.fields([4, name.length], [4, desc.length], [4, type]), name];
    const pad = () => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      parts.push(new Uint8Array((align - (length % align)) % align));
    };
    pad();
    parts.push(desc);
    pad();
    return Buffer.concat(parts);
  }
}

/** Write one field. Negative values are two's complement; what does not fit is cut off. */
export function putField(bytes: Uint8Array, at: number, size: FieldSize, value: Num, bigEndian: boolean): void {
  let rest = BigInt.asUintN(size * 8, BigInt(value));
  for (let i = 0; i < size; i++) {
    bytes[at + (bigEndian ? size - 1 - i : i)] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

class Strings {
  readonly #parts: Buffer[] = [Buffer.from([0])];
  readonly #known = new Map<string, number>([['', 0]]);
  #size = 1;

  add(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const at = this.#size;
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    this.#parts.push(bytes);
    this.#known.set(text, at);
    this.#size += bytes.length;
    return at;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

function named<T extends Readonly<Record<string, number>>>(table: T, name: keyof T | number): number {
  return typeof name === 'number' ? name : (table[name] ?? 0);
}

function flagsOf(flags: string | bigint | undefined): bigint {
  if (typeof flags === 'bigint') return flags;
  return [...(flags ?? '')].reduce((sum, letter) => sum | (sectionFlags[letter] ?? 0n), 0n);
}
