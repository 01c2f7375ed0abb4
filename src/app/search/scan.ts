/**
 * The rows that match a query, names that fuzzysort rewrites left out, found segment by segment, and how each holds it.
 *
 * A longer query keeps to the rows of the shorter one that it continues, and a deletion returns to the one before:
 * the rows of the last queries are kept.
 */
import type { NameIndex } from './name-index.ts';
import { howHeld, type Needle } from './needle.ts';

/** A range of rows in the order of the index. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/** The matches of one query: `rows[i]` ascends, `holds[i]` says how. One at a time: they share their columns. */
export interface Matches {
  readonly rows: Uint32Array;
  readonly holds: Uint8Array;
  readonly count: number;
  /** Looks at the rows of a segment; segments must ascend and cover all rows before {@link keep}. Yields in between. */
  scan(segment: Segment): Generator<void, Segment>;
  /** Remembers the rows for the queries that continue this one. */
  keep(): void;
}

const SLICE = 4096;
const KEPT_QUERIES = 12;

export function createScanner(index: NameIndex): (needle: Needle) => Matches {
  const rows = new Uint32Array(index.count);
  const holds = new Uint8Array(index.count);
  const kept = new Map<string, Uint32Array>();

  function narrowest(text: string): Uint32Array | undefined {
    let found = '';
    for (const query of kept.keys()) if (text.startsWith(query) && query.length > found.length) found = query;
    return kept.get(found);
  }

  return (needle) => {
    const within = narrowest(needle.text);
    let at = 0;
    let count = 0;

    function look(row: number): void {
      const letters = index.letters[row] as number;
      if (letters < 0 || (letters & needle.letters) !== needle.letters) return;
      const how = howHeld(index, row, needle);
      if (how < 0) return;
      rows[count] = row;
      holds[count++] = how;
    }

    // Not in the generator: V8 optimizes a loop that is run to its end sooner.
    function lookFrom(from: number, to: number): void {
      for (let row = from; row < to; row++) look(row);
    }

    return {
      rows,
      holds,
      get count() {
        return count;
      },
      *scan({ from, to }) {
        const begun = count;
        if (within === undefined) {
          for (let row = from; row < to; row += SLICE) {
            lookFrom(row, Math.min(row + SLICE, to));
            yield;
          }
        } else {
          for (; at < within.length && (within[at] as number) < to; at++) {
            look(within[at] as number);
            if (at % SLICE === 0) yield;
          }
        }
        return { from: begun, to: count };
      },
      keep() {
        if (within?.length === count && kept.has(needle.text)) return;
        kept.delete(needle.text);
        kept.set(needle.text, rows.slice(0, count));
        const [oldest] = kept.keys();
        if (kept.size > KEPT_QUERIES && oldest !== undefined) kept.delete(oldest);
      },
    };
  };
}
