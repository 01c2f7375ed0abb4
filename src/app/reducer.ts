/**
 * (session, state, action) → state: the only place where state changes. It never reads the terminal and never writes:
 * the session answers from tables that do not change.
 */

import { STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { type Focus, focusFunc, focusSymbol, sameFocus } from '../kernel/links.ts';
import { vaddr } from '../units.ts';
import type { Action } from './actions.ts';
import { moveHex } from './hex-view.ts';
import { layOut, paneRows } from './layout.ts';
import { type PaneId, paneIds } from './panes/pane-table.ts';
import { parseQuery } from './search/query.ts';
import type { SearchHit } from './search/types.ts';
import type { Session } from './session.ts';
import { type AppState, noResults, type PaneState, type SearchResults, type Visit } from './state.ts';
import { centre, clampTop, scrollTo } from './viewport.ts';

/** How many places back are kept. */
const historyLimit = 200;

export function initialState(session: Session, columns: number, rows: number): AppState {
  const links = session.linker.resolve(session.initialFocus);
  const pane = (id: PaneId): PaneState => ({
    cursor: 0,
    top: 0,
    sort: session.panes[id].sorts[0]?.id ?? '',
    filter: '',
  });
  const state: AppState = {
    columns,
    rows,
    screen: 'browse',
    active: session.initialFocus.kind === 'slot' ? 'mcount' : 'symbols',
    links,
    panes: { symbols: pane('symbols'), mcount: pane('mcount'), relocations: pane('relocations'), btf: pane('btf') },
    back: [],
    forward: [],
    prompt: undefined,
    results: noResults,
    search: { phase: 'starting', thread: 'worker' },
    resultAt: 0,
    hex: { address: 0n, cursor: 0n, mode: 'words' },
    scroll: 0,
    message: undefined,
  };
  return settle(session, state, 'jump');
}

/** Put every pane's cursor on the row of the focus, or beside where it would be, and that row into view. */
function settle(session: Session, state: AppState, how: 'jump' | 'step'): AppState {
  const layout = layOut(state.columns, state.rows, state.active);
  const panes = { ...state.panes };
  for (const id of paneIds) {
    const pane = state.panes[id];
    const order = session.orders.order(id, pane.sort, pane.filter);
    const link = session.panes[id].linkOf(state.links);
    const key = link.state === 'linked' ? link.key : link.near;
    const position = key === undefined ? undefined : order.positionOf(key);
    const cursor = Math.max(0, Math.min(position ?? pane.cursor, order.length - 1));
    const shown = layout.panes.find((row) => row.pane === id);
    const height = shown === undefined ? state.rows : paneRows(shown);
    const place = how === 'step' && id === state.active ? scrollTo : centre;
    panes[id] = { ...pane, cursor, top: place(pane.top, cursor, height, order.length) };
  }
  return { ...state, panes };
}

const visit = (state: AppState): Visit => ({ links: state.links, pane: state.active });

/** Focus somewhere else, as a jump that `back` undoes. */
function jump(session: Session, state: AppState, focus: Focus, pane?: PaneId): AppState {
  const active = pane ?? state.active;
  const arrived = {
    ...state,
    screen: 'browse',
    active,
    links: session.linker.resolve(focus),
    message: undefined,
  } as const;
  const moved = !sameFocus(focus, state.links.focus) || active !== state.active;
  const back = moved ? [...state.back.slice(-historyLimit + 1), visit(state)] : state.back;
  return settle(session, { ...arrived, back, forward: moved ? [] : state.forward }, 'jump');
}

const say = (state: AppState, text: string, tone: 'info' | 'bad' = 'info'): AppState => ({
  ...state,
  message: { text, tone },
});

function moveCursor(
  session: Session,
  state: AppState,
  to: (cursor: number, length: number, page: number) => number,
): AppState {
  const pane = state.panes[state.active];
  const order = session.orders.order(state.active, pane.sort, pane.filter);
  if (order.length === 0) return state;
  const shown = layOut(state.columns, state.rows, state.active).panes.find((row) => row.pane === state.active);
  const page = Math.max(1, shown === undefined ? 1 : paneRows(shown));
  const cursor = Math.max(0, Math.min(to(pane.cursor, order.length, page), order.length - 1));
  const key = order.keyAt(cursor);
  if (key === undefined) return state;
  const links = session.linker.resolve(session.panes[state.active].focusOf(key));
  const panes = { ...state.panes, [state.active]: { ...pane, cursor } };
  return settle(session, { ...state, links, panes, message: undefined }, 'step');
}

/** The next pane, in the order of the walk, that has a row for the focus. */
function follow(session: Session, state: AppState): AppState {
  const at = paneIds.indexOf(state.active);
  for (let step = 1; step < paneIds.length; step++) {
    const pane = paneIds[(at + step) % paneIds.length] as PaneId;
    const link = session.panes[pane].linkOf(state.links);
    if (link.state !== 'linked') continue;
    const skipped = paneIds[(at + 1) % paneIds.length] as PaneId;
    const missing = session.panes[skipped].linkOf(state.links);
    const next = jump(session, state, session.panes[pane].focusOf(link.key), pane);
    return missing.state === 'missing' ? say(next, `${session.panes[skipped].title}: ${missing.reason}`) : next;
  }
  return say(state, 'nothing is linked with this row');
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
      if (address === undefined) return { problem: `no symbol ${query.name}` };
      return linker.focusAt(BigInt.asUintN(64, address + query.offset));
    }
    case 'fuzzy':
      return (
        linker.focusNamed(query.text) ?? { problem: `no symbol or FUNC record is named ${query.text}; / searches` }
      );
    default:
      return { problem: 'give an address, a symbol or symbol+offset' };
  }
}

