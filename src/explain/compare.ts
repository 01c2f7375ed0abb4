/**
 * What differs between the FUNC records of two kernels, name by name.
 *
 *   gained    a record in the second only          lost   in the first only
 *   changed   the prototypes differ in their types
 *   renamed   the types agree, and the name of a parameter does not
 *   repeated  the same prototypes, another number of times
 *
 * A name's records are two multisets, not two sequences: they are paired by equal prototypes first. Types are compared
 * as C text, so a struct is its name; what is inside it is not compared.
 */
import type { ComparedKernel } from './compared-kernel.ts';

export const changes = ['gained', 'lost', 'changed', 'renamed', 'repeated', 'same'] as const;
export type Change = (typeof changes)[number];

/** A name with its FUNC records on either side. */
export interface ComparedName {
  readonly name: string;
  readonly change: Change;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface Comparison {
  readonly before: ComparedKernel;
  readonly after: ComparedKernel;
  /** Every name that has a record, in the order of its bytes. */
  readonly names: readonly ComparedName[];
  readonly totals: Readonly<Record<Change, number>>;
}

/** Names between two looks at the clock of whoever does not want to wait. */
const slice = 256;

/** Compare all records. */
export function compareKernels(before: ComparedKernel, after: ComparedKernel): Comparison {
  const work = comparing(before, after);
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}

/** The same in slices; each yields the share that is done, from 0 to 1. */
export function* comparing(before: ComparedKernel, after: ComparedKernel): Generator<number, Comparison> {
  const all = new Set(before.records.keys());
  yield 0;
  for (const name of after.records.keys()) all.add(name);
  yield 0;
  const sorted = [...all].sort();
  yield 0;
  const totals = Object.fromEntries(changes.map((change) => [change, 0])) as Record<Change, number>;
  const names: ComparedName[] = [];
  for (const name of sorted) {
    const row = compareName(before, after, name);
    names.push(row);
    totals[row.change]++;
    if (names.length % slice === 0) yield names.length / sorted.length;
  }
  return { before, after, names, totals };
}

/** Compare the records of one name; without any on either side it is the same. */
export function compareName(before: ComparedKernel, after: ComparedKernel, name: string): ComparedName {
  const row = { name, before: before.recordsOf(name), after: after.recordsOf(name) };
  return { ...row, change: changeOf(before, after, row) };
}

function changeOf(before: ComparedKernel, after: ComparedKernel, row: Pick<ComparedName, 'before' | 'after'>): Change {
  if (row.before.length === 0) return row.after.length === 0 ? 'same' : 'gained';
  if (row.after.length === 0) return 'lost';
  const types = sameTexts(
    row.before.map((id) => before.types(id)),
    row.after.map((id) => after.types(id)),
  );
  if (types === 'other') return 'changed';
  const prototypes = sameTexts(
    row.before.map((id) => before.prototype(id)),
    row.after.map((id) => after.prototype(id)),
  );
  return prototypes === 'other' ? 'renamed' : prototypes === 'other-counts' ? 'repeated' : 'same';
}

function sameTexts(a: readonly string[], b: readonly string[]): 'same' | 'other-counts' | 'other' {
  if (a.length === 1 && b.length === 1) return a[0] === b[0] ? 'same' : 'other';
  const [first, second] = [new Set(a), new Set(b)];
  if (first.size !== second.size || a.some((text) => !second.has(text))) return 'other';
  const [left, right] = [[...a].sort(), [...b].sort()];
  return left.length === right.length && left.every((text, i) => text === right[i]) ? 'same' : 'other-counts';
}

/** A record beside the one that it is to be compared with, where there is one. */
export interface RecordPair {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** The records of a name side by side: equal prototypes first, then equal types, then what is left in file order. */
export function pairRecords({ before, after }: Pick<Comparison, 'before' | 'after'>, row: ComparedName): RecordPair[] {
  const pairs: RecordPair[] = [];
  let left = [...row.before];
  const right = [...row.after];
  const take = (textBefore: (id: number) => string, textAfter: (id: number) => string): void => {
    const unpaired: number[] = [];
    for (const id of left) {
      const at = right.findIndex((other) => textAfter(other) === textBefore(id));
      if (at < 0) unpaired.push(id);
      else pairs.push({ before: id, after: right.splice(at, 1)[0] });
    }
    left = unpaired;
  };
  take(
    (id) => before.prototype(id),
    (id) => after.prototype(id),
  );
  take(
    (id) => before.types(id),
    (id) => after.types(id),
  );
  for (let i = 0; i < Math.max(left.length, right.length); i++) pairs.push({ before: left[i], after: right[i] });
  return pairs;
}
