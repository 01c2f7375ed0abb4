import fc from 'fast-check';
import { expect, test } from 'vitest';
import { relocate } from '../../src/elf/relocate.ts';
import { readyValue } from '../../src/errors.ts';
import { describeRegion, type McountRegion } from '../../src/kernel/mcount.ts';
import { forms } from '../elf/forms.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { functions, openKernel, reasonOf, regionOf, SmallKernel } from './small-kernel.ts';

const RELATIVE = { aarch64: 1027, i386: 8, s390x: 12, x86_64: 8 } as const;
const four = [0, 0, 0, 0];
const slots = (region: McountRegion) => Array.from({ length: region.count }, (_, i) => region.slot(i));

/** arm64 as Linux 5.10 links it: zeros in the file, the addresses in .rela.dyn. */
function arm64(): SmallKernel {
  const kernel = new SmallKernel({ raw: four });
  const entries = functions.map((name, i) => ({
    place: kernel.place(i),
    type: RELATIVE.aarch64,
    addend: kernel.address(name),
  }));
  kernel.writer.rela('.rela.dyn', [{ place: 0, type: 0 }, ...entries], { flags: 'A' });
  return kernel;
}

/** "at file offset 0x…" of an entry of a relocation section. */
function entryAt(kernel: SmallKernel, section: string, index: number, entrySize = 24): string {
  return `at file offset 0x${(kernel.writer.build().place(section).offset + index * entrySize).toString(16)}`;
}

test('zeros with relative RELA entries are the functions once relocated', () => {
  const kernel = arm64();
  const region = kernel.region();
  expect(region).toMatchObject({
    count: 4,
    slotSize: 8,
    rawZero: 4,
    relocatedZero: 0,
    entryOffset: 0,
    warning: undefined,
  });
  expect(region.bounds.source).toBe('__start_mcount_loc … __stop_mcount_loc');
  expect(region.stateInWords).toBe('all zero in the file');
  expect(region.slot(2)).toEqual({
    index: 2,
    place: kernel.place(2),
    fileOffset: region.fileOffset + 16,
    raw: 0n,
    relocation: 3,
    relocated: kernel.address('gamma'),
    by: 'rela-addend',
    symbol: 3,
    problem: undefined,
  });
  expect(region.counts).toEqual({
    slots: 4,
    rawZero: 4,
    relocatedZero: 0,
    by: { 'rela-addend': 4, 'symbol-addend': 0, 'in-place-addend': 0, bytes: 0 },
    rawAtFunction: 0,
    relocatedAtFunction: 4,
    offsets: [{ offset: 0, slots: 4 }],
    withoutFunction: 0,
    problems: 0,
  });
});

test('the region’s bytes are given raw and relocated, in the order of the file', () => {
  for (const bigEndian of [false, true]) {
    const kernel = new SmallKernel({ raw: four, machine: 's390x', bigEndian });
    const entries = functions.map((name, i) => ({
      place: kernel.place(i),
      type: RELATIVE.s390x,
      addend: kernel.address(name),
    }));
    kernel.writer.rela('.rela.dyn', entries, { flags: 'A' });
    const region = kernel.region();
    expect(region.bytes).toEqual(new Uint8Array(32));
    const expected = kernel.writer.words(functions.map((name) => kernel.address(name)));
    expect(region.relocatedBytes()).toEqual(expected);
  }
});

test('a filled region with the linker’s own relocations is the bytes, explained as symbol + addend', () => {
  const given = new SmallKernel({ raw: four });
  const values = functions.map((name) => given.address(name));
  const filled = new SmallKernel({ machine: 'x86_64', type: 'EXEC', raw: values });
  const text = filled.writer.symbol('', { type: 'SECTION', section: '.text', value: filled.base });
  const entries = functions.map((_, i) => ({ place: filled.place(i), type: 1, symbol: text, addend: i * 0x40 }));
  filled.writer.rela('.rela.init.data', entries, { link: '.symtab', info: '.init.data' });
  const region = filled.region();
  expect(region.stateInWords).toBe('filled');
  expect(region.slot(1)).toMatchObject({
    raw: values[1],
    relocated: values[1],
    by: 'symbol-addend',
    relocation: 1,
    symbol: 2,
  });
  expect(region.counts.by['symbol-addend']).toBe(4);
  expect(region.counts.rawAtFunction).toBe(4);
});

