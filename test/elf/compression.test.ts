import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { forms, open } from './forms.ts';
import { frames } from './zstd-frames.ts';

const content = Buffer.from('hung_up_tty_write\0tty_write\0'.repeat(300));

function compressed(
  form: ConstructorParameters<typeof ElfWriter>[0],
  how: Parameters<ElfWriter['compressed']>[2],
): BuiltElf {
  const writer = new ElfWriter(form);
  writer.compressed('.debug_str', content, how);
  return writer.build();
}
const read = (file: BuiltElf): Uint8Array => open(file).sectionBytes(open(file).sections[1]!);
const complaint = (file: BuiltElf) => parseError(() => read(file));

test.each(forms)('a zlib section of $form is unpacked, once', (form) => {
  const elf = open(compressed(form, {}));
  const section = elf.sections[1]!;
  expect(Buffer.from(elf.sectionBytes(section)).equals(content)).toBe(true);
  expect(elf.sectionSource(section)).toBe(elf.sectionSource(section));
  expect(elf.sectionSource(section).fileOffset(0)).toBeUndefined();
});

test.each(forms)('a zstd section of $form is unpacked', (form) => {
  const { content: expected, packed } = frames[1]!;
  const file = compressed(form, { ch_type: 2, packed, ch_size: expected.length });
  expect(Buffer.from(read(file)).equals(expected)).toBe(true);
});

test('an error in unpacked bytes gives no place in the file', () => {
  const elf = open(compressed({}, {}));
  const error = parseError(() => elf.sectionSource(elf.sections[1]!).read(content.length, 4, 'name'));
  expect(error.offset).toBeUndefined();
  expect(error.problem).toBe('4 bytes are needed and 0 are left in decompressed section 1 (.debug_str) of 8400 bytes');
});

test.each([
  [
    'of an unknown kind',
    { ch_type: 3 },
    'unsupported',
    /^compression header of section 1 \(\.debug_str\) at file offset 0x[0-9a-f]+: ch_type is 3, expected 1 \(zlib\) or 2 \(zstd\)$/,
  ],
  [
    'that claims too little',
    { ch_size: content.length - 1 },
    'bad-compression',
    /cannot be unpacked to the 8399 bytes of ch_size/,
  ],
  [
    'that claims too much',
    { ch_size: content.length + 1 },
    'bad-compression',
    /it unpacks to 8400 bytes, ch_size says 8401/,
  ],
  [
    'that claims 2^64 - 1 bytes',
    { ch_size: 2n ** 64n - 1n },
    'unsupported',
    /ch_size claims Infinity bytes from \d+, and not more than \d+ are unpacked/,
  ],
  ['that claims a gigabyte from nothing', { ch_size: 1 << 30 }, 'unsupported', /ch_size claims 1073741824 bytes from/],
  [
    'that is cut off',
    { packed: deflateSync(content).subarray(0, 40) },
    'bad-compression',
    /section 1 \(\.debug_str\) at file offset 0x[0-9a-f]+: its data cannot be unpacked/,
  ],
  ['that is noise', { packed: Buffer.from('noise') }, 'bad-compression', /its data cannot be unpacked/],
  ['that is empty', { packed: new Uint8Array(0) }, 'bad-compression', /its data cannot be unpacked/],
  [
    'of zstd that is noise',
    { ch_type: 2, packed: Buffer.from('noise') },
    'bad-compression',
    /magic number 28 b5 2f fd/,
  ],
] as const)('a section %s is refused in words', (_, how, code, expected) => {
  const error = complaint(compressed({}, how));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(expected);
});

test('a section too small for its header is truncated', () => {
  const error = complaint(compressed({}, {}).patchSection('.debug_str', 'sh_size', 23));
  expect(error).toMatchObject({ code: 'truncated', problem: 'sh_size is 23, expected at least 24' });
});

describe('all sections of a file together', () => {
  const size = 20 << 20;
  const file = (options: ConstructorParameters<typeof ElfWriter>[0] = {}, padding = 0) => {
    const writer = new ElfWriter(options);
    for (const name of ['.debug_info', '.debug_str']) writer.compressed(name, new Uint8Array(size));
    writer.section('.data', { bytes: new Uint8Array(padding) });
    return open(writer.build());
  };

  test('are not unpacked to more than 32 MiB and 1.5 times the file', () => {
    const elf = file();
    const [, first, second] = elf.sections;
    expect(elf.sectionBytes(first!).length).toBe(size);
    expect(parseError(() => elf.sectionBytes(second!)).message).toMatch(
      /^compression header of section 2 \(\.debug_str\) at file offset 0x[0-9a-f]+: ch_size claims 20971520 bytes from \d+, and not more than \d+ more are unpacked, \d+ in all of a file of \d+ bytes; objcopy --decompress-debug-sections /,
    );
    // What was unpacked stays, and so does what is left.
    expect(elf.sectionBytes(first!).length).toBe(size);
    const other = file();
    expect(other.sectionBytes(other.sections[2]!).length).toBe(size);
  });

  test('may have more in a larger file', () => {
    const elf = file({}, 6 << 20);
    for (const section of elf.sections.slice(1, 3)) expect(elf.sectionBytes(section).length).toBe(size);
  });

  test('pay once, whether they are kept or are the own copy of who changes them', () => {
    const elf = file({ type: 'REL' });
    const [, first, second] = elf.sections;
    const copies = [1, 2, 3].map(() => elf.sharedBytes(first!, true));
    expect(copies.map(({ length, buffer }) => [length, buffer instanceof SharedArrayBuffer])).toEqual(
      copies.map(() => [size, true]),
    );
    expect(new Set(copies.map(({ buffer }) => buffer)).size).toBe(3);
    expect(elf.sharedBytes(first!, false).buffer).toBe(elf.sectionBytes(first!).buffer);
    expect(elf.sharedBytes(first!, true).buffer).not.toBe(elf.sectionBytes(first!).buffer);
    expect(parseError(() => elf.sharedBytes(second!, true)).code).toBe('unsupported');
  });

  test('of a damaged file may be all of it, each: they are not copied without end', () => {
    const writer = new ElfWriter({ type: 'REL' });
    for (const name of ['.debug_info', '.debug_str', '.debug_abbrev'])
      writer.section(name, { bytes: new Uint8Array(1) });
    writer.section('.data', { bytes: new Uint8Array(40 << 20) });
    const built = writer.build();
    const whole = built.bytes.length;
    for (const name of ['.debug_info', '.debug_str', '.debug_abbrev']) {
      built.patchSection(name, 'sh_offset', 0).patchSection(name, 'sh_size', whole);
    }
    const elf = open(built);
    const [, first, second, third] = elf.sections;
    expect([first, second].map((section) => elf.sharedBytes(section!, true).length)).toEqual([whole, whole]);
    expect(parseError(() => elf.sharedBytes(third!, true)).message).toMatch(
      /^section 3 \(\.debug_abbrev\) at file offset 0x0: it has \d+ bytes, and not more than \d+ more are unpacked, \d+ in all/,
    );
  });
});

test('a bomb is not set off: 60 kB that would be 60 MB and more', () => {
  const bomb = deflateSync(new Uint8Array(200 << 20));
  const before = process.memoryUsage().arrayBuffers;
  const error = complaint(compressed({}, { packed: bomb, ch_size: 200 << 20 }));
  expect(error.code).toBe('unsupported');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
});
