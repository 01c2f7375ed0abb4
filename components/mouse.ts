/** The mouse: the wheel scrolls what it is over, a click focuses a pane or selects a row, a second click follows. */
import { pressKey, type TerminalControl } from '../src/app/commands.ts';
import { contains, frameRows, layOut } from '../src/app/layout.ts';
import type { Store } from '../src/app/store.ts';
import type { MouseEvent } from './terminal/mouse.ts';
import type { TerminalEvent } from './terminal/terminal-input.ts';

const wheelRows = 3;

export function attachMouse(
  store: Store,
  terminal: TerminalControl,
  input: { subscribe(listener: (event: TerminalEvent) => void): () => void },
): () => void {
  return input.subscribe((event) => {
    if (event.type === 'mouse') onMouse(store, event);
    else if (event.type === 'key') pressKey(store, terminal, event.name);
  });
}

function onMouse(store: Store, event: MouseEvent): void {
  const state = store.getState();
  const wheel = event.action === 'wheel-down' ? wheelRows : event.action === 'wheel-up' ? -wheelRows : 0;
  const layout = layOut(state.columns, state.rows, state.active);
  if (state.prompt !== undefined) {
    if (wheel !== 0) store.dispatch({ type: 'prompt-move', by: wheel });
    else if (
      event.action === 'press' &&
      state.prompt.kind === 'search' &&
      contains(layout.body, event.column, event.row)
    ) {
      const clicked = state.prompt.top + event.row - layout.body.row - 1;
      store.dispatch({ type: 'prompt-move', by: clicked - state.prompt.selected });
      if (clicked === state.prompt.selected) store.dispatch({ type: 'prompt-accept' });
    }
    return;
  }
  if (state.screen !== 'browse') {
    if (wheel !== 0) store.dispatch({ type: 'move', by: wheel, unit: 'row' });
    return;
  }
  const pane = layout.panes.find((row) => contains(row.rect, event.column, event.row));
  if (pane === undefined) return;
  if (wheel !== 0 && pane.shape === 'framed') store.dispatch({ type: 'scroll', pane: pane.pane, by: wheel });
  if (event.action !== 'press' || event.button !== 'left') return;
  const line = event.row - pane.rect.row - (frameRows - 1);
  if (pane.shape === 'folded' || line < 0) store.dispatch({ type: 'activate', pane: pane.pane });
  else store.dispatch({ type: 'click', pane: pane.pane, line });
}
