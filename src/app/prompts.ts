/** The prompts: what their text does as it is typed, and what Enter and Escape do. */

import { layOut } from './layout.ts';
import { editLine, type LineEdit, lineIsFull, overflows } from './line-edit.ts';
import { landAfterFilter, orderAsked, showOrder } from './ordering.ts';
import { goToFocus } from './screens.ts';
import { parseQuery } from './search/query.ts';
import type { SearchReply } from './search/types.ts';
import type { Session } from './session.ts';
import {
  type AppState,
  type FilterPrompt,
  type LineText,
  noResults,
  type Prompt,
  type SearchPrompt,
  type SearchResults,
} from './state.ts';
import { scrollTo } from './viewport.ts';
import { focusOfHit, focusOfText, goToHit, say } from './walk.ts';
import { narrow } from './why/causes.ts';

const lineOf = (text: string): LineText => ({ text, cursor: text.length });

export function openPrompt(session: Session, state: AppState, kind: Prompt['kind'], text = ''): AppState {
  const opened = { ...state, message: undefined };
  switch (kind) {
    case 'search': {
      const prompt: SearchPrompt = { kind, ...lineOf(text), selected: 0, top: 0, accepting: false };
      return { ...opened, prompt, results: noResults };
    }
    case 'goto':
      return { ...opened, prompt: { kind, ...lineOf(text) } };
    case 'narrow':
      return openNarrow(state);
    case 'filter': {
      if (state.screen === 'causes') return openNarrow(state);
      const pane = state.active;
      const table = session.panes[pane];
      if (table.count === 0) return say(state, `${table.title}: nothing to filter`);
      const { filter } = orderAsked(state.panes[pane]);
      return { ...opened, prompt: { kind, pane, before: filter, ...lineOf(filter) } };
    }
  }
}

function openNarrow(state: AppState): AppState {
  const { list } = state.causes;
  if (list === undefined) return say(state, 'Enter opens the functions of a cause, and f filters them');
  return { ...state, message: undefined, prompt: { kind: 'narrow', before: list.filter, ...lineOf(list.filter) } };
}

export function promptText(session: Session, state: AppState, text: string): AppState {
  return changeText(session, state, lineOf(text));
}

export function promptEdit(session: Session, state: AppState, edit: LineEdit): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  const next = changeText(session, state, editLine(prompt, edit));
  return overflows(prompt, edit) ? say(next, lineIsFull) : next;
}

function changeText(session: Session, state: AppState, line: LineText): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  if (line.text === prompt.text) return { ...state, prompt: { ...prompt, ...line } };
  switch (prompt.kind) {
    case 'search': {
      const results = parseQuery(line.text).kind === 'empty' ? noResults : state.results;
      return { ...state, results, prompt: { ...prompt, ...line, selected: 0, top: 0, accepting: false } };
    }
    case 'goto':
      return { ...state, message: undefined, prompt: { ...prompt, ...line } };
    case 'narrow':
      return narrow({ ...state, message: undefined, prompt: { ...prompt, ...line } }, line.text);
    case 'filter':
      return filterAs(session, { ...state, message: undefined, prompt: { ...prompt, ...line } }, prompt, line.text);
  }
}

function filterAs(session: Session, state: AppState, { pane }: FilterPrompt, filter: string): AppState {
  const { sort } = orderAsked(state.panes[pane]);
  const next = showOrder(session, state, pane, sort, filter);
  const test = session.panes[pane].matcher(filter);
  return typeof test === 'function' ? next : say(next, test.problem, 'bad');
}

export function acceptPrompt(session: Session, state: AppState): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  const closed: AppState = { ...state, prompt: undefined, message: undefined };
  if (prompt.kind === 'filter') return acceptFilter(session, closed, prompt);
  if (prompt.kind === 'narrow') return closed;
  const query = parseQuery(prompt.text);
  if (query.kind === 'empty') return closed;
  if (prompt.kind === 'goto' || query.kind === 'address' || query.kind === 'symbol-offset') {
    return goToText(session, closed, prompt.text);
  }
  if (!isAnswered(state, prompt.text)) return { ...state, prompt: { ...prompt, accepting: true } };
  const { hits, text, problem } = state.results;
  const hit = hits[prompt.selected];
  const focus = hit === undefined ? undefined : focusOfHit(session, hit);
  if (focus === undefined) return say(closed, problem ?? `nothing matches ${prompt.text}`, 'bad');
  return { ...goToFocus(session, closed, focus, goToHit), matches: { text, hits, at: prompt.selected } };
}

function acceptFilter(session: Session, closed: AppState, { pane, text }: FilterPrompt): AppState {
  const test = session.panes[pane].matcher(text);
  // A filter that means nothing is none: the pane would say that it is filtered and show everything.
  if (typeof test !== 'function') {
    return say(showOrder(session, closed, pane, orderAsked(closed.panes[pane]).sort, ''), test.problem, 'bad');
  }
  return landAfterFilter(session, closed, pane);
}

export function goToText(session: Session, state: AppState, text: string): AppState {
  const focus = focusOfText(session, text);
  return 'problem' in focus ? say(state, focus.problem, 'bad') : goToFocus(session, state, focus);
}

/** Whether the hits are those of a text: an exact name leads the list at once, anything else waits for the whole of it. */
const isAnswered = ({ results }: AppState, text: string): boolean =>
  results.text === text && (results.complete || results.hits[0]?.match === 'exact');

export function cancelPrompt(session: Session, state: AppState): AppState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  const closed: AppState = { ...state, prompt: undefined, message: undefined };
  if (prompt.kind === 'narrow') return narrow(closed, prompt.before);
  if (prompt.kind !== 'filter') return closed;
  return showOrder(session, closed, prompt.pane, orderAsked(state.panes[prompt.pane]).sort, prompt.before);
}

/** Rows of the search's list of hits: between the frame and the line of column heads. */
export const hitRows = (state: AppState): number =>
  Math.max(1, layOut(state.columns, state.rows, state.active).body.height - 3);

/** Hits have arrived; a reply to a text that has changed since is dropped. */
export function found(session: Session, state: AppState, reply: SearchReply): AppState {
  const { prompt } = state;
  if (prompt?.kind !== 'search' || prompt.text !== reply.text) return state;
  const { text, hits, total, complete, problem } = reply;
  const results: SearchResults = { text, hits, total, complete, problem };
  const next = select({ ...state, results }, prompt, prompt.selected);
  return prompt.accepting && isAnswered(next, prompt.text) ? acceptPrompt(session, next) : next;
}

export function promptMove(state: AppState, by: number): AppState {
  const { prompt } = state;
  return prompt?.kind === 'search' ? select(state, prompt, prompt.selected + by) : state;
}

function select(state: AppState, prompt: SearchPrompt, at: number): AppState {
  const { length } = state.results.hits;
  const selected = Math.max(0, Math.min(at, length - 1));
  return { ...state, prompt: { ...prompt, selected, top: scrollTo(prompt.top, selected, hitRows(state), length) } };
}

export function nextMatch(session: Session, state: AppState, step: 1 | -1): AppState {
  const { matches } = state;
  if (matches === undefined) return say(state, 'no search yet: / searches');
  const { hits, text } = matches;
  const at = (matches.at + step + hits.length) % hits.length;
  const hit = hits[at];
  const focus = hit === undefined ? undefined : focusOfHit(session, hit);
  if (focus === undefined) return state;
  const arrived = goToFocus(session, { ...state, matches: { ...matches, at } }, focus, goToHit);
  return say(arrived, `match ${at + 1} of ${hits.length} for ${text}`);
}
