/** Places to jump to that gdb has no words for: an entry by its verdict, a unit, a share of the run. */

import type { Mark } from '../step.ts';
import { verdictByte } from '../verdict.ts';
import type { Situation } from './situation.ts';
import type { DebuggerState } from './state.ts';
import type { World } from './worlds.ts';

/** The entry at a state, or the one that comes next: a place between two entries is before the second. */
export function entryBoundary({ world, state }: Situation): { readonly entry: number; readonly inside: boolean } {
  const { entries } = world.replay;
  if (state.phase === 'ready') return { entry: 0, inside: false };
  if (state.phase === 'ended') return { entry: entries.count, inside: false };
  const { entry, unit } = world.track.placeAt(state.mark);
  return entry >= 0 ? { entry, inside: true } : { entry: entries.units.firstEntry[unit] ?? 0, inside: false };
}

/** The next entry in a direction whose verdict byte is accepted; undecided ones are none. */
export function nextEntry(
  situation: Situation,
  direction: 1 | -1,
  accept: (verdict: number) => boolean,
): number | undefined {
  const { verdicts } = situation.world.replay;
  const { entry, inside } = entryBoundary(situation);
  let at = direction > 0 ? (inside ? entry + 1 : entry) : entry - 1;
  for (; at >= 0 && at < verdicts.length; at += direction) {
    const verdict = verdicts[at] as number;
    if (verdict !== 0 && accept(verdict)) return at;
  }
  return undefined;
}

export const isSkip = (verdict: number): boolean => verdict !== verdictByte.encoded;

/** Where an entry is decided: the last line that it takes. */
export function decidingMark({ timeline }: World, entry: number): Mark | undefined {
  const mark = timeline.markOfEntry(entry);
  return mark === undefined ? undefined : mark + timeline.linesOfEntry(entry).length - 1;
}

/** The mark of the unit after or before the one of a state. */
export function unitMark({ world, state }: Situation, direction: 1 | -1): Mark | undefined {
  const { units } = world.track;
  if (state.phase === 'ready') return direction > 0 ? 0 : undefined;
  const here = state.phase === 'ended' ? units.length : units.indexOf(world.track.placeAt(state.mark).unit);
  const row = units[here + direction];
  return row === undefined ? undefined : world.timeline.markOfUnit(row);
}

/** Where a share of the entries is behind: 0 is the beginning, 1 the end. */
export function markOfShare({ timeline, track, replay }: World, share: number): Mark {
  if (share <= 0) return 0;
  if (share >= 1) return track.end;
  const entry = Math.floor(share * replay.entries.count);
  // Entries that the run never came to are behind its end.
  return timeline.markOfEntry(entry) ?? (replay.verdicts[entry] === 0 ? track.end : 0);
}

/** How far a state is through the entries, from 0 to 1. */
export function shareOf(situation: Situation): number {
  if (situation.state.phase === 'ended') return 1;
  const { count } = situation.world.replay.entries;
  return count === 0 ? 0 : entryBoundary(situation).entry / count;
}

/** The state at a mark, as after a stop there. */
export function standAt(state: DebuggerState, { track }: World, mark: Mark): DebuggerState {
  const phase = mark >= track.end ? 'ended' : 'stopped';
  return { ...state, phase, mark, frame: 0, listed: undefined, stoppedBy: undefined };
}

/** The same moment in another replay: the same entry or symbol at the same line, where there is such a line. */
export function sameMoment(from: World, to: World, mark: Mark): Mark {
  if (mark >= from.track.end) return to.track.end;
  const place = from.track.placeAt(mark);
  if (place.entry >= 0) {
    const start = to.timeline.markOfEntry(place.entry);
    if (start === undefined) return to.track.end;
    const at = to.timeline.linesOfEntry(place.entry).indexOf(place.line);
    return start + Math.max(0, at);
  }
  const unit = to.timeline.markOfUnit(place.unit) ?? 0;
  const same = to.track.scan(
    unit - 1,
    1,
    [{ lines: [place.line], test: ({ symbol }) => symbol === place.symbol }],
    () => true,
  );
  return same !== undefined && to.track.placeAt(same).unit === place.unit ? same : unit;
}
