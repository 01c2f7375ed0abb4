/**
 * How many bytes a value of each form takes (DWARF 5 section 7.5.6), as what a reader must do to step over it.
 *
 * A form is one of
 *   a number of bytes that is known once the unit header is            data1, ref4, strp (offset size), addr (address size)
 *   a length that stands in the bytes                                  block1/2/4, block, exprloc, string, udata …
 *   neither: DW_FORM_indirect, whose form stands in front of its value
 */
import { FORM } from './constants.ts';

/** What the size of a value depends on, from the unit header. */
export interface Encoding {
  readonly version: number;
  /** 4 in 32-bit DWARF, 8 in 64-bit DWARF. */
  readonly offsetSize: 4 | 8;
  readonly addressSize: 4 | 8;
}

/** The answers of {@link formSize} that are not a number of bytes. */
export const SIZE = {
  /** LEB128: ends at the first byte without its high bit. */
  leb: -1,
  /** Ends after a NUL. */
  string: -2,
  /** Length in one, two or four bytes, or a LEB128, then so many bytes. */
  block1: -3,
  block2: -4,
  block4: -5,
  block: -6,
  /** A LEB128 form, then a value of that form. */
  indirect: -7,
  unknown: -8,
} as const;

const { leb, string, block1, block2, block4, block, indirect, unknown } = SIZE;
const byAddress = -16;
const byOffset = -17;
const byRefAddr = -18;

const sizes: ReadonlyMap<number, number> = new Map([
  [FORM.addr, byAddress],
  [FORM.block2, block2],
  [FORM.block4, block4],
  [FORM.data2, 2],
  [FORM.data4, 4],
  [FORM.data8, 8],
  [FORM.string, string],
  [FORM.block, block],
  [FORM.block1, block1],
  [FORM.data1, 1],
  [FORM.flag, 1],
  [FORM.sdata, leb],
  [FORM.strp, byOffset],
  [FORM.udata, leb],
  [FORM.ref_addr, byRefAddr],
  [FORM.ref1, 1],
  [FORM.ref2, 2],
  [FORM.ref4, 4],
  [FORM.ref8, 8],
  [FORM.ref_udata, leb],
  [FORM.indirect, indirect],
  [FORM.sec_offset, byOffset],
  [FORM.exprloc, block],
  [FORM.flag_present, 0],
  [FORM.strx, leb],
  [FORM.addrx, leb],
  [FORM.ref_sup4, 4],
  [FORM.strp_sup, byOffset],
  [FORM.data16, 16],
  [FORM.line_strp, byOffset],
  [FORM.ref_sig8, 8],
  // Its value stands in the abbreviation.
  [FORM.implicit_const, 0],
  [FORM.loclistx, leb],
  [FORM.rnglistx, leb],
  [FORM.ref_sup8, 8],
  [FORM.strx1, 1],
  [FORM.strx2, 2],
  [FORM.strx3, 3],
  [FORM.strx4, 4],
  [FORM.addrx1, 1],
  [FORM.addrx2, 2],
  [FORM.addrx3, 3],
  [FORM.addrx4, 4],
  [FORM.GNU_addr_index, leb],
  [FORM.GNU_str_index, leb],
  [FORM.GNU_ref_alt, byOffset],
  [FORM.GNU_strp_alt, byOffset],
]);

/** Bytes of a value of `form`, or a negative member of {@link SIZE}. */
export function formSize(form: number, encoding: Encoding): number {
  const size = sizes.get(form) ?? unknown;
  if (size === byOffset) return encoding.offsetSize;
  if (size === byAddress) return encoding.addressSize;
  // DWARF 2 (section 7.5.4 there) made DW_FORM_ref_addr as wide as an address; DWARF 3 as an offset.
  if (size === byRefAddr) return encoding.version === 2 ? encoding.addressSize : encoding.offsetSize;
  return size;
}
