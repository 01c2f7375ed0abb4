/** Moving the focus: by rows, along a link, back and forward, to what a text means. */
import { STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { onScreen } from '../format/on-screen.ts';
import { visibleText } from '../format/visible.ts';
import { type Focus, focusFunc, focusSymbol, sameFocus } from '../kernel/links.ts';
import { focusOfModuleHit, focusOfModuleName } from './module-names.ts';
import { orderOf, standing } from './pane-lines.ts';
import { type PaneId, paneIds } from './panes/pane-table.ts';
import { parseQuery } from './search/query.ts';
import type { SearchHit } from './search/types.ts';
import type { Session } from './session.ts';
import { settle, showsRow, tableRows } from './settle.ts';
import type { AppState, Visit } from './state.ts';

/** How many places back are kept. */
const historyLimit = 200;

export const say = (state: AppState, text: string, tone: 'info' | 'bad' = 'info'): AppState => ({
  ...state,
  message: { text, tone },
});

const visit = (state: AppState): Visit => ({
  links: state.links,
  pane: state.active,
  hex: state.screen === 'hex' ? state.hex : undefined,
  why: state.screen === 'why' ? state.why : undefined,
  trail: state.trail,
});

/** The state with the place that is left in its history. */
export function leave(from: AppState, to: AppState): AppState {
  return { ...to, back: [...from.back.slice(-historyLimit + 1), visit(from)], forward: [] };
}

/** Focus somewhere else, as a jump that `back` undoes. */
export function jump(session: Session, state: AppState, focus: Focus, pane: PaneId = state.active): AppState {
  const arrived: AppState = {
    ...state,
    screen: 'browse',
    active: pane,
    links: session.linker.resolve(focus),
    message: undefined,
  };
  const isElsewhere = !sameFocus(focus, state.links.focus) || pane !== state.active || state.screen !== 'browse';
  return settle(session, isElsewhere ? leave(state, arrived) : arrived, 'jump');
}

/** The focus on a row of the active pane, as a step that leaves no trace in the history. */
function step(session: Session, state: AppState, position: number): AppState {
  const pane = state.panes[state.active];
  const key = orderOf(session, state.active, pane).keyAt(position);
  if (key === undefined) return state;
  const links = session.linker.resolve(session.panes[state.active].focusOf(key));
  return settle(session, { ...state, links, message: undefined }, 'step');
}

export type Move =
  | { readonly by: number; readonly unit: 'row' | 'page' | 'half-page' }
  | { readonly end: 'first' | 'last' };

/** Rows that a move goes down, or up. A page keeps one row of the last one in view. */
export function rowsOf(move: Extract<Move, { by: number }>, page: number): number {
  if (move.unit === 'row') return move.by;
  return move.by * Math.max(1, move.unit === 'page' ? page - 1 : page >> 1);
}

export function moveInPane(session: Session, state: AppState, move: Move): AppState {
  const id = state.active;
  const order = orderOf(session, id, state.panes[id]);
  if (order.length === 0) return state;
  const last = order.length - 1;
  if ('end' in move) return step(session, state, move.end === 'first' ? 0 : last);
  const { position, isGap } = standing(session.panes[id], state.links, order);
  const rows = rowsOf(move, tableRows(session, state, id, isGap));
  // A gap is between two rows: one down is the one below it, one up the one above it.
  const at = position ?? state.panes[id].top - 1;
  const from = isGap && rows < 0 ? at + 1 : at;
  return step(session, state, Math.max(0, Math.min(from + rows, last)));
}

/** Select a row, as a click does; on the selected row of the active pane, follow. */
export function selectRow(session: Session, state: AppState, pane: PaneId, key: number): AppState {
  const table = session.panes[pane];
  const link = table.linkOf(state.links);
  if (pane === state.active && link.state === 'linked' && link.key === key) return follow(session, state);
  const links = session.linker.resolve(table.focusOf(key));
  return settle(session, { ...state, screen: 'browse', active: pane, links, message: undefined }, 'step');
}

/** The next pane, in the order of the walk, that has a row for the focus. */
export function follow(session: Session, state: AppState): AppState {
  const at = paneIds.indexOf(state.active);
  const others = paneIds.map((_, i) => paneIds[(at + 1 + i) % paneIds.length] as PaneId).slice(0, -1);
  const skipped: string[] = [];
  for (const pane of others) {
    const table = session.panes[pane];
    const link = table.linkOf(state.links);
    if (link.state === 'missing') {
      skipped.push(`${table.title}: ${onScreen(link.reason)}`);
      continue;
    }
    const next = jump(session, state, table.focusOf(link.key), pane);
    return skipped[0] === undefined ? next : say(next, `${skipped[0]}; on to ${table.title}`);
  }
  return say(state, `nothing to follow; ${skipped[0] ?? ''}`);
}

export function goBack(session: Session, state: AppState, direction: 'back' | 'forward'): AppState {
  const from = state[direction];
  const place = from.at(-1);
  if (place === undefined)
    return say(state, direction === 'back' ? 'this is where you began' : 'nothing to go forward to');
  const rest = from.slice(0, -1);
  const here = visit(state);
  const arrived: AppState = {
    ...state,
    back: direction === 'back' ? rest : [...state.back, here],
    forward: direction === 'back' ? [...state.forward, here] : rest,
    screen: place.hex !== undefined ? 'hex' : place.why !== undefined ? 'why' : 'browse',
    under: 'browse',
    trail: place.trail,
    hex: place.hex ?? state.hex,
    why: place.why ?? state.why,
    links: place.links,
    active: place.pane,
    message: undefined,
  };
  return settle(session, arrived, 'jump');
}

/** After a filter or a sort: the focus on a row that the active pane shows, where it is on none. */
export function land(session: Session, state: AppState, id: PaneId): AppState {
  if (id !== state.active || showsRow(session, state, id)) return state;
  const pane = state.panes[id];
  const key = orderOf(session, id, pane).keyAt(pane.cursor);
  return key === undefined ? state : jump(session, state, session.panes[id].focusOf(key), id);
}

/** The focus that a text means: an address, symbol+offset, or a name. */
export function focusOfText(session: Session, text: string): Focus | { readonly problem: string } {
  const query = parseQuery(text);
  const { linker } = session;
  switch (query.kind) {
    case 'address':
      return linker.focusAt(query.value);
    case 'symbol-offset': {
      const base = linker.focusNamed(query.name);
      const address = base === undefined ? undefined : linker.resolve(base).address;
      if (address === undefined) return { problem: `no symbol ${visibleText(query.name)}` };
      return linker.focusAt(BigInt.asUintN(64, address + query.offset));
    }
    case 'fuzzy': {
      const name = visibleText(query.text);
      const found = linker.focusNamed(query.text) ?? focusOfModuleName(session, query.text);
      return found ?? { problem: `no symbol or FUNC record is named ${name}; / searches` };
    }
    default:
      return { problem: 'give an address, a symbol or symbol+offset' };
  }
}

export function focusOfHit(session: Session, hit: SearchHit): Focus | undefined {
  const module = focusOfModuleHit(session, hit);
  if (module !== undefined) return module;
  const table = readyValue(session.kernel.symbols)?.table;
  const row = hit.symbols.find((symbol) => table?.type(symbol) === STT.FUNC) ?? hit.symbols[0];
  if (row !== undefined) return focusSymbol(row);
  const id = readyValue(session.kernel.btf)?.btf.funcs[hit.funcs[0] ?? -1];
  return id === undefined ? undefined : focusFunc(id);
}

/** Where a found name is gone to: in the pane of its symbol, or of its record where it has no symbol. */
export const goToHit = (session: Session, state: AppState, focus: Focus): AppState =>
  jump(session, state, focus, focus.kind === 'func' ? 'btf' : 'symbols');
