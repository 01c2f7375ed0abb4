/**
 * A process that puts inputs through the program. It is watched from outside: before each input it writes the index to a
 * file, so that whoever finds it dead or hanging knows where.
 */
import { mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { loadBases } from './bases/bases.ts';
import { Damager } from './damage.ts';
import { memoryLimit } from './judge.ts';
import { runProgram } from './program.ts';
import { Bench, type Complaint } from './run-input.ts';

/** What a worker is started with, in its arguments. */
export interface WorkerTask {
  readonly seed: number;
  readonly folder: string;
  readonly fixtures: string;
  readonly program: string;
}

/** A stretch of indexes to go through. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Told before each command, and measured for memory from a fresh start: to look at one input again. */
  readonly alone?: boolean;
}

export type WorkerMessage =
  | { readonly kind: 'complaint'; readonly index: number; readonly words: string; readonly complaint: Complaint }
  /** More than is due was taken; by this command, where the input is alone. */
  | {
      readonly kind: 'memory';
      readonly index: number;
      readonly command: string;
      readonly peak: number;
      readonly most: number;
    }
  | { readonly kind: 'command'; readonly command: string }
  /** The longest command of an input, where it took a second or more. */
  | { readonly kind: 'slow'; readonly index: number; readonly command: string; readonly ms: number }
  | { readonly kind: 'done'; readonly from: number; readonly to: number };

export async function runWorker(task: WorkerTask): Promise<void> {
  const { seed, folder, fixtures, program } = task;
  mkdirSync(folder, { recursive: true });
  const bases = loadBases(fixtures);
  const damager = new Damager(bases, seed);
  const bench = new Bench(folder, bases);
  const progress = openSync(join(folder, 'index'), 'w');
  const here = Buffer.alloc(8);
  let index = -1;
  const send = (message: WorkerMessage): void => void process.send?.(message);
  const complain = (complaint: Complaint): void =>
    send({ kind: 'complaint', index, words: damager.make(index).words, complaint });
  const uncaught = (error: unknown): void => {
    const problem = `uncaught: ${error instanceof Error ? error.stack : error}`;
    complain({ command: 'any', problem });
  };
  // Whoever watched is gone, and with it everyone who would be told.
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);

  const one = async (alone: boolean): Promise<void> => {
    here.writeDoubleLE(index);
    writeSync(progress, here, 0, 8, 0);
    const input = damager.make(index);
    const most = memoryLimit(input.bytes.length);
    let command = 'open';
    let since = performance.now();
    let slowest = { command, ms: 0 };
    let isTold = false;
    const look = (): void => {
      if (isTold) return;
      const peak = peakMemory();
      isTold = peak > most;
      if (isTold) send({ kind: 'memory', index, command, peak, most });
    };
    const step = (next: string): void => {
      const ms = performance.now() - since;
      if (ms > slowest.ms) slowest = { command, ms };
      if (alone) look();
      command = next;
      since = performance.now();
      if (alone) send({ kind: 'command', command });
    };
    for (const complaint of await bench.run(input, seed, index, step)) complain(complaint);
    step('the program');
    if (slowest.ms > 1000) send({ kind: 'slow', index, command: slowest.command, ms: Math.round(slowest.ms) });
    for (const complaint of await runProgram(program, bench, input, seed, index)) complain(complaint);
    look();
  };
  process.on('message', async ({ from, to, alone }: Stretch) => {
    for (index = from; index < to; index++) await one(alone ?? false);
    send({ kind: 'done', from, to });
  });
}

/** The most that this process has had in memory, in bytes. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** The index that a worker was at when it was last heard of; undefined before its first. */
export function lastIndex(folder: string): number | undefined {
  try {
    const bytes = readFileSync(join(folder, 'index'));
    return bytes.length === 8 ? bytes.readDoubleLE(0) : undefined;
  } catch {
    return undefined;
  }
}
