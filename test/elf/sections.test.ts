import { expect, test } from 'vitest';
import { describeSection } from '../../src/elf/sections.ts';
import { readyValue } from '../../src/errors.ts';
import { type BuiltElf, ElfWriter, type SectionOptions } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { forms, open } from './forms.ts';

function twoSections(options: ConstructorParameters<typeof ElfWriter>[0] = {}): BuiltElf {
  const writer = new ElfWriter(options);
  writer.section('.text', { flags: 'AX', addr: 0x8000, bytes: Uint8Array.of(1, 2, 3, 4), align: 16 });
  writer.section('.data', { flags: 'WA', addr: 0x9000, bytes: Uint8Array.of(5), link: '.text', info: 1, entsize: 8 });
  return writer.build();
}

const reasonOf = (file: BuiltElf) => {
  const { sectionTable } = open(file);
  return sectionTable.state === 'ready' ? 'ready' : `${sectionTable.state}: ${sectionTable.reason}`;
};

test.each(forms)('rows of the section header table of $form are read field by field', (form) => {
  const file = twoSections(form);
  const elf = open(file);
  expect(elf.sections.map((section) => section.name)).toEqual(['', '.text', '.data', '.shstrtab']);
  const { offset, headerOffset } = file.place('.data');
  expect(elf.section('.data')).toEqual({
    index: 2,
    name: '.data',
    sh_name: 7,
    sh_type: 1,
    sh_flags: 3n,
    sh_addr: 0x9000n,
    sh_offset: offset,
    sh_size: 1,
    sh_link: 1,
    sh_info: 1,
    sh_addralign: 1,
    sh_entsize: 8,
    headerOffset,
  });
  expect([...elf.sectionBytes(elf.sections[1]!)]).toEqual([1, 2, 3, 4]);
  expect(readyValue(elf.sectionTable)?.namesProblem).toBeUndefined();
});

test.each(forms)('extended numbering of $form is resolved through section header 0', (form) => {
  const writer = new ElfWriter({ ...form, extendedNumbering: true });
  writer.section('.text', { bytes: new Uint8Array(8) });
  writer.segment({ of: '.text' });
  writer.segment({ of: '.text', type: 'NOTE' });
  const elf = open(writer.build());
  expect(elf.header).toMatchObject({ e_shnum: 0, e_shstrndx: 0xffff, e_phnum: 0xffff });
  expect(elf.sections.map((section) => section.name)).toEqual(['', '.text', '.shstrtab']);
  expect(elf.segments.map((segment) => segment.p_type)).toEqual([1, 4]);
});

test('a file of more than 0xff00 sections has them all, with their symbols', () => {
  const writer = new ElfWriter({ type: 'REL' });
  for (let i = 0; i < 0xff80; i++) writer.section(`.text.f${i}`, { flags: 'AX', bytes: Uint8Array.of(i) });
  writer.symbol('last', { section: `.text.f${0xff7f}`, type: 'FUNC' });
  writer.symbol('first', { section: '.text.f0', type: 'FUNC' });
  const elf = open(writer.build());
  expect(elf.header.e_shnum).toBe(0);
  expect(elf.sections.length).toBe(0xff80 + 5);
  expect(elf.section('.text.f65000')?.index).toBe(65001);
  const symbols = readyValue(elf.readSymbols())!;
  expect(symbols.st_shndx(1)).toBe(0xffff);
  expect(symbols.sectionOf(1)).toBe(0xff80);
  expect(symbols.sectionOf(2)).toBe(1);
});

test('a file without a section header table says so and keeps its segments', () => {
  const writer = new ElfWriter({ noSectionTable: true });
  writer.section('.text', { addr: 0x1000, bytes: Uint8Array.of(9) });
  writer.segment({ of: '.text' });
  const elf = open(writer.build());
  expect(elf.sectionTable).toEqual({ state: 'absent', reason: 'the file has no section header table' });
  expect(elf.segments.length).toBe(1);
  expect([...(elf.bytesAt(0x1000n, 1) ?? [])]).toEqual([9]);
});

test('a section header table of no sections is malformed, in either class', () => {
  const reasonWithout = (options: Parameters<typeof twoSections>[0]) =>
    reasonOf(twoSections({ ...options, extendedNumbering: true }).patchSection('', 'sh_size', 0));
  const problem = /e_shnum is 0 and e_shoff is 0x[0-9a-f]+, where row 0 has no number of sections in sh_size either$/;
  expect(reasonWithout({})).toMatch(/^malformed: ELF header at file offset 0x3c: /);
  expect(reasonWithout({ class: 32 })).toMatch(/^malformed: ELF header at file offset 0x30: /);
  for (const options of [{}, { class: 32 }] as const) expect(reasonWithout(options)).toMatch(problem);
});

test.each([
  ['e_shentsize', 63, 'malformed: ELF header at file offset 0x3a: e_shentsize is 63, expected 64'],
  ['e_shentsize', 0, 'malformed: ELF header at file offset 0x3a: e_shentsize is 0, expected 64'],
  ['e_shoff', 2n ** 64n - 1n, /e_shoff is a number past 2\^53 and the file ends at 0x/],
  ['e_shoff', 2n ** 53n, /ELF header at file offset 0x28: e_shoff is a number past 2\^53/],
  ['e_shoff', 0x7fff_ffff, /ELF header at file offset 0x28: e_shoff is 0x7fffffff and the file ends at 0x[0-9a-f]+$/],
  ['e_shnum', 5, /section header table at file offset 0x[0-9a-f]+: it has 5 entries and the file has room for 4$/],
  ['e_shnum', 0xfeff, /it has 65279 entries and the file has room for 4$/],
])('%s of %s takes the sections away in words, and nothing else', (field, value, expected) => {
  const file = twoSections().patchHeader(field, value);
  expect(reasonOf(file)).toMatch(expected);
  expect(open(file).header.is64).toBe(true);
});

