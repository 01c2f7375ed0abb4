/**
 * What is wrong with the types of one function: the references that its prototype is read by, with the rules and the words
 * of reference-damage.ts.
 *
 *   FUNC → FUNC_PROTO → what it returns and takes → through modifiers, arrays and members
 *                                                → behind a pointer through modifiers, pointers and prototypes
 *
 * A structure behind a pointer is where it stops: the prototype has no more than its name. A function of a kernel has ten
 * such types, so that it costs nothing to ask for the one in focus; of a function that a damaged file gives thousands, the
 * first are looked at.
 */
import type { ParseError } from '../errors.ts';
import { KIND } from './kinds.ts';
import {
  badReference,
  contains,
  eachReference,
  isSound,
  kindOfRow,
  type LoopWay,
  loopOf,
  pointsOn,
  type Reference,
  type TypeRecords,
} from './reference-damage.ts';

/** References that are followed. */
const mostReferences = 10_000;

/** The first thing that is wrong. @param func the row of the FUNC */
export function findFunctionDamage(records: TypeRecords, func: number): ParseError | undefined {
  const { words, starts, firstId, complete, baseKind } = records;
  const kindOf = (id: number): number | undefined =>
    id < firstId ? baseKind(id) : id - firstId < starts.length ? kindOfRow(records, id - firstId) : undefined;
  /** Rows that are followed, and whether each was come to without a pointer. */
  const reached = new Map<number, boolean>([[func, true]]);
  const queue = [func];
  /** Only where ways meet there can be a loop. */
  let isMet = false;
  const reach = (id: number, direct: boolean): void => {
    const row = id - firstId;
    if (row < 0 || row >= starts.length) return;
    const kind = kindOfRow(records, row);
    if (!direct && (kind === KIND.STRUCT || kind === KIND.UNION)) return;
    const known = reached.get(row);
    if (known !== undefined) isMet = true;
    if (known === true || known === direct) return;
    reached.set(row, direct);
    queue.push(row);
  };
  let left = mostReferences;
  for (let at = 0; at < queue.length && left > 0; at++) {
    const row = queue[at] as number;
    const direct = reached.get(row) === true;
    let bad: Reference | undefined;
    eachReference(words, starts[row] as number, (kind, word, what, entry) => {
      if (left-- <= 0 || bad !== undefined) return;
      const id = words[word] as number;
      if (!isSound(kind, kindOf(id), complete)) bad = { word, what, entry };
      else reach(id, direct && kind !== KIND.PTR);
    });
    if (bad !== undefined) return badReference(records, row, bad, kindOf(words[bad.word] as number));
  }
  return isMet ? findLoop(records, reached) : undefined;
}

/** A loop of rows that were reached. */
function findLoop(records: TypeRecords, reached: ReadonlyMap<number, boolean>): ParseError | undefined {
  const found = loopThrough(records, reached, contains) ?? loopThrough(records, reached, pointsOn);
  if (found === undefined) return undefined;
  // Wherever the function comes into it, it is told from its first type.
  const first = found.indexOf(Math.min(...found));
  const isPointer = found.some((row) => kindOfRow(records, row) === KIND.PTR);
  const by: LoopWay = isPointer ? 'points to' : 'contains';
  return loopOf(records, [...found.slice(first), ...found.slice(0, first)], by);
}

/** Depth first through rows of some kinds: the rows from one that is still open to where it is met again. */
function loopThrough(
  records: TypeRecords,
  reached: ReadonlyMap<number, boolean>,
  through: Uint8Array,
): readonly number[] | undefined {
  const { words, starts, firstId } = records;
  const isThrough = (row: number): boolean => reached.has(row) && through[kindOfRow(records, row)] === 1;
  const next = (row: number): number[] => {
    const rows: number[] = [];
    eachReference(words, starts[row] as number, (_, word, what) => {
      const target = (words[word] as number) - firstId;
      if (what !== 'its index type' && isThrough(target)) rows.push(target);
    });
    return rows;
  };
  const done = new Set<number>();
  for (const root of reached.keys()) {
    if (done.has(root) || !isThrough(root)) continue;
    const open = new Set([root]);
    const stack = [{ row: root, rows: next(root) }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const row = top.rows.pop();
      if (row === undefined) {
        open.delete(top.row);
        done.add(top.row);
        stack.pop();
      } else if (open.has(row)) {
        const path = stack.map((frame) => frame.row);
        return path.slice(path.indexOf(row));
      } else if (!done.has(row)) {
        open.add(row);
        stack.push({ row, rows: next(row) });
      }
    }
  }
  return undefined;
}
