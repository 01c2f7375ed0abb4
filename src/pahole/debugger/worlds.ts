/**
 * The replays that a session moves between: one for each pair of region bytes and encoder version, made when it is
 * first asked for. They share the function entries and the ids of names, so another one is a pass over columns.
 */
import type { FunctionEntries } from '../../dwarf/function-entries.ts';
import { readyValue } from '../../errors.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { type EncoderRules, type EncoderVersion, encoders } from '../encoders.ts';
import { type Replay, replay, setUp } from '../machine.ts';
import type { RegionBytes } from '../mcount-addrs.ts';
import { NameIds } from '../name-ids.ts';
import type { ReplayTimeline } from '../timeline.ts';
import { compareReplays, type WhatIf } from '../what-if.ts';
import { Track } from './track.ts';

/** Names that are decoded between two yields. */
const namesAStep = 2048;

/** Which replay: the bytes of the mcount region, and the version of pahole. */
export interface Variant {
  readonly bytes: RegionBytes;
  readonly version: EncoderVersion;
}

/** The one that really ran. */
export const asItWas: Variant = { bytes: 'raw', version: '1.20' };

/** One replay with its way along the marks. */
export interface World {
  readonly kernel: Vmlinux;
  readonly variant: Variant;
  readonly replay: Replay;
  readonly timeline: ReplayTimeline;
  readonly track: Track;
}

export type TypeProblems = (rules: EncoderRules) => ReadonlyMap<number, string>;

export interface WorldsInput {
  readonly kernel: Vmlinux;
  readonly entries: FunctionEntries;
  /** Unit row → why its types end the run, by the rules of a version; asked once for each replay. */
  readonly typeProblems?: TypeProblems | undefined;
  /** What pahole is said to be run on. */
  readonly file: string;
  /** One that was made already of these entries. */
  readonly replay?: Replay | undefined;
}

export class Worlds {
  readonly kernel: Vmlinux;
  readonly entries: FunctionEntries;
  readonly file: string;
  readonly #typeProblems: TypeProblems | undefined;
  readonly #names: NameIds;
  readonly #replays = new Map<string, Replay>();
  readonly #worlds = new Map<string, World>();
  readonly #differences = new Map<string, WhatIf>();

  constructor(input: WorldsInput) {
    this.kernel = input.kernel;
    this.entries = input.entries;
    this.file = input.file;
    this.#typeProblems = input.typeProblems;
    const made = input.replay;
    this.#names = made?.names ?? new NameIds(input.entries.names);
    if (made !== undefined) this.#replays.set(nameOf({ bytes: made.bytes, version: made.rules.version }), made);
  }

  /** The decisions of a variant, without a way along them. */
  replay(variant: Variant): Replay {
    const running = this.running(variant);
    for (;;) {
      const step = running.next();
      if (step.done) return step.value;
    }
  }

  /** The same in pieces, for who has keys to answer meanwhile: yields the share that is done. */
  *running(variant: Variant): Generator<number, Replay, void> {
    const name = nameOf(variant);
    let run = this.#replays.get(name);
    if (run === undefined) {
      run = yield* this.#run(variant);
      this.#replays.set(name, run);
    }
    return run;
  }

  /** Decode every name once, in pieces: a replay that compares names is then a pass over numbers. */
  *naming(): Generator<number, void, void> {
    const { name, count } = this.entries;
    for (let entry = 0; entry < count; entry++) {
      const ref = name[entry] as number;
      if (ref !== 0) this.#names.ofRef(ref);
      if (entry % namesAStep === namesAStep - 1) yield entry / count;
    }
  }

  world(variant: Variant): World {
    const name = nameOf(variant);
    let world = this.#worlds.get(name);
    if (world === undefined) {
      const run = this.replay(variant);
      const { timeline } = run;
      world = { kernel: this.kernel, variant, replay: run, timeline, track: new Track(timeline) };
      this.#worlds.set(name, world);
    }
    return world;
  }

  /** What changes from one to the other. */
  difference(before: Variant, after: Variant): WhatIf {
    const name = `${nameOf(before)} ${nameOf(after)}`;
    let difference = this.#differences.get(name);
    if (difference === undefined) {
      difference = compareReplays(this.replay(before), this.replay(after));
      this.#differences.set(name, difference);
    }
    return difference;
  }

  *#run({ bytes, version }: Variant): Generator<number, Replay, void> {
    const { kernel, entries } = this;
    // The region costs a pass over the relocations, and the raw bytes of a linked file do without it.
    const needsRegion = bytes === 'relocated' || kernel.elf.isRelocatable;
    const region = needsRegion ? readyValue(kernel.mcount) : undefined;
    yield 0;
    const input = { elf: kernel.elf, symbols: readyValue(kernel.symbols), region, version, bytes };
    const setup = setUp(input);
    yield 0.3;
    const typeProblems = this.#typeProblems?.(encoders[version]);
    yield 0.5;
    return replay({ ...input, entries, names: this.#names, typeProblems }, setup);
  }
}

const nameOf = ({ bytes, version }: Variant): string => `${bytes} ${version}`;

export const sameVariant = (a: Variant, b: Variant): boolean => a.bytes === b.bytes && a.version === b.version;
