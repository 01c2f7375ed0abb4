/**
 * References of functions and their parameters that cannot be meant: out of the unit or of .debug_info, to the DIE
 * itself, or round to it again by way of other functions. pahole's recode pass is one look-up a function and ends all
 * the same (recode.ts), so the units are read and encoded; what such a reference would have given is missing in them.
 *
 * Of a loop at least one reference points forward or to its own DIE, so only those are followed.
 */
import type { ParseErrorDetails } from '../errors.ts';
import {
  entryFlag,
  entryUnitOffset,
  type FunctionEntries,
  foreignKinds,
  unitOfEntry,
  unitState,
} from './function-entries.ts';
import { dieRef, foreignRow } from './refs.ts';

export interface BadReferences {
  /** The unit row of the first one. */
  readonly unit: number;
  /** Where the first one is, and what is wrong with it. */
  readonly first: ParseErrorDetails;
  readonly count: number;
  /** How many units have one. */
  readonly units: number;
}

/** Those of all units that were read; undefined where none is bad. A pass over the columns. */
export function findBadReferences(entries: FunctionEntries): BadReferences | undefined {
  const found = new Map<number, string>();
  findLoops(entries, found);
  findOutside(entries, found);
  let first = -1;
  const units = new Set<number>();
  for (const entry of found.keys()) {
    if (first < 0 || entry < first) first = entry;
    units.add(unitOfEntry(entries, entry));
  }
  if (first < 0) return undefined;
  const unit = unitOfEntry(entries, first);
  const details = {
    code: 'bad-reference',
    structure: `DIE at ${place(entries, unit, entryUnitOffset(entries, first))}`,
    problem: found.get(first) ?? '',
  } as const;
  return { unit, first: details, count: found.size, units: units.size };
}

/** ".debug_info+0x37" */
function place({ units }: FunctionEntries, unit: number, offset: number): string {
  const section = unit < units.typesUnits ? '.debug_types' : '.debug_info';
  return `${section}+0x${((units.offset[unit] ?? 0) + offset).toString(16)}`;
}

/** What {@link FunctionEntries.origin} was read from. */
const originName = (entries: FunctionEntries, entry: number): string =>
  ((entries.flags[entry] ?? 0) & entryFlag.abstractOrigin) !== 0 ? 'DW_AT_abstract_origin' : 'DW_AT_specification';

function findLoops(entries: FunctionEntries, found: Map<number, string>): void {
  const { die, origin, units } = entries;
  /** The entry that a chain which came by here began at, counted from 1. */
  let chainOf: Uint32Array | undefined;
  for (let unit = 0; unit < units.count; unit++) {
    const from = units.firstEntry[unit] ?? 0;
    const to = units.firstEntry[unit + 1] ?? 0;
    let rows: Map<number, number> | undefined;
    for (let entry = from; entry < to; entry++) {
      const target = origin[entry] as number;
      if (target < (die[entry] as number) || foreignRow(dieRef(target)) >= 0) continue;
      chainOf ??= new Uint32Array(entries.count);
      rows ??= rowsByDie(die, from, to);
      const chain: number[] = [];
      let row: number | undefined = entry;
      while (row !== undefined && chainOf[row] === 0) {
        chainOf[row] = entry + 1;
        chain.push(row);
        row = rows.get(origin[row] as number);
      }
      if (row === undefined || chainOf[row] !== entry + 1) continue;
      const loop = chain.slice(chain.indexOf(row));
      found.set(row, `its ${originName(entries, row)} ${leadsBack(entries, unit, loop)}`);
    }
  }
}

function leadsBack(entries: FunctionEntries, unit: number, [, next]: readonly number[]): string {
  if (next === undefined) return 'points to the DIE itself';
  return `leads back to it, by way of the DIE at ${place(entries, unit, entryUnitOffset(entries, next))}`;
}

function rowsByDie(die: Uint32Array, from: number, to: number): Map<number, number> {
  const rows = new Map<number, number>();
  for (let entry = from; entry < to; entry++) rows.set(die[entry] as number, entry);
  return rows;
}

/** References whose target is outside: of the unit, by a form that counts in it; of the section, by one that counts there. */
function findOutside(entries: FunctionEntries, found: Map<number, string>): void {
  const { foreign, units } = entries;
  const end = BigInt(endOfUnits(entries));
  const outOfRange = foreignKinds.indexOf('out-of-range');
  const otherUnit = foreignKinds.indexOf('other-unit');
  const bad = foreign.kind.map((kind, row) =>
    kind === outOfRange || (kind === otherUnit && (foreign.value[row] as bigint) >= end) ? 1 : 0,
  );
  if (!bad.includes(1)) return;
  const check = (entry: number, ref: number, what: () => string): void => {
    const row = foreignRow(dieRef(ref));
    if (row < 0 || bad[row] !== 1 || found.has(entry)) return;
    const value = `0x${(foreign.value[row] as bigint).toString(16)}`;
    const unit = unitOfEntry(entries, entry);
    // The pseudo-unit of .debug_types is made of many, whose sizes are not known here.
    const size = unit < units.typesUnits ? '' : ` of its 0x${(units.size[unit] ?? 0).toString(16)} bytes`;
    const outside =
      foreign.kind[row] === outOfRange
        ? `out of the unit: ${value}${size}`
        : `out of .debug_info, whose units end at 0x${end.toString(16)}: ${value}`;
    found.set(entry, `${what()} points ${outside}`);
  };
  for (let entry = 0; entry < entries.count; entry++) {
    check(entry, entries.origin[entry] as number, () => `its ${originName(entries, entry)}`);
    check(entry, entries.type[entry] as number, () => 'its DW_AT_type');
    const firstParam = entries.firstParam[entry] as number;
    const endParam = entries.firstParam[entry + 1] as number;
    for (let param = firstParam; param < endParam; param++) {
      const number = param - firstParam + 1;
      check(entry, entries.paramType[param] as number, () => `the DW_AT_type of its parameter ${number}`);
    }
  }
}

/** One past the last unit of .debug_info; 2^64, which nothing is past, where damage leaves that unknown. */
function endOfUnits(entries: FunctionEntries): number {
  const { units } = entries;
  let end = 0;
  for (let unit = units.typesUnits; unit < units.count; unit++) {
    if (unitState(entries, unit) === 'damaged') return 2 ** 64;
    end = Math.max(end, (units.offset[unit] ?? 0) + (units.size[unit] ?? 0));
  }
  return end;
}
