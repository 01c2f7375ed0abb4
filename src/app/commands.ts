/** What a command does: an action for the reducer, or a request to the terminal. Keys are bound to commands in keymap.ts. */

import { count, hexWord } from '../format/hex.ts';
import { onScreen } from '../format/on-screen.ts';
import type { Action } from './actions.ts';
import { type CommandId, commandFor, scopesOf } from './keymap.ts';
import { hitRows } from './prompts.ts';
import { editActions, moveActions, typedText } from './shared-commands.ts';
import type { AppState } from './state.ts';
import type { Store } from './store.ts';
import { causeRows, functionHere } from './why/causes.ts';
import { sentenceOn } from './why/report.ts';

/** What commands may ask of the terminal; components/terminal provides it. */
export interface TerminalControl {
  copy(text: string): boolean;
  exit(code?: number): void;
  suspend(): void;
  redraw(): void;
  toggleMouse(): boolean;
}

const simple: Partial<Readonly<Record<CommandId, Action>>> = {
  help: { type: 'show', screen: 'help' },
  facts: { type: 'show', screen: 'facts' },
  why: { type: 'why' },
  causes: { type: 'causes' },
  replay: { type: 'show', screen: 'replay' },
  compare: { type: 'compare', path: undefined },
  search: { type: 'open-prompt', kind: 'search' },
  goto: { type: 'open-prompt', kind: 'goto' },
  filter: { type: 'open-prompt', kind: 'filter' },
  'next-match': { type: 'next-match', step: 1 },
  'previous-match': { type: 'next-match', step: -1 },
  ...moveActions,
  'next-pane': { type: 'activate-next', step: 1 },
  'previous-pane': { type: 'activate-next', step: -1 },
  'pane-1': { type: 'activate', pane: 'symbols' },
  'pane-2': { type: 'activate', pane: 'mcount' },
  'pane-3': { type: 'activate', pane: 'relocations' },
  'pane-4': { type: 'activate', pane: 'btf' },
  follow: { type: 'follow' },
  back: { type: 'back' },
  forward: { type: 'forward' },
  hex: { type: 'show', screen: 'hex' },
  'hex-mode': { type: 'hex-mode' },
  cancel: { type: 'prompt-cancel' },
  'prompt-down': { type: 'prompt-move', by: 1 },
  'prompt-up': { type: 'prompt-move', by: -1 },
  ...editActions((edit): Action => ({ type: 'prompt-edit', edit })),
};

/** Commands that can be typed after the colon. Few, because functions have such names too: sort, filter, back. */
const named: Readonly<Record<string, CommandId>> = {
  q: 'quit',
  quit: 'quit',
  help: 'help',
  facts: 'facts',
  hex: 'hex',
  why: 'why',
  causes: 'causes',
};

/** `why NAME`: the question about a function that is not in focus, or that does not exist. */
const askedName = /^why\s+(\S+)$/;

