/** run, next, step, finish, until, advance, continue, and the same backwards. */
import { entryHas } from '../../../dwarf/function-entries.ts';
import { depthOf, type PaholeFunctionName, paholeLine } from '../../lines.ts';
import { answeredYes, Complaint } from '../complaint.ts';
import { printValue } from '../expression/print.ts';
import { bool, int, isNumber, pointerTo, type Value } from '../expression/value.ts';
import { variableAt } from '../expression/variables.ts';
import { describeLevel } from '../frames.ts';
import { linesOf, locationTest, parseLocation } from '../locations.ts';
import { stopReply } from '../report.ts';
import { evaluate, type Outcome, requireStopped, type Situation, selectedPlace } from '../situation.ts';
import type { Breakpoint, DebuggerState } from '../state.ts';
import type { Place, Stop } from '../track.ts';
import { anyLine, beyond, eitherOf, type Itinerary, notBelow, outside, travel } from '../travel.ts';
import type { World } from '../worlds.ts';
import { newBreakpoint } from './breakpoints.ts';
import type { Command } from './command.ts';

/** Go, and say where that led. @param plain say all of the place, also where the frame is the same */
function go(situation: Situation, itinerary: Itinerary, plain: boolean, said: readonly string[] = []): Outcome {
  const from = situation.world.track.placeAt(situation.state.mark);
  const { state, halt, before } = travel(situation, itinerary);
  return { state, reply: [...said, ...stopReply({ ...situation, state }, halt, plain ? undefined : (before ?? from))] };
}

/** The N of `next N`: an expression. */
function timesOf(situation: Situation, text: string): number {
  if (text === '') return 1;
  const { type, raw } = evaluate(situation, text);
  if (!isNumber(type)) throw new Complaint("Value can't be converted to integer.");
  return Number(raw);
}

const innermost = ({ world, state }: Situation): Place => world.track.placeAt(state.mark);

function requireBehind({ state }: Situation): void {
  if (state.phase === 'ready') throw new Complaint('The program is not being run.');
}

function stepping(goalOf: (place: Place) => Stop, direction: 1 | -1): Command['run'] {
  return (situation, text) => {
    if (direction > 0) requireStopped(situation);
    else requireBehind(situation);
    const times = timesOf(situation, text);
    if (times <= 0) return { state: situation.state, reply: [] };
    return go(situation, { direction, goal: goalOf(innermost(situation)), times }, false);
  };
}

function runAnew({ worlds, world, state }: Situation, state0: DebuggerState, said: readonly string[]): Outcome {
  const asked =
    state.phase === 'stopped'
      ? ['The program being debugged has been started already.', answeredYes('Start it from the beginning?')]
      : [];
  const situation = { worlds, world, state: { ...state0, mark: 0 } };
  const lines = [...asked, ...said, `Starting program: pahole -J ${worlds.file}`];
  return go(situation, { direction: 1, from: -1 }, true, lines);
}

function start(situation: Situation): Outcome {
  const { state } = situation;
  const breakpoint: Breakpoint = newBreakpoint(state.nextBreakpoint, { kind: 'line', line: 649 }, 'del');
  const next = { ...state, breakpoints: [...state.breakpoints, breakpoint], nextBreakpoint: state.nextBreakpoint + 1 };
  return runAnew(situation, next, [`Temporary breakpoint ${breakpoint.number}: file btf_encoder.c, line 649.`]);
}

function continueTo(situation: Situation, text: string): Outcome {
  requireStopped(situation);
  const { state } = situation;
  const times = timesOf(situation, text);
  if (times <= 1) return go(situation, { direction: 1 }, true, ['Continuing.']);
  const { stoppedBy } = state;
  if (stoppedBy === undefined || !state.breakpoints.some(({ number }) => number === stoppedBy)) {
    const note = 'Not stopped at any breakpoint; argument ignored.';
    return go(situation, { direction: 1 }, true, [note, 'Continuing.']);
  }
  const ignore = times - 1;
  const breakpoints = state.breakpoints.map((row) => (row.number === stoppedBy ? { ...row, ignore } : row));
  const said = `Will ignore next ${ignore === 1 ? 'crossing' : `${ignore} crossings`} of breakpoint ${stoppedBy}.  Continuing.`;
  return go({ ...situation, state: { ...state, breakpoints } }, { direction: 1 }, true, [said]);
}

