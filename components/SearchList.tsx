/** The hits of the search, as one types. */
import type { ReactElement } from 'react';
import { hitTable } from '../src/app/hit-table.ts';
import type { Rect } from '../src/app/layout.ts';
import { searchNote, searchTally } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { fitColumns, span } from '../src/format/cells.ts';
import { Lines } from './Lines.tsx';
import { headCells, paintFrame, paintTableLine } from './paint.ts';
import type { Theme } from './theme.ts';

export interface SearchListProps {
  readonly session: Session;
  readonly state: AppState;
  readonly body: Rect;
  readonly theme: Theme;
}

export function SearchList({ session, state, body, theme }: SearchListProps): ReactElement {
  const inner = body.width - 2;
  const { columns, lines: hits } = hitTable(session, state, inner - 2);
  const lines = hits.map(({ cells, selected }) =>
    paintTableLine(theme, columns, cells, inner, selected ? 'selected' : 'plain'),
  );
  const note = searchNote(session, state);
  if (note !== undefined) {
    const whole = fitColumns([{ id: 'note', title: '', width: 'rest', dropOrder: 0 }], inner - 2);
    lines.push(paintTableLine(theme, whole, [span(note, 'note')], inner, 'plain'));
  } else {
    lines.unshift(paintTableLine(theme, columns, headCells(columns), inner, 'plain'));
  }
  const tally = searchTally(state);
  return <Lines lines={paintFrame(theme, 'Search', tally, lines, body.width, body.height)} width={body.width} />;
}
