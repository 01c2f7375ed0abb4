/**
 * The marks of a replay as a track to run along: where the next stop is, forwards or backwards, over all of them.
 *
 *   | setup: stretches of lines, some once per symbol | entries of unit 0 | 649 703 | entries of unit 1 | … | the end |
 *
 * A quarter of a million entries take one of eight ways, so a way without a stop costs one look at its verdict byte,
 * and a stop's condition is asked only where its line is. Nothing is allocated per entry.
 */
import { entryPaths } from '../lines.ts';
import { type Segment, setupSegments } from '../setup-steps.ts';
import type { Mark } from '../step.ts';
import type { ReplayTimeline } from '../timeline.ts';

/** Where the replay stands, as a condition sees it; -1 for what is not there. */
export interface Place {
  readonly mark: Mark;
  /** 0 at the end. */
  readonly line: number;
  readonly unit: number;
  readonly entry: number;
  /** The row of .symtab. */
  readonly symbol: number;
  /** Which repetition of the loop over symbols or functions[] it is. */
  readonly position: number;
}

/** Something to stop for. Compared by identity. */
export interface Stop {
  readonly lines: Iterable<number>;
  /** Asked at each of the lines; without it every one counts. The place is used again: keep no hold of it. */
  readonly test?: ((place: Place) => boolean) | undefined;
}

/** Told of a place where stops hold. @returns true to stop there */
export type Visit<S extends Stop> = (place: Place, holding: readonly S[]) => boolean;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Hit<S> {
  readonly offset: number;
  readonly line: number;
  readonly stops: readonly S[];
}

interface Placed extends Segment {
  /** Marks from the unit's first. */
  readonly start: number;
}

interface Run<S extends Stop> {
  readonly direction: 1 | -1;
  /** The first mark that counts, in the direction. */
  readonly bound: Mark;
  readonly byLine: ReadonlyMap<number, readonly S[]>;
  /** By verdict byte. */
  readonly ways: readonly (readonly Hit<S>[])[];
  readonly visit: Visit<S>;
  readonly place: Writable<Place>;
}

export class Track {
  readonly timeline: ReplayTimeline;
  /** The mark of the end. */
  readonly end: Mark;
  /** Marks before the first unit's first entry. */
  readonly setupLength: number;
  readonly #paths: readonly (readonly number[])[];
  readonly #setup: readonly Placed[];
  readonly #later: readonly Placed[];
  readonly #units: Uint32Array;
  readonly #marks: Uint32Array;

  constructor(timeline: ReplayTimeline) {
    const { replay } = timeline;
    this.timeline = timeline;
    this.end = timeline.length - 1;
    this.#paths = entryPaths(replay.rules, replay.table.functions_cnt > 0);
    this.#setup = placed(setupSegments(replay));
    this.#later = placed([{ lines: [649, 703], count: 1 }]);
    const last = this.#setup.at(-1);
    this.setupLength = last === undefined ? 0 : last.start + last.lines.length * last.count;
    const units: number[] = [];
    const marks: number[] = [];
    for (let unit = 0; unit < replay.unitsEntered; unit++) {
      const mark = timeline.markOfUnit(unit);
      if (mark === undefined) continue;
      units.push(unit);
      marks.push(mark);
    }
    this.#units = Uint32Array.from(units);
    this.#marks = Uint32Array.from(marks);
  }

  /** Units that were entered, in order. */
  get units(): Uint32Array {
    return this.#units;
  }

  placeAt(mark: Mark): Place {
    const { line, unit = -1, entry = -1, symbol = -1 } = this.timeline.step(mark);
    let position = -1;
    if (symbol >= 0) {
      const segment = this.#setup.findLast((row) => row.start <= mark);
      if (segment !== undefined) position = Math.floor((mark - segment.start) / segment.lines.length);
    }
    return { mark, line, unit, entry, symbol, position };
  }

