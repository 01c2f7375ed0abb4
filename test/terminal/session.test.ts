/** The tiny app in a real pseudo-terminal: keys, mouse, suspension, and every way to end. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../helpers/patience.ts';
import { heldCode, Pty, spawnHeld } from '../helpers/pty.ts';
import { type Bundle, bundle } from './bundle.ts';

let app: Bundle;
let pty: Pty;

beforeAll(async () => {
  app = await bundle('test/terminal/tiny-main.tsx');
});
afterAll(() => app.remove());
afterEach(() => pty.dispose());

async function start(env: Record<string, string> = {}): Promise<void> {
  pty = new Pty(process.execPath, [app.file], { columns: 60, rows: 12, env });
  await pty.waitFor('bottom line');
}

/** In a terminal that outlives it: all that it writes at its end is read. */
async function startInHeld(env: Record<string, string> = {}): Promise<void> {
  pty = spawnHeld([process.execPath, app.file], { columns: 60, rows: 12, env });
  await pty.waitFor('bottom line');
}

const endsWith = (code: number): Promise<void> => pty.waitFor((at) => heldCode(at) === code);

/** The app inside an interactive shell, as users run it. */
async function startInShell(command: string): Promise<void> {
  pty = new Pty('bash', ['--norc', '--noprofile', '--noediting', '-i'], {
    columns: 60,
    rows: 12,
    env: { PS1: 'shell> ', HISTFILE: '' },
  });
  await pty.waitFor('shell> ');
  pty.send(`${command}\r`);
  await pty.waitFor('bottom line');
}

/** Everything is as it was before: main screen with what was on it, cursor, no reports, no bracketed paste. */
function expectRestored(): void {
  expect(pty.isAlternateScreen).toBe(false);
  expect(pty.isCursorVisible).toBe(true);
  for (const mode of [1000, 1002, 1006, 2004, 2026, 1049])
    expect({ mode, on: pty.isModeOn(mode) }).toEqual({ mode, on: false });
  expect(pty.text).toContain('before');
}

describe('keys and mouse', () => {
  test('three keys in one chunk are three keys', async () => {
    await start();
    pty.send('jjj');
    await pty.waitFor('seen j j j.');
  });

  test('the wheel, a click and a drag are events with places', async () => {
    await start();
    pty.send('\x1b[<65;10;5M\x1b[<0;3;4M\x1b[<32;4;4M\x1b[<0;4;4m');
    await pty.waitFor('seen wheel-down none 9,4 press left 2,3 drag left 3,3 relea');
  });

  test('function keys have names and keep their place among the others', async () => {
    await start();
    pty.send('a\x1bOPb\x1b[15;2~\x1b[1;5A\x1b[H');
    await pty.waitFor('seen a f1 b shift-f5 ctrl-up home.');
  });

  test('Escape alone arrives without another key', async () => {
    await start();
    pty.send('\x1b');
    await pty.waitFor('seen escape.');
  });

  test('a paste is not typed', async () => {
    await start();
    expect(pty.isModeOn(2004)).toBe(true);
    pty.send('\x1b[200~qqq\x1b[201~');
    await pty.waitFor('seen paste <qqq>.');
  });

  test('CI=true in the environment does not blank the screen', async () => {
    await start({ CI: 'true' });
    expect(pty.isAlternateScreen).toBe(true);
  });

  test('the clipboard is written by OSC 52, and the mouse can be given up', async () => {
    await start();
    pty.send('ym');
    await pty.waitFor((at) => at.raw.includes('\x1b]52;c;dHR5X3dyaXRl\x07') && !at.isModeOn(1000));
  });
});

describe('the screen', () => {
  test('a new size is drawn', async () => {
    await start();
    pty.resize(40, 8);
    await pty.waitFor('size 40x8');
    await pty.waitFor((at) => at.lines[7] === 'bottom line');
    pty.resize(100, 30);
    await pty.waitFor('size 100x30');
    await pty.waitFor((at) => at.lines[29] === 'bottom line' && at.text.match(/bottom line/g)?.length === 1);
  });

  test('redraw repairs a screen that something else wrote on', async () => {
    await start();
    await pty.disturb('\x1b[5;1Hgarbage');
    expect(pty.text).toContain('garbage');
    pty.send('l');
    await pty.waitFor((at) => !at.text.includes('garbage') && at.text.includes('bottom line'));
  });

  test('what others write on the console is kept off the screen, and told afterwards when asked', async () => {
    await startInHeld({ KINSPECT_DEBUG: '1' });
    pty.send('w');
    await pty.waitFor('seen w.');
    pty.send('q');
    await endsWith(0);
    expect(pty.text).toContain('written on the console');
    expectRestored();
  });
});