test.each([2n ** 64n - 1n, 2n ** 53n, 2n ** 32n, 1_000_000n])(
  'section header 0 that claims %s sections is not believed',
  (count) => {
    const file = twoSections({ extendedNumbering: true }).patchSection('', 'sh_size', count);
    expect(reasonOf(file)).toMatch(
      /malformed: section header table at file offset 0x[0-9a-f]+: it has (\d+|Infinity) entries and the file has room for 4/,
    );
  },
);

test('more sections than are read is a limit, not damage', () => {
  const file = twoSections({ extendedNumbering: true });
  const large = new Uint8Array(file.shoff + 64 * 300_000);
  large.set(file.bytes.subarray(0, file.shoff + 64));
  file.patchSection('', 'sh_size', 300_000);
  large.set(file.bytes.subarray(file.shoff, file.shoff + 64), file.shoff);
  const { sectionTable } = open(large);
  expect(sectionTable).toMatchObject({ state: 'unsupported' });
  expect(sectionTable.state !== 'ready' && sectionTable.reason).toMatch(/it has 300000 entries; up to 262144 are read/);
});

test.each([
  ['e_shstrndx', 0, /ELF header at file offset 0x3e: e_shstrndx is 0 and that section is no string table/],
  ['e_shstrndx', 200, /e_shstrndx is 200 and there is no such section: sections have no names/],
  ['e_shstrndx', 1, /e_shstrndx is 1 and that section is no string table/],
])('%s of %i leaves the sections without names, and says why', (field, value, expected) => {
  const elf = open(twoSections().patchHeader(field, value));
  expect(elf.sections.map((section) => section.name)).toEqual(['', '', '', '']);
  expect(readyValue(elf.sectionTable)?.namesProblem?.message).toMatch(expected);
  expect(parseError(() => elf.requireSection('.BTF', 'none')).message).toMatch(expected);
});

test('a name past the table, and a table outside the file, are told as well', () => {
  const past = open(twoSections().patchSection('.data', 'sh_name', 0x1000));
  expect(past.sections.map((section) => section.name)).toEqual(['', '.text', '', '.shstrtab']);
  const problem = readyValue(past.sectionTable)?.namesProblem?.message;
  expect(problem).toMatch(
    /^section header 2 at file offset 0x[0-9a-f]+: sh_name is 4096, where no string ends in the \d+ bytes/,
  );
  const outside = open(twoSections().patchSection('.shstrtab', 'sh_offset', 2n ** 63n));
  expect(readyValue(outside.sectionTable)?.namesProblem?.message).toMatch(
    /sh_offset a number past 2\^53 \+ sh_size 0x/,
  );
});

test('a section that is there and one that is absent are told apart from one that cannot be known', () => {
  const elf = open(twoSections());
  expect(elf.requireSection('.data', 'x').index).toBe(2);
  expect(parseError(() => elf.requireSection('.BTF', 'built without BTF'))).toMatchObject({
    code: 'absent',
    problem: 'built without BTF',
  });
  const broken = open(twoSections().patchHeader('e_shoff', 0x7fff_ffff));
  expect(parseError(() => broken.requireSection('.BTF', 'built without BTF')).code).toBe('truncated');
});

test.each([
  [
    'sh_offset',
    2n ** 64n - 1n,
    /sh_offset a number past 2\^53 \+ sh_size 0x4 is past the end of the file \(0x[0-9a-f]+\)$/,
  ],
  ['sh_size', 2n ** 64n - 1n, /sh_size a number past 2\^53 is past the end of the file/],
  ['sh_size', 2n ** 53n - 1n, /sh_size 0x1fffffffffffff is past the end of the file/],
  ['sh_size', 0x10000, /sh_size 0x10000 is past the end of the file/],
])('bytes of a section whose %s is %s are refused at its row of the table', (field, value, expected) => {
  const file = twoSections().patchSection('.text', field, value);
  const elf = open(file);
  const error = parseError(() => elf.sectionSource(elf.sections[1]!));
  expect(error).toMatchObject({
    code: 'truncated',
    structure: 'section 1 (.text)',
    offset: file.place('.text').headerOffset,
  });
  expect(error.message).toMatch(expected);
});

test('an empty section has no bytes, wherever its header says they are', () => {
  const elf = open(
    twoSections()
      .patchSection('.text', 'sh_size', 0)
      .patchSection('.text', 'sh_offset', 2n ** 63n),
  );
  expect(elf.sectionBytes(elf.sections[1]!).length).toBe(0);
});

test('a NOBITS section has none in the file, which is not damage', () => {
  const options: SectionOptions = { type: 'NOBITS', flags: 'WA', size: 2n ** 40n };
  const writer = new ElfWriter();
  writer.section('.bss', options);
  const elf = open(writer.build());
  expect(parseError(() => elf.sectionSource(elf.sections[1]!))).toMatchObject({ code: 'absent' });
});

test('a name from the file cannot bring escapes or a megabyte into a message', () => {
  const writer = new ElfWriter();
  writer.section(`.evil\x1b]52;c;AAAA\x07${'x'.repeat(1 << 20)}`, { size: 2n ** 40n });
  const elf = open(writer.build());
  expect(describeSection(elf.sections[1]!)).toMatch(/^section 1 \(\.evil\\x1b\]52;c;AAAA\\x07x+…\)$/);
  expect(parseError(() => elf.sectionSource(elf.sections[1]!)).message.length).toBeLessThan(300);
});
