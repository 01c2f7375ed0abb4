/**
 * Where everything is on the screen, in cells from 0: one description that drawing and the mouse share.
 *
 *   wide     row 0 header · four panes in a grid · focus line · key bar
 *   narrow   row 0 header · the four panes under each other, the active one open, the others two lines each: title
 *            and linked row · focus line · key bar
 *   small    as narrow, with the active pane alone
 *   tiny     one sentence
 */
import { type PaneId, paneIds } from './panes/pane-table.ts';

export interface Rect {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

export interface PaneLayout {
  readonly pane: PaneId;
  readonly rect: Rect;
  /** 'folded': a title line and the linked row. */
  readonly shape: 'framed' | 'folded';
}

export interface Layout {
  readonly kind: 'wide' | 'narrow' | 'small' | 'tiny';
  readonly columns: number;
  readonly rows: number;
  readonly body: Rect;
  readonly panes: readonly PaneLayout[];
  /** Rows of the focus line: the marks, and below them the reason in up to two lines where there is room. */
  readonly focusRows: 1 | 2 | 3;
}

export const leastColumns = 40;
export const leastRows = 10;

/** Rows of a framed pane that are not table rows: border with title, column heads, border. */
export const frameRows = 3;

export function layOut(columns: number, rows: number, active: PaneId): Layout {
  const focusRows = rows < 20 ? 1 : columns < 160 && rows >= 22 ? 3 : 2;
  const bodyHeight = rows - 2 - focusRows;
  const body = { column: 0, row: 1, width: columns, height: bodyHeight };
  const common = { columns, rows, body, focusRows } as const;
  if (columns < leastColumns || rows < leastRows) return { kind: 'tiny', panes: [], ...common };
  if (columns >= 120 && bodyHeight >= 22) {
    const left = Math.floor(columns / 2);
    const top = Math.ceil(bodyHeight / 2);
    const panes = paneIds.map((pane, i): PaneLayout => {
      const right = i % 2 === 1;
      const low = i >= 2;
      const rect = {
        column: right ? left : 0,
        row: body.row + (low ? top : 0),
        width: right ? columns - left : left,
        height: low ? bodyHeight - top : top,
      };
      return { pane, rect, shape: 'framed' };
    });
    return { kind: 'wide', panes, ...common };
  }
  if (bodyHeight >= 6 + frameRows + 4) {
    let row = body.row;
    const panes = paneIds.map((pane): PaneLayout => {
      const height = pane === active ? bodyHeight - 6 : 2;
      const rect = { column: 0, row, width: columns, height };
      row += height;
      return { pane, rect, shape: pane === active ? 'framed' : 'folded' };
    });
    return { kind: 'narrow', panes, ...common };
  }
  return { kind: 'small', panes: [{ pane: active, rect: body, shape: 'framed' }], ...common };
}

/** Table rows that a pane shows. */
export const paneRows = (layout: PaneLayout): number =>
  layout.shape === 'folded' ? 1 : Math.max(0, layout.rect.height - frameRows);

export const contains = (rect: Rect, column: number, row: number): boolean =>
  column >= rect.column && column < rect.column + rect.width && row >= rect.row && row < rect.row + rect.height;
