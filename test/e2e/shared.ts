/** The built program in a pseudo-terminal, and what every end of it must leave behind. */
import { existsSync } from 'node:fs';
import { afterEach, beforeAll } from 'vitest';
import { Pty, type PtyOptions, spawnHeld, spawnKinspect } from '../helpers/pty.ts';

const open: Pty[] = [];

beforeAll(() => {
  if (!existsSync('dist/kinspect.js')) throw new Error('dist/ is not built: npm run build');
});
afterEach(async () => {
  for (const pty of open.splice(0)) await pty.dispose();
});

/** Ends it after the test. */
export function keep(pty: Pty): Pty {
  open.push(pty);
  return pty;
}

/** kinspect on the sample kernel, or on the arguments; not yet drawn. */
export const spawn = (args: readonly string[] = [], options: PtyOptions = {}): Pty =>
  keep(spawnKinspect(args, options));

/** kinspect with its first frame on the screen. */
export async function start(columns = 80, rows = 24, args: readonly string[] = []): Promise<Pty> {
  const pty = spawn(args, { columns, rows });
  await pty.waitFor(drawn);
  return pty;
}

/** kinspect in a terminal that outlives it: all that it writes at its end is read. */
export const spawnInHeld = (args: readonly string[] = [], options: PtyOptions = {}): Pty =>
  keep(spawnHeld([process.execPath, 'dist/kinspect.js', ...args], options));

/** The same with its first frame on the screen. */
export async function startInHeld(columns = 80, rows = 24, args: readonly string[] = []): Promise<Pty> {
  const pty = spawnInHeld(args, { columns, rows });
  await pty.waitFor(drawn);
  return pty;
}

/** kinspect in an interactive shell, as one runs it. */
export async function startInShell(columns = 80, rows = 24): Promise<Pty> {
  const env = { PS1: 'shell> ', HISTFILE: '', ENV: undefined };
  const pty = keep(new Pty('bash', ['--norc', '--noprofile', '--noediting', '-i'], { columns, rows, env }));
  await pty.waitFor('shell> ');
  pty.send(`echo before; '${process.execPath}' dist/kinspect.js\r`);
  await pty.waitFor(drawn);
  return pty;
}

/** Header, four panes and key bar are there. */
export const drawn = (pty: Pty): boolean =>
  pty.isAlternateScreen && / kinspect {2}\S/.test(pty.lines[0] ?? '') && / (?:search|go) /.test(pty.lines.at(-1) ?? '');

/** Private modes that outlive a program that does not turn them off: mouse, paste, synchronized output, screen. */
const lastingModes = [1000, 1002, 1006, 2004, 2026, 1049];

/** The terminal as the shell left it: main screen, cursor, no reports, no bracketed paste. */
export const restored = (pty: Pty): boolean =>
  !pty.isAlternateScreen && pty.isCursorVisible && lastingModes.every((mode) => !pty.isModeOn(mode));

/** The text of the row with the mark of the selection in the open pane. */
export const selected = (pty: Pty): string => pty.lines.find((line) => line.startsWith('│▸')) ?? '';