test('a word that disagrees with what the linker says it stored is kept and told', () => {
  const kernel = new SmallKernel({ machine: 'x86_64', type: 'EXEC', raw: [0x1234, ...four] });
  const entry = { place: kernel.place(0), type: 1, symbol: 'beta', addend: 0 };
  kernel.writer.rela('.rela.init.data', [entry], { link: '.symtab', info: '.init.data' });
  const region = kernel.region();
  expect(region.slot(0)).toMatchObject({ raw: 0x1234n, relocated: 0x1234n, by: 'bytes', relocation: 0 });
  expect(region.slot(0).problem).toBe(
    `the entry gives 0x${kernel.address('beta').toString(16)}; the linker has applied it and the bytes hold something else; the entry is ${entryAt(kernel, '.rela.init.data', 0)}`,
  );
  expect(region.counts.problems).toBe(1);
});

test('relocations that the linker has applied to another section are not read for the region', () => {
  const kernel = arm64();
  kernel.writer.rela('.rela.text', [{ place: kernel.place(0), type: 257, symbol: 'delta' }], {
    link: '.symtab',
    info: '.text',
  });
  expect(kernel.region().slot(0)).toMatchObject({ by: 'rela-addend', problem: undefined });
});

test('RELR leaves the addend in place, also where it is zero', () => {
  const given = new SmallKernel({ raw: four });
  const raw = [given.address('alpha'), given.address('beta'), 0, given.address('delta')];
  const kernel = new SmallKernel({ raw });
  kernel.writer.relr('.relr.dyn', [kernel.place(0), 0b1111]);
  const region = kernel.region();
  expect(slots(region).map(({ by }) => by)).toEqual([
    'in-place-addend',
    'in-place-addend',
    'in-place-addend',
    'in-place-addend',
  ]);
  expect(region.stateInWords).toBe('filled, 1 zero');
  expect(slots(region).map(({ relocation }) => relocation)).toEqual([0, 1, 2, 3]);
  expect([region.slot(2).symbol, region.slot(3).symbol]).toEqual([undefined, 4]);
});

test('32-bit REL adds the symbol to the word in place, a relative one is the word', () => {
  const kernel = new SmallKernel({ class: 32, machine: 'i386', raw: [0x0, 0xc0008040, 0, 0] });
  const entries = [
    { place: kernel.place(0), type: 1, symbol: 'gamma' },
    { place: kernel.place(1), type: RELATIVE.i386 },
  ];
  kernel.writer.rel('.rel.dyn', entries, { flags: 'A', link: '.symtab' });
  const region = kernel.region();
  expect(region.slotSize).toBe(4);
  expect(region.slot(0)).toMatchObject({ raw: 0n, relocated: kernel.address('gamma'), by: 'symbol-addend', symbol: 3 });
  expect(region.slot(1)).toMatchObject({ relocated: kernel.address('beta'), by: 'in-place-addend', symbol: 2 });
  expect(region.slot(2)).toMatchObject({ relocated: 0n, by: 'bytes', relocation: undefined });
});

test.each(forms)('sums of $form wrap around their word, with the carry between its halves', (form) => {
  const machine = form.class === 64 ? 'x86_64' : 'i386';
  const kernel = new SmallKernel({ ...form, machine, raw: four });
  const width = form.class;
  kernel.writer.symbol('low', { section: 'ABS', value: 0xfffffff0 });
  kernel.writer.symbol('high', { section: 'ABS', value: 2n ** BigInt(width) - 16n });
  const entries = [
    { place: kernel.place(0), type: 1, symbol: 'low', addend: 0x20 },
    { place: kernel.place(1), type: 1, symbol: 'high', addend: 0x20 },
    { place: kernel.place(2), type: 1, symbol: 'low', addend: -0xfffffff1 },
    { place: kernel.place(3), type: 8, addend: -1 },
  ];
  kernel.writer.rela('.rela.dyn', entries, { flags: 'A', link: '.symtab' });
  const wrap = (value: bigint) => BigInt.asUintN(width, value);
  expect(slots(kernel.region()).map(({ relocated }) => relocated)).toEqual([
    wrap(0x100000010n),
    16n,
    wrap(-1n),
    wrap(-1n),
  ]);
});

