/**
 * What of the DWARF is in another file, which is not read: the DIEs of units that were split off (-gsplit-dwarf), and names
 * in a supplementary file (dwz).
 */
import { type FunctionEntries, unitState } from '../dwarf/function-entries.ts';
import { plural } from './words.ts';

export interface Elsewhere {
  /** The first unit of which that holds, and how many more there are. */
  readonly sentence: string;
  readonly units: number;
}

/** Undefined where all of it was read. */
export function findElsewhere(entries: FunctionEntries): Elsewhere | undefined {
  let first: string | undefined;
  let units = 0;
  for (const [unit, { structure, problem }] of entries.problems) {
    const state = unitState(entries, unit);
    if (state !== 'ok' && state !== 'unsupported-root') continue;
    units++;
    first ??= `${structure}: ${problem}`;
  }
  if (first === undefined) return undefined;
  const others = units - 1;
  const likewise = others > 0 ? `; ${plural(others, 'more unit')} ${others === 1 ? 'has' : 'have'} such a file` : '';
  return { sentence: `${first}${likewise}`, units };
}
