import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { type Kallsyms, readKallsyms } from '../../src/kernel/kallsyms.ts';
import { parseError } from '../helpers/parse-error.ts';

const source = (text: string) => memorySource(Buffer.from(text, 'latin1'), 'kallsyms.txt');
const read = (text: string): Kallsyms => readKallsyms(source(text));

test('a line is an address, a letter, a name and perhaps a module', () => {
  const kallsyms = read(
    'ffffc38568000000 T _text\nffffc3856827c954 t tty_write\nffffc38526a4b2a0 t rfcomm_tty_write\t[rfcomm]\nffffc38526a5c000 d init\t[a-b_c]\n',
  );
  expect(kallsyms.count).toBe(4);
  expect(kallsyms.address(1)).toBe(0xffffc3856827c954n);
  expect([kallsyms.letter(1), kallsyms.name(1), kallsyms.moduleOf(1), kallsyms.line(1)]).toEqual([
    't',
    'tty_write',
    undefined,
    2,
  ]);
  expect([kallsyms.name(2), kallsyms.moduleOf(2)]).toEqual(['rfcomm_tty_write', 'rfcomm']);
  expect(kallsyms.moduleOf(3)).toBe('a-b_c');
  expect([...kallsyms.moduleRows]).toEqual([2, 3]);
  expect(kallsyms.byName.all('tty_write')).toEqual([1]);
  expect(kallsyms.byName.all('tty_writ')).toEqual([]);
});

test('a name may repeat, end in a control character, or be of a 32-bit kernel', () => {
  const kallsyms = read('c0008000 t end\nc0008010 t __kvm_nvhe_.L144\x021\nc0008020 t end\nc0008030 t end\t[m]');
  expect(kallsyms.byName.all('end')).toEqual([0, 2, 3]);
  expect(kallsyms.name(1)).toBe('__kvm_nvhe_.L144\x021');
  expect(kallsyms.address(2)).toBe(0xc0008020n);
  expect(kallsyms.columns.digits).toBe(8);
});

test('lines are cut by blocks of the file in any place', () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `${(0xffff800010000000n + BigInt(i)).toString(16)} t f${i}`);
  const kallsyms = read(lines.join('\n'));
  expect(kallsyms.count).toBe(60_000);
  for (let row = 0; row < 60_000; row += 7) {
    expect(`${kallsyms.address(row).toString(16)} ${kallsyms.letter(row)} ${kallsyms.name(row)}`).toBe(lines[row]);
  }
});

test('200,000 lines with their modules are all found by name', () => {
  const lines: string[] = [];
  for (let i = 0; i < 200_000; i++) {
    const tail = i < 120_000 ? '' : `\t[mod${i % 150}]`;
    lines.push(`${(0xffffc38500000000n + BigInt(i * 64)).toString(16)} ${'tTdDbB'[i % 6]} name_of_${i}${tail}\n`);
  }
  const kallsyms = read(lines.join(''));
  expect(kallsyms.count).toBe(200_000);
  expect(kallsyms.columns.moduleNames.length).toBe(151);
  expect(kallsyms.moduleRows.length).toBe(80_000);
  for (const i of [0, 1, 119_999, 120_000, 199_999]) expect(kallsyms.byName.all(`name_of_${i}`)).toEqual([i]);
});

test('zeros are what a reader without rights gets', () => {
  const text = '0000000000000000 T _text\n0000000000000000 t tty_write\n';
  const error = parseError(() => read(text));
  expect(error.code).toBe('unsupported');
  expect(error.message).toBe('kallsyms.txt: the addresses are zero; read it as root, or set kernel.kptr_restrict to 0');
  // x86's per-cpu symbols begin at zero, and that is where they are.
  expect(read('0000000000000000 A fixed_percpu_data\nffffffff81000000 T _text\n').count).toBe(2);
});

test.each([
  ['', 'kallsyms.txt: the file is empty'],
  ['tty_write\nvfs_read\n', /^kallsyms.txt: it is not \/proc\/kallsyms: line 1 is "tty_write", expected .*--ftrace$/],
  ['\x7fELF\x02\x01\x01\0\0\0', /line 1 is binary data, .*; it is an ELF file: give that as FILE$/],
  ['\x9f\xeb\x01\0\x18\0\0\0', /it is BTF: give that with --btf$/],
  ['\0\x01\x02', /line 1 is binary data/],
  ['hello world\n', /line 1 is "hello world"/],
  [`${'a'.repeat(3_000_000)}`, /it is not/],
])('what is no kallsyms file is told apart: %#', (text, expected) => {
  const { message } = parseError(() => read(text));
  expect(message.length).toBeLessThan(250);
  if (typeof expected === 'string') expect(message).toBe(expected);
  else expect(message).toMatch(expected);
});

test.each([
  'ffff80001000 t short',
  'ffff800010000000 tt two',
  'ffff800010000000 t ',
  'ffff800010000000 t name [',
  'ffff800010000000 t name more words',
  'ffff800010000000',
  '',
  'c0008000 t of_32_bits',
  `ffff800010000000 t ${'x'.repeat(10)}\0`,
])('a bad line is told by its number: %j', (line) => {
  const error = parseError(() => read(`ffff800010000000 T _text\n${line}\nffff800010000004 t end\n`));
  expect(error.code).toBe('bad-value');
  expect(error.structure).toBe('kallsyms.txt, line 2');
  expect(error.message).toMatch(/copy it again$/);
});

test('a line without an end does not fill the memory', () => {
  const text = `ffff800010000000 T _text\nffff800010000000 t ${'x'.repeat(4 << 20)}`;
  expect(parseError(() => read(text)).message.length).toBeLessThan(250);
});

test('a name is as long as a line can be, and no longer', () => {
  const text = (length: number) => `ffff800010000000 T _text\nffff800010000000 t ${'x'.repeat(length)}\n`;
  expect(read(text(4077)).name(1).length).toBe(4077);
  expect(parseError(() => read(text(4078))).message).toMatch(
    /^kallsyms.txt, line 2: "ffff800010000000 t x+…" has more than the 4096 bytes that a line has; the file is damaged: copy it again$/,
  );
});
