/**
 * Breakpoints and watchpoints as stops on the track.
 *
 * functions_cnt changes in the setup alone, one up for each function symbol (line 66) and down to the number kept at its
 * end, so a watchpoint is a stop at the lines behind such a change; going back, at the lines that make it.
 */
import { Complaint } from './complaint.ts';
import { testOf } from './expression/code.ts';
import { compile } from './expression/compile.ts';
import { linesOf, locationTest } from './locations.ts';
import type { Breakpoint, Condition } from './state.ts';
import type { Place, Stop } from './track.ts';
import type { World } from './worlds.ts';

/** A stop with the number of its breakpoint. */
export interface NumberedStop extends Stop {
  readonly number: number;
}

/** Where the list may have been set up, when line 703 of the first unit is next. */
const lastOfSetup = [301, 265, 270, 628];

/**
 * The stops of all enabled breakpoints.
 * @param problems is given the complaint of a condition that cannot be asked, by breakpoint
 */
export function stopsOf(
  world: World,
  breakpoints: readonly Breakpoint[],
  direction: 1 | -1,
  problems: Map<number, string>,
): NumberedStop[] {
  const stops: NumberedStop[] = [];
  for (const breakpoint of breakpoints) {
    if (!breakpoint.enabled) continue;
    const { number } = breakpoint;
    if (breakpoint.kind === 'breakpoint') {
      const lines = linesOf(breakpoint.location);
      const where = locationTest(world, breakpoint.location);
      const condition = conditionTest(world, breakpoint, lines[0] ?? 0, problems);
      stops.push({ number, lines, test: both(where, condition) });
    } else {
      const lines = direction > 0 ? [617, 703] : [66, ...lastOfSetup];
      const condition = conditionTest(world, breakpoint, 0, problems);
      stops.push({ number, lines, test: both((place) => changes(world, place, direction), condition) });
    }
  }
  return stops;
}

type Test = ((place: Place) => boolean) | undefined;

function both(a: Test, b: Test): Test {
  if (a === undefined || b === undefined) return a ?? b;
  return (place) => a(place) && b(place);
}

const compiled = new WeakMap<World, WeakMap<Condition, Test>>();

/** A condition as a test; made once for each replay, and with it what it learns of names. */
function testFor(world: World, condition: Condition, line: number): Test {
  let tests = compiled.get(world);
  if (tests === undefined) {
    tests = new WeakMap();
    compiled.set(world, tests);
  }
  let test = tests.get(condition);
  if (test === undefined) {
    test = testOf(compile(condition.expression, { world, line, history: condition.history }));
    tests.set(condition, test);
  }
  return test;
}

function conditionTest(world: World, breakpoint: Breakpoint, line: number, problems: Map<number, string>): Test {
  const { condition, number } = breakpoint;
  if (condition === undefined) return undefined;
  const holds = testFor(world, condition, line);
  if (holds === undefined) return undefined;
  return (place) => {
    try {
      return holds(place);
    } catch (error) {
      // As gdb does: what cannot be asked is shown, and stops.
      problems.set(number, complaintOf(error));
      return true;
    }
  };
}

function complaintOf(error: unknown): string {
  if (error instanceof Complaint) return error.message;
  throw error;
}

/** Whether functions_cnt has just changed, or, going back, whether this line changes it. */
function changes(world: World, { mark, line, symbol }: Place, direction: 1 | -1): boolean {
  // In the loop over symbols: those that are functions.
  if (line === 617 || line === 66) return collectedRows(world)[symbol] === 1;
  return watchedValue(world.timeline, mark) !== watchedValue(world.timeline, mark - direction);
}

export const watchedValue = (timeline: World['timeline'], mark: number): number =>
  timeline.functionsCnt(Math.max(0, mark));

const collected = new WeakMap<World, Uint8Array>();

/** A 1 for each row of .symtab that becomes an element of functions[]. */
function collectedRows(world: World): Uint8Array {
  let rows = collected.get(world);
  if (rows === undefined) {
    rows = new Uint8Array(world.replay.collected?.visited ?? 0);
    for (const row of world.replay.collected?.functions ?? []) rows[row] = 1;
    collected.set(world, rows);
  }
  return rows;
}
