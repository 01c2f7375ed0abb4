/**
 * Run an Ink app on a terminal and leave the terminal as it was, whatever happens:
 *
 *   | ends by                                   | exit                          | printed after                       |
 *   |-------------------------------------------|-------------------------------|-------------------------------------|
 *   | q (session.exit, useApp().exit), Ctrl-C   | 0, or the code that was given |                                     |
 *   | a throw in render, an uncaught throw      | 70                            | kinspect: internal error: …         |
 *   | SIGTERM, SIGHUP, SIGINT, SIGQUIT          | death by that signal          |                                     |
 *   | the terminal gone (EIO, EPIPE, end)       | death by SIGHUP               |                                     |
 *
 * Ink is imported here and not above: Promise.withResolvers and the colour level must be there before it.
 */
import { openSync } from 'node:fs';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import type { ReactNode } from 'react';
import { type ColourMode, colourLevel, withColourLevel } from './colour-mode.ts';
import { CRASH_EXIT_CODE, crashReport } from './crash-report.ts';
import { type Ending, type Session, TerminalSession } from './session.ts';
import type { InputSource } from './terminal-input.ts';
import type { OutputTarget } from './terminal-output.ts';
import { polyfillWithResolvers } from './with-resolvers.ts';

export { type ColourFlag, type ColourMode, colourMode } from './colour-mode.ts';
export { CRASH_EXIT_CODE } from './crash-report.ts';
export type { Session } from './session.ts';

/**
 * Ink draws a first change at once and the next ones at this rate. A second key within the same 4 ms does not wait
 * for long, and a pasted flood of keys does not draw more often than a frame takes.
 */
const FRAMES_PER_SECOND = 250;
const SIGNAL_GRACE = 1_000;

export interface TerminalAppOptions {
  /** Where keys come from: see {@link terminalSource}. */
  readonly source: InputSource;
  readonly target?: OutputTarget;
  readonly colour: ColourMode;
  readonly mouse?: boolean;
  readonly alternateScreen?: boolean;
  /** 'kinspect 0.1.0', for the crash report. */
  readonly program: string;
  readonly reportTo: string;
}

/**
 * The stream to read keys from: stdin when it is a terminal, else the controlling terminal (`cat vmlinux | kinspect -`);
 * undefined when there is none.
 */
export function terminalSource(stdin: NodeJS.ReadStream = process.stdin): InputSource | undefined {
  if (stdin.isTTY) return stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/** Whether a full-screen app can run: stdout is a terminal that understands escape sequences. */
export function hasScreen(stdout: NodeJS.WriteStream = process.stdout, env = process.env): boolean {
  return stdout.isTTY === true && env.TERM !== 'dumb';
}

/**
 * Draws what `load` answers until the app ends; resolves to the exit code. `load` runs once Ink may be imported and
 * before the terminal is touched: if it rejects, so does this, and nothing has happened.
 */
export async function runTerminalApp(
  options: TerminalAppOptions,
  load: (session: Session) => ReactNode | Promise<ReactNode>,
): Promise<number> {
  polyfillWithResolvers();
  // Ink reads Yoga's constants when it is imported.
  await (await import('./yoga.ts')).yogaReady;
  const [{ render }, { sessionRoot }] = await withColourLevel(colourLevel(options.colour, process.env), () =>
    Promise.all([import('ink'), import('./SessionRoot.tsx')]),
  );
  const session = new TerminalSession(options.source, options.target ?? process.stdout, options.mouse ?? true);
  const app = await load(session);

  let unmount = (): void => {};
  session.open(() => unmount());
  try {
    const instance = render(sessionRoot(session.bindHandOver, app), {
      // The two do what Ink asks of streams, and are not streams: see their files.
      stdin: session.input as unknown as NodeJS.ReadStream,
      stdout: session.output as unknown as NodeJS.WriteStream,
      alternateScreen: options.alternateScreen ?? true,
      incrementalRendering: true,
      maxFps: FRAMES_PER_SECOND,
      // Ctrl-C is the session's, and so is the console.
      exitOnCtrlC: false,
      patchConsole: false,
      // Also when CI is set, which Ink takes for a terminal that nobody looks at.
      interactive: true,
    });
    unmount = () => instance.unmount();
    session.output.on('forget', () => instance.clear());
    instance.waitUntilExit().then(
      (value) => session.exit(typeof value === 'number' ? value : 0),
      (error: unknown) => session.end({ kind: 'crash', error }),
    );
  } catch (error) {
    session.end({ kind: 'crash', error });
  }
  const ending = await session.ended;
  session.close();
  return finish(ending, session, options);
}

async function finish(ending: Ending, session: TerminalSession, options: TerminalAppOptions): Promise<number> {
  const isTold = !session.output.destroyed;
  if (isTold && process.env.KINSPECT_DEBUG && session.captured.length > 0) print(`${session.captured.join('\n')}\n`);
  if (ending.kind === 'exit') return ending.code;
  if (ending.kind === 'crash') {
    if (isTold) print(crashReport(ending.error, { ...options, env: process.env }));
    return CRASH_EXIT_CODE;
  }
  // Die of the signal, so that whoever sent it sees that it was obeyed. Without a terminal there is no other way out:
  // at an ordinary exit Node resets it, and aborts when it cannot.
  process.kill(process.pid, ending.signal);
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_GRACE));
  return 128 + constants.signals[ending.signal];
}

function print(text: string): void {
  process.stderr.on('error', () => {});
  process.stderr.write(text);
}
