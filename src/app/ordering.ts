/** Sorting and filtering: at once where that is quick, else the pane waits for its order and shows the old one. */
import type { PaneId } from './panes/pane-table.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import type { AppState, PaneState } from './state.ts';
import { land, say } from './walk.ts';

const withPane = (state: AppState, id: PaneId, change: Partial<PaneState>): AppState => ({
  ...state,
  panes: { ...state.panes, [id]: { ...state.panes[id], ...change } },
});

/** The sort and filter that a pane shows or is about to show. */
export function orderAsked({ sort, filter, wanted }: PaneState): { readonly sort: string; readonly filter: string } {
  return wanted ?? { sort, filter };
}

/** Show a pane in another order; one that takes a while is only wished for. */
export function showOrder(session: Session, state: AppState, id: PaneId, sort: string, filter: string): AppState {
  if (!session.orders.isAtHand(id, sort, filter)) {
    return withPane(state, id, { wanted: { sort, filter, share: 0, land: false } });
  }
  return settle(session, withPane(state, id, { sort, filter, wanted: undefined }), 'jump');
}

/** An order that was waited for is there. */
export function ordered(session: Session, state: AppState, id: PaneId, sort: string, filter: string): AppState {
  const { wanted } = state.panes[id];
  if (wanted?.sort !== sort || wanted.filter !== filter) return state;
  const shown = settle(session, withPane(state, id, { sort, filter, wanted: undefined }), 'jump');
  return wanted.land ? land(session, shown, id) : shown;
}

export function ordering(state: AppState, id: PaneId, sort: string, filter: string, share: number): AppState {
  const { wanted } = state.panes[id];
  if (wanted?.sort !== sort || wanted.filter !== filter) return state;
  return withPane(state, id, { wanted: { ...wanted, share } });
}

export function sortNext(session: Session, state: AppState, id: PaneId): AppState {
  const table = session.panes[id];
  if (table.fixedOrder !== undefined) return say(state, table.fixedOrder);
  const { sort, filter } = orderAsked(state.panes[id]);
  const { sorts } = table;
  const next = sorts[(sorts.findIndex((row) => row.id === sort) + 1) % Math.max(1, sorts.length)];
  if (next === undefined) return say(state, `${table.title}: nothing to sort`);
  return say(showOrder(session, state, id, next.id, filter), `${table.title} ${next.label}`);
}

export function clearFilter(session: Session, state: AppState): AppState {
  const { sort, filter } = orderAsked(state.panes[state.active]);
  return filter === '' ? state : showOrder(session, state, state.active, sort, '');
}

/** Enter in the filter prompt: the focus goes to a row that the filter keeps, now or when the order is there. */
export function landAfterFilter(session: Session, state: AppState, id: PaneId): AppState {
  const { wanted } = state.panes[id];
  return wanted === undefined ? land(session, state, id) : withPane(state, id, { wanted: { ...wanted, land: true } });
}
