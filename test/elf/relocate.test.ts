import { expect, test } from 'vitest';
import { relocationMachine } from '../../src/elf/machines/index.ts';
import { type Relocated, relocate } from '../../src/elf/relocate.ts';
import type { RelocationTable } from '../../src/elf/relocation-table.ts';
import { readyValue } from '../../src/errors.ts';
import { ElfWriter, type Relocation } from '../helpers/elf-writer.ts';
import { open } from './forms.ts';

type Machine = NonNullable<NonNullable<ConstructorParameters<typeof ElfWriter>[0]>['machine']>;
interface Case {
  readonly machine: Machine;
  readonly kind: 'rela' | 'rel' | 'relr';
  readonly entry: Partial<Relocation>;
  readonly raw: bigint;
  /** S. */
  readonly symbol?: bigint | undefined;
  readonly applied?: boolean;
  readonly wordSize?: 4 | 8;
}

function relocated({ machine, kind, entry, raw, symbol, applied, wordSize = 8 }: Case): Relocated {
  const writer = new ElfWriter({ machine, class: wordSize === 8 ? 64 : 32 });
  const options = { flags: applied === true ? '' : 'A' };
  if (kind === 'relr') writer.relr('.relr.dyn', [0x1000]);
  else writer[kind]('.dyn', [{ place: 0x1000, type: 0, ...entry }], options);
  const table = readyValue(open(writer.build()).readRelocations()[0]!.table) as RelocationTable;
  return relocate(table, table.entry(0), raw, symbol, wordSize);
}

test('a relative RELA entry gives its addend, whatever stands in the file', () => {
  const entry = { type: 1027, addend: 0xffff800010747510n };
  const machine = 'aarch64';
  expect(relocated({ machine, kind: 'rela', entry, raw: 0n })).toEqual({
    value: 0xffff800010747510n,
    by: 'rela-addend',
  });
  expect(relocated({ machine, kind: 'rela', entry, raw: 5n }).value).toBe(0xffff800010747510n);
});

test('a negative addend wraps to the width of the word', () => {
  const entry = { type: 8, addend: -8 };
  expect(relocated({ machine: 'x86_64', kind: 'rela', entry, raw: 0n }).value).toBe(2n ** 64n - 8n);
  expect(relocated({ machine: 'i386', kind: 'rela', entry, raw: 0n, wordSize: 4 }).value).toBe(2n ** 32n - 8n);
});

test('an absolute RELA entry gives symbol + addend', () => {
  const entry = { type: 1, symbol: 3, addend: 0x5dfdd0 };
  const found = relocated({ machine: 'x86_64', kind: 'rela', entry, raw: 0n, symbol: 0xffffffff81000000n });
  expect(found).toEqual({ value: 0xffffffff815dfdd0n, by: 'symbol-addend' });
});

test('RELR and relative REL leave the word that is the addend', () => {
  const raw = 0xffff800080012340n;
  expect(relocated({ machine: 'aarch64', kind: 'relr', entry: {}, raw })).toEqual({
    value: raw,
    by: 'in-place-addend',
  });
  const found = relocated({ machine: 'arm', kind: 'rel', entry: { type: 23 }, raw: 0xc0008000n, wordSize: 4 });
  expect(found).toEqual({ value: 0xc0008000n, by: 'in-place-addend' });
});

test('an absolute REL entry adds the symbol to the word while it is pending, and has done so when it is the linker’s', () => {
  const given = {
    machine: 'i386',
    kind: 'rel',
    entry: { type: 1, symbol: 2 },
    wordSize: 4,
    symbol: 0xc1000000n,
  } as const;
  expect(relocated({ ...given, raw: 0x10n })).toEqual({ value: 0xc1000010n, by: 'symbol-addend' });
  expect(relocated({ ...given, raw: 0xc1000010n, applied: true })).toEqual({ value: 0xc1000010n, by: 'symbol-addend' });
});

