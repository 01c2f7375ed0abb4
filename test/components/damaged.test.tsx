/** A kernel of which one part is damaged: the other panes are as ever, and the bad one says what is wrong and where. */
import { describe, expect, test } from 'vitest';
import type { PaneId } from '../../src/app/panes/pane-table.ts';
import { ParseError } from '../../src/errors.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { Desk, sessionOf } from '../app/kernels.ts';
import { kernelWithBtf } from '../damage/case.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { Copy } from './damage.ts';
import { draw } from './draw.tsx';

const deskWith = (copy: Copy, columns = 120, rows = 40): Desk => new Desk(sessionOf(copy.save()), columns, rows);
const textOf = (at: Desk, id: PaneId): string =>
  at
    .lines(id)
    .map((line) => line.slice(2))
    .join(' ');

describe('.BTF with another magic', () => {
  const at = deskWith(new Copy('sample').write('.BTF', 0, [0x12, 0x34])).goTo('tty_write');

  test('the pane says so, with the file offset', () => {
    expect(textOf(at, 'btf')).toMatch(
      /^BTF header at file offset 0x[0-9a-f]+: it begins with 12 34, and BTF begins with/,
    );
    expect(at.lines('btf')[0]).toMatch(/^!/);
  });

  test('the others are whole', () => {
    expect(at.around('symbols', 2)[1]).toBe('> tty_write');
    expect(at.around('mcount', 3)[1]).toBe('> tty_write');
    expect(at.around('relocations', 3)[1]).toBe('> tty_write');
  });

  test('all of the reason is there to read', () => {
    const text = draw(at);
    expect(text).toContain('4 BTF FUNC');
    const words = textOf(at, 'btf').split(' ');
    for (const word of words) expect(text).toContain(word);
    expect(textOf(at.do({ type: 'resize', columns: 80, rows: 24 }), 'btf').split(' ')).toEqual(words);
  });

  test('walking passes it by', () => {
    const desk = deskWith(new Copy('sample').write('.BTF', 0, [0x12, 0x34]))
      .press('3')
      .goTo('tty_write')
      .press('enter');
    expect(desk.state.active).toBe('symbols');
    expect(desk.message).toMatch(/^BTF FUNC: BTF header at file offset/);
  });
});

describe('.symtab with entries of no size', () => {
  const at = deskWith(new Copy('sample').header('.symtab', 'sh_entsize', 0));

  test('the symbols and what needs them say so; relocations and records are there', () => {
    expect(textOf(at, 'symbols')).toMatch(/^section \d+ \(\.symtab\) at file offset 0x[0-9a-f]+: sh_entsize is 0/);
    expect(at.lines('mcount')[0]).toMatch(/^! /);
    expect(at.pane('relocations').tally).toBe('297');
    expect(at.pane('btf').tally).toBe('93');
    expect(at.pane('btf').lines.some(({ linked }) => linked)).toBe(true);
  });

  test('a record is found by its name, and has no address', () => {
    at.goTo('redirected_tty_write');
    expect(at.links).toMatch(/^- - - \d+$/);
    at.press('x');
    expect(at.message).toBe('the focus has no address to show bytes at');
  });

  test('keys do no harm', () => {
    for (const key of ['1', 'j', 'G', 'f', 'escape', 's', 'enter', '2', 'j', 'enter', '3', 'j', 'enter', 'x', 'b'])
      at.press(key);
    expect(draw(at)).toContain('kinspect');
  });
});

describe('.rela.dyn cut off', () => {
  test('what is there is shown, and what is missing is said', () => {
    const copy = new Copy('sample').header('.rela.dyn', 'sh_size', 24 * 1_000_000);
    const at = deskWith(copy).goTo('tty_write');
    expect(textOf(at, 'relocations')).toMatch(
      /^section \d+ \(\.rela\.dyn\) at file offset 0x[0-9a-f]+: .*the file ends/,
    );
    expect(at.around('mcount', 3)[1]).toBe('> tty_write');
  });

  test('an odd size loses the last entry and says so above the others', () => {
    const at = deskWith(new Copy('sample').header('.rela.dyn', 'sh_size', 297 * 24 - 5));
    expect(at.pane('relocations').tally).toBe('296');
    const [first, second] = at.lines('relocations');
    expect(`${first}${second}`).toMatch(/^! .*not a multiple of its 24-byte entries/);
    at.press('3', 'G');
    expect(at.pane('relocations').lines.at(-1)?.linked).toBe(true);
  });

  test('entries of another size are refused, the rest works', () => {
    const at = deskWith(new Copy('sample').header('.rela.dyn', 'sh_entsize', 7)).goTo('tty_write');
    expect(textOf(at, 'relocations')).toContain('sh_entsize is 7, expected 24');
    expect(at.around('symbols', 2)[1]).toBe('> tty_write');
  });
});

