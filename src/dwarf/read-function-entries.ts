/**
 * The way in: all function entries of a file's DWARF, read by several threads or by the calling one.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { openFile } from '../bytes/byte-source.ts';
import { type ChunkQueue, makeQueue, takeChunks, takeThread, type WorkerReply, type WorkerTask } from './chunks.ts';
import type { FunctionEntries } from './function-entries.ts';
import { mergeShares } from './merge.ts';
import { type DwarfSections, type LoadedSections, loadSections, SectionOpener } from './sections.ts';
import { type ReaderShare, UnitReader } from './unit-reader.ts';

export interface ReadOptions {
  /** Called now and then with bytes of .debug_info (and .debug_types) read and in all, with both equal at the end. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Threads that read, the calling one included if it takes part; by default one per core, four at most. */
  readonly threads?: number | undefined;
  /**
   * Whether the calling thread reads too, in slices of a few milliseconds. Faster, since it need not wait for a thread
   * to start; a program with a screen to draw leaves it to the others.
   */
  readonly here?: boolean | undefined;
  /** The bundled dwarf-worker.js; by default the one beside this file. */
  readonly workerUrl?: URL | undefined;
  /** The compiled reader, dwarf-reader.wasm; by default the one beside this file when it is bundled. */
  readonly compiled?: WebAssembly.Module | undefined;
}

/** Four threads read as fast as memory delivers; a fifth costs its start and its megabytes. */
const mostThreads = 4;
/** Below so many bytes a thread is not worth its start. */
const worthAThread = 8 << 20;
/** How long the calling thread reads before it lets others run. */
const sliceMs = 8;

/**
 * Read every function entry. Damaged units do not make it fail: they are rows of the result.
 * @throws ParseError when a section that all units need cannot be read; the signal's reason when it was aborted
 */
export async function readFunctionEntries(
  sections: DwarfSections,
  options: ReadOptions = {},
): Promise<FunctionEntries> {
  options.signal?.throwIfAborted();
  const total = totalBytes(sections);
  // They start while the sections are being looked at here.
  const workers = Array.from({ length: workerCount(total, options) }, () => new ReaderWorker(options.workerUrl));
  const takesPart = workers.length === 0 || options.here === true;
  const opener = new SectionOpener();
  const onAbort = () => {
    // A chunk takes milliseconds, but a read from a sleeping disk does not: nobody waits for it.
    for (const worker of workers) worker.terminate();
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const job = prepare(sections, opener, workers.length + (takesPart ? 1 : 0), options.compiled ?? compiledBeside());
    const progress = progressOf(total, options);
    const shares = workers.map((worker) => worker.read(job, progress));
    if (takesPart) shares.push(readHere(job, opener, options, progress));
    return mergeShares(await Promise.all(shares), job.sections);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    onAbort();
    opener.close();
  }
}

/** The same in the calling thread, without a pause: for small files and tests. */
export function readFunctionEntriesSync(
  sections: DwarfSections,
  options: Pick<ReadOptions, 'compiled'> = {},
): FunctionEntries {
  const opener = new SectionOpener();
  try {
    const job = prepare(sections, opener, 1, options.compiled);
    const reader = new UnitReader(job.sections, opener, takeThread(job.queue));
    for (const _ of takeChunks(job.queue, job.sections, reader));
    return mergeShares([reader.share()], job.sections);
  } finally {
    opener.close();
  }
}

interface Job {
  readonly sections: LoadedSections;
  readonly queue: ChunkQueue;
}

function totalBytes(sections: DwarfSections): number {
  return sections.info.size + (sections.types?.size ?? 0);
}

function prepare(
  sections: DwarfSections,
  opener: SectionOpener,
  threads: number,
  module: WebAssembly.Module | undefined,
): Job {
  const loaded = loadSections(sections, opener, module && { module, threads });
  return { sections: loaded, queue: makeQueue(loaded) };
}

/** How many worker threads to start; none where this file is not bundled, since Node 20 cannot run a .ts worker. */
function workerCount(total: number, options: ReadOptions): number {
  if (options.workerUrl === undefined && import.meta.url.endsWith('.ts')) return 0;
  const threads = options.threads ?? Math.min(availableParallelism(), mostThreads, Math.ceil(total / worthAThread));
  return Math.max(0, options.here ? threads - 1 : threads);
}

/** The compiled reader that scripts/build.mjs makes; none where this file is not bundled, or WebAssembly is off. */
function compiledBeside(): WebAssembly.Module | undefined {
  if (import.meta.url.endsWith('.ts') || typeof WebAssembly === 'undefined') return undefined;
  const file = openFile(fileURLToPath(new URL('./dwarf-reader.wasm', import.meta.url)));
  try {
    return new WebAssembly.Module(file.read(0, file.size, 'dwarf-reader.wasm'));
  } finally {
    file.close();
  }
}

type Progress = (bytes: number) => void;

function progressOf(total: number, options: ReadOptions): Progress {
  let done = 0;
  return (bytes) => {
    done += bytes;
    options.onProgress?.(Math.min(done, total), total);
  };
}

async function readHere(
  job: Job,
  opener: SectionOpener,
  options: ReadOptions,
  progress: Progress,
): Promise<ReaderShare> {
  const reader = new UnitReader(job.sections, opener, takeThread(job.queue));
  let until = performance.now() + sliceMs;
  for (const bytes of takeChunks(job.queue, job.sections, reader)) {
    progress(bytes);
    if (performance.now() >= until) await new Promise((resolve) => setImmediate(resolve));
    // Before the next chunk: a worker that was stopped for the same reason may never give it up.
    options.signal?.throwIfAborted();
    if (performance.now() >= until) until = performance.now() + sliceMs;
  }
  return reader.share();
}

/** A thread that runs dwarf-worker.ts. */
class ReaderWorker {
  readonly #worker: Worker;
  readonly #share: Promise<ReaderShare>;
  #progress: Progress = () => undefined;

  constructor(url = new URL('./dwarf-worker.js', import.meta.url)) {
    // execArgv: a debugger's flags are not meant for it.
    this.#worker = new Worker(url, { execArgv: [] });
    this.#share = new Promise((resolve, reject) => {
      this.#worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'progress') this.#progress(reply.bytes);
        else resolve(reply.share);
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => reject(new Error('the DWARF worker ended without an answer')));
    });
    // It may fail before anyone waits for its share.
    this.#share.catch(() => undefined);
  }

  read(job: Job, progress: Progress): Promise<ReaderShare> {
    this.#progress = progress;
    this.#worker.postMessage({ sections: job.sections, queue: job.queue } satisfies WorkerTask);
    return this.#share;
  }

  terminate(): void {
    void this.#worker.terminate();
  }
}
