import { expect, test } from 'vitest';
import { ElfWriter, type Relocation } from '../helpers/elf-writer.ts';
import { openKernel, SmallKernel } from './small-kernel.ts';

const entries = (count: number, from: number): Relocation[] =>
  Array.from({ length: count }, (_, i) => ({ place: from + i * 8, type: 1027, addend: i }));

function threeSections() {
  const writer = new ElfWriter();
  writer.section('.data', { flags: 'WA', addr: 0x1000, bytes: new Uint8Array(0x1000) });
  writer.rela('.rela.one', entries(3, 0x1000), { flags: 'A' });
  writer.rela('.rela.none', [], { flags: 'A' });
  writer.relr('.relr.dyn', [0x1800, 0b111]);
  writer.rel('.rel.bad', entries(2, 0x1000), { entsize: 5 });
  writer.rela('.rela.two', entries(2, 0x1900), { flags: 'A' });
  return writer;
}

test('rows run through the sections in table order, and those that cannot be read are named', () => {
  const list = openKernel(threeSections().build()).relocations;
  expect(list.count).toBe(8);
  expect(Array.from({ length: 8 }, (_, row) => list.row(row)?.place)).toEqual([
    0x1000n,
    0x1008n,
    0x1010n,
    0x1800n,
    0x1808n,
    0x1810n,
    0x1900n,
    0x1908n,
  ]);
  expect(Array.from({ length: 8 }, (_, row) => list.describe(row))).toEqual([
    'section 2 (.rela.one), entry 0',
    'section 2 (.rela.one), entry 1',
    'section 2 (.rela.one), entry 2',
    'section 4 (.relr.dyn), entry 0',
    'section 4 (.relr.dyn), entry 1',
    'section 4 (.relr.dyn), entry 2',
    'section 6 (.rela.two), entry 0',
    'section 6 (.rela.two), entry 1',
  ]);
  expect(list.broken.map(({ section, reason }) => [section.name, reason])).toEqual([
    [
      '.rel.bad',
      expect.stringMatching(
        /^section 5 \(\.rel\.bad\) at file offset 0x[0-9a-f]+: sh_entsize is 5, expected 16 for REL$/,
      ),
    ],
  ]);
  expect(list.row(6)).toMatchObject({ row: 6, index: 0, address: 0x1900n, addend: 0n });
  expect(list.tables.map((table) => list.firstRowOf(table))).toEqual([0, 3, 3, 6]);
});

test.each([-1, 8, 1e9, 0.5])('row %d is none', (row) => {
  const list = openKernel(threeSections().build()).relocations;
  if (Number.isInteger(row)) expect(list.row(row)).toBeUndefined();
  expect(list.describe(1e9)).toBe('row 1000000000');
});

test('the entries of a range are visited with their rows and their distance, across sections', () => {
  const list = openKernel(threeSections().build()).relocations;
  const seen: [number, number][] = [];
  expect(list.forEachTouching(0x1008n, 0x1901n, (_, row, offset) => seen.push([row, offset]))).toEqual([]);
  expect(seen).toEqual([
    [1, 0],
    [2, 8],
    [3, 0x7f8],
    [4, 0x800],
    [5, 0x808],
    [6, 0x8f8],
  ]);
  expect(list.firstTouching(0x1801n, 0x1900n)).toBe(4);
  expect(list.firstTouching(0x1909n, 0x2000n)).toBeUndefined();
});

test('what the linker applied is looked for only where its target section is', () => {
  const kernel = new SmallKernel({ machine: 'x86_64', type: 'EXEC', raw: [0] });
  const entry = { place: kernel.place(0), type: 1 };
  kernel.writer.rela('.rela.text', [entry], { info: '.text' });
  kernel.writer.rela('.rela.init.data', [entry], { info: '.init.data' });
  kernel.writer.rela('.rela.gone', [entry], { info: 99 });
  kernel.writer.rela('.rela.any', [entry]);
  const { relocations } = kernel.open();
  const rows: number[] = [];
  relocations.forEachTouching(kernel.place(0), kernel.place(1), (_, row) => rows.push(row));
  expect(rows).toEqual([1, 3]);
});

