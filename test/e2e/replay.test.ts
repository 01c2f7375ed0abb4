/** The replay as it is used: the built program on the sample kernel, from tty_write to its verdict and back. */
import { afterEach, expect, test } from 'vitest';
import { type Pty, spawnKinspect } from '../helpers/pty.ts';

let pty: Pty | undefined;
afterEach(() => pty?.dispose());

async function replayOf(name: string, columns: number, rows: number): Promise<Pty> {
  pty = spawnKinspect([], { columns, rows });
  await pty.waitFor('quit');
  pty.send('/');
  await pty.waitFor('Search');
  pty.send(`${name}\r`);
  await pty.waitFor(new RegExp(`^ ${name} +symbol`, 'm'));
  pty.send('r');
  await pty.waitFor('btf_encoder.c');
  await pty.waitFor(new RegExp(`▸ ${name} `));
  return pty;
}

test.each([
  [80, 24],
  [200, 60],
])('r opens the decisions about the focused function, at %i×%i', async (columns, rows) => {
  const on = await replayOf('tty_write', columns, rows);
  expect(on.text).toMatch(/▸ tty_write .*not-external/);
  expect(on.text).toContain('functions_cnt 0');
});

test('next walks to the test that skips tty_write, and reverse-next walks back', async () => {
  const on = await replayOf('tty_write', 120, 40);
  on.send('nnnn');
  await on.waitFor(/▸ +750 /);
  on.send('N');
  await on.waitFor(/▸ +737 /);
});

test('the relocated region gives tty_write its record', async () => {
  const on = await replayOf('tty_write', 120, 40);
  on.send('m');
  await on.waitFor('region relocated');
  await on.waitFor(/▸ tty_write .*encoded/);
});

test('gdb commands are typed into the console, and Escape twice leads back to the panes', async () => {
  const on = await replayOf('tty_write', 120, 40);
  on.send(':x/4gx addrs\r');
  await on.waitFor(/0x[0-9a-f]+:\s+0x0000000000000000\s+0x0000000000000000/);
  on.send('\x1b');
  await on.waitFor('Esc close');
  on.send('\x1b');
  await on.waitFor(/^ tty_write +symbol/m);
  on.send('q');
  expect(await on.exited).toEqual({ exitCode: 0, signal: 0 });
});
