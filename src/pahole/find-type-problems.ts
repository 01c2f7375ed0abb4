/**
 * Which unit's types end the run, as the machine wants it: by the row of the unit.
 */
import type { FunctionEntries } from '../dwarf/function-entries.ts';
import type { TypeDies } from '../dwarf/type-dies.ts';
import { findTypeProblem } from '../dwarf/type-problems.ts';
import { ParseError } from '../errors.ts';
import { type EncoderRules, encoders } from './encoders.ts';

/** Only the first unit is named: the run ends there. Those of .debug_types are not looked at. */
export function findTypeProblems(
  types: TypeDies,
  entries: FunctionEntries,
  rules: EncoderRules = encoders['1.20'],
): ReadonlyMap<number, string> {
  const { units } = entries;
  try {
    const found = findTypeProblem(types, units.offset.subarray(units.typesUnits), rules.oddIntegers === 'refused');
    if (found === undefined) return new Map();
    return new Map([[units.offset.indexOf(found.offset, units.typesUnits), found.problem]]);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return new Map();
  }
}
