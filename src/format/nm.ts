/**
 * The text of `nm -p FILE` (binutils 2.40 on Debian, x86), byte for byte.
 *
 *   ffff800010747510 t tty_write
 *                    U printk
 *
 * Value, class letter and name in the order of .symtab; 8 digits in ELF32; no value when undefined; the size in place of
 * the value when common.
 */
import type { StringTable } from '../bytes/string-table.ts';
import { SHN } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { NmClasses } from './nm-class.ts';
import { visible } from './visible.ts';

/** How the bytes of a name are written: as they are, or so that a terminal shows them all. */
export type NameStyle = 'raw' | 'visible';

const undefinedMiddles: ReadonlySet<string> = new Set([' U ', ' w ', ' v ']);

/** Rows whose values are made text at once: with the names of a kernel about 64 KB. */
const STEP = 2048;
/** Characters that end a chunk before: every row may have a name as long as the string table. */
const CHUNK = 1 << 18;

/** Chunks of whole lines, except that a name longer than a chunk is several. */
export function* printNm(
  elf: ElfFile,
  table: SymbolTable,
  names: NameStyle,
): Generator<string | Uint8Array, void, undefined> {
  const lines = new NmLines(elf, table, names);
  for (let row = 1; row < table.count; row += STEP) {
    for (const text of lines.chunks(row, Math.min(row + STEP, table.count))) {
      // A raw name is latin1, a byte a character; a visible one is Unicode.
      yield names === 'raw' ? Buffer.from(text, 'latin1') : text;
    }
  }
}

/**
 * Lines as text: the whole string table and a chunk's values are turned into strings at once, and a line is slices of
 * them. The program ends before the JIT has compiled a loop over bytes, and slices are native from the first row on.
 */
class NmLines {
  readonly #elf: ElfFile;
  readonly #table: SymbolTable;
  readonly #names: NameStyle;
  readonly #strings: StringTable;
  /** All of them; undefined where that is more than a string holds. */
  readonly #text: string | undefined;
  readonly #classes: NmClasses;
  readonly #digits: 8 | 16;
  readonly #words: Uint32Array;
  /** " t " by st_shndx << 8 | st_info; "" for a row that is not shown. */
  readonly #middles = new Map<number, string>();

  constructor(elf: ElfFile, table: SymbolTable, names: NameStyle) {
    this.#elf = elf;
    this.#table = table;
    this.#names = names;
    this.#classes = new NmClasses(elf, table);
    this.#digits = elf.header.is64 ? 16 : 8;
    this.#words = new Uint32Array(STEP * (this.#digits / 8));
    this.#strings = table.strings;
    this.#text = table.strings.text;
  }

  *chunks(from: number, to: number): Generator<string, void, undefined> {
    const digits = this.#digits;
    const values = this.#hexValues(from, to);
    const { sectionIndexes, infos } = this.#table;
    const middles = this.#middles;
    let text = '';
    for (let row = from; row < to; row++) {
      const shndx = sectionIndexes[row] as number;
      const middle = middles.get((shndx << 8) | (infos[row] as number)) ?? this.#middle(row);
      if (middle === '') continue;
      const at = (row - from) * digits;
      const value = this.#isPlain(shndx, middle) ? values.slice(at, at + digits) : this.#otherValue(row, middle);
      const start = this.#table.nameOffset(row);
      const end = this.#endOf(start);
      text += value + middle;
      if (end - start > CHUNK) {
        yield text;
        yield* this.#pieces(start, end);
        text = '\n';
      } else text += this.#name(start, end);
      if (text.length < CHUNK) continue;
      yield text;
      text = '';
    }
    yield text;
  }

  /** The values of a chunk's rows, `digits` characters each. */
  #hexValues(from: number, to: number): string {
    const { hi, lo } = this.#table.values;
    const words = this.#words;
    const wide = this.#digits === 16;
    let at = 0;
    for (let row = from; row < to; row++) {
      if (wide) words[at++] = hi[row] as number;
      words[at++] = lo[row] as number;
    }
    const bytes = Buffer.from(words.buffer, 0, at * 4);
    if (hostLittleEndian) bytes.swap32();
    return bytes.toString('hex');
  }

  #middle(row: number): string {
    const shndx = this.#table.st_shndx(row);
    const letter = this.#classes.letter(row);
    const middle = letter === 0 ? '' : ` ${String.fromCharCode(letter)} `;
    // SHN_XINDEX stands for as many sections as there are.
    if (shndx !== SHN.XINDEX) this.#middles.set((shndx << 8) | this.#table.st_info(row), middle);
    return middle;
  }

  /** Whether st_value is what is shown. */
  #isPlain(shndx: number, middle: string): boolean {
    return !undefinedMiddles.has(middle) && !this.#classes.isCommon(shndx) && !this.#elf.isRelocatable;
  }

  #otherValue(row: number, middle: string): string {
    if (undefinedMiddles.has(middle)) return ' '.repeat(this.#digits);
    const isCommon = this.#classes.isCommon(this.#table.st_shndx(row));
    const value = isCommon ? this.#table.size(row) : this.#sectionRelative(row);
    return value.toString(16).padStart(this.#digits, '0');
  }

  /** In ET_REL st_value counts from the section's start; nm adds the section's address, which is nearly always 0. */
  #sectionRelative(row: number): bigint {
    const section = this.#table.sectionOf(row);
    const base = section === undefined ? 0n : (this.#elf.sections[section]?.sh_addr ?? 0n);
    return BigInt.asUintN(this.#digits * 4, this.#table.value(row) + base);
  }

  /** Where a name ends: at a NUL, or with the string table. */
  #endOf(start: number): number {
    if (this.#text === undefined) return this.#strings.endOf(start);
    const end = this.#text.indexOf('\0', start);
    return end < 0 ? this.#text.length : end;
  }

  #name(start: number, end: number): string {
    // BFD's word for a name that is not in the string table.
    if (start >= this.#strings.size && start !== 0) return '(null)\n';
    const name = this.#slice(start, end);
    return `${this.#names === 'raw' ? name : visible(name)}\n`;
  }

  /** A name that is longer than a chunk, where it does not cut a character of UTF-8. */
  *#pieces(start: number, end: number): Generator<string, void, undefined> {
    for (let from = start; from < end; ) {
      let to = Math.min(from + CHUNK, end);
      while (to < end && to > from + CHUNK - 4 && isContinuation(this.#strings.bytes[to])) to--;
      const piece = this.#slice(from, to);
      yield this.#names === 'raw' ? piece : visible(piece);
      from = to;
    }
  }

  #slice(start: number, end: number): string {
    return this.#text?.slice(start, end) ?? this.#strings.slice(start, end);
  }
}

/** A byte of UTF-8 that is not the first of its character. */
const isContinuation = (byte = 0): boolean => (byte & 0xc0) === 0x80;

const hostLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
