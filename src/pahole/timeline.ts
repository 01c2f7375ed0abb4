/**
 * All the steps of a replay, by mark. Nothing is run again to go anywhere: which lines an entry takes follows from its
 * verdict, so a mark is found by two binary searches, and going backwards is as fast as going forwards.
 *
 *   marks   | first unit: 649 677, collect_symbols, setup_functions, 703 | entry: 722 733 … | entry … |
 *           | second unit: 649 703 | entry … | … | the end |
 */
import { unitState } from '../dwarf/function-entries.ts';
import { callerOf, depthOf, entryPaths, paholeLine } from './lines.ts';
import { localsAt } from './locals.ts';
import type { Replay } from './machine.ts';
import { type Segment, setupSegments } from './setup-steps.ts';
import type { Checkpoint, Frame, Local, Mark, Step } from './step.ts';
import { verdictByte } from './verdict.ts';

/** The largest index whose value is at most `value`; the column ascends and starts at or below it. */
function lastAtMost(column: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = column.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((column[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}

export class ReplayTimeline {
  readonly replay: Replay;
  /** Number of marks; the last is the end of the process. */
  readonly length: number;
  readonly #segments: readonly Segment[];
  readonly #paths: readonly (readonly number[])[];
  /** Entered units that are in the order, by position: their rows, and the mark of their line 649. */
  readonly #unitRows: number[] = [];
  readonly #unitMarks: number[] = [];
  /** FUNC records written before each of them. */
  readonly #unitEncoded: number[] = [];
  /** Mark of each entry's line 722; for the entries of units that were not entered, that of the end. */
  readonly #entryMarks: Uint32Array;

  constructor(replay: Replay) {
    this.replay = replay;
    this.#segments = setupSegments(replay);
    this.#paths = entryPaths(replay.rules, replay.table.functions_cnt > 0);
    const { entries, verdicts, fate } = replay;
    const { firstEntry } = entries.units;
    const marks = new Uint32Array(entries.count + 1);
    let mark = 0;
    let encoded = 0;
    for (let unit = 0; unit < replay.unitsEntered; unit++) {
      const last = firstEntry[unit + 1] as number;
      if (unitState(entries, unit) === 'damaged') {
        marks.fill(mark, firstEntry[unit], last);
        continue;
      }
      this.#unitRows.push(unit);
      this.#unitMarks.push(mark);
      this.#unitEncoded.push(encoded);
      mark += this.#preludeLength(this.#unitRows.length === 1);
      for (let entry = firstEntry[unit] as number; entry < last; entry++) {
        marks[entry] = mark;
        mark += (this.#paths[verdicts[entry] as number] as readonly number[]).length;
        if (verdicts[entry] === verdictByte.encoded) encoded++;
      }
      if (fate.unit === unit) break;
    }
    marks.fill(mark, firstEntry[replay.unitsEntered]);
    this.#entryMarks = marks;
    this.length = mark + 1;
  }

  /** Lines of a unit before its first entry. */
  #preludeLength(first: boolean): number {
    return first ? this.#segments.reduce((sum, row) => sum + row.count * row.lines.length, 0) : 2;
  }

  /** The step at a mark, 0 ≤ mark < {@link length}. */
  step(mark: Mark): Step {
    if (mark >= this.length - 1 || this.#unitRows.length === 0) return this.#endStep();
    const position = lastAtMost(this.#unitMarks, mark);
    const unit = this.#unitRows[position] as number;
    const into = mark - (this.#unitMarks[position] as number);
    if (into < this.#preludeLength(position === 0)) return this.#preludeStep(mark, into, unit, position === 0);
    const entry = this.entryAt(mark) as number;
    const path = this.linesOfEntry(entry);
    return this.#stepOn(mark, path[mark - (this.#entryMarks[entry] as number)] as number, unit, entry, undefined);
  }

  #stepOn(mark: Mark, line: number, unit: number, entry?: number, symbol?: number): Step {
    return { mark, line, function: paholeLine(line)?.function, depth: depthOf(line), unit, entry, symbol };
  }

  #endStep(): Step {
    const { unit, entry } = this.replay.fate;
    return { mark: this.length - 1, function: undefined, line: 0, depth: 0, unit, entry, symbol: undefined };
  }

  #preludeStep(mark: Mark, into: number, unit: number, first: boolean): Step {
    if (!first) return this.#stepOn(mark, into === 0 ? 649 : 703, unit);
    let left = into;
    for (const { lines, count, symbols } of this.#segments) {
      const length = lines.length * count;
      if (left < length) {
        const line = lines[left % lines.length] as number;
        return this.#stepOn(mark, line, unit, undefined, symbols?.(Math.floor(left / lines.length)));
      }
      left -= length;
    }
    return this.#endStep();
  }

  /** The entry that a mark is at; undefined before the first entry of a unit, and at the end. */
  entryAt(mark: Mark): number | undefined {
    if (mark >= this.length - 1 || this.replay.entries.count === 0) return undefined;
    // Of entries with one mark only the last has lines.
    const entry = lastAtMost(this.#entryMarks, mark);
    const start = this.#entryMarks[entry] as number;
    return mark >= start && mark < start + this.linesOfEntry(entry).length ? entry : undefined;
  }

  /** The lines that an entry takes, from 722 on; none for an entry that was not decided. */
  linesOfEntry(entry: number): readonly number[] {
    return this.#paths[this.replay.verdicts[entry] ?? 0] ?? [];
  }

  /** Where the encoder takes an entry, at line 722; undefined when it never comes to it. */
  markOfEntry(entry: number): Mark | undefined {
    return this.linesOfEntry(entry).length === 0 ? undefined : this.#entryMarks[entry];
  }

  /** Where cu__encode_btf is entered for a unit. */
  markOfUnit(unit: number): Mark | undefined {
    const position = this.#unitRows.indexOf(unit);
    return position < 0 ? undefined : this.#unitMarks[position];
  }

  /**
   * The next mark at one of `lines`, after `from` or, with -1, before it; undefined when there is none.
   * @param accept asked of each such mark in turn: a breakpoint's condition
   */
  seek(
    from: Mark,
    direction: 1 | -1,
    lines: ReadonlySet<number>,
    accept: (mark: Mark) => boolean = () => true,
  ): Mark | undefined {
    // A path without such a line is passed in one comparison; there are a dozen paths and a quarter of a million entries.
    const offsets = this.#paths.map((path) => path.flatMap((line, at) => (lines.has(line) ? [at] : [])));
    for (let mark = from + direction; mark >= 0 && mark < this.length - 1; ) {
      const entry = this.entryAt(mark);
      if (entry === undefined) {
        if (lines.has(this.step(mark).line) && accept(mark)) return mark;
        mark += direction;
        continue;
      }
      const start = this.#entryMarks[entry] as number;
      const path = this.replay.verdicts[entry] as number;
      const hits = offsets[path] as number[];
      for (let i = 0; i < hits.length; i++) {
        const hit = start + (hits[direction > 0 ? i : hits.length - 1 - i] as number);
        if ((direction > 0 ? hit >= mark : hit <= mark) && accept(hit)) return hit;
      }
      mark = direction > 0 ? start + (this.#paths[path] as readonly number[]).length : start - 1;
    }
    return undefined;
  }

  /** The call stack at a mark, innermost first; empty at the end. */
  backtrace(mark: Mark): readonly Frame[] {
    const { function: name, line } = this.step(mark);
    if (name === undefined) return [];
    const frames: Frame[] = [{ function: name, line }];
    for (let caller = callerOf(name); caller !== undefined; caller = callerOf(caller.function)) {
      frames.push({ function: caller.function, line: caller.line });
    }
    return frames;
  }

  /** The locals in sight at a mark, and the globals that the decisions read. */
  locals(mark: Mark): readonly Local[] {
    return localsAt(this, this.step(mark));
  }

  /** What has happened before a mark. */
  checkpoint(mark: Mark): Checkpoint {
    const { unit, entry } = this.step(mark);
    const before = this.#before(mark);
    return { mark, unit, entry, functions_cnt: this.functionsCnt(mark), ...before };
  }

  #before(mark: Mark): { readonly decided: number; readonly encoded: number } {
    const { replay } = this;
    const { firstEntry } = replay.entries.units;
    if (this.#unitRows.length === 0) return { decided: 0, encoded: 0 };
    const position = lastAtMost(this.#unitMarks, mark);
    const unit = this.#unitRows[position] as number;
    let encoded = this.#unitEncoded[position] as number;
    let entry = firstEntry[unit] as number;
    const last = firstEntry[unit + 1] as number;
    let decided = this.#decidedBefore(unit);
    for (; entry < last && this.linesOfEntry(entry).length > 0; entry++) {
      const start = this.#entryMarks[entry] as number;
      if (mark < start + this.linesOfEntry(entry).length) break;
      decided++;
      if (replay.verdicts[entry] === verdictByte.encoded) encoded++;
    }
    return { decided, encoded };
  }

  /** Units before one that was entered were decided to the last entry; damaged ones have none. */
  #decidedBefore(unit: number): number {
    return this.replay.entries.units.firstEntry[unit] ?? 0;
  }

  /** The global functions_cnt at a mark: it counts up while symbols are collected and falls when they are filtered. */
  functionsCnt(mark: Mark): number {
    const { collected, table } = this.replay;
    if (mark >= this.#preludeLength(true)) return table.functions_cnt;
    const { line, symbol } = this.step(mark);
    if (line === 649 || line === 677 || line === 601) return 0;
    if (symbol !== undefined && (line === 615 || line === 66 || line === 617 || line === 587)) {
      const rows = collected?.functions ?? new Uint32Array(0);
      const included = line === 617 || line === 587 ? symbol + 1 : symbol;
      if (rows.length === 0 || (rows[0] as number) >= included) return 0;
      return lastAtMost(rows, included - 1) + 1;
    }
    return line === 703 ? table.functions_cnt : (collected?.functions.length ?? 0);
  }
}
