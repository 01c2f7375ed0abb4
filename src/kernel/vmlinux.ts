/**
 * A kernel image (or a module) as one thing: each part is read when it is first asked for and can fail alone.
 */

import { Btf } from '../btf/btf.ts';
import { type ByteSource, type FileSource, openFile } from '../bytes/byte-source.ts';
import { inFile } from '../bytes/in-file.ts';
import { type BootImage, openBootImage, openBtfImage } from '../elf/boot-image/boot-image.ts';
import { SHT } from '../elf/constants.ts';
import { ElfFile } from '../elf/elf-file.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { UnpackAccount } from '../elf/unpack-account.ts';
import { type Availability, absent, availability, type ParseError, readyValue, unreadable } from '../errors.ts';
import { type Kallsyms, readKallsyms } from './kallsyms.ts';
import { openKallsymsImage, symbolsOfKallsyms } from './kallsyms-image.ts';
import { findBoundsDamage, McountRegion } from './mcount.ts';
import { readWholeFile } from './read-whole-file.ts';
import { RelocationList } from './relocation-list.ts';
import { SymbolIndexByAddress } from './symbol-index.ts';

export interface BtfPart {
  readonly btf: Btf;
  /** "section 15 (.BTF)" or the path given with --btf. */
  readonly from: string;
  /** Its bytes. */
  readonly source: ByteSource;
}

export class Vmlinux {
  readonly path: string;
  readonly elf: ElfFile;
  /** What the file is, where that is no ELF file: "an x86 boot image, its kernel unpacked". */
  readonly image: string | undefined;
  /** There are no bytes at its addresses: it was made of kallsyms, or of BTF alone. */
  readonly withoutBytes: boolean;
  /** What is wrong with that which it was made of. */
  readonly imageDamage: ParseError | undefined;
  readonly #kallsymsPath: string | undefined;
  readonly #source: FileSource;
  readonly #btfPath: string | undefined;
  readonly #basePath: string | undefined;
  readonly #opened: FileSource[] = [];
  #symbols: Availability<SymbolIndexByAddress> | undefined;
  #kallsyms: Availability<Kallsyms> | undefined;
  #relocations: RelocationList | undefined;
  #mcount: Availability<McountRegion> | undefined;
  #btf: Availability<BtfPart> | undefined;

  private constructor(path: string, source: FileSource, options: OpenOptions) {
    this.path = path;
    this.#source = source;
    const account = new UnpackAccount(source.size);
    const image = isElf(source) ? undefined : openImage(source, account);
    this.image = image?.kind;
    this.withoutBytes = image?.withoutBytes ?? false;
    this.imageDamage = image?.damage;
    this.elf = new ElfFile(image?.source ?? source, account);
    this.#kallsymsPath = options.kallsyms;
    this.#btfPath = options.btf;
    this.#basePath = options.btfBase;
  }

