/**
 * The memory that rows of functions may take, in all threads together: 24 MiB, and 1.25 bytes for each byte of the file.
 *
 * A DIE of a byte makes a row of forty, which is copied when the shares are put together and decided about after that. Rows of
 * a kernel take a quarter of its .debug_info.
 */
import { HeaderProblem } from './unit-header.ts';

const base = 24 << 20;
const perByte = 1.25;
const unit = 1 << 10;

/**
 * How many units a file of this size may have: 65,536, and one for each 256 bytes. Debian's kernels, with 2,000 to
 * 2,600, have one for each 137 kB and more; units of twelve bytes, of which 60 kB unpack to millions, have a row and a complaint each.
 */
export const mostUnitsOf = (fileSize: number): number => 65_536 + Math.floor(fileSize / 256);

/** What is left, in KiB: one number in memory that the threads share. */
export type SharedRoom = Int32Array<SharedArrayBuffer>;

export function makeRoom(fileSize: number): SharedRoom {
  const left = new Int32Array(new SharedArrayBuffer(4));
  left[0] = Math.min(2 ** 31 - 1, Math.floor((base + perByte * fileSize) / unit));
  return left;
}

export class RowRoom {
  readonly #left: SharedRoom | undefined;

  /** @param left none where there is no limit */
  constructor(left: SharedRoom | undefined) {
    this.#left = left;
  }

  /** @throws HeaderProblem unsupported, when so many bytes are not left */
  take(bytes: number): void {
    if (this.#left === undefined) return;
    const wanted = Math.ceil(bytes / unit);
    if (Atomics.sub(this.#left, 0, wanted) >= wanted) return;
    Atomics.add(this.#left, 0, wanted);
    throw new HeaderProblem('unsupported', 'its functions and parameters are more than a file of this size can have');
  }

  giveBack(bytes: number): void {
    if (this.#left !== undefined) Atomics.add(this.#left, 0, Math.ceil(bytes / unit));
  }
}
