/**
 * A fuzzy query over the index: candidates by {@link findCandidates}, scores and highlighting by fuzzysort, and an end
 * as soon as nothing left can enter the list.
 *
 * The hits are those of fuzzysort over all names with threshold 0, in the order of rank.ts; only the work differs.
 * A generator: it yields what it has so far after each slice of one or two milliseconds, and whoever runs it decides
 * whether to go on, to show that, or to drop it for a newer query.
 */
import * as fuzzysort from 'fuzzysort';
import { type Candidates, findCandidates, type Needle, needleOf } from './candidates.ts';
import { ceiling, HOLDS } from './ceilings.ts';
import type { NameIndex } from './name-index.ts';
import { asksForBookkeeping, EXACT, FUZZY, PREFIX, type Ranked, TopList } from './rank.ts';

/** What a search has found so far. */
export interface Findings {
  readonly ranked: readonly Ranked[];
  readonly total: number;
}

export interface NameSearch {
  run(text: string, limit: number): Generator<Findings, Findings>;
}

interface Target {
  readonly row: number;
  readonly prepared: fuzzysort.Prepared;
}

/** Row lists of the queries just typed: the next letter narrows the last one, a deletion returns to one before. */
const KEPT_QUERIES = 12;
/** Prepared targets weigh about 0.7 kB each; beyond this many they are dropped and made again when asked for. */
const KEPT_TARGETS = 40_000;
const FIRST_BATCH = 128;
const LARGEST_BATCH = 512;

export function createNameSearch(index: NameIndex): NameSearch {
  const narrowed = new Map<string, Uint32Array>();
  let targets: (Target | undefined)[] = new Array(index.count);
  let prepared = 0;

  function targetOf(row: number): Target {
    const known = targets[row];
    if (known !== undefined) return known;
    if (++prepared > KEPT_TARGETS) {
      targets = new Array(index.count);
      prepared = 1;
    }
    const target = { row, prepared: fuzzysort.prepare(index.names[row] ?? '') };
    targets[row] = target;
    return target;
  }

  function narrowest(text: string): Uint32Array | undefined {
    let found: string | undefined;
    for (const query of narrowed.keys()) {
      if (text.startsWith(query) && query.length > (found?.length ?? 0)) found = query;
    }
    return found === undefined ? undefined : narrowed.get(found);
  }

  function keep(text: string, rows: Uint32Array): void {
    narrowed.delete(text);
    narrowed.set(text, rows);
    const [oldest] = narrowed.keys();
    if (narrowed.size > KEPT_QUERIES && oldest !== undefined) narrowed.delete(oldest);
  }

  /** fuzzysort on a few rows; scores under `least` are not reported. */
  function score(needle: Needle, rows: readonly number[], least: number, holds: number, demote: boolean): Ranked[] {
    // A little less, so that ties survive the way to fuzzysort's own scale and back.
    const threshold = least * (1 - 1e-9);
    const results = fuzzysort.go(needle.text, rows.map(targetOf), { key: 'prepared', limit: 0, threshold });
    return results.map(({ obj, score, indexes }) => {
      const { row } = obj;
      const name = index.names[row] ?? '';
      const tier = tierOf(name, needle.text, holds);
      return { row, tier, late: demote && row >= index.plainCount, score, kind: index.kinds[row] ?? 2, name, indexes };
    });
  }

  function* run(text: string, limit: number): Generator<Findings, Findings> {
    const needle = needleOf(text);
    const search = findCandidates(index, needle, narrowest(needle.text));
    const top = new TopList(limit);
    let total = 0;
    let step = search.next();
    for (; !step.done; step = search.next()) yield { ranked: [], total };
    const candidates = step.value;
    keep(needle.text, candidates.rows);
    total = candidates.rows.length;
    const demote = !asksForBookkeeping(needle.text);
    for (const { holds, from, to } of passes(candidates, index.plainCount, demote)) {
      let batch: number[] = [];
      let size = FIRST_BATCH;
      let lastLength = -1;
      let best = 1;
      for (let i = from; i < to; i++) {
        if (candidates.holds[i] !== holds) continue;
        const row = candidates.rows[i] as number;
        const length = (index.starts[row + 1] as number) - (index.starts[row] as number);
        if (length !== lastLength) {
          lastLength = length;
          best = ceiling(holds, needle.lengths, length);
        }
        if (isHopeless(top.worst, holds, demote && row >= index.plainCount, best)) break;
        batch.push(row);
        if (batch.length < size) continue;
        top.add(score(needle, batch, leastUseful(top.worst, holds), holds, demote));
        batch = [];
        size = Math.min(size * 2, LARGEST_BATCH);
        yield { ranked: top.ranked, total };
      }
      const found = score(needle, batch, leastUseful(top.worst, holds), holds, demote);
      top.add(found);
      if (batch.length > 0) yield { ranked: top.ranked, total };
    }
    return { ranked: top.ranked, total };
  }

  return { run };
}

const ORDER = [HOLDS.odd, HOLDS.prefix, HOLDS.substring, HOLDS.spread, HOLDS.loose];

/** The order in which candidates are scored: those that are listed first, first. */
function* passes(
  { rows }: Candidates,
  plainCount: number,
  demote: boolean,
): Generator<{ holds: number; from: number; to: number }> {
  let split = rows.findIndex((row) => row >= plainCount);
  if (split < 0) split = rows.length;
  const plain = { from: 0, to: split };
  const late = { from: split, to: rows.length };
  if (demote) {
    for (const group of [plain, late]) for (const holds of ORDER) yield { holds, ...group };
  } else {
    for (const holds of ORDER) for (const group of [plain, late]) yield { holds, ...group };
  }
}

function tierOf(name: string, text: string, holds: number): number {
  if (holds !== HOLDS.odd && holds !== HOLDS.prefix) return FUZZY;
  const lower = name.toLowerCase();
  return lower === text ? EXACT : lower.startsWith(text) ? PREFIX : FUZZY;
}

/** Whether no name held so, with a score of `best` or less, can enter a full list whose last hit is `worst`. */
function isHopeless(worst: Ranked | undefined, holds: number, late: boolean, best: number): boolean {
  if (worst === undefined || holds === HOLDS.odd) return false;
  if (worst.late !== late) return late;
  const tier = holds === HOLDS.prefix ? PREFIX : FUZZY;
  if (worst.tier !== tier) return worst.tier < tier;
  return best < worst.score;
}

/** The score under which a name of this tier cannot enter, or 0. */
function leastUseful(worst: Ranked | undefined, holds: number): number {
  const tier = holds === HOLDS.prefix ? PREFIX : FUZZY;
  return worst !== undefined && holds !== HOLDS.odd && worst.tier === tier && !worst.late ? worst.score : 0;
}
