/** What a command does: an action for the reducer, or a request to the terminal. Keys are bound to commands in keymap.ts. */
import { hex16 } from '../format/hex.ts';
import { visible } from '../format/visible.ts';
import type { Action } from './actions.ts';
import { type CommandId, commandFor, scopesOf } from './keymap.ts';
import { hitRows } from './reducer.ts';
import type { Store } from './store.ts';

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
  search: { type: 'open-prompt', kind: 'search' },
  goto: { type: 'open-prompt', kind: 'goto' },
  filter: { type: 'open-prompt', kind: 'filter' },
  'next-match': { type: 'next-match', step: 1 },
  'previous-match': { type: 'next-match', step: -1 },
  down: { type: 'move', by: 1, unit: 'row' },
  up: { type: 'move', by: -1, unit: 'row' },
  'page-down': { type: 'move', by: 1, unit: 'page' },
  'page-up': { type: 'move', by: -1, unit: 'page' },
  'half-page-down': { type: 'move', by: 1, unit: 'half-page' },
  'half-page-up': { type: 'move', by: -1, unit: 'half-page' },
  first: { type: 'move-to', end: 'first' },
  last: { type: 'move-to', end: 'last' },
  'next-pane': { type: 'activate-next', step: 1 },
  'previous-pane': { type: 'activate-next', step: -1 },
  'pane-1': { type: 'activate', pane: 'symbols' },
  'pane-2': { type: 'activate', pane: 'mcount' },
  'pane-3': { type: 'activate', pane: 'relocations' },
  'pane-4': { type: 'activate', pane: 'btf' },
  back: { type: 'back' },
  forward: { type: 'forward' },
  hex: { type: 'show', screen: 'hex' },
  'hex-mode': { type: 'hex-mode' },
  cancel: { type: 'prompt-cancel' },
  'prompt-down': { type: 'prompt-move', by: 1 },
  'prompt-up': { type: 'prompt-move', by: -1 },
};

/** Commands that can be typed after the colon, by name. */
const named: Readonly<Record<string, CommandId>> = {
  q: 'quit',
  quit: 'quit',
  help: 'help',
  facts: 'facts',
  info: 'facts',
  hex: 'hex',
  x: 'hex',
  sort: 'sort',
  filter: 'filter',
  back: 'back',
};

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
      if (state.screen !== 'browse') {
        store.dispatch({ type: 'show', screen: 'browse' });
        return;
      }
      store.dispatch({ type: 'clear-filter' });
      return;
    case 'follow':
      if (state.screen === 'hex') followWord(store);
      else store.dispatch({ type: 'follow' });
      return;
    case 'copy': {
      const { name, address } = state.links;
      const text = address === undefined ? visible(name) : `${visible(name)} ${hex16(address)}`;
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
      const meant = prompt?.kind === 'goto' ? named[prompt.text.trim()] : undefined;
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

/** In the hex view, go where the word under the cursor points: as it is relocated, where it is. */
function followWord(store: Store): void {
  const { linker, kernel } = store.session;
  const { cursor } = store.getState().hex;
  const row = kernel.relocations.firstTouching(cursor, cursor + BigInt(kernel.elf.wordSize));
  const pending = row !== undefined && kernel.relocations.locate(row)?.table.pending === true;
  const target = (pending ? linker.relocationTarget(row) : undefined) ?? linker.wordAt(cursor);
  if (target === undefined || target === 0n || kernel.elf.addressSpace.locate(target) === undefined) {
    store.dispatch({ type: 'message', text: 'this word is no address of the kernel', tone: 'info' });
    return;
  }
  store.dispatch({ type: 'focus', focus: linker.focusAt(target) });
}

/** A key as typed: run its command here, if it has one. @returns whether it had */
export function pressKey(store: Store, terminal: TerminalControl, key: string): boolean {
  const state = store.getState();
  const command = commandFor(key, scopesOf(state.screen, state.prompt !== undefined));
  if (command === undefined) return false;
  runCommand(store, terminal, command);
  return true;
}