  /**
   * Go from a mark (not included) along the track until a visit says to stop.
   * @returns the mark; undefined at the end of the track, or at its beginning
   */
  scan<S extends Stop>(from: Mark, direction: 1 | -1, stops: readonly S[], visit: Visit<S>): Mark | undefined {
    const bound = direction > 0 ? from + 1 : Math.min(from, this.end) - 1;
    if (bound < 0 || bound >= this.end || this.#units.length === 0) return undefined;
    const byLine = stopsByLine(stops);
    const ways = this.#paths.map((path) => hitsOf(path, byLine));
    const place = { mark: 0, line: 0, unit: -1, entry: -1, symbol: -1, position: -1 };
    const run: Run<S> = { direction, bound, byLine, ways, visit, place };
    for (let at = this.#unitAt(bound); at >= 0 && at < this.#units.length; at += direction) {
      const [first, second] = direction > 0 ? ['setup', 'entries'] : ['entries', 'setup'];
      for (const part of [first, second]) {
        const found = part === 'setup' ? this.#scanSegments(run, at) : this.#scanEntries(run, at);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** Position of the unit that a mark is in. */
  #unitAt(mark: Mark): number {
    let low = 0;
    let high = this.#marks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#marks[middle] as number) <= mark) low = middle;
      else high = middle;
    }
    return low;
  }

  #scanSegments<S extends Stop>(run: Run<S>, at: number): Mark | undefined {
    const { direction, bound, place } = run;
    const base = this.#marks[at] as number;
    const segments = at === 0 ? this.#setup : this.#later;
    place.unit = this.#units[at] as number;
    place.entry = -1;
    for (let i = direction > 0 ? 0 : segments.length - 1; i >= 0 && i < segments.length; i += direction) {
      const segment = segments[i] as Placed;
      const hits = hitsOf(segment.lines, run.byLine);
      if (hits.length === 0) continue;
      const { length } = segment.lines;
      // The repetition that the bound is in, or the first one that counts.
      const inside = Math.floor((bound - base - segment.start) / length);
      const last = segment.count - 1;
      for (
        let turn = direction > 0 ? Math.max(0, inside) : Math.min(last, inside);
        turn >= 0 && turn <= last;
        turn += direction
      ) {
        place.symbol = segment.symbols === undefined ? -1 : segment.symbols(turn);
        place.position = segment.symbols === undefined ? -1 : turn;
        const found = visitHits(run, hits, base + segment.start + turn * length);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #scanEntries<S extends Stop>(run: Run<S>, at: number): Mark | undefined {
    const { direction, bound, ways, place } = run;
    const { verdicts, entries } = this.timeline.replay;
    const unit = this.#units[at] as number;
    const first = entries.units.firstEntry[unit] as number;
    const last = (entries.units.firstEntry[unit + 1] as number) - 1;
    place.unit = unit;
    place.symbol = -1;
    place.position = -1;
    let entry = direction > 0 ? first : last;
    // In the unit of the bound begin at its entry; one that is before the entries leaves none to go back to.
    if (bound >= (this.#marks[at] as number) && bound < (this.#marks[at + 1] ?? this.end)) {
      const inside = this.timeline.entryAt(bound);
      if (inside !== undefined) entry = inside;
      else if (direction < 0) return undefined;
    }
    for (; entry >= first && entry <= last; entry += direction) {
      const hits = ways[verdicts[entry] as number] as readonly Hit<S>[];
      if (hits.length === 0) continue;
      place.entry = entry;
      const found = visitHits(run, hits, this.timeline.markOfEntry(entry) as number);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function placed(segments: readonly Segment[]): Placed[] {
  let start = 0;
  return segments.map((segment) => {
    const row = { ...segment, start };
    start += segment.lines.length * segment.count;
    return row;
  });
}

function stopsByLine<S extends Stop>(stops: readonly S[]): Map<number, S[]> {
  const byLine = new Map<number, S[]>();
  for (const stop of stops) {
    for (const line of stop.lines) {
      const row = byLine.get(line);
      if (row === undefined) byLine.set(line, [stop]);
      else row.push(stop);
    }
  }
  return byLine;
}

function hitsOf<S>(path: readonly number[], byLine: ReadonlyMap<number, readonly S[]>): Hit<S>[] {
  const hits: Hit<S>[] = [];
  path.forEach((line, offset) => {
    const stops = byLine.get(line);
    if (stops !== undefined) hits.push({ offset, line, stops });
  });
  return hits;
}

function visitHits<S extends Stop>(run: Run<S>, hits: readonly Hit<S>[], base: Mark): Mark | undefined {
  const { direction, bound, place, visit } = run;
  for (let i = direction > 0 ? 0 : hits.length - 1; i >= 0 && i < hits.length; i += direction) {
    const hit = hits[i] as Hit<S>;
    const mark = base + hit.offset;
    if (direction > 0 ? mark < bound : mark > bound) continue;
    place.mark = mark;
    place.line = hit.line;
    const holding = holdingOf(hit.stops, place);
    if (holding !== undefined && visit(place, holding)) return mark;
  }
  return undefined;
}

function holdingOf<S extends Stop>(stops: readonly S[], place: Place): readonly S[] | undefined {
  // By index: taking it apart would make an iterator, at every entry.
  const only = stops[0] as S;
  if (stops.length === 1) return only.test === undefined || only.test(place) ? stops : undefined;
  const holding = stops.filter((stop) => stop.test === undefined || stop.test(place));
  return holding.length === 0 ? undefined : holding;
}
