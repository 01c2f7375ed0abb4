/**
 * Standard output by write(2), a whole chunk at a time.
 *
 * Not process.stdout: its stream queues what a slow reader has not taken, and tells of a closed pipe by an event that
 * comes after thousands of further lines. A write that returns has handed its bytes over, and one that fails says so.
 */
import { OutputClosed, OutputFailed } from './io.ts';

/** One write(2): the number of bytes that were taken. Throws the system's error, with its `code`. */
export type WriteSome = (bytes: Uint8Array, offset: number, length: number) => number;

const problems: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would become too large',
  EIO: 'the device reports a write error (EIO)',
  EBADF: 'it is not open',
};

/** Milliseconds to wait for a reader behind a non-blocking pipe; doubled up to the second while nothing moves. */
const firstWait = 1;
const longestWait = 32;

/** The function to give as {@link CliIo.out}; it returns a promise only where it has to wait. */
export function fdOutput(write: WriteSome): (chunk: string | Uint8Array) => void | Promise<void> {
  return (chunk) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    const done = writeWhilePossible(write, bytes, 0);
    return done === bytes.length ? undefined : writeRest(write, bytes, done);
  };
}

/** Bytes written until all are, or the system would have to wait. */
function writeWhilePossible(write: WriteSome, bytes: Uint8Array, from: number): number {
  let done = from;
  while (done < bytes.length) {
    try {
      done += write(bytes, done, bytes.length - done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
      if (code === 'EAGAIN') return done;
      if (code === 'EINTR') continue;
      if (code === 'EPIPE') throw new OutputClosed();
      throw new OutputFailed(problems[code] ?? `the system reports ${code}`);
    }
  }
  return done;
}

/** Another process has made the pipe non-blocking, so a full one refuses instead of waiting. */
async function writeRest(write: WriteSome, bytes: Uint8Array, from: number): Promise<void> {
  let done = from;
  let wait = firstWait;
  while (done < bytes.length) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const before = done;
    done = writeWhilePossible(write, bytes, done);
    wait = done > before ? firstWait : Math.min(longestWait, wait * 2);
  }
}
