/** The mouse: the wheel scrolls what it is over, a click focuses a pane or selects a row, a second click follows. */
import { bytesPerLine, hexLines } from '../src/app/hex-view.ts';
import { contains, frameRows, layOut } from '../src/app/layout.ts';
import type { Store } from '../src/app/store.ts';
import { sidePanes, whyLayout } from '../src/app/why/layout.ts';
import { isLineSelected } from '../src/app/why/reducer.ts';
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
    else onMouse(screens, event);
  });
}

function onMouse(screens: Screens, event: MouseEvent): void {
  const { store } = screens;
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
  if (state.screen === 'why' || state.screen === 'causes') {
    onAnswer(screens, event, wheel);
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

/** The report or the overview: a click selects, a second one opens as Enter does; beside them a click is one in a pane. */
function onAnswer(screens: Screens, event: MouseEvent, wheel: number): void {
  const { store } = screens;
  const state = store.getState();
  const { main } = whyLayout(state.columns, state.rows);
  const { column, row } = event;
  if (contains(main, column, row)) {
    if (wheel !== 0) {
      store.dispatch({ type: 'scroll-answer', by: wheel });
      return;
    }
    const line = row - main.row - (state.screen === 'why' ? 1 : frameRows - 1);
    if (line < 0 || row >= main.row + main.height - 1) return;
    if (isLineSelected(state, line)) screens.press(['enter']);
    else store.dispatch({ type: 'click-line', line });
    return;
  }
  const pane = sidePanes(state.columns, state.rows).find(({ rect }) => contains(rect, column, row));
  if (state.screen !== 'why' || pane === undefined) return;
  if (wheel !== 0) store.dispatch({ type: 'scroll', pane: pane.pane, by: wheel });
  else store.dispatch({ type: 'click', pane: pane.pane, line: row - pane.rect.row - (frameRows - 1) });
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
