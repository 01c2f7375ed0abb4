/**
 * What an abbreviation declaration (DWARF 5 section 7.5.3) means to a walk over DIEs, apart from its code.
 *
 *   declaration   code uleb   | tag uleb  DW_CHILDREN u8  (attribute uleb  form uleb [implicit_const: value sleb]) …  0 0
 *                             '---- the shape
 *
 * The 2,000 units of a kernel declare a quarter of a million abbreviations of a thousand shapes: each shape is compiled
 * once, and found again by its bytes.
 *
 * A kernel has 13 million DIEs and the encoder asks about one in twenty, so nearly all of the time goes into stepping
 * over attributes. `plan` says how in one word:
 *
 *   bits 0-3   STEP: what kind of DIE this is to the walk
 *   bit  4     it has children
 *   bits 5-30  bytes of its attributes, where they have a known size (STEP.leafString: see there)
 *
 * For the DIEs that are asked about, and those of which an attribute says its own length, `program` is where in
 * `instructions` (instructions.ts) the stepping is spelled out.
 */
import { FORM, TAG } from './constants.ts';
import { type Encoding, formSize, SIZE } from './form.ts';
import { Instructions, isRoot, SLOT, slotBit, slotOf, wantedBy } from './instructions.ts';
import { LebReader } from './leb128.ts';

/** What the walk does with a DIE. The first four are containers of known size, the next two leaves. */
export const STEP = {
  /** Its children are not looked at. */
  skipped: 0,
  /** Its children are looked at: a structure, a namespace, a subroutine type. */
  scope: 1,
  /** Looked at only inside a function. */
  lexicalBlock: 2,
  inlined: 3,
  /** Nothing: step over a known number of bytes. */
  leaf: 4,
  /**
   * Nothing: step over a DW_FORM_string, then a known number of bytes, those of the plan. One member in twelve has a
   * name of up to three letters, and the name comes first.
   */
  leafString: 5,
  /** A formal_parameter of known size without children. */
  param: 6,
  // From here on the attributes are stepped over by instructions.
  subprogram: 7,
  /** A leaf of which an attribute says its own length. */
  leafProgram: 8,
  /** Looked at again by its tag: a container of unknown size, unspecified_parameters, imported_unit. */
  rare: 9,
  /** The table does not declare the code. */
  missing: 15,
} as const;
export const stepMask = 15;
export const hasChildren = 16;
export const sizeShift = 5;

/** Attributes of known size add up to less than this, or they are stepped over by instructions. */
const maxPlanSize = 1 << 20;

function stepOf(tag: number, children: boolean): number {
  if (tag === TAG.subprogram) return STEP.subprogram;
  if (tag === TAG.formal_parameter) return children ? STEP.rare : STEP.param;
  if (tag === TAG.unspecified_parameters || tag === TAG.imported_unit) return STEP.rare;
  return children ? containerStep(tag) : STEP.leaf;
}

/** What the walk does with the children of a tag. */
export function containerStep(tag: number): number {
  switch (tag) {
    case TAG.structure_type:
    case TAG.class_type:
    case TAG.interface_type:
    case TAG.union_type:
    case TAG.namespace:
    case TAG.subroutine_type:
      return STEP.scope;
    case TAG.lexical_block:
      return STEP.lexicalBlock;
    case TAG.inlined_subroutine:
      return STEP.inlined;
    default:
      return STEP.skipped;
  }
}

/** What reading the attributes of a declaration finds out. */
interface Attributes {
  /** Bytes of its attributes, -1 when one says its own length. */
  fixed: number;
  /** Bytes after a first attribute of DW_FORM_string, -1 when it does not start so or has another of unknown size. */
  afterString: number;
  /** Position among the attributes of a DW_AT_sibling of form ref4, -1 where there is none or it is another. */
  sibling: number;
  /** The slots that it has an attribute for. */
  has: number;
}

const implicitConst = FORM.implicit_const;

/** The shapes of one encoding, by number. */
export class AbbrevShapes {
  plan = new Int32Array(16);
  program = new Int32Array(16);
  tag = new Uint16Array(16);
  /** Position among the attributes of a DW_AT_sibling of form ref4, -1 where there is none or it is another. */
  sibling = new Int32Array(16);
  /** Bits of the slots (instructions.ts) that a DIE of this shape has a value for. */
  has = new Int32Array(16);
  readonly instructions = new Instructions();
  /** Where the shape that was last looked up ends. */
  end = 0;
  readonly #bytes: Uint8Array;
  readonly #encoding: Encoding;
  readonly #reader = new LebReader();
  #count = 0;
  /** Where each shape was first seen, and its length. */
  #start = new Int32Array(16);
  #length = new Int32Array(16);
  /** Number + 1 of a shape, 0 where the slot is free; open addressing. */
  #slots = new Int32Array(64);

