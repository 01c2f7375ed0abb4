import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { readFtraceList } from '../../src/kernel/ftrace-list.ts';
import { rfcommListed } from '../helpers/kallsyms.ts';
import { parseError } from '../helpers/parse-error.ts';

const read = (text: string) => readFtraceList(memorySource(Buffer.from(text, 'latin1'), 'filter.txt'));

test('a line is a function, or a function of a module', () => {
  const list = read(`tty_write\nvfs_read\n${rfcommListed}`);
  expect([list.count, list.distinct, list.ofModules, list.invalid]).toEqual([4, 2, 2, 0]);
  expect(list.modules).toEqual(['rfcomm']);
  expect(list.isTraceable('tty_write')).toBe(true);
  expect(list.isTraceable('rfcomm_tty_write')).toBe(false);
  expect(list.isTraceable('rfcomm_tty_write', 'rfcomm')).toBe(true);
  expect(list.isTraceable('tty_write', 'rfcomm')).toBe(false);
  expect(list.isTraceable('tty_writ')).toBe(false);
  expect(list.rows('rfcomm_tty_write').map((row) => [list.line(row), list.moduleOf(row)])).toEqual([[4, 'rfcomm']]);
  expect(list.addresses).toBeUndefined();
});

test('names repeat: static functions, and the same name in a module', () => {
  const list = read('end\nend\nend [m]\nother');
  expect(list.rows('end')).toEqual([0, 1, 2]);
  expect([list.count, list.distinct, list.ofModules]).toEqual([4, 2, 1]);
});

test('the form with addresses has the same names', () => {
  const list = read('ffffffff81000660 tty_write\nffffffffc0a01000 rfcomm_tty_write [rfcomm]\n');
  expect(list.isTraceable('tty_write')).toBe(true);
  expect(list.addresses).toEqual([0xffffffff81000660n, 0xffffffffc0a01000n]);
});

test('entries whose function lost are not functions', () => {
  const list = read('tty_write\n__ftrace_invalid_address___1234\n__ftrace_invalid_address___0\n');
  expect([list.count, list.distinct, list.invalid]).toEqual([3, 1, 2]);
  expect(list.isTraceable('__ftrace_invalid_address___0')).toBe(false);
});

test.each([
  ['', 'filter.txt: the file is empty; the kernel has no dynamic ftrace, or the copy went wrong'],
  ['ffff800010000000 T _text\n', /it looks like \/proc\/kallsyms: --kallsyms$/],
  ['\x7fELF', /binary data.*give that as FILE$/],
  ['# tracer: nop\n', /^filter.txt: it is not available_filter_functions: line 1 is "# tracer: nop"/],
  ['tty_write\nvfs read\n', /^filter.txt, line 2: "vfs read" is not a function/],
  ['tty_write\n\nvfs_read\n', /^filter.txt, line 2: "" is not a function/],
  ['tty_write\nvfs\0read\n', /^filter.txt, line 2: "vfs\\x00read"/],
])('bad input is one sentence: %#', (text, expected) => {
  const { message } = parseError(() => read(text));
  if (typeof expected === 'string') expect(message).toBe(expected);
  else expect(message).toMatch(expected);
});
