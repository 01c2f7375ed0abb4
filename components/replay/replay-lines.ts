/** The replay's whole screen as ready lines, one for each row of the terminal. */
import { gutter } from '../../src/app/pane-lines.ts';
import { consoleLines } from '../../src/app/replay/console-view.ts';
import { inferredLines } from '../../src/app/replay/inferred.ts';
import { type Box, innerRows, layOutReplay, type ReplayLayout, timelineBar } from '../../src/app/replay/layout.ts';
import { type ReplayContext, situationIn } from '../../src/app/replay/reducer.ts';
import {
  type BoxLine,
  decisionLines,
  entryTally,
  functionColumns,
  functionLines,
  localLines,
  summarySpans,
  timelineView,
  topAround,
  unitTitle,
  verdictHere,
  verdictLines,
  whatIfLines,
} from '../../src/app/replay/selectors.ts';
import type { ReplayState } from '../../src/app/replay/state.ts';
import { fitColumns, type Span, span } from '../../src/format/cells.ts';
import { visibleText } from '../../src/format/visible.ts';
import type { Situation } from '../../src/pahole/debugger/situation.ts';
import { cut, paint, paintInverse, paintTableLine, sgr } from '../paint.ts';
import type { Theme } from '../theme.ts';
import { keyBarLine } from './key-bar.ts';
import { type PaintedBox, paintBoxes, paintMarked, paintSpans } from './paint-box.ts';

/** gdb's prompt. */
export const consolePrompt = '(gdb) ';

/** @param file what is open, for the first line */
export function replayLines(context: ReplayContext, state: ReplayState, theme: Theme, file: string): string[] {
  const { columns, rows } = state;
  const layout = layOutReplay(columns, rows, state.panel);
  if (layout.kind === 'tiny') return [cut(theme, `terminal too small: ${columns}x${rows}, needs 40x10`, columns)];
  const situation = situationIn(state);
  const name = ' kinspect ';
  const header = sgr('1;7', name) + paintSpans(theme, headerSpans(situation, file, theme), columns - name.length);
  const summary = situation === undefined ? [] : summarySpans(situation);
  const boxes =
    situation === undefined
      ? [waitingBox(context, state, layout, theme)]
      : layout.boxes.map((box) => paintBox(situation, state, box, theme));
  return [
    header,
    paintSpans(theme, summary, columns),
    ...paintBoxes(theme, boxes, 2, rows - 4),
    situation === undefined ? ' '.repeat(columns) : timelineLine(situation, layout, theme),
    keyBarLine(state, theme),
  ];
}

function headerSpans(situation: Situation | undefined, file: string, { glyphs }: Theme): Span[] {
  const unit = situation === undefined ? '' : unitTitle(situation);
  return [span(` ${file} ${glyphs.dot} replay`), ...(unit === '' ? [] : [span(` ${glyphs.dot} ${unit}`, 'dim')])];
}

function paintBox(situation: Situation, state: ReplayState, box: Box, theme: Theme): PaintedBox {
  const { rect } = box;
  const inner = rect.width - 2;
  const rows = innerRows(box);
  const frame = { rect, active: box.id === 'console' ? state.mode === 'console' : state.mode === 'keys', tally: '' };
  const plain = (lines: readonly BoxLine[]) => lines.map((line) => ` ${paintSpans(theme, line.spans, inner - 1)}`);
  switch (box.id) {
    case 'functions': {
      const columns = fitColumns(functionColumns(inner), inner - gutter);
      const lines = functionLines(situation, state.top, rows).map(({ cells, current }) =>
        paintTableLine(theme, columns, cells, inner, current ? 'selected' : 'plain'),
      );
      return { ...frame, title: 'Functions', tally: entryTally(situation), lines };
    }
    case 'decisions':
      return {
        ...frame,
        active: false,
        title: inner < 60 ? 'btf_encoder.c' : 'Decisions in btf_encoder.c',
        tally: verdictHere(situation) ?? '',
        lines: decisions(situation, inner, rows, theme),
      };
    case 'locals':
      return { ...frame, active: false, title: 'Locals', lines: plain(localLines(situation)) };
    case 'verdicts':
      return { ...frame, active: false, title: 'Verdicts', lines: plain(verdictLines(situation, inner - 1)) };
    case 'what-if':
      return { ...frame, active: false, title: 'What if', lines: plain(whatIfLines(situation)) };
    case 'console':
      return {
        ...frame,
        title: 'Console',
        tally: state.scrolled > 0 ? `${state.scrolled} below` : '',
        lines: consoleBox(state, inner, rows, theme),
      };
  }
}

