/**
 * The text of `llvm-readelf -r FILE` (LLVM 14), byte for byte on standard output.
 *
 *   column        0                 18               35                     58               69
 *   RELA64        ffff80001114b830  0000000000000403 R_AARCH64_RELATIVE                ffff800010747510
 *                 ffffffff82e0e5a8  0000000100000001 R_X86_64_64            ffffffff81000000 .text + 5dfdd0
 *   REL32         c1000001  00000a01 R_386_32               c1001800   .bss
 *
 * A cell that crosses the next column pushes it by one blank. A section symbol goes by its section's name. RELR is
 * shown decoded, as the machine's relative type without symbol or addend. What llvm-readelf refuses to print (an entry
 * whose symbol is in no symbol table) is left out and told to `warn`: it says so on standard error too.
 */
import { EM, SHT, STT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { RelocationTable } from '../elf/relocation-table.ts';
import { describeSection, type Section } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { RelocationList } from '../kernel/relocation-list.ts';
import { ByteWriter } from './byte-writer.ts';
import type { NameStyle } from './nm.ts';
import { visible } from './visible.ts';

export interface ReadelfOptions {
  readonly names: NameStyle;
  /** Only the sections of this name. */
  readonly section: string | undefined;
  /** Told, once each, what is left out and why. */
  readonly warn: (sentence: string) => void;
}

/** Chunks of whole lines; each is valid until the next is asked for. @throws ParseError io, truncated (the file shrank) */
export function* printReadelfRelocations(
  elf: ElfFile,
  list: RelocationList,
  options: ReadelfOptions,
): Generator<Uint8Array, void, undefined> {
  const writer = new ByteWriter();
  const isMeant = ({ name }: Section) => options.section === undefined || name === options.section;
  const sections = elf.sections.filter((row) => isRelocations(row) && isMeant(row));
  // To llvm-readelf a section of another type is none of relocations, whatever it is called.
  for (const { section, reason } of list.broken) {
    if (!isRelocations(section) && isMeant(section)) options.warn(reason);
  }
  if (sections.length === 0) writer.text('\nThere are no relocations in this file.\n');
  for (const section of sections) {
    const table = list.tables.find((row) => row.section.index === section.index);
    writeHeader(writer, elf, section, table, options.names);
    // Sections without an entry are as many headers, with names that may be long.
    if (writer.isFull) yield writer.take();
    const problem = table === undefined ? unreadable(list, section) : wholeTableProblem(elf, table);
    if (problem !== undefined) options.warn(`the entries of ${describeSection(section)} are left out: ${problem}`);
    if (table === undefined || problem !== undefined) continue;
    const lines = new RelocationLines(writer, elf, table, list.symbolTableOf(table), options);
    for (let index = 0; index < table.count; ) {
      index = lines.fillChunk(index);
      yield writer.take();
    }
  }
  yield writer.take();
}

const isRelocations = ({ sh_type }: Section): boolean =>
  sh_type === SHT.RELA || sh_type === SHT.REL || sh_type === SHT.RELR;

const unreadable = (list: RelocationList, section: Section): string =>
  list.broken.find((row) => row.section.index === section.index)?.reason ?? 'it cannot be read';

/** Why llvm-readelf would print no entry of a table that kinspect can read in part. */
function wholeTableProblem(elf: ElfFile, table: RelocationTable): string | undefined {
  if (table.damage !== undefined && table.kind !== 'RELR') return table.damage.problem;
  const { sh_link } = table.section;
  if (table.kind === 'RELR' || elf.sections[sh_link] !== undefined) return undefined;
  return `its sh_link is ${sh_link}, and the file has ${elf.sections.length} sections`;
}

function writeHeader(
  writer: ByteWriter,
  elf: ElfFile,
  section: Section,
  table: RelocationTable | undefined,
  names: NameStyle,
): void {
  const { sh_size, sh_entsize } = section;
  const entries = table?.count ?? (sh_entsize === 0 ? 0 : Math.floor(sh_size / sh_entsize));
  writer.text("\nRelocation section '");
  if (names === 'raw') writer.text(section.name);
  else writer.utf8(visible(section.name));
  writer.text(`' at offset 0x${section.sh_offset.toString(16)} contains ${entries} entries:\n`);
  writer.text(
    elf.header.is64
      ? "    Offset             Info             Type               Symbol's Value  Symbol's Name"
      : " Offset     Info    Type                Sym. Value  Symbol's Name",
  );
  if (section.sh_type === SHT.RELA) writer.text(' + Addend');
  writer.endLine();
}

/** Writes the lines of one section. */
class RelocationLines {
  readonly #writer: ByteWriter;
  readonly #elf: ElfFile;
  readonly #table: RelocationTable;
  readonly #symbols: SymbolTable | undefined;
  readonly #options: ReadelfOptions;
  readonly #typeNames = new Map<number, string>();
  readonly #isMips64: boolean;

  constructor(
    writer: ByteWriter,
    elf: ElfFile,
    table: RelocationTable,
    symbols: SymbolTable | undefined,
    options: ReadelfOptions,
  ) {
    this.#writer = writer;
    this.#elf = elf;
    this.#table = table;
    this.#symbols = symbols;
    this.#options = options;
    this.#isMips64 = elf.header.e_machine === EM.MIPS && elf.header.is64;
  }

  /** Lines from entry `from` on until the chunk is full; the first entry that has none yet. */
  fillChunk(from: number): number {
    const writer = this.#writer;
    const table = this.#table;
    const is64 = this.#elf.header.is64;
    const width = is64 ? 16 : 8;
    let index = from;
    for (; index < table.count && !writer.isFull; index++) {
      const { place, info, type, symbol, addend } = table.entry(index);
      if (symbol !== 0 && !this.#isPrintable(symbol, index)) continue;
      writer.hex(Number(place >> 32n), Number(place & 0xffffffffn), width);
      writer.padToColumn(is64 ? 18 : 10);
      this.#writeInfo(info, width);
      writer.padToColumn(is64 ? 35 : 19);
      writer.text(this.#typeName(this.#isMips64 ? Number(info & 0xffffffffn) : type));
      writer.padToColumn(is64 ? 58 : 42);
      const isNamed = symbol !== 0 && this.#writeSymbol(symbol, is64);
      if (symbol === 0) writer.padToColumn(is64 ? 69 : 53);
      if (addend !== undefined) this.#writeAddend(addend, isNamed);
      writer.endLine();
    }
    return index;
  }

  #writeInfo(info: bigint, width: 8 | 16): void {
    const [hi, lo] = [Number(info >> 32n), Number(info & 0xffffffffn)];
    // MIPS64 keeps the order of its bytes in a little-endian file too, and llvm-readelf shows them read as one word.
    if (this.#isMips64 && this.#elf.header.littleEndian) this.#writer.hex(swapped(lo), hi, width);
    else this.#writer.hex(hi, lo, width);
  }

  #typeName(type: number): string {
    let name = this.#typeNames.get(type);
    if (name === undefined) {
      name = this.#isMips64 ? this.#mips64Name(type) : this.#table.machine.name(type);
      this.#typeNames.set(type, name);
    }
    return name;
  }

  /** MIPS64 packs three types into one. */
  #mips64Name(types: number): string {
    const { machine } = this.#table;
    return [types, types >>> 8, types >>> 16].map((type) => machine.name(type & 0xff)).join('/');
  }

  #isPrintable(symbol: number, index: number): boolean {
    const { sh_link } = this.#table.section;
    if (this.#symbols !== undefined && symbol < this.#symbols.count) return true;
    const why =
      this.#symbols === undefined
        ? `its symbol is ${symbol}, and sh_link ${sh_link} is no symbol table`
        : `its symbol is ${symbol}, and the symbol table has ${this.#symbols.count}`;
    this.#options.warn(`relocation ${index} of ${describeSection(this.#table.section)} is left out: ${why}`);
    return false;
  }

  /** Value and name; whether there is a name. */
  #writeSymbol(symbol: number, is64: boolean): boolean {
    const writer = this.#writer;
    const symbols = this.#symbols as SymbolTable;
    const { hi, lo } = symbols.values;
    writer.hex(hi[symbol] as number, lo[symbol] as number, is64 ? 16 : 8);
    writer.padToColumn(is64 ? 69 : 53);
    if (symbols.type(symbol) === STT.SECTION && this.#isNameless(symbols, symbol)) {
      const name = this.#sectionName(symbols, symbol);
      this.#writeName(name);
      return name !== '';
    }
    if (this.#options.names === 'raw') {
      const at = symbols.nameOffset(symbol);
      const { bytes } = symbols.strings;
      if (at >= bytes.length) writer.text('<?>');
      else writer.cString(bytes, at);
      return at >= bytes.length || bytes[at] !== 0;
    }
    const name = symbols.name(symbol);
    this.#writeName(name ?? '<?>');
    return name !== '';
  }

  #isNameless(symbols: SymbolTable, symbol: number): boolean {
    return symbols.strings.bytes[symbols.nameOffset(symbol)] === 0;
  }

  /** The section that a section symbol stands for, with llvm-readelf's words for one that there is not. */
  #sectionName(symbols: SymbolTable, symbol: number): string {
    const index = symbols.sectionOf(symbol);
    if (index === undefined) {
      const shndx = symbols.st_shndx(symbol).toString(16);
      this.#options.warn(`symbol ${symbol} is a section symbol, and its st_shndx 0x${shndx} is no section`);
      return '<?>';
    }
    const section = this.#elf.sections[index];
    if (section !== undefined) return section.name;
    this.#options.warn(`symbol ${symbol} is that of section ${index}, and there are ${this.#elf.sections.length}`);
    return `<section ${index}>`;
  }

  #writeName(name: string): void {
    if (this.#options.names === 'raw') this.#writer.text(name);
    else this.#writer.utf8(visible(name));
  }

  #writeAddend(addend: bigint, isNamed: boolean): void {
    const writer = this.#writer;
    let value = addend;
    if (isNamed) {
      writer.text(addend < 0n ? ' - ' : ' + ');
      if (addend < 0n) value = -addend;
    }
    const word = BigInt.asUintN(64, value);
    writer.shortHex(Number(word >> 32n), Number(word & 0xffffffffn));
  }
}

const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
