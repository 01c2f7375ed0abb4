import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressSpace } from '../../src/elf/address-space.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { open } from './forms.ts';

test('an address of a linked image is looked up in its loaded sections', () => {
  const writer = new ElfWriter();
  writer.section('.text', { flags: 'AX', addr: 0xffff800010000000n, bytes: Uint8Array.of(1, 2, 3, 4) });
  writer.section('.comment', { addr: 0xffff800010000002n, bytes: Uint8Array.of(9) });
  const file = writer.build();
  const elf = open(file);
  const found = elf.addressSpace.locate(0xffff800010000003n);
  expect(found).toMatchObject({ offset: file.place('.text').offset + 3, available: 1 });
  expect(found?.span.section?.name).toBe('.text');
  expect(elf.addressSpace.locate(0xffff800010000004n)).toBeUndefined();
  expect(elf.addressSpace.locate(0xffff80000fffffffn)).toBeUndefined();
  expect(elf.addressSpace.locate(-1n)).toBeUndefined();
  expect([...(elf.bytesAt(0xffff800010000002n, 100) ?? [])]).toEqual([3, 4]);
  expect(elf.bytesAt(0n, 8)).toBeUndefined();
});

test('NOBITS is zeros that are not in the file; per-thread and compressed sections have no address', () => {
  const writer = new ElfWriter();
  writer.section('.bss', { type: 'NOBITS', flags: 'WA', addr: 0x1000, size: 2n ** 40n });
  writer.section('.tbss', { type: 'NOBITS', flags: 'WAT', addr: 0x9000n + 2n ** 40n, size: 64 });
  writer.compressed('.odd', new Uint8Array(64), {}, { flags: 'AC', addr: 0xa000n + 2n ** 40n });
  const elf = open(writer.build());
  expect(elf.addressSpace.locate(0x1008n)).toMatchObject({ offset: undefined, available: 2 ** 40 - 8 });
  expect([...(elf.bytesAt(0x1008n, 4) ?? [])]).toEqual([0, 0, 0, 0]);
  expect(elf.addressSpace.locate(0x9000n + 2n ** 40n)).toBeUndefined();
  expect(elf.addressSpace.locate(0xa000n + 2n ** 40n)).toBeUndefined();
});

test('of spans that overlap the one that begins last has the address, and an inner one ends where it ends', () => {
  const writer = new ElfWriter();
  writer.section('.outer', { flags: 'A', addr: 0x1000, bytes: new Uint8Array(0x100) });
  writer.section('.inner', { flags: 'A', addr: 0x1040, bytes: new Uint8Array(0x10) });
  writer.section('.twin', { flags: 'A', addr: 0x1000, bytes: new Uint8Array(0x08) });
  const { addressSpace } = open(writer.build());
  const names = [0x1000n, 0x1008n, 0x103fn, 0x1040n, 0x104fn, 0x1050n, 0x10ffn, 0x1100n].map(
    (address) => addressSpace.locate(address)?.span.section?.name,
  );
  expect(names).toEqual(['.twin', '.outer', '.outer', '.inner', '.inner', '.outer', '.outer', undefined]);
});

test('any overlap gives what a search through all spans gives', () => {
  const span = fc.record({ start: fc.nat(200), size: fc.integer({ min: 1, max: 100 }) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
      const writer = new ElfWriter();
      spans.forEach(({ start, size }, i) => {
        writer.section(`.s${i}`, { flags: 'A', addr: start, type: 'NOBITS', size });
      });
      const { addressSpace } = open(writer.build());
      const ordered = spans.map((row, i) => ({ ...row, index: i + 1 })).sort((a, b) => a.start - b.start);
      for (let address = 0; address < 310; address++) {
        const expected = ordered.filter(({ start, size }) => address >= start && address < start + size).at(-1);
        const found = addressSpace.locate(BigInt(address));
        expect(found?.span.section?.index).toBe(expected?.index);
        if (expected !== undefined) expect(found?.available).toBe(expected.start + expected.size - address);
      }
    }),
  );
});

test('100,000 spans on one address are looked up at once', () => {
  const { sections } = open(new ElfWriter().build());
  const row = sections[1]!;
  const spans = Array.from({ length: 100_000 }, (_, i) => ({
    ...row,
    sh_flags: 2n,
    sh_addr: BigInt(i) as typeof row.sh_addr,
    sh_size: 200_000 - 2 * i,
  }));
  const space = new AddressSpace(spans, [], false);
  const took = cpuTime(() => {
    for (let i = 0; i < 10_000; i++) expect(space.locate(BigInt(100_000 + i)) !== undefined).toBe(true);
  });
  expect(took).toBeLessThan(5000);
});

test.each([
  ['sh_addr', 2n ** 64n - 4n],
  ['sh_size', 2n ** 64n - 1n],
  ['sh_size', 2n ** 53n - 1n],
  ['sh_offset', 2n ** 64n - 1n],
  ['sh_addralign', 2n ** 64n - 1n],
])('%s of %s makes no lookup fail but by a ParseError', (field, value) => {
  for (const type of ['DYN', 'REL'] as const) {
    const writer = new ElfWriter({ type });
    writer.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(16) });
    writer.section('.data', { flags: 'WA', addr: 0x2000, bytes: new Uint8Array(16) });
    const elf = open(writer.build().patchSection('.text', field, value));
    for (const address of [0n, 0x1000n, 0x1008n, 0x2000n, 2n ** 53n, 2n ** 64n - 1n]) {
      const found = elf.addressSpace.locate(address);
      if (found?.offset === undefined || found.offset + 4 <= elf.source.size) elf.bytesAt(address, 4);
      else expect(parseError(() => elf.bytesAt(address, 4)).code).toBe('truncated');
    }
  }
});

test('a module’s sections are laid out one after the other, and 0 stays the address of nothing', () => {
  const writer = new ElfWriter({ type: 'REL' });
  const text = writer.section('.text', { flags: 'AX', bytes: new Uint8Array(10), align: 4 });
  const empty = writer.section('.exit.text', { flags: 'AX', align: 4 });
  const comment = writer.section('.comment', { bytes: new Uint8Array(10) });
  const data = writer.section('.data', { flags: 'WA', bytes: new Uint8Array(8), align: 64 });
  const { addressSpace } = open(writer.build());
  expect(addressSpace.locate(0n)).toBeUndefined();
  expect(addressSpace.sectionAddress(text, 4n)).toBe(0x1004n);
  expect(addressSpace.sectionAddress(empty, 0n)).toBe(0x100cn);
  expect(addressSpace.sectionAddress(data, 0n)).toBe(0x1040n);
  expect(addressSpace.locate(0x1041n)?.span.section?.name).toBe('.data');
  expect([text, empty, comment, data].map((index) => addressSpace.hasAddress(index))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('without a section table the segments give the bytes', () => {
  const writer = new ElfWriter({ noSectionTable: true });
  writer.section('.text', { addr: 0x4000, bytes: Uint8Array.of(7, 8) });
  writer.segment({ of: '.text', memsz: 0x1000 });
  writer.segment({ type: 'NOTE', of: '.text', vaddr: 0x9000 });
  writer.segment({ vaddr: 0x8000, offset: 0, filesz: 2n ** 64n - 1n });
  const elf = open(writer.build());
  expect([...(elf.bytesAt(0x4001n, 8) ?? [])]).toEqual([8]);
  expect(elf.bytesAt(0x4002n, 8)).toBeUndefined();
  expect(elf.bytesAt(0x9000n, 8)).toBeUndefined();
  expect(elf.bytesAt(0x8000n, 8)).toBeUndefined();
});
