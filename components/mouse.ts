/** The mouse: the wheel scrolls what it is over, a click focuses a pane or selects a row, a second click follows. */
import { bytesPerLine, hexLines } from '../src/app/hex-view.ts';
import { contains, frameRows, layOut } from '../src/app/layout.ts';
import type { Store } from '../src/app/store.ts';
import { onCompareMouse } from './compare/compare-mouse.ts';
import { onReplayMouse } from './replay/replay-mouse.ts';
import type { Screens } from './screens.ts';
import type { MouseEvent } from './terminal/mouse.ts';
import type { TerminalEvent } from './terminal/terminal-input.ts';

const wheelRows = 3;

export function attachMouse(
  screens: Screens,
  input: { subscribe(listener: (event: TerminalEvent) => void): () => void },
): () => void {
  const { store, replay, compare } = screens;
  return input.subscribe((event) => {
    if (event.type === 'key') screens.press([event.name]);
    else if (event.type !== 'mouse') return;
    else if (store.getState().screen === 'replay') onReplayMouse(replay, event);
    else if (store.getState().screen === 'compare') onCompareMouse(compare, event);
    else onMouse(store, event);
  });
}

function onMouse(store: Store, event: MouseEvent): void {
  const wheel = event.action === 'wheel-down' ? wheelRows : event.action === 'wheel-up' ? -wheelRows : 0;
  const isClick = event.action === 'press' && event.button === 'left';
  if (wheel === 0 && !isClick) return;
  store.dispatch({ type: 'dismiss' });
  const state = store.getState();
  const layout = layOut(state.columns, state.rows, state.active);
  if (state.prompt?.kind === 'search') {
    if (wheel !== 0) store.dispatch({ type: 'prompt-move', by: wheel });
    else if (contains(layout.body, event.column, event.row))
      clickHit(store, event.row - layout.body.row - searchHeadRows);
    return;
  }
  if (state.screen !== 'browse') {
    if (wheel !== 0) store.dispatch({ type: 'move', by: wheel, unit: 'row' });
    else if (state.screen === 'hex') clickHexLine(store, event.row - layout.body.row - 1);
    return;
  }
  const pane = layout.panes.find((row) => contains(row.rect, event.column, event.row));
  if (pane === undefined || state.prompt?.kind === 'goto') return;
  if (wheel !== 0) {
    if (pane.shape === 'framed') store.dispatch({ type: 'scroll', pane: pane.pane, by: wheel });
    return;
  }
  if (state.prompt !== undefined) store.dispatch({ type: 'prompt-accept' });
  const line = event.row - pane.rect.row - (frameRows - 1);
  if (pane.shape === 'folded' || line < 0) store.dispatch({ type: 'activate', pane: pane.pane });
  else store.dispatch({ type: 'click', pane: pane.pane, line });
}

/** Frame and column heads above the hits. */
const searchHeadRows = 2;

/** A click selects a hit, a click on the selected one goes there. */
function clickHit(store: Store, line: number): void {
  const { prompt, results } = store.getState();
  if (prompt?.kind !== 'search' || line < 0) return;
  const clicked = prompt.top + line;
  if (clicked >= results.hits.length) return;
  if (clicked === prompt.selected) store.dispatch({ type: 'prompt-accept' });
  else store.dispatch({ type: 'prompt-move', by: clicked - prompt.selected });
}

function clickHexLine(store: Store, line: number): void {
  const state = store.getState();
  if (line < 0 || line >= hexLines(state)) return;
  const { hex } = state;
  const by = line - Number((hex.cursor - hex.address) / bytesPerLine(store.session, state));
  if (by === 0) store.dispatch({ type: 'follow' });
  else store.dispatch({ type: 'move', by, unit: 'row' });
}
