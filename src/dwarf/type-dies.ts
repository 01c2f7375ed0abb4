/**
 * DIEs one at a time, wherever they stand: for the few hundred types that somebody asks about after the pass over all
 * functions (read-function-entries.ts) has left references to them.
 *
 *   TypeDies     the sections, and the units that were asked about
 *   TypeUnit     a unit: its header, and as much of its abbreviation table as was needed
 *   TypeDie      a DIE: its tag and the attributes that describe a type
 *
 * Offsets are those of FunctionEntries: counted from the unit's header, in the pseudo-unit from the section's start.
 */
import { type DwarfSections, SectionOpener } from './sections.ts';
import { TypeSections } from './type-sections.ts';
import { TypeUnit } from './type-unit.ts';

/** The units of .debug_info, opened as they are asked for. {@link close} it when done. */
export class TypeDies {
  readonly #opener = new SectionOpener();
  readonly #sections: TypeSections;
  readonly #units = new Map<number, TypeUnit>();

  /** @throws ParseError when .debug_info cannot be opened */
  constructor(sections: DwarfSections) {
    this.#sections = new TypeSections(sections, this.#opener);
  }

  /** Bytes of .debug_info. */
  get size(): number {
    return this.#sections.info.size;
  }

  /** All of .debug_abbrev. @throws ParseError */
  get abbrevBytes(): Uint8Array {
    return this.#sections.abbrev;
  }

  /** The unit at an offset of .debug_info. @throws ParseError when its header cannot be read */
  unit(offset: number): TypeUnit {
    let unit = this.#units.get(offset);
    if (unit === undefined) {
      unit = new TypeUnit(this.#sections, offset);
      this.#units.set(offset, unit);
    }
    return unit;
  }

  close(): void {
    this.#opener.close();
  }
}
