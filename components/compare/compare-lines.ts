/** The comparison's whole screen as ready lines, one for each row of the terminal. */
import { detailLines } from '../../src/app/compare/detail.ts';
import { compareBindings } from '../../src/app/compare/keymap.ts';
import { compareBody, compareLines as innerLines } from '../../src/app/compare/layout.ts';
import { comparedIn } from '../../src/app/compare/reducer.ts';
import {
  listCells,
  listColumns,
  listTally,
  noteSpans,
  sideSpans,
  viewSpans,
  waitingText,
} from '../../src/app/compare/selectors.ts';
import type { CompareState } from '../../src/app/compare/state.ts';
import { writeKey } from '../../src/app/keymap.ts';
import { gutter } from '../../src/app/pane-lines.ts';
import type { ComparedName } from '../../src/explain/compare.ts';
import { fitColumns, span } from '../../src/format/cells.ts';
import { visibleText } from '../../src/format/visible.ts';
import { wrapWords } from '../../src/format/wrap.ts';
import { cellWidth, drawable, paint, paintFrame, paintTableLine, sgr } from '../paint.ts';
import { paintSpans } from '../replay/paint-box.ts';
import type { Theme } from '../theme.ts';

/** @param file what is open, for the first line */
export function compareLines(state: CompareState, theme: Theme, file: string): string[] {
  const { columns, rows } = state;
  const compared = comparedIn(state);
  const name = ' kinspect ';
  const header =
    sgr('1;7', name) + paintSpans(theme, [span(` ${file} ${theme.glyphs.dot} compare`)], columns - name.length);
  const line = (spans: Parameters<typeof paintSpans>[1]) => paintSpans(theme, spans, columns);
  const { width, height } = compareBody(columns, rows);
  const { title, tally, lines } = frameOf(state, theme, width - 2);
  return [
    header,
    line(compared === undefined ? [] : sideSpans(compared, 'before', theme.glyphs.dot)),
    line(compared === undefined ? [] : sideSpans(compared, 'after', theme.glyphs.dot)),
    line(compared === undefined ? [] : viewSpans(state, compared)),
    ...paintFrame(theme, title, tally, lines, width, height),
    line(noteSpans(state)),
    keyBar(state, theme),
  ];
}

interface Frame {
  readonly title: string;
  readonly tally: string;
  readonly lines: readonly string[];
}

function frameOf(state: CompareState, theme: Theme, width: number): Frame {
  const compared = comparedIn(state);
  const height = innerLines(state.rows);
  if (state.detail !== undefined) {
    const all = detailLines(state);
    const shown = all.slice(state.detail.scroll, state.detail.scroll + height);
    const lines = shown.map((spans) => paintSpans(theme, [span(' '), ...spans], width));
    const tally =
      all.length > height
        ? `lines ${state.detail.scroll + 1} to ${state.detail.scroll + shown.length} of ${all.length}`
        : listTally(state);
    return { title: 'Function', tally, lines };
  }
  if (compared === undefined || state.shown.length === 0) {
    const role = state.opening.phase === 'failed' ? 'bad' : 'note';
    const lines = wrapWords(waitingText(state), width - 2).map((text) =>
      paintSpans(theme, [span(` ${text}`, role)], width),
    );
    return { title: 'Compare', tally: '', lines };
  }
  const { comparison } = compared;
  const fitted = fitColumns(listColumns(width), width - gutter);
  const lines = state.shown.slice(state.top, state.top + height).map((at, i) => {
    const cells = listCells(comparison, comparison.names[at] as ComparedName, width);
    const how = state.top + i === state.cursor ? 'selected' : 'plain';
    return paintTableLine(theme, fitted, cells, width, how);
  });
  return { title: 'Compare', tally: listTally(state), lines };
}

/** The keys that matter, from the key table; or the message of the last key. */
function keyBar(state: CompareState, theme: Theme): string {
  const { columns, message, prompt } = state;
  if (message !== undefined) return paintSpans(theme, [span(` ${visibleText(message)}`, 'note')], columns);
  const scope = prompt === undefined ? 'compare' : 'typing';
  const shown = compareBindings
    .filter((binding) => binding.scope === scope && binding.bar !== undefined)
    .sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0))
    .map((binding) => {
      const key = drawable(theme, writeKey(binding.keys[0] ?? ''));
      const isAtFunction = state.detail !== undefined && binding.command === 'open';
      const label = isAtFunction ? 'panes' : (binding.barLabel ?? binding.label);
      const text = ` ${paint(theme, 'title', key)} ${paint(theme, 'dim', label)} `;
      return { text, width: cellWidth(key) + label.length + 3 };
    });
  // Help and the way out come last and stay longest.
  const last = shown.slice(-2);
  const first = shown.slice(0, -2);
  const widthOf = (parts: typeof shown): number => parts.reduce((sum, part) => sum + part.width, 0);
  while (first.length > 0 && widthOf(first) + widthOf(last) > columns) first.pop();
  const parts = [...first, ...last];
  return parts.map((part) => part.text).join('') + ' '.repeat(Math.max(0, columns - widthOf(parts)));
}
