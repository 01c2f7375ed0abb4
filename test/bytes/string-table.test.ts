import { expect, test } from 'vitest';
import { hashName, StringTable } from '../../src/bytes/string-table.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { parseError } from '../helpers/parse-error.ts';

const table = (text: string): StringTable => new StringTable(Buffer.from(text, 'latin1'), '.strtab', 0x100);

test('a string is what stands up to the NUL, wherever the offset points into it', () => {
  const strings = table('\0hung_up_tty_write\0tty\0');
  expect(strings.at(0)).toBe('');
  expect(strings.at(1)).toBe('hung_up_tty_write');
  expect(strings.at(9)).toBe('tty_write');
  expect(strings.at(18)).toBe('');
  expect(strings.at(19)).toBe('tty');
});

test('bytes that are no UTF-8 survive as one character each', () => {
  expect(table('\0caf\xe9\xff\x1b[2J\0').at(1)).toBe('caf\xe9\xff\x1b[2J');
});

test('an offset past the table and a string without a NUL are two complaints', () => {
  const strings = table('\0abc');
  expect(parseError(() => strings.at(2)).message).toBe(
    '.strtab at file offset 0x102: the string at 2 has no ending NUL',
  );
  expect(parseError(() => strings.at(4)).message).toBe(
    ".strtab at file offset 0x104: name offset 4 is past the table's 4 bytes",
  );
  expect(parseError(() => strings.at(0xffffffff)).code).toBe('bad-string');
  expect(strings.tryAt(2)).toBeUndefined();
  expect(strings.tryAt(4)).toBeUndefined();
  expect(table('').tryAt(0)).toBeUndefined();
});

test('long strings are found across blocks, from any offset', () => {
  const text = `\0${'a'.repeat(3000)}\0${'b'.repeat(511)}\0${'c'.repeat(700)}`;
  const strings = table(text);
  for (let offset = 0; offset < text.length; offset++) {
    const end = text.indexOf('\0', offset);
    expect(strings.tryAt(offset)).toBe(end < 0 ? undefined : text.slice(offset, end));
  }
});

test('a table larger than a string can be is decoded name by name, and a name as large is none', () => {
  const strings = new StringTable(Buffer.from('\0one\0two and three\0'), '.strtab', undefined, 8);
  expect(strings.text).toBeUndefined();
  expect(strings.at(1)).toBe('one');
  expect(strings.slice(1, 8)).toBe('one\0two');
  expect(strings.tryAt(5)).toBeUndefined();
  expect(parseError(() => strings.at(5)).message).toBe('.strtab: the string at 5 has 13 bytes, more than any name has');
});

test('a name in no table has the hash of the same name in one, of any length', () => {
  for (const length of [0, 1, 20, 511, 512, 513, 5000]) {
    const name = `${'n'.repeat(length)}`.replace(/.$/, '\xff');
    expect(hashName(name)).toBe(table(`\0${name}\0more\0`).hashAt(1));
    expect(hashName(name)).toBe(table(name).hashAt(0));
  }
});

test('a million names that share one far end take neither time nor memory', () => {
  const size = 4 << 20;
  const bytes = Buffer.alloc(size, 0x61);
  bytes[size - 1] = 0;
  const strings = new StringTable(bytes, '.strtab');
  const took = cpuTime(() => {
    let length = 0;
    for (let offset = 0; offset < 1_000_000; offset++) length += strings.tryAt(offset)?.length ?? 0;
    expect(length).toBe(1_000_000 * (size - 1) - (1_000_000 * 999_999) / 2);
    bytes[size - 1] = 0x61;
    const endless = new StringTable(bytes, '.strtab');
    let found = 0;
    for (let offset = 0; offset < 1_000_000; offset++) if (endless.tryAt(offset) !== undefined) found++;
    expect(found).toBe(0);
  });
  expect(took).toBeLessThan(10_000);
});

test('a name is compared in place, its NUL included', () => {
  const strings = table('\0tty_write\0tty');
  const name = Buffer.from('tty_write');
  expect(strings.equalsAt(1, name)).toBe(true);
  expect(strings.equalsAt(2, name)).toBe(false);
  expect(strings.equalsAt(1, Buffer.from('tty'))).toBe(false);
  expect(strings.equalsAt(11, Buffer.from('tty'))).toBe(false);
  expect(strings.equalsAt(1000, name)).toBe(false);
});
