/**
 * A pane's table: its columns, its rows by key, and the orders that it can be shown in.
 *
 *   key        a row of the domain table: symbol row, slot, relocation row, FUNC type id
 *   position   a place in the shown order, after sorting and filtering
 */
import type { Cell, Column } from '../../format/cells.ts';
import type { Focus, Link, Links } from '../../kernel/links.ts';
import type { Work } from '../work.ts';
import type { RowTest } from './row-filter.ts';

export type PaneId = 'symbols' | 'mcount' | 'relocations' | 'btf';
export const paneIds: readonly PaneId[] = ['symbols', 'mcount', 'relocations', 'btf'];

export interface SortSpec {
  readonly id: string;
  /** "by address", as the title shows it. */
  readonly label: string;
  /** True where a large table takes longer than a key press may: the order is then made in slices. */
  readonly slow: boolean;
  /** The keys in this order; undefined where the order is that of the keys themselves. */
  order(): Work<Uint32Array | undefined>;
}

export interface PaneTable {
  readonly id: PaneId;
  readonly title: string;
  /** What a row is called: "symbol", "slot". */
  readonly noun: string;
  readonly columns: readonly Column[];
  /** Number of keys, before any filter. */
  readonly count: number;
  readonly sorts: readonly SortSpec[];
  /** Why there is nothing to show, or what is wrong with what is shown. */
  readonly problem: string | undefined;
  /** What is wrong with a row, for the one in focus. */
  problemOf?(key: number): string | undefined;
  /** Why the order cannot be changed: too many rows. */
  readonly fixedOrder: string | undefined;
  /** What a filter may say beyond words: "slot:no", "type:func". */
  readonly filterHelp: string;
  cells(key: number): readonly Cell[];
  focusOf(key: number): Focus;
  linkOf(links: Links): Link<number>;
  /** A test for one filter, or what is wrong with the filter. */
  matcher(filter: string): RowTest | { readonly problem: string };
  /** The keys that a filter keeps, for a table that has a better way than to test them all in their order. */
  scan?(filter: string, test: RowTest): Work<Uint32Array>;
}
