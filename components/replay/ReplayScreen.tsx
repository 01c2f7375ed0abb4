/** The replay: draws its state. Keys come through pressReplayKeys, the mouse through replay-mouse.ts. */
import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import { boxOf, layOutReplay } from '../../src/app/replay/layout.ts';
import { worldsOf } from '../../src/app/replay/reducer.ts';
import type { ReplayState } from '../../src/app/replay/state.ts';
import type { ReplayStore } from '../../src/app/replay/store.ts';
import { Lines } from '../Lines.tsx';
import { PromptLine } from '../PromptLine.tsx';
import { sgr } from '../paint.ts';
import type { Theme } from '../theme.ts';
import { consolePrompt, replayLines } from './replay-lines.ts';

export interface ReplayScreenProps {
  readonly store: ReplayStore;
  readonly theme: Theme;
  readonly file: string;
}

export function ReplayScreen({ store, theme, file }: ReplayScreenProps): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const lines = replayLines(store.context, state, theme, file);
  const { columns } = state;
  const row = promptRow(state);
  if (row === undefined) return <Lines lines={lines} width={columns} />;
  const side = sgr(theme.activeBorder, theme.glyphs.vertical);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={lines.slice(0, row)} width={columns} />
      <Box flexShrink={0}>
        <Lines lines={[`${side} `]} width={2} />
        <PromptLine sign={consolePrompt} line={state.input} hint="" columns={columns - 3} theme={theme} />
        <Lines lines={[side]} width={1} />
      </Box>
      <Lines lines={lines.slice(row + 1)} width={columns} />
    </Box>
  );
}

/** The row of the console that is typed into: the last inside its frame. */
function promptRow(state: ReplayState): number | undefined {
  if (state.mode !== 'console' || worldsOf(state) === undefined) return undefined;
  const box = boxOf(layOutReplay(state.columns, state.rows, state.panel), 'console');
  return box === undefined ? undefined : box.rect.row + box.rect.height - 2;
}
