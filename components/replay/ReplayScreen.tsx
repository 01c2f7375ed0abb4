/** The replay: draws its state. Keys come through pressReplayKeys, the mouse through replay-mouse.ts. */
import type { ReactElement } from 'react';
import { useSyncExternalStore } from 'react';
import type { ReplayStore } from '../../src/app/replay/store.ts';
import { Lines } from '../Lines.tsx';
import type { Theme } from '../theme.ts';
import { replayLines } from './replay-lines.ts';

export interface ReplayScreenProps {
  readonly store: ReplayStore;
  readonly theme: Theme;
  readonly file: string;
}

export function ReplayScreen({ store, theme, file }: ReplayScreenProps): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  return <Lines lines={replayLines(store.context, state, theme, file)} width={state.columns} />;
}
