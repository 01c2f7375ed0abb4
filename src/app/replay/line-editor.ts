/** One line being typed: a text and where the cursor is in it. */

export interface EditedLine {
  readonly text: string;
  /** Characters before the cursor. */
  readonly cursor: number;
}

export const emptyLine: EditedLine = { text: '', cursor: 0 };
export const lineOf = (text: string): EditedLine => ({ text, cursor: text.length });

export type Edit =
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'kill-before'
  | 'kill-behind'
  | 'kill-word';

export function typeText({ text, cursor }: EditedLine, typed: string): EditedLine {
  return { text: text.slice(0, cursor) + typed + text.slice(cursor), cursor: cursor + typed.length };
}

export function editLine(line: EditedLine, edit: Edit): EditedLine {
  const { text, cursor } = line;
  const before = text.slice(0, cursor);
  const behind = text.slice(cursor);
  const place = (at: number): EditedLine => ({ text, cursor: Math.max(0, Math.min(text.length, at)) });
  switch (edit) {
    case 'left':
      return place(cursor - 1);
    case 'right':
      return place(cursor + 1);
    case 'home':
      return place(0);
    case 'end':
      return place(text.length);
    case 'backspace':
      return { text: before.slice(0, -1) + behind, cursor: Math.max(0, cursor - 1) };
    case 'delete':
      return { text: before + behind.slice(1), cursor };
    case 'kill-before':
      return { text: behind, cursor: 0 };
    case 'kill-behind':
      return { text: before, cursor };
    case 'kill-word': {
      const kept = before.replace(/\S+\s*$/, '');
      return { text: kept + behind, cursor: kept.length };
    }
  }
}

/** What several texts have in common at their beginning. */
export function commonStart(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = first.length;
  for (const text of texts) {
    let same = 0;
    while (same < length && text[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}
