/**
 * Steps over the attributes of one DIE by its instructions, and leaves the values that they take in `value`: names as
 * NameRefs, references as DieRefs, the rest as numbers. Nothing is allocated for a DIE.
 *
 * Positions are those of the bytes at hand, which may hold several units.
 */
import { ParseError, type ParseErrorCode } from '../errors.ts';
import { FORM } from './constants.ts';
import type { ForeignRefs } from './foreign-refs.ts';
import { type Encoding, formSize, SIZE } from './form.ts';
import { lastReference, noSlot, OP, opMask, opShift, SLOT, slotCount } from './instructions.ts';
import { LebReader, maxLebBytes } from './leb128.ts';
import type { NameSource } from './name-source.ts';
import { readU64, type UnitHeader } from './unit-header.ts';

/** The unit that a cursor is in. */
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

// Plain constants: see walk.ts.
const { skip, strp, ref4, end: endOfAttributes } = OP;
const noEncoding: Encoding = { version: 4, offsetSize: 4, addressSize: 8 };

export class DieCursor {
  /** By SLOT; holds what the last DIE that had the attribute said. */
  readonly value = new Uint32Array(slotCount);
  readonly littleEndian: boolean;
  readonly #names: NameSource;
  readonly #foreign: ForeignRefs;
  readonly #leb = new LebReader();
  #unit: UnitBytes | undefined;
  #encoding = noEncoding;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #start = 0;
  #end = 0;
  #base = 0;
  /** Until the root DIE has been read, a name by index reads as none. */
  #basesKnown = false;
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
    this.#start = unit.start;
    this.#end = unit.end;
    this.#base = unit.base;
    this.#basesKnown = false;
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

  /**
   * Step over attributes from `at`, taking what the instructions ask for.
   * @param from where in `words` the instructions start
   * @returns the position after the attributes; past the unit's end when they do not fit
   */
  run(words: Int32Array, from: number, at: number): number {
    const end = this.#end;
    let p = at;
    for (let i = from; p <= end; i++) {
      const word = words[i] as number;
      const argument = word >>> opShift;
      const op = word & opMask;
      if (op === skip) p += argument;
      else if (op === strp) {
        if (p + 4 <= end) this.value[argument] = this.#str(this.#view.getUint32(p, this.littleEndian), p);
      } else if (op === ref4) {
        if (p + 4 <= end) this.value[argument] = this.#inUnit(this.#view.getUint32(p, this.littleEndian));
      } else if (op === endOfAttributes) return p;
      else p = this.#other(op, argument, p);
    }
    return p;
  }

