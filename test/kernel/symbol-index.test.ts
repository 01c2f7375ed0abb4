import { expect, test } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { isMappingSymbol, type SymbolIndexByAddress } from '../../src/kernel/symbol-index.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter, type SymbolOptions } from '../helpers/elf-writer.ts';
import { openKernel } from './small-kernel.ts';

type Row = readonly [name: string, options: SymbolOptions];

function indexOf(rows: readonly Row[], type: 'DYN' | 'REL' = 'DYN'): SymbolIndexByAddress {
  const writer = new ElfWriter({ type });
  writer.section('.text', { flags: 'AX', addr: type === 'DYN' ? 0x1000 : 0, bytes: new Uint8Array(0x100) });
  writer.section('.data', { flags: 'WA', addr: type === 'DYN' ? 0x2000 : 0, bytes: new Uint8Array(0x100) });
  writer.section('.comment', { bytes: new Uint8Array(0x100) });
  for (const [name, options] of rows) writer.symbol(name, options);
  return readyValue(openKernel(writer.build()).symbols)!;
}
const at = (value: number, options: SymbolOptions = {}): SymbolOptions => ({ section: '.text', value, ...options });
const func = (value: number, options: SymbolOptions = {}): SymbolOptions =>
  at(value, { type: 'FUNC', size: 16, ...options });

test('rows that name a place are ordered by address, equals in table order', () => {
  const index = indexOf([
    ['third', at(0x1010)],
    ['.text', at(0x1000, { type: 'SECTION' })],
    ['file.c', { section: 'ABS', type: 'FILE' }],
    ['first', at(0x1000)],
    ['undefined', { value: 0x1001 }],
    ['absolute', { section: 'ABS', value: 0x1001 }],
    ['common', { section: 'COMMON', value: 8 }],
    ['thread', at(0x1001, { type: 'TLS' })],
    ['second', func(0x1000)],
    ['high', { section: '.data', value: 0xffff_8000_0000_0000n }],
  ]);
  const names = (rows: Uint32Array) => [...rows].map((row) => index.table.name(row));
  expect(names(index.byAddress)).toEqual(['first', 'second', 'third', 'high']);
  expect(names(index.functionsByAddress)).toEqual(['second']);
});

test('of the names of an address the one shown is a function before data before others, global before weak before local', () => {
  const best = (...rows: Row[]): string | undefined => {
    const index = indexOf(rows);
    const row = index.symbolAt(0x1000n);
    return row === undefined ? undefined : index.table.name(row);
  };
  expect(best(['label', at(0x1000, { bind: 'GLOBAL' })], ['data', at(0x1000, { type: 'OBJECT' })])).toBe('data');
  expect(best(['data', at(0x1000, { type: 'OBJECT', bind: 'GLOBAL' })], ['local', func(0x1000)])).toBe('local');
  expect(
    best(
      ['local', func(0x1000)],
      ['weak', func(0x1000, { bind: 'WEAK' })],
      ['global', func(0x1000, { bind: 'GLOBAL' })],
    ),
  ).toBe('global');
  expect(best(['local', func(0x1000)], ['weak', func(0x1000, { bind: 'WEAK' })])).toBe('weak');
  expect(best(['one', func(0x1000)], ['two', func(0x1000)])).toBe('one');
  expect(best(['ifunc', at(0x1000, { type: 'IFUNC' })], ['data', at(0x1000, { type: 'OBJECT' })])).toBe('ifunc');
  expect(best(['$x', at(0x1000)], ['$d.12', at(0x1000)], ['label', at(0x1000)])).toBe('label');
  expect(best(['$x', at(0x1000)])).toBeUndefined();
  expect(best(['elsewhere', at(0x1008)])).toBeUndefined();
});

test('a mapping symbol is told by its name', () => {
  const names = ['$x', '$d', '$a', '$t', '$x.123', '$d.realdata', '$xrv64i2p1'];
  expect(names.filter(isMappingSymbol)).toEqual(names);
  expect(['x', '$', '$money', '_$x', ''].filter(isMappingSymbol)).toEqual([]);
});