  /**
   * Open a kernel: reads the ELF header, section and program headers, nothing else. A boot image is unpacked first; a
   * kallsyms file is taken for a kernel of symbols alone, raw BTF for one of BTF alone.
   * @throws ParseError when the file cannot be opened or is none of these
   */
  static open(path: string, options: OpenOptions = {}): Vmlinux {
    const source = openFile(path);
    try {
      return new Vmlinux(path, source, options);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  close(): void {
    this.#source.close();
    for (const source of this.#opened) source.close();
  }

  get source(): ByteSource {
    return this.#source;
  }

  /** The kallsyms that was given with the kernel, read once. */
  get kallsyms(): Availability<Kallsyms> {
    const path = this.#kallsymsPath;
    this.#kallsyms ??=
      path === undefined
        ? absent('not given: --kallsyms FILE takes a copy of /proc/kallsyms')
        : readWholeFile(path, readKallsyms);
    return this.#kallsyms;
  }

  /** Whether {@link symbols} are those of kallsyms, because the file has none. */
  get symbolsAreOfKallsyms(): boolean {
    return this.symbols.state === 'ready' && this.elf.readSymbols().state !== 'ready';
  }

  /** A symbol table made of kallsyms, for a file that has none. */
  #standIn(): Availability<SymbolTable> | undefined {
    const kallsyms = readyValue(this.kallsyms);
    if (kallsyms !== undefined && this.withoutBytes) {
      return absent(`this is ${this.image}: give kallsyms in its place, and this with --btf`);
    }
    return kallsyms === undefined ? undefined : availability(() => symbolsOfKallsyms(this.elf, kallsyms));
  }

  /** .symtab by row and by address; for a file without one, or without sections that can be read, kallsyms where it is given. */
  get symbols(): Availability<SymbolIndexByAddress> {
    if (this.#symbols === undefined) {
      const own = this.elf.readSymbols();
      const isMissing = own.state === 'absent' || unreadable(this.elf.sectionTable) !== undefined;
      const table = isMissing ? (this.#standIn() ?? own) : own;
      this.#symbols =
        table.state === 'ready' ? availability(() => new SymbolIndexByAddress(this.elf, table.value)) : table;
    }
    return this.#symbols;
  }

  /** All relocation sections; those that cannot be read are in its `broken`. */
  get relocations(): RelocationList {
    if (this.#relocations === undefined) {
      const known = new Map<number, SymbolTable>();
      const symbols = readyValue(this.symbols);
      const section = this.elf.sections.find((row) => row.sh_type === SHT.SYMTAB);
      if (symbols !== undefined && section !== undefined) known.set(section.index, symbols.table);
      this.#relocations = new RelocationList(this.elf, known);
    }
    return this.#relocations;
  }

  get mcount(): Availability<McountRegion> {
    this.#mcount ??= this.withoutBytes
      ? absent(`this is ${this.image}: the bytes of the mcount region are not in it`)
      : availability(() => new McountRegion(this.elf, readyValue(this.symbols), this.relocations, this.#noSymbols));
    return this.#mcount;
  }

  /** What is wrong with the bounds of the mcount region; {@link mcount}, which has more to say, reads the relocations. */
  get mcountBoundsDamage(): string | undefined {
    return this.withoutBytes ? undefined : findBoundsDamage(this.elf, readyValue(this.symbols), this.#noSymbols);
  }

  /** Why the symbols cannot be read; what hides the sections says it itself. */
  get #noSymbols(): ParseError | undefined {
    return unreadable(this.elf.sectionTable) === undefined ? unreadable(this.symbols) : undefined;
  }

  /** The BTF of --btf, else of the .BTF section. */
  get btf(): Availability<BtfPart> {
    this.#btf ??= availability(() => this.#readBtf());
    return this.#btf;
  }

  /** What is wrong with BTF that can be read, a sentence each, with the file that it is in where that is another. */
  get btfComplaints(): readonly string[] {
    return readyValue(this.btf)?.btf.complaints.map((complaint) => this.#ofBtf(complaint)) ?? [];
  }

  /** What is wrong with the types of a FUNC record, likewise. */
  btfComplaint(func: number): string | undefined {
    const damage = readyValue(this.btf)?.btf.damageOf(func);
    return damage && this.#ofBtf(damage.message);
  }

  #ofBtf(complaint: string): string {
    return this.isBtfGiven ? `${readyValue(this.btf)?.from}, ${complaint}` : complaint;
  }

  /** Whether {@link btf} is of another file, given with --btf. */
  get isBtfGiven(): boolean {
    return this.#btfPath !== undefined;
  }

  #readBtf(): BtfPart {
    const base = this.#basePath === undefined ? undefined : this.#btfIn(this.#basePath).btf;
    if (this.#btfPath !== undefined) return this.#btfIn(this.#btfPath, base);
    const absence = 'no .BTF section: built without CONFIG_DEBUG_INFO_BTF, or stripped; --btf FILE gives it another';
    const section = this.elf.requireSection('.BTF', absence);
    const source = this.elf.sectionSource(section);
    return { btf: Btf.parse(source, base), from: `section ${section.index} (.BTF)`, source };
  }

  /** The BTF of a raw file (/sys/kernel/btf/vmlinux) or of an ELF file's .BTF. */
  #btfIn(path: string, base?: Btf): BtfPart {
    const file = openFile(path);
    this.#opened.push(file);
    return inFile(path, () => {
      if (!isElf(file)) return { btf: Btf.parse(file, base), from: path, source: file };
      const elf = new ElfFile(file);
      const section = elf.requireSection('.BTF', 'it is an ELF file without a .BTF section');
      const source = elf.sectionSource(section);
      return { btf: Btf.parse(source, base), from: `${path}, section ${section.index} (.BTF)`, source };
    });
  }
}

/** A file that is no ELF file and can be taken for one all the same. */
const openImage = (source: ByteSource, account: UnpackAccount): BootImage | undefined =>
  openBootImage(source, account) ?? openBtfImage(source) ?? openKallsymsImage(source);

function isElf(file: ByteSource): boolean {
  const magic = file.read(0, Math.min(4, file.size), 'magic');
  return magic[0] === 0x7f && magic[1] === 0x45 && magic[2] === 0x4c && magic[3] === 0x46;
}

export interface OpenOptions {
  /** A copy of /proc/kallsyms of this kernel while it runs. */
  readonly kallsyms?: string | undefined;
  /** A raw BTF file, or an ELF file with .BTF, to use in place of the kernel's own. */
  readonly btf?: string | undefined;
  /** The base of a split BTF (a module's): the vmlinux that it was made against. */
  readonly btfBase?: string | undefined;
}