export function runCommand(store: Store, terminal: TerminalControl, command: CommandId): void {
  const action = simple[command];
  if (action !== undefined) {
    store.dispatch(action);
    return;
  }
  const state = store.getState();
  switch (command) {
    case 'quit':
      terminal.exit(0);
      return;
    case 'suspend':
      terminal.suspend();
      return;
    case 'redraw':
      terminal.redraw();
      return;
    case 'toggle-mouse': {
      const text = terminal.toggleMouse()
        ? 'mouse on: wheel and click'
        : "mouse off: the terminal's own selection works";
      store.dispatch({ type: 'message', text, tone: 'info' });
      return;
    }
    case 'sort':
      store.dispatch({ type: 'sort', pane: state.active });
      return;
    case 'close':
      if (state.screen === 'browse') store.dispatch({ type: 'clear-filter' });
      else if (state.screen === 'why' || state.screen === 'causes') store.dispatch({ type: 'close' });
      else store.dispatch({ type: 'show', screen: 'browse' });
      return;
    case 'copy': {
      const text = textToCopy(store);
      const done = terminal.copy(text);
      store.dispatch({
        type: 'message',
        text: done ? `copied: ${text}` : 'too long to copy',
        tone: done ? 'info' : 'bad',
      });
      return;
    }
    case 'accept': {
      const { prompt } = state;
      const text = prompt?.text.trim() ?? '';
      const path = prompt?.kind === 'goto' ? /^compare\s+(\S.*)$/.exec(text)?.[1] : undefined;
      if (path !== undefined) {
        store.dispatch({ type: 'prompt-cancel' });
        store.dispatch({ type: 'compare', path });
        return;
      }
      const about = prompt?.kind === 'goto' ? askedName.exec(text)?.[1] : undefined;
      if (about !== undefined) {
        store.dispatch({ type: 'prompt-cancel' });
        store.dispatch({ type: 'why', about: Buffer.from(about, 'utf8').toString('latin1') });
        return;
      }
      const meant = prompt?.kind === 'goto' && Object.hasOwn(named, text) ? named[text] : undefined;
      if (meant === undefined) {
        store.dispatch({ type: 'prompt-accept' });
        return;
      }
      store.dispatch({ type: 'prompt-cancel' });
      runCommand(store, terminal, meant);
      return;
    }
    case 'prompt-page-down':
    case 'prompt-page-up':
      store.dispatch({ type: 'prompt-move', by: hitRows(state) * (command === 'prompt-page-down' ? 1 : -1) });
      return;
  }
}

/** Name and address of the focus, in the hex view of the cursor. */
function textToCopy(store: Store): string {
  const state = store.getState();
  const { links, screen, hex } = state;
  const { kernel, linker } = store.session;
  const answer = screen === 'why' || screen === 'causes' ? answerToCopy(state) : undefined;
  if (answer !== undefined) return answer;
  const name = onScreen(screen === 'hex' ? linker.nameAddress(hex.cursor) : links.name);
  const address = screen === 'hex' ? hex.cursor : links.address;
  return address === undefined ? name : `${name} ${hexWord(address, kernel.elf.wordSize)}`;
}

/** The answer in one sentence; in the overview the function, or the cause with its counts. */
function answerToCopy({ screen, why, evidence, causes }: AppState): string | undefined {
  if (screen === 'why') {
    return why.subject && `${onScreen(why.subject.name)}: ${onScreen(sentenceOn(evidence, why.subject))}`;
  }
  const at = functionHere(causes);
  if (at !== undefined) return onScreen(causes.census?.name(at) ?? '');
  const row = causes.list === undefined ? causeRows(causes.census)[causes.cursor] : undefined;
  return row && `${count(row.symbols)} symbols, ${count(row.names)} names: ${row.title}: ${row.meaning}`;
}

/**
 * Keys as they were typed, those of one chunk together: a held key that moves is one move, and what is typed into a
 * prompt one insertion, so that neither waits for a screen to be drawn after each.
 * @returns how many there were before the replay or the comparison came: what is typed behind is for it
 */
export function pressKeys(store: Store, terminal: TerminalControl, keys: readonly string[]): number {
  let at = 0;
  while (at < keys.length) {
    const state = store.getState();
    if (state.screen === 'replay' || state.screen === 'compare') break;
    if (state.message !== undefined) store.dispatch({ type: 'dismiss' });
    const scopes = scopesOf(state.screen, state.prompt?.kind);
    const key = keys[at] as string;
    const command = commandFor(key, scopes);
    if (command === undefined) {
      const text =
        state.prompt === undefined ? '' : typedText(keys, at, (next) => commandFor(next, scopes) !== undefined);
      if (text !== '') store.dispatch({ type: 'prompt-edit', edit: { kind: 'insert', text } });
      at += Math.max(1, Array.from(text).length);
      continue;
    }
    let times = 1;
    while (keys[at + times] === key) times++;
    const action = simple[command];
    if (times > 1 && action?.type === 'move') {
      store.dispatch({ ...action, by: action.by * times });
      at += times;
    } else {
      runCommand(store, terminal, command);
      at++;
    }
  }
  return at;
}
