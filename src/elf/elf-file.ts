/**
 * An ELF file: headers now, everything else when asked for, each part able to fail alone.
 */
import { type ByteSource, memorySource, subSource } from '../bytes/byte-source.ts';
import { StringTable } from '../bytes/string-table.ts';
import { type Availability, absent, availability, ParseError, readyValue, unreadable } from '../errors.ts';
import { AddressSpace } from './address-space.ts';
import { decompressSection } from './compression.ts';
import { ET, PT, SHT } from './constants.ts';
import { readExtendedIndexes } from './extended-indexes.ts';
import { type ElfHeader, readHeader } from './header.ts';
import { findLayoutDamage, type LayoutDamage } from './layout.ts';
import { type RelocationMachine, relocationMachine } from './machines/index.ts';
import { type Note, NT_GNU_BUILD_ID, readNotes } from './notes.ts';
import { RelocationTable, relocationType } from './relocation-table.ts';
import {
  checkExtent,
  describeSection,
  isCompressed,
  ofOtherType,
  readSections,
  refuseCompressed,
  type Section,
  type SectionTable,
} from './sections.ts';
import { readSegments, type Segment } from './segments.ts';
import { SymbolTable } from './symbol-table.ts';
import { UnpackAccount } from './unpack-account.ts';

/** Notes are small, and a section that claims more of them is something else. */
const mostNoteBytes = 1 << 20;
/** Damaged relocation sections after which the rest is taken for damaged too: each costs a complaint of its own. */
const mostBroken = 1000;
const tooMany = `not looked at: ${mostBroken} relocation sections before it are damaged`;
const tooManyBroken: Availability<RelocationTable> = {
  state: 'unsupported',
  reason: tooMany,
  error: new ParseError({ code: 'unsupported', structure: 'relocation section', problem: tooMany }),
};
/** SHA-1 is 20 bytes; ld's --build-id=0x… takes any number, and nobody gives it more. */
const longestBuildId = 64;

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
  readonly #account: UnpackAccount;
  #layoutDamage: readonly LayoutDamage[] | undefined;

  /**
   * @param account of the file on disk, where that is another that this was unpacked from
   * @throws ParseError when the ELF header itself cannot be read
   */
  constructor(source: ByteSource, account = new UnpackAccount(source.size)) {
    this.source = source;
    this.#account = account;
    this.header = readHeader(source);
    this.sectionTable = this.#readSectionTable();
    const first = readyValue(this.sectionTable)?.sections[0];
    this.segmentTable = availability(() => readSegments(source, this.header, first));
    this.sections = readyValue(this.sectionTable)?.sections ?? [];
    this.segments = readyValue(this.segmentTable) ?? [];
    this.machine = relocationMachine(this.header.e_machine);
    this.addressSpace = new AddressSpace(this.sections, this.segments, this.isRelocatable);
  }

  /** Bytes of the file on disk, where this was unpacked from it. */
  get fileSize(): number {
    return this.#account.fileSize;
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

  /** What does not agree about where sections are. */
  get layoutDamage(): readonly LayoutDamage[] {
    this.#layoutDamage ??= findLayoutDamage(this.sections, this.segments, this.isRelocatable);
    return this.#layoutDamage;
  }

  /** The first of {@link layoutDamage} that is about one of some sections. */
  layoutDamageOf(...sections: readonly (Section | undefined)[]): ParseError | undefined {
    return this.layoutDamage.find((found) => found.sections.some((section) => sections.includes(section)))?.error;
  }

  #readSectionTable(): Availability<SectionTable> {
    if (this.header.e_shoff === 0) return absent('the file has no section header table');
    return availability(() => readSections(this.source, this.header));
  }

  /**
   * The section of a name that a reader cannot do without.
   * @param problem why it may be absent, when it is
   * @throws ParseError absent; or, where sections or names cannot be read and it may be there after all, that error
   */
  requireSection(name: string, problem: string): Section {
    const section = this.section(name);
    if (section !== undefined) return section;
    const { sectionTable } = this;
    const hidden = unreadable(sectionTable) ?? readyValue(sectionTable)?.namesProblem;
    if (hidden !== undefined) throw hidden;
    throw new ParseError({ code: 'absent', structure: name, problem });
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
    checkExtent(this.source, section);
    const { sh_offset, sh_size } = section;
    let source: ByteSource;
    if (sh_size === 0) source = memorySource(new Uint8Array(0), structure, (at) => sh_offset + at);
    else if (isCompressed(section)) {
      source = memorySource(this.#unpack(section), `decompressed ${structure}`, () => undefined);
    } else source = subSource(this.source, sh_offset, sh_size, structure);
    this.#sources.set(section.index, source);
    return source;
  }

  /** All bytes of a section. @throws ParseError as {@link sectionSource} */
  sectionBytes(section: Section): Uint8Array {
    const source = this.sectionSource(section);
    return source.read(0, source.size, describeSection(section));
  }

  #unpack(section: Section): Uint8Array<SharedArrayBuffer> {
    const { is64, littleEndian } = this.header;
    return decompressSection(this.source, section, is64, littleEndian, this.#account);
  }

  /**
   * All bytes of a section in memory that threads share.
   * @param own the caller changes them: nobody else sees them, and they are not kept here
   * @throws ParseError as {@link sectionSource}, and unsupported where there are more than may be copied of the file
   */
  sharedBytes(section: Section, own: boolean): Uint8Array<SharedArrayBuffer> {
    if (own && isCompressed(section) && section.sh_size > 0 && !this.#sources.has(section.index)) {
      checkExtent(this.source, section);
      return this.#unpack(section);
    }
    const source = this.sectionSource(section);
    const { size } = source;
    const kept = source.read(0, size, describeSection(section));
    if (!own && kept.buffer instanceof SharedArrayBuffer) return kept as Uint8Array<SharedArrayBuffer>;
    // Sections of a damaged file may be all of it, each.
    if (size > this.#account.leftForSection(section.index)) {
      const offset = this.source.fileOffset(section.sh_offset);
      const problem = `it has ${size} bytes, and ${this.#account.sectionWords(section.index)}`;
      const advice = offset === undefined ? 'unpack the file on disk, and open what comes out' : undefined;
      throw new ParseError({ code: 'unsupported', structure: describeSection(section), offset, problem, advice });
    }
    this.#account.takeSection(section.index, size);
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    bytes.set(kept);
    return bytes;
  }

  /** The symbol table: .symtab, or .dynsym where the file was stripped to it and `kind` says so. */
  readSymbols(kind: 'symtab' | 'dynsym' = 'symtab'): Availability<SymbolTable> {
    const type = kind === 'symtab' ? SHT.SYMTAB : SHT.DYNSYM;
    const section = this.sections.find((row) => row.sh_type === type);
    return availability(() => this.symbolTableOf(section ?? this.#withoutTable(`.${kind}`, type)));
  }

  /** Why no section has the type of a table. @throws ParseError absent, bad-value; the error that hides sections */
  #withoutTable(structure: string, type: number): never {
    const hidden = unreadable(this.sectionTable);
    if (hidden !== undefined) throw hidden;
    const named = this.section(structure);
    if (named !== undefined) throw ofOtherType(named, type);
    const why = this.sectionTable.state === 'absent' ? this.sectionTable.reason : 'it was stripped';
    throw new ParseError({ code: 'absent', structure, problem: `no ${structure} section: ${why}` });
  }

  /** The symbol table in a given section. @throws ParseError bad-entry-size, bad-reference, truncated, unsupported */
  symbolTableOf(section: Section): SymbolTable {
    const { is64, littleEndian } = this.header;
    const structure = describeSection(section);
    const offset = section.headerOffset;
    const entry = is64 ? 24 : 16;
    if (section.sh_entsize !== entry) {
      const problem = `sh_entsize is ${section.sh_entsize}, expected ${entry}`;
      throw new ParseError({ code: 'bad-entry-size', structure, offset, problem });
    }
    refuseCompressed(section);
    const bytes = this.sectionBytes(section);
    let damage: ParseError | undefined;
    if (bytes.length % entry !== 0) {
      const problem = `sh_size ${section.sh_size} is not a multiple of its ${entry}-byte entries`;
      damage = new ParseError({ code: 'bad-value', structure, offset, problem });
    }
    let strings: StringTable | undefined;
    let namesDamage: ParseError | undefined;
    try {
      strings = this.#stringsOf(section);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      namesDamage = error;
    }
    return new SymbolTable({
      bytes,
      is64,
      littleEndian,
      strings: strings ?? new StringTable(new Uint8Array(0), `string table of ${structure}`),
      readExtended: (rows) =>
        readExtendedIndexes(section, is64, rows, this.sections, (other) => this.sectionBytes(other)),
      fileOffset: section.sh_offset,
      structure,
      damage,
      namesDamage,
      sectionCount: this.sections.length,
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

  /**
   * Every relocation section in table order, each readable or saying why not. Sections of a sound file do not overlap,
   * so what is announced beyond the size of the file is damage; a pass over all of it is then bounded by that size.
   */
  readRelocations(): { readonly section: Section; readonly table: Availability<RelocationTable> }[] {
    const { is64, littleEndian, e_machine } = this.header;
    const file = { is64, littleEndian, e_machine, relocatable: this.isRelocatable };
    let left = this.source.size;
    let broken = 0;
    return this.sections
      .filter((row) => relocationType(row) !== undefined)
      .map((section) => {
        if (broken >= mostBroken) return { section, table: tooManyBroken };
        const table = availability(() => {
          const relocations = new RelocationTable(this.source, section, file, this.machine);
          if (relocations.byteLength > left) throw overlapping(section);
          left -= relocations.byteLength;
          return relocations;
        });
        if (table.state !== 'ready') broken++;
        return { section, table };
      });
  }

  /** Notes of all SHT_NOTE sections, or of PT_NOTE segments where there is none; and the first that cannot be read. */
  readNotes(): { readonly notes: readonly Note[]; readonly problem: ParseError | undefined } {
    const spans = this.sections
      .filter((row) => row.sh_type === SHT.NOTE)
      .map((row) => ({ offset: row.sh_offset, size: row.sh_size, align: row.sh_addralign }));
    if (spans.length === 0) {
      for (const row of this.segments) {
        if (row.p_type === PT.NOTE) spans.push({ offset: row.p_offset, size: row.p_filesz, align: row.p_align });
      }
    }
    const notes: Note[] = [];
    let problem = unreadable(this.sectionTable);
    let left = mostNoteBytes;
    for (const { offset, size, align } of spans) {
      const length = Math.min(size, left);
      left -= length;
      const found = availability(() => readNotes(this.source, offset, length, align, this.header.littleEndian));
      if (found.state === 'malformed') problem ??= found.error;
      if (found.state !== 'ready') continue;
      for (const note of found.value.notes) notes.push(note);
      // Where only a part of the section was read, its last note is not what is wrong.
      if (length === size) problem ??= found.value.problem;
    }
    return { notes, problem };
  }

  /** The GNU build id in hex and where it stands. */
  buildId(): Availability<{ readonly hex: string; readonly fileOffset: number | undefined }> {
    return availability(() => {
      const { notes, problem } = this.readNotes();
      const note = notes.find((row) => row.owner === 'GNU' && row.type === NT_GNU_BUILD_ID);
      if (note === undefined) {
        throw problem ?? new ParseError({ code: 'absent', structure: 'build id', problem: 'no GNU build id note' });
      }
      const { desc, fileOffset } = note;
      if (desc.length > longestBuildId) {
        const found = `descsz is ${desc.length}, expected at most ${longestBuildId}`;
        throw new ParseError({ code: 'bad-value', structure: 'build id note', offset: fileOffset, problem: found });
      }
      return { hex: Buffer.from(desc).toString('hex'), fileOffset };
    });
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
    return this.source.read(found.offset, count, section ? describeSection(section) : 'PT_LOAD segment');
  }
}

function overlapping(section: Section): ParseError {
  return new ParseError({
    code: 'out-of-range',
    structure: describeSection(section),
    offset: section.headerOffset,
    problem: 'with the relocation sections before it, it has more bytes than the file: they overlap',
  });
}
