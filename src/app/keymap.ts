/**
 * The key table. Matching, the key bar, the help, the README and the test for double keys all read this one list; no
 * key is written anywhere else.
 */

import type { EditCommand, MoveCommand } from './shared-commands.ts';
import type { Prompt, Screen } from './state.ts';

export type CommandId =
  | 'quit'
  | 'help'
  | 'facts'
  | 'why'
  | 'causes'
  | 'search'
  | 'goto'
  | 'filter'
  | 'sort'
  | 'next-match'
  | 'previous-match'
  | MoveCommand
  | 'next-pane'
  | 'previous-pane'
  | 'pane-1'
  | 'pane-2'
  | 'pane-3'
  | 'pane-4'
  | 'follow'
  | 'back'
  | 'forward'
  | 'hex'
  | 'hex-mode'
  | 'replay'
  | 'compare'
  | 'close'
  | 'copy'
  | 'redraw'
  | 'suspend'
  | 'toggle-mouse'
  | 'accept'
  | 'cancel'
  | 'prompt-down'
  | 'prompt-up'
  | 'prompt-page-down'
  | 'prompt-page-up'
  | EditCommand;

/**
 * Where a binding holds. 'view' is any screen without an open prompt; 'browse', 'hex', 'text', 'why' and 'causes' are one
 * screen each;
 * 'prompt' is any prompt, 'search' the one with a list of hits.
 */
export type Scope = 'view' | 'browse' | 'hex' | 'text' | 'why' | 'causes' | 'prompt' | 'search';

export interface Binding {
  readonly command: CommandId;
  readonly keys: readonly string[];
  readonly scope: Scope;
  readonly label: string;
  readonly group: 'Move' | 'Panes' | 'Find' | 'Look' | 'Hex view' | 'Why' | 'Causes' | 'Prompt' | 'Program';
  /** Rank in the key bar, the two highest stay longest; those without are in the help alone. */
  readonly bar?: number;
  readonly barLabel?: string;
}

