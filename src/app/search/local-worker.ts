/**
 * The search's thread without a thread: the same messages, answered in slices between the other work of this one.
 *
 * For tests, for platforms that start no worker, and for the rest of a session whose worker failed twice.
 */
import { createHost } from './host.ts';
import type { FromThread, WorkerLike } from './protocol.ts';

/** A frame is 16 ms, and drawing takes 10 of them. */
const SLICE_MS = 4;

export function createLocalWorker(): WorkerLike {
  let listener: ((message: FromThread) => void) | undefined;
  let ended = false;
  const host = createHost((message) => setImmediate(() => ended || listener?.(message)), {
    sliceMs: SLICE_MS,
    warmUp: false,
  });
  return {
    postMessage: (message) => {
      setImmediate(() => ended || host(message));
    },
    on: (event: string, given: (message: never) => void) => {
      if (event === 'message') listener = given as (message: FromThread) => void;
    },
    terminate: () => {
      ended = true;
    },
  };
}
