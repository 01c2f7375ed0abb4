/** A frame of lines to read and scroll: the help and the facts. */
import type { ReactElement } from 'react';
import type { Rect } from '../src/app/layout.ts';
import { Lines } from './Lines.tsx';
import { paintFrame } from './paint.ts';
import type { Theme } from './theme.ts';

export interface TextScreenProps {
  readonly title: string;
  /** Painted lines of exactly `body.width - 2` cells. */
  readonly lines: readonly string[];
  readonly scroll: number;
  readonly body: Rect;
  readonly theme: Theme;
}

export function TextScreen({ title, lines, scroll, body, theme }: TextScreenProps): ReactElement {
  const height = body.height - 2;
  const top = Math.max(0, Math.min(scroll, lines.length - height));
  const last = Math.min(lines.length, top + height);
  const tally = lines.length > height ? `lines ${top + 1} to ${last} of ${lines.length}` : '';
  return (
    <Lines
      lines={paintFrame(theme, title, tally, lines.slice(top, last), body.width, body.height)}
      width={body.width}
    />
  );
}
