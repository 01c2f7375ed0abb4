/** Why, as it is used: the built program on the sample kernel, from the search to the sentence, to its source and back. */
import { expect, test } from 'vitest';
import { start } from './shared.ts';

test.each([
  [80, 24],
  [200, 60],
])('w answers about the function that was searched for, at %i×%i', async (columns, rows) => {
  const pty = await start(columns, rows);
  pty.send('/');
  await pty.waitFor('Search');
  pty.send('tty_write\r');
  await pty.waitFor(/^ tty_write +symbol/m);
  pty.send('w');
  await pty.waitFor('Why tty_write');
  await pty.waitFor(/1\.20[\s\S]{0,220}read 164 zeros/);
  await pty.waitFor('decisions by pahole 1.20, the same names as the BTF');
  expect(pty.text).not.toContain('inferred');
  pty.send('\x1b');
  await pty.waitFor(/^ tty_write +symbol/m);
  // Below the panes stands the same sentence, which is no longer inferred.
  await pty.waitFor('it is traceable, but its mcount slot 82 is zero in the file');
  pty.send('q');
  expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
});

test('from a decision into the replay, on to why, and back step by step', async () => {
  const pty = await start(120, 60);
  pty.send(':why tty_write\r');
  await pty.waitFor(/What would change it[\s\S]*pahole 1\.22[\s\S]*Stand-ins/);
  pty.send('G');
  await pty.waitFor(/Stand-ins[\s\S]*▸ \d/);
  // Up over the stand-ins, to what stands before them.
  for (let i = 0; i < 8 && !/▸ pahole 1\.22/.test(pty.text); i++) {
    const before = pty.text;
    pty.send('k');
    await pty.waitFor((screen) => screen.text !== before);
  }
  expect(pty.text).toMatch(/▸ pahole 1\.22/);
  pty.send('\r');
  await pty.waitFor(/▸ tty_write .*encoded/);
  expect(pty.text).toContain('pahole 1.22');
  pty.send('j');
  await pty.waitFor(/▸ (?!tty_write)\w+ /);
  pty.send('W');
  await pty.waitFor(/Why (?!tty_write )\w+/);
  pty.send('q');
  await pty.waitFor('btf_encoder.c');
  pty.send('q');
  await pty.waitFor(/ +symbol ✓/);
  pty.send('q');
  expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
});

test('o counts the causes, and leads to the functions of one and to why', async () => {
  const pty = await start(80, 24);
  pty.send('o');
  // Not the one that is inferred while the DWARF is read.
  await pty.waitFor(/┌ Causes ─+ 178 functions ┐/);
  expect(pty.text).toMatch(/64 +62 +36\.0 +zero region/);
  pty.send('Gk\r');
  await pty.waitFor('zero region, filled at boot ─');
  pty.send('fhung_up_tty_w\r\r');
  await pty.waitFor('Why hung_up_tty_write');
  pty.send('q');
  await pty.waitFor('filter: hung_up_tty_w');
  pty.send('\x1b');
  await pty.waitFor(/─ 64 ┐/);
  pty.send('qq');
  await pty.waitFor('4 BTF FUNC');
  pty.send('q');
  expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
});