describe('endings', () => {
  test.each([
    ['q', 0],
    ['3', 3],
    ['\x03', 0],
    ['x', 5],
  ])('%j ends with its exit code and the screen restored', async (key, exitCode) => {
    await startInHeld();
    pty.send(key);
    await endsWith(exitCode);
    if (key !== 'x') expect(pty.text).toContain('after');
    expectRestored();
  });

  test.each([
    ['SIGTERM', 15],
    ['SIGHUP', 1],
    ['SIGINT', 2],
  ] as const)('%s restores the screen and is the cause of death', async (name, signal) => {
    await startInHeld();
    pty.killGroup(name);
    await endsWith(128 + signal);
    expectRestored();
    expect(pty.text).not.toContain('after');
    await pty.dispose();
    // A shell does not tell a signal from an exit code like it.
    await start();
    pty.kill(name);
    expect((await pty.exited).signal).toBe(signal);
  });

  test.each([
    ['t', 'thrown in render'],
    ['u', 'thrown later'],
    ['r', 'rejected · in two lines'],
  ])('a crash (%s) restores the screen and says one line', async (key, message) => {
    await startInHeld();
    pty.send(key);
    await endsWith(70);
    expect(pty.text).toContain(`kinspect: internal error: ${message}`);
    expect(pty.text).toContain('https://example.org/issues');
    expectRestored();
    expect(pty.text).not.toContain('    at ');
  });

  test('the window closed ends it', async () => {
    await start();
    pty.hangUp();
    expect((await pty.exited).signal).toBe(1);
  });

  test('the window closed ends it even where SIGHUP does not reach', async () => {
    const codeFile = join(mkdtempSync(join(tmpdir(), 'kinspect-test-')), 'code');
    // setsid: another session than the terminal's, so that only the reads and writes fail.
    const inner = `'${process.execPath}' '${app.file}'; echo $? > '${codeFile}'`;
    pty = new Pty('setsid', ['--wait', 'sh', '-c', inner], { columns: 60, rows: 12 });
    await pty.waitFor('bottom line');
    pty.hangUp();
    await eventually(() => expect(readFileSync(codeFile, 'utf8')).toBe('129\n'));
  });

  test('KINSPECT_DEBUG adds the stack', async () => {
    await startInHeld({ KINSPECT_DEBUG: '1' });
    pty.send('u');
    await endsWith(70);
    expect(pty.text).toMatch(/^ {4}at /m);
  });
});

describe('in a shell', () => {
  test('Ctrl-Z gives the shell back, fg gives the app back', async () => {
    await startInShell(`echo before; '${process.execPath}' '${app.file}'`);
    pty.send('ab');
    await pty.waitFor('seen a b.');
    pty.send('\x1a');
    await pty.waitFor('Stopped');
    expectRestored();
    pty.send('echo $((6 * 7))\r');
    await pty.waitFor(/^42$/m);
    pty.send('fg\r');
    await pty.waitFor((at) => at.isAlternateScreen && at.text.includes('seen a b.'));
    expect(pty.isModeOn(1006)).toBe(true);
    pty.send('c');
    await pty.waitFor('seen a b c.');
    pty.send('q');
    await pty.waitFor('after');
    expectRestored();
  });

  test('Ctrl-Z right behind a repaint stops it too', async () => {
    await startInShell(`echo before; '${process.execPath}' '${app.file}'`);
    pty.send('l\x1a');
    await pty.waitFor('Stopped');
    expectRestored();
    pty.send('fg\r');
    await pty.waitFor((at) => at.isAlternateScreen && at.text.includes('seen l.'));
    pty.send('q');
    await pty.waitFor('after');
  });

  test('Ctrl-Z stops the whole group, as when npm runs the app', async () => {
    await startInShell(`echo before; sh -c "'${process.execPath}' '${app.file}'; echo parent ends"`);
    pty.send('\x1a');
    await pty.waitFor('Stopped');
    pty.send('fg\r');
    await pty.waitFor((at) => at.isAlternateScreen);
    await pty.waitFor('bottom line');
    pty.send('q');
    await pty.waitFor('parent ends');
  });

  test('a size that changed while stopped is noticed', async () => {
    await startInShell(`'${process.execPath}' '${app.file}'`);
    pty.send('\x1a');
    await pty.waitFor('Stopped');
    pty.resize(50, 10);
    pty.send('fg\r');
    await pty.waitFor('size 50x10');
  });

  test('kill -TSTP does as Ctrl-Z does', async () => {
    await startInShell(`echo before; '${process.execPath}' '${app.file}' & fg`);
    const pid = pty.raw.match(/\[1\] (\d+)/)?.[1];
    process.kill(Number(pid), 'SIGTSTP');
    await pty.waitFor('Stopped');
    expectRestored();
    pty.send('fg\r');
    await pty.waitFor('bottom line');
    pty.send('k');
    await pty.waitFor('seen k.');
  });

  test('after SIGSTOP, fg repairs screen and keyboard', async () => {
    await startInShell(`echo before; '${process.execPath}' '${app.file}' & fg`);
    const pid = pty.raw.match(/\[1\] (\d+)/)?.[1];
    process.kill(Number(pid), 'SIGSTOP');
    await pty.waitFor('Stopped');
    pty.send('fg\r');
    await pty.waitFor((at) => !at.text.includes('Stopped') && at.text.includes('bottom line'));
    pty.send('k');
    await pty.waitFor('seen k.');
  });
});

test('Ctrl-Z where no shell waits changes nothing', async () => {
  await start();
  pty.send('\x1a');
  await pty.waitFor((at) => at.raw.split('\x1b[?1049h').length > 2);
  pty.send('k');
  await pty.waitFor('seen k.');
});
