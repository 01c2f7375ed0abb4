import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { isRawBtf } from '../../src/btf/header.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { BtfWriter, everyKind } from '../helpers/btf-writer.ts';

const parse = (bytes: Uint8Array, base?: Btf): Btf => Btf.parse(memorySource(bytes), base);
const rich = (btf: Btf): unknown[] => Array.from({ length: btf.endId }, (_, id) => btf.type(id));

test('each kind is told in its own terms', () => {
  const btf = parse(everyKind().build());
  expect(btf.type(0)).toEqual({ kind: 'VOID', id: 0, name: '' });
  expect(btf.type(4)).toMatchObject({ kind: 'INT', name: 'odd encoding', encoding: 3, bitsOffset: 5, nrBits: 7 });
  expect(btf.type(7)).toMatchObject({ kind: 'ARRAY', elementType: 1, indexType: 5, nelems: 0xffffffff });
  expect(btf.type(10)).toMatchObject({
    kind: 'STRUCT',
    name: '',
    members: [
      { name: 'plain', bitOffset: 0, bitfieldSize: 0 },
      { name: 'bits', bitOffset: 37, bitfieldSize: 3 },
      { name: 'top', bitOffset: 0xffffff, bitfieldSize: 255 },
    ],
  });
  expect(btf.type(11)).toMatchObject({ kind: 'UNION', members: [{ bitOffset: 0xffffffff, bitfieldSize: 0 }] });
  expect(btf.type(13)).toMatchObject({
    kind: 'ENUM',
    signed: false,
    enumerators: [{ value: 0n }, { value: 0xffffffffn }],
  });
  expect(btf.type(14)).toMatchObject({ kind: 'ENUM', signed: true, enumerators: [{ name: 'LOW', value: -1n }] });
  expect(btf.type(17)).toMatchObject({ kind: 'FWD', fwdKind: 'union' });
  expect(btf.type(22)).toMatchObject({
    kind: 'FUNC_PROTO',
    returnType: 1,
    parameters: [{ name: 'file', type: 6 }],
    variadic: true,
  });
  expect(btf.type(23)).toMatchObject({ parameters: [], variadic: false });
  const linkages = [24, 25, 26, 27].map((id) => btf.type(id));
  expect(linkages.map((type) => type.kind === 'FUNC' && type.linkage)).toEqual([
    'static',
    'global',
    'extern',
    'unknown',
  ]);
  expect(btf.type(32)).toMatchObject({
    kind: 'DATASEC',
    size: 64,
    variables: [{ type: 28 }, { offset: 8 }, { size: 2 }],
  });
  expect(btf.type(34)).toMatchObject({ kind: 'DECL_TAG', target: 22, componentIdx: -1 });
  expect(btf.type(38)).toMatchObject({ kind: 'ENUM64', enumerators: [{ value: 2n ** 64n - 1n }, { value: 1n }] });
  expect(btf.type(39)).toMatchObject({ signed: true, enumerators: [{ value: -(2n ** 63n) }] });
  expect(btf.nameOf(40)).toBe('caf\u00e9\u0001\u001b[31m');
});

test('either byte order, at any alignment in memory, gives the same types', () => {
  const little = parse(everyKind().build());
  const big = everyKind({ bigEndian: true }).build();
  const shifted = new Uint8Array(big.length + 1);
  shifted.set(big, 1);
  expect(little.header.littleEndian).toBe(true);
  expect(parse(big).header.littleEndian).toBe(false);
  expect(rich(parse(big))).toEqual(rich(little));
  expect(rich(parse(shifted.subarray(1)))).toEqual(rich(little));
});

test('counts are of records, by kind, without void', () => {
  const btf = parse(everyKind().build());
  const counts = btf.kindCounts();
  expect(counts).toMatchObject({ VOID: 0, INT: 5, FUNC: 4, FUNC_PROTO: 2, ENUM64: 2, TYPE_TAG: 2 });
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(btf.typeCount);
  expect([btf.typeCount, btf.endId, btf.funcCount]).toEqual([41, 42, 4]);
  expect(btf.damage).toBeUndefined();
});

