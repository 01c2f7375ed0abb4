/** The search's worker thread; scripts/build.mjs bundles it to dist/search-worker.js. */
import { parentPort } from 'node:worker_threads';
import { createHost } from './search/host.ts';
import type { ToThread } from './search/protocol.ts';

const port = parentPort;
if (port !== null) {
  const host = createHost((message) => port.postMessage(message), {
    sliceMs: Number.POSITIVE_INFINITY,
    // The index of a large kernel takes as long.
    patienceMs: 100,
    warmUp: true,
    // Ends the thread, and is an 'error' to who started it.
    onError: (error) => {
      setImmediate(() => {
        throw error;
      });
    },
  });
  port.on('message', (message: ToThread) => host(message));
}
