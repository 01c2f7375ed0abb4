/**
 * What an encoder asks of the DWARF of a kernel, as columns: a row per unit, per function entry, per parameter.
 *
 *   units    row u   in the order in which pahole takes them: all of .debug_types as one pseudo-unit first, then the
 *                    units of .debug_info in file order
 *   entries  rows    units.firstEntry[u] <= e < units.firstEntry[u + 1]: the DW_TAG_subprogram DIEs of unit u in the
 *                    order of pahole's function table, where an entry follows the entries nested in it (post-order)
 *   params   rows    firstParam[e] <= p < firstParam[e + 1]: the DW_TAG_formal_parameter children of entry e, in order
 *
 * A kernel has a quarter of a million entries, so nothing here is an object per row: rows are decoded when shown.
 * Names and references are refs.ts's NameRef and DieRef. Names are as after pahole's recode pass: a missing one is
 * taken from the abstract origin or specification where pahole's one-level rule finds it in the same unit.
 */
import { type U64Column, u64At } from '../bytes/columns.ts';
import type { ParseErrorDetails } from '../errors.ts';
import { type DebugInfoOffset, debugInfoOffset, type Vaddr, vaddr } from '../units.ts';
import type { NameTable } from './name-table.ts';
import { type DieRef, dieRef, type NameRef, nameRef, toDebugInfoOffset, type UnitOffset, unitOffset } from './refs.ts';

/**
 * - ok: a compile_unit or type_unit, read to its end
 * - partial: its root is a partial_unit, which pahole takes as empty; no entries
 * - unsupported-root: another root (a skeleton_unit, say), where pahole's loading stops; no entries
 * - damaged: cannot be read to its end: its entries are dropped, `problems` says why; the units after it are read
 * - imports-unit: a DW_TAG_imported_unit was met where pahole looks at tags: loading stops in pahole 1.20. The unit was
 *   read to its end and its entries are here all the same, for encoders that go on.
 */
export type UnitState = 'ok' | 'partial' | 'unsupported-root' | 'damaged' | 'imports-unit';
/** units.state[u] is an index into this. */
export const unitStates: readonly UnitState[] = ['ok', 'partial', 'unsupported-root', 'damaged', 'imports-unit'];

/** Per unit; `count` rows. */
export interface UnitColumns {
  readonly count: number;
  /** 1 when row 0 is the pseudo-unit made of .debug_types (its offsets are positions in that section), else 0. */
  readonly typesUnits: 0 | 1;
  /** DebugInfoOffset of the header. */
  readonly offset: Float64Array;
  /** Bytes, header included. */
  readonly size: Float64Array;
  /** 2 to 5; 0 where the header cannot be read, and for an empty pseudo-unit. */
  readonly version: Uint8Array;
  /** DW_TAG_* of the root; 0 where it cannot be read. */
  readonly rootTag: Uint16Array;
  /** DW_AT_language; 0 when absent. */
  readonly language: Uint16Array;
  /** NameRef of the root's DW_AT_name. */
  readonly name: Uint32Array;
  /** Index into {@link unitStates}. */
  readonly state: Uint8Array;
  /** `count + 1` rows. */
  readonly firstEntry: Uint32Array;
}

/** Bits of `FunctionEntries.flags`. The first four are the mere presence of the attribute on this very DIE. */
export const entryFlag = {
  declaration: 1 << 0,
  external: 1 << 1,
  abstractOrigin: 1 << 2,
  specification: 1 << 3,
  /** `name` is this DIE's own; without it a name other than noName came from the origin or specification. */
  ownName: 1 << 4,
  /** Every parameter has a name after the recode pass; also set when there are none. */
  allParamsNamed: 1 << 5,
  /** Has a DW_TAG_unspecified_parameters child. */
  vararg: 1 << 6,
  lowPc: 1 << 7,
  /** DW_AT_inline is present; its value is in the bits at {@link inlineShift}. */
  inline: 1 << 8,
} as const;
/** DW_INL_* (0 to 3; a value past 3 reads as 3) is `(flags >> inlineShift) & 3`. */
export const inlineShift = 9;

/** What a DieRef outside its unit points at: index into this from `foreign.kind`. */
export const foreignKinds = ['other-unit', 'type-signature', 'supplementary-file', 'out-of-range'] as const;
export type ForeignKind = (typeof foreignKinds)[number];

/** The references that leave their unit: a row each. `value`: section offset, signature or whatever was encoded. */
export interface ForeignColumns {
  readonly kind: Uint8Array;
  readonly value: BigUint64Array;
}

export interface FunctionEntries {
  readonly units: UnitColumns;
  /**
   * Unit row → what is wrong with it: for each damaged unit, and where an imports-unit one has the imported_unit. Of one
   * that is ok, or has an unsupported root, that its DIEs or names are in another file.
   */
  readonly problems: ReadonlyMap<number, ParseErrorDetails>;

