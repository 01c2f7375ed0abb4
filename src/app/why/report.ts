/** The report on one function, laid out for the screen: its rows, and the lines that each of them has. */
import { basename } from 'node:path';
import { type WhyAnswer, why } from '../../explain/why.ts';
import type { Subject } from '../../explain/why-facts.ts';
import { layOutReport, type ReportBlock, type ReportLine, type ReportRow } from '../../format/report.ts';
import { visibleText } from '../../format/visible.ts';
import { whyReport } from '../../format/why-report.ts';
import type { EvidenceState } from '../evidence.ts';

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

interface Known {
  readonly classifier: EvidenceState['classifier'];
  readonly prepared: number;
  readonly subject: Subject;
  readonly answer: WhyAnswer;
  views: Map<string, ReportView>;
}

/** The last answers: a screen is drawn more often than it changes. */
let known: readonly Known[] = [];
const mostKnown = 4;

/** What is known of a function by now. */
export const answerOn = (evidence: EvidenceState, subject: Subject): WhyAnswer => knownOf(evidence, subject).answer;

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
    answer: why(classifier, subject, { atHand: true }),
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
    view = viewOf(blocksOf(evidence, entry.answer), width);
    entry.views.set(key, view);
  }
  return view;
}

function blocksOf(evidence: EvidenceState, answer: WhyAnswer): readonly ReportBlock[] {
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
