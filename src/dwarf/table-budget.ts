/**
 * How many bytes of abbreviation tables are read for the units of a run.
 *
 * Each unit of a kernel has a table of its own, shorter than the unit, or many share one in a row, which is then read
 * once. But nothing keeps tables from overlapping: by offsets into one table of a megabyte, each unit of twenty bytes can
 * ask for a megabyte. The budget is a run's, whichever thread reads it and whatever it has read before, so that a file is
 * told of in the same words each time.
 */
import type { UnitHeader } from './unit-header.ts';

/** Bytes of tables for a byte of units, and beside that for any run. */
const perByte = 16;
const atLeast = 4 << 20;

/** What is said of a unit of which the table is not read. */
export const tablesProblem =
  'its abbreviation table is not read: those of the units before it overlap, and come to more than 4 MiB and 16 times the units';

export class TableBudget {
  #left = 0;
  /** The table that was taken last. */
  #last = -1;

  /** @param bytes of the run */
  startRun(bytes: number): void {
    this.#left = atLeast + perByte * bytes;
    this.#last = -1;
  }

  /** Whether the table of a unit cannot be read any more. */
  refuses(header: UnitHeader): boolean {
    return this.#left < 0 && keyOf(header) !== this.#last;
  }

  /** Count a table of `size` bytes, unless it is that of the unit before. */
  take(header: UnitHeader, size: number): void {
    const key = keyOf(header);
    if (key !== this.#last) this.#left -= size;
    this.#last = key;
  }
}

/** The table and how it is read: abbrev.ts keeps one for each encoding. */
const keyOf = ({ abbrevOffset, version, offsetSize, addressSize }: UnitHeader): number =>
  abbrevOffset * 8 + (version === 2 ? 4 : 0) + (offsetSize === 8 ? 2 : 0) + (addressSize === 8 ? 1 : 0);
