/** Lines are as wide as their boxes, whatever the size, the theme and the names. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellWidth, cut, drawable, pad, paintPane, paintTableLine } from '../../components/paint.ts';
import { layOut } from '../../src/app/layout.ts';
import { paneIds } from '../../src/app/panes/pane-table.ts';
import { paneView } from '../../src/app/selectors.ts';
import { Desk, deskOf, kernelNames, sessionOf } from '../app/kernels.ts';
import { linesOf } from '../helpers/screen.ts';
import { Copy } from './damage.ts';
import { asciiTheme, colourTheme, drawRaw, monoTheme } from './draw.tsx';

const sgr = /\x1b\[[\d;]*m/g;
const plain = (line: string): string => line.replace(sgr, '');

describe('every line of a pane is as wide as the pane', () => {
  test.each(kernelNames)('%s', (name) => {
    const size = fc.record({
      columns: fc.integer({ min: 40, max: 220 }),
      rows: fc.integer({ min: 10, max: 70 }),
      active: fc.constantFrom(...paneIds),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      theme: fc.constantFrom(colourTheme, monoTheme, asciiTheme),
    });
    fc.assert(
      fc.property(size, ({ columns, rows, active, at: share, theme }) => {
        const at = deskOf(name, columns, rows).do({ type: 'activate', pane: active });
        const table = at.session.panes[active];
        if (table.count > 0) {
          const order = at.session.orders.order(active, table.sorts[0]?.id ?? '', '');
          const key = order.keyAt(Math.floor(share * order.length)) as number;
          at.do({ type: 'focus', focus: table.focusOf(key), pane: active });
        }
        for (const layout of layOut(columns, rows, active).panes) {
          const lines = paintPane(theme, paneView(at.session, at.state, layout)).map(plain);
          expect(lines).toHaveLength(layout.rect.height);
          const { width } = layout.rect;
          if (layout.shape === 'framed')
            for (const line of lines) expect([cellWidth(line), line]).toEqual([width, line]);
          else for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 25 },
    );
  });
});

test('a row of a table that is wider than its box ends at the box', () => {
  const columns = ['symbols', 'names', 'cause'].map((id, index) => {
    const width = index < 2 ? 9 : 29;
    return { column: { id, title: id, width, dropOrder: 0 }, index, width };
  });
  const cells = ['92', '90', 'zero region, filled at boot'].map((text) => ({ text, role: 'plain' as const }));
  for (const how of ['plain', 'linked', 'selected'] as const) {
    for (let width = 3; width < 60; width++) {
      expect(cellWidth(plain(paintTableLine(monoTheme, columns, cells, width, how)))).toBe(width);
    }
  }
  expect(plain(paintTableLine(monoTheme, columns, cells, 38, 'plain'))).toBe('  92        90        zero region, fi…');
});

describe('no line of a screen is wider than the terminal', () => {
  const screens: readonly (readonly string[])[] = [
    ['4'],
    ['x'],
    ['x', 'b'],
    ['?'],
    ['i'],
    ['/', 't'],
    [':'],
    ['f'],
    ['f', 's', 'l'],
    ['+'],
  ];

  function draws(keys: readonly string[], columns: number): void {
    const at = deskOf('sample', columns, 24)
      .goTo('tty_write')
      .press(...keys);
    const lines = plain(drawRaw(at)).split('\n');
    expect(lines).toHaveLength(24);
    for (const line of lines) expect([columns, cellWidth(line) <= columns, line]).toEqual([columns, true, line]);
  }

  test.each(screens.map((keys) => [keys.join(' '), keys] as const))('%s', (_, keys) => {
    for (let columns = 40; columns <= 220; columns += 13) draws(keys, columns);
  });

  // Every width of the first screen; in parts, as a busy machine takes a minute for all.
  test.each([40, 70, 100, 130, 160, 190])('browse, from %i columns on', (first) => {
    for (let columns = first; columns <= first + 30; columns++) draws([], columns);
  });
});

describe('names from the file', () => {
  // A terminal would clear its screen, write from right to left, draw nothing, or draw two cells.
  const hostile = new Map([
    ['free_tty_struct', '\x1b[2J\x1b]0;t\x07'],
    ['show_cons_active', 'a\u202elif\u200bc'],
    ['tty_paranoia_check', '漢字ティー_ok'],
    ['tty_write_lock', 'e\u0301e\u20de👩'],
    ['file_tty_write', '\u009b31m\u0085\r\n\t'],
    ['tty_write_unlock', 'Ångström_Ж'],
  ]);
  const copy = new Copy('sample');
  for (const [name, other] of hostile) copy.rename(name, other);
  const at = () => new Desk(sessionOf(copy.save()), 120, 40).goTo('tty_write');

  const screensOf = (): string[] => [
    drawRaw(at()),
    drawRaw(at().press('4')),
    drawRaw(at().goTo('tty_wakeup')),
    drawRaw(at().press('2', 'x')),
    drawRaw(at().press('3', 'enter')),
    drawRaw(at().press('1', 'j')),
    drawRaw(at().press('1', 'j', 'y')),
    drawRaw(at().press('1', 'j'), asciiTheme),
  ];

  test('reach the screen without any character that a terminal obeys or does not show', () => {
    for (const screen of screensOf()) {
      expect(plain(screen).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    const shown = plain(screensOf().join('\n'));
    expect(shown).toContain('\\x1b[2J\\x1b]0;t\\x07');
    expect(shown).toContain('a\\u{202e}lif\\u{200b}c');
    expect(shown).toContain('e\\u{301}e\\u{20de}\\u{1f469}');
    expect(shown).toContain('漢字ティー_ok');
    expect(shown).toContain('Ångström_Ж');
  });

  test('break no frame: a terminal draws the borders where they belong', async () => {
    for (const screen of screensOf()) {
      const lines = await linesOf(screen, { columns: 130, rows: 40 });
      for (const line of lines.filter((row) => row.startsWith('│') || row.startsWith('|'))) {
        // xterm's text has one character a cell, but for wide ones: these count double.
        const width = [...line].reduce((sum, character) => sum + cellWidth(character), 0);
        expect([width, line]).toEqual([120, line]);
      }
    }
  });

  test('are ASCII on a terminal that has nothing else', () => {
    const screen = plain(drawRaw(at().press('1', 'j'), asciiTheme));
    expect(screen.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
    expect(screen).toContain('\\u{6f22}\\u{5b57}');
  });

  test('are found by what is shown of them', () => {
    const desk = at().press('1', 'f').type('ångström').press('enter');
    expect(desk.lines('symbols').join('\n')).toContain('Ångström_Ж');
  });
});

describe('a text in its cells', () => {
  test('is cut where it is too long, never in the middle of a wide character', () => {
    expect(cut(colourTheme, 'tty_write', 20)).toBe('tty_write');
    expect(cut(colourTheme, 'tty_write', 5)).toBe('tty_…');
    expect(cut(asciiTheme, 'tty_write', 5)).toBe('tty_~');
    expect(cut(colourTheme, '漢字漢字', 6)).toBe('漢字…');
    expect(cut(colourTheme, 'tty', 0)).toBe('');
  });

  test('fits, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(40), (text, width) => {
        for (const theme of [colourTheme, asciiTheme]) {
          expect(cellWidth(cut(theme, text, width))).toBeLessThanOrEqual(width);
          expect(cellWidth(pad(cut(theme, text, width), width))).toBe(width);
        }
        expect(drawable(asciiTheme, text)).toMatch(/^[\x20-\x7e]*$/);
        expect(drawable(colourTheme, text)).not.toMatch(/[\p{Cc}\p{Cf}\p{M}]/u);
      }),
    );
  });

  test('signs of our own have an ASCII form', () => {
    expect(drawable(asciiTheme, '→ ✓ ✗ · — × …')).toBe('> y n - - x ~');
  });
});

describe('without colours', () => {
  test('the selected row is inverse and marked', () => {
    const at = deskOf('sample', 80, 24).press('1').goTo('tty_write');
    const raw = drawRaw(at, monoTheme);
    const selected = raw.split('\n').filter((line) => line.includes('\x1b[7m▸'));
    expect(selected).toHaveLength(1);
    expect(plain(selected[0] ?? '')).toContain('tty_write');
    // Neither foreground nor background colours.
    expect(raw).not.toMatch(/\x1b\[(?:\d+;)*(?:[349]\d|10\d)(?:;\d+)*m/);
  });

  test('so are a hit, a line of bytes, and the place of a missing record', () => {
    const hex = drawRaw(deskOf('sample').goTo('tty_write').press('x'), monoTheme);
    expect(hex.split('\n').filter((line) => line.includes('\x1b[7m▸'))).toHaveLength(1);
    const gap = drawRaw(deskOf('sample').goTo('tty_write').press('4'), monoTheme);
    expect(gap.split('\n').filter((line) => line.includes('\x1b[7m╌'))).toHaveLength(1);
  });
});
