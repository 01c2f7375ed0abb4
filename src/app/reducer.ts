/**
 * (session, state, action) → state: the only place where state changes. It never reads the terminal and never writes:
 * the session answers from tables that do not change. What an action does is in the file of its subject:
 *
 *   walk.ts     the focus: rows, links, back and forward         settle.ts    every pane follows it
 *   ordering.ts sorts and filters                                prompts.ts   search, go to, filter
 *   screens.ts  hex view, help, facts
 */
import type { Action } from './actions.ts';
import { unreadEvidence } from './evidence.ts';
import { switchHexMode } from './hex-view.ts';
import { clearFilter, ordered, ordering, sortNext } from './ordering.ts';
import { openLayout, paneLines } from './pane-lines.ts';
import { type PaneId, paneIds } from './panes/pane-table.ts';
import {
  acceptPrompt,
  cancelPrompt,
  found,
  goToText,
  nextMatch,
  openPrompt,
  promptEdit,
  promptMove,
  promptText,
} from './prompts.ts';
import { followWord, move, show } from './screens.ts';
import type { Session } from './session.ts';
import { scrollPane, settle } from './settle.ts';
import { type AppState, noResults, type PaneState } from './state.ts';
import { follow, goBack, jump, say, selectRow } from './walk.ts';
import { fitAnswer, reduceWhy } from './why/reducer.ts';
import { closedCauses, closedWhy } from './why/state.ts';

export function initialState(session: Session, columns: number, rows: number): AppState {
  const links = session.linker.resolve(session.initialFocus);
  const pane = (id: PaneId): PaneState => ({
    cursor: 0,
    top: 0,
    sort: session.panes[id].sorts[0]?.id ?? '',
    filter: '',
    wanted: undefined,
  });
  const state: AppState = {
    columns,
    rows,
    screen: 'browse',
    under: 'browse',
    comparePath: undefined,
    trail: [],
    active: session.initialFocus.kind === 'slot' ? 'mcount' : 'symbols',
    links,
    panes: { symbols: pane('symbols'), mcount: pane('mcount'), relocations: pane('relocations'), btf: pane('btf') },
    back: [],
    forward: [],
    prompt: undefined,
    results: noResults,
    matches: undefined,
    facts: undefined,
    search: { phase: 'starting', thread: 'worker' },
    hex: { address: 0n, cursor: 0n, mode: 'words' },
    scroll: 0,
    evidence: unreadEvidence(session),
    why: closedWhy,
    causes: closedCauses,
    opening: undefined,
    message: undefined,
  };
  return settle(session, state, 'jump');
}

export function reduce(session: Session, state: AppState, action: Action): AppState {
  const next = step(session, state, action);
  return next.screen === state.screen ? next : fitAnswer(next);
}

function step(session: Session, state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'resize':
      return resize(session, state, action.columns, action.rows);
    case 'move':
      return move(session, state, action);
    case 'move-to':
      return move(session, state, action);
    case 'activate':
      return activate(session, state, action.pane);
    case 'activate-next': {
      const at = paneIds.indexOf(state.active) + action.step + paneIds.length;
      return activate(session, state, paneIds[at % paneIds.length] as PaneId);
    }
    case 'scroll':
      return scrollPane(session, state, action.pane, action.by);
    case 'click':
      return click(session, state, action.pane, action.line);
    case 'focus':
      return jump(session, state, action.focus, action.pane);
    case 'follow':
      if (state.screen === 'why' || state.screen === 'causes') return reduceWhy(session, state, { type: 'open-row' });
      return state.screen === 'hex' ? followWord(session, state) : follow(session, state);
    case 'back':
    case 'forward':
      return goBack(session, state, action.type);
    case 'sort':
      return sortNext(session, state, action.pane);
    case 'clear-filter':
      return clearFilter(session, state);
    case 'ordering':
      return ordering(state, action.pane, action.sort, action.filter, action.share);
    case 'ordered':
      return ordered(session, state, action.pane, action.sort, action.filter);
    case 'show':
      return show(session, state, action.screen);
    case 'compare':
      return { ...show(session, state, 'compare'), comparePath: action.path };
    case 'hex-mode':
      return { ...state, hex: switchHexMode(session, state) };
    case 'open-prompt':
      return openPrompt(session, state, action.kind, action.text);
    case 'prompt-text':
      return promptText(session, state, action.text);
    case 'prompt-edit':
      return promptEdit(session, state, action.edit);
    case 'prompt-move':
      return promptMove(state, action.by);
    case 'prompt-accept':
      return acceptPrompt(session, state);
    case 'prompt-cancel':
      return cancelPrompt(session, state);
    case 'go-to':
      return goToText(session, state, action.text);
    case 'facts':
      return { ...state, facts: action.facts };
    case 'search-state':
      return { ...state, search: action.search };
    case 'found':
      return found(session, state, action.reply);
    case 'next-match':
      return nextMatch(session, state, action.step);
    case 'why':
    case 'causes':
    case 'open-row':
    case 'click-line':
    case 'scroll-answer':
    case 'close':
    case 'narrow':
    case 'evidence':
    case 'census':
      return reduceWhy(session, state, action);
    case 'message':
      return say(state, action.text, action.tone);
    case 'dismiss':
      return state.message === undefined ? state : { ...state, message: undefined };
  }
}

function activate(session: Session, state: AppState, active: PaneId): AppState {
  return settle(session, { ...state, screen: 'browse', active, message: undefined }, 'jump');
}

/** What depends on the size of the screen is fitted to it: the panes' windows, the text's, the hex view's. */
function resize(session: Session, state: AppState, columns: number, rows: number): AppState {
  const sized = settle(session, { ...state, columns, rows }, 'jump');
  if (sized.screen === 'browse') return promptMove(sized, 0);
  return promptMove(move(session, sized, { by: 0, unit: 'row' }), 0);
}

function click(session: Session, state: AppState, id: PaneId, line: number): AppState {
  const layout = openLayout(state, id);
  const spec = layout === undefined ? undefined : paneLines(session, state, layout)[line];
  return spec?.kind === 'row' ? selectRow(session, state, id, spec.key) : activate(session, state, id);
}
