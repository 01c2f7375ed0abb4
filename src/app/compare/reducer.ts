/** (state, action) → state: the only place where the comparison's state changes. */
import type { ComparedName } from '../../explain/compare.ts';
import { onScreen } from '../../format/on-screen.ts';
import { editLine, type LineEdit, lineIsFull, overflows } from '../line-edit.ts';
import { centre, clampTop, scrollTo } from '../viewport.ts';
import type { CompareAction } from './actions.ts';
import { detailLines } from './detail.ts';
import { compareLines } from './layout.ts';
import { type Compared, type ComparePrompt, type CompareState, changesOfView, views } from './state.ts';

/** The two kernels, once they are compared. */
export const comparedIn = ({ opening }: CompareState): Compared | undefined =>
  opening.phase === 'ready' ? opening.compared : undefined;

/** The name that the cursor is on. */
export function currentName(state: CompareState): ComparedName | undefined {
  const at = state.shown[state.cursor];
  return at === undefined ? undefined : comparedIn(state)?.comparison.names[at];
}

export function reduceCompare(state: CompareState, action: CompareAction): CompareState {
  switch (action.type) {
    case 'resize':
      return seen({ ...state, columns: action.columns, rows: action.rows });
    case 'opening':
      return opened(state, action);
    case 'enter':
      return enter(state, action.target, action.path);
    case 'move':
    case 'move-to':
      return state.detail === undefined ? moveCursor(state, action) : scrollDetail(state, action);
    case 'click':
      return state.detail === undefined ? select(state, state.top + action.row) : state;
    case 'view':
      return show({ ...state, view: action.view, detail: undefined }, currentName(state)?.name);
    case 'next':
      return next(state, action.step);
    case 'open-detail':
      return currentName(state) === undefined ? state : { ...state, detail: { scroll: 0 } };
    case 'close-detail':
      return { ...state, detail: undefined };
    case 'open-prompt':
      return openPrompt(state, action.kind);
    case 'edit':
      return state.prompt === undefined ? state : edited(state, state.prompt, action.edit);
    case 'completed': {
      const { text, choices } = action;
      return state.prompt === undefined
        ? state
        : { ...state, prompt: { ...state.prompt, text, cursor: text.length, choices } };
    }
    case 'accept':
      return { ...state, prompt: undefined };
    case 'cancel':
      return cancel(state);
    case 'message':
      return { ...state, message: action.text };
    case 'dismiss':
      return state.message === undefined ? state : { ...state, message: undefined };
  }
}

function enter(state: CompareState, target: string | undefined, path: string | undefined): CompareState {
  const arrived: CompareState = { ...state, target, detail: undefined, message: undefined };
  if (path !== undefined) return { ...arrived, prompt: undefined };
  if (state.opening.phase === 'idle' || state.opening.phase === 'failed') return openPrompt(arrived, 'path');
  return arrive(arrived);
}

/** Go to the function that was chosen, or say why it is not in the list; without one stay where it was left. */
function arrive(state: CompareState): CompareState {
  const { target } = state;
  const next = show(state, target ?? currentName(state)?.name);
  if (target === undefined || currentName(next)?.name === target) return next;
  const known = comparedIn(next)?.comparison.names.find(({ name }) => name === target);
  const name = onScreen(target);
  if (known === undefined) return { ...next, message: `${name} has a record on neither side` };
  if (known.change !== 'same') return next;
  return { ...next, message: `${name} is the same on both sides: 5 shows those` };
}

function opened(state: CompareState, { opening }: Extract<CompareAction, { type: 'opening' }>): CompareState {
  const before = comparedIn(state);
  const next: CompareState = { ...state, opening };
  if (opening.phase === 'failed') {
    const prompt: ComparePrompt = {
      kind: 'path',
      before: '',
      choices: [],
      text: opening.path,
      cursor: opening.path.length,
    };
    return { ...next, shown: [], detail: undefined, prompt };
  }
  if (opening.phase !== 'ready') return { ...next, shown: [], cursor: 0, top: 0, detail: undefined };
  return opening.compared === before ? next : arrive({ ...next, filter: '', view: 'all' });
}