  /** Number of entries. */
  readonly count: number;
  /** UnitOffset of the DIE; {@link entryOffset} makes it a position in the section. */
  readonly die: Uint32Array;
  /** {@link entryFlag} bits. */
  readonly flags: Uint16Array;
  /** NameRef after the recode pass. */
  readonly name: Uint32Array;
  /** DieRef of this DIE's own DW_AT_type, the return type; 0 is void. Not inherited from the origin. */
  readonly type: Uint32Array;
  /** DieRef of DW_AT_abstract_origin if present, else of DW_AT_specification, else 0. */
  readonly origin: Uint32Array;
  /** DW_AT_low_pc where flag lowPc is set; an index that .debug_addr does not have reads as 0. */
  readonly lowPc: U64Column;
  /** `count + 1` rows: the parameters of entry e are firstParam[e] .. firstParam[e + 1]. */
  readonly firstParam: Uint32Array;

  /** NameRef of each parameter, after the recode pass. */
  readonly paramName: Uint32Array;
  /** DieRef of each parameter's type, after the recode pass. */
  readonly paramType: Uint32Array;

  readonly foreign: ForeignColumns;
  /** DW_TAG_* that the abbreviation tables of all units declare: no DIE has another, if no unit is damaged. */
  readonly declaredTags?: ReadonlySet<number>;
  /** Turns a NameRef into text, and columns of NameRefs into dense ids. */
  readonly names: NameTable;
}

export function unitState(entries: FunctionEntries, unit: number): UnitState {
  return unitStates[entries.units.state[unit] ?? 0] ?? 'ok';
}

export function unitName(entries: FunctionEntries, unit: number): string | undefined {
  return entries.names.text(nameRef(entries.units.name[unit] ?? 0));
}

/** The unit that entry row `entry` belongs to. */
export function unitOfEntry(entries: FunctionEntries, entry: number): number {
  const first = entries.units.firstEntry;
  let low = 0;
  let high = entries.units.count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((first[middle] as number) <= entry) low = middle;
    else high = middle;
  }
  return low;
}

/** Where the entry's DIE is, counted from the start of .debug_info (of .debug_types in the pseudo-unit). */
export function entryOffset(entries: FunctionEntries, entry: number): DebugInfoOffset {
  const unit = debugInfoOffset(entries.units.offset[unitOfEntry(entries, entry)] ?? 0);
  return toDebugInfoOffset(unit, entryUnitOffset(entries, entry));
}

export function entryUnitOffset(entries: FunctionEntries, entry: number): UnitOffset {
  return unitOffset(entries.die[entry] ?? 0);
}

export function entryNameRef(entries: FunctionEntries, entry: number): NameRef {
  return nameRef(entries.name[entry] ?? 0);
}

/** The function's name after the recode pass, undefined when there is none. */
export function entryName(entries: FunctionEntries, entry: number): string | undefined {
  return entries.names.text(entryNameRef(entries, entry));
}

export function entryHas(entries: FunctionEntries, entry: number, flag: keyof typeof entryFlag): boolean {
  return ((entries.flags[entry] ?? 0) & entryFlag[flag]) !== 0;
}

export function entryLowPc(entries: FunctionEntries, entry: number): Vaddr | undefined {
  return entryHas(entries, entry, 'lowPc') ? vaddr(u64At(entries.lowPc, entry)) : undefined;
}

/** DW_INL_* of the entry, undefined without DW_AT_inline. */
export function entryInline(entries: FunctionEntries, entry: number): number | undefined {
  return entryHas(entries, entry, 'inline') ? ((entries.flags[entry] ?? 0) >> inlineShift) & 3 : undefined;
}

/** How many parameters are listed; the `...` of a vararg function is not one of them. */
export function paramCount(entries: FunctionEntries, entry: number): number {
  return (entries.firstParam[entry + 1] ?? 0) - (entries.firstParam[entry] ?? 0);
}

/** Position of the first parameter without a name, -1 when all have one. */
export function firstUnnamedParam(entries: FunctionEntries, entry: number): number {
  if (entryHas(entries, entry, 'allParamsNamed')) return -1;
  const first = entries.firstParam[entry] ?? 0;
  return entries.paramName.subarray(first, entries.firstParam[entry + 1]).indexOf(0);
}

/** A parameter, decoded. */
export interface EntryParam {
  readonly name: string | undefined;
  readonly type: DieRef;
}

export function entryParams(entries: FunctionEntries, entry: number): readonly EntryParam[] {
  const params: EntryParam[] = [];
  const end = entries.firstParam[entry + 1] ?? 0;
  for (let row = entries.firstParam[entry] ?? 0; row < end; row++) {
    params.push({
      name: entries.names.text(nameRef(entries.paramName[row] ?? 0)),
      type: dieRef(entries.paramType[row] ?? 0),
    });
  }
  return params;
}
