/** The story of tty_write, told by keys and clicks to the real program. */
import { describe, expect, test } from 'vitest';
import { selected, spawn, start } from './shared.ts';

test('opens on the bundled sample, with mouse and alternate screen', async () => {
  const pty = await start();
  expect(pty.lines[0]).toMatch(/^ kinspect {2}vmlinux-aarch64 .*mcount all zero in the file/);
  for (const title of ['1 Symbols', '2 mcount_loc', '3 Relocations', '4 BTF FUNC']) expect(pty.text).toContain(title);
  expect(pty.isCursorVisible).toBe(false);
  expect(pty.isModeOn(1006)).toBe(true);
  expect(pty.lines.at(-1)).toContain('q quit');
});

test('finds tty_write, and shows the zero slot, its relocation and the missing record', async () => {
  const pty = await start();
  pty.send('/tty_write');
  await pty.waitFor(/▸ tty_write/);
  pty.send('\r');
  await pty.waitFor('it is traceable, but its mcount slot 82 is zero in the file');
  expect(selected(pty)).toContain('tty_write');
  expect(pty.text).toMatch(/▸ ffff8000\w{8} 0000000000000000 ffff8000\w{8} tty_write/);
  expect(pty.text).toMatch(/▸ ffff8000\w{8} R_AARCH64_RELATIVE .*tty_write/);
  expect(pty.text).toContain('╌ no FUNC record: tty_write');
  expect(pty.text).toContain('slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗');
});

test('says beside what it has found what it takes, in a window that is wide enough', async () => {
  const pty = await start(200, 60);
  pty.send('/tty_write_');
  const prototype = 'int tty_write_room(struct tty_struct *tty)';
  await pty.waitFor((at) => at.text.includes(prototype) && /tty_write_lock .* no FUNC record/.test(at.text));
  pty.resize(80, 24);
  await pty.waitFor((at) => at.lines.length === 24 && /▸ tty_write_lock .* ✗ {2}│/.test(at.text));
  expect(pty.text).not.toContain(prototype);
  pty.resize(200, 60);
  await pty.waitFor(prototype);
});

test('walks: panes by number and Tab, Enter follows, - and + go back and forward', async () => {
  const pty = await start();
  pty.send(':tty_write\r');
  await pty.waitFor(/▸ .*tty_write/);
  const isOpen = (title: string) => pty.waitFor(new RegExp(`^┌ ${title} `, 'm'));
  for (const [key, title] of [
    ['3', '3 Relocations'],
    ['4', '4 BTF FUNC'],
    ['1', '1 Symbols'],
    ['\t', '2 mcount_loc'],
  ] as const) {
    pty.send(key);
    await isOpen(title);
  }
  pty.send('\r');
  await isOpen('3 Relocations');
  pty.send('\r');
  await isOpen('1 Symbols');
  await pty.waitFor('BTF FUNC: no FUNC record of this name; on to Symbols');
  pty.send('-');
  await isOpen('3 Relocations');
  await pty.waitFor((at) => !at.text.includes('on to Symbols'));
  pty.send('-');
  await isOpen('2 mcount_loc');
  pty.send('+');
  await isOpen('3 Relocations');
  pty.send('\x1b[Z');
  await isOpen('2 mcount_loc');
});

test('shows bytes as words and as bytes, follows a word, and comes back', async () => {
  const pty = await start();
  pty.send(':tty_write\r2x');
  await pty.waitFor(/Bytes at mcount slot 82.*\.init\.data/);
  expect(selected(pty)).toMatch(/0000000000000000 → ffff8000\w{8} {2}tty_write/);
  pty.send('b');
  await pty.waitFor('0000 0000 0000 0000  0000 0000 0000 0000');
  pty.send('b\r');
  await pty.waitFor('Bytes at tty_write');
  pty.send('-');
  await pty.waitFor('Bytes at mcount slot 82');
  pty.send('\x1b');
  await pty.waitFor('1 Symbols');
});

