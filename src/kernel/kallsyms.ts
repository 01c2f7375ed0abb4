/**
 * /proc/kallsyms (kernel/kallsyms.c, s_show): the symbols of a running kernel and of its modules; System.map has the
 * same lines.
 *
 *   ffffc3856827c954 t tty_write                    address, nm's letter, name
 *   ffffc38526a4b2a0 t rfcomm_tty_write\t[rfcomm]   of a module
 *   0000000000000000 A fixed_percpu_data            x86: an offset in the per-cpu area, which is not moved
 *
 * A reader without the right to see them gets the same lines with zeros for addresses. A line is a row of columns, in
 * the order of the file, so that row 0 is line 1.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { type U64Column, u64At, u64Column } from '../bytes/columns.ts';
import { NameLookup } from '../bytes/name-lookup.ts';
import { printable } from '../bytes/printable.ts';
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import { LineReader, notOfThisKind } from './line-reader.ts';

export interface KallsymsColumns {
  readonly addresses: U64Column;
  /** nm's letter of each row, as ASCII. */
  readonly letters: Uint8Array;
  /** Where each name begins in `strings`. */
  readonly names: Uint32Array;
  /** Names, each ended by a NUL; the first byte is a NUL too, as in an ELF string table. */
  readonly strings: Uint8Array;
  /** Index in `moduleNames` of each row; 0 is the kernel itself. */
  readonly modules: Uint16Array;
  readonly moduleNames: readonly string[];
  /** Digits of an address: 16 or 8. */
  readonly digits: number;
}

export class Kallsyms {
  /** The file's path. */
  readonly from: string;
  readonly columns: KallsymsColumns;
  readonly count: number;
  /** What is wrong although all lines can be read. */
  readonly damage: ParseError | undefined;
  readonly #strings: StringTable;
  #byName: NameLookup | undefined;
  #ofModules: Uint32Array | undefined;

  constructor(from: string, columns: KallsymsColumns, damage?: ParseError) {
    this.from = from;
    this.damage = damage;
    this.columns = columns;
    this.count = columns.letters.length;
    this.#strings = new StringTable(columns.strings, from);
  }

  address(row: number): Vaddr {
    return vaddr(u64At(this.columns.addresses, row));
  }

  letter(row: number): string {
    return String.fromCharCode(this.columns.letters[row] ?? 0x3f);
  }

  /** The name, latin1. */
  name(row: number): string {
    return this.#strings.at(this.columns.names[row] ?? 0);
  }

  /** The module that a row is of; undefined for the kernel itself. */
  moduleOf(row: number): string | undefined {
    const index = this.columns.modules[row] ?? 0;
    return index === 0 ? undefined : this.columns.moduleNames[index];
  }

  /** The line of the file, from 1. */
  line(row: number): number {
    return row + 1;
  }

  get byName(): NameLookup {
    this.#byName ??= new NameLookup(this.#strings, this.columns.names);
    return this.#byName;
  }

  /** The rows of modules, in the order of the file. */
  get moduleRows(): Uint32Array {
    if (this.#ofModules === undefined) {
      const { modules } = this.columns;
      const rows = new Uint32Array(modules.length);
      let kept = 0;
      for (let row = 0; row < modules.length; row++) if (modules[row] !== 0) rows[kept++] = row;
      this.#ofModules = rows.slice(0, kept);
    }
    return this.#ofModules;
  }
}

/** T, t, W and w: code. A weak datum is V or v. */
export const isTextLetter = (letter: number): boolean => (letter | 0x20) === 0x74 || (letter | 0x20) === 0x77;

const structure = 'kallsyms';
const zeros = 'the addresses are zero';
const advice = 'read it as root, or set kernel.kptr_restrict to 0';
const firstLine = /^[\da-f]{8}([\da-f]{8})? [!-~] [^ \t]/i;

/** Whether a file has lines of kallsyms, by the first. */
export function looksLikeKallsyms(source: ByteSource): boolean {
  const head = source.read(0, Math.min(64, source.size), structure);
  return firstLine.test(Buffer.from(head).toString('latin1'));
}

/**
 * Read all of it.
 * @throws ParseError bad-value (no kallsyms file, a bad line by its number), unsupported (zeros, too large), truncated
 */
export function readKallsyms(source: ByteSource): Kallsyms {
  const lines = new LineReader(source, structure);
  if (!lines.next()) {
    throw new ParseError({ code: 'truncated', structure: printable(source.name), problem: 'the file is empty' });
  }
  // Before any memory is taken for its rows: a 600 MB vmlinux may be given by mistake.
  if (!firstLine.test(lines.text)) {
    throw notOfThisKind(lines, '/proc/kallsyms', 'an address, a letter and a name');
  }
  const draft = new Draft(source.size);
  do {
    if (!draft.add(lines.bytes, lines.start, lines.end)) throw badLine(lines);
  } while (lines.next());
  if (!draft.hasAddresses) {
    throw new ParseError({ code: 'unsupported', structure: printable(source.name), problem: zeros, advice });
  }
  return new Kallsyms(source.name, draft.finish(), lines.damage);
}

