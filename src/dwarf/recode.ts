/**
 * What pahole's recode pass does to the functions of one unit, once all of it has been read.
 *
 * Functions are taken in table order. For each:
 *   1. a parameter without DW_AT_type but with DW_AT_abstract_origin takes name and type of the parameter that it points
 *      at; where that is not found, it stays as it is
 *   2. a function without a name takes that of its abstract origin, or, where no function of this unit is there, of its
 *      specification
 * "Name and type" are those of that moment: an origin that itself needs one, and stands later in the table, gives none.
 * So each rule is one look-up, whatever the references are, and a loop of them ends nothing.
 *
 * Only functions, and parameters of functions and lexical blocks, are looked for. A reference of another sort (a
 * parameter that points at a type's parameter, a function at a variable) is taken as not found; compilers write none.
 */

import { entryFlag } from './function-entries.ts';
import type { FunctionRows } from './function-rows.ts';

const { allParamsNamed: allParamsNamedFlag } = entryFlag;

/** Recode the rows from `firstEntry` and `firstParam` on: those of the unit that was just read. */
export function recodeUnit(rows: FunctionRows, firstEntry: number, firstParam: number): void {
  if (!rows.needsRecode) return;
  const { entries } = rows;
  let param = firstParam;
  for (let entry = firstEntry; entry < rows.count; entry++) {
    const end = entries.paramEnd[entry] as number;
    let allNamed = true;
    for (; param < end; param++) {
      recodeParam(rows, param);
      if (rows.params.name[param] === 0) allNamed = false;
    }
    const flags = entries.flags[entry] as number;
    entries.flags[entry] = allNamed ? flags | allParamsNamedFlag : flags & ~allParamsNamedFlag;
    if (entries.name[entry] === 0) recodeName(rows, entry);
  }
}

function recodeParam(rows: FunctionRows, param: number): void {
  const columns = rows.params;
  const origin = columns.origin[param] as number;
  if (origin === 0 || columns.type[param] !== 0) return;
  const found = rows.paramDies.rowOf(origin);
  if (found >= 0) {
    columns.name[param] = columns.name[found] as number;
    columns.type[param] = columns.type[found] as number;
    return;
  }
  const block = rows.blockParams.get(origin);
  if (block === undefined) return;
  columns.name[param] = block.name;
  columns.type[param] = block.type;
}

function recodeName(rows: FunctionRows, entry: number): void {
  const { entries } = rows;
  const origin = entries.origin[entry] as number;
  let found = origin === 0 ? -1 : rows.entryDies.rowOf(origin);
  if (found < 0) {
    const specification = entries.specification[entry] as number;
    found = specification === 0 ? -1 : rows.entryDies.rowOf(specification);
  }
  if (found >= 0) entries.name[entry] = entries.name[found] as number;
}
