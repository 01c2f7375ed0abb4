/** The facts screen: what is known of the kernel, and where each was read. */
import type { Session } from '../src/app/session.ts';
import { visibleText } from '../src/format/visible.ts';
import { kernelFacts } from '../src/kernel/facts.ts';
import { cut, pad, paint, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

const labelWidth = 22;

export function factLines(session: Session, theme: Theme, width: number): string[] {
  const lines: string[] = [];
  for (const fact of kernelFacts(session.kernel)) {
    const value = wrap(visibleText(fact.value), Math.max(20, width - labelWidth - 1));
    value.forEach((text, i) => {
      const label = pad(i === 0 ? ` ${cut(fact.label, labelWidth - 2, theme.glyphs.more)}` : '', labelWidth);
      lines.push(sgr(theme.roles.title, label) + pad(text, width - labelWidth));
    });
    const where = cut(visibleText(fact.where), width - labelWidth - 2, theme.glyphs.more);
    if (where !== '') lines.push(paint(theme, 'dim', `${' '.repeat(labelWidth)}${pad(where, width - labelWidth)}`));
  }
  return lines;
}

/** Lines of at most `width` characters, broken at blanks where there are some. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
