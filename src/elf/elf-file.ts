/**
 * An ELF file: headers now, everything else when asked for, each part able to fail alone.
 */
import { type ByteSource, memorySource, subSource } from '../bytes/byte-source.ts';
import { StringTable } from '../bytes/string-table.ts';
import { type Availability, availability, ParseError, ready, readyValue } from '../errors.ts';
import { AddressSpace } from './address-space.ts';
import { decompressSection } from './compression.ts';
import { ET, PT, SHT } from './constants.ts';
import { type ElfHeader, readHeader } from './header.ts';
import { type RelocationMachine, relocationMachine } from './machines/index.ts';
import { type Note, readNotes } from './notes.ts';
import { RelocationTable } from './relocation-table.ts';
import { describeSection, isCompressed, readSections, type Section, type SectionTable } from './sections.ts';
import { readSegments, type Segment } from './segments.ts';
import { SymbolTable } from './symbol-table.ts';

export class ElfFile {
  readonly source: ByteSource;
  readonly header: ElfHeader;
  readonly sectionTable: Availability<SectionTable>;
  readonly segmentTable: Availability<readonly Segment[]>;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  readonly machine: RelocationMachine;
  readonly addressSpace: AddressSpace;
  readonly #sources = new Map<number, ByteSource>();

  /** @throws ParseError when the ELF header itself cannot be read */
  constructor(source: ByteSource) {
    this.source = source;
    this.header = readHeader(source);
    this.sectionTable =
      this.header.shnum === 0
        ? { state: 'absent', reason: 'the file has no section header table' }
        : availability(() => readSections(source, this.header));
    this.segmentTable = availability(() => readSegments(source, this.header));
    this.sections = readyValue(this.sectionTable)?.sections ?? [];
    this.segments = readyValue(this.segmentTable) ?? [];
    this.machine = relocationMachine(this.header.e_machine);
    this.addressSpace = new AddressSpace(this.sections, this.segments, this.isRelocatable);
  }

  /** ET_REL: a module or object file, whose values are offsets in sections. */
  get isRelocatable(): boolean {
    return this.header.e_type === ET.REL;
  }

