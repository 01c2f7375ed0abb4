/** The mouse on the replay: the wheel scrolls, a click goes to a function or a moment, or sets a breakpoint on a line. */
import { contains } from '../../src/app/layout.ts';
import { innerRows, layOutReplay, timelineBar } from '../../src/app/replay/layout.ts';
import { situationIn } from '../../src/app/replay/reducer.ts';
import { decisionLines } from '../../src/app/replay/selectors.ts';
import type { ReplayStore } from '../../src/app/replay/store.ts';
import type { MouseEvent } from '../terminal/mouse.ts';
import { decisionTop } from './replay-lines.ts';

const wheelRows = 3;

export function onReplayMouse(store: ReplayStore, event: MouseEvent): void {
  const state = store.getState();
  const situation = situationIn(state);
  if (situation === undefined) return;
  const layout = layOutReplay(state.columns, state.rows, state.panel);
  const box = layout.boxes.find(({ rect }) => contains(rect, event.column, event.row));
  const wheel = event.action === 'wheel-down' ? wheelRows : event.action === 'wheel-up' ? -wheelRows : 0;
  if (wheel !== 0) {
    if (box?.id === 'console') store.dispatch({ type: 'scroll-console', by: -wheel, unit: 'row' });
    else if (box?.id === 'functions') store.dispatch({ type: 'scroll-list', by: wheel });
    else store.dispatch({ type: 'move', by: Math.sign(wheel), unit: 'row' });
    return;
  }
  if (event.action !== 'press' || event.button !== 'left') return;
  const bar = timelineBar(layout);
  if (contains(bar, event.column, event.row)) {
    const share = (event.column - bar.column) / Math.max(1, bar.width - 1);
    store.dispatch({ type: 'go-to-share', share });
    return;
  }
  if (box === undefined) return;
  const row = event.row - box.rect.row - 1;
  if (row < 0 || row >= innerRows(box)) return;
  switch (box.id) {
    case 'functions': {
      const entry = state.top + row;
      if (entry < situation.world.replay.entries.count) store.dispatch({ type: 'go-to-entry', entry });
      return;
    }
    case 'decisions': {
      const line = decisionLines(situation)[decisionTop(situation, innerRows(box)) + row]?.line;
      if (line !== undefined) store.dispatch({ type: 'toggle-breakpoint', line });
      return;
    }
    case 'console':
      if (state.mode === 'keys') store.dispatch({ type: 'open-console', text: '' });
      return;
    default:
      return;
  }
}
