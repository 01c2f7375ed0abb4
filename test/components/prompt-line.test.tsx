/** The line that is typed, as much of it as there is room for around its cursor. */
import { renderToString } from 'ink';
import { expect, test } from 'vitest';
import { PromptLine } from '../../components/PromptLine.tsx';
import { cellWidth } from '../../components/paint.ts';
import { polyfillWithResolvers } from '../../components/terminal/with-resolvers.ts';
import { createTheme } from '../../components/theme.ts';

polyfillWithResolvers();

const theme = createTheme('mono', true);
const draw = (text: string, cursor: number, columns: number): string =>
  renderToString(<PromptLine sign=":" line={{ text, cursor }} hint="" columns={columns} theme={theme} />, {
    columns: 80,
  })
    .replace(/\x1b\[[\d;]*m/g, '')
    .trimEnd();

test('what is before the cursor is cut from the left, what is behind it from the right', () => {
  expect(draw('tty_write', 9, 20)).toBe(':tty_write');
  expect(draw('tty_write', 9, 8)).toBe(':…rite');
  expect(draw('tty_write', 0, 8)).toBe(':tty_wr…');
  expect(draw('tty_write', 6, 8)).toBe(':…y_wri…');
  expect(draw('漢字漢字', 4, 8)).toBe(':…漢字');
  expect(draw('a\u{1f600}', 3, 9)).toBe(':…');
});

test('a line of any length in a box of any width, also of none', () => {
  for (const text of ['x'.repeat(4_096), '漢'.repeat(4_096), '\u{1f600}'.repeat(2_048)]) {
    for (const columns of [0, 1, 2, 3, 4, 10, 79]) {
      for (const cursor of [0, 2, 2_048, text.length]) {
        expect(cellWidth(draw(text, cursor, columns))).toBeLessThanOrEqual(columns);
      }
    }
  }
});
