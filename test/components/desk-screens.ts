/** The screens around the state of a desk, with a replay that nobody has opened. */
import { createScreens, type Screens } from '../../components/screens.ts';
import { createCompareSession } from '../../src/app/compare/opening.ts';
import { createCompareStore } from '../../src/app/compare/store.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { createReplayStore } from '../../src/app/replay/store.ts';
import type { Desk } from '../app/kernels.ts';

export function screensOf({ store, session, state, terminal }: Desk): Screens {
  const { kernel, linker } = session;
  const reading = createReplaySession(kernel, { file: 'vmlinux' });
  const replay = createReplayStore({ kernel, linker }, reading, state.columns, state.rows);
  const compare = createCompareStore(createCompareSession(kernel, { file: 'vmlinux' }), state.columns, state.rows);
  return createScreens(store, replay, compare, terminal);
}
