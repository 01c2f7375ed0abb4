import { expect, test } from 'vitest';
import type { RelocationTable } from '../../src/elf/relocation-table.ts';
import { readyValue } from '../../src/errors.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { forms, open } from './forms.ts';

const tableOf = (file: BuiltElf): RelocationTable => readyValue(open(file).readRelocations()[0]!.table)!;
const reasonOf = (file: BuiltElf): string => {
  const { table } = open(file).readRelocations()[0]!;
  return table.state === 'ready' ? 'ready' : table.reason;
};
const all = (table: RelocationTable) => Array.from({ length: table.count }, (_, index) => table.entry(index));

test.each(forms)('RELA entries of $form keep place, type, symbol and the sign of the addend', (form) => {
  const writer = new ElfWriter({ ...form, machine: form.class === 64 ? 'aarch64' : 'i386' });
  writer.symbol('a', {});
  const top = form.class === 64 ? 0xffff800010000008n : 0xc1000008n;
  const info = (symbol: bigint, type: bigint) => (form.class === 64 ? (symbol << 32n) | type : (symbol << 8n) | type);
  writer.rela('.rela.dyn', [
    { place: top, type: 8, addend: -16 },
    { place: 0x10, type: 1, symbol: 'a', addend: 0x7fffffff },
  ]);
  const file = writer.build();
  const table = tableOf(file);
  expect(table).toMatchObject({ kind: 'RELA', count: 2, entrySize: form.class === 64 ? 24 : 12, pending: false });
  expect(all(table)).toEqual([
    { place: top, type: 8, symbol: 0, addend: -16n, info: 8n },
    { place: 0x10n, type: 1, symbol: 1, addend: 0x7fffffffn, info: info(1n, 1n) },
  ]);
  expect(table.fileOffset(1)).toBe(file.place('.rela.dyn').offset + table.entrySize);
});

test.each(forms)('REL entries of $form have no addend of their own', (form) => {
  const writer = new ElfWriter({ ...form, machine: 'i386' });
  writer.rel(
    '.rel.dyn',
    [
      { place: 0x20, type: 8 },
      { place: 0x28, type: 1, symbol: 5 },
    ],
    { flags: 'A' },
  );
  const table = tableOf(writer.build());
  expect(table).toMatchObject({ kind: 'REL', count: 2, entrySize: form.class === 64 ? 16 : 8, pending: true });
  expect(all(table)).toMatchObject([
    { place: 0x20n, type: 8, symbol: 0, addend: undefined },
    { place: 0x28n, type: 1, symbol: 5, addend: undefined },
  ]);
});

test.each(forms)('RELR words of $form become places, with the relative type of the machine', (form) => {
  const writer = new ElfWriter(form);
  // A place, then a bitmap: bits 1, 2 and the last.
  const last = form.class === 64 ? 1n << 63n : 1n << 31n;
  writer.relr('.relr.dyn', [0x1000, 0b111n | last, 0x9000]);
  const table = tableOf(writer.build());
  const word = form.class === 64 ? 8n : 4n;
  const lastPlace = 0x1000n + word + (word * 8n - 2n) * word;
  expect(all(table).map(({ place }) => place)).toEqual([
    0x1000n,
    0x1000n + word,
    0x1000n + 2n * word,
    lastPlace,
    0x9000n,
  ]);
  expect(table.entry(4)).toEqual({ place: 0x9000n, type: 1027, symbol: 0, addend: undefined, info: 1027n });
  expect(table.fileOffset(0)).toBeUndefined();
});

test.each([false, true])('r_info of MIPS64 (big-endian %s) gives the first of its three types', (bigEndian) => {
  const writer = new ElfWriter({ machine: 'mips', bigEndian });
  // R_MIPS_REL32, then R_MIPS_64: a relative 64-bit relocation.
  writer.rela('.rela.dyn', [{ place: 8, type: 0x00001203, symbol: 7, addend: 3 }]);
  const entry = tableOf(writer.build()).entry(0);
  expect(entry).toEqual({ place: 8n, type: 3, symbol: 7, addend: 3n, info: 0x0000_0007_0000_1203n });
});

test('the linker’s own record is told from what the boot code applies', () => {
  const pendingOf = (type: 'DYN' | 'REL', flags: string) => {
    const writer = new ElfWriter({ type });
    writer.rela('.rela.x', [], { flags });
    return tableOf(writer.build()).pending;
  };
  expect([pendingOf('DYN', 'A'), pendingOf('DYN', ''), pendingOf('REL', '')]).toEqual([true, false, true]);
});

