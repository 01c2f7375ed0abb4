/** The comparison's screen in parts: cells and spans, without colours. */
import type { Change, ComparedName, Comparison } from '../../explain/compare.ts';
import { absenceOf } from '../../explain/compared-function.ts';
import { type Cell, type Column, type Role, type Span, span } from '../../format/cells.ts';
import { absenceWords } from '../../format/compare-words.ts';
import { count } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import { visibleText } from '../../format/visible.ts';
import { comparedIn } from './reducer.ts';
import { type Compared, type ComparePrompt, type CompareState, changesOfView, type View, views } from './state.ts';

/** "OLD vmlinux  aarch64 · Linux 5.10 · 19,196 FUNC records" */
export function sideSpans({ paths, identities, comparison }: Compared, which: 'before' | 'after', dot: string): Span[] {
  const { machine, release } = identities[which];
  const { btf } = comparison[which];
  const linux = release === undefined ? [] : [`Linux ${onScreen(release)}`];
  const records = btf === undefined ? 'no BTF' : `${count(btf.funcCount)} FUNC records`;
  return [
    span(which === 'before' ? ' OLD ' : ' NEW ', 'title'),
    span([machine, ...linux, records].join(` ${dot} `)),
    span(`  ${visibleText(paths[which])}`, 'dim'),
  ];
}

const viewNames: Readonly<Record<View, string>> = {
  all: 'differ',
  gained: 'gained',
  lost: 'lost',
  changed: 'changed',
  same: 'same',
};

/** "1 differ 26,397  2 gained 24,373 …", the view that is shown standing out. */
export function viewSpans({ view }: CompareState, { comparison }: Compared): Span[] {
  const total = (one: View) => changesOfView[one].reduce((sum, change) => sum + comparison.totals[change], 0);
  return views.flatMap((one, i) => [
    span(i === 0 ? ' ' : '  '),
    span(`${i + 1} ${viewNames[one]} ${count(total(one))}`, one === view ? 'match' : 'plain'),
  ]);
}

/** Where both prototypes have room beside the name. */
const twoPrototypes = 140;

export const listColumns = (width: number): readonly Column[] => [
  { id: 'change', title: '', width: 1, dropOrder: 0 },
  { id: 'name', title: 'function', width: width < 100 ? 30 : 36, dropOrder: 0 },
  ...(width < twoPrototypes
    ? [{ id: 'prototype', title: 'prototype', width: 'rest', least: 8, dropOrder: 1 } as const]
    : [
        { id: 'old', title: 'OLD', width: 'rest', dropOrder: 2 } as const,
        { id: 'new', title: 'NEW', width: 'rest', dropOrder: 1 } as const,
      ]),
];

const signs: Readonly<Record<Change, readonly [sign: string, role: Role]>> = {
  gained: ['+', 'good'],
  lost: ['-', 'bad'],
  changed: ['~', 'kind'],
  renamed: ['n', 'dim'],
  repeated: ['#', 'dim'],
  same: ['=', 'dim'],
};

/** The cells of a row of the list, for {@link listColumns} of the same width. */
export function listCells(comparison: Comparison, row: ComparedName, width: number): Cell[] {
  const [sign, role] = signs[row.change];
  const side = (which: 'before' | 'after'): Cell => {
    const [id] = row[which];
    if (id === undefined) return span(`no record: ${absenceWords[absenceOf(comparison[which], row.name)]}`, 'dim');
    const more = row[which].length > 1 ? ` (${row[which].length} records)` : '';
    return span(withoutName(onScreen(comparison[which].prototype(id)), onScreen(row.name)) + more);
  };
  const first: Cell[] = [span(sign, role), span(onScreen(row.name), 'name')];
  if (width >= twoPrototypes) return [...first, side('before'), side('after')];
  return [...first, side(row.after.length > 0 ? 'after' : 'before')];
}

/** The name stands in the column before. */
const withoutName = (prototype: string, name: string): string => prototype.replace(`${name}(`, '(');

/** "12 of 26,397" of the list; in a function the lines are the frame's matter. */
export const listTally = ({ shown, cursor }: CompareState): string =>
  shown.length === 0 ? '' : `${count(cursor + 1)} of ${count(shown.length)}`;

/** What is said in the frame while there is no list. */
export function waitingText(state: CompareState): string {
  const { opening } = state;
  switch (opening.phase) {
    case 'idle':
      return 'Type the path of a second kernel: what it gains, loses and changes is listed here.';
    case 'comparing':
      return `comparing with ${visibleText(opening.path)} … ${Math.floor(opening.share * 100)} %`;
    case 'failed':
      return visibleText(opening.reason);
    case 'ready':
      return state.filter === '' ? 'no such functions' : `nothing has ${visibleText(state.filter)} in its name`;
  }
}

export const promptSign = ({ kind }: ComparePrompt): string => (kind === 'path' ? 'compare with: ' : 'filter: ');

/** What may be typed; what could follow. */
export function promptHint({ kind, text, choices }: ComparePrompt): string {
  if (choices.length > 0) return choices.join('  ');
  if (text !== '') return '';
  return kind === 'path' ? 'a vmlinux; Tab completes' : 'words in the name';
}

/** The line above the keys: the filter, else what makes the answer doubtful. */
export function noteSpans(state: CompareState): Span[] {
  if (state.filter !== '') return [span(` filter: ${visibleText(state.filter)}`, 'note')];
  const warnings = comparedIn(state)?.warnings ?? [];
  return warnings.length === 0 ? [] : [span(` ${visibleText(warnings.join('; '))}`, 'bad')];
}
