/**
 * The header of a unit (DWARF 5 section 7.5.1; versions 2 to 4 and .debug_types: DWARF 4 section 7.5.1).
 *
 *   32-bit DWARF   unit_length u32                    offsets are u32
 *   64-bit DWARF   0xffffffff u32, unit_length u64    offsets are u64
 *
 *   version 2-4    version u16  debug_abbrev_offset  address_size u8
 *                  in .debug_types also  type_signature u64  type_offset
 *   version 5      version u16  unit_type u8  address_size u8  debug_abbrev_offset
 *                  unit types type, split_type: type_signature u64  type_offset;  skeleton, split_compile: dwo_id u64
 *
 * unit_length counts the bytes after itself.
 */
import type { ParseErrorCode } from '../errors.ts';
import { UT } from './constants.ts';
import type { Encoding } from './form.ts';

export interface UnitHeader extends Encoding {
  /** DW_UT_*; versions below 5 do not say and get compile (or type in .debug_types). */
  readonly unitType: number;
  readonly abbrevOffset: number;
  /** Bytes of the header: where the root DIE is, counted from the start of the unit. */
  readonly headerSize: number;
}

/** Why a header cannot be used; the caller knows the unit's name and place. */
export class HeaderProblem extends Error {
  readonly code: ParseErrorCode;

  constructor(code: ParseErrorCode, problem: string) {
    super(problem);
    this.code = code;
  }
}

/** What unit_length takes and says: the whole size of the unit, 0 when the value is one of those kept for later. */
export interface UnitLength {
  readonly offsetSize: 4 | 8;
  readonly size: number;
}

/** The first 12 bytes (fewer where the section ends) of a unit. */
export function readUnitLength(view: DataView, at: number, littleEndian: boolean): UnitLength | undefined {
  if (view.byteLength - at < 4) return undefined;
  const length = view.getUint32(at, littleEndian);
  if (length < 0xffff_fff0) return { offsetSize: 4, size: length + 4 };
  if (length !== 0xffff_ffff) return { offsetSize: 4, size: 0 };
  if (view.byteLength - at < 12) return undefined;
  return { offsetSize: 8, size: readU64(view, at + 4, littleEndian) + 12 };
}

/** A 64-bit value as a number: exact up to 2^53, and past that still too large for every range check. */
export function readU64(view: DataView, at: number, littleEndian: boolean): number {
  const first = view.getUint32(at, littleEndian);
  const second = view.getUint32(at + 4, littleEndian);
  return littleEndian ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}

/**
 * The header of the unit that takes bytes `start` to `end` of `view`.
 * @throws HeaderProblem
 */
export function readUnitHeader(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  inTypes: boolean,
): UnitHeader {
  const offsetSize = view.getUint32(start, littleEndian) === 0xffff_ffff ? 8 : 4;
  const at = start + (offsetSize === 8 ? 12 : 4);
  need(end - at, 2);
  const version = view.getUint16(at, littleEndian);
  if (version < 2 || version > 5) {
    throw new HeaderProblem('unsupported', `DWARF version ${version}, and versions 2 to 5 are known`);
  }
  const inHeader = version === 5;
  need(end - at, (inHeader ? 4 : 3) + offsetSize);
  const unitType = inHeader ? view.getUint8(at + 2) : inTypes ? UT.type : UT.compile;
  const addressSize = view.getUint8(inHeader ? at + 3 : at + 2 + offsetSize);
  const abbrevAt = inHeader ? at + 4 : at + 2;
  const abbrevOffset =
    offsetSize === 8 ? readU64(view, abbrevAt, littleEndian) : view.getUint32(abbrevAt, littleEndian);
  if (addressSize !== 4 && addressSize !== 8) {
    throw new HeaderProblem('unsupported', `addresses of ${addressSize} bytes, and 4 and 8 are known`);
  }
  const headerSize = at - start + (inHeader ? 4 : 3) + offsetSize + extraBytes(unitType, offsetSize);
  need(end - start, headerSize);
  return { version, offsetSize, addressSize, unitType, abbrevOffset, headerSize };
}

/** What follows the fields that all unit types share. */
function extraBytes(unitType: number, offsetSize: number): number {
  switch (unitType) {
    case UT.compile:
    case UT.partial:
      return 0;
    case UT.type:
    case UT.split_type:
      return 8 + offsetSize;
    case UT.skeleton:
    case UT.split_compile:
      return 8;
    default:
      throw new HeaderProblem('bad-header', `unit type 0x${unitType.toString(16)} is none of DWARF 5's`);
  }
}

function need(left: number, bytes: number): void {
  if (left < bytes) throw new HeaderProblem('truncated', 'the unit is shorter than its header');
}

/** "unit at .debug_info+0x1234", the way every message names one. */
export const describeUnit = (section: string, offset: number): string => `unit at ${section}+0x${offset.toString(16)}`;
