/**
 * The command line, understood.
 *
 *   kinspect [FILE]              the screens, or the overview as text
 *   kinspect dump FILE WHAT      one table
 *   kinspect replay FILE         the encoder's decisions
 *   kinspect why FILE FUNCTION   why one function has, or has not, a record; --all, --summary: every function
 *   kinspect compare FILE FILE [FUNCTION]...   what differs between two kernels
 *
 * A first operand that is no command is FILE; a file called dump is ./dump.
 */
import { helpText, usageLine } from './help.ts';
import {
  type CommandName,
  type CompareFormat,
  commands,
  compareFormats,
  type DumpFormat,
  type DumpWhat,
  dumpFormats,
  dumpWhats,
  knownOptions,
  type OverviewFormat,
  overviewFormats,
  type ReplayFormat,
  replayFormats,
  type WhyFormat,
  whyFormats,
} from './options.ts';
import { type Arguments, badChoice, splitArguments, UsageError } from './split-arguments.ts';
import { suggest } from './suggest.ts';

/** Where else than in FILE a part of the kernel is read from. */
export interface KernelFiles {
  readonly btf: string | undefined;
  readonly btfBase: string | undefined;
}

/** What a running kernel says beside its file. */
export interface RunningFiles {
  readonly kallsyms: string | undefined;
  readonly ftrace: string | undefined;
  /** Take what is not given, and FILE too, from this machine. */
  readonly live: boolean;
}

export interface BrowseOptions extends KernelFiles, RunningFiles {
  /** undefined: the bundled sample, or with --live the kernel of this machine. */
  readonly file: string | undefined;
  /** A separate debug file, for the replay. */
  readonly debug: string | undefined;
  /** Asked for by --format, so that the answer is text even on a terminal. */
  readonly format: OverviewFormat | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly mouse: boolean;
  readonly alternateScreen: boolean;
}

export interface DumpOptions extends KernelFiles, RunningFiles {
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

export interface WhyOptions extends KernelFiles, RunningFiles {
  /** undefined only with --live. */
  readonly file: string | undefined;
  /** Undefined with --all and --summary. */
  readonly function: string | undefined;
  readonly debug: string | undefined;
  readonly format: WhyFormat;
  readonly encoder: string | undefined;
  /** What of the kernel is asked: about one function, a row for each function, a count for each cause. */
  readonly scope: 'function' | 'all' | 'summary';
  readonly cause: string | undefined;
  readonly signature: boolean;
  readonly like: string | undefined;
}

export interface CompareOptions extends KernelFiles {
  readonly before: string;
  readonly after: string;
  /** Empty: all functions. */
  readonly functions: readonly string[];
  readonly debug: string | undefined;
  readonly encoder: string | undefined;
  readonly format: CompareFormat;
}

export type Invocation =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'browse'; readonly options: BrowseOptions }
  | { readonly kind: 'dump'; readonly options: DumpOptions }
  | { readonly kind: 'replay'; readonly options: ReplayOptions }
  | { readonly kind: 'why'; readonly options: WhyOptions }
  | { readonly kind: 'compare'; readonly options: CompareOptions };

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
    const where = takers.map(commandLine);
    throw new UsageError(`--${name} belongs to ${where.join(' and ')}`, command);
  }
  if (command === 'dump') return { kind: 'dump', options: dumpOptions(given, rest) };
  if (command === 'replay') return { kind: 'replay', options: replayOptions(given, rest) };
  if (command === 'why') return { kind: 'why', options: whyOptions(given, rest) };
  if (command === 'compare') return { kind: 'compare', options: compareOptions(given, rest) };
  if (rest.length > 0) throw unexpected(first as string, rest);
  return { kind: 'browse', options: browseOptions(given, first) };
}

/** The command that a first operand names; any other operand is a FILE. */
function commandNamed(word: string): CommandName {
  return commands.find((name) => name === word && name !== 'browse') ?? 'browse';
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

function runningFiles({ options }: Arguments): RunningFiles {
  return { kallsyms: options.get('kallsyms'), ftrace: options.get('ftrace'), live: options.has('live') };
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
    ...runningFiles(given),
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
  only('kallsyms', ['symbols']);
  only('ftrace', ['symbols']);
  const format = formatOf<DumpFormat>(given, dumpFormats[what], 'dump') ?? 'text';
  for (const name of ['kallsyms', 'ftrace']) {
    if (options.has(name) && format === 'nm') {
      throw new UsageError(`--${name} adds columns to text, json and ndjson; nm has none`, 'dump');
    }
  }
  if (options.has('mcount') && format !== 'gdb' && format !== 'r2') {
    throw new UsageError(`--mcount is for --format gdb and r2; ${format} shows both values of a slot`, 'dump');
  }
  return {
    ...kernelFiles(given),
    ...runningFiles(given),
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

function whyOptions(given: Arguments, operands: readonly string[]): WhyOptions {
  const { options } = given;
  const isEvery = options.has('all') || options.has('summary');
  // With --live a lone operand is the FUNCTION, and FILE is this machine's kernel.
  const isFileLeftOut = options.has('live') && operands.length <= (isEvery ? 0 : 1);
  const [file, name, ...more] = isFileLeftOut ? [undefined, ...operands] : operands;
  const complain = (problem: string) => new UsageError(problem, 'why');
  if (file === undefined && !isFileLeftOut) throw complain(`why needs a FILE and a FUNCTION\n${usageLine('why')}`);
  const scope = options.has('all') ? 'all' : options.has('summary') ? 'summary' : 'function';
  if (scope === 'function' && name === undefined) {
    throw complain(`why needs a FUNCTION, or --all or --summary for every one\n${usageLine('why')}`);
  }
  if (scope !== 'function' && name !== undefined) throw complain(`--${scope} asks about every function, not ${name}`);
  if (more.length > 0) throw complain(`why takes one FUNCTION; ${more.join(' ')} is too much`);
  if (options.has('all') && options.has('summary')) throw complain('--all and --summary exclude each other');
  if (options.has('cause') && scope !== 'all') throw complain('--cause chooses among the rows of --all');
  for (const only of ['signature', 'like']) {
    if (options.has(only) && scope !== 'function') throw complain(`--${only} is for one FUNCTION, not for --${scope}`);
  }
  return {
    ...kernelFiles(given),
    ...runningFiles(given),
    file: file === undefined ? undefined : pathOf(file),
    function: name,
    debug: options.get('debug'),
    format: formatOf(given, whyFormats, 'why') ?? 'text',
    encoder: options.get('encoder'),
    scope,
    cause: options.get('cause'),
    signature: options.has('signature'),
    like: options.get('like'),
  };
}

function compareOptions(given: Arguments, operands: readonly string[]): CompareOptions {
  const [before, after, ...functions] = operands;
  if (before === undefined || after === undefined) {
    throw new UsageError(`compare needs two FILEs\n${usageLine('compare')}`, 'compare');
  }
  const { options } = given;
  return {
    ...kernelFiles(given),
    before: pathOf(before),
    after: pathOf(after),
    functions,
    debug: options.get('debug'),
    encoder: options.get('encoder'),
    format: formatOf(given, compareFormats, 'compare') ?? 'text',
  };
}
