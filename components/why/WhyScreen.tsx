/** The report on one function; on a wide screen the four panes beside it, at the function. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { paneView } from '../../src/app/selectors.ts';
import type { Session } from '../../src/app/session.ts';
import type { AppState } from '../../src/app/state.ts';
import { sidePanes } from '../../src/app/why/layout.ts';
import { reportScreen, screenLayout } from '../../src/app/why/selectors.ts';
import { Lines } from '../Lines.tsx';
import { paintFrame, paintPane } from '../paint.ts';
import type { Theme } from '../theme.ts';
import { paintReportLine } from './paint-report.ts';

export interface WhyScreenProps {
  readonly session: Session;
  readonly state: AppState;
  readonly theme: Theme;
}

export function WhyScreen({ session, state, theme }: WhyScreenProps): ReactElement {
  const { main, side } = screenLayout(state);
  const { title, tally, lines } = reportScreen(state);
  const painted = lines.map((line) => paintReportLine(theme, line, main.width - 2));
  const report = <Lines lines={paintFrame(theme, title, tally, painted, main.width, main.height)} width={main.width} />;
  if (side === undefined) return report;
  const panes = sidePanes(state.columns, state.rows).flatMap((layout) =>
    // Keys go to the report: none of the panes is the active one.
    paintPane(theme, { ...paneView(session, state, layout), active: false }),
  );
  return (
    <Box flexShrink={0}>
      {report}
      <Lines lines={panes} width={side.width} />
    </Box>
  );
}
