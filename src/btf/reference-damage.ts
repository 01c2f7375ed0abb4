/**
 * What is wrong with the references between types, found in two passes over the records: ids that lead nowhere, and
 * types that contain themselves. The printers show such a type as far as it goes; here it is said which one it is.
 *
 *   reference            leads to                                  the verifier's words (kernel/bpf/btf.c)
 *   FUNC                 a FUNC_PROTO                              "Invalid type_id"
 *   entry of a DATASEC   a VAR; in an object of BPF also a FUNC
 *   DECL_TAG             a STRUCT, UNION, TYPEDEF, VAR or FUNC      "Invalid type_id"
 *   of a FUNC_PROTO      as below, and no FUNC_PROTO               "Invalid return type", "Invalid arg"
 *   all others           no FUNC, VAR, DATASEC or DECL_TAG         "Invalid type_id", "Invalid member", "Invalid elem"
 *
 * The kernel's verifier follows a type that has a size through modifiers, arrays and members, and a pointer through
 * modifiers and pointers, and calls a type that it meets again a loop. A pointer to a structure is where both stop.
 */
import { ParseError } from '../errors.ts';
import { entryWords, fixedWords, KIND, kinds, TYPE_WORDS } from './kinds.ts';
import { infoKind, infoVlen } from './raw-type.ts';

export interface TypeRecords {
  readonly words: Uint32Array;
  /** Index of the first word of each own record. */
  readonly starts: Uint32Array;
  readonly firstId: number;
  /** Whether all records could be read; if not, an id past the last may be one of the others. */
  readonly complete: boolean;
  /** The number of the kind of a type before the first own one: of the base, or void. */
  readonly baseKind: (id: number) => number;
  /** File offset of a word. */
  readonly fileOffset: (word: number) => number | undefined;
}

/** Which words of a record are type ids. */
interface Targets {
  /** Word of the record; 0 where none is: word 0 is its name. */
  readonly own: number;
  /** An array's index type, likewise. */
  readonly second: number;
  /** Word of each entry; -1 where none is. */
  readonly entry: number;
}

const targets: readonly (Targets | undefined)[] = kinds.map((kind) => {
  switch (kind) {
    case 'PTR':
    case 'TYPEDEF':
    case 'VOLATILE':
    case 'CONST':
    case 'RESTRICT':
    case 'TYPE_TAG':
    case 'FUNC':
    case 'VAR':
    case 'DECL_TAG':
      return { own: 2, second: 0, entry: -1 };
    case 'ARRAY':
      return { own: 3, second: 4, entry: -1 };
    case 'STRUCT':
    case 'UNION':
      return { own: 0, second: 0, entry: 1 };
    case 'FUNC_PROTO':
      return { own: 2, second: 0, entry: 1 };
    case 'DATASEC':
      return { own: 0, second: 0, entry: 0 };
    default:
      return undefined;
  }
});

const flags = (...names: readonly (typeof kinds)[number][]): Uint8Array =>
  Uint8Array.from(kinds, (kind) => (names.includes(kind) ? 1 : 0));
const isNoType = flags('FUNC', 'VAR', 'DATASEC', 'DECL_TAG');
const isTagged = flags('STRUCT', 'UNION', 'TYPEDEF', 'VAR', 'FUNC');
/** What a type with a size is followed through. */
export const contains = flags('TYPEDEF', 'VOLATILE', 'CONST', 'RESTRICT', 'TYPE_TAG', 'ARRAY', 'STRUCT', 'UNION');
/** What a pointer is followed through. */
export const pointsOn = flags('TYPEDEF', 'VOLATILE', 'CONST', 'RESTRICT', 'TYPE_TAG', 'PTR');

/** The first reference that leads nowhere and the first loop, where there are any. */
export function findReferenceDamage(records: TypeRecords): readonly ParseError[] {
  const own = withKinds(records);
  return [findBadReference(own), findLoop(own)].filter((found) => found !== undefined);
}

interface Records extends TypeRecords {
  /** The number of the kind of each own record. */
  readonly kindAt: Uint8Array;
}

function withKinds(records: TypeRecords): Records {
  const { words, starts } = records;
  const kindAt = new Uint8Array(starts.length);
  for (let row = 0; row < starts.length; row++) kindAt[row] = infoKind(words[(starts[row] as number) + 1] as number);
  return { ...records, kindAt };
}

