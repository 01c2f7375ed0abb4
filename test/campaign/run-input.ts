/** One input through every row of the table, in this process. */
import { ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/main.ts';
import { everyKind } from '../helpers/btf-writer.ts';
import type { Bases } from './bases/bases.ts';
import { type CommandRow, commandRows } from './commands.ts';
import type { Damaged } from './damage.ts';
import { judge } from './judge.ts';
import { Random } from './random.ts';
import { walkScreens } from './screens.ts';

/** Something that must not be. */
export interface Complaint {
  /** The command line, or "screens". */
  readonly command: string;
  readonly problem: string;
}

/** One in so many inputs is walked through the screens as well. */
const everyNthWalks = 8;

/** A folder with the input and the sound files that stand beside it. */
export class Bench {
  readonly path: string;
  readonly #fd: number;
  readonly #host: string;
  readonly #base: string;

  constructor(folder: string, bases: Bases) {
    this.path = join(folder, 'input');
    this.#host = join(folder, 'host');
    this.#base = join(folder, 'base');
    const host = bases.small.find(({ name }) => name.endsWith('/debug-link')) ?? bases.small[0];
    writeFileSync(this.#host, host?.bytes ?? Buffer.alloc(0));
    writeFileSync(this.#base, everyKind().build());
    this.#fd = openSync(this.path, 'w');
  }

  put(bytes: Uint8Array): void {
    ftruncateSync(this.#fd, 0);
    writeSync(this.#fd, bytes, 0, bytes.length, 0);
  }

  /** The arguments of a row for the input that is on the bench. */
  argv(row: CommandRow): string[] {
    const names: Readonly<Record<string, string>> = { FILE: this.path, HOST: this.#host, BASE: this.#base };
    return row.argv.map((word) => names[word] ?? word);
  }

  /** @param tell called before each command, for who wants to know where an input hangs */
  async run(input: Damaged, seed: number, index: number, tell?: (command: string) => void): Promise<Complaint[]> {
    this.put(input.bytes);
    const found: Complaint[] = [];
    // A tool's format has raw names in a pipe and none on a terminal.
    const isTerminal = (index & 1) === 0;
    for (const row of commandRows) {
      if (!row.of.includes(input.base.as)) continue;
      const argv = this.argv(row);
      tell?.(argv.join(' '));
      const answer = await capture(argv, isTerminal);
      for (const problem of judge(row, answer)) found.push({ command: row.argv.join(' '), problem });
    }
    if (index % everyNthWalks === 0 && input.base.as === 'file') {
      tell?.('screens');
      const problems = await walkScreens(this.path, new Random(seed, index)).catch((error: unknown) => [
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ]);
      for (const problem of problems) found.push({ command: 'screens', problem });
    }
    return found;
  }
}

async function capture(argv: readonly string[], isTerminal: boolean) {
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
    env: {},
    hasScreen: false,
    openScreens: () => Promise.reject(new Error('screens were opened where there are none')),
  });
  return { code, out: Buffer.concat(parts), err, isTerminal };
}
