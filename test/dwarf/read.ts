/** Write DWARF, read it, and say what was read in plain values. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

import {
  type EntryParam,
  entryFlag,
  entryLowPc,
  entryName,
  entryOffset,
  entryParams,
  type FunctionEntries,
  type UnitState,
  unitName,
  unitState,
} from '../../src/dwarf/function-entries.ts';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import type { ParseErrorDetails } from '../../src/errors.ts';
import {
  type Attributes,
  type Die,
  data1,
  die,
  type Shape,
  sectionsOf,
  strp,
  type Unit,
  unit,
  type Written,
  writeDwarf,
} from '../helpers/dwarf-writer.ts';

export interface ReadFunction {
  readonly name: string | undefined;
  readonly offset: number;
  readonly flags: readonly string[];
  readonly type: number;
  readonly lowPc: bigint | undefined;
  readonly params: readonly EntryParam[];
}

export interface ReadUnit {
  readonly name: string | undefined;
  readonly state: UnitState;
  readonly version: number;
  readonly problem: ParseErrorDetails | undefined;
  readonly functions: readonly ReadFunction[];
}

export interface ReadResult {
  readonly entries: FunctionEntries;
  readonly written: Written;
  readonly units: readonly ReadUnit[];
}

export const read = (units: readonly Unit[], shape: Shape = {}): ReadResult => readWritten(writeDwarf(shape, units));

/** The compiled reader, as scripts/build.mjs has made it. */
export const compiled = new WebAssembly.Module(readFileSync(new URL('../../dist/dwarf-reader.wasm', import.meta.url)));

/** Read it, once without the compiled reader and once with it: there is no difference. */
export function readWritten(written: Written): ReadResult {
  const sections = sectionsOf(written);
  const entries = readFunctionEntriesSync(sections);
  const { names: _, ...columns } = entries;
  const { names: __, ...quick } = readFunctionEntriesSync(sections, { compiled });
  expect(quick).toEqual(columns);
  return { entries, written, units: unitsOf(entries) };
}

/** The functions of a lone compile unit with these DIEs below its root. */
export function readChildren(children: readonly Die[], shape: Shape = {}): readonly ReadFunction[] {
  const [only] = read([compileUnit(children)], shape).units;
  if (only?.state !== 'ok') throw new Error(`the unit is ${only?.state}: ${only?.problem?.problem}`);
  return only.functions;
}

export const names = (functions: readonly ReadFunction[]): readonly (string | undefined)[] =>
  functions.map((one) => one.name);

export const compileUnit = (children: readonly Die[], shape: Shape = {}, attributes: Attributes = {}): Unit =>
  unit(die('compile_unit', { name: strp('a.c'), language: data1(0x0c), ...attributes }, children), shape);

export function unitsOf(entries: FunctionEntries): ReadUnit[] {
  return Array.from({ length: entries.units.count }, (_, row) => {
    const first = entries.units.firstEntry[row]!;
    const count = entries.units.firstEntry[row + 1]! - first;
    return {
      name: unitName(entries, row),
      state: unitState(entries, row),
      version: entries.units.version[row]!,
      problem: entries.problems.get(row),
      functions: Array.from({ length: count }, (_, i) => functionOf(entries, first + i)),
    };
  });
}

function functionOf(entries: FunctionEntries, row: number): ReadFunction {
  const flags = entries.flags[row]!;
  return {
    name: entryName(entries, row),
    offset: entryOffset(entries, row),
    flags: Object.entries(entryFlag).flatMap(([name, bit]) => ((flags & bit) !== 0 ? [name] : [])),
    type: entries.type[row]!,
    lowPc: entryLowPc(entries, row),
    params: entryParams(entries, row),
  };
}
