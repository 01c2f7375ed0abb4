/** The engine: replies in order, stale ones dropped, and an answer whatever becomes of the thread. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSearch, type SearchEngine } from '../../src/app/search/engine.ts';
import { createHost } from '../../src/app/search/host.ts';
import { createLocalWorker } from '../../src/app/search/local-worker.ts';
import type { FromThread, ToThread, WorkerLike } from '../../src/app/search/protocol.ts';
import type { SearchReply } from '../../src/app/search/types.ts';
import { eventually } from '../helpers/patience.ts';
import { searchInput } from './search-input.ts';

const INPUT = searchInput(
  ['tty_write', 'redirected_tty_write', 'tty_read', 'skb_clone', '__rcu_read_lock', `${'a'.repeat(60)}b`],
  ['tty_write', 'only_btf'],
);

let engine: SearchEngine | undefined;
afterEach(() => engine?.dispose());

function open(spawn?: () => WorkerLike): SearchEngine {
  engine = createSearch(INPUT, spawn);
  return engine;
}

const until = (condition: () => boolean): Promise<void> =>
  eventually(() => {
    if (!condition()) throw new Error('it never happened');
  });

const isReady = (search: SearchEngine) => () => search.state.phase === 'ready';

/** The last reply to a query, or the first that `enough` takes. */
async function ask(search: SearchEngine, text: string, enough = (reply: SearchReply) => reply.complete) {
  return await new Promise<SearchReply>((resolve) => {
    search.query(text, 10, (reply) => enough(reply) && resolve(reply));
  });
}

const names = (reply: SearchReply): string[] => reply.hits.map(({ name }) => name);

/** A thread in the test's hands: it hears what is posted and says what it is told to. */
function puppet() {
  const listeners = new Map<string, (value: never) => void>();
  const heard: ToThread[] = [];
  let ended = false;
  const worker: WorkerLike = {
    postMessage: (message) => heard.push(message),
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    terminate: () => {
      ended = true;
    },
  };
  const emit = (event: string, value: unknown) =>
    (listeners.get(event) as ((it: unknown) => void) | undefined)?.(value);
  return { worker, heard, emit, say: (message: FromThread) => emit('message', message), ended: () => ended };
}

describe('a query that comes before the index is built', () => {
  test.each([
    [0, true],
    [Number.POSITIVE_INFINITY, false],
  ])('with a patience of %s ms', async (patienceMs, isAnsweredWithout) => {
    const heard: FromThread[] = [];
    const onError = (error: unknown): never => {
      throw error;
    };
    const host = createHost((message) => heard.push(message), { sliceMs: 0, patienceMs, warmUp: false, onError });
    const many = Array.from({ length: 20_000 }, (_, i) => `name_${i}`);
    host({ kind: 'build', input: searchInput([...many, 'tty_write']), latest: Int32Array.of(1) });
    host({ kind: 'query', seq: 1, text: 'write', limit: 10 });
    await until(() => heard.some((message) => message.kind === 'reply' && message.complete));
    const hits = heard.flatMap((message) => (message.kind === 'reply' ? message.hits : []));
    expect(new Set(hits.map(({ name }) => name))).toEqual(new Set(['tty_write']));
    // The share of the name, which fuzzysort does not say.
    expect(hits.some(({ score }) => score === 'write'.length / 'tty_write'.length)).toBe(isAnsweredWithout);
  });
});

describe('without a worker', () => {
  test('a query is answered with symbols and FUNC records', async () => {
    const search = open();
    const reply = await ask(search, 'ttywrite');
    expect(names(reply)).toEqual(['tty_write', 'redirected_tty_write']);
    expect(reply).toMatchObject({ text: 'ttywrite', total: 2, complete: true });
    expect(reply.hits[0]).toMatchObject({ symbols: [0], funcs: [0], match: 'fuzzy' });
    expect(search.state).toEqual({ phase: 'ready', thread: 'main' });
  });

  test('before the index is there, substrings are found, and the state says so', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => `name_${i}`);
    const search = createSearch(searchInput([...many, 'tty_write', 'redirected_tty_write', 't_t_y_w_r']));
    engine = search;
    expect(search.state.phase).toBe('starting');
    const phases: string[] = [];
    search.subscribe(() => phases.push(search.state.phase));
    const replies: (readonly [string, SearchReply])[] = [];
    search.query('tty_wr', 10, (reply) => replies.push([search.state.phase, reply]));
    await until(() => replies.at(-1)?.[1].complete === true);
    const [phase, first] = replies[0] ?? [];
    expect(phase).toBe('indexing');
    expect(first && names(first)).toEqual(['tty_write', 'redirected_tty_write']);
    expect(names(replies.at(-1)?.[1] as SearchReply)).toEqual(['tty_write', 'redirected_tty_write', 't_t_y_w_r']);
    expect(phases).toEqual(['indexing', 'ready']);
  });

  test('only the newest query is answered', async () => {
    const search = open();
    search.start();
    await until(isReady(search));
    const answered: string[] = [];
    for (const text of ['t', 'tt', 'tty']) search.query(text, 10, (reply) => answered.push(reply.text));
    const cancelled = search.query('skb', 10, (reply) => answered.push(reply.text));
    cancelled.cancel();
    expect(await ask(search, 'skb')).toMatchObject({ total: 1 });
    expect(answered).toEqual([]);
  });

  test('an empty text and a faulty expression are answered at once, and not before query() returns', async () => {
    const search = open();
    let called = false;
    search.query(' ', 10, () => {
      called = true;
    });
    expect(called).toBe(false);
    expect(await ask(search, '')).toEqual({ text: '', hits: [], total: 0, complete: true });
    expect(await ask(search, '/tty(/')).toMatchObject({ problem: 'not a regular expression: unterminated group' });
  });

  test('expressions are searched for, and one without end is given up', async () => {
    const search = open();
    expect(names(await ask(search, '/^tty.*e$/'))).toEqual(['tty_write']);
    expect(await ask(search, '/^(a+)+$/')).toMatchObject({
      complete: true,
      problem: expect.stringContaining('too long'),
    });
    expect(names(await ask(search, 'skb'))).toEqual(['skb_clone']);
  });

  test('of symbol+offset the symbol is found', async () => {
    expect(names(await ask(open(), 'tty_write+0x10'))[0]).toBe('tty_write');
  });
});

