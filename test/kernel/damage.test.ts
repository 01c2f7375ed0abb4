/**
 * Damaged kernels, opened and read through to the last row: each ends soon, in a ParseError of {@link Vmlinux.open} or
 * in parts that say what is wrong, and takes no more memory than its size is worth.
 *
 * KINSPECT_DAMAGE=full runs every truncation and every flip of every byte of every file.
 */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ParseError, readyValue } from '../../src/errors.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { tempDirectory } from '../helpers/temp-file.ts';
import { functions, SmallKernel } from './small-kernel.ts';

const isFull = process.env['KINSPECT_DAMAGE'] === 'full';
/** Runs of a file in the quick loop. */
const quickRuns = 800;
/** ms of computing for one file; the rule is 1 s, and the machine may be slow. */
const mostTime = 2000;
const mostMemory = 48 << 20;

function btf(bigEndian: boolean): Uint8Array {
  const writer = new BtfWriter({ bigEndian });
  const int = writer.int('int', 4);
  writer.pointer(int);
  return writer.build();
}

interface Sample {
  readonly name: string;
  readonly file: BuiltElf;
}

function arm64(): Sample {
  const kernel = new SmallKernel({ raw: [0, 0, 0, 0] });
  const { writer } = kernel;
  const entries = functions.map((name, i) => ({ place: kernel.place(i), type: 1027, addend: kernel.address(name) }));
  writer.rela('.rela.dyn', [...entries, { place: 0, type: 0 }], { flags: 'A' });
  writer.section('.BTF', { flags: 'A', bytes: btf(false) });
  writer.notes('.notes', [{ owner: 'GNU', type: 3, desc: Buffer.from('00112233', 'hex') }]);
  writer.compressed('.debug_str', Buffer.from('tty_write\0'.repeat(20)));
  writer.segment({ of: '.text' });
  return { name: 'arm64, RELA', file: writer.build() };
}

function relr(): Sample {
  const given = new SmallKernel({ raw: [0], bigEndian: true, machine: 's390x' });
  const raw = functions.map((name) => given.address(name) - 8n);
  const kernel = new SmallKernel({ raw, bigEndian: true, machine: 's390x', extendedNumbering: true });
  kernel.writer.relr('.relr.dyn', [kernel.place(0), 0b1111]);
  kernel.writer.section('.BTF', { bytes: btf(true) });
  kernel.writer.symbol('far', { section: '.text', xindex: true, type: 'FUNC' });
  kernel.writer.segment({ type: 'NOTE', of: '.text' });
  return { name: 'big-endian, RELR, extended numbering', file: kernel.writer.build() };
}

function i386(): Sample {
  const kernel = new SmallKernel({ class: 32, machine: 'i386', raw: [0, 0x40, 0xc0008080, 0] });
  const entries = functions.map((symbol, i) => ({ place: kernel.place(i), type: 1, symbol }));
  kernel.writer.rel('.rel.dyn', entries, { flags: 'A', link: '.symtab' });
  kernel.writer.rel('.rel.init.data', entries, { link: '.symtab', info: '.init.data' });
  return { name: 'i386, REL', file: kernel.writer.build() };
}

function module(): Sample {
  const writer = new ElfWriter({ type: 'REL', machine: 'x86_64' });
  writer.section('.text', { flags: 'AX', bytes: new Uint8Array(0x80), align: 16 });
  writer.section('__mcount_loc', { flags: 'A', bytes: new Uint8Array(16), align: 8 });
  writer.section('.bss', { type: 'NOBITS', flags: 'WA', size: 0x1000 });
  writer.symbol('', { type: 'SECTION', section: '.text' });
  writer.symbol('init', { type: 'FUNC', section: '.text', value: 0, size: 16 });
  const entries = [0, 0x40].map((addend, i) => ({ place: i * 8, type: 1, symbol: 1, addend }));
  writer.rela('.rela__mcount_loc', entries, { link: '.symtab', info: '__mcount_loc' });
  return { name: 'module', file: writer.build() };
}

const samples: readonly Sample[] = [arm64(), relr(), i386(), module()];

