/**
 * The columns of function entries and parameters while they grow, a unit at a time.
 *
 * An entry is appended when its subtree has been walked, after the entries nested in it: pahole's table order. Until
 * then it lies on a stack, and its parameters on another, so that they too end up together and in that order.
 */
import { DieList } from './die-list.ts';
import { entryFlag, inlineShift } from './function-entries.ts';
import { SLOT, slotBit } from './instructions.ts';
import { RowRoom } from './row-room.ts';

interface ParamColumns {
  readonly name: Uint32Array;
  readonly type: Uint32Array;
  /** DieRef of DW_AT_abstract_origin. */
  readonly origin: Uint32Array;
  /** Of a parameter on the stack: its number in `paramDies`. */
  readonly number: Uint32Array;
}

const paramColumns = (length: number): ParamColumns => ({
  name: new Uint32Array(length),
  type: new Uint32Array(length),
  origin: new Uint32Array(length),
  number: new Uint32Array(length),
});

interface EntryColumns {
  readonly die: Uint32Array;
  readonly flags: Uint32Array;
  readonly name: Uint32Array;
  readonly type: Uint32Array;
  readonly origin: Uint32Array;
  /** DieRef of DW_AT_specification where `origin` is an abstract origin: it is asked when that one is not found. */
  readonly specification: Uint32Array;
  readonly lowPcHi: Uint32Array;
  readonly lowPcLo: Uint32Array;
  /** Where the entry's parameters end; of an open entry, where they start on the stack. */
  readonly paramEnd: Uint32Array;
  /** Of an open entry: its number in `entryDies`. */
  readonly number: Uint32Array;
}

const entryColumns = (length: number): EntryColumns => ({
  die: new Uint32Array(length),
  flags: new Uint32Array(length),
  name: new Uint32Array(length),
  type: new Uint32Array(length),
  origin: new Uint32Array(length),
  specification: new Uint32Array(length),
  lowPcHi: new Uint32Array(length),
  lowPcLo: new Uint32Array(length),
  paramEnd: new Uint32Array(length),
  number: new Uint32Array(length),
});

/** The columns of rows that are not going to change. */
export interface RowTable {
  readonly entries: Omit<EntryColumns, 'specification' | 'number'>;
  readonly params: Pick<ParamColumns, 'name' | 'type'>;
}

/** A parameter of a lexical block: listed by no function, but an abstract origin may point at it. */
export interface BlockParam {
  readonly name: number;
  readonly type: number;
}

// Plain constants: see scan.ts.
const { declaration, external, abstractOrigin, specification, ownName, allParamsNamed, vararg, lowPc } = entryFlag;
const inlinePresent = entryFlag.inline;
const { name: nameSlot, type: typeSlot, abstractOrigin: originSlot, specification: specificationSlot } = SLOT;
const { lowPc: lowPcSlot, lowPcHigh: lowPcHighSlot, inline: inlineSlot } = SLOT;
const nameBit = slotBit(SLOT.name);
const typeBit = slotBit(SLOT.type);
const originBit = slotBit(SLOT.abstractOrigin);
const specificationBit = slotBit(SLOT.specification);
const lowPcBit = slotBit(SLOT.lowPc);
const inlineBit = slotBit(SLOT.inline);
const declarationBit = slotBit(SLOT.declaration);
const externalBit = slotBit(SLOT.external);

/** Bytes of a row, those of its DIE's place in a list with it. */
const entryBytes = 48;
const paramBytes = 24;
/** About what a Map takes for a parameter of a block, and how many are paid for at once. */
const blockParamBytes = 128;
const blockParamStep = 1024;

export class FunctionRows {
  count = 0;
  paramCount = 0;
  // Small, so that growing is part of what the compiler sees early: code that it has not seen run costs it a second try.
  entries = entryColumns(32);
  params = paramColumns(32);
  /** The DIEs of the unit at hand, with their rows. */
  readonly entryDies = new DieList();
  readonly paramDies = new DieList();
  /** By unit offset; of the unit at hand. */
  readonly blockParams = new Map<number, BlockParam>();
  /** Whether a name or parameter of the unit at hand is to be taken from elsewhere. */
  needsRecode = false;
  #open = entryColumns(4);
  #openCount = 0;
  #pending = paramColumns(4);
  #pendingCount = 0;
  #blockParamsPaid = 0;
  readonly #room: RowRoom;

  constructor(room = new RowRoom(undefined)) {
    this.#room = room;
  }

  startUnit(): void {
    this.entryDies.clear();
    this.paramDies.clear();
    this.blockParams.clear();
    this.#room.giveBack(this.#blockParamsPaid * blockParamBytes);
    this.#blockParamsPaid = 0;
    this.needsRecode = false;
    this.#openCount = 0;
    this.#pendingCount = 0;
  }

  /** Drop what a damaged unit has appended since there were so many rows. */
  truncate(count: number, paramCount: number): void {
    this.count = count;
    this.paramCount = paramCount;
    this.startUnit();
  }

