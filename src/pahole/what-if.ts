/**
 * What changes between two replays of one kernel: the region raw or relocated, one version or another.
 */
import type { Replay } from './machine.ts';
import { verdictByte } from './verdict.ts';

/** A function name whose number of records changes. */
export interface ChangedName {
  readonly name: string;
  /** Records in the first replay, and in the second. */
  readonly before: number;
  readonly after: number;
}

export interface WhatIf {
  /** Records before dedup. */
  readonly before: number;
  readonly after: number;
  /** Names that have a record only in the second replay, and only in the first, in the order of the records. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Names with a record in both, but not as many. */
  readonly changed: readonly ChangedName[];
  /** Entries whose verdict is another. */
  readonly decidedOtherwise: number;
}

/** @param before and `after`: replays of the same entries that share their name ids */
export function compareReplays(before: Replay, after: Replay): WhatIf {
  if (before.entries !== after.entries || before.names !== after.names) {
    throw new Error('the replays are not of the same entries and names');
  }
  const first = recordsByName(before);
  const second = recordsByName(after);
  const { names } = before;
  const gained: string[] = [];
  const lost: string[] = [];
  const changed: ChangedName[] = [];
  for (const [id, count] of first) {
    const now = second.get(id) ?? 0;
    if (now === 0) lost.push(names.text(id));
    else if (now !== count) changed.push({ name: names.text(id), before: count, after: now });
  }
  for (const id of second.keys()) if (!first.has(id)) gained.push(names.text(id));
  let decidedOtherwise = 0;
  for (let entry = 0; entry < before.verdicts.length; entry++) {
    if (before.verdicts[entry] !== after.verdicts[entry]) decidedOtherwise++;
  }
  return { before: before.records, after: after.records, gained, lost, changed, decidedOtherwise };
}

function recordsByName(replay: Replay): Map<number, number> {
  const records = new Map<number, number>();
  const { name } = replay.entries;
  for (let entry = 0; entry < replay.verdicts.length; entry++) {
    if (replay.verdicts[entry] !== verdictByte.encoded) continue;
    const id = replay.names.ofRef(name[entry] as number);
    records.set(id, (records.get(id) ?? 0) + 1);
  }
  return records;
}
