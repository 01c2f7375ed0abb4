/**
 * The entry of a worker thread: takes chunks of units until none is left and sends back what it read.
 *
 *   in    one WorkerTask: sent, not workerData, so that the thread can start while the task is being prepared
 *   out   { kind: 'progress', bytes } after each chunk, then { kind: 'done', share }
 */
import { parentPort } from 'node:worker_threads';
import { takeChunks, takeThread, transferables, type WorkerReply, type WorkerTask } from './chunks.ts';
import { SectionOpener } from './sections.ts';
import { UnitReader } from './unit-reader.ts';

parentPort?.once('message', ({ sections, queue }: WorkerTask) => {
  const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);
  const opener = new SectionOpener();
  try {
    const reader = new UnitReader(sections, opener, takeThread(queue));
    for (const bytes of takeChunks(queue, sections, reader)) reply({ kind: 'progress', bytes });
    const share = reader.share();
    reply({ kind: 'done', share }, transferables(share));
  } finally {
    opener.close();
  }
});
