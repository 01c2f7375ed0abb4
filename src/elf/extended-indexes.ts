/**
 * A section of type SHT_SYMTAB_SHNDX (gABI chapter 4, "Special Sections"): a u32 for each row of the symbol table that
 * its sh_link names, the section of those symbols whose st_shndx is SHN_XINDEX (0xffff, the same in either byte order).
 */
import { ParseError } from '../errors.ts';
import { SHT } from './constants.ts';
import { describeSection, type Section } from './sections.ts';

/** The rows of a symbol table whose st_shndx is SHN_XINDEX, of which there is at least one. */
export interface ExtendedRows {
  readonly first: number;
  readonly count: number;
}

export interface ExtendedIndexes {
  /** Undefined where they cannot be read. */
  readonly bytes: Uint8Array | undefined;
  /** Why symbols that need them are in no known section. */
  readonly damage: ParseError | undefined;
}

/**
 * @param table the section of the symbol table @param is64 its rows are of 24 bytes, not of 16
 * @param rows those that need the indexes @param read the bytes of a section; throws ParseError
 */
export function readExtendedIndexes(
  table: Section,
  is64: boolean,
  rows: ExtendedRows,
  sections: readonly Section[],
  read: (section: Section) => Uint8Array,
): ExtendedIndexes {
  const [entry, shndxAt] = is64 ? [24, 6] : [16, 14];
  const { first, count } = rows;
  const advice = count === 1 ? undefined : `${count} symbols need it`;
  const section = sections.find((row) => row.sh_type === SHT.SYMTAB_SHNDX && row.sh_link === table.index);
  if (section === undefined) {
    const structure = `symbol ${first} of ${describeSection(table)}`;
    const offset = table.sh_offset + first * entry + shndxAt;
    const problem = 'st_shndx is SHN_XINDEX, and no section of type SHT_SYMTAB_SHNDX belongs to the table';
    return { bytes: undefined, damage: new ParseError({ code: 'bad-reference', structure, offset, problem, advice }) };
  }
  try {
    const bytes = read(section);
    const expected = Math.floor(table.sh_size / entry) * 4;
    if (bytes.length >= expected) return { bytes, damage: undefined };
    const structure = describeSection(section);
    const problem = `it has ${bytes.length} bytes, expected ${expected}, 4 for each symbol: sections of symbols are not known`;
    const damage = new ParseError({ code: 'truncated', structure, offset: section.headerOffset, problem });
    return { bytes, damage };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { bytes: undefined, damage: error };
  }
}