const firstOf = (count: number, noun: string): string | undefined =>
  count === 1 ? undefined : `it is the first of ${count} ${noun}`;

/** A type id that a record has: its word, and what it is called in a sentence. */
export interface Reference {
  readonly word: number;
  readonly what: string;
  /** Of which entry; -1 for the record's own. */
  readonly entry: number;
}

/** Visit the type ids of the record that begins at a word. */
export function eachReference(
  words: Uint32Array,
  at: number,
  visit: (kind: number, word: number, what: string, entry: number) => void,
): void {
  const info = words[at + 1] as number;
  const kind = infoKind(info);
  const target = targets[kind];
  if (target === undefined) return;
  if (target.own !== 0) visit(kind, at + target.own, kind === KIND.ARRAY ? 'its element type' : 'its type', -1);
  if (target.second !== 0) visit(kind, at + target.second, 'its index type', -1);
  if (target.entry < 0) return;
  const stride = entryWords[kind] as number;
  const vlen = infoVlen(info);
  let word = at + TYPE_WORDS + (fixedWords[kind] as number) + target.entry;
  for (let entry = 0; entry < vlen; entry++, word += stride) visit(kind, word, 'the type of entry', entry);
}

/** Whether a reference of a kind may lead to a type of another; undefined stands for one that there is not. */
export const isSound = (source: number, target: number | undefined, complete: boolean): boolean =>
  target === undefined ? !complete : isRightTarget(source, target);

function findBadReference(records: Records): ParseError | undefined {
  const { words, starts, firstId, complete, kindAt, baseKind } = records;
  const kindOf = (id: number): number | undefined => (id < firstId ? baseKind(id) : kindAt[id - firstId]);
  let count = 0;
  let found: (Reference & { readonly row: number }) | undefined;
  let row = 0;
  const check = (kind: number, word: number, what: string, entry: number): void => {
    if (isSound(kind, kindOf(words[word] as number), complete)) return;
    if (count++ === 0) found = { row, word, what, entry };
  };
  for (; row < starts.length; row++) eachReference(words, starts[row] as number, check);
  if (found === undefined) return undefined;
  const target = kindOf(words[found.word] as number);
  return badReference(records, found.row, found, target, firstOf(count, 'such references'));
}

/** @param target the kind that the reference leads to */
export function badReference(
  records: TypeRecords,
  row: number,
  { word, what, entry }: Reference,
  target: number | undefined,
  advice?: string,
): ParseError {
  const { words, starts, firstId, fileOffset } = records;
  const id = words[word] as number;
  const source = kindOfRow(records, row);
  const expected = expectedOf(source);
  const subject = entry < 0 ? what : `${what} ${entry}`;
  const problem =
    target === undefined
      ? `${subject} is ${id}, and the last id is ${firstId + starts.length - 1}`
      : `${subject} is ${id} (${kinds[target]}), expected ${expected}`;
  return new ParseError({
    code: 'bad-reference',
    structure: describe(records, row),
    offset: fileOffset(word),
    problem,
    advice,
  });
}

export const kindOfRow = ({ words, starts }: TypeRecords, row: number): number =>
  infoKind(words[(starts[row] as number) + 1] as number);

/** "BTF type 4 (FUNC)" */
const describe = (records: TypeRecords, row: number): string =>
  `BTF type ${records.firstId + row} (${kinds[kindOfRow(records, row)]})`;

function expectedOf(source: number | undefined): string {
  switch (source) {
    case KIND.FUNC:
      return 'a FUNC_PROTO';
    case KIND.DATASEC:
      return 'a VAR';
    case KIND.DECL_TAG:
      return 'a STRUCT, UNION, TYPEDEF, VAR or FUNC';
    default:
      return 'a type';
  }
}

function isRightTarget(source: number, target: number): boolean {
  switch (source) {
    case KIND.FUNC:
      return target === KIND.FUNC_PROTO;
    case KIND.FUNC_PROTO:
      return isNoType[target] === 0 && target !== KIND.FUNC_PROTO;
    case KIND.DATASEC:
      return target === KIND.VAR || target === KIND.FUNC;
    case KIND.DECL_TAG:
      return isTagged[target] === 1;
    default:
      return isNoType[target] === 0;
  }
}

/** How the types of a loop lead to one another. */
export type LoopWay = 'contains' | 'points to';

