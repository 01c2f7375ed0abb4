/**
 * The three small numbers that columns hold instead of objects: where a DIE is, what a DIE points at, what it is called.
 *
 *   UnitOffset   byte position counted from the first byte of the unit's header (DWARF 5 section 7.5.1)
 *
 *   DieRef       0                  the attribute is not there (offset 0 is the unit header, never a DIE)
 *                1 .. 0x7fffffff    a UnitOffset of the same unit
 *                0x80000000 | row   a row of FunctionEntries.foreign: another unit, a type signature, another file
 *
 *   NameRef      0                  no name: no attribute, an empty string, or a string that cannot be had
 *                1 .. 0x7fffffff    .debug_str offset + 1
 *                0x80000000 | off   .debug_line_str
 *                0xc0000000 | off   a string that stood in .debug_info itself (DW_FORM_string), kept in a pool
 */
import { type DebugInfoOffset, debugInfoOffset } from '../units.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A byte position in one unit, counted from its header. */
export type UnitOffset = Brand<number, 'UnitOffset'>;
/** What an attribute of class reference points at; see the drawing above. */
export type DieRef = Brand<number, 'DieRef'>;
/** Where a name's bytes are; equal refs are equal names, but one name may have several refs. */
export type NameRef = Brand<number, 'NameRef'>;

export const unitOffset = (value: number): UnitOffset => value as UnitOffset;
export const dieRef = (value: number): DieRef => value as DieRef;
export const nameRef = (value: number): NameRef => value as NameRef;

export const noRef = 0 as DieRef;
export const noName = 0 as NameRef;

/** Units of 2 GiB or more are not read: their offsets would not fit a {@link DieRef}. */
export const maxUnitOffset = 0x7fff_ffff;

/** The position in the section of a DIE whose unit starts at `unit`. */
export function toDebugInfoOffset(unit: DebugInfoOffset, offset: UnitOffset): DebugInfoOffset {
  return debugInfoOffset(unit + offset);
}

/** The row of FunctionEntries.foreign that a ref stands for; -1 for a ref inside its unit, or none. */
export function foreignRow(ref: DieRef): number {
  return ref > maxUnitOffset ? ref - 0x8000_0000 : -1;
}
