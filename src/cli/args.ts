/**
 * The command line, understood.
 *
 *   kinspect [FILE]              the screens, or the overview as text
 *   kinspect dump FILE WHAT      one table
 *   kinspect replay FILE         the encoder's decisions
 *
 * A first operand that is no command is FILE; a file called dump is ./dump.
 */
import { helpText, usageLine } from './help.ts';
import {
  type CommandName,
  commands,
  type DumpFormat,
  type DumpWhat,
  dumpFormats,
  dumpWhats,
  knownOptions,
  later,
  type OverviewFormat,
  overviewFormats,
  type ReplayFormat,
  replayFormats,
} from './options.ts';
import { type Arguments, badChoice, splitArguments, UsageError } from './split-arguments.ts';
import { suggest } from './suggest.ts';

/** Where else than in FILE a part of the kernel is read from. */
export interface KernelFiles {
  readonly btf: string | undefined;
  readonly btfBase: string | undefined;
}

export interface BrowseOptions extends KernelFiles {
  /** undefined: the bundled sample. */
  readonly file: string | undefined;
  /** A separate debug file, for the replay. */
  readonly debug: string | undefined;
  /** Asked for by --format, so that the answer is text even on a terminal. */
  readonly format: OverviewFormat | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly mouse: boolean;
  readonly alternateScreen: boolean;
}

export interface DumpOptions extends KernelFiles {
  readonly file: string;
  readonly what: DumpWhat;
  readonly format: DumpFormat;
  readonly section: string | undefined;
  readonly count: number | undefined;
  readonly mcount: 'raw' | 'relocated';
}

export interface ReplayOptions extends KernelFiles {
  readonly file: string;
  readonly debug: string | undefined;
  readonly format: ReplayFormat;
  readonly mcount: 'raw' | 'relocated';
  readonly encoder: string | undefined;
  readonly verdict: string | undefined;
  readonly function: string | undefined;
  readonly cu: string | undefined;
  readonly script: string | undefined;
  readonly summary: boolean;
}

export type Invocation =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'browse'; readonly options: BrowseOptions }
  | { readonly kind: 'dump'; readonly options: DumpOptions }
  | { readonly kind: 'replay'; readonly options: ReplayOptions };

/** Understand the arguments after `kinspect`. @throws UsageError */
export function parseArguments(argv: readonly string[], version: string): Invocation {
  const given = splitArguments(argv);
  const [first, ...rest] = given.operands;
  if (given.options.has('version')) return { kind: 'print', text: `kinspect ${version}\n` };
  const isWord = first !== undefined && !isAfterTerminator(argv, first);
  const command = isWord ? commandNamed(first) : 'browse';
  if (given.options.has('help')) return { kind: 'print', text: helpText(command) };
  for (const name of given.options.keys()) {
    const takers = knownOptions.find((row) => row.name === name)?.commands ?? [];
    if (takers.includes(command)) continue;
    const where = takers.filter((row) => commands.includes(row)).map(commandLine);
    throw new UsageError(`--${name} belongs to ${where.join(' and ')}`, command);
  }
  if (command === 'dump') return { kind: 'dump', options: dumpOptions(given, rest) };
  if (command === 'replay') return { kind: 'replay', options: replayOptions(given, rest) };
  if (rest.length > 0) throw unexpected(first as string, rest);
  return { kind: 'browse', options: browseOptions(given, first) };
}

/** The command that a first operand names; any other operand is a FILE. @throws UsageError for one that is not built */
function commandNamed(word: string): CommandName {
  const command = commands.find((name) => name === word && name !== 'browse');
  if (command === undefined && later.commands.includes(word)) {
    throw new UsageError(`the command ${word} is not part of this version; for a file of that name, ./${word}`);
  }
  return command ?? 'browse';
}

const commandLine = (command: CommandName): string => (command === 'browse' ? 'kinspect FILE' : `kinspect ${command}`);

/** `kinspect -- dump` opens a file called dump: a command is a word before the terminator. */
const isAfterTerminator = (argv: readonly string[], word: string): boolean => {
  const terminator = argv.indexOf('--');
  return terminator >= 0 && !argv.slice(0, terminator).includes(word);
};