test('a module has its region in __mcount_loc, relocated against its sections', () => {
  const writer = new ElfWriter({ type: 'REL', machine: 'x86_64' });
  writer.section('.text', { flags: 'AX', bytes: new Uint8Array(0x80), align: 16 });
  writer.section('__mcount_loc', { flags: 'A', bytes: new Uint8Array(24), align: 8 });
  const section = writer.symbol('', { type: 'SECTION', section: '.text' });
  const first = writer.symbol('first', { type: 'FUNC', section: '.text', value: 0, size: 16 });
  const second = writer.symbol('second', { type: 'FUNC', section: '.text', value: 0x40, size: 16 });
  const entries = [
    { place: 0, type: 1, symbol: section, addend: 0 },
    { place: 8, type: 1, symbol: section, addend: 0x40 },
    { place: 16, type: 1, symbol: section, addend: 0x60 },
  ];
  writer.rela('.rela__mcount_loc', entries, { link: '.symtab', info: '__mcount_loc' });
  writer.rela('.rela.text', [{ place: 8, type: 2, symbol: first }], { link: '.symtab', info: '.text' });
  const kernel = openKernel(writer.build());
  const region = regionOf(kernel);
  expect(region.bounds.source).toBe('section __mcount_loc');
  expect(region.stateInWords).toBe('all zero in the file');
  expect(slots(region).map(({ symbol }) => symbol)).toEqual([first, second, undefined]);
  expect(slots(region).map(({ relocation }) => relocation)).toEqual([0, 1, 2]);
  expect(region.slot(0).relocated).not.toBe(0n);
  expect([region.slotOfFunction(first), region.slotOfFunction(second)]).toEqual([0, 1]);
});

test('entries 8 bytes before their functions are recognised, and belong to those functions', () => {
  const given = new SmallKernel({ raw: four });
  const kernel = new SmallKernel({ raw: functions.map((name) => given.address(name) - 8n) });
  const region = kernel.region();
  expect(region.entryOffset).toBe(-8);
  expect(region.stateInWords).toBe('filled, entries 8 bytes before their functions');
  expect(slots(region).map(({ symbol }) => symbol)).toEqual([1, 2, 3, 4]);
  expect(region.counts).toMatchObject({
    relocatedAtFunction: 0,
    offsets: [{ offset: -8, slots: 4 }],
    withoutFunction: 0,
  });
  expect([1, 2, 3, 4].map((row) => region.slotOfFunction(row))).toEqual([0, 1, 2, 3]);
});

test('a slot inside a function belongs to it; one of a weak function that lost belongs to none', () => {
  const given = new SmallKernel({ raw: four });
  const kernel = new SmallKernel({
    raw: [given.address('alpha') + 8n, given.address('beta') + 0x30n, given.address('gamma'), given.address('delta')],
  });
  const region = kernel.region();
  expect(slots(region).map(({ symbol }) => symbol)).toEqual([1, undefined, 3, 4]);
  expect(region.counts).toMatchObject({ relocatedAtFunction: 2, withoutFunction: 1 });
  expect(region.counts.offsets).toEqual([
    { offset: 0, slots: 2 },
    { offset: 8, slots: 1 },
  ]);
  expect([region.slotOfFunction(1), region.slotOfFunction(2), region.slotOfFunction(3)]).toEqual([0, undefined, 2]);
});

