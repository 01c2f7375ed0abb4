/** The four panes: a grid on a wide screen, one open and three folded on a narrow one. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Layout } from '../src/app/layout.ts';
import { paneView } from '../src/app/selectors.ts';
import type { Session } from '../src/app/session.ts';
import type { AppState } from '../src/app/state.ts';
import { Lines } from './Lines.tsx';
import { paintPane } from './paint.ts';
import type { Theme } from './theme.ts';

export interface BrowseProps {
  readonly session: Session;
  readonly state: AppState;
  readonly layout: Layout;
  readonly theme: Theme;
}

export function Browse({ session, state, layout, theme }: BrowseProps): ReactElement {
  const panes = layout.panes.map((pane) => ({ ...pane, lines: paintPane(theme, paneView(session, state, pane)) }));
  if (layout.kind !== 'wide') {
    return <Lines lines={panes.flatMap((pane) => pane.lines)} width={layout.columns} />;
  }
  const rows = [panes.slice(0, 2), panes.slice(2)];
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map((row) => (
        <Box key={row[0]?.pane} flexShrink={0}>
          {row.map((pane) => (
            <Lines key={pane.pane} lines={pane.lines} width={pane.rect.width} />
          ))}
        </Box>
      ))}
    </Box>
  );
}
