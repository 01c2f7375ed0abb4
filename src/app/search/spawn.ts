/** Starts the search's worker from the file that the build puts beside the program. */
import { Worker } from 'node:worker_threads';
import type { WorkerLike } from './protocol.ts';

const MEGABYTE = 2 ** 20;

/** @param rows how many names it will be given, repeated ones counted; unsaid, enough for a million */
export function spawnSearchWorker(rows = 1_000_000): WorkerLike {
  const worker = new Worker(new URL('./search-worker.js', import.meta.url), {
    resourceLimits: {
      // An index needs 200 bytes for a name while it is built. Left alone, V8 lets garbage grow to twice as much.
      maxOldGenerationSizeMb: Math.ceil(80 + (rows * 256) / MEGABYTE),
      maxYoungGenerationSizeMb: 16,
    },
  });
  // The search never keeps the program from ending.
  worker.unref();
  return worker;
}
