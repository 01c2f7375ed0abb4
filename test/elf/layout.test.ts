/** Places of sections that do not agree with segments, or with one another. */
import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { ElfFile } from '../../src/elf/elf-file.ts';
import { type BuiltElf, type ElfOptions, ElfWriter } from '../helpers/elf-writer.ts';

const address = 0xffff800010000000n;

function image(
  options: ElfOptions = {},
  segment: { readonly offset?: number; readonly vaddr?: bigint } = {},
): BuiltElf {
  const writer = new ElfWriter(options);
  const addr = options.class === 32 ? 0x1000n : address;
  writer.section('.text', { flags: 'AX', addr, bytes: new Uint8Array(64) });
  writer.section('.data', { flags: 'WA', addr: addr + 64n, bytes: new Uint8Array(64) });
  writer.section('.bss', { flags: 'WA', type: 'NOBITS', addr: addr + 128n, size: 1 << 20 });
  writer.section('.comment', { bytes: new Uint8Array(8) });
  writer.segment({ of: '.text', filesz: 128, memsz: 256, ...segment });
  return writer.build();
}
const damage = (file: BuiltElf): string[] =>
  new ElfFile(memorySource(file.bytes, 'vmlinux', (at) => at)).layoutDamage.map(({ error }) => error.message);

test.each<ElfOptions>([{}, { class: 32, machine: 'arm' }, { machine: 's390x', bigEndian: true }])(
  'a file as linkers write it has none: %o',
  (options) => {
    expect(damage(image(options))).toEqual([]);
  },
);

test('each section that its segment has elsewhere is told', () => {
  const found = damage(image({}, { offset: 0x100 }));
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(
    /^section 1 \(\.text\) at file offset 0x[0-9a-f]+: its bytes at 0xffff800010000000 are at file offset 0x78, and the segment loaded there has them at 0x100; /,
  );
  expect(found[1]).toMatch(/^section 2 \(\.data\) .* are at file offset 0xb8, and .* at 0x140; /);
});

test('one of two segments at an address is enough, and none says nothing', () => {
  expect(damage(image({}, { vaddr: 0x1000n }))).toEqual([]);
});

test('offsets of a module are no addresses', () => {
  expect(damage(image({ type: 'REL' }, { offset: 0x100 }))).toEqual([]);
});

test('sections that share bytes are told with the one in front, however far it reaches', () => {
  const found = damage(image().patchSection('.comment', 'sh_offset', 0x80).patchSection('.comment', 'sh_size', 0x60));
  expect(found).toEqual([
    expect.stringMatching(
      /^section 2 \(\.data\) .*: it shares 40 bytes, from file offset 0xb8 on, with section 4 \(\.comment\); sh_offset or sh_size of one of them is wrong$/,
    ),
    expect.stringMatching(
      /^section 4 \(\.comment\) .*: it shares 56 bytes, from file offset 0x80 on, with section 1 \(\.text\); /,
    ),
  ]);
});

test('many sections at one place cost no more than their number', () => {
  const writer = new ElfWriter();
  for (let i = 0; i < 10_000; i++) writer.section('', { flags: 'A', addr: 1, size: 64 });
  for (let i = 0; i < 20_000; i++) writer.segment({ vaddr: 1, offset: 0, filesz: 64 });
  const file = writer.build();
  const started = performance.now();
  expect(damage(file)).toHaveLength(1000);
  expect(performance.now() - started).toBeLessThan(5000);
});
