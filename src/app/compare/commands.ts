/** What a key of the comparison does: an action for its reducer, or a request to who is around it. */

import { onScreen } from '../../format/on-screen.ts';
import type { TerminalControl } from '../commands.ts';
import { editActions, moveActions, typedText } from '../shared-commands.ts';
import type { CompareAction } from './actions.ts';
import { completePath } from './complete-path.ts';
import { type CompareCommandId, compareCommandFor } from './keymap.ts';
import { comparedIn, currentName } from './reducer.ts';
import type { CompareStore } from './store.ts';

/** Who is around the comparison: the screens, and the terminal. */
export interface CompareHost {
  readonly terminal: TerminalControl;
  /** Back to the panes, at a function; @returns false where they have neither its symbol nor its record */
  leave(name: string | undefined): boolean;
  /** Show the keys. */
  help(): void;
}

const simple: Partial<Readonly<Record<CompareCommandId, CompareAction>>> = {
  ...moveActions,
  'view-1': { type: 'view', view: 'all' },
  'view-2': { type: 'view', view: 'gained' },
  'view-3': { type: 'view', view: 'lost' },
  'view-4': { type: 'view', view: 'changed' },
  'view-5': { type: 'view', view: 'same' },
  'next-view': { type: 'next', step: 1 },
  'previous-view': { type: 'next', step: -1 },
  filter: { type: 'open-prompt', kind: 'filter' },
  'other-file': { type: 'open-prompt', kind: 'path' },
  ...editActions((edit): CompareAction => ({ type: 'edit', edit })),
};

/** @returns whether the comparison was left */
function runCompareCommand(store: CompareStore, host: CompareHost, command: CompareCommandId): boolean {
  const action = simple[command];
  if (action !== undefined) {
    store.dispatch(action);
    return false;
  }
  const state = store.getState();
  const { terminal } = host;
  switch (command) {
    case 'open':
      if (state.detail !== undefined) return toPanes(store, host);
      store.dispatch({ type: 'open-detail' });
      if (store.getState().detail !== undefined) store.session.readVerdicts();
      return false;
    case 'to-panes':
      return toPanes(store, host);
    case 'leave':
      if (state.detail === undefined) return host.leave(undefined);
      store.dispatch({ type: 'close-detail' });
      return false;
    case 'accept':
      accept(store);
      return false;
    case 'cancel': {
      store.dispatch({ type: 'cancel' });
      // Without a second kernel there is nothing to stay for.
      const { phase } = state.opening;
      return (phase === 'idle' || phase === 'failed') && host.leave(undefined);
    }
    case 'complete':
      if (state.prompt?.kind === 'path') store.dispatch({ type: 'completed', ...completePath(state.prompt.text) });
      return false;
    case 'copy':
      copy(store, terminal);
      return false;
    case 'help':
      host.help();
      return true;
    case 'redraw':
      terminal.redraw();
      return false;
    case 'suspend':
      terminal.suspend();
      return false;
    case 'toggle-mouse': {
      const on = terminal.toggleMouse();
      store.dispatch({ type: 'message', text: on ? 'mouse on' : "mouse off: the terminal's own selection works" });
      return false;
    }
    default:
      return false;
  }
}

function toPanes(store: CompareStore, host: CompareHost): boolean {
  const name = currentName(store.getState())?.name;
  if (name === undefined || host.leave(name)) return name !== undefined;
  store.dispatch({ type: 'message', text: `OLD has neither a symbol nor a record of ${onScreen(name)}` });
  return false;
}

function accept(store: CompareStore): void {
  const { prompt } = store.getState();
  const path = prompt?.kind === 'path' ? prompt.text.trim() : '';
  if (prompt?.kind === 'path' && path === '') return;
  store.dispatch({ type: 'accept' });
  if (path !== '') store.session.open(path);
}

function copy(store: CompareStore, terminal: TerminalControl): void {
  const state = store.getState();
  const row = currentName(state);
  const comparison = comparedIn(state)?.comparison;
  if (row === undefined || comparison === undefined) return;
  const side = (which: 'before' | 'after') =>
    row[which].map((id) => onScreen(comparison[which].prototype(id))).join('; ') || 'no record';
  const text = `${onScreen(row.name)}: ${row.change}; OLD ${side('before')}; NEW ${side('after')}`;
  store.dispatch({ type: 'message', text: terminal.copy(text) ? `copied: ${text}` : 'too long to copy' });
}

/** Keys as typed, in their order; those behind the one that leaves are for who comes next. @returns how many were taken */
export function pressCompareKeys(store: CompareStore, host: CompareHost, keys: readonly string[]): number {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string;
    store.dispatch({ type: 'dismiss' });
    const isTyping = store.getState().prompt !== undefined;
    const command = compareCommandFor(key, isTyping ? 'typing' : 'compare');
    if (command !== undefined) {
      if (runCompareCommand(store, host, command)) return at + 1;
      continue;
    }
    // One insertion for what is typed in one chunk: the list is made anew for each.
    const text = isTyping ? typedText(keys, at, (next) => compareCommandFor(next, 'typing') !== undefined) : '';
    if (text === '') continue;
    store.dispatch({ type: 'edit', edit: { kind: 'insert', text } });
    at += Array.from(text).length - 1;
  }
  return keys.length;
}