function decisions(situation: Situation, inner: number, rows: number, theme: Theme): string[] {
  const lines = decisionLines(situation);
  const at = lines.findIndex((line) => line.current);
  const top = topAround(Math.max(0, at), rows, lines.length);
  const sign = { none: ' ', on: 'B', off: 'b' } as const;
  return lines.slice(top, top + rows).map((line) =>
    paintMarked(theme, line.current, inner, (colour) => {
      const mark = span(sign[line.breakpoint], 'bad');
      return paintSpans(theme, [mark, ...line.spans], inner - gutter, colour);
    }),
  );
}

/** What is on top of the decisions' box: which row a click is on. */
export function decisionTop(situation: Situation, rows: number): number {
  const lines = decisionLines(situation);
  return topAround(
    Math.max(
      0,
      lines.findIndex((line) => line.current),
    ),
    rows,
    lines.length,
  );
}

function consoleBox(state: ReplayState, inner: number, rows: number, theme: Theme): string[] {
  const width = inner - 1;
  const lines = consoleLines(state, width, rows - 1).map(({ kind, text }) => {
    const role = kind === 'command' ? 'title' : kind === 'bad' ? 'bad' : 'plain';
    return ` ${paintSpans(theme, [span(text, role)], width)}`;
  });
  const blank = ' '.repeat(inner);
  while (lines.length < rows - 1) lines.unshift(blank);
  // Where it is typed into, ReplayScreen puts an input over this line.
  return [...lines, ` ${paintSpans(theme, [span(consolePrompt, 'dim')], width)}`];
}

/** While DWARF is read, and where there is none. */
function waitingBox(context: ReplayContext, state: ReplayState, layout: ReplayLayout, theme: Theme): PaintedBox {
  const { reading } = state;
  const rect = { column: 0, row: 2, width: layout.columns, height: layout.rows - 4 };
  const inner = rect.width - 2;
  const text = (words: string, role: Span['role'] = 'plain') =>
    wrapWords(words, inner - 4).map((part) => paintSpans(theme, [span(`  ${part}`, role)], inner));
  const base = { rect, tally: '', active: true, title: 'Replay of pahole 1.20' };
  if (reading.phase === 'failed') {
    const lines = [
      ...text(visibleText(reading.reason), 'bad'),
      ' '.repeat(inner),
      ...text(
        'There is nothing to replay. --debug FILE names a debug file; a kernel with CONFIG_DEBUG_INFO has its own.',
      ),
      ' '.repeat(inner),
      ...inferredLines(context.kernel, state.target).flatMap((line) => text(line, 'dim')),
    ];
    return { ...base, lines };
  }
  const { done, total } = reading.phase === 'reading' ? reading : { done: 0, total: 0 };
  const share = total === 0 ? 0 : done / total;
  const bar = Math.max(10, Math.min(60, inner - 30));
  const filled = Math.round(share * bar);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const solid = theme.ascii ? '#' : '█';
  const line = [
    span('  '),
    span(solid.repeat(filled), 'good'),
    span(theme.glyphs.horizontal.repeat(bar - filled), 'dim'),
    span(`  ${Math.floor(share * 100)} %, ${megabytes(done)} of ${megabytes(total)}`),
  ];
  const lines = [
    ...text('Reading the DWARF of the kernel: every function entry, as pahole sees them.'),
    ' '.repeat(inner),
    paintSpans(theme, line, inner),
    ' '.repeat(inner),
    ...text('Esc goes back to the panes; the reading goes on.', 'dim'),
  ];
  return { ...base, lines };
}

function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > Math.max(8, width)) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** " 42.1% ░░▒▒▓▓█ … 101,234 of 240,485": how dense the records are along the run, and where it stands. */
function timelineLine(situation: Situation, layout: ReplayLayout, theme: Theme): string {
  const bar = timelineBar(layout);
  const { share, density } = timelineView(situation, bar.width);
  const at = Math.min(bar.width - 1, Math.floor(share * bar.width));
  const shades = theme.ascii ? '.-=#' : '░▒▓█';
  let cells = '';
  density.forEach((value, i) => {
    const shade = shades[Math.min(3, Math.floor(value * 4))] ?? ' ';
    cells += i === at ? paintInverse(theme.glyphs.mark) : shade;
  });
  const percent = `${(share * 100).toFixed(1)}%`.padStart(7);
  const tail = layout.columns - bar.column - bar.width - 1;
  return `${percent} ${cells} ${paint(theme, 'dim', paintSpans(theme, [span(entryTally(situation))], Math.max(0, tail), false))}`;
}
