/** What the focus has and has not: a mark for each table, and below it the reason in a sentence. */
import type { ReactElement } from 'react';
import { focusMarks, focusSentence } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
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
  const marks = focusMarks(session, state);
  const width = marks.reduce(
    (sum, mark) => sum + mark.label.length + 4 + (mark.detail === '' ? 0 : mark.detail.length + 1),
    0,
  );
  const name = cut(visible(state.links.name), Math.max(8, columns - width - 3), theme.glyphs.more);
  let line = ` ${sgr('1', name)} `;
  let used = cellWidth(name) + 2;
  for (const mark of marks) {
    const sign = mark.ok ? theme.glyphs.yes : theme.glyphs.no;
    const text = `  ${mark.label} ${sign}${mark.detail === '' ? '' : ` ${mark.detail}`}`;
    if (used + cellWidth(text) > columns) break;
    used += cellWidth(text);
    line += `  ${mark.label} ${paint(theme, mark.ok ? 'good' : 'bad', sign)}${mark.detail === '' ? '' : ` ${paint(theme, mark.detail.includes('zero') ? 'zero' : 'dim', mark.detail)}`}`;
  }
  if (rows === 1) return <Lines lines={[line]} width={columns} />;
  const { text, tone } = focusSentence(session, state);
  const role = tone === 'plain' ? 'dim' : tone;
  const sentence = wrapWords(visible(text), columns - 2, rows - 1).map((part) => {
    return paint(theme, role, ` ${cut(part, columns - 2, theme.glyphs.more)}`);
  });
  while (sentence.length < rows - 1) sentence.push('');
  return <Lines lines={[line, ...sentence]} width={columns} />;
}

/** The text in at most `most` lines; the last one keeps what does not fit, to be cut. */
function wrapWords(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < most - 1 && rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 0 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
