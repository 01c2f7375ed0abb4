/** Moving in the report: from row to row, each shown with all of its lines. */
import type { AppState } from '../state.ts';
import { clampTop } from '../viewport.ts';
import { type Move, rowsOf } from '../walk.ts';
import { lineWidth, whyLayout } from './layout.ts';
import { type ReportView, reportView } from './report.ts';
import type { WhyState } from './state.ts';

/** The report as it is on the screen. */
export const shownReport = ({ evidence, why, columns, rows }: AppState): ReportView =>
  reportView(evidence, why.subject, lineWidth(whyLayout(columns, rows)));

/** Lines of the report that are seen at once. */
export const reportHeight = ({ columns, rows }: Pick<AppState, 'columns' | 'rows'>): number =>
  Math.max(1, whyLayout(columns, rows).main.height - 2);

export function moveInReport(state: AppState, by: Move): AppState {
  const view = shownReport(state);
  const height = reportHeight(state);
  const { why } = state;
  if ('end' in by) return show(state, view, by.end === 'first' ? 0 : view.rows.length - 1);
  if (by.unit === 'row') return show(state, view, why.cursor + by.by);
  // A page of lines on; the row that is there, and at least the next one.
  const line = (view.starts[why.cursor] ?? 0) + rowsOf(by, height);
  const there = by.by < 0 ? view.starts.findIndex((start) => start >= line) : lastBefore(view, line);
  const step = Math.sign(by.by);
  const cursor = step * (there - why.cursor) > 0 ? there : why.cursor + step;
  return show({ ...state, why: { ...why, top: why.top + rowsOf(by, height) } }, view, cursor);
}

const lastBefore = ({ starts }: ReportView, line: number): number => starts.findLastIndex((start) => start <= line);

/** Put the cursor on a row and bring all of its lines into view; the head of the report comes with its first row. */
function show(state: AppState, view: ReportView, row: number): AppState {
  const cursor = Math.max(0, Math.min(row, view.rows.length - 1));
  return { ...state, why: { ...state.why, cursor, top: topFor(state, view, cursor) } };
}

function topFor(state: AppState, { lines, starts, rows }: ReportView, cursor: number): number {
  const height = reportHeight(state);
  const start = starts[cursor] ?? 0;
  // The head of the report comes with its first row, where it has room.
  const first = cursor === 0 && start < height ? 0 : start;
  const end = cursor === rows.length - 1 ? lines.length : (starts[cursor + 1] ?? lines.length);
  let { top } = state.why;
  if (end > top + height) top = end - height;
  if (first < top) top = first;
  return clampTop(top, height, lines.length);
}

/** Scroll without the cursor, as a wheel does. */
export function scrollReport(state: AppState, by: number): AppState {
  const top = clampTop(state.why.top + by, reportHeight(state), shownReport(state).lines.length);
  return { ...state, why: { ...state.why, top } };
}

/** After the report or the size has changed: the cursor on the row of the same label. */
export function refitReport(state: AppState, before: ReportView): AppState {
  const view = shownReport(state);
  const { cursor } = state.why;
  const label = before.rows[cursor]?.label;
  const nth = before.rows.slice(0, cursor).filter((row) => row.label === label).length;
  const same = view.rows.flatMap((row, at) => (row.label === label ? [at] : []));
  return show(state, view, same[nth] ?? same.at(-1) ?? cursor);
}

/** The report on a function, from its beginning. */
export const openReport = (state: AppState, subject: WhyState['subject']): AppState =>
  fitReport({ ...state, why: { subject, cursor: 0, top: 0 } });

/** The cursor in view: the size may have changed while the report was not on the screen. */
export const fitReport = (state: AppState): AppState => show(state, shownReport(state), state.why.cursor);