/**
 * Make the list anew; the cursor stays on a name where that is still shown.
 * @param orNear else on its neighbour in the order of names; without, on the first row
 */
function show(state: CompareState, name: string | undefined, orNear = true): CompareState {
  const names = comparedIn(state)?.comparison.names ?? [];
  const changes = new Set(changesOfView[state.view]);
  const words = state.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const shown: number[] = [];
  let cursor = 0;
  for (let i = 0; i < names.length; i++) {
    const row = names[i] as ComparedName;
    if (!changes.has(row.change) || !holds(row.name, words)) continue;
    if (name !== undefined && (row.name === name || (orNear && row.name < name))) cursor = shown.length;
    shown.push(i);
  }
  const top = centre(state.top, cursor, compareLines(state.rows), shown.length);
  return { ...state, shown, cursor, top };
}

function holds(name: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const lower = name.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** The cursor in sight, the detail not scrolled past its end. */
function seen(state: CompareState): CompareState {
  const top = scrollTo(state.top, state.cursor, compareLines(state.rows), state.shown.length);
  return state.detail === undefined ? { ...state, top } : scrollDetail({ ...state, top }, { by: 0, unit: 'row' });
}

const select = (state: CompareState, cursor: number): CompareState =>
  seen({ ...state, cursor: Math.max(0, Math.min(cursor, state.shown.length - 1)) });

type Move = { readonly end: 'first' | 'last' } | { readonly by: number; readonly unit: 'row' | 'page' | 'half-page' };

function rowsOf({ by, unit }: Extract<Move, { by: number }>, height: number): number {
  return unit === 'row' ? by : by * Math.max(1, unit === 'page' ? height - 1 : Math.floor(height / 2));
}

function moveCursor(state: CompareState, move: Move): CompareState {
  if ('end' in move) return select(state, move.end === 'first' ? 0 : state.shown.length - 1);
  return select(state, state.cursor + rowsOf(move, compareLines(state.rows)));
}

function scrollDetail(state: CompareState, move: Move): CompareState {
  const height = compareLines(state.rows);
  const { length } = detailLines(state);
  const from = state.detail?.scroll ?? 0;
  const to = 'end' in move ? (move.end === 'first' ? 0 : length) : from + rowsOf(move, height);
  return { ...state, detail: { scroll: clampTop(to, height, length) } };
}

function next(state: CompareState, step: 1 | -1): CompareState {
  if (state.detail !== undefined) return { ...select(state, state.cursor + step), detail: { scroll: 0 } };
  const at = views.indexOf(state.view) + step + views.length;
  const view = views[at % views.length] ?? 'all';
  return show({ ...state, view }, currentName(state)?.name);
}

function openPrompt(state: CompareState, kind: ComparePrompt['kind']): CompareState {
  const text = kind === 'filter' ? state.filter : '';
  const prompt: ComparePrompt = { kind, text, cursor: text.length, before: state.filter, choices: [] };
  return { ...state, detail: kind === 'filter' ? undefined : state.detail, message: undefined, prompt };
}

function edited(state: CompareState, prompt: ComparePrompt, edit: LineEdit): CompareState {
  const next = typed(state, { ...prompt, ...editLine(prompt, edit) });
  return overflows(prompt, edit) ? { ...next, message: lineIsFull } : next;
}

function typed(state: CompareState, prompt: ComparePrompt): CompareState {
  const next: CompareState = { ...state, prompt: { ...prompt, choices: [] } };
  if (prompt.kind === 'path' || prompt.text === state.filter) return next;
  return show({ ...next, filter: prompt.text }, currentName(state)?.name, false);
}

function cancel(state: CompareState): CompareState {
  const { prompt } = state;
  const closed: CompareState = { ...state, prompt: undefined };
  if (prompt?.kind !== 'filter' || prompt.before === state.filter) return closed;
  return show({ ...closed, filter: prompt.before }, currentName(state)?.name);
}
