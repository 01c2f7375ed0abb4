/** The one mutable cell: holds the state, runs the reducer, tells who listens. Shaped for React's useSyncExternalStore. */

import { ParseError } from '../errors.ts';
import { visibleText } from '../format/visible.ts';
import type { Action } from './actions.ts';
import { createListeners } from './listeners.ts';
import { initialState, reduce } from './reducer.ts';
import type { Session } from './session.ts';
import type { AppState } from './state.ts';
import { say } from './walk.ts';

export interface Store {
  readonly session: Session;
  getState(): AppState;
  dispatch(action: Action): void;
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore(session: Session, columns: number, rows: number): Store {
  let state = initialState(session, columns, rows);
  const listeners = createListeners();
  return {
    session,
    getState: () => state,
    dispatch(action) {
      const next = reduceSafely(session, state, action);
      if (next === state) return;
      state = next;
      listeners.tell();
    },
    subscribe: listeners.subscribe,
  };
}

/** A row that is read only now may be gone: the file has changed since it was opened, or its device fails. */
function reduceSafely(session: Session, state: AppState, action: Action): AppState {
  try {
    return reduce(session, state, action);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { columns, rows } = action.type === 'resize' ? action : state;
    return say({ ...state, columns, rows }, visibleText(error.message));
  }
}
