/**
 * The command line as a table: every option once, with the commands that take it. Parsing, help and "did you mean" read
 * the same rows. What a later version will understand is in {@link later}, so that it is refused by name.
 */

export type CommandName = 'browse' | 'dump' | 'replay';

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

const all: readonly CommandName[] = ['browse', 'dump', 'replay'];

const optionSpecs: readonly OptionSpec[] = [
  { name: 'btf', value: 'FILE', help: 'BTF from a raw file or another ELF file', commands: all },
  { name: 'btf-base', value: 'FILE', help: 'the kernel that the BTF of a module continues', commands: all },
  { name: 'debug', value: 'FILE', help: 'DWARF from a separate debug file', commands: ['browse', 'replay'] },
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
  { name: 'encoder', value: 'VERSION', help: 'the pahole that is replayed', commands: ['replay'] },
  { name: 'verdict', value: 'NAME', help: 'functions with this verdict', commands: ['replay'] },
  { name: 'function', value: 'NAME', help: 'functions of this name', commands: ['replay'] },
  { name: 'cu', value: 'NAME', help: 'functions of this compile unit', commands: ['replay'] },
  { name: 'script', value: 'FILE', help: 'run debugger commands and print what they reply', commands: ['replay'] },
  { name: 'summary', help: 'counts, in place of a line for each function', commands: ['replay'] },
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

/** The commands that are built; a row of {@link optionSpecs} for another one is not shown and not taken. */
export const commands: readonly CommandName[] = ['browse', 'dump', 'replay'];

/** Names that later versions will know; refused plainly now. */
export const later = {
  commands: ['why', 'compare'] as readonly string[],
  options: ['kallsyms', 'ftrace', 'live', 'like', 'signature', 'all'] as readonly string[],
};

/** The rows of one command. */
export const optionsOf = (command: CommandName): readonly OptionSpec[] =>
  optionSpecs.filter((spec) => spec.commands.includes(command));

/** The rows of all commands that are built. */
export const knownOptions: readonly OptionSpec[] = optionSpecs.filter((spec) =>
  spec.commands.some((command) => commands.includes(command)),
);

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