/** Read all that a screen or a dump may ask for. Rows that cannot be read are ParseErrors; nothing else is allowed. */
function readAll(kernel: Vmlinux): void {
  const attempt = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      expect(error.message).not.toMatch(/[\n\r\x1b]|undefined|NaN|\[object/);
    }
  };
  const addresses = [0n, 0x1000n, 0xc0008010n, 0xffff800010000008n, 2n ** 64n - 1n];
  const { elf, relocations } = kernel;
  for (const section of elf.sections) attempt(() => elf.sectionBytes(section));
  for (const address of addresses) attempt(() => elf.bytesAt(address, 64));
  elf.buildId();
  elf.readNotes();

  const symbols = readyValue(kernel.symbols);
  for (let row = 0; row < Math.min(symbols?.table.count ?? 0, 500); row++) {
    const table = symbols?.table;
    for (const read of ['name', 'value', 'size', 'type', 'binding', 'visibility', 'sectionOf', 'fileOffset'] as const) {
      table?.[read](row);
    }
    symbols?.containing(symbols.address(row) + 1n);
    symbols?.functionPosition(row);
  }
  for (const address of addresses) {
    symbols?.symbolAt(address);
    symbols?.containing(address);
    symbols?.nextFunction(address);
  }
  for (let row = 0; row < Math.min(relocations.count, 500); row++) {
    const found = relocations.row(row);
    relocations.describe(row);
    if (found === undefined) continue;
    const table = relocations.symbolTableOf(found.table);
    attempt(() => table?.name(found.symbol));
    found.table.machine.name(found.type);
    relocations.firstTouching(found.address, found.address + 8n);
  }
  const region = readyValue(kernel.mcount);
  if (region !== undefined) {
    expect(region.counts.slots).toBe(region.count);
    for (let slot = 0; slot < Math.min(region.count, 500); slot++) region.slotAt(region.slot(slot).place);
    for (let row = 0; row < Math.min(symbols?.table.count ?? 0, 100); row++) region.slotOfFunction(row);
    for (const address of addresses) region.slotBefore(address);
    expect(region.relocatedBytes().length).toBe(region.bytes.length);
    expect(region.stateInWords).not.toBe('');
  }
  const btfPart = readyValue(kernel.btf);
  for (const id of btfPart?.btf.funcs ?? []) btfPart?.btf.nameOf(id);
}

/** Open and read one damaged file. @throws whatever is neither a ParseError of open() nor a part's complaint */
function survive(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes);
  const memory = process.memoryUsage().arrayBuffers;
  const took = cpuTime(() => {
    let kernel: Vmlinux;
    try {
      kernel = Vmlinux.open(path);
    } catch (error) {
      if (error instanceof ParseError) return;
      throw error;
    }
    try {
      readAll(kernel);
    } finally {
      kernel.close();
    }
  });
  expect(took).toBeLessThan(mostTime);
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(mostMemory);
}

/** Run each damage, and name the one that was not survived. */
function surviveAll(damages: Iterable<readonly [what: string, bytes: Uint8Array]>): void {
  const path = `${tempDirectory()}/vmlinux`;
  for (const [what, bytes] of damages) {
    try {
      survive(path, bytes);
    } catch (error) {
      throw new Error(`not survived: ${what}`, { cause: error });
    }
  }
}

/** Every item, or in the quick loop an even choice of them. */
function* chosen<T>(items: readonly T[], most: number): Generator<T> {
  const step = isFull ? 1 : Math.max(1, items.length / most);
  for (let i = 0; i < items.length; i += step) yield items[Math.floor(i)] as T;
}

test.each(samples)('$name: undamaged, every part can be read', ({ file }) => {
  surviveAll([['nothing', file.bytes]]);
});

test.each(samples)('$name: cut off at every length', ({ file }) => {
  const lengths = Array.from({ length: file.bytes.length }, (_, length) => length);
  surviveAll(
    (function* () {
      for (const length of chosen(lengths, quickRuns)) yield [`${length} bytes`, file.bytes.subarray(0, length)];
    })(),
  );
});

/** The bytes of headers and tables; the code between them is read by nobody. */
function tableBytes(file: BuiltElf): number[] {
  const size = file.bytes.length;
  const offsets = Array.from({ length: file.place('.text').offset }, (_, i) => i);
  for (let i = file.shoff; i < size; i++) offsets.push(i);
  for (const name of [
    '.symtab',
    '.strtab',
    '.symtab_shndx',
    '.rela.dyn',
    '.rel.dyn',
    '.relr.dyn',
    '.BTF',
    '.notes',
    '.debug_str',
    '.init.data',
    '.rela__mcount_loc',
    '.shstrtab',
  ]) {
    try {
      const { offset, size: length } = file.place(name);
      for (let i = offset; i < offset + length; i++) offsets.push(i);
    } catch {
      // Not every sample has every table.
    }
  }
  return offsets;
}

