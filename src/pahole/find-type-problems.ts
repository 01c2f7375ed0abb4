/**
 * Which unit's types end the run, as the machine wants it: by the row of the unit.
 */
import { type FunctionEntries, unitStates } from '../dwarf/function-entries.ts';
import type { TypeDies } from '../dwarf/type-dies.ts';
import { findTypeProblem } from '../dwarf/type-problems.ts';
import { ParseError } from '../errors.ts';
import { type EncoderRules, encoders } from './encoders.ts';

const damaged = unitStates.indexOf('damaged');

/** Only the first unit is named: the run ends there. Those of .debug_types are not looked at. */
export function findTypeProblems(
  types: TypeDies,
  entries: FunctionEntries,
  rules: EncoderRules = encoders['1.20'],
): ReadonlyMap<number, string> {
  const { units } = entries;
  try {
    // The tables of a damaged unit may not have been read to their ends.
    const declared = units.state.includes(damaged) ? undefined : entries.declaredTags;
    const offsets = units.offset.subarray(units.typesUnits);
    const found = findTypeProblem(types, offsets, rules.oddIntegers === 'refused', declared);
    if (found === undefined) return new Map();
    return new Map([[units.offset.indexOf(found.offset, units.typesUnits), found.problem]]);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return new Map();
  }
}
