/**
 * How to step over the attributes of one DIE and pick up those that are asked for, as instructions that die-cursor.ts
 * runs: a word each, OP in bits 0-3 and its argument above.
 *
 *   skip n                    step over n bytes
 *   leb, string, block…       step over a value that says its own length
 *   strp slot, ref4 slot      take the value here, as a NameRef or DieRef: the two that GCC writes nearly always
 *   take slot | form << 4     take the value here, whatever its form
 *   constant slot | value << 4   the value stands here (DW_FORM_implicit_const)
 *   indirect slot             a form, then a value of it
 *   unknown form              it cannot be stepped over
 *
 * Taking does not move: the instruction after it does.
 */
import { AT, FORM, TAG } from './constants.ts';
import { type Encoding, SIZE } from './form.ts';

export const OP = {
  end: 0,
  skip: 1,
  strp: 2,
  ref4: 3,
  take: 4,
  constant: 5,
  leb: 6,
  string: 7,
  block1: 8,
  block2: 9,
  block4: 10,
  block: 11,
  indirect: 12,
  unknown: 13,
} as const;
export const opMask = 15;
export const opShift = 4;
/** The slot of an indirect value that nobody asked for. */
export const noSlot = 15;

/** What can be asked of a DIE. The first has a name for value, the next four what they point at, the rest a number. */
export const SLOT = {
  name: 0,
  type: 1,
  abstractOrigin: 2,
  specification: 3,
  sibling: 4,
  /** Lower half; the upper one is in slot lowPcHigh. */
  lowPc: 5,
  inline: 6,
  language: 7,
  strOffsetsBase: 8,
  addrBase: 9,
  declaration: 10,
  external: 11,
  lowPcHigh: 12,
  /** A name as well. */
  dwoName: 13,
} as const;
/** The slots from type to this one are references. */
export const lastReference = SLOT.sibling;
export const slotCount = 16;

export const slotBit = (slot: number): number => (slot < 0 ? 0 : 1 << slot);

const slots = new Map<number, number>([
  [AT.name, SLOT.name],
  [AT.type, SLOT.type],
  [AT.abstract_origin, SLOT.abstractOrigin],
  [AT.specification, SLOT.specification],
  [AT.sibling, SLOT.sibling],
  [AT.low_pc, SLOT.lowPc],
  [AT.inline, SLOT.inline],
  [AT.language, SLOT.language],
  [AT.str_offsets_base, SLOT.strOffsetsBase],
  [AT.addr_base, SLOT.addrBase],
  [AT.dwo_name, SLOT.dwoName],
  [AT.declaration, SLOT.declaration],
  [AT.external, SLOT.external],
]);
const standard = Int8Array.from({ length: 0x80 }, (_, attribute) => slots.get(attribute) ?? -1);

/** The slot of an attribute, -1 for one that nobody asks for. */
export function slotOf(attribute: number): number {
  if (attribute < 0x80) return standard[attribute] as number;
  if (attribute === AT.GNU_dwo_name) return SLOT.dwoName;
  return attribute === AT.GNU_addr_base ? SLOT.addrBase : -1;
}

const bits = (...wanted: readonly number[]): number => wanted.reduce((all, slot) => all | slotBit(slot), 0);
const wantedByRoot = bits(SLOT.name, SLOT.language, SLOT.strOffsetsBase, SLOT.addrBase, SLOT.dwoName);
const wantedByParam = bits(SLOT.name, SLOT.type, SLOT.abstractOrigin, SLOT.sibling);
const wantedByOthers = bits(SLOT.sibling);
const wantedBySubprogram =
  wantedByParam | bits(SLOT.specification, SLOT.lowPc, SLOT.inline, SLOT.declaration, SLOT.external);

/** The slots that are asked of a tag, as bits. */
export function wantedBy(tag: number): number {
  if (tag === TAG.subprogram) return wantedBySubprogram;
  if (tag === TAG.formal_parameter) return wantedByParam;
  return isRoot(tag) ? wantedByRoot : wantedByOthers;
}

/** The tags that a unit's first DIE can have. */
export const isRoot = (tag: number): boolean =>
  tag === TAG.compile_unit || tag === TAG.partial_unit || tag === TAG.type_unit || tag === TAG.skeleton_unit;

/** The instruction for each -SIZE that needs no argument. */
const opOf = [OP.end, OP.leb, OP.string, OP.block1, OP.block2, OP.block4, OP.block];
const maxSkip = 1 << 24;

/** The instructions of one abbreviation table, one declaration after the other. */
export class Instructions {
  words = new Int32Array(64);
  length = 0;
  /** Bytes that the next instruction is to be preceded by a skip of. */
  #pending = 0;

  clear(): void {
    this.length = 0;
    this.#pending = 0;
  }

  ask(slot: number, form: number, constant: number, encoding: Encoding): void {
    // Of these two the presence is asked, and that is the same for every DIE of the declaration.
    if (slot === SLOT.declaration || slot === SLOT.external || form === FORM.indirect) return;
    this.#flush();
    if (form === FORM.implicit_const) {
      // DW_INL_* and DW_LANG_* are unsigned and take 16 bits at most.
      const value = slot === SLOT.dwoName ? 0 : Math.min(constant >>> 0, 0xffff);
      this.#emit(OP.constant | ((slot | (value << 4)) << opShift));
    } else if (form === FORM.strp && slot === SLOT.name && encoding.offsetSize === 4) {
      this.#emit(OP.strp | (slot << opShift));
    } else if (form === FORM.ref4 && slot >= SLOT.type && slot <= lastReference) {
      this.#emit(OP.ref4 | (slot << opShift));
    } else this.#emit(OP.take | ((slot | (Math.min(form, 0xffff) << 4)) << opShift));
  }

  skip(bytes: number): void {
    this.#pending += bytes;
    if (this.#pending >= maxSkip) this.#flush();
  }

  /** @param slot the slot that asked for the value, -1 when none did */
  skipVariable(size: number, form: number, slot: number): void {
    this.#flush();
    if (size === SIZE.indirect) this.#emit(OP.indirect | ((slot < 0 ? noSlot : slot) << opShift));
    else if (size === SIZE.unknown) this.#emit(OP.unknown | (Math.min(form, 0xffff) << opShift));
    else this.#emit(opOf[-size] as number);
  }

  end(): void {
    this.#flush();
    this.#emit(OP.end);
  }

  #flush(): void {
    const bytes = this.#pending;
    this.#pending = 0;
    if (bytes > 0) this.#emit(OP.skip | (bytes << opShift));
  }

  #emit(word: number): void {
    if (this.length === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.length++] = word;
  }
}
