/** What the end-to-end tests believe of the terminal that they wait at. */
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../helpers/patience.ts';
import { Pty } from '../helpers/pty.ts';

const open: Pty[] = [];
afterEach(async () => {
  for (const pty of open.splice(0)) await pty.dispose();
});

function shell(script: string): Pty {
  const pty = new Pty('/bin/sh', ['-c', `stty -echo; ${script}`]);
  open.push(pty);
  return pty;
}

/** A shell that prints `steps` one after another, each after the first when it is sent a line. */
const prints = (...steps: string[]): Pty => shell(steps.map((step) => `printf '${step}'; read x`).join('; '));

/** All that the screen has been sent so far, with `text` in it, is on the screen. */
async function arrived(pty: Pty, text: string): Promise<void> {
  await eventually(() => expect(pty.raw).toContain(text));
  await pty.disturb('');
}

test('a frame counts once it has ended: not the new title over the old rows', async () => {
  const pty = prints(
    '\\033[?2026h\\033[Htitle 1\\r\\nrow 1\\033[?2026l',
    '\\033[?2026h\\033[Htitle 2',
    '\\r\\nrow 2\\033[?2026l',
  );
  await pty.waitFor('title 1');
  const screen = pty.waitFor('title 2').then(() => pty.text);
  pty.send('\r');
  await arrived(pty, 'title 2');
  expect(pty.text).toContain('title 2\nrow 1');
  pty.send('\r');
  expect(await screen).toContain('title 2\nrow 2');
});

test('what is printed outside of frames counts at once', async () => {
  const pty = prints('left', 'right');
  await pty.waitFor('left');
  expect(pty.text).not.toContain('right');
  pty.send('\r');
  await pty.waitFor('leftright');
});

test('a program that dies in a frame is seen to have ended', async () => {
  const pty = shell("printf '\\033[?2026hhalf'");
  await expect(pty.waitFor('whole')).rejects.toThrow('the program has ended');
  expect(pty.text).toContain('half');
});

test('under a shell that goes on, what comes after such a program counts again after a while', async () => {
  const pty = prints('\\033[?2026hhalf', 'held');
  await arrived(pty, 'half');
  pty.send('\r');
  await pty.waitFor('held');
});
