/**
 * `kinspect replay FILE --script FILE`: debugger commands, one a line, and what they reply, as one would see them on a
 * terminal: a session that can be kept, compared and tested.
 *
 *   (gdb) b btf_encoder.c:171
 *   Breakpoint 1: file btf_encoder.c, line 171.
 *
 * Lines that begin with # and empty ones are left out; in a script an empty line is there to be read, not to repeat.
 * A command that cannot be done says why and the script goes on, as it does when gdb reads one from its standard input.
 */
import { openFile } from '../bytes/byte-source.ts';
import { inFile } from '../bytes/in-file.ts';
import { ParseError } from '../errors.ts';
import { visibleText } from '../format/visible.ts';
import type { Debugger } from '../pahole/debugger/debugger.ts';
import type { CliIo } from './io.ts';

/** More than any script that somebody wrote. */
const mostBytes = 1 << 24;

/** The commands of a script, a line each. @throws ParseError when it cannot be read */
export function readScript(path: string): readonly string[] {
  const file = openFile(path, 'give a text file of debugger commands, one a line');
  try {
    return inFile(path, () => {
      if (file.size > mostBytes) {
        const problem = `it has ${file.size} bytes; a script has at most ${mostBytes}`;
        throw new ParseError({ code: 'out-of-range', structure: 'script', problem });
      }
      return Buffer.from(file.read(0, file.size, 'script'))
        .toString('utf8')
        .split(/\r?\n/);
    });
  } finally {
    file.close();
  }
}

/**
 * Run commands until one quits.
 * @returns how many could not be done
 * @throws OutputClosed, OutputFailed
 */
export async function runScript(lines: readonly string[], session: Debugger, io: CliIo): Promise<number> {
  let failures = 0;
  for (const line of lines) {
    const command = line.trim();
    if (command === '' || command.startsWith('#')) continue;
    const { reply, failed, quit } = session.execute(command);
    if (failed) failures++;
    const wait = io.out([`(gdb) ${command}`, ...reply].map((text) => `${shown(text)}\n`).join(''));
    if (wait !== undefined) await wait;
    if (quit) break;
  }
  return failures;
}

/** A line as it may be shown; the tab between a number and what it is about stays. */
const shown = (text: string): string => text.split('\t').map(visibleText).join('\t');
