/** What --help prints: examples first, then the options of the command, all of it in 80 columns. */
import { type CommandName, dumpFormats, dumpWhats, type OptionSpec, optionsOf } from './options.ts';

interface Help {
  readonly usage: string;
  readonly examples: readonly (readonly [string, string])[];
  readonly notes: readonly string[];
}

const helps: Readonly<Record<CommandName, Help>> = {
  browse: {
    usage: 'kinspect [OPTION]... [FILE]',
    examples: [
      ['kinspect', 'look at the bundled sample kernel'],
      ['kinspect vmlinux', 'walk through your own'],
      ['kinspect --live', 'the kernel of this machine'],
      ['kinspect vmlinux | less', 'the overview as text'],
      ['kinspect dump vmlinux mcount --format gdb', 'a table, as gdb prints it'],
      ['kinspect replay vmlinux', 'what pahole decided'],
      ['kinspect why vmlinux tty_write', 'why it has no BTF'],
    ],
    notes: [
      'FILE is a vmlinux, a vmlinuz or a kernel module. Without a terminal, or with --format, the overview is printed in place of the screens: text, json (one object) or ndjson (a fact a line).',
    ],
  },
  dump: {
    usage: `kinspect dump [OPTION]... FILE ${dumpWhats.join('|')}`,
    examples: [
      ['kinspect dump vmlinux symbols --format nm', 'as nm -p'],
      ['kinspect dump vmlinux relocs --format readelf', 'as llvm-readelf -r'],
      ['kinspect dump vmlinux relocs --section .rela.dyn', 'the entries of one section'],
      ['kinspect dump vmlinux mcount', 'each slot with its function'],
      ['kinspect dump vmlinux mcount --format gdb', 'as gdb x/32gx at its start'],
      ['kinspect dump vmlinux mcount --format r2', 'as radare2 px at its start'],
      ['kinspect dump vmlinux btf --format bpftool', 'as bpftool btf dump'],
    ],
    notes: [
      ...dumpWhats.map((what) => `${what.padEnd(9)} ${dumpFormats[what].join(', ')}`),
      'The first format is the default. docs/json.md says what json and ndjson hold.',
      '--count N counts what the format shows: words in gdb (32), bytes in r2 (256), slots in the others (all).',
    ],
  },
  replay: {
    usage: 'kinspect replay [OPTION]... FILE',
    examples: [
      ['kinspect replay vmlinux', 'the verdicts, counted'],
      ['kinspect replay vmlinux --mcount relocated', 'with the region filled'],
      ['kinspect replay vmlinux --encoder 1.22', 'by another pahole'],
      ['kinspect replay vmlinux --function tty_write', 'about one function'],
      ['kinspect replay vmlinux --verdict encoded --format tsv', 'each record'],
    ],
    notes: [
      'text and json sum up, or list what --verdict, --function and --cu leave; ndjson and tsv (unit, function, verdict) have a line for each function, in the order of the encoder.',
    ],
  },
  why: {
    usage: 'kinspect why [OPTION]... FILE FUNCTION',
    examples: [
      ['kinspect why vmlinux tty_write', 'the evidence, and a stand-in'],
      ['kinspect why vmlinux tty_write --signature', 'which variant it is'],
      ['kinspect why vmlinux --summary', 'the root causes, counted'],
      ['kinspect why vmlinux --all --format ndjson', 'every function symbol'],
    ],
    notes: [
      'text, json or ndjson. Without --encoder it is the version whose records come nearest to those of the BTF. The exit status is 1 where the function has no BTF record.',
    ],
  },
  compare: {
    usage: 'kinspect compare [OPTION]... OLD NEW [FUNCTION]...',
    examples: [
      ['kinspect compare old new', 'records gained, lost and changed'],
      ['kinspect compare old new tty_write', 'one function, side by side'],
      ['kinspect compare old new --format ndjson', 'a row for each function that differs'],
      ['kinspect compare vmlinux vmlinux --btf other', 'two BTFs of one kernel'],
    ],
    notes: [
      'text, json or ndjson. The exit status is 1 where the FUNC records differ, or a FUNCTION is unknown.',
      'Records are compared by BTF and symbols alone. With a FUNCTION, or with --encoder, the DWARF is read too, for what that pahole (1.20) decides.',
      '--btf, --btf-base and --debug belong to NEW.',
    ],
  },
};

/** "Usage: kinspect dump [OPTION]... FILE …" */
export const usageLine = (command: CommandName): string => `Usage: ${helps[command].usage}`;

/** The help of a command. @param command 'browse' is the program itself */
export function helpText(command: CommandName): string {
  const { notes, examples } = helps[command];
  const wide = Math.max(...examples.map(([line]) => line.length));
  const lines = [usageLine(command), '', 'Examples:'];
  for (const [line, meaning] of examples) {
    const together = `  ${line.padEnd(wide)}  ${meaning}`;
    if (together.length <= 80) lines.push(together);
    else lines.push(`  ${line}`, `      ${meaning}`);
  }
  lines.push('', 'Options:');
  for (const spec of optionsOf(command)) lines.push(optionLine(spec));
  lines.push('', ...notes.flatMap((note) => wrap(note, 80)));
  lines.push('', 'Exit status: 0 fine; 1 the answer is no, or the output could not be written;', exitTail);
  return `${lines.join('\n')}\n`;
}

const exitTail = '2 the command line is wrong; 3 the file cannot be read.';

function optionLine(spec: OptionSpec): string {
  const value = spec.value === undefined ? '' : spec.implied === undefined ? ` ${spec.value}` : `[=${spec.value}]`;
  const names = `${spec.short === undefined ? '    ' : `-${spec.short}, `}--${spec.name}${value}`;
  const choices = spec.choices === undefined ? '' : `: ${spec.choices.join(', ')}`;
  return `  ${names.padEnd(24)} ${spec.help}${choices}`;
}

/** Lines of at most `width` characters, broken at blanks; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
