/**
 * What the two tables that the ELF header announces have in common: an offset, an entry size, a count; and none of
 * the three is believed before it is held against the file.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { hexOrHuge } from '../bytes/printable.ts';
import { ParseError } from '../errors.ts';

export interface HeaderTable {
  readonly structure: 'section header table' | 'program header table';
  /** The field of the ELF header that says where the table is, and its own file offset. */
  readonly field: 'e_shoff' | 'e_phoff';
  readonly fieldOffset: number;
  readonly offset: number;
  readonly entrySize: number;
}

/** Rows beyond this are not read: an object made with -ffunction-sections has tens of thousands, a kernel a hundred. */
const mostRows = 1 << 18;

/** A cursor over the first row. @throws ParseError truncated */
export function firstRow(source: ByteSource, table: HeaderTable, littleEndian: boolean): Cursor {
  if (room(source, table) < 1) {
    const problem = `${table.field} is ${hexOrHuge(table.offset)} and the file ends at 0x${source.size.toString(16)}`;
    throw new ParseError({ code: 'truncated', structure: 'ELF header', offset: table.fieldOffset, problem });
  }
  return Cursor.over(source, table.offset, table.entrySize, littleEndian, table.structure);
}

/** A cursor over `count` rows. @throws ParseError truncated, unsupported (too many) */
export function allRowsOf(source: ByteSource, table: HeaderTable, count: number, littleEndian: boolean): Cursor {
  const { structure, offset, entrySize } = table;
  const most = room(source, table);
  if (count > most) {
    const problem = `it has ${count} entries and the file has room for ${most}`;
    throw new ParseError({ code: 'truncated', structure, offset, problem });
  }
  if (count > mostRows) {
    const problem = `it has ${count} entries; up to ${mostRows} are read`;
    throw new ParseError({ code: 'unsupported', structure, offset, problem });
  }
  return Cursor.over(source, offset, count * entrySize, littleEndian, structure);
}

const room = (source: ByteSource, table: HeaderTable): number =>
  Math.max(0, Math.floor((source.size - table.offset) / table.entrySize));

/** @throws ParseError bad-header when e_shentsize or e_phentsize is not the class's */
export function checkEntrySize(name: 'e_shentsize' | 'e_phentsize', found: number, expected: number, offset: number) {
  if (found === expected) return;
  const problem = `${name} is ${found}, expected ${expected}`;
  throw new ParseError({ code: 'bad-header', structure: 'ELF header', offset, problem });
}