export const bindings: readonly Binding[] = [
  { command: 'down', keys: ['j', 'down'], scope: 'view', label: 'one row down', group: 'Move' },
  { command: 'up', keys: ['k', 'up'], scope: 'view', label: 'one row up', group: 'Move' },
  { command: 'page-down', keys: ['pagedown', 'ctrl-f', 'space'], scope: 'view', label: 'a page down', group: 'Move' },
  { command: 'page-up', keys: ['pageup', 'ctrl-b'], scope: 'view', label: 'a page up', group: 'Move' },
  { command: 'half-page-down', keys: ['ctrl-d'], scope: 'view', label: 'half a page down', group: 'Move' },
  { command: 'half-page-up', keys: ['ctrl-u'], scope: 'view', label: 'half a page up', group: 'Move' },
  {
    command: 'first',
    keys: ['g', 'home'],
    scope: 'view',
    label: 'first row, or start of the section',
    group: 'Move',
  },
  { command: 'last', keys: ['G', 'end'], scope: 'view', label: 'last row, or end of the section', group: 'Move' },

  {
    command: 'next-pane',
    keys: ['tab', 'l', 'right'],
    scope: 'browse',
    label: 'next pane',
    group: 'Panes',
    bar: 2,
    barLabel: 'pane',
  },
  {
    command: 'previous-pane',
    keys: ['shift-tab', 'h', 'left'],
    scope: 'browse',
    label: 'previous pane',
    group: 'Panes',
  },
  { command: 'pane-1', keys: ['1'], scope: 'view', label: 'symbols', group: 'Panes' },
  { command: 'pane-2', keys: ['2'], scope: 'view', label: 'mcount region', group: 'Panes' },
  { command: 'pane-3', keys: ['3'], scope: 'view', label: 'relocations', group: 'Panes' },
  { command: 'pane-4', keys: ['4'], scope: 'view', label: 'BTF FUNC records', group: 'Panes' },
  {
    command: 'follow',
    keys: ['enter'],
    scope: 'browse',
    label: 'follow the link to the next pane',
    group: 'Panes',
    bar: 3,
    barLabel: 'follow',
  },
  {
    command: 'back',
    keys: ['-', 'backspace', 'ctrl-o'],
    scope: 'view',
    label: 'back to where you were',
    group: 'Panes',
    bar: 6,
    barLabel: 'back',
  },
  { command: 'forward', keys: ['+', '='], scope: 'view', label: 'forward again', group: 'Panes' },

  {
    command: 'search',
    keys: ['/'],
    scope: 'view',
    label: 'search symbols and FUNC names as you type (fuzzy, /regex/, address)',
    group: 'Find',
    bar: 1,
    barLabel: 'search',
  },
  { command: 'next-match', keys: ['n'], scope: 'browse', label: 'next match of the search', group: 'Find' },
  { command: 'previous-match', keys: ['N'], scope: 'browse', label: 'previous match', group: 'Find' },
  {
    command: 'goto',
    keys: [':'],
    scope: 'view',
    label: 'go to an address, a symbol or symbol+offset; or a command by name',
    group: 'Find',
  },
  {
    command: 'filter',
    keys: ['f'],
    scope: 'browse',
    label: 'filter the pane by words',
    group: 'Find',
    bar: 8,
    barLabel: 'filter',
  },
  { command: 'close', keys: ['escape'], scope: 'browse', label: 'clear the filter of the pane', group: 'Find' },
  { command: 'sort', keys: ['s'], scope: 'browse', label: 'next sort order of the pane', group: 'Find' },

  {
    command: 'hex',
    keys: ['x'],
    scope: 'browse',
    label: 'bytes at the focus, as words or as bytes',
    group: 'Look',
    bar: 5,
    barLabel: 'hex',
  },
  {
    command: 'why',
    keys: ['w', 'W'],
    scope: 'view',
    label: 'why this function has, or has not, a BTF record',
    group: 'Look',
    bar: 3.5,
    barLabel: 'why',
  },
  {
    command: 'replay',
    keys: ['r'],
    scope: 'view',
    label: "replay pahole's decisions, at this function",
    group: 'Look',
    bar: 4,
    barLabel: 'replay',
  },
  {
    command: 'compare',
    keys: ['c'],
    scope: 'view',
    label: 'compare the FUNC records with those of another kernel',
    group: 'Look',
    bar: 7,
    barLabel: 'compare',
  },
  {
    command: 'facts',
    keys: ['i'],
    scope: 'view',
    label: 'facts on the kernel, and where each was read',
    group: 'Look',
    bar: 8,
    barLabel: 'facts',
  },
  {
    command: 'causes',
    keys: ['o'],
    scope: 'view',
    label: 'overview: how many functions have which root cause',
    group: 'Look',
    bar: 7,
    barLabel: 'overview',
  },
  { command: 'copy', keys: ['y'], scope: 'view', label: 'copy name and address of the focus', group: 'Look' },

  {
    command: 'hex-mode',
    keys: ['b', 'x'],
    scope: 'hex',
    label: 'words or bytes',
    group: 'Hex view',
    bar: 2,
    barLabel: 'words/bytes',
  },
  {
    command: 'follow',
    keys: ['enter'],
    scope: 'hex',
    label: 'go to what the word points at',
    group: 'Hex view',
    bar: 3,
    barLabel: 'follow',
  },
  {
    command: 'close',
    keys: ['escape', 'q'],
    scope: 'hex',
    label: 'back to the panes',
    group: 'Hex view',
    bar: 10,
    barLabel: 'close',
  },
  {
    command: 'close',
    keys: ['escape', 'q'],
    scope: 'text',
    label: 'back to the panes',
    group: 'Look',
    bar: 10,
    barLabel: 'close',
  },

  {
    command: 'follow',
    keys: ['enter'],
    scope: 'why',
    label: 'go to where the fact was read, or to the decision in the replay',
    group: 'Why',
    bar: 2,
    barLabel: 'go there',
  },
  {
    command: 'close',
    keys: ['escape', 'q'],
    scope: 'why',
    label: 'back to where you asked',
    group: 'Why',
    bar: 10,
    barLabel: 'close',
  },
  {
    command: 'follow',
    keys: ['enter'],
    scope: 'causes',
    label: 'the functions with this cause; of a function why',
    group: 'Causes',
    bar: 2,
    barLabel: 'open',
  },
  {
    command: 'filter',
    keys: ['f'],
    scope: 'causes',
    label: 'filter the functions by words',
    group: 'Causes',
    bar: 3,
    barLabel: 'filter',
  },
  {
    command: 'close',
    keys: ['escape', 'q'],
    scope: 'causes',
    label: 'back: the filter, the functions, the overview',
    group: 'Causes',
    bar: 10,
    barLabel: 'close',
  },

  {
    command: 'prompt-down',
    keys: ['down', 'ctrl-n', 'tab'],
    scope: 'search',
    label: 'next hit',
    group: 'Prompt',
    bar: 1,
    barLabel: 'next',
  },
  {
    command: 'prompt-up',
    keys: ['up', 'ctrl-p', 'shift-tab'],
    scope: 'search',
    label: 'previous hit',
    group: 'Prompt',
    bar: 2,
    barLabel: 'previous',
  },
  { command: 'prompt-page-down', keys: ['pagedown'], scope: 'search', label: 'a page of hits down', group: 'Prompt' },
  { command: 'prompt-page-up', keys: ['pageup'], scope: 'search', label: 'a page of hits up', group: 'Prompt' },
  {
    command: 'accept',
    keys: ['enter'],
    scope: 'prompt',
    label: 'go there, or keep the filter',
    group: 'Prompt',
    bar: 20,
    barLabel: 'accept',
  },
  {
    command: 'cancel',
    keys: ['escape'],
    scope: 'prompt',
    label: 'close the prompt',
    group: 'Prompt',
    bar: 21,
    barLabel: 'cancel',
  },
  { command: 'edit-left', keys: ['left', 'ctrl-b'], scope: 'prompt', label: 'cursor left', group: 'Prompt' },
  { command: 'edit-right', keys: ['right', 'ctrl-f'], scope: 'prompt', label: 'cursor right', group: 'Prompt' },
  { command: 'edit-home', keys: ['home', 'ctrl-a'], scope: 'prompt', label: 'cursor to the start', group: 'Prompt' },
  { command: 'edit-end', keys: ['end', 'ctrl-e'], scope: 'prompt', label: 'cursor to the end', group: 'Prompt' },
  { command: 'erase-left', keys: ['backspace'], scope: 'prompt', label: 'erase to the left', group: 'Prompt' },
  { command: 'erase-right', keys: ['delete', 'ctrl-d'], scope: 'prompt', label: 'erase to the right', group: 'Prompt' },
  { command: 'erase-word', keys: ['ctrl-w', 'alt-backspace'], scope: 'prompt', label: 'erase a word', group: 'Prompt' },
  { command: 'erase-before', keys: ['ctrl-u'], scope: 'prompt', label: 'erase all before the cursor', group: 'Prompt' },
  { command: 'erase-after', keys: ['ctrl-k'], scope: 'prompt', label: 'erase all behind the cursor', group: 'Prompt' },
  { command: 'redraw', keys: ['ctrl-l'], scope: 'prompt', label: 'draw the screen again', group: 'Prompt' },

  {
    command: 'help',
    keys: ['?', 'f1'],
    scope: 'view',
    label: 'these keys',
    group: 'Program',
    bar: 9,
    barLabel: 'keys',
  },
  { command: 'redraw', keys: ['ctrl-l'], scope: 'view', label: 'draw the screen again', group: 'Program' },
  {
    command: 'toggle-mouse',
    keys: ['M'],
    scope: 'view',
    label: "mouse off or on (off: the terminal's own selection)",
    group: 'Program',
  },
  { command: 'suspend', keys: ['ctrl-z'], scope: 'view', label: 'suspend; fg comes back', group: 'Program' },
  {
    command: 'quit',
    keys: ['q', 'ctrl-c'],
    scope: 'browse',
    label: 'quit',
    group: 'Program',
    bar: 10,
    barLabel: 'quit',
  },
];

