/** What a key of the replay does: an action for its reducer, or a request to who is around it. */

import { entryName } from '../../dwarf/function-entries.ts';
import { readyValue } from '../../errors.ts';
import type { Subject } from '../../explain/why-facts.ts';
import { onScreen } from '../../format/on-screen.ts';
import type { Focus } from '../../kernel/links.ts';
import { verdictSentence } from '../../pahole/debugger/commands/replay.ts';
import { verdicts } from '../../pahole/verdict.ts';
import type { TerminalControl } from '../commands.ts';
import { editActions, moveActions, typedText } from '../shared-commands.ts';
import type { ReplayAction } from './actions.ts';
import { focusOfEntry } from './focus.ts';
import { type ReplayCommandId, replayCommandFor } from './keymap.ts';
import { currentEntry, situationIn } from './reducer.ts';
import type { ReplayState } from './state.ts';
import type { ReplayStore } from './store.ts';

/** Who is around the replay: the screens, and the terminal. */
export interface ReplayHost {
  readonly terminal: TerminalControl;
  /** Back to the panes, at the function that the replay is at; undefined to leave the focus where it was. */
  leave(focus: Focus | undefined): void;
  /** Show the keys. */
  help(): void;
  /** Ask about the function that the replay is at. */
  why(about: Subject): void;
}

const execute = (line: string): ReplayAction => ({ type: 'execute', line });
const simple: Partial<Readonly<Record<ReplayCommandId, ReplayAction>>> = {
  next: execute('next'),
  step: execute('step'),
  continue: execute('continue'),
  until: execute('until'),
  finish: execute('finish'),
  'reverse-next': execute('reverse-next'),
  'reverse-step': execute('reverse-step'),
  'reverse-continue': execute('reverse-continue'),
  'reverse-finish': execute('reverse-finish'),
  repeat: execute(''),
  'next-skip': execute('next-skip'),
  'previous-skip': execute('previous-skip'),
  'next-unit': execute('next-unit'),
  'previous-unit': execute('previous-unit'),
  'other-bytes': { type: 'other-bytes' },
  'next-version': { type: 'next-version' },
  ...moveActions,
  'next-panel': { type: 'next-panel', step: 1 },
  'previous-panel': { type: 'next-panel', step: -1 },
  find: { type: 'open-console', text: 'seek ' },
  console: { type: 'open-console', text: '' },
  submit: { type: 'submit' },
  'close-console': { type: 'close-console' },
  complete: { type: 'complete' },
  older: { type: 'recall', step: -1 },
  newer: { type: 'recall', step: 1 },
  'scroll-up': { type: 'scroll-console', by: 1, unit: 'page' },
  'scroll-down': { type: 'scroll-console', by: -1, unit: 'page' },
  ...editActions((edit): ReplayAction => ({ type: 'edit', edit })),
};

/** @returns whether the replay was left */
function runReplayCommand(store: ReplayStore, host: ReplayHost, command: ReplayCommandId): boolean {
  const action = simple[command];
  if (action !== undefined) store.dispatch(action);
  else if (command !== 'leave') runRequest(store, host, command);
  if (command !== 'leave' && !store.getState().leaving) return false;
  leave(store, host);
  return true;
}

function runRequest(store: ReplayStore, host: ReplayHost, command: ReplayCommandId): void {
  const { terminal } = host;
  switch (command) {
    case 'help':
      host.help();
      return;
    case 'redraw':
      terminal.redraw();
      return;
    case 'suspend':
      terminal.suspend();
      return;
    case 'toggle-mouse': {
      const on = terminal.toggleMouse();
      store.dispatch({ type: 'message', text: on ? 'mouse on' : "mouse off: the terminal's own selection works" });
      return;
    }
    case 'copy':
      copy(store, host);
      return;
    case 'why': {
      const about = subjectHere(store);
      if (about !== undefined) host.why(about);
      return;
    }
    default: {
      const verdict = verdicts[Number(/^next-verdict-(\d)$/.exec(command)?.[1]) - 1];
      if (verdict !== undefined) store.dispatch(execute(`next-verdict ${verdict}`));
    }
  }
}

/** The function of the current entry. */
function subjectHere(store: ReplayStore): Subject | undefined {
  const state = store.getState();
  const situation = situationIn(state);
  if (situation === undefined || situation.world.replay.entries.count === 0) return undefined;
  const { kernel, linker } = store.context;
  const entry = currentEntry(state);
  const focus = focusOfEntry(situation.world, kernel, linker, entry);
  const name = entryName(situation.world.replay.entries, entry) ?? '';
  if (focus?.kind !== 'symbol') return { name, row: undefined };
  return { name: readyValue(kernel.symbols)?.table.name(focus.row) ?? name, row: focus.row };
}

function leave(store: ReplayStore, host: ReplayHost): void {
  const state = store.getState();
  const situation = situationIn(state);
  const { kernel, linker } = store.context;
  store.dispatch({ type: 'left' });
  const isSomewhere = situation !== undefined && situation.world.replay.entries.count > 0;
  host.leave(isSomewhere ? focusOfEntry(situation.world, kernel, linker, currentEntry(state)) : undefined);
}

function copy(store: ReplayStore, host: ReplayHost): void {
  const state = store.getState();
  const situation = situationIn(state);
  if (situation === undefined) return;
  const text = onScreen(verdictSentence(situation.world, currentEntry(state)));
  const done = host.terminal.copy(text);
  store.dispatch({ type: 'message', text: done ? `copied: ${text}` : 'too long to copy' });
}

/** Keys as typed, in their order. A letter that is no key begins a command; what follows it is typed. */
export function pressReplayKeys(store: ReplayStore, host: ReplayHost, keys: readonly string[]): void {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string;
    const { mode } = store.getState();
    const command = replayCommandFor(key, mode === 'console' ? 'console' : 'replay');
    if (command !== undefined) {
      // What is typed behind it is for who comes next.
      if (runReplayCommand(store, host, command)) return;
      continue;
    }
    if (mode === 'console') {
      const text = typedText(keys, at, isBoundInConsole);
      if (text === '') continue;
      store.dispatch({ type: 'edit', edit: { kind: 'insert', text } });
      at += Array.from(text).length - 1;
    } else if (/^[A-Za-z]$/.test(key)) {
      store.dispatch({ type: 'open-console', text: key });
    }
  }
}

const isBoundInConsole = (key: string): boolean => replayCommandFor(key, 'console') !== undefined;

/** How many of the keys from `from` on go to the replay together: what is typed into its console, else one. */
export const keysForReplay = ({ mode }: ReplayState, keys: readonly string[], from: number): number =>
  mode === 'console' ? Math.max(1, Array.from(typedText(keys, from, isBoundInConsole)).length) : 1;
