/** What the why screen and the overview of causes do: opening them, going on from their rows, coming back. */

import { readyValue } from '../../errors.ts';
import { subjectOf } from '../../explain/why.ts';
import type { FactLink, Subject } from '../../explain/why-facts.ts';
import { type Focus, focusFunc, focusSymbol, type Links } from '../../kernel/links.ts';
import type { PaneId } from '../panes/pane-table.ts';
import { targetOf } from '../replay/focus.ts';
import type { Target } from '../replay/state.ts';
import type { Session } from '../session.ts';
import { settle } from '../settle.ts';
import type { AppState } from '../state.ts';
import { enter, leaveScreen } from '../trail.ts';
import { jump, leave, say } from '../walk.ts';
import type { WhyAction } from './actions.ts';
import {
  causeRows,
  causesHeight,
  causesLength,
  functionHere,
  narrow,
  putCursor,
  replaceCensus,
  scrollCauses,
  windowOf,
} from './causes.ts';
import { fitReport, openReport, refitReport, scrollReport, shownReport } from './walk.ts';

export function reduceWhy(session: Session, state: AppState, action: WhyAction): AppState {
  switch (action.type) {
    case 'why':
      return openWhy(session, state, action.about);
    case 'causes':
      return state.screen === 'causes' ? closeTop(session, state) : enter(state, 'causes');
    case 'open-row':
      return state.screen === 'why' ? openFact(session, state) : openCause(session, state);
    case 'click-line':
      return clickLine(state, action.line);
    case 'scroll-answer':
      return state.screen === 'why' ? scrollReport(state, action.by) : scrollCauses(state, action.by);
    case 'close':
      return close(session, state);
    case 'narrow':
      return narrow(state, action.filter);
    case 'evidence': {
      const next = { ...state, evidence: { ...state.evidence, ...action.evidence } };
      return state.screen === 'why' ? refitReport(next, shownReport(state)) : next;
    }
    case 'census':
      return replaceCensus(state, action.census, action.share);
  }
}

/** What was below another screen, in the size that the terminal has by now. */
export function fitAnswer(state: AppState): AppState {
  if (state.screen === 'why') return fitReport(state);
  return state.screen === 'causes' ? putCursor(state, windowOf(state.causes).cursor) : state;
}

/** The function that a focus is about. */
export function subjectOfLinks({ kernel }: Session, { name, symbol, func }: Links): Subject | undefined {
  if (symbol.state === 'linked') {
    return { name: readyValue(kernel.symbols)?.table.name(symbol.key) ?? '', row: symbol.key };
  }
  return func.state === 'linked' ? { name, row: undefined } : undefined;
}

function openWhy(session: Session, state: AppState, about: Subject | string | undefined): AppState {
  if (about === undefined && state.screen === 'why') return closeTop(session, state);
  const subject =
    about === undefined
      ? subjectOfLinks(session, state.links)
      : typeof about === 'string'
        ? subjectOf(state.evidence.classifier, about)
        : about;
  if (subject === undefined) {
    const { symbol } = state.links;
    const reason = symbol.state === 'missing' ? symbol.reason : 'no symbol holds it';
    return say(state, `no function here: ${reason}`, 'bad');
  }
  const there = withFocus(session, state, subject);
  // Back leads to where one asked from, and to the function that was asked about before.
  const isElsewhere = there.links !== state.links || state.screen === 'why';
  const left = isElsewhere ? leave(state, there) : there;
  const opened = state.screen === 'why' ? { ...left, message: undefined } : enter(left, 'why');
  return settle(session, openReport(opened, subject), 'jump');
}

/** The focus on the function that is asked about, where it is on another. */
function withFocus(session: Session, state: AppState, { name, row }: Subject): AppState {
  const { symbol, func } = state.links;
  if (row !== undefined) {
    if (symbol.state === 'linked' && symbol.key === row) return state;
    return { ...state, links: session.linker.resolve(focusSymbol(row)) };
  }
  const id = name === '' ? undefined : readyValue(session.kernel.btf)?.btf.firstFunc(name);
  if (id === undefined || (func.state === 'linked' && func.key === id)) return state;
  return { ...state, links: session.linker.resolve(focusFunc(id)) };
}

const paneOf: Readonly<Record<Focus['kind'], PaneId | undefined>> = {
  symbol: 'symbols',
  slot: 'mcount',
  relocation: 'relocations',
  func: 'btf',
  address: undefined,
  module: undefined,
};

/** Where the row under the cursor was read. */
function openFact(session: Session, state: AppState): AppState {
  const row = shownReport(state).rows[state.why.cursor];
  if (row?.link === undefined) return say(state, 'nothing to open here: this was counted or concluded');
  return openLink(session, state, row.link);
}

function openLink(session: Session, state: AppState, link: FactLink): AppState {
  switch (link.kind) {
    case 'entry': {
      const { entry, variant } = link;
      return openReplay(state, { name: state.why.subject?.name ?? '', address: undefined, entry, variant });
    }
    case 'name':
      return openWhy(session, state, link.name);
    default:
      return jump(session, state, link, paneOf[link.kind]);
  }
}

/** Into the replay, which is a cell of state of its own and is told by who is around both. */
export function openReplay(state: AppState, target: Target | undefined): AppState {
  return { ...enter(state, 'replay'), opening: { target } };
}

/** What the replay is opened at: the function that is asked about, or the focus. */
export function targetShown({ screen, why, links }: AppState): Target | undefined {
  const target = targetOf(links);
  const { subject } = why;
  if (screen !== 'why' || subject === undefined) return target;
  return { name: subject.name, address: subject.row === undefined ? undefined : target?.address };
}

/** The functions of a cause; of a function why. */
function openCause(session: Session, state: AppState): AppState {
  const { census, cursor, list } = state.causes;
  if (census === undefined) return say(state, 'the functions are being counted');
  const at = functionHere(state.causes);
  if (at !== undefined) return openWhy(session, state, { name: census.name(at), row: census.row(at) });
  const row = causeRows(census)[cursor];
  if (list !== undefined || row === undefined) return state;
  const { cause, detail } = row;
  return { ...state, causes: { ...state.causes, list: { cause, detail, filter: '', cursor: 0, top: 0 } } };
}

/** Whether the cursor is on a visible line already, so that a click opens it. */
export function isLineSelected(state: AppState, line: number): boolean {
  if (state.screen === 'why') return shownReport(state).lines[state.why.top + line]?.row === state.why.cursor;
  const { top, cursor } = windowOf(state.causes);
  return top + line === cursor;
}

function clickLine(state: AppState, line: number): AppState {
  if (state.screen !== 'why') {
    const at = windowOf(state.causes).top + line;
    return line < causesHeight(state) && at < causesLength(state.causes) ? putCursor(state, at) : state;
  }
  const row = shownReport(state).lines[state.why.top + line]?.row ?? -1;
  return row < 0 ? state : { ...state, why: { ...state.why, cursor: row } };
}

/** One step back: a filter, the list of a cause, the screen. */
function close(session: Session, state: AppState): AppState {
  const { list } = state.causes;
  if (state.screen !== 'causes' || list === undefined) return closeTop(session, state);
  if (list.filter !== '') return narrow(state, '');
  return { ...state, causes: { ...state.causes, list: undefined } };
}

const closeTop = (session: Session, state: AppState): AppState => settle(session, leaveScreen(state), 'jump');