/** The scopes that hold on a screen, or in the prompt that is open on it, the most special first. */
export function scopesOf(screen: Screen, prompt: Prompt['kind'] | undefined): readonly Scope[] {
  // These have key tables of their own: replay/keymap.ts, compare/keymap.ts.
  if (screen === 'replay' || screen === 'compare') return [];
  if (prompt !== undefined) return prompt === 'search' ? ['search', 'prompt'] : ['prompt'];
  if (screen === 'browse') return ['browse', 'view'];
  if (screen === 'hex' || screen === 'why' || screen === 'causes') return [screen, 'view'];
  return ['text', 'view'];
}

/** The command of a key, if it has one here. */
export function commandFor(key: string, scopes: readonly Scope[]): CommandId | undefined {
  for (const scope of scopes) {
    const binding = bindings.find((row) => row.scope === scope && row.keys.includes(key));
    if (binding !== undefined) return binding.command;
  }
  return undefined;
}

const written: Readonly<Record<string, string>> = {
  down: '↓',
  up: '↑',
  left: '←',
  right: '→',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  backspace: 'Backspace',
  'alt-backspace': 'Alt-Backspace',
  delete: 'Delete',
  space: 'Space',
  f1: 'F1',
};

/** A key as the screens write it: 'ctrl-d' is "Ctrl-D", 'pagedown' is "PgDn". */
export const writeKey = (key: string): string =>
  written[key] ?? (key.startsWith('ctrl-') ? `Ctrl-${key.slice(5).toUpperCase()}` : key);
