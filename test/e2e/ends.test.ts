/** Sizes, signals and ends: the screen fits, and the terminal is as it was before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldCode } from '../helpers/pty.ts';
import { linesOf } from '../helpers/screen.ts';
import { drawn, restored, spawn, spawnInHeld, start, startInHeld, startInShell } from './shared.ts';

describe('resizing', () => {
  test('between one pane and four, and back', async () => {
    const pty = await start(80, 24);
    pty.send(':tty_write\r');
    await pty.waitFor(/▸ .*tty_write/);
    pty.resize(200, 60);
    await pty.waitFor((at) => at.lines[1]?.includes('┐┌ 2 mcount_loc') === true && drawn(at));
    expect(pty.lines.filter((line) => line.includes('▸')).length).toBeGreaterThan(0);
    for (const line of pty.lines.slice(1, 57)) expect([...line].length).toBe(200);
    pty.resize(80, 24);
    await pty.waitFor((at) => at.lines[1]?.startsWith('─ 1 Symbols') === true && drawn(at));
    expect(pty.text).toContain('╌ no FUNC record: tty_write');
    expect(pty.text).not.toContain('┐┌');
  });

  test('too small says so, and comes back', async () => {
    const pty = await start(80, 24);
    pty.resize(39, 9);
    await pty.waitFor('terminal too small: 39x9, needs 40x10');
    pty.resize(40, 10);
    await pty.waitFor(drawn);
    pty.send('q');
    expect((await pty.exited).exitCode).toBe(0);
  });
});

describe('ends', () => {
  test.each([
    ['q', 'q'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-C in a prompt', '/tty\x03'],
    ['Ctrl-C in the help', '?\x03'],
    ['q in the panes after the help', '?qq'],
    [':q', ':q\r'],
  ])('%s: exit code 0, terminal restored', async (_, keys) => {
    const pty = await startInHeld();
    pty.send(keys);
    await pty.waitFor((at) => restored(at) && heldCode(at) === 0);
  });

  test('SIGTERM: terminal restored, and it is the cause of death', async () => {
    const held = await startInHeld();
    held.killGroup('SIGTERM');
    await held.waitFor((at) => restored(at) && heldCode(at) === 128 + 15);
    // A shell does not tell a signal from an exit code like it.
    const pty = await start();
    pty.kill('SIGTERM');
    expect((await pty.exited).signal).toBe(15);
  });

  test('the window closed', async () => {
    const pty = await start();
    pty.hangUp();
    expect((await pty.exited).signal).toBe(1);
  });

  // tmux 3.3 puts what is on the alternate screen above the prompt, if the window has become larger meanwhile.
  test('the alternate screen is empty when it is left', async () => {
    const pty = await startInHeld(80, 24);
    pty.send('r');
    await pty.waitFor('btf_encoder');
    pty.resize(200, 60);
    await pty.waitFor((at) => at.lines.at(-1)?.includes('Esc close') === true);
    pty.send('\x1b');
    await pty.waitFor(drawn);
    pty.send('q');
    await pty.waitFor((at) => restored(at) && heldCode(at) === 0);
    const before = pty.raw.slice(0, pty.raw.indexOf('\x1b[?1049l'));
    expect((await linesOf(before, { columns: 200, rows: 60 })).filter((line) => line !== '')).toEqual([]);
  });

  test('so it is after a signal, and nothing is written on the main one', async () => {
    const pty = await startInHeld(80, 24);
    pty.killGroup('SIGTERM');
    await pty.waitFor((at) => heldCode(at) !== undefined);
    const left = pty.raw.indexOf('\x1b[?1049l');
    expect((await linesOf(pty.raw.slice(0, left), { columns: 80, rows: 24 })).join('')).toBe('');
    expect((await linesOf(pty.raw.slice(left), { columns: 80, rows: 24 })).join('')).toBe('held 143');
  });

  test('in the middle of a search that is being read', async () => {
    const pty = await startInHeld();
    pty.send('/ttywr\x03');
    await pty.waitFor((at) => restored(at) && heldCode(at) === 0);
  });
});

describe('in a shell', () => {
  test('Ctrl-Z gives the shell back, fg the screen with all that was on it', async () => {
    const pty = await startInShell();
    pty.send('1:tty_write\r');
    await pty.waitFor('╌ no FUNC record: tty_write');
    pty.send('\x1a');
    await pty.waitFor('Stopped');
    await pty.waitFor(restored);
    pty.send('echo $((6 * 7))\r');
    // Behind the prompt where the shell had not written it yet.
    await pty.waitFor(/(?:^|> )42$/m);
    pty.send('fg\r');
    await pty.waitFor((at) => drawn(at) && at.text.includes('╌ no FUNC record: tty_write'));
    expect(pty.isModeOn(1006)).toBe(true);
    pty.send('j');
    await pty.waitFor('redirected_tty_write  symbol ✓');
    pty.send('q');
    await pty.waitFor((at) => restored(at) && at.text.includes('before'));
  });

  test('a size that changed while it was stopped is noticed', async () => {
    const pty = await startInShell();
    pty.send('\x1a');
    await pty.waitFor('Stopped');
    pty.resize(120, 40);
    pty.send('fg\r');
    await pty.waitFor((at) => drawn(at) && at.text.includes('┐┌ 2 mcount_loc'));
  });
});

describe('without colours', () => {
  test.each([
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--no-color', ['--no-color'], {}],
  ])('%s: the selected row is still seen', async (_, args, env) => {
    const pty = spawn(args, { env });
    await pty.waitFor(drawn);
    expect(pty.raw).toContain('\x1b[7m▸');
    expect(pty.raw).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])m/);
  });

  test('an ASCII locale gets ASCII', async () => {
    const pty = spawn([], { env: { LC_ALL: 'C' } });
    await pty.waitFor(drawn);
    expect(pty.text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(pty.text).toContain('+ 2 mcount_loc ---');
  });
});

describe('what cannot be opened', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kinspect-e2e-'));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'not an ELF file, but long enough to hold the header of one '.repeat(9));
    writeFileSync(join(folder, 'cut'), Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0', 'latin1'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['missing', 'no such file'],
    ['empty', 'the file is empty'],
    ['text', 'ELF'],
    ['cut', 'ELF header'],
    ['.', 'it is a directory'],
  ])('%s: one line, exit code 3, and the screen is left alone', async (name, reason) => {
    const pty = spawnInHeld([join(folder, name)], { columns: 200 });
    await pty.waitFor((at) => heldCode(at) === 3);
    const lines = pty.text.split('\n').filter((line) => line !== '');
    expect(lines).toEqual([expect.stringContaining(reason), 'held 3']);
    expect(pty.raw).not.toContain('\x1b[?1049h');
    expect(pty.text).not.toContain('    at ');
  });
});
