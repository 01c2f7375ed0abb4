/** The keys of the comparison, in the shape of ../keymap.ts. */

import type { EditCommand, MoveCommand } from '../shared-commands.ts';
export type CompareCommandId =
  | MoveCommand
  | 'view-1'
  | 'view-2'
  | 'view-3'
  | 'view-4'
  | 'view-5'
  | 'next-view'
  | 'previous-view'
  | 'open'
  | 'to-panes'
  | 'other-file'
  | 'filter'
  | 'copy'
  | 'help'
  | 'redraw'
  | 'suspend'
  | 'toggle-mouse'
  | 'leave'
  | 'accept'
  | 'cancel'
  | 'complete'
  | EditCommand;

/** 'compare' while letters are keys, 'typing' while a path or a filter is typed. */
export type CompareScope = 'compare' | 'typing';

export interface CompareBinding {
  readonly command: CompareCommandId;
  readonly keys: readonly string[];
  readonly scope: CompareScope;
  readonly label: string;
  /** Rank in the key bar; those without are in the help alone. */
  readonly bar?: number;
  readonly barLabel?: string;
}

const bind =
  (scope: CompareScope) =>
  (
    command: CompareCommandId,
    keys: readonly string[],
    label: string,
    bar?: number,
    barLabel?: string,
  ): CompareBinding => ({
    command,
    keys,
    scope,
    label,
    ...(bar === undefined ? {} : { bar }),
    ...(barLabel === undefined ? {} : { barLabel }),
  });

const compare = bind('compare');
const typing = bind('typing');

export const compareBindings: readonly CompareBinding[] = [
  compare('down', ['j', 'down'], 'the next function, or a line down'),
  compare('up', ['k', 'up'], 'the function before, or a line up'),
  compare('page-down', ['pagedown', 'ctrl-f', 'space'], 'a page down'),
  compare('page-up', ['pageup', 'ctrl-b'], 'a page up'),
  compare('half-page-down', ['ctrl-d'], 'half a page down'),
  compare('half-page-up', ['ctrl-u'], 'half a page up'),
  compare('first', ['g', 'home'], 'the first'),
  compare('last', ['G', 'end'], 'the last'),
  compare('open', ['enter'], 'both sides of the function; there, the panes at it', 1, 'open'),
  compare('view-1', ['1'], 'all that differ', 2, 'all'),
  compare('view-2', ['2'], 'gained', 3, 'gained'),
  compare('view-3', ['3'], 'lost', 4, 'lost'),
  compare('view-4', ['4'], 'changed: types, names of parameters, number of records', 5, 'changed'),
  compare('view-5', ['5'], 'the same on both sides', 9, 'same'),
  compare('next-view', ['tab', 'l', 'right'], 'the next of these; at a function, the next function'),
  compare('previous-view', ['shift-tab', 'h', 'left'], 'the one before'),
  compare('filter', ['/', 'f'], 'filter by words in the name', 6, 'filter'),
  compare('to-panes', ['b'], 'the panes at this function', 7, 'panes'),
  compare('other-file', ['c', ':'], 'compare with another kernel', 8, 'other file'),
  compare('copy', ['y'], 'copy the function and both prototypes'),
  compare('redraw', ['ctrl-l'], 'draw the screen again'),
  compare('toggle-mouse', ['M'], "mouse off or on (off: the terminal's own selection)"),
  compare('suspend', ['ctrl-z'], 'suspend; fg comes back'),
  compare('help', ['?', 'f1'], 'these keys', 10, 'keys'),
  compare('leave', ['escape', 'q'], 'back: to the list, to the panes', 11, 'back'),

  typing('accept', ['enter'], 'open the kernel, or keep the filter', 1, 'accept'),
  typing('complete', ['tab'], 'complete the path', 2, 'complete'),
  typing('edit-left', ['left', 'ctrl-b'], 'cursor left'),
  typing('edit-right', ['right', 'ctrl-f'], 'cursor right'),
  typing('edit-home', ['home', 'ctrl-a'], 'cursor to the start'),
  typing('edit-end', ['end', 'ctrl-e'], 'cursor to the end'),
  typing('erase-left', ['backspace'], 'erase to the left'),
  typing('erase-right', ['delete', 'ctrl-d'], 'erase to the right'),
  typing('erase-word', ['ctrl-w', 'alt-backspace'], 'erase a word'),
  typing('erase-before', ['ctrl-u'], 'erase all before the cursor'),
  typing('erase-after', ['ctrl-k'], 'erase all behind the cursor'),
  typing('redraw', ['ctrl-l'], 'draw the screen again'),
  typing('cancel', ['escape'], 'close the prompt', 3, 'cancel'),
];

/** The command of a key, if it has one here. */
export const compareCommandFor = (key: string, scope: CompareScope): CompareCommandId | undefined =>
  compareBindings.find((row) => row.scope === scope && row.keys.includes(key))?.command;