test('a function’s slot, the slot at an address, and the neighbour of one that has none', () => {
  const given = new SmallKernel({ raw: four });
  const kernel = new SmallKernel({ raw: [given.address('delta'), given.address('alpha'), 0, given.address('gamma')] });
  const region = kernel.region();
  expect([...region.byRelocatedValue]).toEqual([2, 1, 3, 0]);
  expect(region.slotOfFunction(2)).toBeUndefined();
  expect([-1, 7, 0xffffffff].map((row) => region.slotOfFunction(row))).toEqual([undefined, undefined, undefined]);
  expect(region.slotBefore(kernel.address('beta'))).toBe(1);
  expect(region.slotBefore(kernel.address('alpha') - 1n)).toBeUndefined();
  expect(region.slotBefore(2n ** 64n - 1n)).toBe(0);
  expect(
    [kernel.place(1), kernel.place(1) + 7n, kernel.place(4), kernel.place(0) - 1n].map((at) => region.slotAt(at)),
  ).toEqual([1, 1, undefined, undefined]);
});

test('an alias finds the slot of the function that it names', () => {
  const kernel = arm64();
  const alias = kernel.writer.symbol('alias', {
    type: 'FUNC',
    bind: 'GLOBAL',
    section: '.text',
    value: kernel.address('beta'),
  });
  const region = kernel.region();
  expect(region.slotOfFunction(alias)).toBe(1);
  expect(region.slot(1).symbol).toBe(alias);
});

test.each([
  ['start', 'malformed: mcount region at file offset', '__start_mcount_loc is there and __stop_mcount_loc is missing'],
  ['stop', 'malformed: mcount region at file offset', '__stop_mcount_loc is there and __start_mcount_loc is missing'],
  [
    'none',
    'absent: no symbols __start_mcount_loc and __stop_mcount_loc, no section __mcount_loc',
    'CONFIG_FTRACE_MCOUNT_RECORD',
  ],
] as const)('with %s of the two symbols there is no region, and the reason says which', (bounds, start, end) => {
  const reason = reasonOf(new SmallKernel({ raw: four, bounds }).open());
  expect(reason.startsWith(start)).toBe(true);
  expect(reason).toContain(end);
});

/** Where the symbols of a {@link SmallKernel} are. */
const [startRow, stopRow] = [5, 6];

test.each([
  [
    'a stop before the start',
    stopRow,
    -8n,
    /^malformed: mcount region at file offset 0x[0-9a-f]+: __stop_mcount_loc \(0x[0-9a-f]+\) lies before __start_mcount_loc \(0x[0-9a-f]+\)$/,
  ],
  ['a stop at the start', stopRow, 0n, /^absent: the region is empty: it ends where it starts$/],
  [
    'an end past the section',
    stopRow,
    0x40n,
    /^malformed: mcount region at file offset 0x[0-9a-f]+: its 64 bytes reach past the end of section 2 \(\.init\.data\), which has 48 left$/,
  ],
  ['2^40 bytes', stopRow, 2n ** 40n, /its 1099511627776 bytes reach past the end of section 2/],
  ['a start in no section', startRow, -0x800n, /: its address 0xffff800010000810 is in no section$/],
])('a region with %s is refused in words', (_, row, offset, expected) => {
  const kernel = new SmallKernel({ raw: four });
  const file = kernel.writer.build().patchSymbol(row, 'st_value', kernel.place(0) + offset);
  expect(reasonOf(openKernel(file))).toMatch(expected);
});

test('a region in NOBITS has no bytes in the file', () => {
  const file = new SmallKernel({ raw: four }).writer.build().patchSection('.init.data', 'sh_type', 8);
  expect(reasonOf(openKernel(file))).toMatch(
    /^malformed: mcount region at file offset 0x[0-9a-f]+: it lies in section 2 \(\.init\.data\), which is NOBITS: the file holds no bytes of it$/,
  );
});

test('a region whose section is outside the file is truncated, one whose section only ends there is not', () => {
  const file = new SmallKernel({ raw: four }).writer.build();
  expect(reasonOf(openKernel(file.patchSection('.init.data', 'sh_offset', 2n ** 62n)))).toMatch(
    /^malformed: section 2 \(\.init\.data\) at file offset 0x[0-9a-f]+: sh_offset a number past 2\^53 \+ sh_size 0x40 is past the end of the file/,
  );
  const cut = arm64().writer.build();
  expect(reasonOf(openKernel(cut.patchSection('.init.data', 'sh_size', 2n ** 40n)))).toMatch(
    /^ready: mcount region: section 3 \(\.rela\.dyn\) at file offset 0x[0-9a-f]+: it shares 120 bytes, from file offset 0x180 on, with section 2 \(\.init\.data\); /,
  );
});

