/** The program as a process: its streams, its terminal, its exit code. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { machine, release } from 'node:os';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { fdOutput } from '../src/cli/fd-output.ts';
import type { CliIo } from '../src/cli/io.ts';
import { runCli, type Surroundings } from '../src/cli/main.ts';

/** Put in by the bundler (scripts/build.mjs). */
declare const KINSPECT_VERSION: string;
export const version = KINSPECT_VERSION;

const stdout = 1;
const stderr = 2;

/** Run the program on the process's arguments; the exit code is set, and the process ends when all is written. */
export async function runProgram(openScreens: Surroundings['openScreens']): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), processIo(), {
    version,
    // Beside bin/ in the repository and beside dist/ in the package.
    samplePath: fileURLToPath(new URL('../fixtures/sample/vmlinux-aarch64', import.meta.url)),
    env: process.env,
    hasScreen: isatty(stdout) && process.env.TERM !== 'dumb' && canReadKeys(),
    machine: { release: release(), architecture: machine() },
    openScreens,
  });
}

function processIo(): CliIo {
  return {
    out: fdOutput((bytes, offset, length) => writeSync(stdout, bytes, offset, length)),
    err(text) {
      try {
        writeSync(stderr, text);
      } catch {
        // Nobody reads the words; the exit code still speaks.
      }
    },
    outIsTerminal: isatty(stdout),
    inIsTerminal: isatty(0),
  };
}

/** Keys come from standard input, or from the controlling terminal when that is something else. */
function canReadKeys(): boolean {
  if (isatty(0)) return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
