/** The mouse on the comparison: the wheel scrolls, a click selects a function, a second click opens it. */
import { compareBody, compareLines } from '../../src/app/compare/layout.ts';
import type { CompareStore } from '../../src/app/compare/store.ts';
import type { MouseEvent } from '../terminal/mouse.ts';

const wheelRows = 3;

export function onCompareMouse(store: CompareStore, event: MouseEvent): void {
  const wheel = event.action === 'wheel-down' ? wheelRows : event.action === 'wheel-up' ? -wheelRows : 0;
  if (wheel !== 0) {
    store.dispatch({ type: 'move', by: wheel, unit: 'row' });
    return;
  }
  if (event.action !== 'press' || event.button !== 'left') return;
  const state = store.getState();
  const row = event.row - compareBody(state.columns, state.rows).row - 1;
  if (state.detail !== undefined || row < 0 || row >= compareLines(state.rows)) return;
  if (state.top + row >= state.shown.length) return;
  if (state.top + row !== state.cursor) store.dispatch({ type: 'click', row });
  else {
    store.dispatch({ type: 'open-detail' });
    store.session.readVerdicts();
  }
}
