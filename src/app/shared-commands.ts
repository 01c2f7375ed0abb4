/**
 * The commands that every screen with a list and every line that is typed have, and what each does: one table for the
 * panes, the replay and the comparison.
 */
import type { LineEdit } from './line-edit.ts';

/** Rows in a list; a page is a screenful. */
interface Move {
  readonly type: 'move';
  readonly by: number;
  readonly unit: 'row' | 'page' | 'half-page';
}

interface MoveTo {
  readonly type: 'move-to';
  readonly end: 'first' | 'last';
}

export type MoveCommand =
  | 'down'
  | 'up'
  | 'page-down'
  | 'page-up'
  | 'half-page-down'
  | 'half-page-up'
  | 'first'
  | 'last';

export const moveActions: Readonly<Record<MoveCommand, Move | MoveTo>> = {
  down: { type: 'move', by: 1, unit: 'row' },
  up: { type: 'move', by: -1, unit: 'row' },
  'page-down': { type: 'move', by: 1, unit: 'page' },
  'page-up': { type: 'move', by: -1, unit: 'page' },
  'half-page-down': { type: 'move', by: 1, unit: 'half-page' },
  'half-page-up': { type: 'move', by: -1, unit: 'half-page' },
  first: { type: 'move-to', end: 'first' },
  last: { type: 'move-to', end: 'last' },
};

const edits = {
  'edit-left': 'left',
  'edit-right': 'right',
  'edit-home': 'home',
  'edit-end': 'end',
  'erase-left': 'erase-left',
  'erase-right': 'erase-right',
  'erase-word': 'erase-word',
  'erase-before': 'erase-before',
  'erase-after': 'erase-after',
} as const satisfies Record<string, Exclude<LineEdit['kind'], 'insert'>>;

export type EditCommand = keyof typeof edits;

/** The actions of a screen for the keys of its line. @param action what an edit is called there */
export const editActions = <A>(action: (edit: LineEdit) => A): Readonly<Record<EditCommand, A>> =>
  Object.fromEntries(
    Object.entries(edits).map(([command, kind]) => [command, action({ kind })]),
  ) as unknown as Readonly<Record<EditCommand, A>>;

/** The characters that the keys from `from` on type, as far as none is bound to a command. */
export function typedText(keys: readonly string[], from: number, isBound: (key: string) => boolean): string {
  let text = '';
  for (let at = from; at < keys.length; at++) {
    const key = keys[at] as string;
    const character = key === 'space' ? ' ' : key;
    if (Array.from(character).length !== 1 || isBound(key)) break;
    text += character;
  }
  return text;
}