export function focusOfHit(session: Session, hit: SearchHit): Focus | undefined {
  const table = readyValue(session.kernel.symbols)?.table;
  const row = hit.symbols.find((symbol) => table?.type(symbol) === STT.FUNC) ?? hit.symbols[0];
  if (row !== undefined) return focusSymbol(row);
  const id = readyValue(session.kernel.btf)?.btf.funcs[hit.funcs[0] ?? -1];
  return id === undefined ? undefined : focusFunc(id);
}

/** Whether the hits are those of a text: an exact name leads the list at once, anything else waits for the whole of it. */
const isAnswered = ({ results }: AppState, text: string): boolean =>
  results.text === text && (results.complete || results.hits[0]?.match === 'exact');

function acceptPrompt(session: Session, state: AppState): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  const closed = { ...state, prompt: undefined };
  if (prompt.kind === 'filter') return settle(session, closed, 'jump');
  const query = parseQuery(prompt.text);
  if (query.kind === 'empty') return closed;
  if (prompt.kind === 'goto' || query.kind === 'address' || query.kind === 'symbol-offset') {
    const focus = focusOfText(session, prompt.text);
    return 'problem' in focus ? say(closed, focus.problem, 'bad') : jump(session, closed, focus);
  }
  if (!isAnswered(state, prompt.text)) return { ...state, prompt: { ...prompt, accepting: true } };
  const hit = state.results.hits[prompt.selected];
  const focus = hit === undefined ? undefined : focusOfHit(session, hit);
  if (focus === undefined) return say(closed, state.results.problem ?? `nothing matches ${prompt.text}`, 'bad');
  const arrived = jump(session, closed, focus, focus.kind === 'func' ? 'btf' : 'symbols');
  return { ...arrived, resultAt: prompt.selected };
}

function promptText(session: Session, state: AppState, text: string): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  if (prompt.kind === 'search') {
    const empty = parseQuery(text).kind === 'empty';
    return {
      ...state,
      prompt: { ...prompt, text, selected: 0, top: 0, accepting: false },
      results: empty ? noResults : state.results,
    };
  }
  if (prompt.kind === 'goto') return { ...state, prompt: { ...prompt, text } };
  const pane = { ...state.panes[prompt.pane], filter: text };
  const order = session.orders.order(prompt.pane, pane.sort, text);
  const next = { ...state, prompt: { ...prompt, text }, panes: { ...state.panes, [prompt.pane]: pane } };
  return {
    ...settle(session, next, 'jump'),
    message: order.problem === undefined ? undefined : { text: order.problem, tone: 'bad' },
  };
}

