/** The replay's own cell of state, beside that of the panes: it lives while the program does, and so does its console. */
import { createListeners } from '../listeners.ts';
import type { ReplayAction } from './actions.ts';
import type { ReplaySession } from './reading.ts';
import { type ReplayContext, reduceReplay } from './reducer.ts';
import { initialReplay, type ReplayState } from './state.ts';

export interface ReplayStore {
  readonly context: ReplayContext;
  getState(): ReplayState;
  dispatch(action: ReplayAction): void;
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

/** @param session the reading, which begins when the replay is opened for the first time, or before */
export function createReplayStore(
  context: ReplayContext,
  session: ReplaySession,
  columns: number,
  rows: number,
): ReplayStore {
  let state = initialReplay(columns, rows, session.state);
  const listeners = createListeners();
  const dispatch = (action: ReplayAction): void => {
    if (action.type === 'open') session.start();
    const next = reduceReplay(context, state, action);
    if (next === state) return;
    state = next;
    listeners.tell();
  };
  const unsubscribe = session.subscribe(() => dispatch({ type: 'reading', reading: session.state }));
  return {
    context,
    getState: () => state,
    dispatch,
    subscribe: listeners.subscribe,
    dispose() {
      unsubscribe();
      session.dispose();
    },
  };
}
