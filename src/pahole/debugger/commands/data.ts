/** print, output, echo, display, x and info locals. */
import { answeredYes, Complaint } from '../complaint.ts';
import { displayText } from '../displays.ts';
import { examine, isMemoryFormat } from '../examine.ts';
import { innerValue, printFormat, printValue, takeFormat } from '../expression/print.ts';
import { parseExpression } from '../expression/syntax.ts';
import { NULL, type Value } from '../expression/value.ts';
import { shownAt, variableAt } from '../expression/variables.ts';
import { displays } from '../report.ts';
import { compileHere, evaluate, type Outcome, type Situation, say, selectedPlace } from '../situation.ts';
import type { Display } from '../state.ts';
import type { Command } from './command.ts';

/** A value in a format; without one as gdb would. */
function shown(situation: Situation, value: Value, format: string): string {
  const letter = printFormat(format);
  const place = selectedPlace(situation);
  if (letter === undefined) return printValue(situation.world, place, value);
  return innerValue(situation.world, place, value.type, value.raw, letter);
}

function print(situation: Situation, text: string): Outcome {
  const { format, rest } = takeFormat(text);
  const value = evaluate(situation, rest === '' ? '$' : rest);
  const line = shown(situation, value, format);
  const history = [...situation.state.history, value];
  return { state: { ...situation.state, history }, reply: [`$${history.length} = ${line}`] };
}

function output(situation: Situation, text: string): Outcome {
  const { format, rest } = takeFormat(text);
  if (rest === '') throw new Complaint('Argument required (expression to compute).');
  return say(situation, shown(situation, evaluate(situation, rest), format));
}

function echo(situation: Situation, text: string): Outcome {
  const lines = text.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\(.)/g, '$1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return say(situation, ...lines);
}

function display(situation: Situation, text: string): Outcome {
  const { state } = situation;
  if (text === '') return say(situation, ...displays(situation));
  const { format, rest } = takeFormat(text);
  if (!isMemoryFormat(format)) printFormat(format);
  // What is in sight nowhere is refused; what is not here may be elsewhere, but gdb asks for it to be here.
  compileHere(situation, parseExpression(rest));
  const row: Display = { number: state.nextDisplay, format, text: rest };
  const next = { ...state, displays: [...state.displays, row], nextDisplay: row.number + 1 };
  const reply = state.phase === 'ready' ? [] : displayText({ ...situation, state: next }, row);
  return { state: next, reply };
}

function undisplay(situation: Situation, text: string): Outcome {
  const { state } = situation;
  if (text === '') {
    if (state.displays.length === 0) return say(situation);
    return { state: { ...state, displays: [] }, reply: [answeredYes('Delete all auto-display expressions?')] };
  }
  const numbers = new Set<number>();
  for (const word of text.split(/[\s,]+/)) {
    const number = Number(word);
    if (!state.displays.some((row) => row.number === number)) {
      throw new Complaint(/^\d+$/.test(word) ? `No display number ${word}.` : `Arguments must be display numbers.`);
    }
    numbers.add(number);
  }
  return { state: { ...state, displays: state.displays.filter((row) => !numbers.has(row.number)) }, reply: [] };
}

function examineMemory(situation: Situation, text: string): Outcome {
  const { format, rest } = takeFormat(text);
  const { lines, examined } = examine(situation, format, rest);
  return { state: { ...situation.state, examined }, reply: lines };
}

/** A line of info locals, as two parts. */
export interface ShownLocal {
  readonly name: string;
  readonly value: string;
}

/** The variables that are worth seeing in the selected frame, as text. */
export function shownLocals(situation: Situation): readonly ShownLocal[] {
  const place = selectedPlace(situation);
  const { world } = situation;
  const func = variableAt('func', place.line);
  const isNull = func === undefined || func.reader(world)(place) === NULL;
  return shownAt(place.line, isNull).map((name) => {
    const { type, raw } = evaluate(situation, name);
    return {
      name,
      value: innerValue(world, place, type, raw, type.kind === 'ulong' && /addr$|value$/.test(name) ? 'x' : undefined),
    };
  });
}

export function infoLocals(situation: Situation): Outcome {
  if (situation.state.phase !== 'stopped') throw new Complaint('No frame selected.');
  return say(situation, ...shownLocals(situation).map(({ name, value }) => `${name} = ${value}`));
}

export function infoDisplay(situation: Situation): Outcome {
  const rows = situation.state.displays;
  if (rows.length === 0) return say(situation, 'There are no auto-display expressions now.');
  const lines = rows.map(({ number, format, text }) => `${number}:   y  ${format === '' ? '' : `/${format} `}${text}`);
  return say(situation, 'Auto-display expressions now in effect:', 'Num Enb Expression', ...lines);
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  help: string,
  run: Command['run'],
  more: Partial<Command> = {},
): Command => ({ name, aliases, group: 'Data', usage, help, repeats: 'again', completes: 'expression', run, ...more });

export const dataCommands: readonly Command[] = [
  command('print', ['p', 'inspect', 'call'], '[/F] EXPRESSION', 'show a value; F is x d u o t c a z', print),
  command('output', [], '[/F] EXPRESSION', 'the same, without a number', output),
  command('x', [], '[/NFU] [ADDRESS]', 'show memory: x/32gx addrs', examineMemory, { repeats: 'bare' }),
  command('display', [], '[/F] [EXPRESSION]', 'show a value at every stop', display),
  command('undisplay', [], '[N…]', 'and no more', undisplay, { repeats: 'no', completes: undefined }),
  command('echo', [], 'TEXT', 'print a text', echo, { repeats: 'no', completes: undefined }),
];