function finish(situation: Situation, direction: 1 | -1): Outcome {
  requireStopped(situation);
  const { world, state } = situation;
  const place = selectedPlace(situation);
  if (depthOf(place.line) === 0) throw new Complaint('"finish" not meaningful in the outermost frame.');
  const said = `${direction > 0 ? 'Run till exit from' : 'Run back to call of'} ${describeLevel(world, state.mark, state.frame)}`;
  const journey = travel(situation, { direction, goal: outside(place.line) });
  const reply = [said, ...stopReply({ ...situation, state: journey.state }, journey.halt, undefined)];
  const value = journey.halt.reason === 'goal' && direction > 0 ? returned(world, place) : undefined;
  if (value === undefined) return { state: journey.state, reply };
  const history = [...journey.state.history, value];
  const text = printValue(world, world.track.placeAt(journey.state.mark), value);
  return { state: { ...journey.state, history }, reply: [...reply, `Value returned is $${history.length} = ${text}`] };
}

/** What a function returned; undefined for one that returns nothing. */
function returned(world: World, place: Place): Value | undefined {
  const name: PaholeFunctionName | undefined = paholeLine(place.line)?.function;
  switch (name) {
    case 'has_arg_names':
      return { type: bool, raw: entryHas(world.replay.entries, place.entry, 'allParamsNamed') ? 1 : 0 };
    case 'find_function':
      return { type: pointerTo('elf_function'), raw: variableAt('func', 746)?.reader(world)(place) };
    case 'collect_symbol':
      return undefined;
    default:
      return { type: int, raw: 0 };
  }
}

function until(situation: Situation, text: string): Outcome {
  requireStopped(situation);
  if (text !== '') return advance(situation, text);
  return go(situation, { direction: 1, goal: beyond(innermost(situation)) }, false);
}

function advance(situation: Situation, text: string): Outcome {
  requireStopped(situation);
  if (text === '') throw new Complaint('Argument required (a location).');
  const { world } = situation;
  const here = selectedPlace(situation);
  const location = parseLocation(world, text, here.line);
  const stop = { lines: linesOf(location), test: locationTest(world, location) };
  return go(situation, { direction: 1, goal: eitherOf(stop, here.line) }, true);
}

function kill(situation: Situation): Outcome {
  requireStopped(situation);
  const state: DebuggerState = { ...situation.state, phase: 'ready', mark: 0, frame: 0, stoppedBy: undefined };
  return { state, reply: ['[Inferior 1 (process 1) killed]'] };
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  help: string,
  run: Command['run'],
  more: Partial<Command> = {},
): Command => ({ name, aliases, group: 'Running', usage, help, repeats: 'again', run, ...more });

export const runningCommands: readonly Command[] = [
  command('run', ['r'], '', 'start pahole from the beginning', (at) => runAnew(at, at.state, []), { repeats: 'no' }),
  command('start', [], '', 'the same, and stop in cu__encode_btf', start, { repeats: 'no' }),
  command(
    'next',
    ['n'],
    '[N]',
    'to the next line, over calls',
    stepping((at) => notBelow(at.line), 1),
  ),
  command(
    'step',
    ['s'],
    '[N]',
    'to the next line, into calls',
    stepping(() => anyLine, 1),
  ),
  command('finish', ['fin'], '', 'until the selected frame returns', (at) => finish(at, 1)),
  command('until', ['u'], '[LOCATION]', 'to a line behind this one, leaving loops', until, { completes: 'location' }),
  command('advance', [], 'LOCATION', 'to a location, or out of the frame', advance, { completes: 'location' }),
  command('continue', ['c', 'fg'], '[N]', 'to the next breakpoint; N: let this one pass N - 1 times', continueTo),
  command(
    'reverse-next',
    ['rn'],
    '[N]',
    'back to the line before, over calls',
    stepping((at) => notBelow(at.line), -1),
  ),
  command(
    'reverse-step',
    ['rs'],
    '[N]',
    'back to the line before, into calls',
    stepping(() => anyLine, -1),
  ),
  command('reverse-finish', [], '', 'back to where the frame was called', (at) => finish(at, -1)),
  command('reverse-continue', ['rc'], '', 'back to the breakpoint before', (situation) => {
    requireBehind(situation);
    return go(situation, { direction: -1 }, true, ['Continuing.']);
  }),
  command('kill', ['k'], '', 'end the run', kill, { repeats: 'no' }),
];