test.each(forms)(
  'a pass visits the entries of $form whose place is in the range, in file order, across pages',
  (form) => {
    const writer = new ElfWriter({ ...form, machine: 'i386' });
    const entries = Array.from({ length: 10_000 }, (_, i) => ({
      place: ((i * 7919) % 10_000) * 8,
      type: 8,
      symbol: i & 0xff,
      addend: -i,
    }));
    writer.rela('.rela.dyn', entries);
    const table = tableOf(writer.build());
    const seen: unknown[] = [];
    table.forEachIn(8000n, 8400n, (entry) => {
      const { place, type, symbol, addend } = table.entry(entry.index);
      const [hi, lo] = [BigInt(entry.addendHi), BigInt(entry.addendLo)];
      expect([entry.placeHi, entry.placeLo, entry.type, entry.symbol]).toEqual([0, Number(place), type, symbol]);
      expect(BigInt.asIntN(64, (hi << 32n) | lo)).toBe(addend);
      seen.push(entry.index);
    });
    const inside = entries.flatMap(({ place }, index) => (place >= 8000 && place < 8400 ? [index] : []));
    expect(seen).toEqual(inside);
    expect(seen.length).toBe(50);
    expect(table.firstIn(8000n, 8400n)).toBe(inside[0]);
  },
);

test('the first entry of a sorted table is found by halving', () => {
  const writer = new ElfWriter();
  writer.rela(
    '.rela.text',
    Array.from({ length: 5000 }, (_, i) => ({ place: 0x1000 + i * 16, type: 257 })),
  );
  const table = tableOf(writer.build());
  expect(table.firstIn(0x1000n + 16n * 4100n - 3n, 0x1000n + 16n * 4200n)).toBe(4100);
  expect(table.firstIn(0n, 0x1001n)).toBe(0);
  expect(table.firstIn(0n, 0x1000n)).toBeUndefined();
  expect(table.firstIn(2n ** 63n, 2n ** 64n)).toBeUndefined();
});

test.each([
  ['sh_entsize', 0, /section 1 \(\.rela\.dyn\) at file offset 0x[0-9a-f]+: sh_entsize is 0, expected 24 for RELA/],
  ['sh_entsize', 23, /sh_entsize is 23, expected 24 for RELA/],
  ['sh_offset', 2n ** 64n - 1n, /sh_offset is a number past 2\^53 and the file ends at 0x/],
  ['sh_offset', 0x100000, /sh_offset is 0x100000 and the file ends at 0x/],
  ['sh_flags', 0x802, /it is SHF_COMPRESSED/],
])('a section whose %s is %s cannot be read, and says so', (field, value, expected) => {
  const writer = new ElfWriter();
  writer.rela('.rela.dyn', [{ place: 0, type: 257 }]);
  expect(reasonOf(writer.build().patchSection('.rela.dyn', field, value))).toMatch(expected);
});

test.each([
  [2n ** 64n - 1n, /sh_size a number past 2\^53: the file ends at/],
  [24 * 1000, /\+ sh_size 0x5dc0: the file ends at/],
  [24 + 5, /sh_size 29 is not a multiple of its 24-byte entries/],
])('a section whose sh_size is %s gives the entries that are there, and says what is wrong', (size, expected) => {
  const writer = new ElfWriter();
  writer.rela('.rela.dyn', [{ place: 0x40, type: 257 }]);
  const table = tableOf(writer.build().patchSection('.rela.dyn', 'sh_size', size));
  expect(table.count).toBeGreaterThanOrEqual(1);
  expect(table.entry(0).place).toBe(0x40n);
  expect(table.damage?.message).toMatch(expected);
  all(table);
});

test('an entry that is not there is a bad reference', () => {
  const writer = new ElfWriter();
  writer.rela('.rela.dyn', [{ place: 0, type: 257 }]);
  const table = tableOf(writer.build());
  for (const index of [-1, 1, 1e9]) {
    expect(parseError(() => table.entry(index))).toMatchObject({
      code: 'bad-reference',
      structure: 'section 1 (.rela.dyn)',
    });
  }
});

test('sections that share their bytes are read once: a pass over all is bounded by the size of the file', () => {
  const writer = new ElfWriter();
  for (let i = 0; i < 50; i++)
    writer.rela(
      `.rela.${i}`,
      Array.from({ length: 100 }, () => ({ place: 0, type: 257 })),
    );
  const file = writer.build();
  for (let i = 0; i < 50; i++) {
    file.patchSection(`.rela.${i}`, 'sh_offset', 0);
    file.patchSection(`.rela.${i}`, 'sh_size', Math.floor(file.bytes.length / 24) * 24);
  }
  const tables = open(file).readRelocations();
  expect(tables.filter(({ table }) => table.state === 'ready').length).toBe(1);
  const second = tables[1]!.table;
  expect(second.state === 'malformed' && second.error.code).toBe('out-of-range');
  expect(second.state === 'malformed' && second.reason).toMatch(/it has more bytes than the file: they overlap/);
});