/** Rows of the search's list of hits. */
export const hitRows = (state: AppState): number =>
  Math.max(1, layOut(state.columns, state.rows, state.active).body.height - 2);

function found(session: Session, state: AppState, results: SearchResults): AppState {
  const { prompt } = state;
  if (prompt?.kind !== 'search' || prompt.text !== results.text) return state;
  const selected = Math.max(0, Math.min(prompt.selected, results.hits.length - 1));
  const next = {
    ...state,
    results,
    prompt: { ...prompt, selected, top: scrollTo(prompt.top, selected, hitRows(state), results.hits.length) },
  } as const;
  return prompt.accepting === true && isAnswered(next, prompt.text) ? acceptPrompt(session, next) : next;
}

function promptMove(state: AppState, by: number): AppState {
  const { prompt } = state;
  if (prompt?.kind !== 'search') return state;
  const { length } = state.results.hits;
  const selected = Math.max(0, Math.min(prompt.selected + by, length - 1));
  return { ...state, prompt: { ...prompt, selected, top: scrollTo(prompt.top, selected, hitRows(state), length) } };
}

function nextMatch(session: Session, state: AppState, step: 1 | -1): AppState {
  const { hits, text } = state.results;
  if (hits.length === 0) return say(state, text === '' ? 'no search yet: / searches' : `nothing matches ${text}`);
  const at = (state.resultAt + step + hits.length) % hits.length;
  const hit = hits[at] as SearchHit;
  const focus = focusOfHit(session, hit);
  if (focus === undefined) return state;
  const arrived = jump(session, state, focus, focus.kind === 'func' ? 'btf' : 'symbols');
  return say({ ...arrived, resultAt: at }, `match ${at + 1} of ${hits.length} for ${text}`);
}

function sortNext(session: Session, state: AppState, id: PaneId): AppState {
  const table = session.panes[id];
  if (table.fixedOrder !== undefined) return say(state, table.fixedOrder);
  const { sorts } = table;
  const pane = state.panes[id];
  const next = sorts[(sorts.findIndex((row) => row.id === pane.sort) + 1) % Math.max(1, sorts.length)];
  if (next === undefined) return state;
  const panes = { ...state.panes, [id]: { ...pane, sort: next.id } };
  return say(settle(session, { ...state, panes }, 'jump'), `${table.title} ${next.label}`);
}

