/** Boxes of the replay as terminal lines: spans cut and padded to their width, a frame around them, boxes side by side. */
import type { Rect } from '../../src/app/layout.ts';
import type { Span } from '../../src/format/cells.ts';
import { cellWidth, cut, paint, paintInverse, sgr } from '../paint.ts';
import type { Theme } from '../theme.ts';

/** Spans in exactly `width` cells. @param colour false inside a line that is inverse as a whole */
export function paintSpans(theme: Theme, spans: readonly Span[], width: number, colour = true): string {
  let left = width;
  let text = '';
  for (const part of spans) {
    if (left <= 0) break;
    const shown = cut(theme, part.text, left);
    left -= cellWidth(shown);
    text += colour ? paint(theme, part.role, shown) : shown;
  }
  return text + ' '.repeat(Math.max(0, left));
}

/** A line with a mark before it, inverse where it is the current one. */
export function paintMarked(theme: Theme, current: boolean, width: number, body: (colour: boolean) => string): string {
  if (width < 3) return ' '.repeat(Math.max(0, width));
  return current ? paintInverse(`${theme.glyphs.mark} ${body(false)}`) : `  ${body(true)}`;
}

/** What a box is drawn from. */
export interface PaintedBox {
  readonly rect: Rect;
  readonly title: string;
  readonly tally: string;
  readonly active: boolean;
  /** Painted, each exactly as wide as the inside of the frame. */
  readonly lines: readonly string[];
}

function paintFramed(theme: Theme, { rect, title, tally, active, lines }: PaintedBox): string[] {
  const { glyphs } = theme;
  const inner = Math.max(0, rect.width - 2);
  const border = active ? theme.activeBorder : theme.border;
  const head = title === '' ? '' : cut(theme, ` ${title} `, inner);
  const tail = tally === '' ? '' : cut(theme, ` ${tally} `, Math.max(0, inner - cellWidth(head) - 2));
  const rule = glyphs.horizontal.repeat(Math.max(0, inner - cellWidth(head) - cellWidth(tail)));
  const side = sgr(border, glyphs.vertical);
  const framed = [
    sgr(border, glyphs.topLeft) +
      sgr(active ? theme.activeBorder : theme.roles.title, head) +
      sgr(border, rule) +
      sgr(theme.roles.dim, tail) +
      sgr(border, glyphs.topRight),
  ];
  for (let i = 0; i < rect.height - 2; i++) framed.push(side + (lines[i] ?? ' '.repeat(inner)) + side);
  framed.push(sgr(border, glyphs.bottomLeft + glyphs.horizontal.repeat(inner) + glyphs.bottomRight));
  return framed;
}

/** Boxes that cover a rectangle, as its rows. */
export function paintBoxes(theme: Theme, boxes: readonly PaintedBox[], firstRow: number, rows: number): string[] {
  const painted = boxes
    .map((box) => ({ rect: box.rect, lines: paintFramed(theme, box) }))
    .sort((a, b) => a.rect.column - b.rect.column);
  return Array.from({ length: rows }, (_, at) => {
    const row = firstRow + at;
    return painted.map(({ rect, lines }) => lines[row - rect.row] ?? '').join('');
  });
}
