/**
 * The keys of the replay, in the shape of ../keymap.ts. Going on has the letters of gdb's single-key mode, going back
 * the same letters with Shift. A letter that is no key begins a command in the console, so that `rn`, `b tty_write`
 * and `i lo` are typed as in gdb.
 */

import type { EditCommand, MoveCommand } from '../shared-commands.ts';
export type ReplayCommandId =
  | 'next'
  | 'step'
  | 'continue'
  | 'until'
  | 'finish'
  | 'reverse-next'
  | 'reverse-step'
  | 'reverse-continue'
  | 'reverse-finish'
  | 'repeat'
  | 'next-skip'
  | 'previous-skip'
  | 'next-unit'
  | 'previous-unit'
  | `next-verdict-${1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | 'other-bytes'
  | 'next-version'
  | MoveCommand
  | 'next-panel'
  | 'previous-panel'
  | 'find'
  | 'console'
  | 'copy'
  | 'why'
  | 'help'
  | 'redraw'
  | 'suspend'
  | 'toggle-mouse'
  | 'leave'
  | 'submit'
  | 'close-console'
  | 'complete'
  | 'older'
  | 'newer'
  | 'scroll-up'
  | 'scroll-down'
  | EditCommand;

/** 'replay' while letters are keys, 'console' while they are typed. */
export type ReplayScope = 'replay' | 'console';

export interface ReplayBinding {
  readonly command: ReplayCommandId;
  readonly keys: readonly string[];
  readonly scope: ReplayScope;
  readonly label: string;
  readonly group: 'Replay' | 'Console';
  /** Rank in the key bar; those without are in the help alone. */
  readonly bar?: number;
  readonly barLabel?: string;
}

const replay = (
  command: ReplayCommandId,
  keys: readonly string[],
  label: string,
  bar?: number,
  barLabel?: string,
): ReplayBinding => ({
  command,
  keys,
  scope: 'replay',
  label,
  group: 'Replay',
  ...(bar === undefined ? {} : { bar }),
  ...(barLabel === undefined ? {} : { barLabel }),
});

const typing = (
  command: ReplayCommandId,
  keys: readonly string[],
  label: string,
  bar?: number,
  barLabel?: string,
): ReplayBinding => ({ ...replay(command, keys, label, bar, barLabel), scope: 'console', group: 'Console' });

export const replayBindings: readonly ReplayBinding[] = [
  replay('next', ['n'], 'next: the next line, over calls', 1, 'next'),
  replay('step', ['s'], 'step: the next line, into calls', 2, 'step'),
  replay('continue', ['c'], 'continue: the next breakpoint', 3, 'continue'),
  replay('until', ['u'], 'until: a line behind this one, out of loops'),
  replay('finish', ['o'], 'finish: out of the function'),
  replay('reverse-next', ['N'], 'reverse-next: the line before, over calls', 4, 'back'),
  replay('reverse-step', ['S'], 'reverse-step: the line before, into calls'),
  replay('reverse-continue', ['C'], 'reverse-continue: the breakpoint before'),
  replay('reverse-finish', ['O'], 'reverse-finish: to where the function was called'),
  replay('repeat', ['enter'], 'the last command again'),
  replay('next-skip', [']'], 'the next function that gets no record', 5, 'skip'),
  replay('previous-skip', ['['], 'the one before that gets no record'),
  replay('next-unit', ['}'], 'the next compile unit'),
  replay('previous-unit', ['{'], 'the compile unit before'),
  replay('next-verdict-1', ['1'], 'the next function that is encoded'),
  replay('next-verdict-2', ['2'], 'the next declaration'),
  replay('next-verdict-3', ['3'], 'the next with a parameter without a name'),
  replay('next-verdict-4', ['4'], 'the next without a name'),
  replay('next-verdict-5', ['5'], 'the next that is not in the list'),
  replay('next-verdict-6', ['6'], 'the next that was generated already'),
  replay('next-verdict-7', ['7'], 'the next that is not external'),
  replay('other-bytes', ['m'], 'what if: the region raw or relocated', 6, 'raw/relocated'),
  replay('next-version', ['v'], 'what if: another version of pahole', 7, 'pahole'),
  replay('down', ['j', 'down'], 'the next function'),
  replay('up', ['k', 'up'], 'the function before'),
  replay('page-down', ['pagedown', 'ctrl-f'], 'a page of functions on'),
  replay('page-up', ['pageup', 'ctrl-b'], 'a page of functions back'),
  replay('half-page-down', ['ctrl-d'], 'half a page on'),
  replay('half-page-up', ['ctrl-u'], 'half a page back'),
  replay('first', ['g', 'home'], 'the first function'),
  replay('last', ['G', 'end'], 'the last function'),
  replay('next-panel', ['tab'], 'locals, verdicts or what-if in the small box'),
  replay('previous-panel', ['shift-tab'], 'the same, the other way'),
  replay('find', ['/'], 'go to a function: begins `seek`', 8, 'find'),
  replay('console', [':'], 'the console; any letter that is no key begins a command too', 9, 'gdb'),
  // Not w: `watch` begins with it.
  replay('why', ['W'], 'why this function has, or has not, a BTF record', 7.5, 'why'),
  replay('copy', ['y'], 'copy the function and its verdict'),
  replay('redraw', ['ctrl-l'], 'draw the screen again'),
  replay('toggle-mouse', ['M'], "mouse off or on (off: the terminal's own selection)"),
  replay('suspend', ['ctrl-z'], 'suspend; fg comes back'),
  replay('help', ['?', 'f1'], 'these keys', 10, 'keys'),
  replay('leave', ['escape', 'q'], 'back to the panes, at this function', 11, 'close'),

  typing('submit', ['enter'], 'do the command; an empty line does the last one again', 1, 'do it'),
  typing('complete', ['tab'], 'complete', 2, 'complete'),
  typing('older', ['up', 'ctrl-p'], 'the command before', 3, 'history'),
  typing('newer', ['down', 'ctrl-n'], 'the command after'),
  typing('scroll-up', ['pageup'], 'scroll up'),
  typing('scroll-down', ['pagedown'], 'scroll down'),
  typing('edit-left', ['left', 'ctrl-b'], 'a character back'),
  typing('edit-right', ['right', 'ctrl-f'], 'a character on'),
  typing('edit-home', ['home', 'ctrl-a'], 'to the beginning of the line'),
  typing('edit-end', ['end', 'ctrl-e'], 'to its end'),
  typing('erase-left', ['backspace'], 'erase to the left'),
  typing('erase-right', ['delete', 'ctrl-d'], 'erase to the right'),
  typing('erase-word', ['ctrl-w', 'alt-backspace'], 'erase a word'),
  typing('erase-before', ['ctrl-u'], 'erase all before the cursor'),
  typing('erase-after', ['ctrl-k'], 'erase all behind the cursor'),
  typing('redraw', ['ctrl-l'], 'draw the screen again'),
  typing('suspend', ['ctrl-z'], 'suspend; fg comes back'),
  typing('close-console', ['escape'], 'letters are keys again', 4, 'keys'),
];

/** The command of a key, if it has one in a scope. */
export const replayCommandFor = (key: string, scope: ReplayScope): ReplayCommandId | undefined =>
  replayBindings.find((row) => row.scope === scope && row.keys.includes(key))?.command;