export function reduce(session: Session, state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'resize':
      return settle(session, { ...state, columns: action.columns, rows: action.rows }, 'jump');
    case 'move': {
      const rows = (page: number) =>
        action.unit === 'row'
          ? action.by
          : action.by * (action.unit === 'page' ? Math.max(1, page - 1) : Math.max(1, page >> 1));
      const page = Math.max(1, layOut(state.columns, state.rows, state.active).body.height - 2);
      if (state.screen === 'hex') return { ...state, hex: moveHex(session, state, rows(page)), message: undefined };
      if (state.screen !== 'browse') return { ...state, scroll: Math.max(0, state.scroll + rows(page)) };
      return moveCursor(session, state, (cursor, _length, height) => cursor + rows(height));
    }
    case 'move-to':
      if (state.screen === 'browse')
        return moveCursor(session, state, (_, length) => (action.end === 'first' ? 0 : length - 1));
      if (state.screen === 'hex') return state;
      return { ...state, scroll: action.end === 'first' ? 0 : Number.MAX_SAFE_INTEGER };
    case 'activate':
      return settle(session, { ...state, screen: 'browse', active: action.pane, message: undefined }, 'step');
    case 'activate-next': {
      const at = paneIds.indexOf(state.active) + action.step + paneIds.length;
      return settle(session, { ...state, active: paneIds[at % paneIds.length] as PaneId, message: undefined }, 'step');
    }
    case 'scroll': {
      const pane = state.panes[action.pane];
      const order = session.orders.order(action.pane, pane.sort, pane.filter);
      const shown = layOut(state.columns, state.rows, state.active).panes.find((row) => row.pane === action.pane);
      const top = clampTop(pane.top + action.by, shown === undefined ? 1 : paneRows(shown), order.length);
      return { ...state, panes: { ...state.panes, [action.pane]: { ...pane, top } } };
    }
    case 'click': {
      const pane = state.panes[action.pane];
      const order = session.orders.order(action.pane, pane.sort, pane.filter);
      const key = order.keyAt(pane.top + action.line);
      if (key === undefined) return settle(session, { ...state, active: action.pane }, 'step');
      return jump(session, { ...state, active: action.pane }, session.panes[action.pane].focusOf(key), action.pane);
    }
    case 'focus':
      return jump(session, state, action.focus, action.pane);
    case 'follow':
      return follow(session, state);
    case 'back':
    case 'forward': {
      const from = action.type === 'back' ? state.back : state.forward;
      const place = from.at(-1);
      if (place === undefined)
        return say(state, action.type === 'back' ? 'this is where you began' : 'nothing to go forward to');
      const rest = from.slice(0, -1);
      const here = visit(state);
      const stacks =
        action.type === 'back'
          ? { back: rest, forward: [...state.forward, here] }
          : { forward: rest, back: [...state.back, here] };
      const arrived = {
        ...state,
        ...stacks,
        screen: 'browse',
        links: place.links,
        active: place.pane,
        message: undefined,
      } as const;
      return settle(session, arrived, 'jump');
    }
    case 'sort':
      return sortNext(session, state, action.pane);
    case 'clear-filter': {
      const pane = { ...state.panes[state.active], filter: '' };
      return settle(session, { ...state, panes: { ...state.panes, [state.active]: pane } }, 'jump');
    }
    case 'show': {
      if (action.screen !== 'hex') return { ...state, screen: action.screen, scroll: 0, message: undefined };
      const { links } = state;
      const slot = readyValue(session.kernel.mcount);
      const place =
        state.active === 'mcount' && links.slot.state === 'linked' ? slot?.slot(links.slot.key).place : undefined;
      const entry =
        state.active === 'relocations' && links.relocation.state === 'linked'
          ? session.kernel.relocations.row(links.relocation.key)?.address
          : undefined;
      const address = place ?? entry ?? links.address;
      if (address === undefined) return say(state, 'the focus has no address to show bytes at');
      const cursor = vaddr(address & ~7n);
      return { ...state, screen: 'hex', hex: { ...state.hex, address: cursor, cursor }, message: undefined };
    }
    case 'hex-mode':
      return { ...state, hex: { ...state.hex, mode: state.hex.mode === 'words' ? 'bytes' : 'words' } };
    case 'open-prompt': {
      const text = action.text ?? '';
      if (action.kind === 'search') {
        const prompt = { kind: 'search', text, selected: 0, top: 0 } as const;
        return { ...state, prompt, message: undefined };
      }
      if (action.kind === 'goto') return { ...state, prompt: { kind: 'goto', text }, message: undefined };
      const table = session.panes[state.active];
      if (table.fixedOrder !== undefined) return say(state, table.fixedOrder);
      const prompt = { kind: 'filter', pane: state.active, text: state.panes[state.active].filter } as const;
      return { ...state, prompt, message: undefined };
    }
    case 'prompt-text':
      return promptText(session, state, action.text);
    case 'prompt-move':
      return promptMove(state, action.by);
    case 'prompt-accept':
      return acceptPrompt(session, state);
    case 'prompt-cancel': {
      const closed = { ...state, prompt: undefined, message: undefined };
      if (state.prompt?.kind !== 'filter') return closed;
      return reduce(session, { ...closed, active: state.prompt.pane }, { type: 'clear-filter' });
    }
    case 'go-to': {
      const focus = focusOfText(session, action.text);
      return 'problem' in focus ? say(state, focus.problem, 'bad') : jump(session, state, focus);
    }
    case 'search-state':
      return { ...state, search: action.search };
    case 'found': {
      const { text, hits, total, complete, problem } = action.reply;
      return found(session, state, { text, hits, total, complete, problem });
    }
    case 'next-match':
      return nextMatch(session, state, action.step);
    case 'message':
      return say(state, action.text, action.tone);
  }
}