test('more slots than a kernel can have are not read', () => {
  const kernel = new SmallKernel({ raw: four });
  const file = kernel.writer.build();
  const large = new Uint8Array(file.place('.init.data').offset + (20 << 20));
  large.set(file.bytes);
  file.patchSection('.init.data', 'sh_size', 20 << 20).patchSymbol(stopRow, 'st_value', kernel.place(0) + (9n << 20n));
  large.set(file.bytes);
  expect(reasonOf(openKernel(large))).toMatch(
    /^unsupported: mcount region at file offset 0x[0-9a-f]+: it has 1179648 slots; up to 1048576 are read$/,
  );
});

test('a relocation of RELR inside a slot is told with its section', () => {
  const kernel = new SmallKernel({ raw: four });
  kernel.writer.relr('.relr.dyn', [kernel.place(1) + 4n]);
  expect(kernel.region().slot(1).problem).toBe(
    'a relocation is inside this slot and not at its start: not applied; it is in section 3 (.relr.dyn)',
  );
});

test('bytes behind the last whole slot are in none, and told', () => {
  const region = new SmallKernel({ raw: four, rest: 5 }).region();
  expect(region.count).toBe(4);
  const where = `0x${region.bounds.endSaidAt?.toString(16)}`;
  expect(region.warning).toBe(
    `mcount region at file offset ${where}: its 37 bytes are not a multiple of 8: 5 at the end are in no slot`,
  );
  expect(region.bounds.endSaidAt).toBe((region.bounds.saidAt ?? 0) + 24);
});

test('of a symbol that is defined twice the first counts, and the region says so', () => {
  const kernel = arm64();
  kernel.writer.symbol('__stop_mcount_loc', { section: '.init.data', value: kernel.place(2) });
  const region = kernel.region();
  expect(region.count).toBe(4);
  expect(region.warning).toMatch(
    /^mcount region at file offset 0x[0-9a-f]+: __stop_mcount_loc is defined twice: symbol 6 \(0x[0-9a-f]+\) counts, symbol 7 \(0x[0-9a-f]+\) does not$/,
  );
});

test('a symbol that is only referred to bounds nothing', () => {
  const kernel = new SmallKernel({ raw: four, bounds: 'none' });
  kernel.writer.symbol('__start_mcount_loc', { bind: 'WEAK' });
  kernel.writer.symbol('__stop_mcount_loc', { bind: 'WEAK', value: 0x1000 });
  expect(reasonOf(kernel.open())).toMatch(/^absent: no symbols/);
});

test('a relocation inside a slot is not applied, and told', () => {
  const kernel = new SmallKernel({ raw: four });
  kernel.writer.rela('.rela.dyn', [{ place: kernel.place(1) + 4n, type: RELATIVE.aarch64, addend: 5 }], { flags: 'A' });
  const region = kernel.region();
  expect(region.slot(1)).toMatchObject({
    relocated: 0n,
    by: 'bytes',
    relocation: undefined,
    problem: `a relocation is inside this slot and not at its start: not applied; it is ${entryAt(kernel, '.rela.dyn', 0)}`,
  });
  expect(region.counts.problems).toBe(1);
});

test('of two relocations for one slot the last counts, as at boot, and the slot says so', () => {
  const kernel = new SmallKernel({ raw: four });
  const entry = (name: 'alpha' | 'beta') => ({
    place: kernel.place(0),
    type: RELATIVE.aarch64,
    addend: kernel.address(name),
  });
  kernel.writer.rela('.rela.dyn', [entry('alpha'), entry('beta')], { flags: 'A' });
  const slot = kernel.region().slot(0);
  expect(slot).toMatchObject({
    relocated: kernel.address('beta'),
    relocation: 1,
    problem: `two relocations name this slot; the last one (row 1, ${entryAt(kernel, '.rela.dyn', 1)}) counts`,
  });
});

