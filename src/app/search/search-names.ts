/**
 * A fuzzy query over the index: candidates by bytes, scores and highlighting by fuzzysort, and an end as soon as
 * nothing left can enter the list.
 *
 * The hits are those of fuzzysort over all names with threshold 0, in the order of rank.ts; only the work differs.
 * A generator: it yields what it has after each slice of a millisecond or so, and whoever runs it decides whether to
 * go on, to show that, or to drop it for a newer query.
 */
import { createContest, PACE } from './contest.ts';
import type { NameIndex } from './name-index.ts';
import { HOLDS, type Holds, hasPrefix, type Needle, needleOf } from './needle.ts';
import { asksForBookkeeping, type Ranked } from './rank.ts';
import { createScanner, type Segment } from './scan.ts';
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

const PAUSE_EVERY = 4096;
const BLOCK = 8192;

/** What a name is that is not what it seemed to be at first look. */
const SECOND_LOOK: Partial<Record<Holds, Holds>> = { [HOLDS.start]: HOLDS.inner, [HOLDS.spread]: HOLDS.loose };

export function createNameSearch(index: NameIndex, pace = PACE): NameSearch {
  const scanner = createScanner(index);
  const score = createScorer(index);
  const plain: Segment = { from: 0, to: index.plainCount };
  const late: Segment = { from: index.plainCount, to: index.count };

  function* run(text: string, limit: number): Generator<Findings, Findings> {
    const needle = needleOf(text);
    const matches = scanner(needle);
    const contest = createContest(index, needle, limit, score, pace);
    let settled = false;
    let oddMatches = 0;
    const findings = (): Findings => ({ ranked: contest.ranked, total: matches.count + oddMatches, settled });

    /** Passes on what is yielded inside as the findings so far. */
    function* reporting<T>(steps: Generator<void, T>): Generator<Findings, T> {
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield findings();
      return step.value;
    }

    function* considerOdd({ from, to }: Segment, isLate: boolean): Generator<Findings> {
      const round = contest.round(HOLDS.odd, isLate);
      for (const row of index.odd) if (row >= from && row < to) round.offer(row);
      oddMatches += yield* reporting(round.score());
    }

    function* considerPrefixed(segment: Segment, isLate: boolean): Generator<Findings> {
      const round = contest.round(HOLDS.prefix, isLate);
      for (const row of prefixed(index, needle, segment)) {
        if (round.isOverFor(row)) break;
        round.offer(row);
        if (round.isFull) yield* reporting(round.score());
      }
      yield* reporting(round.score());
    }

    function* considerMatches({ from, to }: Segment, holds: Holds, isLate: boolean): Generator<Findings> {
      const round = contest.round(holds, isLate);
      for (let i = from; i < to; i++) {
        if (i % PAUSE_EVERY === 0) yield findings();
        if (matches.holds[i] !== holds) continue;
        const row = matches.rows[i] as number;
        if (round.isOverFor(row)) break;
        if (!round.offer(row)) matches.holds[i] = SECOND_LOOK[holds] ?? holds;
        if (round.isFull) yield* reporting(round.score());
      }
      yield* reporting(round.score());
    }

    // Bookkeeping names are a stage of their own, after everything else, unless the query asks for them.
    const demote = !asksForBookkeeping(needle.text);
    for (const stage of demote ? [[plain], [late]] : [[plain, late]]) {
      const isLate = demote && stage[0] === late;
      for (const segment of stage) yield* considerOdd(segment, isLate);
      if (!needle.plain) continue;
      for (const segment of stage) yield* considerPrefixed(segment, isLate);
      settled = contest.isWonAgainst(HOLDS.start, isLate);
      const seen: Segment[] = [];
      for (const block of stage.flatMap(blocksOf)) {
        const found = yield* reporting(matches.scan(block));
        seen.push(found);
        if (settled) continue;
        for (const holds of [HOLDS.start, HOLDS.inner, HOLDS.spread]) yield* considerMatches(found, holds, isLate);
        // Of one segment, all that follows is longer.
        settled = stage.length === 1 && contest.round(HOLDS.start, isLate).isOverFor(block.to - 1);
      }
      // Loose matches come after all others, and are mostly not wanted.
      if (!settled) for (const found of seen) yield* considerMatches(found, HOLDS.loose, isLate);
      settled = contest.isFull;
    }
    if (needle.plain) matches.keep();
    settled = true;
    return findings();
  }

  return { run };
}

/** A segment in blocks: short names are ranked before long ones have been looked at. */
function blocksOf({ from, to }: Segment): Segment[] {
  const blocks: Segment[] = [];
  for (let at = from; at < to; at += BLOCK) blocks.push({ from: at, to: Math.min(at + BLOCK, to) });
  return blocks;
}

/** The rows of a segment that begin with a query of one word, ascending. */
function* prefixed(index: NameIndex, { parts }: Needle, { from, to }: Segment): Generator<number> {
  const part = parts[0] as Uint8Array;
  if (parts.length > 1) return;
  const first = part[0] as number;
  const end = index.firsts[first + 1] as number;
  for (let at = index.firsts[first] as number; at < end; at++) {
    const row = index.byFirst[at] as number;
    if (row >= to) return;
    if (row >= from && (index.letters[row] as number) >= 0 && hasPrefix(index, row, part)) yield row;
  }
}
