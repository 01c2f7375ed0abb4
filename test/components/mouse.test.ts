/** The mouse: what is under it is what was drawn there. */
import { describe, expect, test } from 'vitest';
import { attachMouse } from '../../components/mouse.ts';
import type { MouseEvent } from '../../components/terminal/mouse.ts';
import type { TerminalEvent } from '../../components/terminal/terminal-input.ts';
import { layOut } from '../../src/app/layout.ts';
import { type PaneId, paneIds } from '../../src/app/panes/pane-table.ts';
import { startSearch } from '../../src/app/search-session.ts';
import { paneView } from '../../src/app/selectors.ts';
import { causeRows } from '../../src/app/why/causes.ts';
import { sidePanes } from '../../src/app/why/layout.ts';
import { reportScreen } from '../../src/app/why/selectors.ts';
import { cellText } from '../../src/format/cells.ts';
import { type Desk, deskOf } from '../app/kernels.ts';
import { causesOf, rowHere, whyOf } from '../app/why-desk.ts';
import { eventually } from '../helpers/patience.ts';
import { screensOf } from './desk-screens.ts';

/** A desk with a mouse. */
function mouseOn(at: Desk) {
  const listeners: ((event: TerminalEvent) => void)[] = [];
  attachMouse(screensOf(at), {
    subscribe(listener) {
      listeners.push(listener);
      return () => {};
    },
  });
  const send = (event: TerminalEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const mouse = (action: MouseEvent['action'], column: number, row: number, button: MouseEvent['button'] = 'left') =>
    send({ type: 'mouse', action, button, column, row, shift: false, alt: false, ctrl: false });
  return {
    at,
    send,
    click: (column: number, row: number) => mouse('press', column, row),
    wheel: (by: number, column: number, row: number) => mouse(by > 0 ? 'wheel-down' : 'wheel-up', column, row, 'none'),
    mouse,
  };
}

const rectOf = (at: Desk, id: PaneId) => {
  const layout = layOut(at.state.columns, at.state.rows, at.state.active).panes.find(({ pane }) => pane === id);
  if (layout === undefined) throw new Error(`${id} is not on the screen`);
  return layout;
};

describe('a click', () => {
  test.each([
    [200, 60],
    [120, 40],
    [80, 24],
    [60, 15],
  ])('at %d×%d selects the row that is drawn there', (columns, rows) => {
    const { at, click } = mouseOn(deskOf('sample', columns, rows).press('1').goTo('tty_write'));
    const { rect } = rectOf(at, 'symbols');
    const view = paneView(at.session, at.state, rectOf(at, 'symbols'));
    const line = 1;
    click(rect.column + 10, rect.row + 2 + line);
    expect(at.state.links.name).toBe(cellText(view.lines[line]!.cells[2]!));
    expect(at.pane('symbols').lines.filter(({ linked }) => linked)).toHaveLength(1);
  });

  test('below a gap too', () => {
    const { at, click } = mouseOn(deskOf('sample', 120, 40).press('4').goTo('tty_write'));
    const view = paneView(at.session, at.state, rectOf(at, 'btf'));
    const gap = view.lines.findIndex(({ kind }) => kind === 'gap');
    const { rect } = rectOf(at, 'btf');
    click(rect.column + 5, rect.row + 2 + gap + 1);
    expect(at.state.links.name).toBe('tty_write_message');
    // And the gap itself is no row.
    at.goTo('tty_write');
    const next = paneView(at.session, at.state, rectOf(at, 'btf')).lines.findIndex(({ kind }) => kind === 'gap');
    click(rect.column + 5, rect.row + 2 + next);
    expect(at.state.links.name).toBe('tty_write');
  });

  test('on another pane makes it the active one; on a folded one opens it', () => {
    const { at, click } = mouseOn(deskOf('sample', 80, 24).press('1').goTo('tty_write'));
    for (const id of paneIds) {
      const { rect } = rectOf(at, id);
      click(rect.column + 3, rect.row);
      expect(at.state.active).toBe(id);
    }
    expect(at.state.links.name).toBe('tty_write');
  });

  test('on the selected row follows it', () => {
    const { at, click } = mouseOn(deskOf('sample', 120, 40).press('1').goTo('tty_write'));
    const view = paneView(at.session, at.state, rectOf(at, 'symbols'));
    const { rect } = rectOf(at, 'symbols');
    click(rect.column + 5, rect.row + 2 + view.lines.findIndex(({ linked }) => linked));
    expect(at.state.active).toBe('mcount');
    expect(at.press('-').state.active).toBe('symbols');
  });

  test('below the last row, on the header or the keys does nothing to the focus', () => {
    const { at, click } = mouseOn(deskOf('module', 120, 60).press('2'));
    const { links } = at.state;
    const { rect } = rectOf(at, 'mcount');
    click(rect.column + 3, rect.row + rect.height - 2);
    click(0, 0);
    click(5, 59);
    expect(at.state.links).toBe(links);
  });

  test('with another button does nothing', () => {
    const { at, mouse } = mouseOn(deskOf('sample', 120, 40));
    const { state } = at;
    for (const action of ['release', 'drag', 'move'] as const) mouse(action, 70, 10);
    mouse('press', 70, 10, 'right');
    expect(at.state).toBe(state);
  });

  test('in the hits selects, and goes there on the selected one', async () => {
    const { at, click } = mouseOn(deskOf('sample', 80, 24));
    const search = startSearch(at.store, undefined);
    at.press('/').type('tty_wr');
    await eventually(() => expect(at.state.results).toMatchObject({ text: 'tty_wr', complete: true }));
    click(10, 1 + 2 + 3);
    expect(at.state.prompt).toMatchObject({ selected: 3 });
    const name = at.state.results.hits[3]?.name;
    click(10, 1 + 1);
    expect(at.state.prompt).toMatchObject({ selected: 3 });
    click(10, 1 + 2 + 3);
    expect(at.state.links.name).toBe(name);
    search.dispose();
  });

  test('in the hex view moves the cursor there, and follows the word that it is on', () => {
    const { at, click } = mouseOn(deskOf('sample', 80, 24).goTo('tty_write').press('2', 'x'));
    const start = at.state.hex.cursor;
    click(20, 2 + 4);
    expect(at.state.hex.cursor).toBe(start + 32n);
    click(20, 2 + 4);
    expect(at.state.screen).toBe('hex');
    expect(at.state.hex.cursor).not.toBe(start + 32n);
  });
});

describe('the wheel', () => {
  test('scrolls the pane that it is over, and not the focus', () => {
    const { at, wheel } = mouseOn(deskOf('sample', 120, 40).press('1').goTo('tty_write'));
    const { links } = at.state;
    const { rect } = rectOf(at, 'mcount');
    const { top } = at.state.panes.mcount;
    wheel(1, rect.column + 3, rect.row + 5);
    expect(at.state.panes.mcount.top).toBe(top + 3);
    wheel(-1, rect.column + 3, rect.row + 5);
    expect(at.state.panes.mcount.top).toBe(top);
    expect(at.state.links).toBe(links);
    for (let i = 0; i < 200; i++) wheel(1, rect.column + 3, rect.row + 5);
    const shown = at.pane('mcount').lines;
    expect(cellText(shown.at(-1)!.cells[5]!)).toBe('163');
    for (let i = 0; i < 200; i++) wheel(-1, rect.column + 3, rect.row + 5);
    expect(at.state.panes.mcount.top).toBe(0);
    // A key goes on from the focus and brings it back.
    at.press('2', 'j');
    expect(at.pane('mcount').lines.filter(({ linked }) => linked)).toHaveLength(1);
  });

  test('scrolls the help, the facts and the bytes, and walks the hits', async () => {
    const { at, wheel } = mouseOn(deskOf('sample', 80, 24));
    wheel(1, 10, 10);
    at.press('?');
    wheel(1, 10, 10);
    expect(at.state.scroll).toBe(3);
    at.press('escape', '2', 'x');
    const { cursor } = at.state.hex;
    wheel(1, 10, 10);
    expect(at.state.hex.cursor).toBe(cursor + 24n);
    at.press('escape', '/');
    const search = startSearch(at.store, undefined);
    at.type('tty');
    await eventually(() => expect(at.state.results).toMatchObject({ text: 'tty', complete: true }));
    wheel(1, 10, 10);
    expect(at.state.prompt).toMatchObject({ selected: 3 });
    search.dispose();
  });

  test('takes the message away, as a key does', () => {
    const { at, wheel } = mouseOn(deskOf('sample', 80, 24).press('+'));
    expect(at.message).not.toBe('');
    wheel(1, 10, 10);
    expect(at.message).toBe('');
  });
});

test('keys that come as events are keys', () => {
  const { at, send } = mouseOn(deskOf('sample'));
  send({ type: 'key', name: 'f1' });
  expect(at.state.screen).toBe('help');
});

describe('on an answer', () => {
  test('a click selects the fact under it, a second one goes to where it was read', async () => {
    const { at, click, wheel } = mouseOn(await whyOf('tty_write', 80, 24));
    const line = reportScreen(at.state).lines.findIndex(({ parts }) => parts[0]?.text.startsWith('mcount slot'));
    click(20, 2 + line + 1);
    expect(rowHere(at)).toMatch(/^mcount slot/);
    wheel(1, 20, 10);
    expect(at.state.why.top).toBe(3);
    expect(at.state.why.cursor).toBeGreaterThan(0);
    click(20, 2 + line - 3);
    expect(at.state).toMatchObject({ screen: 'browse', active: 'mcount' });
  });

  test('a click on a head or on the frame does nothing', async () => {
    const { at, click } = mouseOn(await whyOf('tty_write', 80, 24));
    const before = at.state;
    click(20, 1);
    click(20, 2);
    click(20, 22);
    expect(at.state).toBe(before);
  });

  test('beside the report a click is one in the pane that is drawn there', async () => {
    const { at, click, wheel } = mouseOn(await whyOf('tty_write', 200, 60));
    const layout = sidePanes(200, 60).find(({ pane }) => pane === 'symbols');
    if (layout === undefined) throw new Error('no pane beside');
    const view = paneView(at.session, at.state, layout);
    const row = view.lines.findIndex(({ linked }) => linked) - 1;
    wheel(1, layout.rect.column + 5, layout.rect.row + 3);
    wheel(-1, layout.rect.column + 5, layout.rect.row + 3);
    expect(at.state.screen).toBe('why');
    click(layout.rect.column + 5, layout.rect.row + 2 + row);
    expect(at.state).toMatchObject({ screen: 'browse', active: 'symbols' });
    expect(at.state.links.name).toBe(cellText(view.lines[row]!.cells[2]!));
  });

  test('in the overview it selects a cause, then opens it; the wheel scrolls the functions', async () => {
    const { at, click, wheel } = mouseOn(await causesOf(80, 24));
    click(20, 3 + 6);
    expect(at.state.causes.cursor).toBe(6);
    click(20, 3 + 15);
    expect(at.state.causes.cursor).toBe(6);
    click(20, 3 + 6);
    expect(at.state.causes.list).toBeDefined();
    at.press('escape', 'g');
    while (causeRows(at.state.causes.census)[at.state.causes.cursor]?.cause !== 'zero-region') at.press('j');
    at.press('enter');
    wheel(1, 20, 10);
    expect(at.state.causes.list).toMatchObject({ top: 3, cursor: 0 });
    click(20, 3);
    expect(at.state.causes.list?.cursor).toBe(3);
  });
});
