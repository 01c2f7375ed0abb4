/**
 * The search's thread without a thread: the same messages, answered in slices between the other work of this one.
 *
 * For tests, for platforms that start no worker, and for the rest of a session whose worker failed twice.
 */
import { EventEmitter } from 'node:events';
import { createHost } from './host.ts';
import type { WorkerLike } from './protocol.ts';

/** A frame is 16 ms, and drawing takes 10 of them. */
const SLICE_MS = 4;

export function createLocalWorker(): WorkerLike {
  const events = new EventEmitter();
  let ended = false;
  const later = (event: string, value: unknown): void => {
    setImmediate(() => ended || events.emit(event, value));
  };
  const host = createHost((message) => later('message', message), {
    sliceMs: SLICE_MS,
    patienceMs: 0,
    warmUp: false,
    onError: (error) => later('error', error),
  });
  return {
    postMessage: (message) => {
      setImmediate(() => ended || host(message));
    },
    on: (event: string, listener: (value: never) => void) => events.on(event, listener as (value: unknown) => void),
    terminate: () => {
      ended = true;
    },
  };
}