  /** The instructions that are not in every second DIE. @returns the position after them */
  #other(op: number, argument: number, at: number): number {
    switch (op) {
      case OP.take:
        this.#take(argument & opMask, argument >>> 4, at);
        return at;
      case OP.constant:
        this.value[argument & opMask] = argument >>> 4;
        return at;
      case OP.leb:
        return this.#skipLeb(at);
      case OP.string:
        return this.#skipString(at);
      case OP.indirect:
        return this.#indirect(argument, at);
      case OP.unknown:
        throw this.problem('unsupported', at, `an attribute has the unknown form 0x${argument.toString(16)}`);
      default:
        return this.#skipBlock(op, at);
    }
  }

  /** An error about the bytes at a position. */
  problem(code: ParseErrorCode, at: number, problem: string): ParseError {
    const unit = this.#unit;
    const offset = (unit?.offset ?? 0) + at - this.#start;
    const structure = `DIE at ${unit?.section ?? '.debug_info'}+0x${offset.toString(16)}`;
    return new ParseError({ code, structure, offset: unit?.fileOffset(offset), problem });
  }

  #take(slot: number, form: number, at: number): void {
    const size = formSize(form, this.#encoding);
    // What does not fit is seen by the instruction that steps over it.
    if (size > this.#end - at) return;
    if (slot === SLOT.name) this.value[slot] = this.#name(form, at);
    else if (slot <= lastReference) this.value[slot] = this.#ref(form, at);
    else if (slot === SLOT.lowPc) this.#address(form, at);
    else this.value[slot] = Math.min(this.#number(form, at), 0xffff_ffff);
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
        // strp_sup and GNU_strp_alt are in a file that is not read; no other form is a string.
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
        return inside > 0 && inside < this.#end - this.#start ? inside : this.#foreign.otherUnit(offset);
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
    if (offset > 0 && offset < this.#end - this.#start) return offset + this.#base;
    return this.#foreign.outOfRange(offset);
  }

  /** An address in two halves. One that cannot be had reads as 0, as it does in a relocatable file. */
  #address(form: number, at: number): void {
    const { addressSize } = this.#encoding;
    this.value[SLOT.lowPc] = 0;
    this.value[SLOT.lowPcHigh] = 0;
    if (form === FORM.addr) {
      const little = this.littleEndian;
      const high = little ? at + 4 : at;
      const low = little || addressSize === 4 ? at : at + 4;
      if (addressSize === 8) this.value[SLOT.lowPcHigh] = this.#view.getUint32(high, little);
      this.value[SLOT.lowPc] = this.#view.getUint32(low, little);
    } else if (isAddressIndex(form)) {
      const address = this.#names.address(this.#addrBase + this.#number(form, at) * addressSize, addressSize);
      this.value[SLOT.lowPcHigh] = Number(address >> 32n);
      this.value[SLOT.lowPc] = Number(address & 0xffff_ffffn);
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

  #skipLeb(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let p = at; p < end; p++) {
      if ((bytes[p] as number) < 0x80) return p + 1;
      if (p - at === maxLebBytes - 1) throw this.problem('bad-value', at, 'a LEB128 number has more than ten bytes');
    }
    return end + 1;
  }

  #skipString(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let p = at;
    while (p < end && bytes[p] !== 0) p++;
    return p + 1;
  }

  /** A length, then so many bytes. */
  #skipBlock(op: number, at: number): number {
    const end = this.#end;
    const from = op === OP.block ? this.#skipLeb(at) : at + (op === OP.block1 ? 1 : op === OP.block2 ? 2 : 4);
    if (from > end) return from;
    let length: number;
    if (op === OP.block2) length = this.#view.getUint16(at, this.littleEndian);
    else if (op === OP.block4) length = this.#view.getUint32(at, this.littleEndian);
    else if (from === at + 1) length = this.#bytes[at] as number;
    else length = this.#leb.at(this.#bytes, at).unsigned();
    return length <= end - from ? from + length : end + 1;
  }

  /** DW_FORM_indirect (DWARF 5 section 7.5.3): a form, which may not be indirect again, in front of its value. */
  #indirect(slot: number, at: number): number {
    const p = this.#skipLeb(at);
    if (p > this.#end) return p;
    const form = this.#leb.at(this.#bytes, at).unsigned();
    if (slot !== noSlot) this.#take(slot, form, p);
    const size = form === FORM.implicit_const ? SIZE.unknown : formSize(form, this.#encoding);
    if (size >= 0) return p + size;
    switch (size) {
      case SIZE.leb:
        return this.#skipLeb(p);
      case SIZE.string:
        return this.#skipString(p);
      case SIZE.block1:
        return this.#skipBlock(OP.block1, p);
      case SIZE.block2:
        return this.#skipBlock(OP.block2, p);
      case SIZE.block4:
        return this.#skipBlock(OP.block4, p);
      case SIZE.block:
        return this.#skipBlock(OP.block, p);
      default:
        throw this.problem('unsupported', at, `DW_FORM_indirect is followed by form 0x${form.toString(16)}`);
    }
  }
}

const isAddressIndex = (form: number): boolean =>
  form === FORM.addrx || (form >= FORM.addrx1 && form <= FORM.addrx4) || form === FORM.GNU_addr_index;
