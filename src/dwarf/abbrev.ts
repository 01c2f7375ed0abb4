/**
 * An abbreviation table (DWARF 5 section 7.5.3), compiled to what a walk over DIEs does with each code.
 *
 *   table         declaration … 0
 *   declaration   code uleb  tag uleb  DW_CHILDREN u8  (attribute uleb  form uleb [implicit_const: value sleb]) …  0 0
 *
 * A kernel has 13 million DIEs and the encoder asks about one in twenty, so nearly all of the time goes into stepping
 * over attributes. `plan[code]` says how in one word:
 *
 *   bits 0-3   STEP: what kind of DIE this is to the walk
 *   bit  4     it has children
 *   bits 5-30  bytes of its attributes, where they have a known size (STEP.leafString: see there)
 *
 * For the DIEs that are asked about, and those of which an attribute says its own length, `program[code]` is where in
 * `instructions` (instructions.ts) the stepping is spelled out.
 */
import { FORM, TAG } from './constants.ts';
import { type Encoding, formSize, formSizes, SIZE } from './form.ts';
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

// Plain constants: see scan.ts.
const { leaf, leafString, leafProgram, param, rare } = STEP;

/** A code below this is its own row of the arrays; larger ones (no producer is known to use them) go through a map. */
export const directCodes = 1 << 16;
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
interface Shape {
  /** Bytes of its attributes, -1 when one says its own length. */
  fixed: number;
  /** Bytes after a first attribute of DW_FORM_string, -1 when it does not start so or has another of unknown size. */
  afterString: number;
  /** Position among the attributes of a DW_AT_sibling of form ref4, -1 where there is none or it is another. */
  sibling: number;
  /** The slots that it has an attribute for. */
  has: number;
}

