/** The worker processes: each has a stretch of indexes, is watched, and is replaced when it dies or hangs. */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './state.ts';
import { lastIndex, type Stretch, type WorkerMessage, type WorkerTask } from './worker.ts';

export interface PoolOptions {
  /** This bundle: it is the worker too. */
  readonly script: string;
  readonly task: Omit<WorkerTask, 'folder'>;
  /** Where the inputs are written: memory, where there is some. */
  readonly folder: string;
  /** Stretches to go through, one after the other. */
  readonly next: () => Stretch | undefined;
  readonly onDone: (stretch: Stretch) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly onSlow: (index: number, command: string, ms: number) => void;
  /** A worker was taken for dead, and another one goes on; whether its input was at fault, a finding tells. */
  readonly onReplaced?: (index: number, why: string) => void;
  /** The longest that a command may take. One that took longer among others, on a machine that is busy, is run by itself. */
  readonly hangMs?: number;
}

const usualHangMs = 10_000;
/** Times that: the start of a process, with all maps to make, takes a few seconds on a busy machine. */
const startsIn = 12;
/** Small, so that what an input takes shows in the memory of the process. */
const execArgv = ['--max-old-space-size=512', '--max-semi-space-size=16'];

/** Run workers until no stretch is left. */
export function runPool(count: number, options: PoolOptions): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, n) => runOne(`${n}`, options)));
}

async function runOne(name: string, options: PoolOptions): Promise<void> {
  let work: Work | undefined;
  for (;;) {
    if (work === undefined) {
      const whole = options.next();
      if (whole === undefined) return;
      work = { whole, left: whole };
    }
    work = await untilEnd(name, work, options);
  }
}

/** A stretch as it was given out, and what is left of it after a worker has died in it. */
interface Work {
  readonly whole: Stretch;
  readonly left: Stretch;
}

/** One process, for as long as it lives. @returns what it leaves undone */
async function untilEnd(name: string, first: Work, options: PoolOptions): Promise<Work | undefined> {
  const folder = join(options.folder, name);
  const hangMs = options.hangMs ?? usualHangMs;
  rmSync(folder, { recursive: true, force: true });
  const child = start({ ...options.task, folder }, options.script);
  let work: Work | undefined = first;
  let suspect: { readonly index: number; readonly why: Suspicion } | undefined;
  const end = (index: number, why: Suspicion): void => {
    // The inputs behind it say the same of themselves until the process is gone.
    suspect ??= { index, why };
    child.kill('SIGKILL');
  };
  const slow: number[] = [];
  const exited = endOf(child);
  const stderr = tailOf(child);
  child.on('message', (message: WorkerMessage) => {
    if (message.kind === 'complaint') {
      const { index, words, complaint } = message;
      options.onFinding({ index, kind: 'complaint', words, ...complaint });
    } else if (message.kind === 'slow') {
      options.onSlow(message.index, message.command, message.ms);
      if (message.ms > hangMs) slow.push(message.index);
    } else if (message.kind === 'memory') end(message.index, 'memory');
    else if (message.kind === 'done') {
      if (work !== undefined) options.onDone(work.whole);
      const next = options.next();
      work = next && { whole: next, left: next };
      if (next === undefined) child.disconnect();
      else child.send(next);
    }
  });
  child.send(first.left);
  let seen = { index: -1, forMs: 0 };
  const watch = watchEvery(1000, (ms) => {
    const index = lastIndex(folder) ?? -1;
    seen = { index, forMs: index === seen.index ? seen.forMs + ms : 0 };
    // One input of two hundred starts a process.
    if (seen.forMs > (index < 0 ? startsIn : 3) * hangMs) end(index, 'hang');
  });
  const how = await exited;
  clearInterval(watch);
  for (const index of slow) await lookAgain(index, 'hang', how, options, name);
  if (work === undefined) return undefined;
  const { whole, left } = work;
  const at = suspect?.index ?? lastIndex(folder) ?? left.from;
  if (at < 0) throw new Error(`a worker does not start: ${how}\n${stderr()}`);
  const why = suspect?.why ?? 'crash';
  options.onReplaced?.(at, why);
  await lookAgain(at, why, `${how}\n${stderr()}`, options, name);
  const rest: Stretch = { from: Math.max(at, left.from) + 1, to: left.to };
  if (rest.from < rest.to) return { whole, left: rest };
  options.onDone(whole);
  return undefined;
}

type Suspicion = 'crash' | 'hang' | 'memory';

/**
 * An input that a worker may have died of, by itself in a fresh process: many inputs leave garbage behind, and the machine
 * may be busy, which is no fault of the last one.
 */
async function lookAgain(
  index: number,
  why: Suspicion,
  how: string,
  options: PoolOptions,
  name: string,
): Promise<void> {
  const folder = join(options.folder, `${name}-again`);
  const hangMs = options.hangMs ?? usualHangMs;
  const child = start({ ...options.task, folder }, options.script);
  const stderr = tailOf(child);
  let command = 'open';
  let forMs = 0;
  let isDone = false;
  let isHanging = false;
  const complain = (kind: Finding['kind'], problem: string): void =>
    options.onFinding({ index, kind, command, problem, words: '' });
  child.on('message', (message: WorkerMessage) => {
    forMs = 0;
    if (message.kind === 'command') command = message.command;
    else if (message.kind === 'memory') {
      command = message.command;
      complain('memory', `${message.peak} bytes, and at most ${message.most} are due`);
    } else if (message.kind === 'done') {
      isDone = true;
      child.disconnect();
    }
  });
  const watch = watchEvery(500, (ms) => {
    forMs += ms;
    if (forMs <= (command === 'open' ? startsIn : 1) * hangMs) return;
    isHanging = true;
    child.kill('SIGKILL');
  });
  const ended = endOf(child);
  child.send({ from: index, to: index + 1, alone: true } satisfies Stretch);
  const end = await ended;
  clearInterval(watch);
  if (isHanging) complain('hang', `more than ${hangMs} ms`);
  else if (!isDone) complain('crash', `${end}: ${stderr()}`);
  else if (why === 'crash') complain('crash', `a worker ended here, and not when it was run again: ${how}`);
  rmSync(folder, { recursive: true, force: true });
}

function start(task: WorkerTask, script: string): ChildProcess {
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
  return fork(script, ['worker', JSON.stringify(task)], { execArgv: [...execArgv], stdio: [...stdio] });
}

/** How a process ended, once all that it said has been heard: its last words may come after the news of its death. */
async function endOf(child: ChildProcess): Promise<string> {
  const how = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(String(error)));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // And not 'close', which never comes where it was we who hung up.
  const heard = [
    new Promise((resolve) => child.once('disconnect', resolve)),
    new Promise((resolve) => child.stderr?.once('close', resolve)),
  ];
  await Promise.race([Promise.all([how, ...heard]), new Promise((resolve) => child.once('error', resolve))]);
  return how;
}

/**
 * Calls `look` with the time since it was called last. Where this process, or the machine, stood still meanwhile, it is told
 * of twice the usual: what was said in that time is heard only after this.
 */
function watchEvery(usualMs: number, look: (ms: number) => void): NodeJS.Timeout {
  let last = performance.now();
  return setInterval(() => {
    const now = performance.now();
    look(Math.min(now - last, 2 * usualMs));
    last = now;
  }, usualMs);
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('latin1')).slice(-2000);
  });
  return () => text;
}