test('in a module the places count in their target section, and are addresses of the laid-out one', () => {
  const writer = new ElfWriter({ type: 'REL', machine: 'x86_64' });
  writer.section('.text', { flags: 'AX', bytes: new Uint8Array(0x100) });
  writer.section('.data', { flags: 'WA', bytes: new Uint8Array(0x100) });
  writer.section('.comment', { bytes: new Uint8Array(0x100) });
  for (const name of ['.text', '.data', '.comment'])
    writer.rela(`.rela${name}`, [{ place: 0x10, type: 1 }], { info: name });
  const kernel = openKernel(writer.build());
  const { relocations, elf } = kernel;
  expect([0, 1].map((row) => relocations.row(row)?.address)).toEqual([0x1010n, 0x1110n]);
  expect(elf.addressSpace.locate(0x1110n)?.span.section?.name).toBe('.data');
  const rows: [number, number][] = [];
  relocations.forEachTouching(0x1108n, 0x1200n, (_, row, offset) => rows.push([row, offset]));
  expect(rows).toEqual([[1, 8]]);
  relocations.forEachTouching(0x0n, 0x1000n, (_, row, offset) => rows.push([row, offset]));
  expect(rows).toEqual([[1, 8]]);
});

test('symbols of an entry are those of the linked table, when the file has it as its own', () => {
  const writer = new ElfWriter();
  writer.section('.dynsym', { type: 'DYNSYM', bytes: new Uint8Array(48), entsize: 24 });
  writer.section('.other', { type: 'DYNSYM', bytes: new Uint8Array(48), entsize: 24 });
  writer.symbol('a', { section: 'ABS', value: 7 });
  writer.rela('.rela.a', entries(1, 0), { link: '.symtab', flags: 'A' });
  writer.rela('.rela.b', entries(1, 0), { link: '.dynsym', flags: 'A' });
  writer.rela('.rela.c', entries(1, 0), { link: '.other', flags: 'A' });
  writer.rela('.rela.d', entries(1, 0), { link: 0, flags: 'A' });
  writer.rela('.rela.e', entries(1, 0), { link: 77, flags: 'A' });
  const { relocations, symbols } = openKernel(writer.build());
  const counts = relocations.tables.map((table) => relocations.symbolTableOf(table)?.count);
  expect(counts).toEqual([2, 2, undefined, undefined, undefined]);
  expect(symbols.state === 'ready' && relocations.symbolTableOf(relocations.tables[0]!)).toBe(
    symbols.state === 'ready' && symbols.value.table,
  );
});

test('an entry whose place is outside every section is a row like any other, and touches nothing', () => {
  const kernel = new SmallKernel({ raw: [0, 0] });
  const far = [0n, kernel.place(0) - 8n, kernel.place(2), 2n ** 64n - 8n];
  const list = far.map((place) => ({ place, type: 1027, addend: 1 }));
  kernel.writer.rela('.rela.dyn', list, { flags: 'A' });
  const opened = kernel.open();
  expect(far.map((_, row) => opened.relocations.row(row)?.address)).toEqual(far);
  expect(opened.elf.addressSpace.locate(far[3]!)).toBeUndefined();
  const { mcount } = opened;
  expect(mcount.state === 'ready' && mcount.value.counts).toMatchObject({ relocatedZero: 2, problems: 0 });
});

test('names that are missing are told of a section once, and not where there are none', () => {
  const writer = new ElfWriter();
  writer.section('.data', { flags: 'WA', addr: 0x1000, bytes: new Uint8Array(0x100) });
  writer.symbol('one', { section: '.data' });
  const named = [{ place: 0x1000, type: 257, symbol: 1, addend: 0 }];
  writer.section('.second', { type: 'SYMTAB', bytes: new Uint8Array(24), entsize: 24 });
  writer.rela('.rela.sound', named, { link: '.symtab' });
  writer.rela('.rela.none', named, { link: 0 });
  writer.rela('.rela.relative', entries(3, 0x1000), { link: '.data' });
  writer.rela('.rela.data', named, { link: '.data' });
  writer.rela('.rela.second', named, { link: '.second' });
  const file = writer.build();
  const list = openKernel(file).relocations;
  const at = (name: string) => `at file offset 0x${file.place(name).headerOffset.toString(16)}`;
  expect(list.tables.flatMap((table) => list.namesProblem(table)?.message ?? [])).toEqual([
    `section 3 (.rela.sound) ${at('.rela.sound')}: sh_link is 8, and of two symbol tables section 2 (.second) is read: names of symbols cannot be read`,
    `section 6 (.rela.data) ${at('.rela.data')}: sh_link is 1, which is not a symbol table: names of symbols cannot be read`,
  ]);
});
