/**
 * The lines of a pane, from the top: what drawing shows and what the mouse hits.
 *
 *   note   a sentence: why there is nothing, or what is wrong with what there is
 *   row    a row of the table
 *   gap    the place of a row that is not there, or that the filter hides: beside its neighbour, or on top where it has
 *          none
 */
import { onScreen } from '../format/on-screen.ts';
import { visibleText } from '../format/visible.ts';
import { wrapWords } from '../format/wrap.ts';
import type { Link, Links } from '../kernel/links.ts';
import { layOut, type PaneLayout, paneRows } from './layout.ts';
import type { Order } from './order.ts';
import type { PaneId, PaneTable } from './panes/pane-table.ts';
import type { Session } from './session.ts';
import type { AppState, PaneState } from './state.ts';
import { sidePanes } from './why/layout.ts';

export type PaneLineSpec =
  | { readonly kind: 'note'; readonly text: string; readonly bad: boolean }
  | { readonly kind: 'gap'; readonly text: string }
  | { readonly kind: 'row'; readonly position: number; readonly key: number };

/** Cells to the left of every row: the mark of the linked one. */
export const gutter = 2;

export const orderOf = (session: Session, id: PaneId, { sort, filter }: PaneState): Order =>
  session.orders.order(id, sort, filter);

/** The pane as it is when it is open; of a screen that is too small for any, nothing. */
export const openLayout = (state: AppState, id: PaneId): PaneLayout | undefined =>
  (state.screen === 'why' && sidePanes(state.columns, state.rows).find((row) => row.pane === id)) ||
  layOut(state.columns, state.rows, id).panes.find((row) => row.pane === id);

/** Where the focus stands in a pane. */
export interface Standing {
  /** The row of the focus; or the one that it would follow; undefined where nobody knows. */
  readonly position: number | undefined;
  readonly isGap: boolean;
}

export function standing(table: PaneTable, links: Links, order: Order): Standing {
  const link = table.linkOf(links);
  const key = link.state === 'linked' ? link.key : link.near;
  if (key === undefined) return { position: undefined, isGap: table.count > 0 };
  const shown = order.positionOf(key);
  if (shown !== undefined) return { position: shown, isGap: link.state === 'missing' };
  return { position: order.positionBefore(key), isGap: true };
}

/** Lines of a framed pane that are no rows of the table. */
export function linesBeside(
  session: Session,
  { links }: AppState,
  id: PaneId,
  layout: PaneLayout | undefined,
  isGap: boolean,
): number {
  if (layout === undefined || layout.shape === 'folded') return 0;
  return warnings(session.panes[id], links, layout).length + (isGap ? 1 : 0);
}

/** At most so many lines of a warning, above the rows; the reason for an empty pane has all of it. */
const mostWarnings = 2;

const innerWidth = (layout: PaneLayout): number =>
  (layout.shape === 'framed' ? layout.rect.width - 2 : layout.rect.width) - gutter;

/** What is wrong with the row in focus comes before what is wrong with the table. */
function warnings(table: PaneTable, links: Links, layout: PaneLayout): string[] {
  if (paneRows(layout) < 2 * mostWarnings) return [];
  const link = table.linkOf(links);
  const problem = (link.state === 'linked' ? table.problemOf?.(link.key) : undefined) ?? table.problem;
  return problem === undefined ? [] : wrapWords(visibleText(problem), innerWidth(layout), mostWarnings);
}

export function paneLines(session: Session, state: AppState, layout: PaneLayout): PaneLineSpec[] {
  const id = layout.pane;
  const table = session.panes[id];
  const pane = state.panes[id];
  const order = orderOf(session, id, pane);
  const height = paneRows(layout);
  if (order.length === 0) {
    const text = pane.filter === '' ? (table.problem ?? 'nothing here') : `nothing matches the filter ${pane.filter}`;
    const bad = pane.filter === '' && table.problem !== undefined;
    return wrapWords(visibleText(text), innerWidth(layout), height).map((line) => ({ kind: 'note', text: line, bad }));
  }
  const { position, isGap } = standing(table, state.links, order);
  const gap = (): PaneLineSpec => ({ kind: 'gap', text: gapText(session, state, table) });
  const row = (at: number): PaneLineSpec => ({ kind: 'row', position: at, key: order.keyAt(at) ?? 0 });
  if (layout.shape === 'folded') return [isGap ? gap() : row(pane.cursor)];
  const lines: PaneLineSpec[] = warnings(table, state.links, layout).map((text) => ({ kind: 'note', text, bad: true }));
  if (isGap && (position === undefined || position < pane.top)) {
    // Before the first row, or its place is not known or scrolled away: on top, so that it is seen.
    if (position === undefined || position === pane.top - 1) lines.push(gap());
  }
  for (let at = pane.top; lines.length < height && at < order.length; at++) {
    lines.push(row(at));
    if (isGap && at === position && lines.length < height) lines.push(gap());
  }
  return lines;
}

/** "no FUNC record of this name: tty_write", "hidden by the filter: tty_write (Esc clears it)". */
function gapText(session: Session, state: AppState, table: PaneTable): string {
  const link: Link<number> = table.linkOf(state.links);
  const name = onScreen(state.links.name);
  if (link.state === 'linked') return `hidden by the filter: ${name}`;
  const subject = name === '' ? `no ${table.noun}` : `no ${table.noun}: ${name}`;
  // The record's reason is the sentence below the panes; the others are told here.
  return table.id === 'btf' && session.panes.btf.count > 0 ? subject : `${subject} — ${onScreen(link.reason)}`;
}
