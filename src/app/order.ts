/**
 * The order in which a pane shows its keys, for a sort and a filter; and the way back, from a key to its position.
 * Orders are made when first asked for and kept, the last few per pane: a sort of 228,000 names takes a while.
 */
import { allRows } from '../bytes/columns.ts';
import type { PaneId, PaneTable } from './panes/pane-table.ts';

export interface Order {
  /** Number of positions. */
  readonly length: number;
  keyAt(position: number): number | undefined;
  /** The position of a key; undefined where the filter hides it. */
  positionOf(key: number): number | undefined;
  /** Why the filter could not be used; the order is then unfiltered. */
  readonly problem: string | undefined;
}

function identity(length: number): Order {
  return {
    length,
    keyAt: (position) => (position >= 0 && position < length ? position : undefined),
    positionOf: (key) => (key >= 0 && key < length ? key : undefined),
    problem: undefined,
  };
}

function listed(keys: Uint32Array, problem?: string): Order {
  let positions: Uint32Array | undefined;
  return {
    length: keys.length,
    keyAt: (position) => keys[position],
    positionOf(key) {
      positions ??= invert(keys);
      const position = positions[key];
      return position === undefined || position === 0 ? undefined : position - 1;
    },
    problem,
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

const kept = 4;

export class OrderCache {
  readonly #panes: Readonly<Record<PaneId, PaneTable>>;
  readonly #orders = new Map<string, Order>();

  constructor(panes: Readonly<Record<PaneId, PaneTable>>) {
    this.#panes = panes;
  }

  order(pane: PaneId, sort: string, filter: string): Order {
    const name = `${pane} ${sort} ${filter}`;
    const known = this.#orders.get(name);
    if (known !== undefined) return known;
    const order = this.#make(this.#panes[pane], sort, filter);
    const mine = [...this.#orders.keys()].filter((other) => other.startsWith(`${pane} `));
    if (mine.length >= kept) this.#orders.delete(mine[0] as string);
    this.#orders.set(name, order);
    return order;
  }

  #make(table: PaneTable, sort: string, filter: string): Order {
    const spec = table.sorts.find((row) => row.id === sort) ?? table.sorts[0];
    const keys = spec?.order();
    const plain = keys === undefined ? identity(table.count) : listed(keys);
    if (filter.trim() === '') return plain;
    const match = table.matcher(filter);
    if (typeof match !== 'function') return { ...plain, problem: match.problem };
    return listed((keys ?? allRows(table.count)).filter((key) => match(key)));
  }
}
