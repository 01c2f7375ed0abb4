/**
 * Moving along the track: to where a command wants to go, or to what stops it before that.
 *
 * Hits and ignore counts are counted on the way, in either direction, as gdb counts them.
 */
import { depthOf, paholeLines } from '../lines.ts';
import type { Mark } from '../step.ts';
import type { Situation } from './situation.ts';
import type { Breakpoint, DebuggerState } from './state.ts';
import { type NumberedStop, stopsOf } from './stops.ts';
import type { Place, Stop } from './track.ts';

/** Why a journey ended. */
export interface Halt {
  readonly reason: 'goal' | 'breakpoint' | 'history' | 'end';
  readonly direction: 1 | -1;
  /** The breakpoint that gdb names: of several the one with the lowest number. */
  readonly breakpoint: Breakpoint | undefined;
  /** A condition that could not be asked. */
  readonly problem: string | undefined;
}

export interface Journey {
  readonly state: DebuggerState;
  readonly halt: Halt;
  /** The last place on the way that was a goal too, when there was to be more than one. */
  readonly before: Place | undefined;
}

export interface Itinerary {
  readonly direction: 1 | -1;
  /** Where the command wants to go; undefined for as far as it gets. */
  readonly goal?: Stop | undefined;
  /** How often: `next 3`. */
  readonly times?: number | undefined;
  /** By default the mark of the state; it is not itself looked at. */
  readonly from?: Mark | undefined;
}

export function travel({ world, state }: Situation, itinerary: Itinerary): Journey {
  const { direction, goal, from = state.mark } = itinerary;
  let left = itinerary.times ?? 1;
  let before: Place | undefined;
  const problems = new Map<number, string>();
  const stops: NumberedStop[] = stopsOf(world, state.breakpoints, direction, problems);
  const wanted: NumberedStop | undefined = goal && { number: 0, lines: goal.lines, test: goal.test };
  const counts = new Map<number, { hits: number; ignore: number }>();
  for (const { number, hits, ignore } of state.breakpoints) counts.set(number, { hits, ignore });
  let stopper: number | undefined;
  const { track } = world;
  const mark = track.scan(from, direction, wanted === undefined ? stops : [...stops, wanted], (place, holding) => {
    let stopping = false;
    for (const { number } of holding) {
      const count = counts.get(number);
      if (count === undefined) {
        if (--left <= 0) stopping = true;
        else before = { ...place };
        continue;
      }
      count.hits++;
      if (count.ignore > 0) count.ignore--;
      else {
        stopping = true;
        if (stopper === undefined || number < stopper) stopper = number;
      }
    }
    return stopping;
  });
  const breakpoint = state.breakpoints.find(({ number }) => number === stopper);
  const problem = stopper === undefined ? undefined : problems.get(stopper);
  const breakpoints = state.breakpoints.flatMap((row) => counted(row, counts.get(row.number), row.number === stopper));
  const common = { direction, breakpoint, problem };
  const arrived = { ...state, breakpoints, frame: 0, listed: undefined, stoppedBy: stopper };
  if (mark !== undefined) {
    const halt: Halt = { reason: stopper === undefined ? 'goal' : 'breakpoint', ...common };
    return { state: { ...arrived, phase: 'stopped', mark }, halt, before };
  }
  if (direction > 0 || track.end === 0) {
    return { state: { ...arrived, phase: 'ended', mark: track.end }, halt: { reason: 'end', ...common }, before };
  }
  return { state: { ...arrived, phase: 'stopped', mark: 0 }, halt: { reason: 'history', ...common }, before };
}

function counted(
  row: Breakpoint,
  count: { readonly hits: number; readonly ignore: number } | undefined,
  stopped: boolean,
): Breakpoint[] {
  if (stopped && row.disposition === 'del') return [];
  const enabled = row.enabled && !(stopped && row.disposition === 'dis');
  return [{ ...row, ...count, enabled }];
}

const depths: ReadonlyMap<number, number> = new Map(paholeLines.map(({ line }) => [line, depthOf(line)]));
const allLines: readonly number[] = paholeLines.map(({ line }) => line);
const depth = (line: number): number => depths.get(line) ?? 0;

/** Every line: a step. */
export const anyLine: Stop = { lines: allLines };

/** Lines that are at most so many calls deep: what next stops at. Once further out, it stays there. */
export function notBelow(line: number): Stop {
  let deepest = depth(line);
  const test = (place: Place): boolean => {
    const here = depth(place.line);
    if (here > deepest) return false;
    deepest = here;
    return true;
  };
  return { lines: allLines.filter((row) => depth(row) <= deepest), test };
}

/** Lines further out than a frame's: what finish stops at; none for the outermost. */
export const outside = (line: number): Stop => ({ lines: allLines.filter((row) => depth(row) < depth(line)) });

/** A line behind this one in the same frame, or whatever comes after the frame: until, which leaves loops. */
export function beyond({ line, unit }: Place): Stop {
  const here = depth(line);
  const lines = allLines.filter((row) => depth(row) <= here);
  return { lines, test: (place) => place.line > line || depth(place.line) < here || place.unit !== unit };
}

/** A location, or the way out of the frame: until LOCATION and advance. The outermost frame has no way out. */
export function eitherOf(location: Stop, line: number): Stop {
  const lines = new Set([...location.lines, ...outside(line).lines]);
  const wanted = new Set(location.lines);
  return {
    lines,
    test: (place) => (wanted.has(place.line) && (location.test?.(place) ?? true)) || depth(place.line) < depth(line),
  };
}
