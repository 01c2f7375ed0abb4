/**
 * What is wrong with the rows of a symbol table although they can be read: names that the string table does not have,
 * and sections that the file does not have. A sound table is passed by its two maxima alone.
 */
import type { StringTable } from '../bytes/string-table.ts';
import { ParseError } from '../errors.ts';
import { SHN } from './constants.ts';

export interface SymbolRows {
  readonly nameOffsets: Uint32Array;
  /** st_shndx as it stands there. */
  readonly sections: Uint16Array;
  /** The words of SHT_SYMTAB_SHNDX, which count where st_shndx is SHN_XINDEX. */
  readonly extended: Uint32Array | undefined;
  /** What the table is called: "section 12 (.symtab)". */
  readonly structure: string;
  /** File offset of a row. */
  readonly rowOffset: (row: number) => number;
  /** Bytes from a row's start to its st_shndx. */
  readonly shndxAt: number;
}

/**
 * The first symbol whose name is not in the string table, and how many there are; st_name 0 is no name everywhere.
 * Where nothing ends the name it is the string table that is wrong, at its last byte.
 */
export function findNameDamage(rows: SymbolRows, strings: StringTable): ParseError | undefined {
  const { nameOffsets, structure, rowOffset } = rows;
  const { end, size } = strings;
  let first = 0;
  let count = 0;
  for (let row = 1; row < nameOffsets.length; row++) {
    const offset = nameOffsets[row] as number;
    if (offset < end || offset === 0) continue;
    if (count++ === 0) first = row;
  }
  if (count === 0) return undefined;
  const st_name = nameOffsets[first] as number;
  const advice = count === 1 ? undefined : `${count} symbols are without a name`;
  if (st_name < size) {
    return new ParseError({
      code: 'bad-string',
      structure: strings.structure,
      offset: strings.fileOffset === undefined ? undefined : strings.fileOffset + size - 1,
      problem: `its last byte is ${strings.bytes[size - 1]}, expected 0: the name of symbol ${first} has no end`,
      advice,
    });
  }
  return new ParseError({
    code: 'bad-string',
    structure: `symbol ${first} of ${structure}`,
    offset: rowOffset(first),
    problem: `st_name is ${st_name}, past the ${size} bytes of ${strings.structure}`,
    advice,
  });
}

/** The first symbol whose section is past the section header table, and how many there are. */
export function findSectionDamage(rows: SymbolRows, sectionCount: number): ParseError | undefined {
  const { sections, extended, structure, rowOffset, shndxAt } = rows;
  let first = 0;
  let count = 0;
  let found = '';
  for (let row = 1; row < sections.length; row++) {
    const shndx = sections[row] as number;
    const isExtended = shndx === SHN.XINDEX && extended !== undefined;
    if (shndx >= SHN.LORESERVE && !isExtended) continue;
    const index = isExtended ? (extended[row] ?? 0) : shndx;
    if (index < sectionCount || count++ > 0) continue;
    first = row;
    found = isExtended ? `st_shndx is SHN_XINDEX and the index beside it ${index}` : `st_shndx is ${index}`;
  }
  if (count === 0) return undefined;
  return new ParseError({
    code: 'bad-reference',
    structure: `symbol ${first} of ${structure}`,
    offset: rowOffset(first) + shndxAt,
    problem: `${found}, and the last section is ${sectionCount - 1}`,
    advice: count === 1 ? undefined : `${count} symbols are in no section that there is`,
  });
}
