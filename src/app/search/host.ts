/**
 * The search's side of the thread: builds the index, answers the newest query, and drops the one before it.
 *
 * Hits are sent as soon as they are final, the total after them. Where final takes longer than a frame allows, what
 * is there is sent first: all names that begin with the query, and the best of the shorter ones among the rest.
 */
import { toHits } from './hits.ts';
import { buildIndex, type NameIndex } from './name-index.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { lettersOf, parseQuery } from './query.ts';
import { quickScan } from './quick-scan.ts';
import { createNameSearch, type Findings } from './search-names.ts';
import { createRegexSearch } from './search-regex.ts';
import { SEARCH_LIMIT, type SearchInput } from './types.ts';

export interface HostOptions {
  /** How long to work before other things may happen on this thread; Infinity where nothing else does. */
  readonly sliceMs: number;
  /** How long a query waits for the index before it is answered without it, which delays the index. */
  readonly patienceMs: number;
  /** Whether to run queries that nobody asked for, so that code and answers are warm when somebody types. */
  readonly warmUp: boolean;
  /** What becomes of a mistake in this code. */
  onError(error: unknown): void;
}

type Query = Extract<ToThread, { kind: 'query' }>;
type Reply = Extract<FromThread, { kind: 'reply' }>;

/** Final hits wait this long for their total, so that most queries are one message: a second one is drawn for 4 ms. */
const SETTLED_MS = 5;
/** Hits that may still change wait this long. */
const UNSETTLED_MS = 12;
/** While the index is built, queries are looked at this often. */
const BUILD_SLICE_MS = 10;
/** So long after an answer the next key may come. */
const TYPING_MS = 300;
const KEPT_REPLIES = 100;
/** What people type first, and a query of each form. */
const TYPED = ['netif_rx', 'kmemal'];
const prefixes = (word: string): string[] => Array.from(word, (_, at) => word.slice(0, at + 1));
const WARM_UP = [
  ...['tc', 'rcu_read', '__x', 'a_b', 'x y', '/^a.*b/'],
  ...TYPED.flatMap(prefixes),
  ...'_abcdefghijklmnopqrstuvwxyz',
  ...['__', 'sys'],
];

/** @returns what to call with each message from the other side */
export function createHost(send: (message: FromThread) => void, options: HostOptions): (message: ToThread) => void {
  let latest: Int32Array = new Int32Array(1);
  let pending: Query | undefined;
  let search: ((query: Query) => Generator<Findings, Findings>) | undefined;
  let index: NameIndex | undefined;
  let busy = false;
  let pendingSince = 0;
  let answeredQuickly = 0;
  let lastAnswer = Number.NEGATIVE_INFINITY;
  const replies = new Map<string, Reply>();

  /** Runs to the end, or until `wanted` says no; `between` slices it waits for what is to be done there. */
  async function drive<T>(
    steps: Generator<unknown, T>,
    wanted: () => boolean,
    sliceMs = options.sliceMs,
    between?: () => Promise<void>,
  ): Promise<T | undefined> {
    let since = performance.now();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (!wanted()) return undefined;
      if (performance.now() - since < sliceMs) continue;
      await turn();
      await between?.();
      if (!wanted()) return undefined;
      since = performance.now();
    }
  }

  async function build(message: Extract<ToThread, { kind: 'build' }>): Promise<void> {
    latest = message.latest;
    const answerMeanwhile = async (): Promise<void> => {
      const query = pending;
      if (query === undefined || query.seq === answeredQuickly) return;
      // A newer query has been waiting since the first one.
      if (performance.now() - pendingSince < options.patienceMs) return;
      answeredQuickly = query.seq;
      await drive(answerQuickly(message.input, query), () => pending === query);
    };
    const sliceMs = Math.min(options.sliceMs, BUILD_SLICE_MS);
    const built = await drive(buildIndex(message.input), () => true, sliceMs, answerMeanwhile);
    if (built === undefined) return;
    const names = createNameSearch(built);
    const expressions = createRegexSearch(built);
    index = built;
    search = ({ text, limit }) => {
      const query = parseQuery(text);
      return query.kind === 'regex' ? expressions.run(query.source, limit) : names.run(lettersOf(query, text), limit);
    };
    // The answer that somebody waits for first: either is drawn.
    await work();
    send({ kind: 'ready' });
    if (options.warmUp) await warmUp();
  }

  function* answerQuickly(input: SearchInput, { seq, text, limit }: Query): Generator<void, void> {
    const query = parseQuery(text);
    if (query.kind === 'regex') return;
    const { hits, total } = yield* quickScan(input, lettersOf(query, text), limit);
    send({ kind: 'reply', seq, hits, total, complete: false });
  }

  function* answer(query: Query, say: (message: FromThread) => void): Generator<void, void> {
    if (search === undefined || index === undefined) return;
    const { seq, text, limit } = query;
    const key = `${limit} ${text}`;
    const known = replies.get(key);
    if (known !== undefined) {
      say({ ...known, seq });
      return;
    }
    const begun = performance.now();
    const steps = search(query);
    let sent: 'nothing' | 'some' | 'settled' = 'nothing';
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      const { ranked, total, settled } = step.value;
      if (sent === 'nothing' || (sent === 'some' && settled)) {
        const elapsed = performance.now() - begun;
        if (elapsed > (settled ? SETTLED_MS : UNSETTLED_MS)) {
          say({ kind: 'reply', seq, hits: toHits(index, ranked), total, complete: false });
          sent = settled ? 'settled' : 'some';
        }
      }
      yield;
    }
    const { ranked, total, problem } = step.value;
    const reply: Reply = { kind: 'reply', seq, hits: toHits(index, ranked), total, complete: true };
    if (problem === undefined) remember(key, reply);
    if (sent === 'settled') say({ kind: 'total', seq, total });
    else say(problem === undefined ? reply : { ...reply, problem });
  }

  function remember(key: string, reply: Reply): void {
    replies.set(key, reply);
    const [oldest] = replies.keys();
    if (replies.size > KEPT_REPLIES && oldest !== undefined) replies.delete(oldest);
  }

  async function work(): Promise<void> {
    if (busy || search === undefined) return;
    busy = true;
    while (pending !== undefined) {
      const query = pending;
      pending = undefined;
      await drive(answer(query, send), () => Atomics.load(latest, 0) === query.seq);
      lastAnswer = performance.now();
    }
    busy = false;
  }

  async function warmUp(): Promise<void> {
    for (const text of WARM_UP) {
      // A message may be waiting: let it in before each. While somebody types, both cores are theirs.
      await turn();
      while (busy || performance.now() - lastAnswer < TYPING_MS) await after(TYPING_MS);
      const seq = Atomics.load(latest, 0);
      const unheard = answer({ kind: 'query', seq, text, limit: SEARCH_LIMIT }, () => {});
      await drive(unheard, () => !busy && Atomics.load(latest, 0) === seq);
    }
  }

  return (message) => {
    if (message.kind === 'query') {
      if (pending === undefined) pendingSince = performance.now();
      pending = message;
    }
    const done = message.kind === 'build' ? build(message) : work();
    done.catch(options.onError);
  };
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