test('help, facts, go to, filter', async () => {
  const pty = await start();
  pty.send('?');
  await pty.waitFor('one row down');
  pty.send('\x1b[6~\x1b[6~');
  await pty.waitFor('copy name and address of the focus');
  pty.send('q');
  await pty.waitFor('2 mcount_loc');
  pty.send('i');
  await pty.waitFor('Facts on the kernel');
  await pty.waitFor('linux_banner');
  pty.send('\x1b');
  await pty.waitFor('2 mcount_loc');
  pty.send(':nowhere_at_all\r');
  await pty.waitFor('no symbol or FUNC record is named nowhere_at_all; / searches');
  pty.send('1fslot:no btf:yes');
  await pty.waitFor(/filter: slot:no btf:yes · \d+ of 519/);
  pty.send('\r');
  await pty.waitFor((at) => /sched_clock|preempt_count_add/.test(selected(at)));
  pty.send('\x1b');
  await pty.waitFor((at) => !at.text.includes('filter: slot'));
  pty.send('s');
  await pty.waitFor('by name · 519');
});

test('is edited as lines are: typed and erased in one chunk, at the start and at the end', async () => {
  const pty = await start();
  pty.send(':xtty_wrongABC\x7f\x7f\x7f\x7f\x7f\x7fite\x01\x1b[3~\x05');
  await pty.waitFor(/^:tty_write\s*$/m);
  pty.send('\r');
  await pty.waitFor(/▸ .*tty_write/);
});

test('keys typed before the first frame are not lost', async () => {
  const pty = spawn();
  pty.send('/tty_write\r');
  await pty.waitFor('╌ no FUNC record: tty_write');
});

test('a flood of keys arrives whole', async () => {
  const pty = await start(120, 40);
  pty.send('1g');
  await pty.waitFor('1 of 519');
  pty.send('j'.repeat(200));
  await pty.waitFor('201 of 519');
  pty.send('\x1b[A'.repeat(100));
  await pty.waitFor('101 of 519');
  pty.send('/');
  await pty.waitFor(/^\/\s*$/m);
  pty.send('tty_write'.repeat(20));
  await pty.waitFor('tty_writetty_write');
});

test('pastes are typed into a prompt, without their line breaks', async () => {
  const pty = await start();
  pty.send(':');
  await pty.waitFor(/^:/m);
  pty.send('\x1b[200~tty_write\n\x1b[201~');
  await pty.waitFor(/^:tty_write\s*$/m);
  pty.send('\r');
  await pty.waitFor(/▸ .*tty_write/);
});

describe('mouse', () => {
  const press = (column: number, row: number) => `\x1b[<0;${column + 1};${row + 1}M\x1b[<0;${column + 1};${row + 1}m`;

  test('a click selects the row under it, a second one follows', async () => {
    const pty = await start(120, 40);
    pty.send('1:tty_write\r');
    await pty.waitFor('tty_write  symbol ✓');
    const row = pty.lines.findIndex((line) => line.startsWith('│▸')) + 2;
    const name = pty.lines[row]?.slice(22, 50).trim() ?? '';
    pty.send(press(10, row));
    await pty.waitFor(`${name}  symbol ✓`);
    pty.send(press(10, row));
    await pty.waitFor(/^.*8\d of 164$/m);
  });

  test('the wheel scrolls what is under it', async () => {
    const pty = await start(120, 40);
    pty.send('1g');
    await pty.waitFor('1 of 519');
    const before = pty.lines[3];
    pty.send(`\x1b[<65;10;10M`);
    await pty.waitFor((at) => at.lines[3] !== before);
    pty.send(`\x1b[<64;10;10M`);
    await pty.waitFor((at) => at.lines[3] === before);
  });

  test('M turns it off, so that the terminal selects', async () => {
    const pty = await start();
    pty.send('M');
    await pty.waitFor("mouse off: the terminal's own selection works");
    expect(pty.isModeOn(1006)).toBe(false);
    pty.send('M');
    await pty.waitFor('mouse on');
    expect(pty.isModeOn(1006)).toBe(true);
  });
});

test('y puts name and address on the clipboard', async () => {
  const pty = await start();
  pty.send(':tty_write\ry');
  await pty.waitFor(/copied: tty_write ffff8000\w{8}/);
  const [, encoded] = /\x1b\]52;c;([A-Za-z0-9+/=]+)\x07/.exec(pty.raw) ?? [];
  expect(Buffer.from(encoded ?? '', 'base64').toString()).toMatch(/^tty_write ffff8000\w{8}$/);
});
