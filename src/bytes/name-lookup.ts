/**
 * Rows by name, for columns of NUL-terminated names: a hash table over the bytes, which makes no string.
 *
 *   heads   [ .. 7 .. ]     the first row of each bucket, -1 for none
 *   next    [ 12 -1 … ]     the row that shares the bucket with a row
 *
 * Two columns that name the same things are joined without decoding either: {@link NameLookup.first} takes a
 * place in the strings of the other.
 */
import { StringTable } from './string-table.ts';

export class NameLookup {
  readonly #strings: StringTable;
  readonly #starts: Uint32Array;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  /**
   * @param starts where the name of each row begins in `strings`
   * @param rows the rows that can be found; all of them where it is left out
   */
  constructor(strings: StringTable, starts: Uint32Array, rows?: Uint32Array) {
    this.#strings = strings;
    this.#starts = starts;
    const count = rows?.length ?? starts.length;
    this.#heads = new Int32Array(bucketsFor(count)).fill(-1);
    this.#next = new Int32Array(starts.length).fill(-1);
    // From the last to the first, so that the rows of a bucket ascend.
    for (let i = count - 1; i >= 0; i--) {
      const row = rows === undefined ? i : (rows[i] as number);
      const bucket = strings.hashAt(starts[row] as number) & (this.#heads.length - 1);
      this.#next[row] = this.#heads[bucket] as number;
      this.#heads[bucket] = row;
    }
  }

  /** The first row whose name is the one at `at` in `strings`; undefined where there is none. */
  first(strings: StringTable, at: number): number | undefined {
    return this.#follow(this.#heads[strings.hashAt(at) & (this.#heads.length - 1)] as number, strings, at);
  }

  /** The row behind `row` with the same name. */
  after(row: number): number | undefined {
    return this.#follow(this.#next[row] ?? -1, this.#strings, this.#starts[row] as number);
  }

  /** Every row with this name (latin1), ascending. */
  all(name: string): number[] {
    const bytes = new StringTable(Buffer.from(`${name}\0`, 'latin1'), 'name');
    const rows: number[] = [];
    for (let row = this.first(bytes, 0); row !== undefined; row = this.after(row)) rows.push(row);
    return rows;
  }

  #follow(from: number, strings: StringTable, at: number): number | undefined {
    for (let row = from; row >= 0; row = this.#next[row] as number) {
      if (this.#strings.isSame(this.#starts[row] as number, strings, at)) return row;
    }
    return undefined;
  }
}

/** A power of two, at least as many as there are rows. */
const bucketsFor = (rows: number): number => 1 << Math.max(4, Math.ceil(Math.log2(Math.max(1, rows))));