test('a function is found at its start only, the next one from there on', () => {
  const index = indexOf([
    ['label', at(0x1000)],
    ['f', func(0x1010)],
    ['g', func(0x1040)],
  ]);
  expect([index.functionAt(0x1010n), index.functionAt(0x1011n), index.functionAt(0x1000n)]).toEqual([
    2,
    undefined,
    undefined,
  ]);
  expect([0n, 0x1010n, 0x1011n, 0x1041n, -5n, 2n ** 64n].map((address) => index.nextFunction(address))).toEqual([
    2,
    2,
    3,
    undefined,
    2,
    undefined,
  ]);
  expect([index.functionAt(-1n), index.functionAt(2n ** 64n + 0x1010n), index.symbolAt(-1n)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([index.functionPosition(2), index.functionPosition(3), index.functionPosition(1)]).toEqual([0, 1, 0]);
});

test('an address belongs to the symbol whose size reaches it, else to the nearest label of its section', () => {
  const index = indexOf([
    ['outer', func(0x1000, { size: 0x40 })],
    ['label', at(0x1010)],
    ['inner', at(0x1018, { type: 'OBJECT', size: 4 })],
    ['data_start', { section: '.data', value: 0x2000 }],
    ['_end', { section: '.data', value: 0x2100 }],
  ]);
  const name = (address: bigint) => {
    const found = index.containing(address);
    return found === undefined ? undefined : `${found.name}+${found.offset}`;
  };
  expect(name(0x1000n)).toBe('outer+0');
  expect(name(0x1019n)).toBe('inner+1');
  expect(name(0x1020n)).toBe('outer+32');
  expect(name(0x1050n)).toBe('label+64');
  expect(name(0x2004n)).toBe('data_start+4');
  expect(name(0x2100n)).toBe('_end+0');
  expect(name(0x2101n)).toBeUndefined();
  expect(name(0xfffn)).toBeUndefined();
  expect(name(2n ** 64n - 1n)).toBeUndefined();
});

test('a look-up never leaves the section for a label of the one before', () => {
  const index = indexOf([['last_of_text', at(0x10ff)]]);
  expect(index.containing(0x2008n)).toBeUndefined();
});

test('in a module symbols count from their sections, and those of sections that are not loaded have no place', () => {
  const index = indexOf(
    [
      ['first', func(0)],
      ['data', { section: '.data', value: 8, type: 'OBJECT', size: 8 }],
      ['comment', { section: '.comment', value: 0 }],
    ],
    'REL',
  );
  expect([...index.byAddress]).toEqual([1, 2]);
  expect([index.address(1), index.address(2)]).toEqual([0x1000n, 0x1108n]);
  expect(index.functionAt(0x1000n)).toBe(1);
});

test('a hundred thousand symbols at one address are not gone through for every question', () => {
  const writer = new ElfWriter();
  writer.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(0x100) });
  for (let i = 0; i < 100_000; i++) writer.symbol('f', { type: 'FUNC', section: '.text', value: 0x1000, size: 1 });
  const index = readyValue(openKernel(writer.build()).symbols)!;
  const took = cpuTime(() => {
    for (let i = 0; i < 100_000; i++) {
      index.functionAt(0x1000n);
      index.symbolAt(0x1000n);
      index.containing(0x1080n);
    }
  });
  expect(took).toBeLessThan(5000);
});

test('a symbol of a section that does not exist keeps its value, and in a module it has no place', () => {
  const rows = [['nowhere', { section: 0x200, value: 0x1008, type: 'FUNC', size: 4 }]] as const;
  const linked = indexOf(rows);
  expect(linked.table.sectionOf(1)).toBe(0x200);
  expect([linked.address(1), linked.functionAt(0x1008n)]).toEqual([0x1008n, 1]);
  expect([...indexOf(rows, 'REL').byAddress]).toEqual([]);
});
