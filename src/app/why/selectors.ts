/** What the why screen and the overview show, as lines of spans. */

import { readyValue } from '../../errors.ts';
import { causeFacts } from '../../explain/causes.ts';
import { causeOf } from '../../explain/why.ts';
import type { Cell, Column, Span } from '../../format/cells.ts';
import { span } from '../../format/cells.ts';
import { count, hexWord } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import type { ReportLine } from '../../format/report.ts';
import { visibleText } from '../../format/visible.ts';
import type { EvidenceState } from '../evidence.ts';
import type { AppState } from '../state.ts';
import { orProblem } from '../unreadable.ts';
import { causeRows, causesHeight, functionHere, listed, windowOf } from './causes.ts';
import { lineWidth, whyLayout } from './layout.ts';
import { type ReportView, reportView } from './report.ts';
import { reportHeight, shownReport } from './walk.ts';

export interface ReportScreenLine {
  readonly parts: ReportLine;
  /** Of the row that the cursor is on. */
  readonly selected: boolean;
  /** Its first line. */
  readonly first: boolean;
}

export interface ReportScreen {
  readonly title: string;
  readonly tally: string;
  readonly lines: readonly ReportScreenLine[];
}

export function reportScreen(state: AppState): ReportScreen {
  const { subject, cursor, top } = state.why;
  const view = shownReport(state);
  const height = reportHeight(state);
  const lines = visibleLines(view, top, height, cursor);
  const total = view.lines.length;
  return {
    title: `Why ${onScreen(subject?.name ?? '')}`,
    tally: total > height ? `lines ${top + 1} to ${top + lines.length} of ${total}` : '',
    lines,
  };
}

const visibleLines = (view: ReportView, top: number, height: number, cursor: number): ReportScreenLine[] =>
  view.lines.slice(top, top + height).map(({ parts, row }, i) => ({
    parts,
    selected: row >= 0 && row === cursor,
    first: row >= 0 && view.starts[row] === top + i,
  }));

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** How far the evidence has come, and which pahole it is about. */
export function evidenceStatus({ phase, done, total, reason, classifier }: EvidenceState): readonly Span[] {
  const until = ' (until then what symbols and BTF tell)';
  switch (phase) {
    case 'unread':
      return [span(' the DWARF is not read yet', 'note'), span(until, 'dim')];
    case 'reading': {
      const share =
        total === 0 ? '' : `: ${Math.floor((done / total) * 100)} %, ${megabytes(done)} of ${megabytes(total)}`;
      return [span(` reading the DWARF${share}`, 'note'), span(until, 'dim')];
    }
    case 'choosing':
      return [
        span(` replaying pahole: ${Math.floor((done / Math.max(1, total)) * 100)} %`, 'note'),
        span(until, 'dim'),
      ];
    case 'failed':
      return [span(` inferred: ${visibleText(reason ?? '')}`, 'note')];
    case 'ready': {
      const { encoder } = classifier;
      if (encoder === undefined) return [];
      const { version, by, onlyReplay, onlyBtf, rulesOnly } = encoder;
      const rules = rulesOnly === undefined ? `pahole ${version}` : `the rules of pahole ${version}`;
      const apart = onlyReplay + onlyBtf;
      const near =
        by !== 'btf'
          ? 'no BTF tells the version'
          : apart === 0
            ? 'the same names as the BTF'
            : `nearest to the BTF: ${count(apart)} names apart`;
      return [span(` decisions by ${rules}`), span(`, ${near}`, 'dim')];
    }
  }
}

/** A row of the table of causes, or of the list of functions. */
export interface CausesLine {
  readonly cells: readonly Cell[];
  readonly selected: boolean;
}

export interface CausesScreen {
  readonly title: string;
  readonly tally: string;
  readonly columns: readonly Column[];
  readonly lines: readonly CausesLine[];
  /** In the place of the rows, while there are none. */
  readonly note: string | undefined;
}

const tableColumns: readonly Column[] = [
  { id: 'symbols', title: 'symbols', width: 9, dropOrder: 0, align: 'right' },
  { id: 'names', title: 'names', width: 9, dropOrder: 1, align: 'right' },
  { id: 'share', title: '%', width: 6, dropOrder: 2, align: 'right' },
  { id: 'cause', title: 'cause', width: 29, dropOrder: 0 },
  { id: 'meaning', title: 'what it means', width: 'rest', least: 40, dropOrder: 3 },
];

const listColumns = (wordSize: number): readonly Column[] => [
  { id: 'address', title: 'address', width: wordSize * 2, dropOrder: 3 },
  { id: 'name', title: 'function', width: 'rest', least: 30, dropOrder: 0 },
  { id: 'detail', title: 'detail', width: 13, dropOrder: 4 },
  { id: 'verdict', title: 'verdict', width: 17, dropOrder: 2 },
  { id: 'unit', title: 'unit', width: 24, dropOrder: 1 },
];