  constructor(bytes: Uint8Array, encoding: Encoding) {
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  /** Add the tags of all shapes that were met. */
  addTags(to: Set<number>): void {
    for (let shape = 0; shape < this.#count; shape++) to.add(this.tag[shape] as number);
  }

  /** The number of the shape at a position, -1 when the section ends inside it, -2 when a number in it is overlong. */
  at(position: number): number {
    const hash = this.#measure(position);
    if (hash < 0) return -1;
    const length = this.end - position;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const found = (this.#slots[slot] as number) - 1;
      if (found < 0) break;
      if (this.#length[found] === length && this.#equal(this.#start[found] as number, position)) return found;
      slot = (slot + 1) & mask;
    }
    const number = this.#compile(position);
    if (number < 0) return -2;
    this.#start[number] = position;
    this.#length[number] = length;
    this.#slots[slot] = number + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** Finds `end` and a hash of the bytes up to it, -1 when they do not end in the section. */
  #measure(position: number): number {
    const bytes = this.#bytes;
    const limit = bytes.length;
    let hash = 0x811c9dc5;
    let p = position;
    let byte = 0x80;
    // Tag, then DW_CHILDREN.
    for (; byte > 0x7f && p < limit; p++) {
      byte = bytes[p] as number;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (p < limit) hash = Math.imul(hash ^ (bytes[p] as number), 0x01000193);
    p++;
    // An attribute and its form, or the two zeros.
    for (let sum = 1; sum !== 0; ) {
      sum = 0;
      let form = 0;
      for (let part = 0; part < 2; part++) {
        form = 0;
        byte = 0x80;
        for (let shift = 0; byte > 0x7f && p < limit; p++, shift += 7) {
          byte = bytes[p] as number;
          hash = Math.imul(hash ^ byte, 0x01000193);
          if (shift < 28) form |= (byte & 0x7f) << shift;
          sum |= byte & 0x7f;
        }
      }
      if (form === implicitConst) {
        byte = 0x80;
        for (; byte > 0x7f && p < limit; p++) {
          byte = bytes[p] as number;
          hash = Math.imul(hash ^ byte, 0x01000193);
        }
      }
      if (p > limit || (p === limit && (sum !== 0 || byte > 0x7f))) return -1;
    }
    this.end = p;
    return (hash ^ (hash >>> 15)) >>> 1;
  }

  #equal(known: number, position: number): boolean {
    const bytes = this.#bytes;
    const end = this.end;
    for (let p = position, q = known; p < end; p++, q++) if (bytes[p] !== bytes[q]) return false;
    return true;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    const end = this.end;
    for (let number = 0; number < this.#count; number++) {
      let slot = this.#measure(this.#start[number] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
    this.end = end;
  }

  /** @returns its number, -1 when a number in it is overlong */
  #compile(position: number): number {
    const reader = this.#reader.at(this.#bytes, position);
    const tag = reader.unsigned();
    const children = reader.u8() !== 0;
    const from = this.instructions.length;
    const attributes = this.#attributes(reader, wantedBy(tag));
    if (attributes === undefined || Number.isNaN(tag)) {
      this.instructions.length = from;
      return -1;
    }
    const { fixed, afterString, sibling, has } = attributes;
    let step = stepOf(tag, children);
    let size = fixed;
    if (fixed < 0 || fixed >= maxPlanSize) {
      size = 0;
      if (step === STEP.leaf && afterString >= 0 && afterString < maxPlanSize) {
        step = STEP.leafString;
        size = afterString;
      } else if (step === STEP.leaf) step = STEP.leafProgram;
      else if (step <= STEP.param) step = STEP.rare;
    } else if (step < STEP.leaf && sibling < 0 && (has & slotBit(SLOT.sibling)) !== 0) step = STEP.rare;
    if (step <= STEP.leafString && !isRoot(tag)) this.instructions.length = from;
    const number = this.#count++;
    if (number === this.plan.length) this.#grow();
    this.plan[number] = step | (children ? hasChildren : 0) | (size << sizeShift);
    this.program[number] = from;
    this.tag[number] = Math.min(tag, 0xffff);
    this.sibling[number] = sibling;
    this.has[number] = has;
    return number;
  }

  /** Reads to the end of the attributes. @returns undefined when a number is overlong */
  #attributes(reader: LebReader, wanted: number): Attributes | undefined {
    const { instructions } = this;
    const found: Attributes = { fixed: 0, afterString: -1, sibling: -1, has: 0 };
    for (let first = true; ; first = false) {
      const attribute = reader.unsigned();
      const form = reader.unsigned();
      if (attribute === 0 && form === 0) break;
      // The constant belongs to the declaration, whether or not anyone asks for it.
      const constant = form === FORM.implicit_const ? reader.signed32() : 0;
      if (Number.isNaN(attribute + form + constant)) return undefined;
      const size = formSize(form, this.#encoding);
      const slot = slotOf(attribute);
      // An attribute given twice counts once, the first time.
      const asked = (wanted & ~found.has & slotBit(slot)) !== 0;
      if (asked) {
        found.has |= slotBit(slot);
        instructions.ask(slot, form, constant, this.#encoding);
      }
      if (size >= 0) {
        if (form === FORM.ref4 && slot === SLOT.sibling && asked) found.sibling = found.fixed;
        instructions.skip(size);
        if (found.fixed >= 0) found.fixed += size;
        if (found.afterString >= 0) found.afterString += size;
      } else {
        instructions.skipVariable(size, form, asked ? slot : -1);
        found.afterString = first && size === SIZE.string ? 0 : -1;
        found.fixed = -1;
      }
    }
    instructions.end();
    return found;
  }

  #grow(): void {
    const length = this.plan.length * 2;
    this.plan = copied(this.plan, new Int32Array(length));
    this.program = copied(this.program, new Int32Array(length));
    this.tag = copied(this.tag, new Uint16Array(length));
    this.sibling = copied(this.sibling, new Int32Array(length));
    this.has = copied(this.has, new Int32Array(length));
    this.#start = copied(this.#start, new Int32Array(length));
    this.#length = copied(this.#length, new Int32Array(length));
  }
}

function copied<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
