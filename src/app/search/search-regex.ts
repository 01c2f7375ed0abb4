/**
 * A regular expression over the index, in the order of rank.ts: the whole name, then from its beginning, then by the
 * share of the name that matches.
 *
 * An expression may take exponential time on a single name, and nothing in JavaScript stops it from outside but
 * node:vm, whose time limit V8's matcher honours while it backtracks.
 */
import { createContext, Script } from 'node:vm';
import { CAPITAL } from './letters.ts';
import type { NameIndex } from './name-index.ts';
import { compile } from './query.ts';
import { asksForBookkeeping, compareRanked, EXACT, FUZZY, PREFIX, type Ranked, TopList } from './rank.ts';
import type { Findings } from './search-names.ts';

export interface RegexSearch {
  run(source: string, limit: number): Generator<Findings, Findings>;
}

const SLICE = 2048;
/** A sound expression needs about 0.3 ms for a slice. */
const SLICE_LIMIT_MS = 400;
const SEARCH_LIMIT_MS = 2000;
const RUNS = 4;
const TOO_SLOW = 'the expression takes too long: it tries too many ways to match a name';

export function createRegexSearch(index: NameIndex): RegexSearch {
  const within = createTimeLimit();

  function* run(source: string, limit: number): Generator<Findings, Findings> {
    const expression = compile(source);
    const demote = !asksForBookkeeping(source);
    const top = new TopList(limit);
    let total = 0;
    let spent = 0;
    for (let from = 0; from < index.count; from += SLICE) {
      const begun = performance.now();
      const found = within(SLICE_LIMIT_MS, () => look(index, expression, from, demote, top.worst));
      spent += performance.now() - begun;
      if (found === undefined || spent > SEARCH_LIMIT_MS) {
        return { ranked: top.ranked, total, settled: true, problem: TOO_SLOW };
      }
      total += found.total;
      top.add(found.ranked);
      yield { ranked: top.ranked, total, settled: false };
    }
    return { ranked: top.ranked, total, settled: true };
  }

  return { run };
}

interface Found {
  readonly ranked: readonly Ranked[];
  readonly total: number;
}

/** The matches in one slice, those left out that come after `worst`. */
function look(index: NameIndex, expression: RegExp, from: number, demote: boolean, worst: Ranked | undefined): Found {
  const ranked: Ranked[] = [];
  let total = 0;
  const { starts } = index;
  const to = Math.min(from + SLICE, index.count);
  const begin = starts[from] as number;
  // One long text is made faster than many short ones; names with capitals are not themselves in it.
  const { buffer, byteOffset } = index.bytes;
  const text = Buffer.from(buffer, byteOffset + begin, (starts[to] as number) - begin).toString('latin1');
  for (let row = from; row < to; row++) {
    const isText = ((index.letters[row] as number) & CAPITAL) === 0;
    const name = isText
      ? text.slice((starts[row] as number) - begin, (starts[row + 1] as number) - begin)
      : index.nameOf(row);
    const match = expression.exec(name);
    if (match === null) continue;
    total++;
    const length = match[0].length;
    const late = demote && row >= index.plainCount;
    const tier = length === name.length ? EXACT : match.index === 0 ? PREFIX : FUZZY;
    const score = length / name.length;
    // Most matches of a short expression are not listed: that is to be found out cheaply.
    if (worst !== undefined && worst.late === late && worst.tier === tier && worst.score > score) continue;
    const hit = { row, tier, late, score, kind: index.kinds[row] ?? 2, name, indexes: [] };
    if (worst !== undefined && compareRanked(worst, hit) < 0) continue;
    ranked.push({ ...hit, name: index.nameOf(row), indexes: Array.from({ length }, (_, i) => match.index + i) });
  }
  return { ranked, total };
}

/**
 * Runs a function for at most so many milliseconds; undefined when it was cut short. The limit is by the clock, so on
 * a machine that gave this process less than half of that time the function is run again.
 */
function createTimeLimit(): <T>(milliseconds: number, work: () => T) => T | undefined {
  const sandbox = { work: (): void => {} };
  let script: Script | undefined;
  return <T>(milliseconds: number, work: () => T): T | undefined => {
    // A context costs a millisecond and some memory: made for the first expression.
    if (script === undefined) {
      createContext(sandbox);
      script = new Script('work()');
    }
    let result: T | undefined;
    sandbox.work = () => {
      result = work();
    };
    for (let run = 0; run < RUNS; run++) {
      const before = process.cpuUsage();
      try {
        script.runInContext(sandbox, { timeout: milliseconds });
        return result;
      } catch (error) {
        // The error is of the context's own Error class: instanceof does not know it.
        const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
        if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
        const { user, system } = process.cpuUsage(before);
        if ((user + system) / 1000 > milliseconds / 2) return undefined;
      }
    }
    return undefined;
  };
}
