/** The first line: what is open, and the facts that matter most. */
import type { ReactElement } from 'react';
import { type HeaderFacts, headerText } from '../src/app/header-facts.ts';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

export interface HeaderProps {
  readonly file: string;
  readonly facts: HeaderFacts;
  readonly columns: number;
  readonly theme: Theme;
}

export function Header({ file, facts, columns, theme }: HeaderProps): ReactElement {
  const name = ' kinspect ';
  const room = columns - cellWidth(name) - 1;
  const text = headerText(file, facts, (row) => cellWidth(row) <= room, theme.glyphs.dot);
  return <Lines lines={[`${sgr('1;7', name)} ${cut(theme, text, room)}`]} width={columns} />;
}
