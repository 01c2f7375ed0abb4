/**
 * A regular expression over the index, in the order of rank.ts: the whole name, then from its beginning, then by the
 * share of the name that matches.
 *
 * An expression may take exponential time on a single name, and nothing in JavaScript stops it from outside but
 * node:vm, whose time limit V8's matcher honours while it backtracks.
 */
import { createContext, Script } from 'node:vm';
import type { NameIndex } from './name-index.ts';
import { compile } from './query.ts';
import { asksForBookkeeping, compareRanked, EXACT, FUZZY, PREFIX, type Ranked, TopList } from './rank.ts';
import type { Findings } from './search-names.ts';

export interface RegexSearch {
  run(source: string, limit: number): Generator<Findings, Findings>;
}

const SLICE = 2048;
/** A sound expression needs about 0.3 ms for a slice. */
const SLICE_LIMIT_MS = 200;
const SEARCH_LIMIT_MS = 1000;
const TOO_SLOW = 'the expression takes too long: it tries too many ways to match a name';

export function createRegexSearch(index: NameIndex): RegexSearch {
  const within = createTimeLimit();

  function* run(source: string, limit: number): Generator<Findings, Findings> {
    const expression = compile(source);
    const demote = !asksForBookkeeping(source);
    const top = new TopList(limit);
    const deadline = performance.now() + SEARCH_LIMIT_MS;
    let total = 0;
    for (let from = 0; from < index.count; from += SLICE) {
      const found: Ranked[] = [];
      const { worst } = top;
      const look = (): void => {
        const to = Math.min(from + SLICE, index.count);
        for (let row = from; row < to; row++) {
          const match = expression.exec(index.names[row] ?? '');
          if (match === null) continue;
          total++;
          const length = match[0].length;
          const name = index.names[row] ?? '';
          const late = demote && row >= index.plainCount;
          const tier = length === name.length ? EXACT : match.index === 0 ? PREFIX : FUZZY;
          const score = length / name.length;
          // Most matches of a short expression are not listed: that is to be found out cheaply.
          if (worst !== undefined && worst.late === late && worst.tier === tier && worst.score > score) continue;
          const hit = { row, tier, late, score, kind: index.kinds[row] ?? 2, name, indexes: [] };
          if (worst !== undefined && compareRanked(worst, hit) < 0) continue;
          found.push({ ...hit, indexes: Array.from({ length }, (_, i) => match.index + i) });
        }
      };
      if (performance.now() > deadline || !within(SLICE_LIMIT_MS, look)) {
        return { ranked: top.ranked, total, settled: true, problem: TOO_SLOW };
      }
      top.add(found);
      yield { ranked: top.ranked, total, settled: false };
    }
    return { ranked: top.ranked, total, settled: true };
  }

  return { run };
}

/** Runs a function for at most so many milliseconds; false when it was cut short. */
function createTimeLimit(): (milliseconds: number, work: () => void) => boolean {
  const sandbox = { work: (): void => {} };
  let script: Script | undefined;
  return (milliseconds, work) => {
    // A context costs a millisecond and some memory: made for the first expression.
    if (script === undefined) {
      createContext(sandbox);
      script = new Script('work()');
    }
    sandbox.work = work;
    try {
      script.runInContext(sandbox, { timeout: milliseconds });
      return true;
    } catch (error) {
      // The error is of the context's own Error class: instanceof does not know it.
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw error;
    }
  };
}