describe('with a thread', () => {
  test('the names are copied, and the caller keeps its own', async () => {
    const { worker, heard } = puppet();
    const search = open(() => worker);
    search.start();
    await until(() => heard.length > 0);
    const [message] = heard;
    expect(message).toMatchObject({ kind: 'build', input: { symbols: { names: INPUT.symbols.names } } });
    if (message?.kind !== 'build') throw new Error('not a build message');
    expect(message.input.symbols.strings.buffer).not.toBe(INPUT.symbols.strings.buffer);
    expect(Buffer.from(message.input.symbols.strings)).toEqual(INPUT.symbols.strings);
  });

  test('replies to older queries are dropped, and the newest number is where the thread can see it', async () => {
    const { worker, heard, say } = puppet();
    const search = open(() => worker);
    search.start();
    await until(() => heard.length > 0);
    say({ kind: 'ready' });
    const replies: SearchReply[] = [];
    search.query('t', 10, (reply) => replies.push(reply));
    search.query('tt', 10, (reply) => replies.push(reply));
    const [build, first, second] = heard;
    if (build?.kind !== 'build' || first?.kind !== 'query' || second?.kind !== 'query') throw new Error('order');
    expect(build.latest[0]).toBe(second.seq);
    say({ kind: 'reply', seq: first.seq, hits: [], total: 1, complete: true });
    expect(replies).toEqual([]);
    say({ kind: 'reply', seq: second.seq, hits: [], total: 2, complete: false });
    say({ kind: 'total', seq: second.seq, total: 3 });
    expect(replies).toEqual([
      { text: 'tt', hits: [], total: 2, complete: false },
      { text: 'tt', hits: [], total: 3, complete: true },
    ]);
    expect(replies[1]?.hits).toBe(replies[0]?.hits);
  });

  test('a lost thread is started again and asked again; the second loss moves the work here', async () => {
    const threads = [puppet(), puppet()];
    let spawned = 0;
    const search = open(() => (threads[spawned++] as ReturnType<typeof puppet>).worker);
    search.start();
    const [first, second] = threads as [ReturnType<typeof puppet>, ReturnType<typeof puppet>];
    await until(() => first.heard.length > 0);
    first.say({ kind: 'ready' });
    const replies: SearchReply[] = [];
    search.query('skbclone', 10, (reply) => replies.push(reply));

    first.emit('error', new Error('out of memory'));
    expect(first.ended()).toBe(true);
    expect(search.state).toEqual({
      phase: 'indexing',
      thread: 'worker',
      problem: 'the search thread was lost (out of memory); started again',
    });
    await until(() => second.heard.length > 1);
    expect(second.heard.map(({ kind }) => kind).toSorted()).toEqual(['build', 'query']);

    second.emit('exit', 1);
    expect(search.state).toMatchObject({ thread: 'main', problem: expect.stringContaining('searching without it') });
    await until(() => replies.some(({ complete }) => complete));
    expect(names(replies.at(-1) as SearchReply)).toEqual(['skb_clone']);
    expect(search.state.phase).toBe('ready');
    expect(spawned).toBe(2);
  });

  test('a thread that cannot be started is done without', async () => {
    const search = open(() => {
      throw new Error('no such file');
    });
    expect(names(await ask(search, 'skbclone'))).toEqual(['skb_clone']);
    expect(search.state).toMatchObject({
      phase: 'ready',
      thread: 'main',
      problem: expect.stringContaining('no such file'),
    });
  });

  test('after dispose nothing is said', async () => {
    const search = open(createLocalWorker);
    let called = false;
    search.query('tty', 10, () => {
      called = true;
    });
    search.dispose();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(called).toBe(false);
  });
});

describe('the real worker', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kinspect-search-'));
  const file = join(dir, 'search-worker.js');
  const spawn = () => new Worker(file);

  beforeAll(async () => {
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    const entryPoints = ['src/app/search-worker.ts'];
    await build({ entryPoints, outfile: file, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('answers, also after an expression without end', async () => {
    const search = open(spawn);
    search.start();
    await until(isReady(search));
    expect(search.state).toEqual({ phase: 'ready', thread: 'worker' });
    expect(names(await ask(search, 'rcurdlck'))).toEqual(['__rcu_read_lock']);
    expect(await ask(search, '/^(a+)+$/')).toMatchObject({ problem: expect.stringContaining('too long') });
    expect(names(await ask(search, 'ttywrite'))).toEqual(['tty_write', 'redirected_tty_write']);
    expect(search.state).toEqual({ phase: 'ready', thread: 'worker' });
  });

  test('is started again when it dies', async () => {
    const workers: Worker[] = [];
    const search = open(() => {
      const worker = spawn();
      workers.push(worker);
      return worker;
    });
    search.start();
    await until(isReady(search));
    await workers[0]?.terminate();
    await until(() => workers.length === 2 && search.state.phase === 'ready');
    expect(names(await ask(search, 'skb'))).toEqual(['skb_clone']);
    expect(search.state).toMatchObject({ thread: 'worker', problem: expect.stringContaining('started again') });
  });
});