/** The compiled form of one table; {@link AbbrevTable.load} fills it again for the next unit. */
export class AbbrevTable {
  /** By row, which is the code (see {@link directCodes}); at least 128 long, so that a code of one byte is inside. */
  plan = new Int32Array(128).fill(STEP.missing);
  program = new Int32Array(128);
  tag = new Uint16Array(128);
  sibling = new Int32Array(128);
  /** Bits of the slots (instructions.ts) that a DIE of this row has a value for. */
  has = new Int32Array(128);
  readonly instructions = new Instructions();
  /** What stopped the reading of the table, if not its end: the reason why a code is missing. */
  problem: string | undefined;
  readonly #bytes: Uint8Array;
  readonly #large = new Map<number, number>();
  readonly #shape: Shape = { fixed: 0, afterString: 0, sibling: 0, has: 0 };
  readonly #reader = new LebReader();
  #rows = 0;
  #loadedOffset = -1;
  #loadedSizes: Int8Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Compile the table at `offset` for units of this encoding. Units may share one: it is then kept. */
  load(offset: number, encoding: Encoding): void {
    const sizes = formSizes(encoding);
    if (offset === this.#loadedOffset && sizes === this.#loadedSizes) return;
    this.#loadedOffset = offset;
    this.#loadedSizes = sizes;
    this.plan.fill(STEP.missing, 0, this.#rows);
    this.#rows = 0;
    this.#large.clear();
    this.instructions.clear();
    this.problem = undefined;
    if (offset >= this.#bytes.length) {
      this.problem = `the table's offset 0x${offset.toString(16)} is past the end of .debug_abbrev`;
      return;
    }
    const reader = this.#reader.at(this.#bytes, offset);
    while (this.#declaration(reader, encoding, sizes));
  }

  /** The row for any code, -1 when it is not declared. */
  rowOf(code: number): number {
    const row = code < directCodes ? code : (this.#large.get(code) ?? -1);
    return row >= 0 && row < this.#rows && this.plan[row] !== STEP.missing ? row : -1;
  }

  /** @returns false at the end of the table */
  #declaration(reader: LebReader, encoding: Encoding, sizes: Int8Array): boolean {
    const code = reader.unsigned();
    if (code === 0 && reader.position <= this.#bytes.length) return false;
    const tag = reader.unsigned();
    const children = reader.u8() !== 0;
    const from = this.instructions.length;
    const complete = this.#attributes(reader, wantedBy(tag), encoding, sizes);
    // Past the end every byte reads as 0, which also ends the attributes.
    if (reader.position > this.#bytes.length) this.problem = 'the table has no end';
    else if (!complete || Number.isNaN(code + tag)) this.problem = 'the table has a number of more than ten bytes';
    if (this.problem !== undefined) return false;
    this.#declare(code, tag, children, from);
    return true;
  }

  /** Reads to the end of the attributes, into instructions and `#shape`. @returns false when a number is overlong */
  #attributes(reader: LebReader, wanted: number, encoding: Encoding, sizes: Int8Array): boolean {
    const shape = this.#shape;
    const instructions = this.instructions;
    shape.fixed = 0;
    shape.afterString = -1;
    shape.sibling = -1;
    shape.has = 0;
    for (let first = true; ; first = false) {
      const attribute = reader.unsigned();
      const form = reader.unsigned();
      if (attribute === 0 && form === 0) break;
      // The constant belongs to the declaration, whether or not anyone asks for it.
      const constant = form === FORM.implicit_const ? reader.signed32() : 0;
      if (Number.isNaN(attribute + form + constant)) return false;
      const size = form < sizes.length ? (sizes[form] as number) : formSize(form, encoding);
      const slot = slotOf(attribute);
      // An attribute given twice counts once, the first time.
      const asked = (wanted & ~shape.has & slotBit(slot)) !== 0;
      if (asked) {
        shape.has |= slotBit(slot);
        instructions.ask(slot, form, constant, encoding);
      }
      if (size >= 0) {
        if (form === FORM.ref4 && slot === SLOT.sibling && asked) shape.sibling = shape.fixed;
        instructions.skip(size);
        if (shape.fixed >= 0) shape.fixed += size;
        if (shape.afterString >= 0) shape.afterString += size;
      } else {
        instructions.skipVariable(size, form, asked ? slot : -1);
        shape.afterString = first && size === SIZE.string ? 0 : -1;
        shape.fixed = -1;
      }
    }
    instructions.end();
    return true;
  }

  #declare(code: number, tag: number, children: boolean, from: number): void {
    const { fixed, afterString, sibling, has } = this.#shape;
    const row = this.#rowFor(code);
    // A code declared twice keeps its first declaration.
    if (row < 0) return;
    let step = stepOf(tag, children);
    let size = fixed;
    if (fixed < 0 || fixed >= maxPlanSize) {
      size = 0;
      if (step === leaf && afterString >= 0 && afterString < maxPlanSize) {
        step = leafString;
        size = afterString;
      } else if (step === leaf) step = leafProgram;
      else if (step <= param) step = rare;
    } else if (step < leaf && sibling < 0 && (has & slotBit(SLOT.sibling)) !== 0) step = rare;
    this.plan[row] = step | (children ? hasChildren : 0) | (size << sizeShift);
    this.program[row] = from;
    this.tag[row] = Math.min(tag, 0xffff);
    this.sibling[row] = sibling;
    this.has[row] = has;
    if (step <= leafString && !isRoot(tag)) this.instructions.length = from;
  }

  /** A free row for a code that is not declared yet, -1 when it is. */
  #rowFor(code: number): number {
    if (this.rowOf(code) >= 0) return -1;
    const row = code < directCodes ? code : directCodes + this.#large.size;
    if (row >= this.plan.length) this.#grow(row + 1);
    if (row >= directCodes) this.#large.set(code, row);
    this.#rows = Math.max(this.#rows, row + 1);
    return row;
  }

  #grow(rows: number): void {
    const length = Math.max(rows, this.plan.length * 2);
    const used = this.plan.length;
    const plan = new Int32Array(length).fill(STEP.missing, used);
    plan.set(this.plan);
    this.plan = plan;
    this.program = copied(this.program, new Int32Array(length));
    this.tag = copied(this.tag, new Uint16Array(length));
    this.sibling = copied(this.sibling, new Int32Array(length));
    this.has = copied(this.has, new Int32Array(length));
  }
}

function copied<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