/** Loops that were found: the first one's rows, in the order in which they lead to one another. */
interface Loops {
  count: number;
  first: readonly number[];
  by: LoopWay;
}

function findLoop(records: Records): ParseError | undefined {
  const loops: Loops = { count: 0, first: [], by: 'contains' };
  findContainment(records, loops);
  findPointerLoops(records, loops);
  return loops.count === 0 ? undefined : loopOf(records, loops.first, loops.by, firstOf(loops.count, 'loops'));
}

/** @param rows of the loop, one at least */
export function loopOf(records: TypeRecords, rows: readonly number[], by: LoopWay, advice?: string): ParseError {
  const [row = 0, ...others] = rows;
  return new ParseError({
    code: 'bad-reference',
    structure: describe(records, row),
    offset: records.fileOffset(records.starts[row] as number),
    problem: `it ${by} itself${byWayOf(others.map((other) => records.firstId + other))}`,
    advice,
  });
}

/** Ids that a sentence shows before it says how many more there are. */
const shownIds = 4;

function byWayOf(ids: readonly number[]): string {
  if (ids.length === 0) return '';
  const shown = ids.slice(0, shownIds).join(', ');
  const rest = ids.length > shownIds ? ` and ${ids.length - shownIds} more` : '';
  return ` by way of type${ids.length === 1 ? '' : 's'} ${shown}${rest}`;
}

const [unseen, open, done] = [0, 1, 2];

/**
 * Types with a size, depth first: a type that is met while it is still open contains itself. The stack is an array, so
 * that no chain of records is too long; each reference is followed once.
 */
function findContainment({ words, starts, firstId, kindAt }: Records, loops: Loops): void {
  const state = new Uint8Array(starts.length);
  const stack = new Uint32Array(starts.length);
  /** References of each open type that have been followed. */
  const followed = new Uint32Array(starts.length);
  for (let root = 0; root < starts.length; root++) {
    if (state[root] !== unseen) continue;
    if (contains[kindAt[root] as number] === 0) continue;
    let depth = 0;
    stack[0] = root;
    followed[0] = 0;
    state[root] = open;
    while (depth >= 0) {
      const row = stack[depth] as number;
      const at = starts[row] as number;
      const kind = kindAt[row] as number;
      const next = followed[depth] as number;
      const isComposite = kind === KIND.STRUCT || kind === KIND.UNION;
      if (next >= (isComposite ? infoVlen(words[at + 1] as number) : 1)) {
        state[row] = done;
        depth--;
        continue;
      }
      followed[depth] = next + 1;
      const word = isComposite ? at + TYPE_WORDS + next * 3 + 1 : at + (kind === KIND.ARRAY ? 3 : 2);
      const target = (words[word] as number) - firstId;
      // Those of the base cannot lead back here.
      if (target < 0 || target >= starts.length) continue;
      if (state[target] === done) continue;
      if (state[target] === open) {
        if (loops.count++ === 0) loops.first = Array.from(stack.subarray(stack.indexOf(target), depth + 1));
        continue;
      }
      if (contains[kindAt[target] as number] === 0) continue;
      depth++;
      stack[depth] = target;
      followed[depth] = 0;
      state[target] = open;
    }
  }
}

/** Pointers have one reference each, so a loop is a chain that comes back; one without a pointer was found before. */
function findPointerLoops({ words, starts, firstId, kindAt }: Records, loops: Loops): void {
  /** The chain that came by first, counted from 1. */
  const chainOf = new Uint32Array(starts.length);
  for (let root = 0; root < starts.length; root++) {
    let row = root;
    while (row >= 0 && row < starts.length && chainOf[row] === 0 && pointsOn[kindAt[row] as number] === 1) {
      chainOf[row] = root + 1;
      row = (words[(starts[row] as number) + 2] as number) - firstId;
    }
    if (row < 0 || row >= starts.length || chainOf[row] !== root + 1) continue;
    const loop = [row];
    const next = (from: number): number => (words[(starts[from] as number) + 2] as number) - firstId;
    for (let other = next(row); other !== row; other = next(other)) loop.push(other);
    if (!loop.some((one) => kindAt[one] === KIND.PTR)) continue;
    if (loops.count++ > 0) continue;
    loops.first = loop;
    loops.by = 'points to';
  }
}