test('what the linker has applied is the word itself, and a word that disagrees is kept and told', () => {
  const given = {
    machine: 'x86_64',
    kind: 'rela',
    entry: { type: 1, symbol: 1, addend: 8 },
    symbol: 0x1000n,
    applied: true,
  } as const;
  expect(relocated({ ...given, raw: 0x1008n })).toEqual({ value: 0x1008n, by: 'symbol-addend' });
  expect(relocated({ ...given, raw: 0x2000n })).toEqual({
    value: 0x2000n,
    by: 'bytes',
    problem: 'the entry gives 0x1008; the linker has applied it and the bytes hold something else',
  });
});

test('padding changes nothing and is no problem', () => {
  expect(relocated({ machine: 'aarch64', kind: 'rela', entry: { type: 0 }, raw: 7n })).toEqual({
    value: 7n,
    by: 'bytes',
  });
  expect(relocated({ machine: 'aarch64', kind: 'rela', entry: { type: 256 }, raw: 7n }).problem).toBeUndefined();
});

test.each([
  [{ type: 283, symbol: 1 }, 8, 0x10n, 'R_AARCH64_CALL26 (type 283) is neither relative nor absolute: not computed'],
  [{ type: 9999 }, 8, undefined, 'Unknown (type 9999) is neither relative nor absolute: not computed'],
  [{ type: 258, symbol: 1 }, 8, 0x10n, 'R_AARCH64_ABS32 (type 258) stores 4 bytes, the slot has 8: not computed'],
  [{ type: 257, symbol: 77 }, 8, undefined, 'its symbol 77 is in no symbol table: not computed'],
] as const)('%o is refused in words, and the bytes stay', (entry, wordSize, symbol, problem) => {
  const found = relocated({ machine: 'aarch64', kind: 'rela', entry, raw: 0x42n, symbol, wordSize });
  expect(found).toEqual({ value: 0x42n, by: 'bytes', problem });
});

test.each([
  ['aarch64', 183, 1027, 'R_AARCH64_RELATIVE', 257, 'R_AARCH64_ABS64', 8],
  ['x86_64', 62, 8, 'R_X86_64_RELATIVE', 1, 'R_X86_64_64', 8],
  ['i386', 3, 8, 'R_386_RELATIVE', 1, 'R_386_32', 4],
  ['arm', 40, 23, 'R_ARM_RELATIVE', 2, 'R_ARM_ABS32', 4],
  ['ppc64', 21, 22, 'R_PPC64_RELATIVE', 38, 'R_PPC64_ADDR64', 8],
  ['s390x', 22, 12, 'R_390_RELATIVE', 22, 'R_390_64', 8],
  ['riscv', 243, 3, 'R_RISCV_RELATIVE', 2, 'R_RISCV_64', 8],
  ['mips64', 8, 3, 'R_MIPS_REL32', 18, 'R_MIPS_64', 8],
  ['loongarch', 258, 3, 'R_LARCH_RELATIVE', 2, 'R_LARCH_64', 8],
])(
  '%s knows its relative and its absolute type',
  (_, e_machine, relative, relativeName, absolute, absoluteName, size) => {
    const machine = relocationMachine(e_machine);
    expect([machine.name(relative), machine.classOf(relative), machine.relativeType]).toEqual([
      relativeName,
      'relative',
      relative,
    ]);
    expect([machine.name(absolute), machine.classOf(absolute), machine.absoluteSize(absolute)]).toEqual([
      absoluteName,
      'absolute',
      size,
    ]);
    expect([machine.classOf(0), machine.name(54321), machine.classOf(54321)]).toEqual(['none', 'Unknown', 'other']);
  },
);

test('of a machine that is not known nothing is computed', () => {
  const machine = relocationMachine(4242);
  expect([machine.name(1), machine.classOf(1), machine.relativeType]).toEqual(['Unknown', 'other', undefined]);
});
