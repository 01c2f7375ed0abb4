/**
 * Where everything of the replay is on the screen, in cells from 0: one description that drawing and the mouse share.
 *
 *   header · summary
 *   wide      functions │ decisions │ locals over verdicts over what-if
 *   narrow    functions │ decisions over one of these three
 *   small     decisions alone
 *   console · timeline · key bar
 */
import type { Rect } from '../layout.ts';
import type { Panel } from './state.ts';

export type BoxId = 'functions' | 'decisions' | 'console' | Panel;

export interface Box {
  readonly id: BoxId;
  readonly rect: Rect;
}

export interface ReplayLayout {
  readonly kind: 'wide' | 'narrow' | 'small' | 'tiny';
  readonly columns: number;
  readonly rows: number;
  readonly boxes: readonly Box[];
  /** The row of the timeline, and its cells. */
  readonly timeline: Rect;
}

/** Rows above the boxes and below them: header and summary, timeline and key bar. */
const above = 2;
const below = 2;

export function layOutReplay(columns: number, rows: number, panel: Panel): ReplayLayout {
  const height = rows - above - below;
  const timeline = { column: 0, row: rows - below, width: columns, height: 1 };
  const common = { columns, rows, timeline } as const;
  if (columns < 40 || rows < 10) return { kind: 'tiny', boxes: [], ...common };
  if (columns >= 132 && height >= 32) return { kind: 'wide', boxes: wide(columns, height), ...common };
  if (columns >= 64 && height >= 16) return { kind: 'narrow', boxes: narrow(columns, height, panel), ...common };
  const top = Math.ceil(height / 2);
  const boxes = [box('decisions', 0, above, columns, top), box('console', 0, above + top, columns, height - top)];
  return { kind: 'small', boxes, ...common };
}

const box = (id: BoxId, column: number, row: number, width: number, height: number): Box => ({
  id,
  rect: { column, row, width, height },
});

function wide(columns: number, height: number): Box[] {
  const console = Math.max(12, Math.floor(height * 0.34));
  const top = height - console;
  const left = Math.floor(columns * 0.36);
  const middle = Math.floor(columns * 0.34);
  const right = columns - left - middle;
  const verdicts = 10;
  const rest = top - verdicts;
  const locals = Math.ceil(rest * 0.6);
  return [
    box('functions', 0, above, left, top),
    box('decisions', left, above, middle, top),
    box('locals', left + middle, above, right, locals),
    box('verdicts', left + middle, above + locals, right, verdicts),
    box('what-if', left + middle, above + locals + verdicts, right, rest - locals),
    box('console', 0, above + top, columns, console),
  ];
}

function narrow(columns: number, height: number, panel: Panel): Box[] {
  const console = Math.max(7, Math.floor(height * 0.35));
  const top = height - console;
  const left = Math.floor(columns * 0.45);
  const under = Math.max(5, Math.min(11, Math.floor(top * 0.42)));
  return [
    box('functions', 0, above, left, top),
    box('decisions', left, above, columns - left, top - under),
    box(panel, left, above + top - under, columns - left, under),
    box('console', 0, above + top, columns, console),
  ];
}

/** Rows inside a box's frame. */
export const innerRows = ({ rect }: Box): number => Math.max(0, rect.height - 2);

export const boxOf = (layout: ReplayLayout, id: BoxId): Box | undefined => layout.boxes.find((row) => row.id === id);

/** Cells of the timeline's bar: what is left of its row beside the percentage and the count. */
export const timelineBar = ({ timeline }: ReplayLayout): Rect => {
  const aside = timeline.width >= 72 ? 38 : 16;
  return { ...timeline, column: timeline.column + 8, width: Math.max(8, timeline.width - aside) };
};
