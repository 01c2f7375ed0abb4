/** The console's lines in the width of its box: tabs become blanks, long lines go on below. */
import { visibleText } from '../../format/visible.ts';
import type { LogLine, ReplayState } from './state.ts';

export interface ConsoleLine {
  readonly kind: LogLine['kind'];
  readonly text: string;
}

const tabWidth = 8;
/** Cells by which the second line of a long one is set in. */
const indent = '    ';

/** The last `rows` lines that are not scrolled out of sight. */
export function consoleLines(state: ReplayState, width: number, rows: number): readonly ConsoleLine[] {
  const lines: ConsoleLine[] = [];
  // From the end, so that a long log costs no more than what is seen of it.
  for (let at = state.log.length - 1 - state.scrolled; at >= 0 && lines.length < rows; at--) {
    const { kind, text } = state.log[at] as LogLine;
    const shown = kind === 'command' ? `(gdb) ${text}` : text;
    const wrapped = wrap(expandTabs(shown), width).map((part) => ({ kind, text: part }));
    lines.unshift(...wrapped);
  }
  return lines.slice(-rows);
}

function expandTabs(text: string): string {
  let line = '';
  for (const part of text.split('\t')) {
    if (line !== '') line += ' '.repeat(tabWidth - (line.length % tabWidth));
    line += visibleText(part);
  }
  return line;
}

/** Broken at a blank where there is one in the second half of a line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  const least = Math.max(8, width);
  while (rest.length > least) {
    const blank = rest.lastIndexOf(' ', least);
    const end = blank > least / 2 ? blank : least;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