test.each(samples)('$name: each byte of its tables 0, 0xff, one more, one less', ({ file }) => {
  const flips = tableBytes(file).flatMap((offset) => [0, 0xff, 1, -1].map((change) => ({ offset, change })));
  surviveAll(
    (function* () {
      for (const { offset, change } of chosen(flips, quickRuns)) {
        const bytes = Uint8Array.from(file.bytes);
        bytes[offset] = change === 0 || change === 0xff ? change : (bytes[offset] ?? 0) + change;
        yield [`byte ${offset} ${change}`, bytes];
      }
    })(),
  );
});

const headerNames = [
  'e_type',
  'e_machine',
  'e_phoff',
  'e_shoff',
  'e_phentsize',
  'e_phnum',
  'e_shentsize',
  'e_shnum',
  'e_shstrndx',
];
const sectionNames = [
  'sh_name',
  'sh_type',
  'sh_flags',
  'sh_addr',
  'sh_offset',
  'sh_size',
  'sh_link',
  'sh_info',
  'sh_addralign',
  'sh_entsize',
];
const segmentNames = ['p_type', 'p_offset', 'p_vaddr', 'p_filesz', 'p_memsz', 'p_align'];
const symbolNames = ['st_name', 'st_info', 'st_shndx', 'st_value', 'st_size'];

/** Each field by the name that the specification gives it. */
function fieldsOf(
  sample: Sample,
): { readonly what: string; readonly patch: (file: BuiltElf, value: bigint) => void }[] {
  const { file } = sample;
  const sections = [
    '',
    '.text',
    '.init.data',
    '.rela.dyn',
    '.rel.dyn',
    '.relr.dyn',
    '.BTF',
    '.notes',
    '.debug_str',
    '__mcount_loc',
    '.rela__mcount_loc',
    '.symtab',
    '.strtab',
    '.symtab_shndx',
    '.shstrtab',
  ].filter((name) => {
    try {
      return file.place(name).index >= 0;
    } catch {
      return false;
    }
  });
  const symbols = file.place('.symtab').size / (file.bytes[4] === 2 ? 24 : 16);
  return [
    ...headerNames.map((field) => ({
      what: field,
      patch: (to: BuiltElf, value: bigint) => to.patchHeader(field, value),
    })),
    ...sections.flatMap((name) =>
      sectionNames.map((field) => ({
        what: `${name} ${field}`,
        patch: (to: BuiltElf, value: bigint) => to.patchSection(name, field, value),
      })),
    ),
    ...(file.phoff === 0 ? [] : segmentNames).map((field) => ({
      what: field,
      patch: (to: BuiltElf, value: bigint) => to.patchSegment(0, field, value),
    })),
    ...Array.from({ length: symbols }, (_, row) => row).flatMap((row) =>
      symbolNames.map((field) => ({
        what: `symbol ${row} ${field}`,
        patch: (to: BuiltElf, value: bigint) => to.patchSymbol(row, field, value),
      })),
    ),
  ];
}

const makers = [arm64, relr, i386, module];
test.each(samples.map((sample, i) => ({ ...sample, make: makers[i]! })))(
  '$name: each field of its tables at its extremes',
  ({ make, ...sample }) => {
    const size = BigInt(sample.file.bytes.length);
    const extremes = [
      0n,
      1n,
      2n,
      3n,
      7n,
      size - 1n,
      size,
      size + 1n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 40n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 63n,
      2n ** 64n - 8n,
      2n ** 64n - 1n,
    ];
    const runs = fieldsOf(sample).flatMap((field) => extremes.map((value) => ({ ...field, value })));
    surviveAll(
      (function* () {
        for (const { what, patch, value } of chosen(runs, quickRuns)) {
          const { file } = make();
          patch(file, value);
          yield [`${what} = ${value}`, file.bytes];
        }
      })(),
    );
  },
);

test('pairs of damaged fields, the same for a seed', () => {
  const seed = Number(process.env['KINSPECT_SEED'] ?? 1);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const values = [0n, 1n, 64n, 0x1000n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 64n - 1n];
  surviveAll(
    (function* () {
      for (let run = 0; run < (isFull ? 50_000 : 1000); run++) {
        const which = random(makers.length);
        const { name, file } = makers[which]!();
        const fields = fieldsOf({ name, file });
        const changes: string[] = [];
        for (let i = 0; i < 2 + random(3); i++) {
          const { what, patch } = fields[random(fields.length)]!;
          const value = random(3) === 0 ? BigInt(random(file.bytes.length)) : values[random(values.length)]!;
          patch(file, value);
          changes.push(`${what} = ${value}`);
        }
        yield [`seed ${seed}, run ${run}, ${name}: ${changes.join(', ')}`, file.bytes];
      }
    })(),
  );
});
