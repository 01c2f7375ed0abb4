/** Every pane follows the focus: its cursor on the row of it, or beside where that would be, and the row in view. */
import type { Links } from '../kernel/links.ts';
import { paneRows } from './layout.ts';
import { linesBeside, openLayout, orderOf, standing } from './pane-lines.ts';
import { type PaneId, paneIds } from './panes/pane-table.ts';
import type { Session } from './session.ts';
import type { AppState, PaneState } from './state.ts';
import { centre, clampTop, scrollTo } from './viewport.ts';

/** @param how a jump brings a row that is hardly seen to the middle, a step scrolls no more than it must */
export function settle(session: Session, state: AppState, how: 'jump' | 'step'): AppState {
  const panes = { ...state.panes };
  for (const id of paneIds) {
    panes[id] = settlePane(session, state, id, how === 'step' && id === state.active ? scrollTo : centre);
  }
  return { ...state, panes };
}

function settlePane(session: Session, state: AppState, id: PaneId, place: typeof scrollTo): PaneState {
  const pane = state.panes[id];
  const order = orderOf(session, id, pane);
  const { position, isGap } = standing(session.panes[id], state.links, order);
  const height = tableRows(session, state, id, isGap);
  // Nobody knows where the focus would stand here: the pane stays as it is, and says so on its first line.
  if (position === undefined) {
    const top = clampTop(pane.top, height, order.length);
    return { ...pane, top, cursor: Math.max(0, Math.min(pane.cursor, order.length - 1)) };
  }
  const cursor = Math.max(0, Math.min(position, order.length - 1));
  return { ...pane, cursor, top: place(pane.top, cursor, height, order.length) };
}

/** Rows of the table that a pane shows when it is open. */
export function tableRows(session: Session, state: AppState, id: PaneId, isGap: boolean): number {
  const layout = openLayout(state, id);
  if (layout === undefined) return 1;
  return Math.max(1, paneRows(layout) - linesBeside(session, state, id, layout, isGap));
}

/** Scroll a pane without the focus. */
export function scrollPane(session: Session, state: AppState, id: PaneId, by: number): AppState {
  const pane = state.panes[id];
  const order = orderOf(session, id, pane);
  const { isGap } = standing(session.panes[id], state.links, order);
  const top = clampTop(pane.top + by, tableRows(session, state, id, isGap), order.length);
  return top === pane.top ? state : { ...state, panes: { ...state.panes, [id]: { ...pane, top } } };
}

/** Whether a pane shows a row for these links. */
export function showsRow(session: Session, state: AppState, id: PaneId, links: Links = state.links): boolean {
  const order = orderOf(session, id, state.panes[id]);
  const { position, isGap } = standing(session.panes[id], links, order);
  return position !== undefined && !isGap;
}