test.each([
  [{ type: 9999 }, 'Unknown (type 9999) is neither relative nor absolute: not computed'],
  [{ type: 258, symbol: 1 }, 'R_AARCH64_ABS32 (type 258) stores 4 bytes, the slot has 8: not computed'],
  [{ type: 257, symbol: 0xffffff }, 'its symbol 16777215 is in no symbol table: not computed'],
])('an entry of %o leaves the bytes, and the slot says why', (entry, problem) => {
  const kernel = new SmallKernel({ raw: four });
  kernel.writer.rela('.rela.dyn', [{ place: kernel.place(0), ...entry }], { flags: 'A', link: '.symtab' });
  expect(kernel.region().slot(0)).toMatchObject({
    raw: 0n,
    relocated: 0n,
    by: 'bytes',
    relocation: 0,
    problem: `${problem}; the entry is ${entryAt(kernel, '.rela.dyn', 0)}`,
  });
});

test('an absolute entry without a linked symbol table is not computed: arm64 has three such', () => {
  const kernel = new SmallKernel({ raw: four });
  kernel.writer.rela('.rela.dyn', [{ place: kernel.place(0), type: 257, symbol: 'beta' }], { flags: 'A', link: 0 });
  expect(kernel.region().slot(0).problem).toBe(
    `its symbol 2 is in no symbol table: not computed; the entry is ${entryAt(kernel, '.rela.dyn', 0)}`,
  );
});

test('padding entries fill nothing and are no second relocation', () => {
  const kernel = arm64();
  kernel.writer.rela('.rela.pad', [{ place: kernel.place(0), type: 0 }], { flags: 'A' });
  expect(kernel.region().slot(0)).toMatchObject({ by: 'rela-addend', relocation: 1, problem: undefined });
});

test('zeros beside a relocation section that cannot be read are told apart from zeros that nothing fills', () => {
  expect(new SmallKernel({ raw: four }).region().warning).toBeUndefined();
  expect(new SmallKernel({ raw: four }).region().stateInWords).toBe(
    'all zero in the file, and no relocation fills them',
  );
  const broken = openKernel(arm64().writer.build().patchSection('.rela.dyn', 'sh_entsize', 7));
  expect(reasonOf(broken)).toMatch(
    /^ready: mcount region: relocations may be missing: section 3 \(\.rela\.dyn\) at file offset 0x[0-9a-f]+: sh_entsize is 7, expected 24 for RELA$/,
  );
  const cut = arm64().writer.build();
  const { size } = cut.place('.rela.dyn');
  const file = cut.patchSection('.rela.dyn', 'sh_offset', cut.bytes.length - size + 48);
  expect(reasonOf(openKernel(file))).toMatch(
    /^ready: mcount region: relocations may be missing: .*sh_size 0x78: the file ends at/,
  );
});

test('a kernel without symbols has no region to find', () => {
  const writer = new ElfWriter();
  writer.section('.init.data', { flags: 'WA', addr: 0x1000, bytes: new Uint8Array(8) });
  expect(reasonOf(openKernel(writer.build()))).toMatch(/^absent: without a symbol table its bounds/);
});

test('an __mcount_loc that is not loaded, or reaches past the file, is refused', () => {
  const writer = new ElfWriter({ type: 'REL' });
  writer.section('__mcount_loc', { flags: 'A', bytes: new Uint8Array(8) });
  const reason = (field: string, value: bigint) =>
    reasonOf(openKernel(writer.build().patchSection('__mcount_loc', field, value)));
  expect(reason('sh_flags', 0n)).toMatch(
    /^malformed: mcount region .*__mcount_loc is there and not SHF_ALLOC: it is never loaded$/,
  );
  expect(reason('sh_size', 2n ** 64n - 1n)).toMatch(
    /^malformed: section 1 \(__mcount_loc\) .*sh_size a number past 2\^53 is past the end of the file/,
  );
  expect(reason('sh_size', 0n)).toBe('absent: the region is empty: it ends where it starts');
});

