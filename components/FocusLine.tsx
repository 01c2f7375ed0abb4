/** What the focus has and has not: a mark for each table, and below it the reason in a sentence. */
import type { ReactElement } from 'react';
import { type FocusMark, focusMarks, focusSentence } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { onScreen } from '../src/format/on-screen.ts';
import { wrapWords } from '../src/format/wrap.ts';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, drawable, paint, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

export interface FocusLineProps {
  readonly session: Session;
  readonly state: AppState;
  readonly rows: 1 | 2 | 3;
  readonly columns: number;
  readonly theme: Theme;
}

/** Cells that are left to a name, at least, before the marks say less. */
const leastName = 12;

export function FocusLine({ session, state, rows, columns, theme }: FocusLineProps): ReactElement {
  const name = drawable(theme, onScreen(state.links.name));
  const least = Math.min(cellWidth(name), leastName);
  const variants = focusMarks(session, state);
  const marks = variants.find((row) => widthOf(row) + least + 1 <= columns) ?? variants.at(-1) ?? [];
  const shown = cut(theme, name, Math.max(1, columns - widthOf(marks) - 1));
  const line = ` ${sgr('1', shown)}${marks.map((mark) => paintMark(theme, mark)).join('')}`;
  if (rows === 1) return <Lines lines={[line]} width={columns} />;
  const { text, tone } = focusSentence(session, state);
  const role = tone === 'plain' ? 'dim' : tone;
  const sentence = wrapWords(onScreen(text), columns - 2, rows - 1).map((part) =>
    paint(theme, role, ` ${cut(theme, part, columns - 2)}`),
  );
  while (sentence.length < rows - 1) sentence.push('');
  return <Lines lines={[line, ...sentence]} width={columns} />;
}

const widthOf = (marks: readonly FocusMark[]): number =>
  marks.reduce((sum, { label, detail }) => sum + label.length + (detail === '' ? 0 : detail.length + 1) + 4, 0);

function paintMark(theme: Theme, { label, ok, detail, tone }: FocusMark): string {
  const sign = paint(theme, ok ? 'good' : 'bad', ok ? theme.glyphs.yes : theme.glyphs.no);
  return `  ${label} ${sign}${detail === '' ? '' : paint(theme, tone, ` ${detail}`)}`;
}
