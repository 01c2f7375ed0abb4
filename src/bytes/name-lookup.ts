/**
 * Rows by name, or by name and group, for columns of NUL-terminated names: a hash table over the bytes, which makes no string.
 *
 *   heads   [ .. 7 .. ]     the first row of each bucket, -1 for none
 *   next    [ 12 -1 … ]     the row that shares the bucket with a row
 *
 * Two columns that name the same things are joined without decoding either: {@link NameLookup.first} takes a
 * place in the strings of the other.
 */
import { StringTable } from './string-table.ts';

interface LookupOptions {
  /** The rows that can be found; all of them where it is left out. */
  readonly rows?: Uint32Array;
  /** Of each row: a name in one group is another than in the next. Where it is left out, all are in group 0. */
  readonly groups?: Uint16Array;
}

export class NameLookup {
  readonly #strings: StringTable;
  readonly #starts: Uint32Array;
  readonly #groups: Uint16Array | undefined;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  /** @param starts where the name of each row begins in `strings` */
  constructor(strings: StringTable, starts: Uint32Array, { rows, groups }: LookupOptions = {}) {
    this.#strings = strings;
    this.#starts = starts;
    this.#groups = groups;
    const count = rows?.length ?? starts.length;
    this.#heads = new Int32Array(bucketsFor(count)).fill(-1);
    this.#next = new Int32Array(starts.length).fill(-1);
    // From the last to the first, so that the rows of a bucket ascend.
    for (let i = count - 1; i >= 0; i--) {
      const row = rows === undefined ? i : (rows[i] as number);
      const bucket = this.#bucket(strings, starts[row] as number, groups?.[row] ?? 0);
      this.#next[row] = this.#heads[bucket] as number;
      this.#heads[bucket] = row;
    }
  }

  /** The first row whose name is the one at `at` in `strings`, in this group; undefined where there is none. */
  first(strings: StringTable, at: number, group = 0): number | undefined {
    return this.#follow(this.#heads[this.#bucket(strings, at, group)] as number, strings, at, group);
  }

  /** The row behind `row` with the same name and group. */
  after(row: number): number | undefined {
    const at = this.#starts[row] as number;
    return this.#follow(this.#next[row] ?? -1, this.#strings, at, this.#groups?.[row] ?? 0);
  }

  /** As {@link first}, but undefined too where there is another. */
  only(strings: StringTable, at: number, group = 0): number | undefined {
    const row = this.first(strings, at, group);
    return row === undefined || this.after(row) !== undefined ? undefined : row;
  }

  /** Every row with this name (latin1), ascending; where there are groups, of group 0. */
  all(name: string): number[] {
    const bytes = new StringTable(Buffer.from(`${name}\0`, 'latin1'), 'name');
    const rows: number[] = [];
    for (let row = this.first(bytes, 0); row !== undefined; row = this.after(row)) rows.push(row);
    return rows;
  }

  #bucket(strings: StringTable, at: number, group: number): number {
    return (strings.hashAt(at) ^ Math.imul(group, 0x9e3779b1)) & (this.#heads.length - 1);
  }

  #follow(from: number, strings: StringTable, at: number, group: number): number | undefined {
    for (let row = from; row >= 0; row = this.#next[row] as number) {
      if ((this.#groups?.[row] ?? 0) !== group) continue;
      if (this.#strings.isSame(this.#starts[row] as number, strings, at)) return row;
    }
    return undefined;
  }
}

/** A power of two, at least as many as there are rows. */
const bucketsFor = (rows: number): number => 1 << Math.max(4, Math.ceil(Math.log2(Math.max(1, rows))));
