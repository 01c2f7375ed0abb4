/** info, help, set, show and quit. */
import { Complaint } from '../complaint.ts';
import { ambiguity, startingWith } from '../look-up.ts';
import { type Outcome, type Situation, say } from '../situation.ts';
import { listBreakpoints } from './breakpoints.ts';
import type { Command, CommandGroup, Completes } from './command.ts';
import { infoDisplay, infoLocals } from './data.ts';
import { histogram, infoVerdict } from './replay.ts';
import { infoFunctions, infoLine, infoSource } from './source.ts';
import { backtrace, infoArgs, infoFrame } from './stack.ts';

/** A row of what info can tell. */
export interface InfoTopic {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly help: string;
  readonly completes?: Completes | undefined;
  run(situation: Situation, text: string): Outcome;
}

const topic = (
  name: string,
  aliases: readonly string[],
  help: string,
  run: InfoTopic['run'],
  completes?: Completes,
): InfoTopic => ({ name, aliases, help, run, completes });

export const infoTopics: readonly InfoTopic[] = [
  topic('args', [], 'arguments of the selected frame', infoArgs),
  topic('breakpoints', ['b'], 'breakpoints and watchpoints', (at, text) => listBreakpoints(at, text), 'breakpoint'),
  topic('display', [], 'expressions on display', infoDisplay),
  topic('frame', ['f'], 'the selected frame', infoFrame),
  topic('functions', ['fu', 'fun'], 'functions of pahole and of the kernel that match a REGEX', infoFunctions),
  topic('line', [], 'what is done at a line', infoLine, 'location'),
  topic('locals', [], 'variables of the selected frame', infoLocals),
  topic('program', [], 'where the run stands', infoProgram),
  topic('record', ['rec'], 'how far the recording reaches', infoRecord),
  topic('source', [], 'what list shows', infoSource),
  topic('stack', ['s'], 'the calls that led here', backtrace),
  topic('verdict', [], 'how the entry at hand ends, or those of a function', infoVerdict, 'seek'),
  topic('verdicts', [], 'entries by verdict', histogram),
  topic('watchpoints', [], 'watchpoints', (at, text) => listBreakpoints(at, text, 'watchpoint')),
];

function infoProgram(situation: Situation): Outcome {
  const { world, state } = situation;
  if (state.phase !== 'stopped') return say(situation, 'The program being debugged is not being run.');
  const { decided, encoded } = world.timeline.checkpoint(state.mark);
  const stopped =
    state.stoppedBy === undefined ? 'It stopped after being stepped.' : `It stopped at breakpoint ${state.stoppedBy}.`;
  const { count } = world.replay.entries;
  return say(situation, stopped, `${decided} of ${count} entries are decided, and ${encoded} FUNC are written.`);
}

function infoRecord(situation: Situation): Outcome {
  const { world, state } = situation;
  const at = state.phase === 'ready' ? 'not started' : `at mark ${state.mark}`;
  return say(
    situation,
    'Active record target: kinspect',
    `The whole run is recorded: marks 0 to ${world.track.end}; ${at}.`,
  );
}

function info(situation: Situation, text: string): Outcome {
  const match = /^(\S*)\s*(.*)$/s.exec(text);
  const name = match?.[1] ?? '';
  if (name === '') return say(situation, ...infoHelp());
  const found = startingWith(infoTopics, name);
  const [only] = found;
  if (only === undefined) throw new Complaint(`Undefined info command: "${name}".  Try "help info".`);
  if (found.length > 1) throw new Complaint(ambiguity('info command', name, found));
  return only.run(situation, match?.[2] ?? '');
}

const infoHelp = (): string[] => [
  'List of info subcommands:',
  '',
  ...infoTopics.map(
    ({ name, aliases, help }) => `info ${[name, ...aliases.map((alias) => `info ${alias}`)].join(', ')} -- ${help}`,
  ),
];

const groups: readonly CommandGroup[] = ['Running', 'Breakpoints', 'Data', 'Stack', 'Source', 'Replay', 'Support'];

const usageOf = ({ name, aliases, usage }: Command): string => {
  const names = [name, ...aliases.slice(0, 1)].join(', ');
  return usage === '' ? names : `${names} ${usage}`;
};

function help(situation: Situation, text: string, commands: readonly Command[]): Outcome {
  const name = text.split(/\s+/)[0] ?? '';
  if (name === '' || name === 'all') {
    const lines = groups.flatMap((group) => {
      const rows = commands.filter((row) => row.group === group);
      return ['', `${group}:`, ...rows.map((row) => `  ${usageOf(row).padEnd(34)} ${row.help}`)];
    });
    return say(situation, ...lines.slice(1), '', ...notes);
  }
  if (name === 'info') return say(situation, ...infoHelp());
  const found = startingWith(commands, name);
  const [only] = found;
  if (only === undefined) throw new Complaint(`Undefined command: "${name}".  Try "help".`);
  if (found.length > 1) throw new Complaint(ambiguity('command', name, found));
  return say(situation, usageOf(only), `${only.help[0]?.toUpperCase()}${only.help.slice(1)}.`);
}

const notes: readonly string[] = [
  'Any unambiguous beginning of a name will do, and an empty line does the last command again.',
  'Conditions compare, with && || ! and parentheses: b 750 if !fn->external && fn->name == "tty_write".',
  'Values are printed as with `set print address off`. Pointers are made up: cu and fn are 0x555500000000 + their offset',
  'in .debug_info; addrs is the place of the first slot in the kernel. $records, $decided and $entry count.',
];

/** Settings that gdb scripts begin with and that mean nothing here. */
const harmless = /^(confirm|pagination|height|width|logging|style|print|trace-commands|history|listsize|verbose)\b/;

function set(situation: Situation, text: string): Outcome {
  if (harmless.test(text)) return say(situation);
  throw new Complaint('The replay shows what pahole did: nothing can be set. what-if asks what would be.');
}

const command = (
  name: string,
  aliases: readonly string[],
  usage: string,
  text: string,
  run: Command['run'],
  more: Partial<Command> = {},
): Command => ({ name, aliases, group: 'Support', usage, help: text, repeats: 'no', run, ...more });

/** @param all the whole table, for help */
export const supportCommands = (all: () => readonly Command[]): readonly Command[] => [
  command(
    'info',
    ['i', 'inf'],
    'TOPIC',
    'what is known of breakpoints, locals, functions …; help info lists the topics',
    info,
    {
      completes: 'info',
      repeats: 'again',
    },
  ),
  command('help', ['h'], '[COMMAND]', 'the commands, or one of them', (at, text) => help(at, text, all()), {
    completes: 'command',
  }),
  command('set', [], 'SETTING', "accepted where it is gdb's own; nothing of pahole can be set", set),
  command('quit', ['q', 'exit'], '', 'leave the debugger', (situation) => ({ ...say(situation), quit: true })),
];
