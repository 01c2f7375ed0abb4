/** The first line: what is open, and the two facts that matter most. */
import type { ReactElement } from 'react';
import { Lines } from './Lines.tsx';
import { cellWidth, cut, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

export interface HeaderProps {
  readonly file: string;
  readonly facts: readonly string[];
  readonly columns: number;
  readonly theme: Theme;
}

export function Header({ file, facts, columns, theme }: HeaderProps): ReactElement {
  const name = ' kinspect ';
  const room = columns - cellWidth(name);
  const dot = ` ${theme.glyphs.dot} `;
  // On a narrow screen the folders of the path go first: what is wrong with the kernel must be seen.
  const long = ` ${file}   ${facts.join(dot)}`;
  const text = cellWidth(long) <= room ? long : ` ${file.replace(/^.*\//, '')}${dot}${facts.join(dot)}`;
  const rest = cut(text, room, theme.glyphs.more);
  return <Lines lines={[sgr('1;7', name) + rest]} width={columns} />;
}