test.each([
  [[0, 0, 0, 0], 'no slots'],
  [[34264, 34264, 0, 0], 'all zero in the file'],
  [[34264, 34264, 34264, 0], 'all zero in the file, and no relocation fills them'],
  [[34264, 34264, 286, 0], 'all zero in the file, 286 stay zero'],
  [[33982, 0, 0, 0], 'filled'],
  [[44216, 336, 336, -8], 'filled, entries 8 bytes before their functions, 336 zero'],
  [[10000, 6000, 0, 0], '6,000 zero in the file'],
] as const)('a region of %j is "%s"', ([count, rawZero, relocatedZero, entryOffset], words) => {
  expect(describeRegion(count, rawZero, relocatedZero, entryOffset)).toBe(words);
});

test('the values of an image whose symbols cannot be read are shown without names', () => {
  const writer = new ElfWriter({ type: 'REL' });
  writer.section('__mcount_loc', { flags: 'A', bytes: new ElfWriter().words([0x1000, 0]) });
  const region = readyValue(openKernel(writer.build()).mcount)!;
  expect(region.slot(0)).toMatchObject({ raw: 0x1000n, symbol: undefined });
  expect([region.slotOfFunction(1), region.counts.withoutFunction, region.entryOffset]).toEqual([undefined, 1, 0]);
});

test('the pass in halves gives each slot what relocate() says of its entry', () => {
  const machines = fc.constantFrom<['aarch64' | 'x86_64' | 's390x' | 'i386', 32 | 64, number[]]>(
    ['aarch64', 64, [1027, 257, 258, 0, 283, 9999]],
    ['x86_64', 64, [8, 1, 38, 10, 2, 0]],
    ['s390x', 64, [12, 22, 4, 0, 99]],
    ['i386', 32, [8, 1, 2, 0, 20]],
  );
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 0xffffffffn, 0x100000000n, 2n ** 63n, 2n ** 64n - 1n),
  );
  const slotOf = fc.record({ raw: word, symbol: fc.nat(9), addend: word, type: fc.nat(5) });
  const property = fc.property(
    machines,
    fc.boolean(),
    fc.constantFrom('rela', 'rel' as const),
    fc.boolean(),
    fc.array(slotOf, { minLength: 1, maxLength: 12 }),
    fc.array(word, { minLength: 4, maxLength: 4 }),
    ([machine, elfClass, types], bigEndian, kind, isPending, rows, values) => {
      const wrap = (value: bigint) => BigInt.asUintN(elfClass, value);
      const kernel = new SmallKernel({ class: elfClass, machine, bigEndian, raw: rows.map(({ raw }) => raw) });
      for (const value of values) kernel.writer.symbol('s', { section: 'ABS', value: wrap(value) });
      const entries = rows.map(({ symbol, addend, type }, i) => {
        return { place: kernel.place(i), type: types[type % types.length]!, symbol, addend };
      });
      const options = { flags: isPending ? 'A' : '', link: '.symtab', info: isPending ? 0 : '.init.data' };
      kernel.writer[kind]('.dyn', entries, options);
      const opened = kernel.open();
      const region = regionOf(opened);
      const symbols = readyValue(opened.symbols)!;
      rows.forEach(({ symbol }, i) => {
        const slot = region.slot(i);
        const row = opened.relocations.row(i)!;
        const address = symbol < symbols.table.count ? symbols.address(symbol) : undefined;
        const expected = relocate(row.table, row, slot.raw, symbol === 0 ? 0n : address, region.slotSize);
        const where = `the entry is ${entryAt(kernel, '.dyn', i, row.table.entrySize)}`;
        const problem = expected.problem === undefined ? undefined : `${expected.problem}; ${where}`;
        expect([slot.relocated, slot.by, slot.problem]).toEqual([expected.value, expected.by, problem]);
      });
      const zeros = (pick: 'raw' | 'relocated') => slots(region).filter((slot) => slot[pick] === 0n).length;
      expect([region.rawZero, region.relocatedZero]).toEqual([zeros('raw'), zeros('relocated')]);
    },
  );
  fc.assert(property, { numRuns: 200 });
});
