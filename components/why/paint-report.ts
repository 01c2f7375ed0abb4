/** Lines of a report in the width of their frame: the row of the cursor has a mark at its first line and a bar below. */
import type { ReportScreenLine } from '../../src/app/why/selectors.ts';
import { cellWidth, cut, paint, paintInverse } from '../paint.ts';
import type { Theme } from '../theme.ts';

/** In exactly `width` cells. */
export function paintReportLine(theme: Theme, { parts, selected, first }: ReportScreenLine, width: number): string {
  const { mark, vertical } = theme.glyphs;
  let text = selected ? paint(theme, 'title', `${first ? mark : vertical} `) : '  ';
  let left = width - 2;
  for (const [i, part] of parts.entries()) {
    if (left <= 0) break;
    const shown = cut(theme, part.text, left);
    left -= cellWidth(shown);
    text += i === 0 && first && selected ? paintLabel(shown) : paint(theme, part.role, shown);
  }
  return text + ' '.repeat(Math.max(0, left));
}

/** The label of the selected row, without the blanks behind it. */
function paintLabel(text: string): string {
  const label = text.trimEnd();
  return label === '' ? text : paintInverse(label) + text.slice(label.length);
}
