/**
 * The list of a query while it fills: names are offered, and only those that can still enter are scored.
 *
 * A round is for names that hold the query alike and come with growing length. Those that may enter are collected and
 * scored best first, so that the bar rises soon and most of the others need no score.
 */
import { ceilingAtLength, ceilingOfName, rawScore } from './ceilings.ts';
import type { NameIndex } from './name-index.ts';
import { HOLDS, type Holds, type Needle } from './needle.ts';
import { FUZZY, PREFIX, type Ranked, TopList } from './rank.ts';
import type { Scorer } from './scorer.ts';

interface Round {
  /** Whether neither this name nor a longer one can enter. */
  isOverFor(row: number): boolean;
  /** @returns false if the name does not hold the query so after all */
  offer(row: number): boolean;
  /** Whether it is time to {@link score}. */
  readonly isFull: boolean;
  /** Scores what was offered; yields between batches. @returns how many of them match */
  score(): Generator<void, number>;
}

export interface Contest {
  readonly ranked: readonly Ranked[];
  /** Whether the list is full. */
  readonly isFull: boolean;
  /** Whether all of a full list comes before any name that is held so. */
  isWonAgainst(holds: Holds, late: boolean): boolean;
  /** @param late names of this round come after all others */
  round(holds: Holds, late: boolean): Round;
}

/** How many names are collected before they are scored, the first time and later, and how many are scored at once. */
export interface Pace {
  readonly first: number;
  readonly later: number;
  readonly batch: number;
}
/** A batch takes fuzzysort about half a millisecond when it sees the names for the first time. */
export const PACE: Pace = { first: 512, later: 2048, batch: 128 };

interface Prospect {
  readonly row: number;
  /** The raw score that it cannot exceed. */
  readonly ceiling: number;
}

/** The score under which a name cannot enter: fuzzysort's and raw. */
interface Bar {
  readonly score: number;
  readonly raw: number;
}
const NO_BAR: Bar = { score: 0, raw: Number.NEGATIVE_INFINITY };

export function createContest(index: NameIndex, needle: Needle, limit: number, score: Scorer, pace: Pace): Contest {
  const top = new TopList(limit);

  const tierFor = (holds: Holds): number => (holds === HOLDS.prefix ? PREFIX : FUZZY);

  function isWonAgainst(holds: Holds, late: boolean): boolean {
    const { worst } = top;
    if (worst === undefined || holds === HOLDS.odd) return false;
    return worst.late === late ? worst.tier < tierFor(holds) : late;
  }

  function barFor(holds: Holds, late: boolean): Bar {
    const { worst } = top;
    const applies = worst !== undefined && holds !== HOLDS.odd && worst.tier === tierFor(holds) && worst.late === late;
    return applies ? { score: worst.score, raw: rawScore(worst.score) } : NO_BAR;
  }

  function round(holds: Holds, late: boolean): Round {
    let bar = barFor(holds, late);
    let prospects: Prospect[] = [];
    let most = pace.first;
    let lastLength = -1;
    let isOver = false;
    return {
      isOverFor(row) {
        const length = (index.starts[row + 1] as number) - (index.starts[row] as number);
        if (length === lastLength) return isOver;
        lastLength = length;
        isOver = isWonAgainst(holds, late) || ceilingAtLength(holds, needle, length) < bar.raw;
        return isOver;
      },
      offer(row) {
        const ceiling = ceilingOfName(holds, index, row, needle, bar.raw);
        if (ceiling >= bar.raw && ceiling > Number.NEGATIVE_INFINITY) prospects.push({ row, ceiling });
        return ceiling > Number.NEGATIVE_INFINITY;
      },
      get isFull() {
        return prospects.length >= most;
      },
      *score() {
        let matching = 0;
        prospects.sort((a, b) => b.ceiling - a.ceiling);
        for (let at = 0; at < prospects.length; at += pace.batch) {
          if ((prospects[at] as Prospect).ceiling < bar.raw) break;
          const rows = prospects.slice(at, at + pace.batch).map(({ row }) => row);
          const ranked = score(needle, rows, holds, bar.score, late);
          matching += ranked.length;
          top.add(ranked);
          bar = barFor(holds, late);
          yield;
        }
        prospects = [];
        most = pace.later;
        lastLength = -1;
        return matching;
      },
    };
  }

  return {
    get ranked() {
      return top.ranked;
    },
    get isFull() {
      return top.worst !== undefined;
    },
    isWonAgainst,
    round,
  };
}
