/**
 * The BTF string section, and in split BTF the base's before it.
 *
 *   name_off   0 … base.end - 1   in the base's strings
 *              base.end …         in the module's own, counted on
 *
 * name_off 0 is the empty string: an anonymous type. A section ends with a NUL, so any offset inside it is a string.
 * Source: Documentation/bpf/btf.rst section 2.1.
 */
import { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';

const STRUCTURE = 'BTF string section';

/** Stands in for a name whose name_off is outside the strings; the words are bpftool's. */
export const INVALID_NAME = '(invalid)';

export class BtfStrings {
  /** One past the last valid name_off. */
  readonly end: number;
  readonly #base: BtfStrings | undefined;
  readonly #start: number;
  readonly #table: StringTable;

  /**
   * @param start file offset of `bytes`, for errors
   * @throws ParseError bad-string when the section does not begin or end with a NUL
   */
  constructor(bytes: Uint8Array, start: number | undefined, base?: BtfStrings) {
    if (base === undefined && bytes.length === 0) {
      throw bad(start, 'it is empty; expected at least the empty string');
    }
    if (base === undefined && bytes[0] !== 0) {
      const advice = 'BTF of a module is split BTF and is read on top of the BTF of its kernel';
      throw bad(start, `its first byte is ${bytes[0]}; expected 0, the empty string`, advice);
    }
    const last = bytes[bytes.length - 1] ?? 0;
    if (last !== 0) {
      throw bad(start === undefined ? undefined : start + bytes.length - 1, `its last byte is ${last}; expected 0`);
    }
    this.#base = base;
    this.#start = base?.end ?? 0;
    this.end = this.#start + bytes.length;
    this.#table = new StringTable(bytes, STRUCTURE, start);
  }

  /** The own section; of a split BTF, its first byte is not name_off 0. */
  get bytes(): Uint8Array {
    return this.#table.bytes;
  }

  /** The string at `name_off`, or `(invalid)`: a damaged name must not take its row away. */
  at(name_off: number): string {
    if (name_off < this.#start && this.#base !== undefined) return this.#base.at(name_off);
    return this.#table.tryAt(name_off - this.#start) ?? INVALID_NAME;
  }

  /** The table that the string at `name_off` is in, and where it is there: own or the base's. */
  locate(name_off: number): { readonly table: StringTable; readonly at: number } {
    if (name_off < this.#start && this.#base !== undefined) return this.#base.locate(name_off);
    return { table: this.#table, at: name_off - this.#start };
  }

  /** Whether there is a string at `name_off`, and it is `name` (latin1). */
  is(name_off: number, name: string): boolean {
    const { table, at } = this.locate(name_off);
    const end = at + name.length;
    return end < table.size && table.bytes[end] === 0 && this.at(name_off) === name;
  }

  /** Hash of the string at `name_off`; equal strings have equal hashes, whichever section they are in. */
  hash(name_off: number): number {
    if (name_off < this.#start && this.#base !== undefined) return this.#base.hash(name_off);
    return this.#table.hashAt(name_off - this.#start);
  }
}

function bad(offset: number | undefined, problem: string, advice?: string): ParseError {
  return new ParseError({ code: 'bad-string', structure: STRUCTURE, offset, problem, advice });
}
