/**
 * Where the report and the overview are, in cells from 0.
 *
 *   row 0 header · the report, and where there is room beside it the four panes at its function · status or prompt · keys
 */
import type { PaneLayout, Rect } from '../layout.ts';
import { paneIds } from '../panes/pane-table.ts';

interface WhyLayout {
  /** With its frame. */
  readonly main: Rect;
  /** What stands beside it: undefined where there is no room. */
  readonly side: Rect | undefined;
}

/** Lines that are longer are hard to read. */
const longestLine = 110;
/** Frame, mark and the blanks around a line. */
const beside = 5;
const leastSide = 64;
/** A pane with fewer rows tells nothing. */
const leastPane = 7;

/** @param columns and `rows` of the terminal */
export function whyLayout(columns: number, rows: number): WhyLayout {
  const height = Math.max(3, rows - 3);
  const width = Math.min(longestLine + beside, Math.max(80 + beside, Math.floor(columns * 0.57)));
  const left = columns - width;
  if (left < leastSide) return { main: { column: 0, row: 1, width: columns, height }, side: undefined };
  return {
    main: { column: 0, row: 1, width, height },
    side: { column: width, row: 1, width: left, height },
  };
}

/** The panes beside the report, under each other: as many as have room for rows. */
export function sidePanes(columns: number, rows: number): readonly PaneLayout[] {
  const { side } = whyLayout(columns, rows);
  if (side === undefined) return [];
  const shown = paneIds.slice(0, Math.floor(side.height / leastPane));
  return shown.map((pane, i): PaneLayout => {
    const at = Math.floor((side.height * i) / shown.length);
    const end = Math.floor((side.height * (i + 1)) / shown.length);
    return { pane, rect: { ...side, row: side.row + at, height: end - at }, shape: 'framed' };
  });
}

/** Lines below the table or the list that say more about its row, a blank line first; on a small screen none. */
export const describedLines = ({ main }: WhyLayout): number => (main.height < 14 ? 0 : 3);

/** Cells for the text of a line of the report. */
export const lineWidth = ({ main }: WhyLayout): number => Math.min(longestLine, main.width - beside);