export function causesScreen(state: AppState): CausesScreen {
  const { census, share, list } = state.causes;
  const counting = share === undefined ? '' : `counting: ${Math.floor(share * 100)} %`;
  const inferred = census !== undefined && census.classifier.encoder === undefined ? 'inferred' : '';
  const tally = (shown: string): string => [inferred, shown, counting].filter((part) => part !== '').join(' · ');
  if (census === undefined) {
    const note = `the root cause of every function is being found${share === undefined ? '' : `: ${Math.floor(share * 100)} %`}`;
    return { title: 'Causes', tally: '', columns: tableColumns, lines: [], note };
  }
  return list === undefined ? tableScreen(state, tally) : listScreen(state, tally);
}

function tableScreen(state: AppState, tally: (shown: string) => string): CausesScreen {
  const { census } = state.causes;
  const rows = causeRows(census);
  const { cursor, top } = windowOf(state.causes);
  const all = Math.max(1, census?.count ?? 0);
  const lines = rows.slice(top, top + causesHeight(state)).map((row, i): CausesLine => {
    const isDetail = row.detail !== undefined;
    const tone = row.cause === 'in-btf' ? 'good' : isDetail ? 'dim' : 'plain';
    return {
      selected: top + i === cursor,
      cells: [
        span(count(row.symbols), isDetail ? 'dim' : 'plain'),
        span(count(row.names), 'dim'),
        span(`${((row.symbols / all) * 100).toFixed(1)}`, 'dim'),
        span(isDetail ? `  ${row.title}` : row.title, tone),
        span(row.meaning, 'dim'),
      ],
    };
  });
  return {
    title: 'Causes',
    tally: tally(`${count(census?.count ?? 0)} functions`),
    columns: tableColumns,
    lines,
    note: rows.length === 0 ? 'there is no function symbol' : undefined,
  };
}

function listScreen(state: AppState, tally: (shown: string) => string): CausesScreen {
  const { census, list } = state.causes;
  if (census === undefined || list === undefined) throw new Error('no list is open');
  const positions = listed(census, list);
  const { kernel } = census.classifier.evidence;
  const symbols = readyValue(kernel.symbols);
  const { cursor, top, filter, cause, detail } = list;
  const lines = positions.slice(top, top + causesHeight(state)).map((at, i): CausesLine => {
    const decision = census.decision(at);
    const unit = onScreen(decision?.unit ?? '');
    return {
      selected: top + i === cursor,
      cells: [
        span(hexWord(symbols?.address(census.row(at)) ?? 0n, kernel.elf.wordSize), 'address'),
        span(onScreen(census.name(at)), 'name'),
        span(census.detail(at) ?? '', 'dim'),
        span(decision?.verdict ?? '', decision?.verdict === 'encoded' ? 'good' : 'plain'),
        span(unit.slice(unit.lastIndexOf('/') + 1), 'dim'),
      ],
    };
  });
  const words = visibleText(filter.trim());
  const filtered = words === '' ? [] : [`filter: ${words}`];
  return {
    title: `${causeFacts[cause].title}${detail === undefined ? '' : `: ${detail}`}`,
    tally: tally([...filtered, count(positions.length)].join(' · ')),
    columns: listColumns(kernel.elf.wordSize),
    lines,
    note: positions.length === 0 ? `no function matches the filter ${words}` : undefined,
  };
}

/** What the row under the cursor means: of a cause in one clause, of a function its root cause in a sentence. */
export function describedRow(state: AppState): string {
  const { census, cursor, list } = state.causes;
  const at = functionHere(state.causes);
  if (census !== undefined && at !== undefined) {
    const subject = { name: census.name(at), row: census.row(at) };
    return orProblem(() => onScreen(causeOf(census.classifier, subject).sentence), visibleText);
  }
  const row = list === undefined ? causeRows(census)[cursor] : undefined;
  if (row === undefined) return '';
  return row.detail === undefined ? row.meaning : `${causeFacts[row.cause].title}: ${row.meaning}`;
}

/** The report on the function that the cursor is on, for the room beside the list. */
export function sideReport(
  state: AppState,
  width: number,
): { readonly position: number; readonly view: ReportView } | undefined {
  const at = functionHere(state.causes);
  const { census } = state.causes;
  if (census === undefined || at === undefined) return undefined;
  return { position: at, view: reportView(state.evidence, { name: census.name(at), row: census.row(at) }, width) };
}

/** The widths of the screen, for who draws it. */
export const screenLayout = ({ columns, rows }: AppState) => {
  const layout = whyLayout(columns, rows);
  return { ...layout, textWidth: lineWidth(layout) };
};
