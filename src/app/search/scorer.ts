/**
 * fuzzysort's score for some rows of the index.
 *
 * fuzzysort works on prepared targets, which cost 2 µs and about 1 kB each: they are made when first asked for.
 */
import * as fuzzysort from 'fuzzysort';
import type { NameIndex } from './name-index.ts';
import { HOLDS, type Holds, type Needle } from './needle.ts';
import { EXACT, FUZZY, PREFIX, type Ranked } from './rank.ts';

interface Target {
  readonly row: number;
  readonly name: string;
  readonly prepared: fuzzysort.Prepared;
}

/** @returns the rows that match, as list entries, those with a score under `least` left out */
export type Scorer = (
  needle: Needle,
  rows: readonly number[],
  holds: Holds,
  least: number,
  demote: boolean,
) => Ranked[];

/** Beyond this many, prepared targets are dropped and made again when asked for. */
const KEPT_TARGETS = 20_000;

export function createScorer(index: NameIndex): Scorer {
  let targets: (Target | undefined)[] = new Array(index.count);
  let prepared = 0;

  function targetOf(row: number): Target {
    const known = targets[row];
    if (known !== undefined) return known;
    if (++prepared > KEPT_TARGETS) {
      targets = new Array(index.count);
      prepared = 1;
    }
    const name = index.nameOf(row);
    const target = { row, name, prepared: fuzzysort.prepare(name) };
    targets[row] = target;
    return target;
  }

  return (needle, rows, holds, least, late) => {
    // A little less, so that ties survive the way to fuzzysort's own scale and back.
    const threshold = least * (1 - 1e-9);
    const results = fuzzysort.go(needle.text, rows.map(targetOf), { key: 'prepared', limit: 0, threshold });
    return results.map(({ obj: { row, name }, score, indexes }) => {
      const tier = tierOf(name, needle.text, holds);
      return { row, tier, late, score, kind: index.kinds[row] ?? 2, name, indexes };
    });
  };
}

function tierOf(name: string, text: string, holds: Holds): number {
  if (holds !== HOLDS.odd && holds !== HOLDS.prefix) return FUZZY;
  const lower = name.toLowerCase();
  return lower === text ? EXACT : lower.startsWith(text) ? PREFIX : FUZZY;
}
