/** The last line: the keys that matter, from the replay's key table; or the message of the last key. */
import { writeKey } from '../../src/app/keymap.ts';
import { replayBindings } from '../../src/app/replay/keymap.ts';
import type { ReplayState } from '../../src/app/replay/state.ts';
import { span } from '../../src/format/cells.ts';
import { visibleText } from '../../src/format/visible.ts';
import { cellWidth, drawable, paint } from '../paint.ts';
import type { Theme } from '../theme.ts';
import { paintSpans } from './paint-box.ts';

export function keyBarLine({ mode, message, columns, reading }: ReplayState, theme: Theme): string {
  if (message !== undefined) return paintSpans(theme, [span(` ${visibleText(message)}`, 'note')], columns);
  const scope = mode === 'console' ? 'console' : 'replay';
  const isReady = reading.phase === 'ready';
  const shown = replayBindings
    .filter((binding) => binding.scope === scope && binding.bar !== undefined)
    // Until there is something to replay the other keys do nothing.
    .filter(({ command }) => isReady || command === 'help' || command === 'leave')
    .sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0))
    .map((binding) => {
      const key = drawable(theme, writeKey(binding.keys[0] ?? ''));
      const label = binding.barLabel ?? binding.label;
      const text = ` ${paint(theme, 'title', key)} ${paint(theme, 'dim', label)} `;
      return { text, width: cellWidth(key) + label.length + 3 };
    });
  // Help and the way out come last and stay longest.
  const last = shown.slice(-2);
  const first = shown.slice(0, -2);
  const widthOf = (rows: typeof shown): number => rows.reduce((sum, row) => sum + row.width, 0);
  while (first.length > 0 && widthOf(first) + widthOf(last) > columns) first.pop();
  const rows = [...first, ...last];
  return rows.map((row) => row.text).join('') + ' '.repeat(Math.max(0, columns - widthOf(rows)));
}