describe('a FUNC record whose types lead round', () => {
  const bytes = kernelWithBtf((btf) => {
    btf.typedef('loop_t', 5);
    btf.const(4);
    btf.func('beta', btf.proto(1, [['a', 4]]), 1);
    return btf.build();
  });
  const words = /BTF type 4 \(TYPEDEF\) at file offset 0x[0-9a-f]+: it contains itself by way of type 5/;

  test.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('is told above the records and below the panes at %ix%i, while it is in focus', (columns, rows) => {
    const at = new Desk(sessionOf(tempFile(bytes)), columns, rows).press('4').goTo('beta');
    expect(textOf(at, 'btf')).toMatch(words);
    expect(at.lines('btf').filter((line) => line.startsWith('> '))).toHaveLength(1);
    expect(draw(at).replaceAll(/[│\s]+/g, ' ')).toMatch(new RegExp(`beta symbol .*${words.source}`));
    at.goTo('alpha');
    expect(at.lines('btf').some((line) => line.startsWith('!'))).toBe(false);
    expect(draw(at)).not.toMatch(/contains itself/);
    expect(draw(at)).toMatch(/\n int alpha\(void\)/);
  });

  test('with the file that it is in, where that is another', () => {
    const [btf, host] = [tempFile(bytes), tempFile(kernelWithBtf((own) => own.build()))];
    const at = new Desk(sessionOf(host, { btf }), 200, 60).goTo('beta');
    expect(textOf(at, 'btf')).toContain(`${btf}, section 4 (.BTF), BTF type 4 (TYPEDEF) at file offset`);
  });
});

test('no mcount symbols: the region is absent, in words, and symbols and records are linked', () => {
  const copy = new Copy('x86').rename('__start_mcount_loc', 'x').rename('__stop_mcount_loc', 'x');
  const at = deskWith(copy).goTo('tty_write');
  expect(textOf(at, 'mcount')).toMatch(/__start_mcount_loc/);
  expect(at.links).toMatch(/^\d+ - [-\d]+ \d+$/);
  expect(draw(at)).toContain('no mcount region');
});

test('no .BTF at all', () => {
  const at = deskWith(new Copy('sample').rename('.BTF', 'nope')).goTo('tty_write');
  expect(textOf(at, 'btf')).toMatch(/^no \.BTF section: built without CONFIG_DEBUG_INFO_BTF/);
  expect(draw(at)).toContain('no BTF');
});

test('everything at once: each pane has its reason, and none of them throws', () => {
  const copy = new Copy('sample')
    .write('.BTF', 0, [0, 0])
    .header('.symtab', 'sh_entsize', 1)
    .header('.rela.dyn', 'sh_entsize', 1);
  const at = deskWith(copy);
  for (const id of ['symbols', 'mcount', 'relocations', 'btf'] as const) expect(at.lines(id)[0]).toMatch(/^! \S/);
  for (const key of [
    'j',
    'G',
    'enter',
    '-',
    's',
    'f',
    'escape',
    'x',
    'b',
    'enter',
    'escape',
    '?',
    'escape',
    'i',
    'pagedown',
  ])
    at.press(key);
  expect(draw(at)).toContain('kinspect');
});

test('cut off behind its headers: the file opens or says why not, at every length', () => {
  const whole = new Copy('sample').bytes.length;
  for (let size = 0; size <= whole; size += Math.floor(whole / 23)) {
    const path = new Copy('sample').cutAt(size).save();
    try {
      const kernel = Vmlinux.open(path);
      kernel.close();
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
      continue;
    }
    const at = new Desk(sessionOf(path), 80, 24);
    for (const key of ['1', 'j', '2', 'G', '3', 'G', '4', 'G', 'enter', 'x', 'pagedown', 'b', 'escape', 'i'])
      at.press(key);
    expect(draw(at)).toContain('kinspect');
  }
});
