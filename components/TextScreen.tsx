/** A frame of lines to read and scroll: the help and the facts. */
import type { ReactElement } from 'react';
import type { Rect } from '../src/app/layout.ts';
import type { TextLine } from '../src/app/text-screens.ts';
import { Lines } from './Lines.tsx';
import { cut, pad, paint, paintFrame } from './paint.ts';
import type { Theme } from './theme.ts';

export interface TextScreenProps {
  readonly title: string;
  readonly lines: readonly TextLine[];
  /** First line that is shown. */
  readonly scroll: number;
  readonly body: Rect;
  readonly theme: Theme;
}

/** A line in the widths of its parts. */
export const paintTextLine = (theme: Theme, line: TextLine): string =>
  line.map(({ text, role, width }) => paint(theme, role, pad(cut(theme, text, width), width))).join('');

export function TextScreen({ title, lines, scroll, body, theme }: TextScreenProps): ReactElement {
  const height = body.height - 2;
  const shown = lines.slice(scroll, scroll + height);
  const tally = lines.length > height ? `lines ${scroll + 1} to ${scroll + shown.length} of ${lines.length}` : '';
  const painted = shown.map((line) => paintTextLine(theme, line));
  return <Lines lines={paintFrame(theme, title, tally, painted, body.width, body.height)} width={body.width} />;
}