  /** Bytes of an address or of a word of the class: 8 or 4. */
  get wordSize(): 8 | 4 {
    return this.header.is64 ? 8 : 4;
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /**
   * The bytes of a section, decompressed where it is SHF_COMPRESSED (once).
   * @throws ParseError absent (NOBITS), truncated (outside the file), bad-compression, unsupported
   */
  sectionSource(section: Section): ByteSource {
    const known = this.#sources.get(section.index);
    if (known !== undefined) return known;
    const structure = describeSection(section);
    if (section.sh_type === SHT.NOBITS) {
      throw new ParseError({
        code: 'absent',
        structure,
        problem: `${structure} is NOBITS: the file holds no bytes of it`,
      });
    }
    let source: ByteSource;
    if (isCompressed(section)) {
      const { is64, littleEndian } = this.header;
      const { sh_offset, sh_size } = section;
      const bytes = decompressSection(this.source, sh_offset, sh_size, is64, littleEndian, structure);
      source = memorySource(bytes, `decompressed ${structure}`, () => undefined);
    } else {
      source = subSource(this.source, section.sh_offset, section.sh_size, structure);
    }
    this.#sources.set(section.index, source);
    return source;
  }

  /** All bytes of a section. @throws ParseError as {@link sectionSource} */
  sectionBytes(section: Section): Uint8Array {
    const source = this.sectionSource(section);
    return source.read(0, source.size, describeSection(section));
  }

  /** The symbol table: .symtab, or .dynsym where the file was stripped to it and `kind` says so. */
  readSymbols(kind: 'symtab' | 'dynsym' = 'symtab'): Availability<SymbolTable> {
    const type = kind === 'symtab' ? SHT.SYMTAB : SHT.DYNSYM;
    const section = this.sections.find((row) => row.sh_type === type);
    if (section === undefined) {
      const why = this.sectionTable.state === 'ready' ? 'it was stripped' : this.sectionTable.reason;
      return { state: 'absent', reason: `no ${kind === 'symtab' ? '.symtab' : '.dynsym'} section: ${why}` };
    }
    return availability(() => this.symbolTableOf(section));
  }

  /** The symbol table in a given section. @throws ParseError bad-entry-size, bad-reference, truncated */
  symbolTableOf(section: Section): SymbolTable {
    const { is64, littleEndian } = this.header;
    const structure = describeSection(section);
    const entry = is64 ? 24 : 16;
    if (section.sh_entsize !== entry) {
      throw new ParseError({
        code: 'bad-entry-size',
        structure,
        offset: section.headerOffset,
        problem: `sh_entsize is ${section.sh_entsize}, expected ${entry}`,
      });
    }
    const source = this.sectionSource(section);
    const bytes = source.read(0, source.size, structure);
    let damage: ParseError | undefined;
    if (bytes.length % entry !== 0) {
      damage = new ParseError({
        code: 'bad-value',
        structure,
        offset: section.headerOffset,
        problem: `sh_size ${section.sh_size} is not a multiple of its ${entry}-byte entries`,
      });
    }
    const names = availability(() => this.#stringsOf(section));
    if (names.state === 'malformed') damage ??= names.error;
    const extended = this.sections.find((row) => row.sh_type === SHT.SYMTAB_SHNDX && row.sh_link === section.index);
    return new SymbolTable({
      bytes,
      is64,
      littleEndian,
      strings: readyValue(names) ?? new StringTable(new Uint8Array(0), `string table of ${structure}`),
      extendedIndexes: extended && readyValue(availability(() => this.sectionBytes(extended))),
      fileOffset: section.sh_offset,
      damage,
    });
  }

  #stringsOf(section: Section): StringTable {
    const strings = this.sections[section.sh_link];
    if (strings === undefined || strings.sh_type !== SHT.STRTAB) {
      throw new ParseError({
        code: 'bad-reference',
        structure: describeSection(section),
        offset: section.headerOffset,
        problem: `sh_link is ${section.sh_link}, which is not a string table: names cannot be read`,
      });
    }
    return new StringTable(this.sectionBytes(strings), describeSection(strings), strings.sh_offset);
  }

  /** Every relocation section in table order, each readable or saying why not. */
  readRelocations(): { readonly section: Section; readonly table: Availability<RelocationTable> }[] {
    const { is64, littleEndian, e_machine } = this.header;
    const file = { is64, littleEndian, e_machine, relocatable: this.isRelocatable };
    return this.sections
      .filter((row) => row.sh_type === SHT.RELA || row.sh_type === SHT.REL || row.sh_type === SHT.RELR)
      .map((section) => ({
        section,
        table: availability(() => new RelocationTable(this.source, section, file, this.machine)),
      }));
  }

  /** Notes of all SHT_NOTE sections, or of PT_NOTE segments where there is no section table. */
  readNotes(): Note[] {
    const spans = this.sections.filter((row) => row.sh_type === SHT.NOTE).map((row) => [row.sh_offset, row.sh_size]);
    if (spans.length === 0) {
      for (const row of this.segments) if (row.p_type === PT.NOTE) spans.push([row.p_offset, row.p_filesz]);
    }
    return spans.flatMap(([offset = 0, size = 0]) => {
      const notes = availability(() => readNotes(this.source, offset, size, this.header.littleEndian));
      return readyValue(notes) ?? [];
    });
  }

  /** The GNU build id in hex and where it stands. */
  buildId(): Availability<{ readonly hex: string; readonly fileOffset: number | undefined }> {
    const note = this.readNotes().find((row) => row.owner === 'GNU' && row.type === 3);
    if (note === undefined) return { state: 'absent', reason: 'no GNU build id note' };
    return ready({ hex: Buffer.from(note.desc).toString('hex'), fileOffset: note.fileOffset });
  }

  /**
   * Up to `length` bytes at an address, fewer at the end of a section; zeros for NOBITS; undefined where nothing is.
   * @throws ParseError truncated when the section lies outside the file
   */
  bytesAt(address: bigint, length: number): Uint8Array | undefined {
    const found = this.addressSpace.locate(address);
    if (found === undefined) return undefined;
    const count = Math.min(length, found.available);
    if (found.offset === undefined) return new Uint8Array(count);
    const { section } = found.span;
    if (section !== undefined && isCompressed(section)) return undefined;
    return this.source.read(found.offset, count, section ? describeSection(section) : 'PT_LOAD segment');
  }
}
