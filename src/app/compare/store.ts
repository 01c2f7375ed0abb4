/** The comparison's own cell of state, beside that of the panes: it stays while one walks through them. */
import { createListeners } from '../listeners.ts';
import type { CompareAction } from './actions.ts';
import type { CompareSession } from './opening.ts';
import { reduceCompare } from './reducer.ts';
import { type CompareState, initialCompare } from './state.ts';

export interface CompareStore {
  readonly session: CompareSession;
  getState(): CompareState;
  dispatch(action: CompareAction): void;
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

export function createCompareStore(session: CompareSession, columns: number, rows: number): CompareStore {
  let state = initialCompare(columns, rows);
  const listeners = createListeners();
  const dispatch = (action: CompareAction): void => {
    const next = reduceCompare(state, action);
    if (next !== state) {
      state = next;
      listeners.tell();
    }
    if (action.type === 'enter' && action.path !== undefined) session.open(action.path);
  };
  const unsubscribe = session.subscribe(() => dispatch({ type: 'opening', opening: session.state }));
  return {
    session,
    getState: () => state,
    dispatch,
    subscribe: listeners.subscribe,
    dispose() {
      unsubscribe();
      session.dispose();
    },
  };
}
