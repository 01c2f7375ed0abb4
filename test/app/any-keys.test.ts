/**
 * Whatever is pressed: nothing is thrown, cursors stay in their lists, and the focus is seen in every pane, as a row or as
 * the place of one. The few sizes and kernels stand for all; the keys are drawn at random.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexView } from '../../src/app/hex-view.ts';
import { hitTable } from '../../src/app/hit-table.ts';
import { bindings } from '../../src/app/keymap.ts';
import { layOut, paneRows } from '../../src/app/layout.ts';
import { paneIds } from '../../src/app/panes/pane-table.ts';
import { focusMarks, focusSentence, paneView, position } from '../../src/app/selectors.ts';
import { textHeight, textLines } from '../../src/app/text-screens.ts';
import { sidePanes } from '../../src/app/why/layout.ts';
import { causesScreen, reportScreen } from '../../src/app/why/selectors.ts';
import { reportHeight } from '../../src/app/why/walk.ts';
import { type Desk, deskOf, kernelNames } from './kernels.ts';

function check(at: Desk, isScrolled: boolean): void {
  const { state, session } = at;
  for (const id of paneIds) {
    const pane = state.panes[id];
    const order = session.orders.order(id, pane.sort, pane.filter);
    expect(pane.cursor).toBeLessThanOrEqual(Math.max(0, order.length - 1));
    expect(pane.cursor).toBeGreaterThanOrEqual(0);
    expect(pane.top).toBeGreaterThanOrEqual(0);
    expect(pane.top).toBeLessThanOrEqual(Math.max(0, order.length - 1));
  }
  // Those that are drawn: the panes beside a report have other sizes than the same panes by themselves.
  const { columns, rows, active } = state;
  const layouts = state.screen === 'why' ? sidePanes(columns, rows) : layOut(columns, rows, active).panes;
  for (const layout of layouts) {
    const { lines } = paneView(session, state, layout);
    expect(lines.length).toBeLessThanOrEqual(paneRows(layout));
    const isEmpty = lines.length > 0 && lines.every(({ kind }) => kind === 'note');
    if (isScrolled || isEmpty) continue;
    const seen = lines.filter(({ kind, linked }) => linked || kind === 'gap');
    expect([layout.pane, seen.length]).toEqual([layout.pane, 1]);
  }
  const lines = hexView(session, state);
  if (state.screen === 'hex') expect(lines.some(({ address }) => address === state.hex.cursor)).toBe(true);
  const text = textLines(state);
  if (text.length > 0) expect(state.scroll).toBeLessThanOrEqual(Math.max(0, text.length - textHeight(state)));
  if (state.screen === 'why') {
    const view = reportScreen(state);
    expect(view.lines.length).toBeLessThanOrEqual(reportHeight(state));
    expect(isScrolled || view.lines.some(({ selected }) => selected)).toBe(true);
  }
  if (state.screen === 'causes') causesScreen(state);
  hitTable(session, state, state.columns - 4);
  focusMarks(session, state);
  focusSentence(session, state);
  position(session, state);
}

const texts = ['tty', '0x10', 'slot:no', 'type:func', 'zzz', '/t.y/', 'tty_write+4', 'raw:zero', 'section:.text'];
const key = fc.constantFrom(
  ...new Set(bindings.flatMap(({ keys, command }) => (['suspend', 'redraw'].includes(command) ? [] : keys))),
);
const step = fc.oneof(
  { weight: 12, arbitrary: key.map((name) => ({ keys: [name] })) },
  { weight: 3, arbitrary: fc.constantFrom(...texts).map((text) => ({ keys: [...text, 'enter'] })) },
  { weight: 1, arbitrary: fc.record({ pane: fc.constantFrom(...paneIds), line: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ pane: fc.constantFrom(...paneIds), wheel: fc.integer({ min: -9, max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ columns: fc.integer({ min: 30, max: 220 }), rows: fc.integer({ min: 5, max: 70 }) }),
  },
);

describe('any keys', () => {
  test.each(kernelNames)('%s', (name) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const at = deskOf(name, 120, 40);
        for (const one of steps) {
          if ('keys' in one) at.press(...one.keys);
          else if ('line' in one) at.do({ type: 'click', pane: one.pane, line: one.line });
          else if ('wheel' in one) at.do({ type: 'scroll', pane: one.pane, by: one.wheel });
          else at.do({ type: 'resize', ...one });
          check(at, 'wheel' in one);
          // The next key after a wheel brings the panes back to the focus only where it moves it.
          if ('wheel' in one) at.do({ type: 'resize', columns: at.state.columns, rows: at.state.rows });
        }
      }),
      {
        numRuns: 60,
        examples: [[[{ keys: ['shift-tab'] }, { keys: ['w'] }, { columns: 149, rows: 16 }, { keys: ['j'] }]]],
      },
    );
  });
});
