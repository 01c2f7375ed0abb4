import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { machineName, typeName } from '../../src/elf/constants.ts';
import { readHeader } from '../../src/elf/header.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { forms } from './forms.ts';

const complaint = (bytes: Uint8Array): string => parseError(() => readHeader(memorySource(bytes))).message;

test.each(forms)('the header of $form is read field by field', ({ class: elfClass, bigEndian }) => {
  const writer = new ElfWriter({ class: elfClass, bigEndian, type: 'EXEC', machine: 's390x' });
  writer.section('.text', { bytes: new Uint8Array(8) });
  writer.segment({ of: '.text' });
  const file = writer.build().patchHeader('e_entry', 0x10000n).patchHeader('e_flags', 0xabcd);
  const header = readHeader(memorySource(file.bytes));
  expect(header).toEqual({
    is64: elfClass === 64,
    littleEndian: !bigEndian,
    e_type: 2,
    e_machine: 22,
    e_entry: 0x10000n,
    e_phoff: file.phoff,
    e_shoff: file.shoff,
    e_flags: 0xabcd,
    e_phentsize: elfClass === 64 ? 56 : 32,
    e_phnum: 1,
    e_shentsize: elfClass === 64 ? 64 : 40,
    e_shnum: 3,
    e_shstrndx: 2,
  });
  expect(typeName(header.e_type)).toBe('ET_EXEC');
  expect(machineName(header.e_machine)).toBe('s390x');
});

test('an address above 2^53 keeps all its bits', () => {
  const { bytes } = new ElfWriter().build().patchHeader('e_entry', 0xffff800010000001n);
  expect(readHeader(memorySource(bytes)).e_entry).toBe(0xffff800010000001n);
});

test('a number without a name is shown as itself', () => {
  expect(typeName(0xfe00)).toBe('65024');
  expect(machineName(4242)).toBe('4242');
});

test.each([
  [
    'gzip data',
    [0x1f, 0x8b, 8, 0],
    'found 1f 8b 08 00, expected 7f 45 4c 46: not an ELF file; it is gzip data; unpack it first',
  ],
  ['a zstd frame', [0x28, 0xb5, 0x2f, 0xfd], /zstd data; unpack it/],
  ['xz data', [0xfd, 0x37, 0x7a, 0x58], /xz data; unpack it/],
  ['a boot image', [0x4d, 0x5a, 0, 0x91], /boot image \(vmlinuz\)/],
  ['an archive', [...Buffer.from('!<arch>\n')], /archive/],
  ['raw BTF', [0x9f, 0xeb, 1, 0], /raw BTF; give it with --btf/],
  [
    'text',
    [...Buffer.from('hello')],
    /^ELF magic at file offset 0x0: found 68 65 6c 6c, expected 7f 45 4c 46: not an ELF file$/,
  ],
  ['nothing', [], /found nothing/],
  ['half the magic', [0x7f, 0x45], /found 7f 45, expected/],
])('%s is not ELF, and the message says what it is', (_, start, expected) => {
  const error = parseError(() => readHeader(memorySource(Uint8Array.from(start))));
  expect(error.code).toBe('not-elf');
  expect(error.message).toMatch(expected);
});

test.each([
  [4, 3, 'ELF header at file offset 0x4: EI_CLASS is 3, expected 1 (ELF32) or 2 (ELF64)'],
  [5, 0, 'ELF header at file offset 0x5: EI_DATA is 0, expected 1 (little-endian) or 2 (big-endian)'],
  [6, 2, 'ELF header at file offset 0x6: EI_VERSION is 2, expected 1'],
  [20, 9, 'ELF header at file offset 0x14: e_version is 9, expected 1'],
])('byte %i set to %i is refused in words', (offset, value, expected) => {
  const { bytes } = new ElfWriter().build();
  bytes[offset] = value;
  expect(complaint(bytes)).toBe(expected);
  expect(parseError(() => readHeader(memorySource(bytes))).code).toBe('bad-header');
});

test.each(forms)('every length at which the header of $form is cut off is told', ({ class: elfClass, bigEndian }) => {
  const { bytes } = new ElfWriter({ class: elfClass, bigEndian }).build();
  const size = elfClass === 64 ? 64 : 52;
  for (let length = 4; length < size; length++) {
    const error = parseError(() => readHeader(memorySource(bytes.subarray(0, length))));
    expect(error).toMatchObject({ code: 'truncated', structure: 'ELF header', offset: 0 });
    expect(error.problem).toBe(
      `${length < 16 ? 16 : size} bytes are needed and ${length} are left in the file of ${length} bytes`,
    );
  }
  readHeader(memorySource(bytes.subarray(0, size)));
});
