import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { readFtraceList } from '../../src/kernel/ftrace-list.ts';
import { readKallsyms } from '../../src/kernel/kallsyms.ts';
import { checkSameBoot } from '../../src/kernel/same-kernel.ts';
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
  expect(list.hasAddresses).toBe(false);
});

test('names repeat: static functions, and the same name in a module', () => {
  const list = read('end\nend\nend [m]\nother');
  expect(list.rows('end')).toEqual([0, 1, 2]);
  expect([list.count, list.distinct, list.ofModules]).toEqual([4, 2, 1]);
});

test('the form with addresses has the same names', () => {
  const list = read('ffffffff81000660 tty_write\nffffffffc0a01000 rfcomm_tty_write [rfcomm]\n');
  expect(list.isTraceable('tty_write')).toBe(true);
  expect(list.hasAddresses).toBe(true);
  expect([list.address(0), list.address(1)]).toEqual([0xffffffff81000660n, 0xffffffffc0a01000n]);
  const arm = read('c0008000 tty_write\n');
  expect([arm.hasAddresses, arm.address(0)]).toEqual([true, 0xc0008000n]);
  expect(read('ffffffff81000660 tty_write\nvfs_read\n').hasAddresses).toBe(false);
  expect(read('tty_write\nffffffff81000660 vfs_read\n').hasAddresses).toBe(false);
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

test('one name in the kernel and in modules, 200,000 times each, is not gone through for every line', () => {
  // One line after the other these are 2^35 steps.
  const list = read('a [m]\n'.repeat(200_000) + 'a\n'.repeat(200_000));
  expect([list.count, list.distinct, list.ofModules]).toEqual([400_000, 1, 200_000]);
  expect(list.rows('a').length).toBe(400_000);
});

test('a name in 65,535 modules is found in each, and one more module is a bad line', () => {
  const text = Array.from({ length: 65_535 }, (_, i) => `a [m${i}]\n`).join('');
  const list = read(text);
  expect([list.modules.length, list.isTraceable('a'), list.isTraceable('a', 'n')]).toEqual([65_535, false, false]);
  for (let i = 0; i < 65_535; i++) expect(list.isTraceable('a', `m${i}`)).toBe(true);
  expect(parseError(() => read(`${text}a [one more]\n`)).message).toMatch(
    /line 65536: "a \[one more\]" is not a function/,
  );
  expect(parseError(() => read(`${text}a [more]\n`)).message).toBe(
    'filter.txt, line 65536: "a [more]" is of one more module than the 65535 that there can be; the file is damaged or was cut off: copy it again',
  );
});

test('the boot is told by names that are alone in both files, and others are not gone through for every line', () => {
  const symbols = `ffff800010000000 T _text\nffff800010000010 t b\n${'ffff800020000040 t a\n'.repeat(150_000)}`;
  const kallsyms = readKallsyms(memorySource(Buffer.from(symbols), 'kallsyms.txt'));
  const listed = 'ffff800010000040 a\n'.repeat(150_000);
  expect(() => checkSameBoot(read(`ffff800010000014 b\n${listed}`), kallsyms)).not.toThrow();
  expect(parseError(() => checkSameBoot(read(`ffff800020000014 b\n${listed}`), kallsyms)).message).toMatch(
    /^filter.txt: it is of another boot than kallsyms.txt: of 1 functions in both, 0 \(0.0 %\) have their calls/,
  );
});
