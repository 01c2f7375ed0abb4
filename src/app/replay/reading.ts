/**
 * The DWARF behind the replay, read while the rest of the program goes on: other threads read, this one is told how far
 * they are, and at the end makes the first replay.
 */
import { readFunctionEntries } from '../../dwarf/read-function-entries.ts';
import { TypeDies } from '../../dwarf/type-dies.ts';
import { ParseError } from '../../errors.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { asItWas, type TypeProblems, Worlds } from '../../pahole/debugger/worlds.ts';
import { findTypeProblems } from '../../pahole/find-type-problems.ts';
import { findDwarf } from '../../pahole/open-dwarf.ts';

export type Reading =
  | { readonly phase: 'idle' }
  | { readonly phase: 'reading'; readonly done: number; readonly total: number }
  | { readonly phase: 'ready'; readonly worlds: Worlds }
  | { readonly phase: 'failed'; readonly reason: string };

export interface ReplaySession {
  readonly state: Reading;
  /** Begin to read; further calls do nothing. */
  start(): void;
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
}

/** How often a listener is told of progress: as often as one can read a number. */
const tellEveryMs = 80;

export function createReplaySession(kernel: Vmlinux, options: ReplaySessionOptions): ReplaySession {
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  let types: TypeDies | undefined;
  let state: Reading = { phase: 'idle' };
  let told = 0;
  const become = (next: Reading): void => {
    if (abort.signal.aborted) return;
    state = next;
    told = performance.now();
    for (const listener of [...listeners]) listener();
  };
  const onProgress = (done: number, total: number): void => {
    if (state.phase !== 'reading') return;
    // Between two tellings only the number is kept.
    if (performance.now() - told < tellEveryMs && done < total) state = { phase: 'reading', done, total };
    else become({ phase: 'reading', done, total });
  };
  return {
    get state() {
      return state;
    },
    start() {
      if (state.phase !== 'idle') return;
      become({ phase: 'reading', done: 0, total: 0 });
      const keep: Keep = (opened) => {
        types = opened;
      };
      read(kernel, options, onProgress, abort.signal, keep).then(become, (error: unknown) => {
        become({ phase: 'failed', reason: error instanceof Error ? error.message : String(error) });
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      abort.abort();
      listeners.clear();
      types?.close();
    },
  };
}

async function read(
  kernel: Vmlinux,
  options: ReplaySessionOptions,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
  keep: Keep,
): Promise<Reading> {
  // A frame first: to find a separate debug file may take a checksum over all of it.
  await pause();
  const dwarf = findDwarf(kernel, options.debug);
  if (dwarf.state !== 'ready') return { phase: 'failed', reason: dwarf.reason };
  const { sections } = dwarf.value;
  try {
    const entries = await readFunctionEntries(sections, { onProgress, signal, workerUrl: options.workerUrl });
    await pause();
    signal.throwIfAborted();
    const types = new TypeDies(sections);
    keep(types);
    const typeProblems: TypeProblems = (rules) => findTypeProblems(types, entries, rules);
    const worlds = new Worlds({ kernel, entries, typeProblems, file: options.file });
    // Now, and not when it is first drawn: it takes a fifth of a second for a large kernel.
    worlds.world(asItWas);
    return { phase: 'ready', worlds };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { phase: 'failed', reason: error.message };
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
