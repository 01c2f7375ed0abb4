/** The overview of causes, and the functions of one; on a wide screen the facts, or the report on the function, beside. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { AppState } from '../../src/app/state.ts';
import { factLines } from '../../src/app/text-screens.ts';
import { describedLines } from '../../src/app/why/layout.ts';
import { causesScreen, describedRow, screenLayout, sideReport } from '../../src/app/why/selectors.ts';
import { fitColumns, span } from '../../src/format/cells.ts';
import { onScreen } from '../../src/format/on-screen.ts';
import { wrapWords } from '../../src/format/wrap.ts';
import { Lines } from '../Lines.tsx';
import { cut, headCells, pad, paint, paintFrame, paintTableLine } from '../paint.ts';
import { paintTextLine } from '../TextScreen.tsx';
import type { Theme } from '../theme.ts';
import { paintReportLine } from './paint-report.ts';

export interface CausesScreenProps {
  readonly state: AppState;
  readonly theme: Theme;
}

export function CausesScreen({ state, theme }: CausesScreenProps): ReactElement {
  const { main, side } = screenLayout(state);
  const inner = main.width - 2;
  const screen = causesScreen(state);
  const columns = fitColumns(screen.columns, inner - 2);
  const note = fitColumns([{ id: 'note', title: '', width: 'rest', dropOrder: 0 }], inner - 2);
  const lines =
    screen.note === undefined
      ? [
          paintTableLine(theme, columns, headCells(columns), inner, 'plain'),
          ...screen.lines.map(({ cells, selected }) =>
            paintTableLine(theme, columns, cells, inner, selected ? 'selected' : 'plain'),
          ),
        ]
      : [paintTableLine(theme, note, [span(screen.note, 'note')], inner, 'plain')];
  const room = describedLines({ main, side });
  if (room > 0 && screen.note === undefined) {
    while (lines.length < main.height - 2 - room + 1) lines.push(' '.repeat(inner));
    for (const text of wrapWords(describedRow(state), inner - 3, room - 1)) {
      lines.push(paint(theme, 'note', pad(`  ${cut(theme, text, inner - 3)}`, inner)));
    }
  }
  const table = (
    <Lines lines={paintFrame(theme, screen.title, screen.tally, lines, main.width, main.height)} width={main.width} />
  );
  if (side === undefined) return table;
  return (
    <Box flexShrink={0}>
      {table}
      <Lines lines={besideLines(state, theme, side.width, side.height)} width={side.width} />
    </Box>
  );
}

function besideLines(state: AppState, theme: Theme, width: number, height: number): string[] {
  const inner = width - 2;
  const report = sideReport(state, inner - 3);
  if (report !== undefined) {
    const name = state.causes.census?.name(report.position) ?? '';
    const lines = report.view.lines
      .slice(0, height - 2)
      .map(({ parts }) => paintReportLine(theme, { parts, selected: false, first: false }, inner));
    return paintFrame(theme, `Why ${onScreen(name)}`, '', lines, width, height, 'passive');
  }
  const facts = factLines(state, inner).map((line) => paintTextLine(theme, line));
  return paintFrame(theme, 'Facts on the kernel', '', facts.slice(0, height - 2), width, height, 'passive');
}
