/**
 * What the attributes of a DIE say, decoded into one slot each: names as NameRefs, references as DieRefs, the rest as
 * numbers (DWARF 5 section 7.5.5 tells which forms a class has). Nothing is allocated for a value.
 */
import { ParseError, type ParseErrorCode } from '../errors.ts';
import { FORM } from './constants.ts';
import type { ForeignRefs } from './foreign-refs.ts';
import { type Encoding, formSize, SIZE } from './form.ts';
import { lastReference, SLOT, slotCount } from './instructions.ts';
import { LebReader } from './leb128.ts';
import type { NameSource } from './name-source.ts';
import { readU64, type UnitHeader } from './unit-header.ts';

/** A unit, in the bytes that were fetched for it. */
export interface UnitBytes {
  readonly header: UnitHeader;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the unit starts and ends in `bytes`. */
  readonly start: number;
  readonly end: number;
  /** Position of the unit in its section. */
  readonly offset: number;
  /** Added to the unit's own offsets: 0, or in the pseudo-unit of .debug_types the unit's place in that section. */
  readonly base: number;
  readonly section: '.debug_info' | '.debug_types';
  /** Where a position of the section lies in the file, where it does. */
  readonly fileOffset: (offset: number) => number | undefined;
}

const noEncoding: Encoding = { version: 4, offsetSize: 4, addressSize: 8 };

export class AttributeValues {
  /** By SLOT; holds what the last DIE that had the attribute said. */
  readonly slots = new Uint32Array(slotCount);
  readonly littleEndian: boolean;
  readonly #names: NameSource;
  readonly #foreign: ForeignRefs;
  readonly #leb = new LebReader();
  #unit: UnitBytes | undefined;
  #encoding = noEncoding;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Bytes of the unit, header included. */
  #size = 0;
  #end = 0;
  #base = 0;
  /** Until the root DIE has been read, a name by index reads as none. */
  #basesKnown = false;
  /** Whether a name of the unit is in a supplementary file. */
  namesElsewhere = false;
  #strOffsetsBase = 0;
  #addrBase = 0;

  constructor(littleEndian: boolean, names: NameSource, foreign: ForeignRefs) {
    this.littleEndian = littleEndian;
    this.#names = names;
    this.#foreign = foreign;
  }

  enter(unit: UnitBytes): void {
    this.#unit = unit;
    this.#encoding = unit.header;
    this.#bytes = unit.bytes;
    this.#view = unit.view;
    this.#size = unit.end - unit.start;
    this.#end = unit.end;
    this.#base = unit.base;
    this.#basesKnown = false;
    this.namesElsewhere = false;
  }

  /**
   * Where the unit's own entries start in .debug_str_offsets and .debug_addr, by its root DIE. Where that says nothing
   * they follow the table's header (DWARF 5 sections 7.26 and 7.27); before version 5 it had none.
   */
  setBases(strOffsets: number | undefined, addr: number | undefined): void {
    const { version, offsetSize } = this.#encoding;
    const header = version === 5 ? offsetSize * 2 : 0;
    this.#strOffsetsBase = strOffsets ?? header;
    this.#addrBase = addr ?? header;
    this.#basesKnown = true;
  }

