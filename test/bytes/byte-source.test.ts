import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySource, openFile, subSource } from '../../src/bytes/byte-source.ts';
import { parseError } from '../helpers/parse-error.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';

const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);

test('a file gives exactly the range that is asked for', () => {
  const file = openFile(tempFile(bytes));
  expect(file.size).toBe(64);
  expect([...file.read(10, 3, 'three bytes')]).toEqual([10, 11, 12]);
  expect(file.read(64, 0, 'nothing').length).toBe(0);
  file.close();
});

test('a range past the end is refused before anything is read, with what is needed and what is left', () => {
  const file = openFile(tempFile(bytes));
  const error = parseError(() => file.read(60, 8, 'note'));
  expect(error.code).toBe('truncated');
  expect(error.message).toBe(
    'note at file offset 0x3c: 8 bytes are needed and 4 are left in the file of 64 bytes; the file is cut off or its headers are damaged',
  );
  expect(parseError(() => file.read(1000, 1, 'x')).problem).toMatch(/1 bytes are needed and 0 are left/);
  file.close();
});

test.each([
  [-1, 4],
  [0, -4],
  [Number.POSITIVE_INFINITY, 4],
  [0, Number.POSITIVE_INFINITY],
  [2 ** 53, 4],
  [0.5, 4],
  [Number.NaN, 4],
])('offset %d with length %d is no range', (offset, length) => {
  expect(parseError(() => memorySource(bytes).read(offset, length, 'x')).code).toBe('truncated');
});

test('a window counts from its start, cannot be left, and speaks of itself', () => {
  const window = subSource(memorySource(bytes), 16, 8, 'section 3 (.BTF)');
  expect([...window.read(2, 2, 'x')]).toEqual([18, 19]);
  expect(window.fileOffset(2)).toBe(18);
  const error = parseError(() => window.read(4, 8, 'BTF header'));
  expect(error.offset).toBe(20);
  expect(error.problem).toBe('8 bytes are needed and 4 are left in section 3 (.BTF) of 8 bytes');
  expect(parseError(() => subSource(memorySource(bytes), 60, 8, 'x')).code).toBe('truncated');
});

test('no single read takes more memory than the limit, however large a sparse file is', () => {
  const path = tempFile(bytes);
  truncateSync(path, 2 ** 42);
  const file = openFile(path);
  expect(parseError(() => file.read(0, 2 ** 41, 'section 2 (.symtab)')).code).toBe('unsupported');
  expect([...file.read(2 ** 42 - 2, 2, 'x')]).toEqual([0, 0]);
  file.close();
});

test('a missing file, a directory, an empty file and a FIFO are told apart', () => {
  const directory = tempDirectory();
  const path = (name: string) => join(directory, name);
  mkdirSync(path('dir'));
  writeFileSync(path('empty'), '');
  execFileSync('mkfifo', [path('fifo')]);
  const opened = (name: string) => parseError(() => openFile(path(name)));
  expect(opened('none')).toMatchObject({ code: 'io', problem: 'no such file' });
  expect(opened('dir')).toMatchObject({ code: 'not-a-file', problem: 'it is a directory' });
  expect(opened('fifo')).toMatchObject({ code: 'not-a-file', problem: 'it is a FIFO' });
  expect(opened('empty')).toMatchObject({ code: 'truncated', problem: 'the file is empty' });
  expect(opened('empty/below')).toMatchObject({ code: 'io', problem: 'a part of the path is not a directory' });
});

test('a path full of escapes cannot reach the terminal through the message', () => {
  const error = parseError(() => openFile('/no\u001b[2J\u202esuch\nfile'));
  expect(error.structure).toBe('/no\\x1b[2J\\u{202e}such\\x0afile');
});

test.runIf(process.platform === 'linux')('a file of procfs that claims no size is read to its end', () => {
  const file = openFile('/proc/self/status');
  expect(Buffer.from(file.read(0, 5, 'x')).toString()).toBe('Name:');
  expect(file.size).toBeGreaterThan(100);
  file.close();
});

test('a file that shrinks while it is open says so', () => {
  const path = tempFile(new Uint8Array(10_000));
  const file = openFile(path);
  truncateSync(path, 100);
  const error = parseError(() => file.read(0, 4096, 'section 1 (.text)'));
  expect(error).toMatchObject({ code: 'truncated', offset: 100, problem: 'the file became shorter while it was open' });
  file.close();
});

test('a closed file is not read, and closing it twice does not close another', () => {
  const path = tempFile(bytes);
  const file = openFile(path);
  file.close();
  const other = openFile(path);
  file.close();
  expect(parseError(() => file.read(0, 4, 'x'))).toMatchObject({ code: 'io', problem: 'the file is closed' });
  expect(other.read(0, 4, 'x').length).toBe(4);
  other.close();
});

test.runIf(process.platform === 'linux')('a read error of the device is told, and leaves no descriptor behind', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  // Address 0 of this process: nothing is mapped there, and reading it is EIO.
  for (let i = 0; i < 20; i++) {
    expect(parseError(() => openFile('/proc/self/mem'))).toMatchObject({
      code: 'io',
      structure: '/proc/self/mem',
      problem: 'the device reports a read error (EIO)',
    });
  }
  expect(openFiles()).toBeLessThan(before + 5);
});
