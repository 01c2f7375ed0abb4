/** What the focus has and has not: a mark for each table, and below it the reason in a sentence. */
import type { ReactElement } from 'react';
import { focusMarks, focusSentence } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { wrapWords } from '../src/app/wrap.ts';
import { visible } from '../src/format/visible.ts';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, paint, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

export interface FocusLineProps {
  readonly session: Session;
  readonly state: AppState;
  readonly rows: 1 | 2 | 3;
  readonly columns: number;
  readonly theme: Theme;
}

export function FocusLine({ session, state, rows, columns, theme }: FocusLineProps): ReactElement {
  const marks = focusMarks(session, state).map(({ label, ok, detail, tone }) => {
    const sign = ok ? theme.glyphs.yes : theme.glyphs.no;
    const tail = detail === '' ? '' : ` ${detail}`;
    return {
      width: label.length + tail.length + 4,
      line: `  ${label} ${paint(theme, ok ? 'good' : 'bad', sign)}${paint(theme, tone, tail)}`,
    };
  });
  const name = cut(
    theme,
    visible(state.links.name),
    Math.max(8, columns - marks.reduce((sum, { width }) => sum + width, 2)),
  );
  let line = ` ${sgr('1', name)} `;
  let used = cellWidth(name) + 2;
  for (const mark of marks) {
    used += mark.width;
    if (used > columns) break;
    line += mark.line;
  }
  if (rows === 1) return <Lines lines={[line]} width={columns} />;
  const { text, tone } = focusSentence(session, state);
  const role = tone === 'plain' ? 'dim' : tone;
  const sentence = wrapWords(visible(text), columns - 2, rows - 1).map((part) =>
    paint(theme, role, ` ${cut(theme, part, columns - 2)}`),
  );
  while (sentence.length < rows - 1) sentence.push('');
  return <Lines lines={[line, ...sentence]} width={columns} />;
}
