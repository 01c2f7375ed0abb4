/**
 * Fuzzy search over symbol names and BTF FUNC names: one query at a time, replies in order, and an answer whatever
 * becomes of the worker.
 *
 *     const search = createSearch({ symbols: { strings, names, types }, funcs: { strings, names } }, spawnSearchWorker);
 *     search.start();                                                     // after the first frame
 *     search.query('ttywr', SEARCH_LIMIT, ({ hits, total, complete }) => …);
 *
 * What a text means is parseQuery's to say: to an address or symbol+offset the caller goes itself.
 *
 *     starting ──start()──▶ indexing ──▶ ready
 *                               ▲          │ thread lost: another one, then this one, and `problem` says so
 *                               └──────────┤
 *                                          └──▶ failed, and the answers are plain substrings
 */
import { buffersOf, copyInput } from './copy-input.ts';
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
/** One thread, and another one after it. */
const THREADS = 2;

/** @param spawnWorker starts the thread; without it, the work is done in slices on this one */
export function createSearch(input: SearchInput, spawnWorker?: (rows: number) => WorkerLike): SearchEngine {
  const latest = new Int32Array(new SharedArrayBuffer(4));
  const listeners = new Set<() => void>();
  let state: SearchState = { phase: 'starting', thread: spawnWorker === undefined ? 'main' : 'worker' };
  let worker: WorkerLike | undefined;
  let asked: Asked | undefined;
  let losses = 0;
  let watchdog: NodeJS.Timeout | undefined;
  let disposed = false;

  function setState(phase: SearchState['phase'], thread: SearchState['thread'], problem = state.problem): void {
    state = { phase, thread, ...(problem === undefined ? {} : { problem }) };
    for (const listener of [...listeners]) listener();
  }

  function launch(problem?: string): void {
    const spawn = losses < THREADS ? spawnWorker : undefined;
    setState('indexing', spawn === undefined ? 'main' : 'worker', problem);
    let next: WorkerLike;
    try {
      next = spawn === undefined ? createLocalWorker() : spawn(input.symbols.names.length + input.funcs.names.length);
    } catch (error) {
      losses = THREADS;
      launch(`the search thread does not start (${messageOf(error)}); searching without it`);
      return;
    }
    worker = next;
    next.on('message', (message) => next === worker && receive(message));
    next.on('error', (error) => lose(next, messageOf(error)));
    next.on('exit', (code) => lose(next, `it ended with code ${code}`));
    watch(BUILD_MS);
    if (spawn === undefined) next.postMessage({ kind: 'build', input, latest });
    else void sendCopy(next);
    if (asked !== undefined) next.postMessage(queryMessage(asked));
  }

  async function sendCopy(receiver: WorkerLike): Promise<void> {
    const steps = copyInput(input);
    for (let step = steps.next(); receiver === worker; step = steps.next()) {
      if (step.done) {
        receiver.postMessage({ kind: 'build', input: step.value, latest }, buffersOf(step.value));
        return;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function lose(lost: WorkerLike, reason: string): void {
    if (lost !== worker) return;
    worker = undefined;
    clearTimeout(watchdog);
    lost.terminate();
    losses++;
    if (state.thread === 'worker') {
      launch(`the search thread was lost (${reason}); ${losses < THREADS ? 'started again' : 'searching without it'}`);
      return;
    }
    setState('failed', 'main', `the search failed (${reason}); it finds plain substrings only`);
    if (asked !== undefined) answerAlone(asked);
  }

  function watch(milliseconds: number): void {
    clearTimeout(watchdog);
    const watched = worker;
    if (state.thread === 'main' || watched === undefined) return;
    watchdog = setTimeout(() => lose(watched, 'it does not answer'), milliseconds);
    watchdog.unref();
  }

  function receive(message: FromThread): void {
    clearTimeout(watchdog);
    if (message.kind === 'ready') {
      setState('ready', state.thread);
      if (asked !== undefined) watch(SILENCE_MS);
      return;
    }
    if (asked === undefined || message.seq !== asked.seq) return;
    if (message.kind === 'reply') asked.hits = message.hits;
    const complete = message.kind === 'total' || message.complete;
    if (!complete) watch(SILENCE_MS);
    const problem = message.kind === 'reply' ? message.problem : undefined;
    reply(asked, { hits: asked.hits, total: message.total, complete, ...(problem === undefined ? {} : { problem }) });
  }

  function reply(to: Asked, answer: Omit<SearchReply, 'text'>): void {
    if (asked !== to) return;
    // What was answered in full is not asked again after a crash.
    if (answer.complete) asked = undefined;
    to.onReply({ text: to.text, ...answer });
  }

  /** Without any thread: plain substrings, found here. */
  function answerAlone(to: Asked): void {
    const query = parseQuery(to.text);
    if (query.kind === 'regex') {
      reply(to, { hits: [], total: 0, complete: true, problem: 'expressions cannot be searched for' });
      return;
    }
    const steps = quickScan(input, lettersOf(query, to.text), to.limit);
    let step = steps.next();
    while (!step.done) step = steps.next();
    reply(to, { ...step.value, complete: true });
  }

  function query(text: string, limit: number, onReply: (reply: SearchReply) => void): { cancel(): void } {
    const mine: Asked = { seq: Atomics.add(latest, 0, 1) + 1, text, limit: Math.max(1, limit), onReply, hits: [] };
    if (disposed) return { cancel: () => {} };
    asked = mine;
    const parsed = parseQuery(text);
    if (parsed.kind === 'empty') queueMicrotask(() => reply(mine, { hits: [], total: 0, complete: true }));
    else if (parsed.kind === 'regex' && parsed.problem !== undefined) {
      const { problem } = parsed;
      queueMicrotask(() => reply(mine, { hits: [], total: 0, complete: true, problem }));
    } else {
      if (state.phase === 'starting') start();
      else worker?.postMessage(queryMessage(mine));
      if (state.phase === 'ready') watch(SILENCE_MS);
      if (state.phase === 'failed') queueMicrotask(() => answerAlone(mine));
    }
    return {
      cancel: () => {
        if (asked !== mine) return;
        asked = undefined;
        clearTimeout(watchdog);
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
      const ending = worker;
      worker = undefined;
      ending?.terminate();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const queryMessage = ({ seq, text, limit }: Asked): ToThread => ({ kind: 'query', seq, text: text.trim(), limit });
