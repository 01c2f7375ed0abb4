/** The edits of a line of text: what a prompt's keys do. A character is a code point, never half of one. */
import type { LineText } from './state.ts';

export type LineEdit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'left' | 'right' | 'home' | 'end' }
  /** Backspace; Delete. */
  | { readonly kind: 'erase-left' | 'erase-right' }
  /** To the start of the word before the cursor; to the start of the line; to its end. */
  | { readonly kind: 'erase-word' | 'erase-before' | 'erase-after' };

// What a name cannot hold, and a terminal would obey.
const unwanted = /[\p{Cc}\p{Cf}]/gu;

export function editLine({ text, cursor }: LineText, edit: LineEdit): LineText {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const stepLeft = Array.from(before).at(-1)?.length ?? 0;
  const stepRight = Array.from(after.slice(0, 2))[0]?.length ?? 0;
  switch (edit.kind) {
    case 'insert': {
      const added = edit.text.replace(unwanted, '');
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
