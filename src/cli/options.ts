/**
 * The command line as a table: every option once, with the commands that take it. Parsing, help and "did you mean" read
 * the same rows.
 */

export type CommandName = 'browse' | 'dump' | 'replay' | 'why' | 'compare';

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What the help calls the value; absent for a switch. */
  readonly value?: string;
  /** The value may be left out, and is then this: `--color` is `--color=always`. */
  readonly implied?: string;
  readonly choices?: readonly string[];
  readonly help: string;
  readonly commands: readonly CommandName[];
}

const all: readonly CommandName[] = ['browse', 'dump', 'replay', 'why', 'compare'];
const ofRunning: readonly CommandName[] = ['browse', 'why'];
const ofLists: readonly CommandName[] = ['browse', 'dump', 'why'];
const ofDwarf: readonly CommandName[] = ['browse', 'replay', 'why', 'compare'];

const optionSpecs: readonly OptionSpec[] = [
  { name: 'btf', value: 'FILE', help: 'BTF from a raw file or another ELF file', commands: all },
  { name: 'btf-base', value: 'FILE', help: 'the kernel that the BTF of a module continues', commands: all },
  { name: 'debug', value: 'FILE', help: 'DWARF from a separate debug file', commands: ofDwarf },
  { name: 'kallsyms', value: 'FILE', help: "the running kernel's /proc/kallsyms", commands: ofLists },
  { name: 'ftrace', value: 'FILE', help: 'its available_filter_functions', commands: ofLists },
  { name: 'live', help: 'all of it from this machine, and FILE too', commands: ofRunning },
  { name: 'format', value: 'FORMAT', help: 'how the answer is written', commands: all },
  { name: 'section', value: 'NAME', help: 'relocs: of this section only', commands: ['dump'] },
  { name: 'count', value: 'N', help: 'mcount: this many words, bytes or slots', commands: ['dump'] },
  {
    name: 'mcount',
    value: 'BYTES',
    choices: ['raw', 'relocated'],
    help: 'which bytes of the region',
    commands: ['dump', 'replay'],
  },
  { name: 'encoder', value: 'VERSION', help: 'the pahole that is replayed', commands: ['replay', 'why', 'compare'] },
  { name: 'verdict', value: 'NAME', help: 'functions with this verdict', commands: ['replay'] },
  { name: 'function', value: 'NAME', help: 'functions of this name', commands: ['replay'] },
  { name: 'cu', value: 'NAME', help: 'functions of this compile unit', commands: ['replay'] },
  { name: 'script', value: 'FILE', help: 'run debugger commands and print what they reply', commands: ['replay'] },
  { name: 'summary', help: 'counts, in place of a line for each function', commands: ['replay', 'why'] },
  { name: 'all', help: 'every function symbol, in place of one function', commands: ['why'] },
  { name: 'cause', value: 'NAME', help: '--all: functions with this root cause', commands: ['why'] },
  { name: 'signature', help: 'the prototype, and which known variant it is', commands: ['why'] },
  { name: 'like', value: 'FILE', help: 'a kernel that has the record, for its types', commands: ['why'] },
  {
    name: 'color',
    value: 'WHEN',
    implied: 'always',
    choices: ['auto', 'always', 'never'],
    help: 'colours on the screen',
    commands: all,
  },
  { name: 'no-color', help: 'the same as --color=never', commands: all },
  { name: 'no-mouse', help: 'leave the mouse to the terminal', commands: ['browse'] },
  { name: 'no-alt-screen', help: 'draw on the main screen', commands: ['browse'] },
  { name: 'help', short: 'h', help: 'this text', commands: all },
  { name: 'version', short: 'V', help: 'the version', commands: all },
];

/** The commands; browse is the program without one. */
export const commands: readonly CommandName[] = ['browse', 'dump', 'replay', 'why', 'compare'];

/** The rows of one command. */
export const optionsOf = (command: CommandName): readonly OptionSpec[] =>
  optionSpecs.filter((spec) => spec.commands.includes(command));

/** Every row. */
export const knownOptions: readonly OptionSpec[] = optionSpecs;

/** What `dump` can print, and how; the first format is the default. */
export const dumpFormats = {
  symbols: ['text', 'json', 'ndjson', 'nm'],
  relocs: ['text', 'json', 'ndjson', 'readelf'],
  mcount: ['text', 'json', 'ndjson', 'gdb', 'r2'],
  btf: ['text', 'json', 'ndjson', 'bpftool'],
  sections: ['text', 'json', 'ndjson'],
} as const;

export type DumpWhat = keyof typeof dumpFormats;
export const dumpWhats = Object.keys(dumpFormats) as readonly DumpWhat[];
export type DumpFormat = (typeof dumpFormats)[DumpWhat][number];

export const overviewFormats = ['text', 'json', 'ndjson'] as const;
export type OverviewFormat = (typeof overviewFormats)[number];

export const replayFormats = ['text', 'json', 'ndjson', 'tsv'] as const;
export type ReplayFormat = (typeof replayFormats)[number];

export const whyFormats = ['text', 'json', 'ndjson'] as const;
export type WhyFormat = (typeof whyFormats)[number];

export const compareFormats = ['text', 'json', 'ndjson'] as const;
export type CompareFormat = (typeof compareFormats)[number];
