/**
 * The comparison as text of at most 80 columns: the totals first, then what is gained, lost and changed, complete.
 *
 *   whole kernels   grouped by why the other side has no record; + and - before prototypes as in a diff
 *   functions       a table of facts with a column for each kernel, and the prototypes side by side
 */
import { type Change, type ComparedName, changes, pairRecords } from '../explain/compare.ts';
import { type Absence, absenceOf, absences } from '../explain/compared-function.ts';
import type { ComparedKernel } from '../explain/compared-kernel.ts';
import { cFilled, cLines } from '../format/c-lines.ts';
import { absenceWords, changeWords, encoderLabel, severalWords, sideFacts } from '../format/compare-words.ts';
import { count } from '../format/hex.ts';
import { visible, visibleText } from '../format/visible.ts';
import { isWritten } from '../pahole/fate.ts';
import type { CompareAnswer, CompareSide } from './compare.ts';
import { wrap } from './help.ts';

const width = 80;
const chunkLength = 1 << 16;

/** Lines in chunks that are worth a write(2). */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += `${line.trimEnd()}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Everything that differs between two kernels. */
export const wholeText = (answer: CompareAnswer): Generator<string> => inChunks(wholeLines(answer));

/** Functions by name, side by side. */
export const functionsText = (answer: CompareAnswer): Generator<string> => inChunks(functionLines(answer));

function* indented(first: string, text: string): Generator<string> {
  const blanks = ' '.repeat(first.length);
  let start = first;
  for (const line of wrap(text, width - first.length)) {
    yield start + line;
    start = blanks;
  }
}

function* sideLines(label: string, side: CompareSide, answer: CompareAnswer): Generator<string> {
  const { identity, compared, path, replay } = side;
  yield `${label}  ${visibleText(path)}`;
  const { btf } = compared;
  const release = identity.release === undefined ? [] : [`Linux ${visible(identity.release)}`];
  const made = identity.paholeVersion === undefined ? [] : [`CONFIG_PAHOLE_VERSION ${visible(identity.paholeVersion)}`];
  const records =
    btf === undefined ? 'no BTF' : `${count(btf.funcCount)} FUNC records of ${count(compared.records.size)} names`;
  yield* indented('     ', [identity.machine, ...release, ...made, records].join(', '));
  if (replay === undefined || answer.version === undefined) return;
  if (replay.state !== 'ready') yield* indented('     ', `no verdicts: ${visibleText(replay.reason)}`);
  else if (!isWritten(replay.fate)) {
    yield* indented('     ', `${encoderLabel(answer.version)} writes nothing here: ${visibleText(replay.fate.why)}`);
  } else if (replay.fate.kind === 'units-lost') {
    yield* indented('     ', `${encoderLabel(answer.version)} loses units here: ${visibleText(replay.fate.why)}`);
  }
}

const totalLine = (number: number, text: string): string => `${count(number).padStart(10)}  ${text}`;

function* wholeLines(answer: CompareAnswer): Generator<string> {
  const { comparison, before, after } = answer;
  yield* sideLines('OLD', before, answer);
  yield* sideLines('NEW', after, answer);
  yield '';
  for (const change of changes) {
    yield totalLine(comparison.totals[change], `${change.padEnd(10)}${changeWords[change]}`);
  }
  const gained = byAbsence(comparison.names, 'gained', before.compared);
  const lost = byAbsence(comparison.names, 'lost', after.compared);
  yield* absenceTotals('gained: why OLD has no record', gained);
  yield* absenceTotals('lost: why NEW has no record', lost);
  yield* absenceGroups('GAINED', 'OLD', gained, answer);
  yield* absenceGroups('LOST', 'NEW', lost, answer);
  for (const change of ['changed', 'renamed', 'repeated'] as const) {
    const rows = comparison.names.filter((row) => row.change === change);
    if (rows.length === 0) continue;
    yield '';
    yield `${change.toUpperCase()}: ${changeWords[change]} (${count(rows.length)})`;
    for (const row of rows) yield* changedLines(row, answer);
  }
}

type Groups = ReadonlyMap<Absence, readonly ComparedName[]>;

function byAbsence(names: readonly ComparedName[], change: Change, without: ComparedKernel): Groups {
  const groups = new Map<Absence, ComparedName[]>();
  for (const row of names) {
    if (row.change !== change) continue;
    const absence = absenceOf(without, row.name);
    const group = groups.get(absence);
    if (group === undefined) groups.set(absence, [row]);
    else group.push(row);
  }
  // In the order of the list of absences, so that two runs can be compared.
  return new Map(absences.flatMap((absence) => (groups.has(absence) ? [[absence, groups.get(absence) ?? []]] : [])));
}

function* absenceTotals(title: string, groups: Groups): Generator<string> {
  if (groups.size === 0) return;
  yield '';
  yield title;
  for (const [absence, rows] of groups) yield totalLine(rows.length, absenceWords[absence]);
}

function* absenceGroups(title: string, without: string, groups: Groups, answer: CompareAnswer): Generator<string> {
  const side = title === 'GAINED' ? 'after' : 'before';
  for (const [absence, rows] of groups) {
    yield '';
    yield `${title}; in ${without} ${absenceWords[absence]} (${count(rows.length)})`;
    for (const row of rows) {
      for (const id of row[side]) yield* diffLines(side, answer, id);
      yield* verdictLines(row, answer);
    }
  }
}

function* diffLines(side: 'before' | 'after', { comparison }: CompareAnswer, id: number): Generator<string> {
  const lines = cFilled(visible(comparison[side].prototype(id)), width - 2);
  for (let i = 0; i < lines.length; i++) yield `${i > 0 ? ' ' : side === 'before' ? '-' : '+'} ${lines[i]}`;
}

function* changedLines(row: ComparedName, answer: CompareAnswer): Generator<string> {
  const { comparison } = answer;
  yield '';
  yield visible(row.name);
  for (const { before, after } of pairRecords(comparison, row)) {
    const isSame = before !== undefined && after !== undefined;
    if (isSame && comparison.before.prototype(before) === comparison.after.prototype(after)) continue;
    if (before !== undefined) yield* diffLines('before', answer, before);
    if (after !== undefined) yield* diffLines('after', answer, after);
  }
  for (const [label, side] of [['OLD', 'before'] as const, ['NEW', 'after'] as const]) {
    const { several } = answer.side(side, row);
    if (several !== undefined) yield `  ${label}: ${severalWords(several)}`;
  }
  yield* verdictLines(row, answer);
}

/** The verdicts of both sides, where the DWARF was read for them. */
function* verdictLines(row: ComparedName, { version, before, after }: CompareAnswer): Generator<string> {
  if (version === undefined) return;
  const word = ({ replay }: CompareSide) =>
    replay?.state !== 'ready' ? 'no DWARF' : (replay.verdicts.of(row.name)?.verdict ?? 'no entry');
  yield `  ${encoderLabel(version)}: OLD ${word(before)}, NEW ${word(after)}`;
}

const labelWidth = 13;
const columnWidth = Math.floor((width - labelWidth - 2) / 2);

function* functionLines(answer: CompareAnswer): Generator<string> {
  yield* sideLines('OLD', answer.before, answer);
  yield* sideLines('NEW', answer.after, answer);
  for (const row of answer.comparison.names) {
    yield '';
    yield* indented('', `${visible(row.name)}: ${row.change}, ${changeOrNone(row)}`);
    yield* factLines(row, answer);
    for (const { before, after } of pairRecords(answer.comparison, row)) {
      yield '';
      const c = (side: 'before' | 'after', id: number | undefined) =>
        id === undefined
          ? ['(no record)']
          : cLines(visible(answer.comparison[side].prototype(id)), Math.floor(width / 2) - 3);
      yield* sideBySide(c('before', before), c('after', after), '  ', Math.floor(width / 2) - 3);
    }
  }
}

const changeOrNone = ({ change, before }: ComparedName): string =>
  change === 'same' && before.length === 0 ? 'no record on either side' : changeWords[change];

function* factLines(row: ComparedName, answer: CompareAnswer): Generator<string> {
  const facts = (which: 'before' | 'after') => {
    const { replay } = answer[which];
    const reason = replay !== undefined && replay.state !== 'ready' ? 'no DWARF' : undefined;
    return new Map(sideFacts(answer.side(which, row), answer.version, reason));
  };
  const [before, after] = [facts('before'), facts('after')];
  yield `${' '.repeat(labelWidth)}${'OLD'.padEnd(columnWidth + 2)}NEW`;
  const labels = new Set([...before.keys(), ...after.keys()]);
  for (const label of labels) {
    const column = (side: ReadonlyMap<string, string>) => wrap(side.get(label) ?? '', columnWidth).flatMap(hard);
    yield* sideBySide(column(before), column(after), label.padEnd(labelWidth), columnWidth);
  }
}

/** A word that no column holds (a path, a long name) is cut where the column ends. */
function hard(line: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at === 0 || at < line.length; at += columnWidth) lines.push(line.slice(at, at + columnWidth));
  return lines;
}

function* sideBySide(
  left: readonly string[],
  right: readonly string[],
  label: string,
  column: number,
): Generator<string> {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const start = i === 0 ? label : ' '.repeat(label.length);
    yield `${start}${(left[i] ?? '').padEnd(column + 2)}${right[i] ?? ''}`;
  }
}
