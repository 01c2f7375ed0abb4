/**
 * Arguments split into options and operands, as getopt does it.
 *
 *   --name=value  --name value  --switch  -h  -hV     anywhere among the operands
 *   --                                                what follows are operands
 *   -                                                 an operand
 */
import { knownOptions, type OptionSpec } from './options.ts';
import { suggest } from './suggest.ts';

export interface Arguments {
  /** Value of each option that was given, the last one counting; a switch has ''. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** What is wrong with a command line, in one line; exit code 2. */
export class UsageError extends Error {
  /** The command whose help says more; undefined for the program's own. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** @throws UsageError for an option that is not known, has no value, or has one that it does not take */
export function splitArguments(argv: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const spec = findLong(equals < 0 ? word.slice(2) : word.slice(2, equals));
      let value = equals < 0 ? undefined : word.slice(equals + 1);
      if (spec.value === undefined && value !== undefined) throw new UsageError(`--${spec.name} takes no value`);
      if (spec.value !== undefined && value === undefined) {
        value = spec.implied ?? argv[++i];
        if (value === undefined) throw new UsageError(`--${spec.name} needs a value: --${spec.name} ${spec.value}`);
      }
      checkChoice(spec, value);
      options.set(spec.name, value ?? '');
    } else if (word.startsWith('-') && word !== '-') {
      for (const letter of word.slice(1)) options.set(findShort(letter).name, '');
    } else operands.push(word);
  }
  return { options, operands };
}

function findLong(name: string): OptionSpec {
  const spec = knownOptions.find((row) => row.name === name);
  if (spec !== undefined) return spec;
  const near = suggest(
    name,
    knownOptions.map((row) => row.name),
  );
  throw new UsageError(`unknown option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`);
}

function findShort(letter: string): OptionSpec {
  const spec = knownOptions.find((row) => row.short === letter);
  if (spec === undefined) throw new UsageError(`unknown option -${letter}`);
  return spec;
}

function checkChoice(spec: OptionSpec, value: string | undefined): void {
  if (spec.choices === undefined || value === undefined || spec.choices.includes(value)) return;
  throw badChoice(`--${spec.name}`, value, spec.choices);
}

/** "--mcount is rwa; it can be raw or relocated; did you mean raw?" */
export function badChoice(what: string, value: string, choices: readonly string[], command?: string): UsageError {
  const near = suggest(value, choices);
  const known = choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  const tail = near === undefined ? '' : `; did you mean ${near}?`;
  return new UsageError(`${what} cannot be ${value === '' ? 'empty' : value}, only ${known}${tail}`, command);
}
