/**
 * A report: blocks of labelled rows, laid out for any width. The screen draws the lines with their roles; the text of a
 * subcommand is the same lines without.
 *
 *   title
 *   label         value, wrapped, its later lines below the first
 *                 [where it was read]
 */
import type { FactLink } from '../explain/why-facts.ts';
import type { Role } from './cells.ts';
import { wrapWords } from './wrap.ts';

export interface ReportRow {
  readonly label: string;
  /** Whether it speaks for what was asked, against it, or neither. */
  readonly sign: 'yes' | 'no' | 'plain';
  readonly value: string;
  /** Empty where there is nothing to read. */
  readonly where: string;
  /** Where a screen can go from here. */
  readonly link?: FactLink | undefined;
}

export interface ReportBlock {
  readonly title: string;
  readonly rows: readonly ReportRow[];
}

export interface ReportPart {
  readonly text: string;
  readonly role: Role;
}

/** The parts of a line, one behind the other; none is an empty line. */
export type ReportLine = readonly ReportPart[];

const labelWidth = 14;
/** A blank at which a line does not break; {@link reportLines} takes it out again. */
const noBreak = '\u00a0';
/** A C prototype that breaks between its parameters only. */
export const unbroken = (prototype: string): string => prototype.replace(/(?<!,) /g, noBreak);
const blanks = (text: string): string => text.replaceAll(noBreak, ' ');

const roles: Readonly<Record<ReportRow['sign'], Role>> = { yes: 'good', no: 'bad', plain: 'plain' };

/** A line, and the row that it is of; heads and empty lines are of none. */
export interface LaidOutLine {
  readonly parts: ReportLine;
  readonly row: ReportRow | undefined;
}

/** @param width columns; strings of the report are visible already */
export function layOutReport(blocks: readonly ReportBlock[], width: number): readonly LaidOutLine[] {
  const room = Math.max(16, width - labelWidth);
  const bare = (parts: ReportLine): LaidOutLine => ({ parts, row: undefined });
  return blocks.flatMap(({ title, rows }, i): LaidOutLine[] => {
    const heads =
      title === '' ? [] : wrapWords(title, width).map((text) => bare([{ text: blanks(text), role: 'title' }]));
    const between = i === 0 ? [] : [bare([])];
    return [...between, ...heads, ...rows.flatMap((row) => rowLines(row, room).map((parts) => ({ parts, row })))];
  });
}

/** The lines alone. */
export const reportLines = (blocks: readonly ReportBlock[], width: number): readonly ReportLine[] =>
  layOutReport(blocks, width).map(({ parts }) => parts);

function rowLines({ label, sign, value, where }: ReportRow, room: number): ReportLine[] {
  const lines = wrapWords(value, room).map((text) => ({ text, role: roles[sign] }));
  if (where !== '') for (const text of wrapWords(`[${where}]`, room)) lines.push({ text, role: 'dim' });
  return lines.map(
    ({ text, role }, i): ReportLine => [
      { text: (i === 0 ? label : '').padEnd(labelWidth), role: 'title' },
      { text: blanks(text), role },
    ],
  );
}

/** The lines as text. */
export const reportText = (blocks: readonly ReportBlock[], width: number): string =>
  reportLines(blocks, width)
    .map(
      (parts) =>
        `${parts
          .map(({ text }) => text)
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