  /**
   * A subprogram starts; what comes until it is closed is in it.
   * @param has bits of the slots that it has a `value` for
   */
  open(die: number, has: number, value: Uint32Array): void {
    const row = this.#openCount++;
    if (row === this.#open.die.length) this.#open = this.#grownEntries(this.#open);
    const open = this.#open;
    const name = (has & nameBit) !== 0 ? (value[nameSlot] as number) : 0;
    const specificationRef = (has & specificationBit) !== 0 ? (value[specificationSlot] as number) : 0;
    const hasOrigin = (has & originBit) !== 0;
    const hasLowPc = (has & lowPcBit) !== 0;
    if (name === 0 && (has & (originBit | specificationBit)) !== 0) this.needsRecode = true;
    open.die[row] = die;
    open.flags[row] = flagsOf(has, name, value[inlineSlot] as number);
    open.name[row] = name;
    open.type[row] = (has & typeBit) !== 0 ? (value[typeSlot] as number) : 0;
    open.origin[row] = hasOrigin ? (value[originSlot] as number) : specificationRef;
    open.specification[row] = hasOrigin ? specificationRef : 0;
    open.lowPcHi[row] = hasLowPc ? (value[lowPcHighSlot] as number) : 0;
    open.lowPcLo[row] = hasLowPc ? (value[lowPcSlot] as number) : 0;
    open.paramEnd[row] = this.#pendingCount;
    open.number[row] = this.entryDies.add(die);
  }

  /** The innermost open subprogram has a `...`. */
  vararg(): void {
    const row = this.#openCount - 1;
    this.#open.flags[row] = (this.#open.flags[row] as number) | vararg;
  }

  /** The innermost open subprogram ends: append it. */
  close(): void {
    const from = --this.#openCount;
    const row = this.count++;
    if (row === this.entries.die.length) this.entries = this.#grownEntries(this.entries);
    const open = this.#open;
    const entries = this.entries;
    const allNamed = this.#takeParams(open.paramEnd[from] as number);
    entries.die[row] = open.die[from] as number;
    entries.flags[row] = (open.flags[from] as number) | allNamed;
    entries.name[row] = open.name[from] as number;
    entries.type[row] = open.type[from] as number;
    entries.origin[row] = open.origin[from] as number;
    entries.specification[row] = open.specification[from] as number;
    entries.lowPcHi[row] = open.lowPcHi[from] as number;
    entries.lowPcLo[row] = open.lowPcLo[from] as number;
    entries.paramEnd[row] = this.paramCount;
    this.entryDies.setRow(open.number[from] as number, row);
  }

  /** A parameter of the innermost open subprogram. */
  param(die: number, has: number, value: Uint32Array): void {
    const row = this.#pendingCount++;
    if (row === this.#pending.name.length) this.#pending = this.#grownParams(this.#pending, row * 2);
    const pending = this.#pending;
    pending.name[row] = (has & nameBit) !== 0 ? (value[nameSlot] as number) : 0;
    pending.type[row] = (has & typeBit) !== 0 ? (value[typeSlot] as number) : 0;
    pending.origin[row] = (has & originBit) !== 0 ? (value[originSlot] as number) : 0;
    pending.number[row] = this.paramDies.add(die);
  }

  /** A parameter in a lexical block. */
  blockParam(die: number, has: number, value: Uint32Array): void {
    if (this.blockParams.size === this.#blockParamsPaid) {
      this.#room.take(blockParamStep * blockParamBytes);
      this.#blockParamsPaid += blockParamStep;
    }
    const name = (has & nameBit) !== 0 ? (value[nameSlot] as number) : 0;
    const type = (has & typeBit) !== 0 ? (value[typeSlot] as number) : 0;
    this.blockParams.set(die, { name, type });
  }

  /** Move the parameters from `first` of the stack on to the columns. @returns the flag that all of them have a name */
  #takeParams(first: number): number {
    const pending = this.#pending;
    const added = this.#pendingCount - first;
    if (this.paramCount + added > this.params.name.length) {
      this.params = this.#grownParams(this.params, Math.max(this.params.name.length * 2, this.paramCount + added));
    }
    const params = this.params;
    let to = this.paramCount;
    let allNamed: number = allParamsNamed;
    for (let from = first; from < first + added; from++, to++) {
      const name = pending.name[from] as number;
      const type = pending.type[from] as number;
      const origin = pending.origin[from] as number;
      if (name === 0) allNamed = 0;
      if (type === 0 && origin !== 0) this.needsRecode = true;
      params.name[to] = name;
      params.type[to] = type;
      params.origin[to] = origin;
      this.paramDies.setRow(pending.number[from] as number, to);
    }
    this.paramCount = to;
    this.#pendingCount = first;
    return allNamed;
  }

  #grownEntries(from: EntryColumns): EntryColumns {
    const { length } = from.die;
    this.#room.take(length * entryBytes);
    return copyColumns(from, entryColumns(length * 2));
  }

  #grownParams(from: ParamColumns, length: number): ParamColumns {
    this.#room.take((length - from.name.length) * paramBytes);
    return copyColumns(from, paramColumns(length));
  }
}

function flagsOf(has: number, name: number, inline: number): number {
  return (
    (name !== 0 ? ownName : 0) |
    ((has & declarationBit) !== 0 ? declaration : 0) |
    ((has & externalBit) !== 0 ? external : 0) |
    ((has & originBit) !== 0 ? abstractOrigin : 0) |
    ((has & specificationBit) !== 0 ? specification : 0) |
    ((has & lowPcBit) !== 0 ? lowPc : 0) |
    ((has & inlineBit) !== 0 ? inlinePresent | (Math.min(inline, 3) << inlineShift) : 0)
  );
}

function copyColumns<T extends { readonly [K in keyof T]: Uint32Array }>(from: T, to: T): T {
  for (const key of Object.keys(from) as (keyof T)[]) to[key].set(from[key]);
  return to;
}