function badLine(lines: LineReader): ParseError {
  return new ParseError({
    code: 'bad-value',
    structure: lines.where,
    problem: `${lines.quoted} is not an address, a letter and a name`,
    advice: 'the file is damaged or was cut off: copy it again',
  });
}

const space = 0x20;
const tab = 0x09;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** Of an hexadecimal digit; 255 for any other byte. */
const hexValue = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** More modules than anybody has loaded: what does not fit the column is not a kallsyms file. */
const mostModules = 0xffff;

/** Columns that grow by a line at a time. */
class Draft {
  count = 0;
  hasAddresses = false;
  #digits = 0;
  #addresses: U64Column;
  #letters: Uint8Array;
  #names: Uint32Array;
  #modules: Uint16Array;
  readonly #strings: Uint8Array;
  #end = 1;
  readonly #moduleNames: string[] = [''];
  readonly #moduleIds = new Map<string, number>();

  constructor(size: number) {
    // A line is at least an address of 8 digits, a letter, a name of one and what stands between.
    const rows = Math.floor(size / 12) + 1;
    this.#addresses = u64Column(rows);
    this.#letters = new Uint8Array(rows);
    this.#names = new Uint32Array(rows);
    this.#modules = new Uint16Array(rows);
    this.#strings = new Uint8Array(size + 1);
  }

  /** @returns false where it is no line of kallsyms */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const row = this.count;
    let hi = 0;
    let lo = 0;
    let at = start;
    for (let digit = hexValue[bytes[at] as number] as number; at < end && digit < 16; ) {
      hi = (hi << 4) | (lo >>> 28);
      lo = (lo << 4) | digit;
      digit = hexValue[bytes[++at] as number] as number;
    }
    const digits = at - start;
    if ((digits !== 16 && digits !== 8) || (row > 0 && digits !== this.#digits)) return false;
    if (end - at < 4 || bytes[at] !== space || bytes[at + 2] !== space) return false;
    const letter = bytes[at + 1] as number;
    if (letter <= space || letter > 0x7e) return false;
    const nameStart = at + 3;
    let nameEnd = nameStart;
    // Any other byte is a part of it: arm64's hypervisor has __kvm_nvhe_.L144\x021.
    while (nameEnd < end && bytes[nameEnd] !== space && bytes[nameEnd] !== tab && bytes[nameEnd] !== 0) nameEnd++;
    if (nameEnd === nameStart) return false;
    const module = nameEnd === end ? 0 : this.#module(bytes, nameEnd, end);
    if (module === undefined) return false;
    this.#digits = digits;
    this.#addresses.hi[row] = hi;
    this.#addresses.lo[row] = lo;
    if (hi !== 0 || lo !== 0) this.hasAddresses = true;
    this.#letters[row] = letter;
    this.#modules[row] = module;
    this.#names[row] = this.#end;
    this.#strings.set(bytes.subarray(nameStart, nameEnd), this.#end);
    this.#end += nameEnd - nameStart + 1;
    this.count++;
    return true;
  }

  /** "\t[rfcomm]" */
  #module(bytes: Uint8Array, start: number, end: number): number | undefined {
    let from = start;
    while (from < end && (bytes[from] === tab || bytes[from] === space)) from++;
    let to = end;
    while (to > from && (bytes[to - 1] === space || bytes[to - 1] === tab)) to--;
    if (to === from) return 0;
    if (to - from < 3 || bytes[from] !== openBracket || bytes[to - 1] !== closeBracket) return undefined;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, to - from - 2).toString('latin1');
    const known = this.#moduleIds.get(name);
    if (known !== undefined) return known;
    if (this.#moduleNames.length > mostModules) return undefined;
    const id = this.#moduleNames.push(name) - 1;
    this.#moduleIds.set(name, id);
    return id;
  }

  finish(): KallsymsColumns {
    const { count } = this;
    return {
      addresses: { hi: this.#addresses.hi.slice(0, count), lo: this.#addresses.lo.slice(0, count) },
      letters: this.#letters.slice(0, count),
      names: this.#names.slice(0, count),
      strings: this.#strings.slice(0, this.#end),
      modules: this.#modules.slice(0, count),
      moduleNames: this.#moduleNames,
      digits: this.#digits,
    };
  }
}
