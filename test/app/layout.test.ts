/** Where everything is, at every size; and what the panes do when the size changes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layOut, type Rect } from '../../src/app/layout.ts';
import { paneIds } from '../../src/app/panes/pane-table.ts';
import { centre, clampTop, scrollTo } from '../../src/app/viewport.ts';
import { deskOf } from './kernels.ts';

const cellsOf = ({ column, row, width, height }: Rect): string[] =>
  Array.from({ length: width * height }, (_, i) => `${column + (i % width)},${row + Math.floor(i / width)}`);

describe('layouts', () => {
  test.each([
    [200, 60, 'wide', 4],
    [120, 40, 'wide', 4],
    [120, 26, 'narrow', 4],
    [100, 30, 'narrow', 4],
    [80, 24, 'narrow', 4],
    [60, 15, 'small', 1],
    [40, 10, 'small', 1],
    [39, 9, 'tiny', 0],
    [40, 9, 'tiny', 0],
    [39, 10, 'tiny', 0],
  ])('%d×%d is %s, with %d panes', (columns, rows, kind, panes) => {
    const layout = layOut(columns, rows, 'symbols');
    expect(layout.kind).toBe(kind);
    expect(layout.panes).toHaveLength(panes);
  });

  test('the panes tile the body: no cell is left out and none drawn twice', () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 40, max: 220 }),
      rows: fc.integer({ min: 10, max: 80 }),
      active: fc.constantFrom(...paneIds),
    });
    fc.assert(
      fc.property(sizes, ({ columns, rows, active }) => {
        const layout = layOut(columns, rows, active);
        const drawn = layout.panes.flatMap(({ rect }) => cellsOf(rect));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(new Set(drawn)).toEqual(new Set(cellsOf(layout.body)));
        // Header, body, focus line, key bar.
        expect(1 + layout.body.height + layout.focusRows + 1).toBe(rows);
        const open = layout.panes.find(({ pane }) => pane === active);
        expect(open?.shape).toBe('framed');
        expect(open?.rect.height).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a new size', () => {
  test('keeps the linked row of every pane in view', () => {
    const at = deskOf('x86', 200, 60).goTo('tty_write');
    for (const [columns, rows] of [
      [80, 24],
      [40, 10],
      [200, 60],
      [60, 15],
      [120, 40],
    ] as const) {
      at.do({ type: 'resize', columns, rows });
      for (const id of paneIds) expect(at.pane(id).lines.filter(({ linked }) => linked)).toHaveLength(1);
    }
  });

  test('too small for panes: keys still work, and the panes are right when there is room again', () => {
    const at = deskOf('sample', 39, 9).press('1').goTo('tty_write').press('j', 'k');
    at.do({ type: 'resize', columns: 80, rows: 24 });
    expect(at.around('symbols', 2)[1]).toBe('> tty_write');
  });

  test('keeps the hex cursor and the end of the help on the screen', () => {
    const hex = deskOf('sample', 80, 45).goTo('tty_write').press('2', 'x', 'pagedown');
    hex.do({ type: 'resize', columns: 80, rows: 12 });
    const { cursor, address } = hex.state.hex;
    expect(cursor >= address && cursor < address + 8n * 7n).toBe(true);
    const help = deskOf('sample', 80, 24).press('?', 'G');
    const end = help.state.scroll;
    help.do({ type: 'resize', columns: 80, rows: 40 });
    expect(help.state.scroll).toBeLessThan(end);
    help.do({ type: 'resize', columns: 80, rows: 200 });
    expect(help.state.scroll).toBe(0);
  });
});

describe('the window of a list', () => {
  const list = fc.record({
    top: fc.nat(1000),
    cursor: fc.nat(999),
    height: fc.integer({ min: 1, max: 60 }),
    length: fc.integer({ min: 1, max: 1000 }),
  });

  test.each([
    ['scrollTo', scrollTo],
    ['centre', centre],
  ])('%s shows the cursor, no line past the end, and moves no more the second time', (_, place) => {
    fc.assert(
      fc.property(list, ({ top, cursor, height, length }) => {
        const at = Math.min(cursor, length - 1);
        const next = place(top, at, height, length);
        expect(at >= next && at < next + height).toBe(true);
        expect(next).toBe(clampTop(next, height, length));
        expect(place(next, at, height, length)).toBe(next);
      }),
    );
  });

  test('a jump to a row that is seen well moves nothing; to the edge, it brings what is around', () => {
    expect(centre(100, 105, 20, 1000)).toBe(100);
    expect(centre(100, 100, 20, 1000)).toBe(90);
    expect(centre(0, 0, 20, 1000)).toBe(0);
    expect(scrollTo(100, 119, 20, 1000)).toBe(102);
  });
});
