/** break, tbreak, watch, and what changes and lists them. */
import { answeredYes, Complaint } from '../complaint.ts';
import { compile } from '../expression/compile.ts';
import { parseExpression } from '../expression/syntax.ts';
import { describeLocation, linesOf, parseLocation, whatLocation } from '../locations.ts';
import { evaluate, type Outcome, type Situation, say, selectedPlace } from '../situation.ts';
import type { Breakpoint, Condition, DebuggerState, Disposition, Location } from '../state.ts';
import type { Command } from './command.ts';

export const newBreakpoint = (
  number: number,
  location: Location,
  disposition: Disposition,
  condition?: Condition,
): Breakpoint => ({
  kind: 'breakpoint',
  number,
  location,
  disposition,
  enabled: true,
  condition,
  hits: 0,
  ignore: 0,
});

const add = (state: DebuggerState, breakpoint: Breakpoint): DebuggerState => ({
  ...state,
  breakpoints: [...state.breakpoints, breakpoint],
  nextBreakpoint: breakpoint.number + 1,
});

/** "LOCATION if CONDITION" in its two parts. */
function splitCondition(text: string): { readonly before: string; readonly condition: string | undefined } {
  const match = /(?:^|\s)if\b/.exec(text);
  if (match === null) return { before: text.trim(), condition: undefined };
  return { before: text.slice(0, match.index).trim(), condition: text.slice(match.index + match[0].length).trim() };
}

/** A condition that can be asked at a line. @throws Complaint */
function conditionAt(situation: Situation, text: string, line: number): Condition {
  if (text === '') throw new Complaint('Argument required (expression to compute).');
  const expression = parseExpression(text);
  const { history } = situation.state;
  compile(expression, { world: situation.world, line, history });
  return { text, expression, history };
}

function setBreakpoint(situation: Situation, text: string, disposition: Disposition): Outcome {
  const { world, state } = situation;
  const { before, condition } = splitCondition(text);
  let location: Location;
  try {
    location = parseLocation(world, before, selectedPlace(situation).line);
  } catch (error) {
    if (!(error instanceof Complaint) || !error.mayComeLater) throw error;
    const question = 'Make breakpoint pending on future shared library load? (y or [n])';
    return say(situation, error.message, `${question} [answered N; input not from terminal]`);
  }
  const asked = condition === undefined ? undefined : conditionAt(situation, condition, linesOf(location)[0] ?? 0);
  const breakpoint = newBreakpoint(state.nextBreakpoint, location, disposition, asked);
  const name = disposition === 'del' ? 'Temporary breakpoint' : 'Breakpoint';
  return {
    state: add(state, breakpoint),
    reply: [`${name} ${breakpoint.number}: ${describeLocation(world, location)}`],
  };
}

function watch(situation: Situation, text: string): Outcome {
  const { state } = situation;
  const { before, condition } = splitCondition(text);
  if (before === '') throw new Complaint('Argument required (expression to compute).');
  if (before !== 'functions_cnt') {
    evaluate(situation, before);
    throw new Complaint(
      `Cannot watch ${before}: the replay watches functions_cnt alone; a breakpoint's condition asks about the rest.`,
    );
  }
  const asked = condition === undefined ? undefined : conditionAt(situation, condition, 0);
  const number = state.nextBreakpoint;
  const common = { number, disposition: 'keep', enabled: true, condition: asked, hits: 0, ignore: 0 } as const;
  return {
    state: add(state, { kind: 'watchpoint', text: before, ...common }),
    reply: [`Hardware watchpoint ${number}: ${before}`],
  };
}

/** "1 3-5": the numbers, with a complaint for each that no breakpoint has. */
function numbersIn(text: string, known: (number: number) => boolean): { numbers: Set<number>; complaints: string[] } {
  const numbers = new Set<number>();
  const complaints: string[] = [];
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) throw new Complaint(`Bad breakpoint argument: '${part}'`);
    const first = Number(match[1]);
    const last = Math.min(match[2] === undefined ? first : Number(match[2]), first + 10_000);
    for (let number = first; number <= last; number++) {
      if (known(number)) numbers.add(number);
      else complaints.push(`No breakpoint number ${number}.`);
    }
  }
  return { numbers, complaints };
}

const knownIn =
  ({ breakpoints }: DebuggerState) =>
  (number: number): boolean =>
    breakpoints.some((row) => row.number === number);

function change(situation: Situation, text: string, how: (row: Breakpoint) => Breakpoint | undefined): Outcome {
  const { state } = situation;
  const { numbers, complaints } = numbersIn(text, knownIn(state));
  const breakpoints = state.breakpoints.flatMap((row) => {
    if (text.trim() !== '' && !numbers.has(row.number)) return [row];
    const changed = how(row);
    return changed === undefined ? [] : [changed];
  });
  return { state: { ...state, breakpoints }, reply: complaints };
}

function deleteBreakpoints(situation: Situation, text: string): Outcome {
  const bare = text.replace(/^breakpoints?\s*/, '');
  const outcome = change(situation, bare, () => undefined);
  if (bare !== '' || situation.state.breakpoints.length === 0) return outcome;
  return { ...outcome, reply: [answeredYes('Delete all breakpoints?')] };
}

