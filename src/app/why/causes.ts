/** The overview of causes: the rows of its table, and the functions of one cause. */
import { type Cause, type CauseDetail, causeFacts, causes, detailMeanings } from '../../explain/causes.ts';
import type { Census } from '../../explain/census.ts';
import { onScreen } from '../../format/on-screen.ts';
import type { AppState } from '../state.ts';
import { centre, clampTop, scrollTo } from '../viewport.ts';
import { type Move, rowsOf } from '../walk.ts';
import { describedLines, whyLayout } from './layout.ts';
import type { CauseList, CausesState } from './state.ts';

/** A cause, or below it one of the details that are known of it. */
export interface CauseRow {
  readonly cause: Cause;
  readonly detail: CauseDetail | undefined;
  readonly symbols: number;
  readonly names: number;
  readonly title: string;
  readonly meaning: string;
}

const tables = new WeakMap<Census, readonly CauseRow[]>();

/** The table, as `kinspect why --summary` has it. */
export function causeRows(census: Census | undefined): readonly CauseRow[] {
  if (census === undefined) return [];
  let rows = tables.get(census);
  if (rows === undefined) {
    rows = makeRows(census);
    tables.set(census, rows);
  }
  return rows;
}

function makeRows(census: Census): CauseRow[] {
  const counts = census.counts();
  return causes.flatMap((cause): CauseRow[] => {
    const parts = counts.filter((row) => row.cause === cause);
    if (parts.length === 0) return [];
    const sum = (key: 'symbols' | 'names') => parts.reduce((total, row) => total + row[key], 0);
    const { title, meaning } = causeFacts[cause];
    const whole = { cause, detail: undefined, symbols: sum('symbols'), names: sum('names'), title, meaning };
    const details = parts.flatMap(({ detail, symbols, names }): CauseRow[] =>
      detail === undefined ? [] : [{ cause, detail, symbols, names, title: detail, meaning: detailMeanings[detail] }],
    );
    return [whole, ...details];
  });
}

interface Narrowed {
  readonly key: string;
  readonly filter: string;
  readonly positions: readonly number[];
}

const lists = new WeakMap<Census, { whole: Narrowed; shown: Narrowed }>();

/** Positions in the census of the functions that a list shows. */
export function listed(census: Census, { cause, detail, filter }: CauseList): readonly number[] {
  const key = `${cause} ${detail ?? ''}`;
  let entry = lists.get(census);
  if (entry?.whole.key !== key) {
    const whole = { key, filter: '', positions: census.of(cause, detail) };
    entry = { whole, shown: whole };
    lists.set(census, entry);
  }
  if (entry.shown.filter !== filter) {
    // More was typed: only what is shown needs be looked at.
    const { positions } = filter.startsWith(entry.shown.filter) ? entry.shown : entry.whole;
    const words = filter.toLowerCase().split(/\s+/);
    const has = (at: number): boolean => {
      const name = onScreen(census.name(at)).toLowerCase();
      return words.every((word) => name.includes(word));
    };
    entry.shown = { key, filter, positions: filter.trim() === '' ? entry.whole.positions : positions.filter(has) };
  }
  return entry.shown.positions;
}

/** How many rows the table, or the list in its place, has. */
export function causesLength({ census, list }: CausesState): number {
  if (census === undefined) return 0;
  return list === undefined ? causeRows(census).length : listed(census, list).length;
}

/** Rows that are seen at once: between the frame, the column heads and what is said of the row. */
export function causesHeight({ columns, rows }: Pick<AppState, 'columns' | 'rows'>): number {
  const layout = whyLayout(columns, rows);
  return Math.max(1, layout.main.height - 3 - describedLines(layout));
}

/** The cursor and the top of what is shown. */
export const windowOf = ({ list, cursor, top }: CausesState) => list ?? { cursor, top };

/** Put the cursor on a row, and the row into view. */
export function putCursor(state: AppState, row: number, place: typeof scrollTo = scrollTo): AppState {
  const { causes: shown } = state;
  const length = causesLength(shown);
  const cursor = Math.max(0, Math.min(row, length - 1));
  const moved = { cursor, top: place(windowOf(shown).top, cursor, causesHeight(state), length) };
  const list = shown.list === undefined ? undefined : { ...shown.list, ...moved };
  return { ...state, causes: list === undefined ? { ...shown, ...moved } : { ...shown, list } };
}

export function moveInCauses(state: AppState, by: Move): AppState {
  if ('end' in by) return putCursor(state, by.end === 'first' ? 0 : causesLength(state.causes) - 1);
  return putCursor(state, windowOf(state.causes).cursor + rowsOf(by, causesHeight(state)));
}

/** Scroll without the cursor, as a wheel does. */
export function scrollCauses(state: AppState, by: number): AppState {
  const { causes: shown } = state;
  const top = clampTop(windowOf(shown).top + by, causesHeight(state), causesLength(shown));
  const list = shown.list === undefined ? undefined : { ...shown.list, top };
  return { ...state, causes: list === undefined ? { ...shown, top } : { ...shown, list } };
}

/** The functions that match, the cursor on the first of them. */
export function narrow(state: AppState, filter: string): AppState {
  const { list } = state.causes;
  if (list === undefined) return state;
  return putCursor({ ...state, causes: { ...state.causes, list: { ...list, filter, top: 0 } } }, 0);
}

/** The position in the census of the function that the cursor is on. */
export function functionHere({ census, list }: CausesState): number | undefined {
  return census === undefined || list === undefined ? undefined : listed(census, list)[list.cursor];
}

/** Another census: the cursors stay on their cause and on their function. */
export function replaceCensus(state: AppState, census: Census | undefined, share: number | undefined): AppState {
  const { causes: before } = state;
  if (census === undefined || census === before.census) return { ...state, causes: { ...before, share } };
  const row = causeRows(before.census)[before.cursor];
  const at = causeRows(census).findIndex(({ cause, detail }) => cause === row?.cause && detail === row.detail);
  const symbol = before.census === undefined ? undefined : before.census.rows[functionHere(before) ?? -1];
  const bare = putCursor({ ...state, causes: { ...before, census, share, list: undefined } }, Math.max(0, at), centre);
  if (before.list === undefined) return bare;
  const open = { ...bare, causes: { ...bare.causes, list: before.list } };
  const position = listed(census, before.list).findIndex((index) => census.rows[index] === symbol);
  return putCursor(open, Math.max(0, position), centre);
}
