/**
 * A fuzzy query over the index: candidates by bytes, scores and highlighting by fuzzysort, and an end as soon as
 * nothing left can enter the list.
 *
 * The hits are those of fuzzysort over all names with threshold 0, in the order of rank.ts; only the work differs.
 * A generator: it yields what it has after each slice of a millisecond or so, and whoever runs it decides whether to
 * go on, to show that, or to drop it for a newer query.
 */
import { ceilingAtLength, ceilingOfName, HOLDS, type Holds, rawScore } from './ceilings.ts';
import type { NameIndex } from './name-index.ts';
import { hasPrefix, maySpread, type Needle, needleOf, startsWord } from './needle.ts';
import { asksForBookkeeping, FUZZY, PREFIX, type Ranked, TopList } from './rank.ts';
import { createScanner, type Matches, type Segment } from './scan.ts';
import { createScorer } from './scorer.ts';

/** What a search has found so far. */
export interface Findings {
  readonly ranked: readonly Ranked[];
  readonly total: number;
  /** The list is final; what is left to do is to count the rest. */
  readonly settled: boolean;
  /** Why the search ended early, as one clause. */
  readonly problem?: string;
}

export interface NameSearch {
  run(text: string, limit: number): Generator<Findings, Findings>;
}

const FIRST_BATCH = 64;
const LARGEST_BATCH = 256;
/** Stands between rows, now and then, for a chance to stop. */
const PAUSE = -1;
const PAUSE_EVERY = 4096;

export function createNameSearch(index: NameIndex): NameSearch {
  const scanner = createScanner(index);
  const score = createScorer(index);
  const plain: Segment = { from: 0, to: index.plainCount };
  const late: Segment = { from: index.plainCount, to: index.count };

  function* run(text: string, limit: number): Generator<Findings, Findings> {
    const needle = needleOf(text);
    const matches = scanner(needle);
    const demote = !asksForBookkeeping(needle.text);
    const top = new TopList(limit);
    let settled = false;
    let oddMatches = 0;
    const findings = (): Findings => ({ ranked: top.ranked, total: matches.count + oddMatches, settled });

    function add(rows: readonly number[], holds: Holds, least: number): void {
      const ranked = score(needle, rows, holds, least, demote);
      top.add(ranked);
      if (holds === HOLDS.odd) oddMatches += ranked.length;
    }

    /** Scores rows of one kind, which come with growing length, until one cannot enter the list. */
    function* consider(rows: Iterable<number>, holds: Holds, late: boolean): Generator<Findings, void> {
      const [only] = needle.parts.length === 1 ? needle.parts : [];
      let batch: number[] = [];
      let size = FIRST_BATCH;
      let lastLength = -1;
      let best = 0;
      let bar = barFor(top.worst, holds, late);
      for (const row of rows) {
        if (row === PAUSE) {
          yield findings();
          continue;
        }
        const length = (index.starts[row + 1] as number) - (index.starts[row] as number);
        if (length !== lastLength) best = ceilingAtLength(holds, needle, length);
        lastLength = length;
        if (isBeaten(top.worst, holds, late) || best < bar.raw) break;
        if (only !== undefined && bar.score > 0 && ceilingOfName(holds, index, row, only) < bar.raw) continue;
        batch.push(row);
        if (batch.length < size) continue;
        add(batch, holds, bar.score);
        bar = barFor(top.worst, holds, late);
        batch = [];
        size = Math.min(size * 2, LARGEST_BATCH);
        yield findings();
      }
      if (batch.length > 0) add(batch, holds, bar.score);
    }

    // Bookkeeping names are a stage of their own where they come after everything else anyway.
    for (const stage of demote ? [[plain], [late]] : [[plain, late]]) {
      const isLate = demote && stage[0] === late;
      for (const { from, to } of stage) {
        const odd = index.odd.filter((row) => row >= from && row < to);
        yield* consider(odd, HOLDS.odd, isLate);
      }
      if (!needle.plain) continue;
      for (const segment of stage) yield* consider(prefixed(index, needle, segment), HOLDS.prefix, isLate);
      settled = isBeaten(top.worst, HOLDS.start, isLate);
      const found: Segment[] = [];
      for (const segment of stage) {
        const scan = matches.scan(segment);
        let step = scan.next();
        for (; !step.done; step = scan.next()) yield findings();
        found.push(step.value);
      }
      if (settled) continue;
      for (const holds of [HOLDS.start, HOLDS.inner, HOLDS.spread, HOLDS.loose]) {
        for (const segment of found) yield* consider(held(index, matches, segment, holds, needle), holds, isLate);
      }
      settled = top.worst !== undefined;
    }
    if (needle.plain) matches.keep();
    settled = true;
    return findings();
  }

  return { run };
}

/** The rows of a segment that begin with a query of one word. */
function* prefixed(index: NameIndex, { parts }: Needle, { from, to }: Segment): Generator<number> {
  const part = parts[0] as Uint8Array;
  if (parts.length > 1) return;
  const first = part[0] as number;
  const end = index.firsts[first + 1] as number;
  for (let at = index.firsts[first] as number; at < end; at++) {
    const row = index.byFirst[at] as number;
    if (row < from || (index.letters[row] as number) < 0) continue;
    if (row >= to) return;
    if (hasPrefix(index, row, part)) yield row;
  }
}

/** The rows that a scan found to hold the query so; those that on a second look do not are left for a later round. */
function* held(index: NameIndex, { rows, holds }: Matches, { from, to }: Segment, how: Holds, { parts }: Needle) {
  const part = parts[0] as Uint8Array;
  const look =
    parts.length > 1 ? undefined : how === HOLDS.start ? startsWord : how === HOLDS.spread ? maySpread : undefined;
  for (let i = from; i < to; i++) {
    if (i % PAUSE_EVERY === 0) yield PAUSE;
    if (holds[i] !== how) continue;
    const row = rows[i] as number;
    if (look === undefined || look(index, row, part)) yield row;
    else holds[i] = how === HOLDS.start ? HOLDS.inner : HOLDS.loose;
  }
}

const tierFor = (holds: Holds): number => (holds === HOLDS.prefix ? PREFIX : FUZZY);

/** Whether the last hit of a full list comes before any name that is held so, whatever its score. */
function isBeaten(worst: Ranked | undefined, holds: Holds, late: boolean): boolean {
  if (worst === undefined || holds === HOLDS.odd) return false;
  return worst.late === late ? worst.tier < tierFor(holds) : late;
}

/** The score under which a name held so cannot enter: fuzzysort's and raw; 0 and no bar while the list has room. */
function barFor(worst: Ranked | undefined, holds: Holds, late: boolean): { score: number; raw: number } {
  const applies = worst !== undefined && holds !== HOLDS.odd && worst.tier === tierFor(holds) && worst.late === late;
  return applies ? { score: worst.score, raw: rawScore(worst.score) } : { score: 0, raw: Number.NEGATIVE_INFINITY };
}
