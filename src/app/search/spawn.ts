/** Starts the search's worker from the file that the build puts beside the program. */
import { Worker } from 'node:worker_threads';
import type { WorkerLike } from './protocol.ts';

export function spawnSearchWorker(): WorkerLike {
  const worker = new Worker(new URL('./search-worker.js', import.meta.url));
  // The search never keeps the program from ending.
  worker.unref();
  return worker;
}
