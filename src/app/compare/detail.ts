/**
 * One function of both kernels, as lines: what each side knows of it, where that was read, and the prototypes.
 *
 *   wide     label │ OLD │ NEW           narrow   OLD, its facts and prototype; below them NEW, the same
 */
import { type ComparedName, pairRecords } from '../../explain/compare.ts';
import { type FunctionSide, functionSide } from '../../explain/compared-function.ts';
import { cLines } from '../../format/c-lines.ts';
import { type Span, span } from '../../format/cells.ts';
import { changeWords, sideFacts } from '../../format/compare-words.ts';
import { onScreen } from '../../format/on-screen.ts';
import { visibleText } from '../../format/visible.ts';
import { wrapWords } from '../../format/wrap.ts';
import { asItWas } from '../../pahole/debugger/worlds.ts';
import type { Compared, CompareState, Verdicts } from './state.ts';

export type DetailLine = readonly Span[];

/** Where both columns hold a prototype of some length. */
const leastWide = 100;
const labelWidth = 13;

const known = new WeakMap<ComparedName, { readonly key: string; readonly lines: readonly DetailLine[] }>();

/** The lines for the function that the cursor is on; none without one. */
export function detailLines({ opening, shown, cursor, columns }: CompareState): readonly DetailLine[] {
  if (opening.phase !== 'ready') return [];
  const { compared, verdicts } = opening;
  const row = compared.comparison.names[shown[cursor] ?? -1];
  if (row === undefined) return [];
  const progress = verdicts.phase === 'reading' ? Math.floor(verdicts.share * 100) : 0;
  const key = `${columns} ${verdicts.phase} ${progress}`;
  const before = known.get(row);
  if (before?.key === key) return before.lines;
  const lines = makeLines(compared, verdicts, row, columns - 4);
  known.set(row, { key, lines });
  return lines;
}

type Which = 'before' | 'after';

function makeLines(compared: Compared, verdicts: Verdicts, row: ComparedName, width: number): DetailLine[] {
  const none = row.change === 'same' && row.before.length === 0;
  const head: DetailLine = [
    span(onScreen(row.name), 'title'),
    span(`  ${row.change}: ${none ? 'no record on either side' : changeWords[row.change]}`, 'note'),
  ];
  const isWide = width + 4 >= leastWide;
  const body = isWide ? sideBySide(compared, verdicts, row, width) : stacked(compared, verdicts, row, width);
  return [head, [], ...body];
}

/** The facts of a side, the file and the sections that they were read from last. */
function factsOf(compared: Compared, verdicts: Verdicts, row: ComparedName, which: Which): [string, string][] {
  const { kernel } = compared.comparison[which];
  const replay = verdicts.phase === 'ready' ? verdicts[which] : undefined;
  const side: FunctionSide = functionSide(
    compared.comparison[which],
    row.name,
    row[which],
    replay?.state === 'ready' ? replay.verdicts : undefined,
  );
  const missing =
    verdicts.phase === 'reading'
      ? `reading the DWARF, ${Math.floor(verdicts.share * 100)} %`
      : replay === undefined
        ? 'the DWARF is not read'
        : replay.state === 'ready'
          ? undefined
          : visibleText(replay.reason);
  const facts = sideFacts(side, asItWas.version, missing).map(([label, text]): [string, string] => [label, text]);
  const btf = kernel.btf.state === 'ready' ? visibleText(kernel.btf.value.from) : 'no BTF';
  const dwarf = replay?.state === 'ready' ? `; DWARF of ${visibleText(replay.path)}` : '';
  return [...facts, ['read from', `.symtab; ${btf}${dwarf}`]];
}

const roleOf = (label: string, text: string): Span['role'] =>
  text.startsWith('none') || text.startsWith('no:') || text === 'no' || text.startsWith('not-')
    ? 'bad'
    : label === 'read from'
      ? 'dim'
      : 'plain';

function stacked(compared: Compared, verdicts: Verdicts, row: ComparedName, width: number): DetailLine[] {
  const lines: DetailLine[] = [];
  for (const [title, which] of [
    ['OLD', 'before'],
    ['NEW', 'after'],
  ] as const) {
    if (which === 'after') lines.push([]);
    lines.push([span(title, 'title'), span(` ${visibleText(compared.paths[which])}`, 'dim')]);
    for (const id of row[which]) {
      for (const text of cLines(onScreen(compared.comparison[which].prototype(id)), width - 2)) {
        lines.push([span(`  ${text}`, 'name')]);
      }
    }
    for (const [label, text] of factsOf(compared, verdicts, row, which)) {
      wrapWords(text, width - labelWidth - 2).forEach((part, i) => {
        lines.push([span(`  ${(i === 0 ? label : '').padEnd(labelWidth)}`, 'dim'), span(part, roleOf(label, text))]);
      });
    }
  }
  return lines;
}

function sideBySide(compared: Compared, verdicts: Verdicts, row: ComparedName, width: number): DetailLine[] {
  const column = Math.floor((width - labelWidth - 2) / 2);
  const lines: DetailLine[] = [];
  const blank = span(' '.repeat(labelWidth));
  const both = (label: string, left: readonly Span[], right: readonly Span[]): void => {
    for (let i = 0; i < Math.max(left.length, right.length, 1); i++) {
      const first = left[i] ?? span('');
      const second = right[i] ?? span('');
      const start = i === 0 ? span(label.padEnd(labelWidth), 'dim') : blank;
      lines.push([start, { ...first, text: first.text.padEnd(column + 2) }, second]);
    }
  };
  const wrapped = (text: string, role: Span['role']) => wrapWords(text, column).map((part) => span(part, role));
  both('', [span('OLD', 'title')], [span('NEW', 'title')]);
  both('file', wrapped(visibleText(compared.paths.before), 'dim'), wrapped(visibleText(compared.paths.after), 'dim'));
  const [before, after] = (['before', 'after'] as const).map(
    (which) => new Map(factsOf(compared, verdicts, row, which)),
  ) as [Map<string, string>, Map<string, string>];
  for (const label of new Set([...before.keys(), ...after.keys()])) {
    const cell = (text = '') => wrapped(text, roleOf(label, text));
    both(label, cell(before.get(label)), cell(after.get(label)));
  }
  const c = (which: Which, id: number | undefined): Span[] =>
    id === undefined
      ? [span('(no record)', 'bad')]
      : cLines(onScreen(compared.comparison[which].prototype(id)), column).map((text) => span(text, 'name'));
  for (const pair of pairRecords(compared.comparison, row)) {
    lines.push([]);
    both('prototype', c('before', pair.before), c('after', pair.after));
  }
  return lines;
}