  /** DW_FORM_strp of 32-bit DWARF, of a name: what GCC writes nearly always. */
  takeStrp(slot: number, at: number): void {
    if (at + 4 <= this.#end) this.slots[slot] = this.#str(this.#view.getUint32(at, this.littleEndian), at);
  }

  /** DW_FORM_ref4, of a reference. */
  takeRef4(slot: number, at: number): void {
    if (at + 4 <= this.#end) this.slots[slot] = this.#inUnit(this.#view.getUint32(at, this.littleEndian));
  }

  /** A value of any form. */
  take(slot: number, form: number, at: number): void {
    const size = formSize(form, this.#encoding);
    // What does not fit is seen by the instruction that steps over it.
    if (size > this.#end - at) return;
    if (slot === SLOT.name || slot === SLOT.dwoName) this.slots[slot] = this.#name(form, at);
    else if (slot <= lastReference) this.slots[slot] = this.#ref(form, at);
    else if (slot === SLOT.lowPc) this.#address(form, at);
    else this.slots[slot] = Math.min(this.#number(form, at), 0xffff_ffff);
  }

  /** The string at `at` as a NameRef; 0 when it is empty or not a string that can be had. */
  #name(form: number, at: number): number {
    switch (form) {
      case FORM.string:
        return this.#bytes[at] === 0 ? 0 : this.#names.inline(this.#bytes, at, this.#end);
      case FORM.strp:
        return this.#str(this.#number(form, at), at);
      case FORM.line_strp: {
        const offset = this.#number(form, at);
        const ref = this.#names.lineStr(offset);
        if (ref >= 0) return ref;
        throw this.problem('bad-string', at, `string offset 0x${offset.toString(16)} is outside .debug_line_str`);
      }
      case FORM.strx:
      case FORM.strx1:
      case FORM.strx2:
      case FORM.strx3:
      case FORM.strx4:
      case FORM.GNU_str_index: {
        if (!this.#basesKnown) return 0;
        const index = this.#number(form, at);
        const size = this.#encoding.offsetSize;
        const offset = this.#names.strOffset(this.#strOffsetsBase + index * size, size);
        if (offset >= 0) return this.#str(offset, at);
        throw this.problem('bad-string', at, `string index ${index} is outside .debug_str_offsets`);
      }
      default:
        // Those two are in a file that is not read; no other form is a string.
        if (form === FORM.strp_sup || form === FORM.GNU_strp_alt) this.namesElsewhere = true;
        return 0;
    }
  }

  #str(offset: number, at: number): number {
    const ref = this.#names.str(offset);
    if (ref >= 0) return ref;
    throw this.problem('bad-string', at, `string offset 0x${offset.toString(16)} is outside .debug_str`);
  }

  /** What the reference at `at` points at, as a DieRef. */
  #ref(form: number, at: number): number {
    switch (form) {
      case FORM.ref1:
      case FORM.ref2:
      case FORM.ref4:
      case FORM.ref8:
      case FORM.ref_udata:
        return this.#inUnit(this.#number(form, at));
      case FORM.ref_addr: {
        const offset = this.#number(form, at);
        // It counts in .debug_info, also where it stands in .debug_types.
        const inside = this.#unit?.section === '.debug_info' ? offset - this.#unit.offset : -1;
        return inside > 0 && inside < this.#size ? inside : this.#foreign.otherUnit(offset);
      }
      case FORM.ref_sig8:
        return this.#foreign.signature(this.#view.getBigUint64(at, this.littleEndian));
      case FORM.ref_sup4:
      case FORM.ref_sup8:
      case FORM.GNU_ref_alt:
        return this.#foreign.supplementary(this.#number(form, at));
      default:
        return 0;
    }
  }

  #inUnit(offset: number): number {
    if (offset > 0 && offset < this.#size) return offset + this.#base;
    return this.#foreign.outOfRange(offset);
  }

  /** An address in two halves. One that cannot be had reads as 0, as it does in a relocatable file. */
  #address(form: number, at: number): void {
    const { addressSize } = this.#encoding;
    this.slots[SLOT.lowPc] = 0;
    this.slots[SLOT.lowPcHigh] = 0;
    if (form === FORM.addr) {
      const little = this.littleEndian;
      const high = little ? at + 4 : at;
      const low = little || addressSize === 4 ? at : at + 4;
      if (addressSize === 8) this.slots[SLOT.lowPcHigh] = this.#view.getUint32(high, little);
      this.slots[SLOT.lowPc] = this.#view.getUint32(low, little);
    } else if (isAddressIndex(form)) {
      const address = this.#names.address(this.#addrBase + this.#number(form, at) * addressSize, addressSize);
      this.slots[SLOT.lowPcHigh] = Number(address >> 32n);
      this.slots[SLOT.lowPc] = Number(address & 0xffff_ffffn);
    }
  }

  /** A value of fixed size or a LEB128, unsigned; 0 for a form that is neither. */
  #number(form: number, at: number): number {
    const view = this.#view;
    const little = this.littleEndian;
    switch (formSize(form, this.#encoding)) {
      case 1:
        return view.getUint8(at);
      case 2:
        return view.getUint16(at, little);
      case 3: {
        const [first, second, third] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
        return little ? first | (second << 8) | (third << 16) : (first << 16) | (second << 8) | third;
      }
      case 4:
        return view.getUint32(at, little);
      case 8:
        return readU64(view, at, little);
      case SIZE.leb:
        return this.#leb.at(this.#bytes, at).unsigned();
      default:
        return 0;
    }
  }

  /** An error about the bytes at a position. */
  problem(code: ParseErrorCode, at: number, problem: string): ParseError {
    const unit = this.#unit;
    const offset = (unit?.offset ?? 0) + at - (unit?.start ?? 0);
    const structure = `DIE at ${unit?.section ?? '.debug_info'}+0x${offset.toString(16)}`;
    return new ParseError({ code, structure, offset: unit?.fileOffset(offset), problem });
  }
}

const isAddressIndex = (form: number): boolean =>
  form === FORM.addrx || (form >= FORM.addrx1 && form <= FORM.addrx4) || form === FORM.GNU_addr_index;
