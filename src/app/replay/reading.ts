/**
 * The DWARF behind the replay, read while the rest of the program goes on: other threads read, this one is told how far
 * they are, and at the end makes the first replay.
 *
 * It begins when the replay is opened, or before that, when nobody has done anything for a while: then one thread reads,
 * and what this thread has to do waits for the next moments without a key. Opening the replay ends that waiting. The
 * relocated world, which most look at next, is made in such moments too.
 */

import { TypeDies } from '../../dwarf/type-dies.ts';
import { ParseError, readyValue } from '../../errors.ts';
import type { DwarfEvidence } from '../../explain/evidence.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { asItWas, type TypeProblems, type Variant, Worlds } from '../../pahole/debugger/worlds.ts';
import { findTypeProblems } from '../../pahole/find-type-problems.ts';
import { findDwarf, readEntries } from '../../pahole/open-dwarf.ts';
import type { Idle } from '../idle.ts';
import { createListeners } from '../listeners.ts';

export type Reading =
  | { readonly phase: 'idle' }
  | { readonly phase: 'reading'; readonly done: number; readonly total: number }
  | ({ readonly phase: 'ready' } & DwarfEvidence)
  | { readonly phase: 'failed'; readonly reason: string };

export interface ReplaySession {
  readonly state: Reading;
  /** Read now. */
  start(): void;
  /** Read when nobody does anything; nothing where there is no telling when that is. */
  startWhenIdle(): void;
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Stop reading. */
  dispose(): void;
}

/** What outlives the reading: the types are asked again for another version of pahole. */
type Keep = (types: TypeDies) => void;

export interface ReplaySessionOptions {
  /** What pahole is said to be run on: the file's name. */
  readonly file: string;
  /** A separate debug file. */
  readonly debug?: string | undefined;
  /** The bundled dwarf-worker.js; by default the one beside the reader. */
  readonly workerUrl?: URL | undefined;
  /** Tells when nobody does anything. */
  readonly idle?: Idle | undefined;
}

/** So long must nothing have been done before the reading begins by itself, and before a piece of it on this thread. */
const idleMs = 1500;
const shortlyMs = 400;
const relocated: Variant = { ...asItWas, bytes: 'relocated' };

/** How often a listener is told of progress: as often as one can read a number. */
const tellEveryMs = 80;

export function createReplaySession(kernel: Vmlinux, options: ReplaySessionOptions): ReplaySession {
  const listeners = createListeners();
  const abort = new AbortController();
  let types: TypeDies | undefined;
  let state: Reading = { phase: 'idle' };
  let told = 0;
  const become = (next: Reading): void => {
    if (abort.signal.aborted) return;
    state = next;
    told = performance.now();
    listeners.tell();
  };
  const onProgress = (done: number, total: number): void => {
    if (state.phase !== 'reading') return;
    // Between two tellings only the number is kept.
    if (performance.now() - told < tellEveryMs && done < total) state = { phase: 'reading', done, total };
    else become({ phase: 'reading', done, total });
  };
  const hurry = new AbortController();
  const hurried = new Promise<void>((resolve) => hurry.signal.addEventListener('abort', () => resolve()));
  const keep: Keep = (opened) => {
    types = opened;
  };
  const begin = (how: Pick<How, 'moment' | 'threads'>): void => {
    become({ phase: 'reading', done: 0, total: 0 });
    read(kernel, options, { ...how, onProgress, signal: abort.signal, keep }).then(
      (ended) => {
        become(ended);
        if (ended.phase === 'ready' && options.idle !== undefined)
          prepare(kernel, ended.worlds, options.idle, abort.signal);
      },
      (error: unknown) => become({ phase: 'failed', reason: error instanceof Error ? error.message : String(error) }),
    );
  };
  return {
    get state() {
      return state;
    },
    start() {
      hurry.abort();
      if (state.phase === 'idle') begin({ moment: pause });
    },
    startWhenIdle() {
      const { idle } = options;
      void idle?.(idleMs, abort.signal).then(() => {
        const moment = () => Promise.race([idle(shortlyMs, abort.signal), hurried]);
        if (state.phase === 'idle') begin({ moment, threads: 1 });
      });
    },
    subscribe: listeners.subscribe,
    dispose() {
      abort.abort();
      listeners.clear();
      types?.close();
    },
  };
}

/** How the reading goes about it. */
interface How {
  /** Waited for before each piece of work on this thread. */
  readonly moment: () => Promise<void>;
  readonly threads?: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
  readonly keep: Keep;
}

async function read(kernel: Vmlinux, options: ReplaySessionOptions, how: How): Promise<Reading> {
  const { moment, threads, onProgress, signal, keep } = how;
  // A frame first: to find a separate debug file may take a checksum over all of it.
  await pause();
  const dwarf = findDwarf(kernel, options.debug);
  if (dwarf.state !== 'ready') return { phase: 'failed', reason: dwarf.reason };
  const { sections, path } = dwarf.value;
  const { workerUrl } = options;
  try {
    const entries = await readEntries(kernel, dwarf.value, { onProgress, signal, threads, workerUrl });
    await moment();
    signal.throwIfAborted();
    const types = new TypeDies(sections);
    keep(types);
    const typeProblems: TypeProblems = (rules) => findTypeProblems(types, entries, rules);
    const worlds = new Worlds({ kernel, entries, typeProblems, file: options.file });
    // Now, and not when it is first drawn: it takes a fifth of a second for a large kernel.
    worlds.world(asItWas);
    await moment();
    const infoFileOffset = sections.info.kind === 'file' ? sections.info.offset : undefined;
    return { phase: 'ready', path, infoFileOffset, types, worlds };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { phase: 'failed', reason: error.message };
  }
}

/** Make what is looked at next, a piece in each moment without a key. */
async function prepare(kernel: Vmlinux, worlds: Worlds, idle: Idle, signal: AbortSignal): Promise<void> {
  const pieces = [
    () => readyValue(kernel.mcount)?.relocatedBytes(),
    () => worlds.world(relocated),
    () => worlds.difference(asItWas, relocated),
  ];
  for (const piece of pieces) {
    await idle(shortlyMs, signal);
    try {
      piece();
    } catch {
      // Who asks for it will be told.
    }
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
