/**
 * Steps over the attributes of one DIE by its instructions; those that are asked for it has decoded on the way
 * (attribute-values.ts). Positions are those of the bytes at hand, which may hold several units.
 */
import type { AttributeValues, UnitBytes } from './attribute-values.ts';
import { FORM } from './constants.ts';
import { type Encoding, formSize, SIZE } from './form.ts';
import { noSlot, OP, opMask, opShift } from './instructions.ts';
import { LebReader, maxLebBytes } from './leb128.ts';

// Plain constants: see scan.ts.
const { skip, strp, ref4, end: endOfAttributes } = OP;

export class DieCursor {
  readonly values: AttributeValues;
  readonly #leb = new LebReader();
  #encoding: Encoding = { version: 4, offsetSize: 4, addressSize: 8 };
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #end = 0;

  constructor(values: AttributeValues) {
    this.values = values;
  }

  enter(unit: UnitBytes): void {
    this.values.enter(unit);
    this.#encoding = unit.header;
    this.#bytes = unit.bytes;
    this.#view = unit.view;
    this.#end = unit.end;
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
      else if (op === strp) this.values.takeStrp(argument, p);
      else if (op === ref4) this.values.takeRef4(argument, p);
      else if (op === endOfAttributes) return p;
      else p = this.#other(op, argument, p);
    }
    return p;
  }

  /** The instructions that are not in every second DIE. @returns the position after them */
  #other(op: number, argument: number, at: number): number {
    switch (op) {
      case OP.take:
        this.values.take(argument & opMask, argument >>> 4, at);
        return at;
      case OP.constant:
        this.values.slots[argument & opMask] = argument >>> 4;
        return at;
      case OP.leb:
        return this.#skipLeb(at);
      case OP.string:
        return this.#skipString(at);
      case OP.indirect:
        return this.#indirect(argument, at);
      case OP.unknown:
        throw this.values.problem('unsupported', at, `an attribute has the unknown form 0x${argument.toString(16)}`);
      default:
        return this.#skipBlock(op, at);
    }
  }

  #skipLeb(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let p = at; p < end; p++) {
      if ((bytes[p] as number) < 0x80) return p + 1;
      if (p - at === maxLebBytes - 1)
        throw this.values.problem('bad-value', at, 'a LEB128 number has more than ten bytes');
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
    if (op === OP.block2) length = this.#view.getUint16(at, this.values.littleEndian);
    else if (op === OP.block4) length = this.#view.getUint32(at, this.values.littleEndian);
    else if (from === at + 1) length = this.#bytes[at] as number;
    else length = this.#leb.at(this.#bytes, at).unsigned();
    return length <= end - from ? from + length : end + 1;
  }

  /** DW_FORM_indirect (DWARF 5 section 7.5.3): a form, which may not be indirect again, in front of its value. */
  #indirect(slot: number, at: number): number {
    const p = this.#skipLeb(at);
    if (p > this.#end) return p;
    const form = this.#leb.at(this.#bytes, at).unsigned();
    if (slot !== noSlot) this.values.take(slot, form, p);
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
        throw this.values.problem('unsupported', at, `DW_FORM_indirect is followed by form 0x${form.toString(16)}`);
    }
  }
}
