/** The edits of a line of text: what a prompt's keys do. A character is a code point, never half of one. */
import { count } from '../format/hex.ts';
import type { LineText } from './state.ts';

/** Code units that a line holds: more than any path or name has, and each frame goes over all of them. */
export const mostTyped = 4_096;
/** What is said when a line could not take all of an insertion. */
export const lineIsFull = `a line holds ${count(mostTyped)} characters: the rest was cut off`;

export type LineEdit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'left' | 'right' | 'home' | 'end' }
  /** Backspace; Delete. */
  | { readonly kind: 'erase-left' | 'erase-right' }
  /** To the start of the word before the cursor; to the start of the line; to its end. */
  | { readonly kind: 'erase-word' | 'erase-before' | 'erase-after' };

// What a name cannot hold, and a terminal would obey.
const unwanted = /[\p{Cc}\p{Cf}]/gu;

/** Whether the line has no room for all that `edit` inserts. */
export const overflows = ({ text }: LineText, edit: LineEdit): boolean =>
  edit.kind === 'insert' && text.length + edit.text.replace(unwanted, '').length > mostTyped;

export function editLine({ text, cursor }: LineText, edit: LineEdit): LineText {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const stepLeft = Array.from(before.slice(-2)).at(-1)?.length ?? 0;
  const stepRight = Array.from(after.slice(0, 2))[0]?.length ?? 0;
  switch (edit.kind) {
    case 'insert': {
      const added = headOf(edit.text.replace(unwanted, ''), mostTyped - text.length);
      return { text: before + added + after, cursor: cursor + added.length };
    }
    case 'left':
      return { text, cursor: cursor - stepLeft };
    case 'right':
      return { text, cursor: cursor + stepRight };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    case 'erase-left':
      return { text: before.slice(0, cursor - stepLeft) + after, cursor: cursor - stepLeft };
    case 'erase-right':
      return { text: before + after.slice(stepRight), cursor };
    case 'erase-word': {
      const kept = before.replace(/\S+\s*$|\s+$/, '');
      return { text: kept + after, cursor: kept.length };
    }
    case 'erase-before':
      return { text: after, cursor: 0 };
    case 'erase-after':
      return { text: before, cursor };
  }
}

/** At most `most` code units of a text, whole characters. */
function headOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const code = text.codePointAt(most - 1) ?? 0;
  return text.slice(0, Math.max(0, code > 0xffff ? most - 1 : most));
}
