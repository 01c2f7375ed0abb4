/** The sections that DIEs of types are read from, each fetched when it is first asked for, and their abbreviation tables. */
import type { ByteSource } from '../bytes/byte-source.ts';
import { AT, FORM } from './constants.ts';
import { LebReader } from './leb128.ts';
import type { DwarfSections, SectionBytes, SectionOpener } from './sections.ts';

interface Declaration {
  readonly tag: number;
  readonly hasChildren: boolean;
  /**
   * Attribute, form and implicit constant in turn. Those whose value takes no byte of a DIE are here only if they are
   * asked for, and once: what a DIE costs to read is then a matter of its bytes, and not of what the table declares.
   */
  readonly attributes: readonly number[];
}

/** What is asked of a DIE: type-unit.ts. */
const asked: ReadonlySet<number> = new Set([
  AT.name,
  AT.type,
  AT.sibling,
  AT.declaration,
  AT.str_offsets_base,
  AT.byte_size,
  AT.encoding,
  AT.count,
  AT.upper_bound,
  AT.const_value,
]);

/** How much of .debug_abbrev may still be read. */
interface Budget {
  left: number;
}

/** Sound tables do not overlap: all of them together take no more than the section. This much more is let pass. */
const overlap = 4 << 20;

/** An abbreviation table, read as far as was needed; it ends where the budget does. */
export class Declarations {
  readonly #leb: LebReader;
  readonly #budget: Budget;
  readonly #known = new Map<number, Declaration>();
  #atEnd = false;

  constructor(bytes: Uint8Array, offset: number, budget: Budget) {
    this.#budget = budget;
    this.#leb = new LebReader(bytes, offset);
  }

  find(code: number): Declaration | undefined {
    for (;;) {
      const known = this.#known.get(code);
      if (known !== undefined || this.#atEnd) return known;
      this.#next();
    }
  }

  /** Every declaration of the table. */
  all(): Iterable<Declaration> {
    while (!this.#atEnd) this.#next();
    return this.#known.values();
  }

  #next(): void {
    const leb = this.#leb;
    const start = leb.position;
    const code = leb.unsigned();
    if (this.#budget.left < 0 || code === 0 || Number.isNaN(code) || leb.position > leb.bytes.length) {
      this.#atEnd = true;
      return;
    }
    const tag = leb.unsigned();
    const hasChildren = leb.u8() !== 0;
    const attributes: number[] = [];
    const withoutBytes = new Set<number>();
    for (;;) {
      const name = leb.unsigned();
      const form = leb.unsigned();
      const constant = form === FORM.implicit_const ? leb.signed32() : 0;
      if ((name === 0 && form === 0) || leb.position > leb.bytes.length) break;
      if (form === FORM.flag_present || form === FORM.implicit_const) {
        if (!asked.has(name) || withoutBytes.has(name)) continue;
        withoutBytes.add(name);
      }
      attributes.push(name, form, constant);
    }
    this.#budget.left -= leb.position - start;
    if (!this.#known.has(code)) this.#known.set(code, { tag, hasChildren, attributes });
  }
}

/** The sections behind the DIEs, each read when it is first needed. */
export class TypeSections {
  readonly littleEndian: boolean;
  readonly info: ByteSource;
  readonly #sections: DwarfSections;
  readonly #opener: SectionOpener;
  readonly #bytes = new Map<SectionBytes, Uint8Array>();
  /** By offset: units may share a table. */
  readonly #declarations = new Map<number, Declarations>();
  readonly #budget: Budget;

  constructor(sections: DwarfSections, opener: SectionOpener) {
    this.littleEndian = sections.littleEndian;
    this.info = opener.open(sections.info, '.debug_info');
    this.#sections = sections;
    this.#opener = opener;
    this.#budget = { left: sections.abbrev.size + overlap };
  }

  get abbrev(): Uint8Array {
    return this.#load(this.#sections.abbrev, '.debug_abbrev');
  }

  get str(): Uint8Array {
    return this.#load(this.#sections.str, '.debug_str');
  }

  get lineStr(): Uint8Array {
    return this.#load(this.#sections.lineStr, '.debug_line_str');
  }

  /** .debug_str_offsets, where there is one. */
  get strOffsets(): ByteSource | undefined {
    const section = this.#sections.strOffsets;
    return section && this.#opener.open(section, '.debug_str_offsets');
  }

  declarations(offset: number): Declarations {
    let table = this.#declarations.get(offset);
    if (table === undefined) {
      table = new Declarations(this.abbrev, offset, this.#budget);
      this.#declarations.set(offset, table);
    }
    return table;
  }

  #load(section: SectionBytes | undefined, name: string): Uint8Array {
    if (section === undefined) return new Uint8Array(0);
    let bytes = this.#bytes.get(section);
    if (bytes === undefined) {
      bytes = this.#opener.open(section, name).read(0, section.size, name);
      this.#bytes.set(section, bytes);
    }
    return bytes;
  }
}
