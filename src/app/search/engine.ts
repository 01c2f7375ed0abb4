/**
 * The search as the program sees it: one query at a time, replies in order, and an answer whatever becomes of the
 * worker.
 *
 *     starting ──start()──▶ indexing ──ready──▶ ready
 *                             │  ▲ worker lost: once again, then on this thread, and `problem` says so
 */
import { createLocalWorker } from './local-worker.ts';
import type { FromThread, ToThread, WorkerLike } from './protocol.ts';
import { lettersOf, parseQuery } from './query.ts';
import { quickScan } from './quick-scan.ts';
import type { SearchHit, SearchInput, SearchReply, SearchState } from './types.ts';

export interface SearchEngine {
  /** Begins to read the names; to be called after the first frame. A query calls it too. */
  start(): void;
  /**
   * Asks for the best `limit` names. `onReply` is called with the hits, and again while `complete` is false; never
   * before this returns, and never again once a newer query was asked.
   */
  query(text: string, limit: number, onReply: (reply: SearchReply) => void): { cancel(): void };
  readonly state: SearchState;
  /** Calls back when the state changes. @returns a function that ends it */
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

interface Asked {
  readonly seq: number;
  readonly text: string;
  readonly limit: number;
  readonly onReply: (reply: SearchReply) => void;
  hits: readonly SearchHit[];
}

/** A worker that says nothing for so long is taken for lost. */
const SILENCE_MS = 5000;
const BUILD_MS = 60_000;

/** @param spawnWorker starts the thread; without it, the work is done in slices on this one */
export function createSearch(input: SearchInput, spawnWorker?: () => WorkerLike): SearchEngine {
  const latest = new Int32Array(new SharedArrayBuffer(4));
  const listeners = new Set<() => void>();
  let state: SearchState = { phase: 'starting', thread: spawnWorker === undefined ? 'main' : 'worker' };
  let worker: WorkerLike | undefined;
  let asked: Asked | undefined;
  let losses = 0;
  let disposed = false;
  let watchdog: NodeJS.Timeout | undefined;

  function setState(next: SearchState): void {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function launch(problem?: string): void {
    const onWorker = spawnWorker !== undefined && losses < 2;
    setState({
      phase: 'indexing',
      thread: onWorker ? 'worker' : 'main',
      ...(problem === undefined ? {} : { problem }),
    });
    let next: WorkerLike;
    try {
      next = onWorker ? spawnWorker() : createLocalWorker();
    } catch (error) {
      losses = 2;
      launch(`the search thread does not start: ${messageOf(error)}`);
      return;
    }
    worker = next;
    next.on('message', (message) => next === worker && receive(message));
    next.on('error', (error) => lose(next, messageOf(error)));
    next.on('exit', (code) => lose(next, `it ended with code ${code}`));
    if (onWorker) {
      const copy = copyOf(input);
      next.postMessage({ kind: 'build', input: copy, latest }, buffersOf(copy));
    } else next.postMessage({ kind: 'build', input, latest });
    watch(next, BUILD_MS);
    if (asked !== undefined) next.postMessage(queryMessage(asked));
  }

  function lose(lost: WorkerLike, reason: string): void {
    if (lost !== worker || disposed) return;
    worker = undefined;
    lost.terminate();
    losses++;
    launch(`the search thread was lost (${reason}); ${losses < 2 ? 'started again' : 'searching without it'}`);
  }

  function watch(watched: WorkerLike, milliseconds: number): void {
    clearTimeout(watchdog);
    if (state.thread === 'main') return;
    watchdog = setTimeout(() => lose(watched, 'it does not answer'), milliseconds);
    watchdog.unref();
  }

  function receive(message: FromThread): void {
    clearTimeout(watchdog);
    if (message.kind === 'ready') {
      setState({ ...state, phase: 'ready' });
      if (asked !== undefined && worker !== undefined) watch(worker, SILENCE_MS);
      return;
    }
    if (asked === undefined || message.seq !== asked.seq) return;
    const { text, onReply } = asked;
    if (message.kind === 'reply') asked.hits = message.hits;
    const complete = message.kind === 'total' || message.complete;
    const problem = message.kind === 'reply' ? message.problem : undefined;
    const reply = { text, hits: asked.hits, total: message.total, complete };
    // After a crash the newest query is asked again; one that was answered in full is not.
    if (complete) asked = undefined;
    onReply(problem === undefined ? reply : { ...reply, problem });
  }

  function query(text: string, limit: number, onReply: (reply: SearchReply) => void): { cancel(): void } {
    const seq = Atomics.add(latest, 0, 1) + 1;
    const mine: Asked = { seq, text, limit, onReply, hits: [] };
    asked = mine;
    const reply = (hits: readonly SearchHit[], total: number, complete: boolean, problem?: string): void => {
      queueMicrotask(() => {
        if (asked !== mine || disposed) return;
        if (complete) asked = undefined;
        onReply({ text, hits, total, complete, ...(problem === undefined ? {} : { problem }) });
      });
    };
    const parsed = parseQuery(text);
    if (parsed.kind === 'empty') reply([], 0, true);
    else if (parsed.kind === 'regex' && parsed.problem !== undefined) reply([], 0, true, parsed.problem);
    else {
      if (worker === undefined) start();
      else {
        worker.postMessage(queryMessage(mine));
        watch(worker, state.phase === 'ready' ? SILENCE_MS : BUILD_MS);
      }
      if (state.phase !== 'ready' && parsed.kind !== 'regex') {
        const quick = quickScan(input, lettersOf(parsed, text), limit);
        reply(quick.hits, quick.total, false);
      }
    }
    return {
      cancel: () => {
        if (asked !== mine) return;
        asked = undefined;
        Atomics.add(latest, 0, 1);
      },
    };
  }

  function start(): void {
    if (!disposed && state.phase === 'starting') launch();
  }

  return {
    start,
    query,
    get state() {
      return state;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose: () => {
      disposed = true;
      asked = undefined;
      clearTimeout(watchdog);
      worker?.terminate();
      worker = undefined;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const queryMessage = ({ seq, text, limit }: Asked): ToThread => ({ kind: 'query', seq, text: text.trim(), limit });

/**
 * Exact copies: posting a view would send the whole buffer under it, and transferring it would take it away. Not
 * slice(), which on a Buffer is a view again.
 */
function copyOf({ symbols, funcs }: SearchInput): SearchInput {
  return {
    symbols: {
      strings: new Uint8Array(symbols.strings),
      names: new Uint32Array(symbols.names),
      types: new Uint8Array(symbols.types),
    },
    funcs: { strings: new Uint8Array(funcs.strings), names: new Uint32Array(funcs.names) },
  };
}

function buffersOf({ symbols, funcs }: SearchInput): ArrayBuffer[] {
  const views = [symbols.strings, symbols.names, symbols.types, funcs.strings, funcs.names];
  return views.map(({ buffer }) => buffer as ArrayBuffer);
}
