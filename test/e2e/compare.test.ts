/** The comparison as it is used: the built program on the sample kernel and its x86 relative. */
import { expect, test } from 'vitest';
import { spawn } from './shared.ts';

test.each([
  [80, 24],
  [200, 60],
])('c compares with a second kernel, and leads to a function and back, at %i×%i', async (columns, rows) => {
  const on = spawn([], { columns, rows });
  await on.waitFor('quit');
  on.send('/');
  await on.waitFor('Search');
  on.send('tty_write\r');
  await on.waitFor(/^ tty_write +symbol/m);
  on.send('c');
  await on.waitFor('compare with:');
  on.send('fixtures/elf/x86_64-e\t\r');
  await on.waitFor(/▸ \+ tty_write /);
  expect(on.text).toContain('1 differ 75  2 gained 66  3 lost 7  4 changed 2  5 same 83');
  on.send('\r');
  await on.waitFor('not-external, line 750');
  await on.waitFor('[352] at 0x72f0');
  on.send('\x1b');
  await on.waitFor(/▸ \+ tty_write /);
  on.send('\x1b');
  await on.waitFor(/^ tty_write +symbol/m);
  on.send('q');
  expect(await on.exited).toEqual({ exitCode: 0, signal: 0 });
});