/** Two operands and the first no command: a command was misspelt, or one was left out. */
function unexpected(first: string, rest: readonly string[]): UsageError {
  const near = suggest(
    first,
    commands.filter((name) => name !== 'browse'),
  );
  if (near !== undefined) return new UsageError(`unknown command ${first}; did you mean ${near}?`);
  return new UsageError(`one FILE is expected, and after ${first} there is ${rest.join(' ')}\n${usageLine('browse')}`);
}

/** `-` is standard input: a file by redirection can be read in ranges, a pipe cannot and is refused as one. */
const pathOf = (operand: string): string => (operand === '-' ? '/dev/stdin' : operand);

function kernelFiles({ options }: Arguments): KernelFiles {
  return { btf: options.get('btf'), btfBase: options.get('btf-base') };
}

function choose<T extends string>(value: string, choices: readonly T[], what: string, command: CommandName): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw badChoice(what, value, choices, command);
  return found;
}

function formatOf<T extends string>(given: Arguments, choices: readonly T[], command: CommandName): T | undefined {
  const value = given.options.get('format');
  return value === undefined ? undefined : choose(value, choices, '--format', command);
}

function browseOptions(given: Arguments, file: string | undefined): BrowseOptions {
  const { options } = given;
  return {
    ...kernelFiles(given),
    file: file === undefined ? undefined : pathOf(file),
    format: formatOf(given, overviewFormats, 'browse'),
    color: options.has('no-color') ? 'never' : ((options.get('color') as BrowseOptions['color'] | undefined) ?? 'auto'),
    mouse: !options.has('no-mouse'),
    alternateScreen: !options.has('no-alt-screen'),
    debug: options.get('debug'),
  };
}

function dumpOptions(given: Arguments, operands: readonly string[]): DumpOptions {
  const [file, word, ...more] = operands;
  if (file === undefined) throw new UsageError(`dump needs a FILE and what to dump\n${usageLine('dump')}`, 'dump');
  if (word === undefined) {
    throw new UsageError(`dump needs to know what: ${dumpWhats.join(', ')}\n${usageLine('dump')}`, 'dump');
  }
  const what = choose(word, dumpWhats, 'what to dump', 'dump');
  if (more.length > 0) throw new UsageError(`dump prints one table; ${more.join(' ')} is too much`, 'dump');
  const { options } = given;
  const only = (name: string, whats: readonly DumpWhat[]) => {
    if (options.has(name) && !whats.includes(what)) {
      throw new UsageError(`--${name} is for dump FILE ${whats.join(' and ')}, not for ${what}`, 'dump');
    }
  };
  only('section', ['relocs']);
  only('count', ['mcount']);
  only('mcount', ['mcount']);
  const format = formatOf<DumpFormat>(given, dumpFormats[what], 'dump') ?? 'text';
  if (options.has('mcount') && format !== 'gdb' && format !== 'r2') {
    throw new UsageError(`--mcount is for --format gdb and r2; ${format} shows both values of a slot`, 'dump');
  }
  return {
    ...kernelFiles(given),
    file: pathOf(file),
    what,
    format,
    section: options.get('section'),
    count: countOf(options.get('count')),
    mcount: options.get('mcount') === 'relocated' ? 'relocated' : 'raw',
  };
}

/** A positive number, decimal or 0x…. */
function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^(\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--count is ${text === '' ? 'empty' : text}, and has to be a number from 1 on`, 'dump');
}

function replayOptions(given: Arguments, operands: readonly string[]): ReplayOptions {
  const [file, ...more] = operands;
  if (file === undefined) throw new UsageError(`replay needs a FILE\n${usageLine('replay')}`, 'replay');
  if (more.length > 0) throw new UsageError(`replay takes one FILE; ${more.join(' ')} is too much`, 'replay');
  const { options } = given;
  return {
    ...kernelFiles(given),
    file: pathOf(file),
    debug: options.get('debug'),
    format: formatOf(given, replayFormats, 'replay') ?? 'text',
    mcount: options.get('mcount') === 'relocated' ? 'relocated' : 'raw',
    encoder: options.get('encoder'),
    verdict: options.get('verdict'),
    function: options.get('function'),
    cu: options.get('cu'),
    script: options.get('script'),
    summary: options.has('summary'),
  };
}
