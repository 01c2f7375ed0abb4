/**
 * What an input goes through: a row for each run of the program. FILE is the input; HOST, BASE and SCRIPT are files
 * beside it, and KERNEL, IMAGE, KALLSYMS and FTRACE those of a running kernel. A new subcommand is a new row here.
 */
import type { Base } from './bases/base.ts';

export interface CommandRow {
  readonly argv: readonly string[];
  /** What its standard output has to be: safe text, a JSON object, JSON lines, or lines with the file's own bytes in a pipe. */
  readonly output: 'text' | 'json' | 'ndjson' | 'tool';
  readonly of: readonly Base['as'][];
  /** One input in so many goes through it; without, every one. For rows that differ from another in their words only. */
  readonly oneIn?: number;
}

const dumps: Readonly<Record<string, readonly string[]>> = {
  symbols: ['nm'],
  relocs: ['readelf'],
  mcount: ['gdb', 'r2'],
  btf: ['bpftool'],
  sections: [],
};
const listings = ['text', 'json', 'ndjson'] as const;

const row = (argv: string, output: CommandRow['output'], ...of: readonly Base['as'][]): CommandRow => ({
  argv: argv.split(' '),
  output,
  of,
});

/** One input in four, because another row has read the same already. */
const sometimes = (...rows: readonly CommandRow[]): readonly CommandRow[] =>
  rows.map((each) => ({ ...each, oneIn: 4 }));

export const commandRows: readonly CommandRow[] = [
  ...listings.map((format) => row(`FILE --format ${format}`, format, 'file', 'debug')),
  ...Object.entries(dumps).flatMap(([what, tools]) => [
    ...listings.map((format) => row(`dump FILE ${what} --format ${format}`, format, 'file', 'debug')),
    ...tools.map((format) => row(`dump FILE ${what} --format ${format}`, 'tool', 'file', 'debug')),
  ]),
  row('dump FILE mcount --format gdb --mcount relocated', 'tool', 'file'),
  row('replay FILE --mcount raw --format text', 'text', 'file'),
  row('replay FILE --mcount relocated --format ndjson', 'ndjson', 'file'),
  ...sometimes(
    row('replay FILE --mcount raw --format json', 'json', 'file'),
    row('replay FILE --mcount raw --format ndjson', 'ndjson', 'file'),
    row('replay FILE --mcount raw --format tsv', 'tool', 'file'),
    row('replay FILE --mcount relocated --format text', 'text', 'file'),
    row('replay FILE --mcount relocated --format json', 'json', 'file'),
    row('replay FILE --mcount relocated --format tsv', 'tool', 'file'),
    row('replay FILE --script SCRIPT', 'text', 'file'),
    row('replay FILE --encoder 1.22 --format tsv', 'tool', 'file'),
  ),
  row('why FILE --all --format ndjson', 'ndjson', 'file'),
  ...sometimes(
    row('why FILE --summary', 'text', 'file'),
    row('why FILE tty_write', 'text', 'file'),
    row('why FILE tty_write --format json', 'json', 'file'),
    row('why FILE tty_write --signature --like HOST', 'text', 'file'),
    row('compare HOST FILE', 'text', 'file'),
    row('compare FILE HOST tty_write --format json', 'json', 'file'),
    row('compare FILE HOST --format ndjson', 'ndjson', 'file'),
  ),

  // BTF from elsewhere, by itself and as what a module's BTF continues.
  row('HOST --format text --btf FILE', 'text', 'btf'),
  ...['btf', 'split-btf'].flatMap((as) => {
    const base = as === 'btf' ? '' : ' --btf-base BASE';
    return [
      ...listings.map((format) => row(`dump HOST btf --format ${format} --btf FILE${base}`, format, as as Base['as'])),
      row(`dump HOST btf --format bpftool --btf FILE${base}`, 'tool', as as Base['as']),
      row(`replay HOST --format text --btf FILE${base}`, 'text', as as Base['as']),
    ];
  }),
  row('dump HOST btf --format text --btf-base FILE --btf BASE', 'text', 'btf'),
  row('FILE', 'text', 'btf'),

  // DWARF from elsewhere.
  ...listings.map((format) => row(`replay HOST --format ${format} --debug FILE`, format, 'debug')),
  row('replay HOST --format tsv --debug FILE', 'tool', 'debug'),

  // What a running kernel says: beside its vmlinux, beside its boot image, and beside one another.
  ...['kallsyms', 'ftrace'].flatMap((as) => {
    const of = as as Base['as'];
    const other = as === 'kallsyms' ? '--ftrace FTRACE' : '--kallsyms KALLSYMS';
    return [
      ...listings.map((format) => row(`KERNEL --${as} FILE --format ${format}`, format, of)),
      row(`KERNEL --${as} FILE ${other}`, 'text', of),
      row(`IMAGE --${as} FILE ${other} --format json`, 'json', of),
      ...listings.map((format) => row(`dump KERNEL symbols --${as} FILE --format ${format}`, format, of)),
      row(`why KERNEL alpha --${as} FILE ${other}`, 'text', of),
      row(`why KERNEL alpha --${as} FILE ${other} --format json`, 'json', of),
      row(`why KERNEL --all --${as} FILE ${other} --format ndjson`, 'ndjson', of),
      row(`why KERNEL of_a_module --${as} FILE ${other}`, 'text', of),
    ];
  }),
  ...listings.map((format) => row(`dump IMAGE symbols --kallsyms FILE --format ${format}`, format, 'kallsyms')),
  row('why IMAGE --all --kallsyms FILE --format ndjson', 'ndjson', 'kallsyms'),
  ...sometimes(row('dump FILE symbols --kallsyms KALLSYMS --format ndjson', 'ndjson', 'file')),
];

/** Commands that this version refuses by name, which is what they are then: no input can make them do more. */
const notYet = /^kinspect: (?:the command \w+|--\w+) is not part of this version/;

/** Whether an answer is that the command is not built yet. */
export const isNotBuilt = (code: number, err: string): boolean => code === 2 && notYet.test(err);
