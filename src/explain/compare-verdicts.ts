/**
 * What an encoder decided about a name. A function has an entry in each unit that declares, inlines or defines it; the
 * one that came furthest tells the name's fate: the record if there is one, else the last test that an entry failed.
 */
import { entryOffset, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import type { Replay } from '../pahole/machine.ts';
import { undecided, type Verdict, verdictOfByte } from '../pahole/verdict.ts';
import type { DebugInfoOffset } from '../units.ts';

export interface FunctionVerdict {
  /** Undefined where the run ended before it came to an entry of the name. */
  readonly verdict: Verdict | undefined;
  /** The line of btf_encoder.c (1.20) that decided it. */
  readonly line: number | undefined;
  /** The unit and the DIE of the entry that came furthest; the first of several. */
  readonly cu: string;
  readonly die: DebugInfoOffset;
  /** Entries of this name in all units. */
  readonly entries: number;
}

/** From what tells least about a function to what tells most. */
const order: readonly (Verdict | undefined)[] = [
  undefined,
  'declaration',
  'unnamed-parameter',
  'unnamed-function',
  'not-in-list',
  'not-external',
  'already-generated',
  'encoded',
];
const rankOfByte = Uint8Array.from({ length: 256 }, (_, byte) => Math.max(0, order.indexOf(verdictOfByte(byte))));

export class VerdictsByName {
  readonly replay: Replay;
  /** By name id: the entry that came furthest plus 1, and how many entries there are. */
  readonly #best: Uint32Array;
  readonly #entries: Uint32Array;
  readonly #ids = new Map<string, number>();

  /** A pass over all entries. */
  constructor(replay: Replay) {
    this.replay = replay;
    const { entries, names, verdicts } = replay;
    const best = new Uint32Array(entries.count);
    const counts = new Uint32Array(entries.count);
    for (let entry = 0; entry < entries.count; entry++) {
      const ref = entries.name[entry] as number;
      if (ref === 0) continue;
      const id = names.ofRef(ref);
      counts[id] = (counts[id] ?? 0) + 1;
      const known = best[id] ?? 0;
      const rank = rankOfByte[verdicts[entry] ?? undecided] as number;
      if (known === 0 || rank > (rankOfByte[verdicts[known - 1] ?? undecided] as number)) best[id] = entry + 1;
    }
    for (let id = 0; id < names.count; id++) this.#ids.set(names.text(id), id);
    this.#best = best;
    this.#entries = counts;
  }

  /** Undefined where no entry has the name. */
  of(name: string): FunctionVerdict | undefined {
    const id = this.#ids.get(name);
    const best = id === undefined ? 0 : (this.#best[id] ?? 0);
    if (id === undefined || best === 0) return undefined;
    const { replay } = this;
    const entry = best - 1;
    return {
      verdict: replay.verdict(entry),
      line: replay.line(entry),
      cu: unitName(replay.entries, unitOfEntry(replay.entries, entry)) ?? '',
      die: entryOffset(replay.entries, entry),
      entries: this.#entries[id] ?? 0,
    };
  }
}
