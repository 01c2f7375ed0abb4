/** The hex view: words with what they point at, bytes, and both ends of the address space. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hexTitle, hexView } from '../../src/app/hex-view.ts';
import { cellText } from '../../src/format/cells.ts';
import { type Desk, deskOf } from './kernels.ts';

const linesOf = (at: Desk): string[] =>
  hexView(at.session, at.state).map(({ cells }) => cells.map(cellText).join(' ').trimEnd());

describe('words', () => {
  test('the region is zero in the file, and the arrows are what the relocations put there', () => {
    const at = deskOf('sample').goTo('tty_write').press('2', 'x');
    expect(at.state.screen).toBe('hex');
    const [first, second] = linesOf(at);
    expect(first).toMatch(/^ffff8000\w{8} 0000000000000000 → ffff8000\w{8} {2}tty_write$/);
    expect(second).toMatch(/redirected_tty_write$/);
  });

  test('filled words are named where they stand', () => {
    const at = deskOf('x86').goTo('tty_write').press('2', 'x');
    expect(linesOf(at)[0]).toMatch(/^ffffffff\w{8} ffffffff\w{8} tty_write$/);
  });

  test('a slot before its function is named by it', () => {
    const at = deskOf('relr').goTo('tty_write').press('2', 'x');
    expect(linesOf(at)[0]).toMatch(/ tty_write-0x8$/);
  });

  test('equal gdb on the same words', () => {
    const gdb = readFileSync('fixtures/golden/vmlinux-aarch64/gdb-x32gx.txt', 'utf8');
    const words = [...gdb.matchAll(/\t0x([0-9a-f]{16})/g)].map(([, word]) => word);
    const at = deskOf('sample', 80, 45).press('2', 'g', 'x');
    expect(
      linesOf(at)
        .slice(0, 32)
        .map((line) => line.slice(17, 33)),
    ).toEqual(words);
  });

  test('have four bytes where the machine has', () => {
    const at = deskOf('arm32').goTo('tty_write').press('2', 'x');
    expect(linesOf(at)[0]).toMatch(/^[0-9a-f]{8} [0-9a-f]{8} tty_write$/);
    expect(linesOf(at)).toHaveLength(17);
  });

  test('are in the byte order of the file', () => {
    const at = deskOf('s390x').goTo('tty_write').press('2', 'x');
    expect(linesOf(at)[0]).toMatch(/ tty_write$/);
  });

  test('a symbol that begins on a line is named behind it, also in the middle', () => {
    const at = deskOf('sample').goTo('linux_banner').press('1', 'x');
    expect(linesOf(at)[0]).toMatch(/ {2}linux_banner:$/);
    const arm = deskOf('arm32').goTo('linux_banner').press('1', 'x', 'b');
    expect(linesOf(arm)[0]).toContain('linux_banner:');
  });

  test('what is not in the file says so', () => {
    const at = deskOf('sample').goTo('0x0').press('x');
    expect(linesOf(at)[0]).toBe('0000000000000000  nothing in the file here');
    const bss = at.session.kernel.elf.section('.bss');
    at.press('escape')
      .goTo(`0x${bss?.sh_addr.toString(16)}`)
      .press('x');
    expect(linesOf(at)[0]).toContain('not in the file: zero at run time');
    expect(hexTitle(at.session, at.state.hex).tally).toBe('.bss, not in the file');
  });
});

describe('bytes', () => {
  test('sixteen a line with their characters', () => {
    const at = deskOf('sample').goTo('linux_banner').press('1', 'x', 'b');
    expect(linesOf(at)[0]).toContain('4c69 6e75 7820 7665  7273 696f 6e20 352e Linux version 5.');
  });

  test('the last line of a section has what is there', () => {
    const at = deskOf('sample').goTo('linux_banner').press('1', 'x', 'b', 'G');
    const last = linesOf(at).at(-1) ?? '';
    expect(last).toMatch(/^[0-9a-f]{16} [0-9a-f]{4}/);
    expect(at.press('g').state.hex.cursor).toBe(at.session.kernel.elf.section('.rodata')?.sh_addr);
  });
});

describe('moving', () => {
  test('stops at both ends of the address space', () => {
    const at = deskOf('sample').goTo('0x0').press('x', 'k', 'pageup');
    expect(at.state.hex).toMatchObject({ cursor: 0n, address: 0n });
    at.goTo('0xffffffffffffffff');
    expect(at.state.hex.cursor).toBe(0xfffffffffffffff8n);
    expect(linesOf(at)).toEqual(['fffffffffffffff8  nothing in the file here']);
    at.press('j', 'pagedown', 'ctrl-d');
    expect(at.state.hex.cursor).toBe(0xfffffffffffffff8n);
    at.press('k');
    expect(linesOf(at)).toHaveLength(2);
  });

  test('32-bit addresses end earlier', () => {
    const at = deskOf('arm32').goTo('0xffffffff').press('x', 'j', 'pagedown');
    expect(at.state.hex.cursor).toBe(0xfffffffcn);
    expect(linesOf(at).at(-1)).toMatch(/^fffffffc /);
    at.press('b');
    expect(linesOf(at).every((line) => /^[0-9a-f]{8} /.test(line))).toBe(true);
  });

  test('an address that the machine has not is brought to the last one', () => {
    const at = deskOf('arm32').goTo('0xffffffffffffffff').press('x');
    expect(at.state.hex.cursor).toBe(0xfffffffcn);
  });

  test('keeps the cursor on the screen, and redraws no line twice', () => {
    const at = deskOf('sample').goTo('tty_write').press('2', 'x');
    const start = at.state.hex.cursor;
    for (let i = 0; i < 40; i++) at.press('j');
    expect(at.state.hex.cursor).toBe(start + 320n);
    const addresses = hexView(at.session, at.state).map(({ address }) => address);
    expect(addresses).toContain(at.state.hex.cursor);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  test('the line of the cursor is there in words and in bytes, at any width', () => {
    const at = deskOf('sample', 80, 24).goTo('tty_write').press('2', 'x', 'j', 'b');
    const isSeen = () => hexView(at.session, at.state).some(({ address }) => address === at.state.hex.cursor);
    expect(isSeen()).toBe(true);
    for (const columns of [40, 80, 60, 61, 120]) {
      at.do({ type: 'resize', columns, rows: 24 }).press('j');
      expect([columns, isSeen()]).toEqual([columns, true]);
    }
    at.press('b', 'j', 'b');
    expect(isSeen()).toBe(true);
  });

  test('eight bytes a line where sixteen do not fit', () => {
    const at = deskOf('sample', 50, 24).goTo('linux_banner').press('1', 'x', 'b');
    expect(linesOf(at)[0]).toContain('4c69 6e75 7820 7665 Linux ve');
  });

  test('g and G are the ends of the section; where there is none they say so', () => {
    const at = deskOf('sample').goTo('tty_write').press('1', 'x', 'g');
    const text = at.session.kernel.elf.section('.text');
    expect(at.state.hex.cursor).toBe(text?.sh_addr);
    at.press('G');
    expect(at.state.hex.cursor).toBeLessThan((text?.sh_addr ?? 0n) + BigInt(text?.sh_size ?? 0));
    expect(at.goTo('0x8').press('G').message).toBe('no section here to go to the end of');
  });
});

describe('following', () => {
  test('goes where the word points after relocation, and back', () => {
    const at = deskOf('sample').goTo('tty_write').press('2', 'x');
    const place = at.state.hex.cursor;
    at.press('enter');
    expect([at.state.screen, at.state.links.name]).toEqual(['hex', 'tty_write']);
    expect(at.state.hex.cursor).toBe(at.state.links.address);
    expect(hexTitle(at.session, at.state.hex).title).toBe('Bytes at tty_write');
    at.press('-');
    expect(at.state.hex.cursor).toBe(place);
    expect(at.press('escape').state.screen).toBe('browse');
  });

  test('a word that is no address stays where it is', () => {
    const at = deskOf('sample').goTo('linux_banner').press('1', 'x', 'enter');
    expect(at.message).toBe('this word is no address of the kernel');
  });

  test('y copies the place under the cursor', () => {
    const at = deskOf('sample').goTo('linux_banner').press('1', 'x', 'j', 'y');
    expect(at.terminal.asked[0]).toMatch(/^copy linux_banner\+0x8 ffff8000\w{8}$/);
  });

  test('the frame says where the cursor is', () => {
    const at = deskOf('sample').goTo('tty_write').press('2', 'x');
    const { title, tally } = hexTitle(at.session, at.state.hex);
    expect(title).toBe('Bytes at mcount slot 82');
    expect(tally).toMatch(/^\.init\.data, file offset 0x[0-9a-f]+$/);
  });
});
