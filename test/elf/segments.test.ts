import { expect, test } from 'vitest';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { forms, open } from './forms.ts';

function oneSegment(options: ConstructorParameters<typeof ElfWriter>[0] = {}): BuiltElf {
  const writer = new ElfWriter(options);
  writer.section('.text', { flags: 'AX', addr: 0x8000, bytes: Uint8Array.of(1, 2, 3, 4) });
  writer.segment({ of: '.text', memsz: 0x2000, flags: 5, align: 0x1000 });
  return writer.build();
}

test.each(forms)('rows of the program header table of $form are read field by field', (form) => {
  const file = oneSegment(form);
  expect(open(file).segments).toEqual([
    {
      p_type: 1,
      p_flags: 5,
      p_offset: file.place('.text').offset,
      p_vaddr: 0x8000n,
      p_filesz: 4,
      p_memsz: 0x2000,
      p_align: 0x1000,
    },
  ]);
});

test.each([
  ['e_phentsize', 57, 'ELF header at file offset 0x36: e_phentsize is 57, expected 56'],
  ['e_phoff', 2n ** 64n - 1n, /ELF header at file offset 0x20: e_phoff is a number past 2\^53 and the file ends at/],
  ['e_phoff', 0x100000, /ELF header at file offset 0x20: e_phoff is 0x100000 and the file ends at/],
  ['e_phnum', 0xfffe, /program header table at file offset 0x40: it has 65534 entries and the file has room for \d+$/],
])('%s of %s takes the segments away in words, and the sections stay', (field, value, expected) => {
  const elf = open(oneSegment().patchHeader(field, value));
  expect(elf.segmentTable).toMatchObject({ state: 'malformed', reason: expect.stringMatching(expected) });
  expect(elf.segments).toEqual([]);
  expect(elf.section('.text')?.index).toBe(1);
});

test.each([0xffff_ffff, 0x8000_0000, 100_000])(
  'sh_info of section header 0 that claims %i segments is not believed',
  (count) => {
    const elf = open(oneSegment({ extendedNumbering: true }).patchSection('', 'sh_info', count));
    expect(elf.segmentTable).toMatchObject({
      state: 'malformed',
      reason: expect.stringMatching(`it has ${count} entries`),
    });
  },
);

test('PN_XNUM without a section header 0 to look in is told', () => {
  const elf = open(oneSegment().patchHeader('e_phnum', 0xffff).patchHeader('e_shoff', 0));
  expect(elf.segmentTable).toMatchObject({
    state: 'malformed',
    reason: expect.stringMatching(/0x38: e_phnum is PN_XNUM and section header 0/),
  });
});

test('no program header table is no segments, and no damage', () => {
  expect(open(new ElfWriter().build()).segmentTable).toEqual({ state: 'ready', value: [] });
  expect(open(oneSegment().patchHeader('e_phoff', 0)).segmentTable).toEqual({ state: 'ready', value: [] });
});
