/** One input through every row of the table, in this process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/main.ts';
import { everyKind } from '../helpers/btf-writer.ts';
import type { Bases } from './bases/bases.ts';
import { runningFtrace, runningImage, runningKallsyms, runningKernel } from './bases/running-bases.ts';
import { type CommandRow, commandRows } from './commands.ts';
import type { Damaged } from './damage.ts';
import { judge } from './judge.ts';
import { leftOpen, putFile } from './memory-files.ts';
import { isTurn, purposes, Random } from './random.ts';
import { walkScreens } from './screens.ts';

// Words have no stacks in them, and making those of a million errors takes its time.
Error.stackTraceLimit = 0;

/** Something that must not be. */
export interface Complaint {
  /** The command line, or "screens". */
  readonly command: string;
  readonly problem: string;
}

/** One in so many inputs is walked through the screens as well. */
const everyNthWalks = 16;

/** Debugger commands that show what comes from the file. */
const script = [
  'b 171',
  'r',
  'x/8gx addrs',
  'i lo',
  'bt',
  'n',
  's',
  'p *cu',
  'fin',
  'c',
  'rc',
  'i b',
  'seek f',
  '',
].join('\n');

/** A folder with the input and the sound files that stand beside it. */
export class Bench {
  readonly path: string;
  /** The files beside it, by the names that the rows have for them. */
  readonly #beside: Readonly<Record<string, string>>;

  constructor(folder: string, bases: Bases) {
    this.path = join(folder, 'input');
    const host = bases.small.find(({ name }) => name.endsWith('/debug-link')) ?? bases.small[0];
    const beside: Readonly<Record<string, string | Uint8Array>> = {
      HOST: host?.bytes ?? Buffer.alloc(0),
      BASE: everyKind().build(),
      SCRIPT: script,
      KERNEL: runningKernel(),
      IMAGE: runningImage(),
      KALLSYMS: runningKallsyms(),
      FTRACE: runningFtrace(),
    };
    const paths: Record<string, string> = {};
    for (const [name, content] of Object.entries(beside)) {
      paths[name] = join(folder, name.toLowerCase());
      writeFileSync(paths[name], content);
    }
    this.#beside = paths;
  }

  /** Write the input to its file, for who does not read it from memory. */
  save(input: Damaged): void {
    writeFileSync(this.path, input.bytes);
  }

  /** The arguments of a row for the input that is on the bench. */
  argv(row: CommandRow): string[] {
    return row.argv.map((word) => (word === 'FILE' ? this.path : (this.#beside[word] ?? word)));
  }

  /** @param tell called before each command, for who wants to know where an input hangs */
  async run(input: Damaged, seed: number, index: number, tell?: (command: string) => void): Promise<Complaint[]> {
    putFile(this.path, input.bytes);
    const found: Complaint[] = [];
    // A tool's format has raw names in a pipe and none on a terminal.
    const isTerminal = new Random(seed, index, purposes.isTerminal).below(2) === 0;
    for (const [nth, row] of commandRows.entries()) {
      if (!row.of.includes(input.base.as)) continue;
      if (row.oneIn !== undefined && !isTurn(seed, index, row.oneIn, purposes.row + nth)) continue;
      const argv = this.argv(row);
      tell?.(argv.join(' '));
      const answer = await capture(argv, isTerminal);
      for (const problem of judge(row, answer)) found.push({ command: row.argv.join(' '), problem });
      if (answer.code > 3) found.push({ command: row.argv.join(' '), problem: await stackOf(argv) });
    }
    if (input.base.as === 'file' && isTurn(seed, index, everyNthWalks, purposes.screens)) {
      tell?.('screens');
      Error.stackTraceLimit = 12;
      const problems = await walkScreens(this.path, new Random(seed, index)).catch((error: unknown) => [
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ]);
      Error.stackTraceLimit = 0;
      for (const problem of problems) found.push({ command: 'screens', problem });
    }
    const open = leftOpen();
    if (open > 0) found.push({ command: 'all', problem: `${open} files are left open` });
    return found;
  }
}

/** The same again, with the stack of the fault that ended it. */
async function stackOf(argv: readonly string[]): Promise<string> {
  Error.stackTraceLimit = 12;
  const { err } = await capture(argv, false, { KINSPECT_DEBUG: '1' });
  Error.stackTraceLimit = 0;
  return err;
}

async function capture(argv: readonly string[], isTerminal: boolean, env: Readonly<Record<string, string>> = {}) {
  const parts: Buffer[] = [];
  let err = '';
  const io: CliIo = {
    // A chunk's bytes may be used again.
    out: (chunk) => void parts.push(Buffer.from(chunk as string)),
    err(text) {
      err += text;
    },
    outIsTerminal: isTerminal,
    inIsTerminal: isTerminal,
  };
  const code = await runCli(argv, io, {
    version: '0',
    samplePath: '/nowhere',
    env,
    hasScreen: false,
    machine: { release: '0', architecture: 'x86_64' },
    openScreens: () => Promise.reject(new Error('screens were opened where there are none')),
  });
  return { code, out: Buffer.concat(parts), err, isTerminal };
}