test('a FUNC name finds every record that has it, in file order, and nothing else', () => {
  const b = new BtfWriter();
  const proto = b.proto(0, []);
  const names = Array.from({ length: 300 }, (_, i) => `f${i % 100}`);
  const ids = names.map((name) => b.func(name, proto));
  b.variable('not_a_func', proto, 0);
  b.func('na\u00efve', proto);
  const btf = parse(b.build());
  expect([...btf.funcs].slice(0, 300)).toEqual(ids);
  for (const [i, name] of names.entries()) {
    expect(btf.funcByName(name)).toEqual([ids[i % 100], ids[(i % 100) + 100], ids[(i % 100) + 200]]);
  }
  expect(btf.funcByName('na\u00efve')).toHaveLength(1);
  expect(btf.funcByName('not_a_func')).toEqual([]);
  expect(btf.funcByName('f')).toEqual([]);
  expect(btf.funcByName('f1000')).toEqual([]);
  expect(btf.funcByName('')).toEqual([]);
});

test('a name with a character that no byte can spell is not found under its low bytes', () => {
  const b = new BtfWriter();
  b.func('a', b.proto(0, []));
  expect(parse(b.build()).funcByName('\u0161')).toEqual([]);
});

test('the file offset of a record points at its name_off', () => {
  const b = new BtfWriter();
  b.struct('first', 4, [['m', 2, 0]]);
  const second = b.int('second', 4);
  const bytes = b.build();
  const btf = Btf.parse(memorySource(bytes, 'vmlinux', (at) => 0x1000 + at));
  expect(btf.recordOffset(second)).toBe(0x1000 + 24 + b.lastRecord);
  expect(btf.header.fileOffset).toBe(0x1000);
  expect(btf.recordOffset(0)).toBeUndefined();
  expect(btf.recordOffset(99)).toBeUndefined();
});

test('split BTF sees the types, names and functions of its base', () => {
  const baseWriter = new BtfWriter();
  const int = baseWriter.int('int', 4, 1);
  const shared = baseWriter.func('shared', baseWriter.proto(int, []));
  const baseName = baseWriter.string('from_base');
  const b = new BtfWriter({ base: baseWriter });
  const pointer = b.pointer(int);
  const again = b.func('shared', b.proto(pointer, []));
  const borrowed = b.record([baseName, 0x0c000000, int]);
  const base = parse(baseWriter.build());
  const btf = parse(b.build(), base);
  expect([btf.firstId, btf.endId, btf.typeCount, btf.funcCount]).toEqual([base.endId, borrowed + 1, 4, 2]);
  expect(btf.type(int)).toEqual(base.type(int));
  expect(btf.type(pointer)).toMatchObject({ kind: 'PTR', target: int });
  expect(btf.funcByName('shared')).toEqual([shared, again]);
  expect(btf.funcByName('from_base')).toEqual([borrowed]);
  expect(btf.nameOf(borrowed)).toBe('from_base');
  expect(btf.recordOffset(int)).toBe(base.recordOffset(int));
});

test('split BTF may have no strings of its own', () => {
  const baseWriter = everyKind();
  const b = new BtfWriter({ base: baseWriter });
  const pointer = b.pointer(1);
  const btf = parse(b.build(), parse(baseWriter.build()));
  expect(btf.kindOf(pointer)).toBe('PTR');
  expect(btf.damage).toBeUndefined();
});

test('a vlen of more than 16 bits is read, as newer kernels write it', () => {
  const b = new BtfWriter();
  const count = 0x1_0002;
  b.record([0, 0x06000000 + count, 4, ...new Array<number>(count * 2).fill(0)]);
  const after = b.int('after', 4);
  const btf = parse(b.build());
  expect(btf.raw(1).vlen).toBe(count);
  expect(btf.nameOf(after)).toBe('after');
});

test('a header longer than the one known is skipped by its length', () => {
  const bytes = everyKind().build();
  const longer = new Uint8Array(bytes.length + 8);
  longer.set(bytes.subarray(0, 24));
  longer.set(bytes.subarray(24), 32);
  longer[4] = 32;
  expect(rich(parse(longer))).toEqual(rich(parse(bytes)));
});

test('a raw file is known by its magic in either byte order', () => {
  expect(isRawBtf(memorySource(everyKind().build()))).toBe(true);
  expect(isRawBtf(memorySource(everyKind({ bigEndian: true }).build()))).toBe(true);
  expect(isRawBtf(memorySource(Buffer.from('\x7fELF')))).toBe(false);
  expect(isRawBtf(memorySource(Buffer.from('\x9f', 'latin1')))).toBe(false);
});
