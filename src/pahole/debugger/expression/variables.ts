/**
 * The variables in sight at a line: pahole's own, by the names that its sources give them, and two of ours
 * (`parameters`, `nr_params`). Each reads a column at a place, so that a condition can be asked at every entry.
 */
import { entryName, entryParams, paramCount } from '../../../dwarf/function-entries.ts';
import { nameRef } from '../../../dwarf/refs.ts';
import { wordsBase } from '../memory.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { byNameId } from './structs.ts';
import { arrayOf, functionsType, int, NULL, pointerTo, type Raw, string, type Type, ulong, words } from './value.ts';

export interface Variable {
  readonly name: string;
  readonly type: Type;
  /** The lines where it is in sight and holds something; undefined for a global, which is in sight everywhere. */
  readonly lines: ReadonlySet<number> | undefined;
  reader(world: World): (place: Place) => Raw;
}

const loop = [722, 733, 735, 636, 737, 741, 742, 745, 309, 746, 748, 750, 754, 756];
const unit = [649, 677, 703, ...loop];
const symbolLoop = [615, 66, 617, 587];
/** Where the array of slots is in sight: in the function that made it, and in its caller. */
const withAddrs = [165, 171, 234, 269, 270, 289, 301];
const withLocation = [165, 171, 234];

const variable = (
  name: string,
  type: Type,
  lines: readonly number[] | undefined,
  reader: Variable['reader'],
): Variable => ({ name, type, lines: lines && new Set(lines), reader });

export const variables: readonly Variable[] = [
  variable('functions_cnt', int, undefined, (world) => (place) => functionsCnt(world, place)),
  variable('functions', functionsType, undefined, () => () => 0n),
  variable('cu', pointerTo('cu'), unit, () => (place) => place.unit),
  variable('fn', pointerTo('function'), loop, () => (place) => place.entry),
  variable('core_id', int, loop, ({ replay }) => {
    const { firstEntry } = replay.entries.units;
    return (place) => place.entry - (firstEntry[place.unit] as number);
  }),
  variable('core_id', int, symbolLoop, () => (place) => place.symbol),
  variable('parameters', arrayOf(string), loop, ({ replay }) => {
    return (place) => entryParams(replay.entries, place.entry).map(({ name }) => name);
  }),
  variable(
    'nr_params',
    int,
    loop,
    ({ replay }) =>
      (place) =>
        paramCount(replay.entries, place.entry),
  ),
  variable('name', string, [742, 745, 309, 746, 748], ({ replay }) => {
    return (place) => entryName(replay.entries, place.entry);
  }),
  variable('func', pointerTo('elf_function'), [746, 748], ({ replay }) => {
    const { entries, names, generatedBy } = replay;
    return (place) => {
      const id = names.ofRef(nameRef(entries.name[place.entry] as number));
      return (generatedBy[id] ?? 0) === 0 ? NULL : byNameId(id);
    };
  }),
  variable('sym', pointerTo('GElf_Sym'), symbolLoop, () => (place) => place.symbol),
  variable('i', int, [289], () => (place) => place.position),
  variable('func', pointerTo('elf_function'), [289], () => (place) => place.symbol),
  variable('functions_valid', int, [289, 301], ({ replay }) => (place) => {
    return replay.table.keptBefore(place.line === 289 ? place.position : replay.table.sorted.length);
  }),
  variable('addrs', words, withAddrs, (world) => () => wordsBase(world)),
  variable(
    'count',
    ulong,
    withAddrs,
    ({ replay }) =>
      () =>
        BigInt(replay.table.addrs?.count ?? 0),
  ),
  variable(
    'offset',
    ulong,
    withLocation,
    ({ replay }) =>
      () =>
        BigInt(replay.table.addrs?.offset ?? 0),
  ),
  variable(
    'addr_size',
    int,
    withLocation,
    ({ replay }) =>
      () =>
        replay.table.addrs?.addr_size ?? 0,
  ),
];

/** The variable of a name at a line, 0 where there is no process. */
export const variableAt = (name: string, line: number): Variable | undefined =>
  variables.find((row) => row.name === name && (row.lines === undefined || row.lines.has(line)));

/** What `info locals` and the locals on the screen show, as expressions, by the first line of a group. */
const shown: readonly (readonly [lines: readonly number[], expressions: readonly string[]])[] = [
  [unit, ['cu->name']],
  [loop, ['fn->name', 'fn->declaration', 'fn->external', 'parameters']],
  [[742, 745, 309, 746, 748], ['name']],
  [[746, 748], ['func']],
  [symbolLoop, ['core_id', 'sym->name', 'sym->st_value']],
  [[289], ['i', 'func->name', 'func->addr']],
  [[289, 301], ['functions_valid']],
  [withAddrs, ['addrs', 'count']],
  [withLocation, ['offset', 'addr_size']],
];

/** The expressions that are worth seeing at a line. functions_cnt is a global, and is what it is all about. */
export function shownAt(line: number, funcIsNull: boolean): readonly string[] {
  const expressions = shown.flatMap(([lines, rows]) => (lines.includes(line) ? rows : []));
  if (expressions.includes('func') && !funcIsNull) expressions.push('func->addr', 'func->generated');
  return [...expressions, 'functions_cnt'];
}

function functionsCnt({ replay, timeline }: World, { mark, entry, symbol, line }: Place): number {
  if (mark < 0) return 0;
  // Past the first unit's setup it stays what it is.
  if (entry >= 0) return replay.table.functions_cnt;
  // In the loop over symbols it counts those that were appended; this is asked at every one of them.
  const rows = replay.collected?.functions;
  if (rows !== undefined && symbolLoop.includes(line)) {
    return countBelow(rows, line === 617 || line === 587 ? symbol + 1 : symbol);
  }
  return timeline.functionsCnt(mark);
}

/** How many of ascending rows are below one. */
function countBelow(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
