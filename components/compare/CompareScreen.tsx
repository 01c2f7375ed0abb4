/** The comparison: draws its state. Keys come through pressCompareKeys, the mouse through compare-mouse.ts. */
import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import { promptHint, promptSign } from '../../src/app/compare/selectors.ts';
import type { CompareStore } from '../../src/app/compare/store.ts';
import { Lines } from '../Lines.tsx';
import { PromptLine } from '../PromptLine.tsx';
import type { Theme } from '../theme.ts';
import { compareLines } from './compare-lines.ts';

export interface CompareScreenProps {
  readonly store: CompareStore;
  readonly theme: Theme;
  readonly file: string;
}

export function CompareScreen({ store, theme, file }: CompareScreenProps): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const lines = compareLines(state, theme, file);
  const { columns, prompt } = state;
  if (prompt === undefined) return <Lines lines={lines} width={columns} />;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={lines.slice(0, -2)} width={columns} />
      <PromptLine sign={promptSign(prompt)} line={prompt} hint={promptHint(prompt)} columns={columns} theme={theme} />
      <Lines lines={lines.slice(-1)} width={columns} />
    </Box>
  );
}
