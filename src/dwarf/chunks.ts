/**
 * How several threads share one section: whoever is free takes the next run of units.
 *
 *   lock    0 free, 1 held: the thread that holds it fetches a run, and so learns where the next one starts
 *   chunk   number of the next run: the order in which the results are put together
 *   types   1 while .debug_types is still to be read; it is one chunk, the first
 *   thread  number of the next thread that comes: which region of the compiled reader's memory it has
 *   units   how many units the runs before the next one have
 *   offset  where in .debug_info the next run starts
 *
 * A fixed half each would wait for the slower half; here a thread that starts late, or shares its core, takes less.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import type { ParseErrorDetails } from '../errors.ts';
import type { LoadedSections } from './sections.ts';
import { describeUnit } from './unit-header.ts';
import type { ReaderShare, UnitReader } from './unit-reader.ts';
import { readRun, type UnitRun } from './unit-runs.ts';

/** What is not taken yet, in memory that the threads share. */
export interface ChunkQueue {
  /** At `lock`, `chunk`, `types`, `thread` and `units`. */
  readonly state: Int32Array;
  /** One number. */
  readonly offset: Float64Array;
}

const lock = 0;
const chunk = 1;
const types = 2;
const thread = 3;
const units = 4;

/** What a worker thread is started with. */
export interface WorkerTask {
  readonly sections: LoadedSections;
  readonly queue: ChunkQueue;
}

/** What a worker thread says. */
export type WorkerReply =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly share: ReaderShare };

export function makeQueue(sections: LoadedSections): ChunkQueue {
  const queue = {
    state: new Int32Array(new SharedArrayBuffer(20)),
    offset: new Float64Array(new SharedArrayBuffer(8)),
  };
  queue.state[types] = sections.types === undefined ? 0 : 1;
  return queue;
}

/** A number for the thread that asks: 0, 1 … */
export const takeThread = ({ state }: ChunkQueue): number => Atomics.add(state, thread, 1);

/** Read chunk after chunk until none is left; yields the bytes of each. */
export function* takeChunks(queue: ChunkQueue, sections: LoadedSections, reader: UnitReader): Generator<number> {
  for (;;) {
    const taken = takeChunk(queue, reader, sections);
    if (taken === undefined) return;
    if (taken.run === undefined) {
      reader.readTypes(taken.number);
      yield sections.types?.size ?? 0;
    } else {
      reader.readUnits(taken.number, taken.run);
      yield taken.run.end - taken.run.offset;
    }
  }
}

/** The next run of .debug_info, or, without one, .debug_types. */
interface Chunk {
  readonly number: number;
  readonly run: UnitRun | undefined;
}

/** Far longer than it takes to fetch the largest unit: the thread that holds the lock is gone. */
const lockTimeoutMs = 60_000;

function takeChunk(
  { state, offset }: ChunkQueue,
  reader: UnitReader,
  { littleEndian, mostUnits }: LoadedSections,
): Chunk | undefined {
  while (Atomics.compareExchange(state, lock, 0, 1) !== 0) {
    if (Atomics.wait(state, lock, 1, lockTimeoutMs) === 'timed-out') {
      throw new Error('a thread stopped while it took units');
    }
  }
  const { info } = reader;
  try {
    const from = offset[0] ?? 0;
    const hasTypes = state[types] === 1;
    if (!hasTypes && from >= info.size) return undefined;
    const number = state[chunk] ?? 0;
    state[chunk] = number + 1;
    if (hasTypes) {
      state[types] = 0;
      return { number, run: undefined };
    }
    const before = state[units] ?? 0;
    const run = upTo(readRun(info, from, littleEndian, '.debug_info', reader.run), info, before, mostUnits);
    state[units] = before + run.sizes.length;
    offset[0] = run.end;
    return { number, run };
  } finally {
    Atomics.store(state, lock, 0);
    Atomics.notify(state, lock, 1);
  }
}

/** A run up to the limit of units: where it has more, what is left of the section from there on is one complaint. */
function upTo(run: UnitRun, info: ByteSource, before: number, mostUnits: number): UnitRun {
  const count = mostUnits - before;
  if (run.sizes.length <= count) return run;
  const sizes = run.sizes.slice(0, count);
  const offset = run.offset + sizes.reduce((sum, size) => sum + size, 0);
  const problem: ParseErrorDetails = {
    code: 'unsupported',
    structure: describeUnit('.debug_info', offset),
    offset: info.fileOffset(offset),
    problem: `${mostUnits.toLocaleString('en-US')} units come before it, and a file of this size cannot have more`,
    advice: 'what follows is not read',
  };
  return { ...run, sizes, end: info.size, rest: { offset, size: info.size - offset, problem } };
}

/** The buffers of a share that move to the receiver without a copy. */
export function transferables({ table }: ReaderShare): ArrayBuffer[] {
  const columns = [...Object.values(table.entries), table.params.name, table.params.type];
  return [...new Set(columns.map((column) => column.buffer as ArrayBuffer))];
}