function enable(situation: Situation, text: string): Outcome {
  const match = /^(once|delete)\b\s*(.*)$/s.exec(text);
  if (match === null) return change(situation, text, (row) => ({ ...row, enabled: true }));
  const disposition = match[1] === 'once' ? 'dis' : 'del';
  return change(situation, match[2] ?? '', (row) => ({ ...row, enabled: true, disposition }));
}

/** The number that condition and ignore begin with, and the rest. */
function numbered(situation: Situation, text: string, missing: string): { row: Breakpoint; rest: string } {
  const match = /^(\S+)\s*(.*)$/s.exec(text);
  if (match === null) throw new Complaint(`Argument required (${missing}).`);
  const row = situation.state.breakpoints.find(({ number }) => String(number) === match[1]);
  if (row !== undefined) return { row, rest: match[2] ?? '' };
  if (!/^\d+$/.test(match[1] ?? '')) throw new Complaint(`Bad breakpoint argument: '${match[1]}'`);
  throw new Complaint(`No breakpoint number ${match[1]}.`);
}

const replaced = ({ state }: Situation, row: Breakpoint): DebuggerState => ({
  ...state,
  breakpoints: state.breakpoints.map((other) => (other.number === row.number ? row : other)),
});

function setCondition(situation: Situation, text: string): Outcome {
  const { row, rest } = numbered(situation, text, 'breakpoint number');
  if (rest === '') {
    const reply = `Breakpoint ${row.number} now unconditional.`;
    return { state: replaced(situation, { ...row, condition: undefined }), reply: [reply] };
  }
  const line = row.kind === 'breakpoint' ? (linesOf(row.location)[0] ?? 0) : 0;
  return { state: replaced(situation, { ...row, condition: conditionAt(situation, rest, line) }), reply: [] };
}

function ignore(situation: Situation, text: string): Outcome {
  const { row, rest } = numbered(situation, text, 'a breakpoint number');
  if (rest === '') throw new Complaint('Second argument (specified ignore-count) is missing.');
  const count = Math.max(0, Number(evaluate(situation, rest).raw));
  if (!Number.isSafeInteger(count)) throw new Complaint("Value can't be converted to integer.");
  const reply =
    count === 0
      ? `Will stop next time breakpoint ${row.number} is reached.`
      : `Will ignore next ${count === 1 ? 'crossing' : `${count} crossings`} of breakpoint ${row.number}.`;
  return { state: replaced(situation, { ...row, ignore: count }), reply: [reply] };
}

/** The table of info breakpoints. */
export function listBreakpoints(situation: Situation, text: string, kind?: Breakpoint['kind']): Outcome {
  const { state } = situation;
  const { numbers } = numbersIn(text, knownIn(state));
  const rows = state.breakpoints.filter((row) => {
    return (kind === undefined || row.kind === kind) && (text === '' || numbers.has(row.number));
  });
  if (rows.length === 0) {
    if (text !== '') return say(situation, `No breakpoint or watchpoint matching '${text}'.`);
    return say(situation, kind === undefined ? 'No breakpoints or watchpoints.' : 'No watchpoints.');
  }
  return say(situation, 'Num     Type           Disp Enb What', ...rows.flatMap(breakpointRow));
}

function breakpointRow(row: Breakpoint): string[] {
  const type = row.kind === 'breakpoint' ? 'breakpoint' : 'hw watchpoint';
  const what = row.kind === 'breakpoint' ? whatLocation(row.location) : row.text;
  const lines = [
    `${String(row.number).padEnd(7)} ${type.padEnd(14)} ${row.disposition.padEnd(4)} ${row.enabled ? 'y' : 'n'}   ${what}`,
  ];
  if (row.condition !== undefined) lines.push(`\tstop only if ${row.condition.text}`);
  if (row.hits > 0) lines.push(`\tbreakpoint already hit ${row.hits} time${row.hits === 1 ? '' : 's'}`);
  if (row.ignore > 0) lines.push(`\tignore next ${row.ignore} hits`);
  return lines;
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  help: string,
  run: Command['run'],
  more: Partial<Command> = {},
): Command => ({
  name,
  aliases,
  group: 'Breakpoints',
  usage,
  help,
  repeats: 'no',
  completes: 'breakpoint',
  run,
  ...more,
});

export const breakpointCommands: readonly Command[] = [
  command(
    'break',
    ['b', 'br', 'bre', 'brea'],
    'LOCATION [if CONDITION]',
    'stop at a line of btf_encoder.c, a function of pahole, or the entries of a kernel function',
    (at, text) => setBreakpoint(at, text, 'keep'),
    { completes: 'location' },
  ),
  command(
    'tbreak',
    ['tb', 'tbr'],
    'LOCATION [if CONDITION]',
    'the same, once',
    (at, text) => setBreakpoint(at, text, 'del'),
    { completes: 'location' },
  ),
  command('watch', [], 'functions_cnt [if CONDITION]', 'stop where it changes', watch, { completes: 'expression' }),
  command('delete', ['d', 'del'], '[N…]', 'delete breakpoints; without N all of them', deleteBreakpoints),
  command('disable', ['dis', 'disa'], '[N…]', 'let them pass', (at, text) =>
    change(at, text.replace(/^breakpoints?\s*/, ''), (row) => ({ ...row, enabled: false })),
  ),
  command('enable', ['en'], '[once|delete] [N…]', 'stop at them again', enable),
  command('condition', [], 'N [CONDITION]', 'give a breakpoint another condition, or none', setCondition),
  command('ignore', [], 'N COUNT', 'let it pass COUNT times', ignore),
];
