/** The report on one function, laid out for the screen: its rows, and the lines that each of them has. */
import { basename } from 'node:path';
import { type WhyAnswer, why } from '../../explain/why.ts';
import type { Subject } from '../../explain/why-facts.ts';
import { onScreen } from '../../format/on-screen.ts';
import { layOutReport, type ReportBlock, type ReportLine, type ReportRow } from '../../format/report.ts';
import { visibleText } from '../../format/visible.ts';
import { whyReport } from '../../format/why-report.ts';
import type { EvidenceState } from '../evidence.ts';
import { orProblem } from '../unreadable.ts';

export interface ReportView {
  readonly rows: readonly ReportRow[];
  readonly lines: readonly ReportViewLine[];
  /** First line of each row. */
  readonly starts: readonly number[];
}

export interface ReportViewLine {
  readonly parts: ReportLine;
  /** The row that it is of; -1 for heads and blanks. */
  readonly row: number;
}

const nothing: ReportView = { rows: [], lines: [], starts: [] };

interface Unreadable {
  readonly problem: string;
}

interface Known {
  readonly classifier: EvidenceState['classifier'];
  readonly prepared: number;
  readonly subject: Subject;
  /** Or why there is none: the file cannot be read any more. */
  readonly answer: WhyAnswer | Unreadable;
  views: Map<string, ReportView>;
}

/** The last answers: a screen is drawn more often than it changes. */
let known: readonly Known[] = [];
const mostKnown = 4;

/** What is known of a function by now, in one sentence. */
export function sentenceOn(evidence: EvidenceState, subject: Subject): string {
  const { answer } = knownOf(evidence, subject);
  return 'problem' in answer ? answer.problem : answer.sentence;
}

function knownOf({ classifier, prepared }: EvidenceState, subject: Subject): Known {
  const found = known.find(
    (row) =>
      row.classifier === classifier &&
      row.prepared === prepared &&
      row.subject.row === subject.row &&
      row.subject.name === subject.name,
  );
  if (found !== undefined) return found;
  const made: Known = {
    classifier,
    prepared,
    subject,
    answer: orProblem<WhyAnswer | Unreadable>(
      () => why(classifier, subject, { atHand: true }),
      (problem) => ({ problem }),
    ),
    views: new Map(),
  };
  known = [made, ...known.slice(0, mostKnown - 1)];
  return made;
}

/** @param width cells of a line */
export function reportView(evidence: EvidenceState, subject: Subject | undefined, width: number): ReportView {
  if (subject === undefined) return nothing;
  const entry = knownOf(evidence, subject);
  const key = `${evidence.phase} ${width}`;
  let view = entry.views.get(key);
  if (view === undefined) {
    view = viewOf(blocksOf(evidence, subject, entry.answer), width);
    entry.views.set(key, view);
  }
  return view;
}

function blocksOf(evidence: EvidenceState, subject: Subject, answer: WhyAnswer | Unreadable): readonly ReportBlock[] {
  if ('problem' in answer) {
    const row: ReportRow = {
      label: 'unreadable',
      sign: 'no',
      value: visibleText(answer.problem),
      where: '',
      link: undefined,
    };
    return [{ title: onScreen(subject.name), rows: [row] }];
  }
  const { kernel } = evidence.classifier.evidence;
  const blocks = whyReport(answer, visibleText(basename(kernel.path)));
  if (answer.encoder !== undefined || evidence.phase === 'failed') return blocks;
  const value =
    evidence.phase === 'ready' ? 'the other replays are being made' : 'the replays are made when the DWARF is read';
  return [
    ...blocks,
    { title: 'What would change it', rows: [{ label: '', sign: 'plain', value, where: '', link: undefined }] },
  ];
}

function viewOf(blocks: readonly ReportBlock[], width: number): ReportView {
  const rows: ReportRow[] = [];
  const starts: number[] = [];
  const lines = layOutReport(blocks, width).map(({ parts, row }, at): ReportViewLine => {
    if (row === undefined) return { parts, row: -1 };
    if (rows.at(-1) !== row) {
      rows.push(row);
      starts.push(at);
    }
    return { parts, row: rows.length - 1 };
  });
  return { rows, lines, starts };
}
