/**
 * The order in which a pane shows its keys, for a sort and a filter; and the way back, from a key to its position.
 * Orders are made when first asked for and kept, the last few per pane. Those of a large table take a while: they are
 * made in slices (order-session.ts), and until they are there the pane shows the order that it has.
 */
import { allRows } from '../bytes/columns.ts';
import { ParseError } from '../errors.ts';
import type { PaneId, PaneTable } from './panes/pane-table.ts';
import { narrows, type RowTest } from './panes/row-filter.ts';
import { finish, selectKeys, type Work } from './work.ts';

export interface Order {
  /** Number of positions. */
  readonly length: number;
  keyAt(position: number): number | undefined;
  /** The position of a key; undefined where the filter hides it. */
  positionOf(key: number): number | undefined;
  /** The last position at or before which a key stands or, where the filter hides it, would stand; -1 before the first. */
  positionBefore(key: number): number;
  /** Why the filter could not be used; the order is then unfiltered. */
  readonly problem: string | undefined;
}

function identity(length: number): Order {
  return {
    length,
    keyAt: (position) => (position >= 0 && position < length ? position : undefined),
    positionOf: (key) => (key >= 0 && key < length ? key : undefined),
    positionBefore: (key) => Math.min(key, length - 1),
    problem: undefined,
  };
}

/** @param whole the order that the keys were chosen from, where they are not all */
function listed(keys: Uint32Array, whole?: Order): Order {
  let positions: Uint32Array | undefined;
  const positionOf = (key: number): number | undefined => {
    positions ??= invert(keys);
    const position = positions[key];
    return position === undefined || position === 0 ? undefined : position - 1;
  };
  return {
    length: keys.length,
    keyAt: (position) => keys[position],
    positionOf,
    positionBefore(key) {
      const place = whole?.positionOf(key);
      if (whole === undefined || place === undefined) return positionOf(key) ?? -1;
      let low = 0;
      let high = keys.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((whole.positionOf(keys[middle] as number) ?? 0) <= place) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
    problem: undefined,
  };
}

/** Position + 1 by key, 0 for a key that is not shown. Keys are row numbers and type ids, so the table is dense. */
function invert(keys: Uint32Array): Uint32Array {
  let most = 0;
  for (const key of keys) if (key > most) most = key;
  const positions = new Uint32Array(keys.length === 0 ? 0 : most + 1);
  for (let position = 0; position < keys.length; position++) positions[keys[position] as number] = position + 1;
  return positions;
}

/** Orders that are kept for each pane. */
const kept = 6;
/** Rows that are sorted or filtered while a key press waits: a few milliseconds' worth. */
const smallTable = 2_000;

interface Kept {
  readonly sort: string;
  readonly filter: string;
  readonly order: Order;
  /** The keys in this order; undefined where it is that of the keys themselves. */
  readonly keys: Uint32Array | undefined;
}

export class OrderCache {
  readonly #panes: Readonly<Record<PaneId, PaneTable>>;
  readonly #kept: Readonly<Record<PaneId, Kept[]>> = { symbols: [], mcount: [], relocations: [], btf: [] };

  constructor(panes: Readonly<Record<PaneId, PaneTable>>) {
    this.#panes = panes;
  }

  /** Whether {@link order} answers within a key press: it is kept, or the table is small. */
  isAtHand(pane: PaneId, sort: string, filter: string): boolean {
    if (this.#find(pane, sort, filter) !== undefined) return true;
    const table = this.#panes[pane];
    if (table.count <= smallTable) return true;
    const isSlow = table.sorts.find((row) => row.id === sort)?.slow === true;
    const isFiltered = filter.trim() !== '' && typeof table.matcher(filter) === 'function';
    return !isFiltered && (!isSlow || this.#find(pane, sort, '') !== undefined);
  }

  order(pane: PaneId, sort: string, filter: string): Order {
    return finish(this.make(pane, sort, filter));
  }

  /** The order in steps; it is kept when the last one is done. */
  *make(pane: PaneId, sort: string, filter: string): Work<Order> {
    return (yield* this.#make(pane, sort, filter.trim())).order;
  }

  #find(pane: PaneId, sort: string, filter: string): Kept | undefined {
    return this.#kept[pane].find((row) => row.sort === sort && row.filter === filter.trim());
  }

  *#make(pane: PaneId, sort: string, filter: string): Work<Kept> {
    const known = this.#find(pane, sort, filter);
    if (known !== undefined) return known;
    const table = this.#panes[pane];
    if (filter === '') return this.#keep(pane, yield* this.#sorted(table, sort));
    const whole = yield* this.#make(pane, sort, '');
    const test = table.matcher(filter);
    if (typeof test !== 'function') return { ...whole, order: { ...whole.order, problem: test.problem } };
    try {
      const keys = yield* this.#filtered(table, sort, filter, whole, test);
      return this.#keep(pane, { sort, filter, keys, order: listed(keys, whole.order) });
    } catch (error) {
      // The file shrank, or a damaged table cannot be read where its header says that it can.
      if (!(error instanceof ParseError)) throw error;
      return { ...whole, order: { ...whole.order, problem: error.message } };
    }
  }

  *#sorted(table: PaneTable, sort: string): Work<Kept> {
    const spec = table.sorts.find((row) => row.id === sort) ?? table.sorts[0];
    try {
      const keys = spec === undefined ? undefined : yield* spec.order();
      return { sort, filter: '', keys, order: keys === undefined ? identity(table.count) : listed(keys) };
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return { sort, filter: '', keys: undefined, order: { ...identity(table.count), problem: error.message } };
    }
  }

  *#filtered(table: PaneTable, sort: string, filter: string, whole: Kept, test: RowTest): Work<Uint32Array> {
    const [wider] = this.#kept[table.id]
      .filter((row) => row.sort === sort && row.filter !== '' && narrows(row.filter, filter))
      .sort((a, b) => a.order.length - b.order.length);
    if (table.scan === undefined) return yield* selectKeys(wider?.keys ?? whole.keys ?? allRows(table.count), test);
    // Rows that are read from the file are looked at in the file's order, whatever the order on the screen.
    const kept = yield* wider?.keys === undefined
      ? table.scan(filter, test)
      : selectKeys(wider.keys.slice().sort(), test);
    if (whole.keys === undefined) return kept;
    const positions = kept.map((key) => whole.order.positionOf(key) ?? 0).sort();
    return positions.map((position) => whole.order.keyAt(position) ?? 0);
  }

  /** The first order of all is kept for good; filtered ones go before sorted ones, which they are made from. */
  #keep(pane: PaneId, row: Kept): Kept {
    const rows = this.#kept[pane];
    const oldest = rows.findIndex(({ filter }) => filter !== '');
    if (rows.length >= kept) rows.splice(oldest < 0 ? 1 : oldest, 1);
    rows.push(row);
    return row;
  }
}
