/** Records that can be read and have values that no BTF has: those that the kernel's raw tests have it refuse, and their neighbours. */
import { describe, expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { BtfWriter, type HeaderOverrides } from '../helpers/btf-writer.ts';

const BASE = 0x1000;
const complaintsOf = (bytes: Uint8Array, base?: Btf): readonly string[] =>
  Btf.parse(
    memorySource(bytes, 'vmlinux', (at) => BASE + at),
    base,
  ).complaints;

/** Types 1 to 4. */
function small(): BtfWriter {
  const b = new BtfWriter();
  b.int('int', 4, 1);
  b.pointer(1);
  b.struct('pair', 8, [
    ['first', 1, 0],
    ['second', 1, 32],
  ]);
  b.proto(1, [['a', 1]]);
  return b;
}

/** The record after those of {@link small}: its first wrong word, and what is said of it. */
type Wrong = readonly [word: number, problem: string, add: (b: BtfWriter) => number];

const info = (kind: number, vlen: number, flag = false): number => (flag ? 0x8000_0000 : 0) + kind * 0x100_0000 + vlen;

const wrong: Readonly<Record<string, Wrong>> = {
  'INT, a vlen': [1, 'its vlen is 1, expected 0', (b) => b.record([b.string('i'), info(1, 1), 4, 32])],
  'INT, kind_flag': [1, 'its kind_flag is set, and no INT has one', (b) => b.record([0, info(1, 0, true), 4, 32])],
  'INT, two encodings': [3, 'its encoding is 3, expected 0, 1 (signed), 2 (char) or 4 (bool)', (b) => b.int('i', 4, 3)],
  'INT, bits above the encoding': [
    3,
    'the upper four bits of its encoding are not 0',
    (b) => b.record([0, info(1, 0), 4, 0x1000_0020]),
  ],
  'INT, more bits than bytes': [3, 'its last bit is 32, and it has 32', (b) => b.int('i', 4, 0, 33)],
  'INT, an offset past its bytes': [3, 'its last bit is 32, and it has 32', (b) => b.int('i', 4, 0, 32, 1)],
  'INT, more than 128 bits': [3, 'its last bit is 128, and it has 128', (b) => b.int('i', 32, 0, 129)],
  'PTR, a name': [0, "it has the name 'p', and no PTR has one", (b) => b.record([b.string('p'), info(2, 0), 1])],
  'CONST, a vlen': [1, 'its vlen is 2, expected 0', (b) => b.record([0, info(10, 2), 1])],
  'ARRAY, a size': [2, 'its size field is 8, expected 0', (b) => b.record([0, info(3, 0), 8, 1, 1, 2])],
  'ARRAY of void': [3, 'its elements are void', (b) => b.array(0, 1, 2)],
  'ARRAY, void for an index': [4, 'its index type is void', (b) => b.array(1, 0, 2)],
  'STRUCT, a name with a space': [0, "its name 'a b' is no C identifier", (b) => b.struct('a b', 0, [])],
  'STRUCT, a name of Rust': [0, "its name 'Option<u32>' is no C identifier", (b) => b.struct('Option<u32>', 0, [])],
  'STRUCT, a name of 512 bytes': [
    0,
    `its name '${'s'.repeat(80)}…' is no C identifier`,
    (b) => b.struct('s'.repeat(512), 0, []),
  ],
  'STRUCT, a void member': [4, 'member 0 (m) is of type void', (b) => b.struct('s', 8, [['m', 0, 0]])],
  'STRUCT, members out of order': [
    8,
    'member 1 (y) begins at bit 0, and the one before it at bit 32',
    (b) =>
      b.struct('s', 8, [
        ['x', 1, 32],
        ['y', 1, 0],
      ]),
  ],
  'STRUCT, a member past its end': [
    5,
    'member 0 (m) ends at bit 64, past its 4 bytes',
    (b) => b.struct('s', 4, [['m', 3, 0]]),
  ],
  'STRUCT, a pointer past its end': [
    8,
    'member 1 ends at bit 64, past its 6 bytes',
    (b) =>
      b.struct('s', 6, [
        ['x', 1, 0],
        ['', 2, 32],
      ]),
  ],
  'STRUCT, a bit-field past its end': [
    5,
    'member 0 (m) ends at bit 35, past its 4 bytes',
    (b) => b.struct('s', 4, [['m', 1, 5 * 0x100_0000 + 30]], true),
  ],
  'STRUCT, an array past its end': [
    5,
    'member 0 (m) ends at bit 96, past its 8 bytes',
    (b) => {
      const array = b.endId + 1;
      const id = b.struct('s', 8, [['m', array, 0]]);
      b.array(1, 1, 3);
      return id;
    },
  ],
  'STRUCT, a name of a member': [
    3,
    'member 0 (a-b) has a name that is no C identifier',
    (b) => b.struct('s', 4, [['a-b', 1, 0]]),
  ],
  'UNION, a member that is not at 0': [
    5,
    'member 0 (m) begins at bit 8 of a union, expected 0',
    (b) => b.union('u', 8, [['m', 1, 8]]),
  ],
  'ENUM, a size': [2, 'its size is 3, expected 1, 2, 4 or 8', (b) => b.enum('e', 3, [['A', 1]])],
  'ENUM, an enumerator without a name': [3, 'enumerator 0 has no name', (b) => b.enum('e', 4, [['', 1]])],
  'ENUM64, a size': [2, 'its size is 16, expected 1, 2, 4 or 8', (b) => b.enum64('e', 16, [['A', 1n]])],
  'ENUM64, the name of an enumerator': [
    6,
    'enumerator 1 (1B) has a name that is no C identifier',
    (b) =>
      b.enum64('e', 8, [
        ['A', 1n],
        ['1B', 2n],
      ]),
  ],
  'FWD, a type': [2, 'its type field is 1, expected 0', (b) => b.record([b.string('f'), info(7, 0), 1])],
  'FWD, no name': [0, 'it has no name', (b) => b.forward('')],
  'TYPEDEF, no name': [0, 'it has no name', (b) => b.typedef('', 1)],
  'TYPEDEF, kind_flag': [
    1,
    'its kind_flag is set, and no TYPEDEF has one',
    (b) => b.record([b.string('t'), info(8, 0, true), 1]),
  ],
  'FUNC, no name': [0, 'it has no name', (b) => b.func('', 4)],
  'FUNC, a name with a bracket': [0, "its name 'f()' is no C identifier", (b) => b.func('f()', 4)],
  'FUNC, linkage': [1, 'its linkage is 3, expected 0 (static), 1 (global) or 2 (extern)', (b) => b.func('f', 4, 3)],
  'FUNC_PROTO, a name': [
    0,
    "it has the name 'p', and no FUNC_PROTO has one",
    (b) => b.record([b.string('p'), info(13, 0), 1]),
  ],
  'FUNC_PROTO, a void that is not the last': [
    4,
    "parameter 0 is of type void, which only a last one without a name may be, for '...'",
    (b) =>
      b.proto(1, [
        ['', 0],
        ['b', 1],
      ]),
  ],
  'FUNC_PROTO, a void with a name': [
    4,
    "parameter 0 (v) is of type void, which only a last one without a name may be, for '...'",
    (b) => b.proto(1, [['v', 0]]),
  ],
  'FUNC_PROTO, the name of a parameter': [
    3,
    'parameter 0 (a b) has a name that is no C identifier',
    (b) => b.proto(1, [['a b', 1]]),
  ],
  'VAR, no name': [0, 'it has no name', (b) => b.variable('', 1, 0)],
  'VAR, void': [2, 'its type is void', (b) => b.variable('v', 0, 0)],
  'VAR, linkage': [3, 'its linkage is 7, expected 0 (static), 1 (global) or 2 (extern)', (b) => b.variable('v', 1, 7)],
  'DATASEC, no name': [0, 'it has no name', (b) => b.datasec('', 4, [])],
  'FLOAT, a size': [2, 'its size is 3, expected 2, 4, 8, 12 or 16', (b) => b.float('f', 3)],
  'TYPE_TAG, no name': [0, 'it has no name', (b) => b.typeTag('', 1)],
  'DECL_TAG, no name': [0, 'it has no name', (b) => b.declTag('', 3, -1)],
  'DECL_TAG, a component below -1': [
    3,
    'its component_idx is -2, and its type has 2 to be tagged',
    (b) => b.declTag('t', 3, -2),
  ],
  'DECL_TAG, a member that is not there': [
    3,
    'its component_idx is 2, and its type has 2 to be tagged',
    (b) => b.declTag('t', 3, 2),
  ],
};

test.each(Object.entries(wrong))('%s', (_, [word, problem, add]) => {
  const b = small();
  const at = BASE + 24 + b.lastRecord + 4 * 5 + word * 4;
  const id = add(b);
  const [found, ...more] = complaintsOf(b.build());
  const where = new RegExp(`^BTF type ${id} \\([A-Z_0-9]+\\) at file offset 0x${at.toString(16)}: `);
  expect(found).toMatch(where);
  expect(found?.replace(where, '')).toBe(`${problem}; the kernel's verifier refuses that`);
  expect(more).toEqual([]);
});

describe('variables of a section', () => {
  const section = (size: number, ...places: readonly (readonly [number, number])[]): readonly string[] => {
    const b = small();
    const ids = places.map((_, i) => b.variable(`v${i}`, 1, 1));
    b.datasec(
      '.data',
      size,
      places.map(([offset, bytes], i) => [ids[i] as number, offset, bytes] as const),
    );
    return complaintsOf(b.build()).map((found) =>
      found.replace(/^BTF type \d+ \(DATASEC\) at file offset 0x[0-9a-f]+: /, ''),
    );
  };
  const refused = "; the kernel's verifier refuses that";

  test.each([
    ['that overlap', [8, [0, 4], [2, 4]], 'variable 1 begins at 2, and the one before it ends at 4'],
    ['out of order', [8, [4, 4], [0, 4]], 'variable 1 begins at 0, and the one before it ends at 8'],
    ['past its end', [8, [0, 4], [6, 4]], 'variable 1 ends at 10, past its 8 bytes'],
    ['without bytes', [8, [0, 0]], 'variable 0 has no bytes'],
  ] as const)('%s', (_, [size, ...places], problem) => {
    expect(section(size, ...places)).toEqual([problem + refused]);
  });

  test('whose size the loader fills in are not looked at', () => {
    expect(section(0, [0, 4], [0, 4])).toEqual([]);
    expect(section(8, [0, 4], [4, 4])).toEqual([]);
  });
});

test('what kernels have is not complained of', () => {
  const b = small();
  const int128 = b.int('__int128', 16, 1);
  b.int('long unsigned int', 8);
  b.float('long double', 16);
  b.struct('empty', 0, []);
  b.struct('flexible', 4, [
    ['n', 1, 0],
    ['all', b.endId + 1, 32],
  ]);
  b.array(int128, 1, 0);
  b.struct('anonymous', 8, [['', 3, 0]]);
  b.struct(
    'bits',
    4,
    [
      ['a', 1, 3 * 0x100_0000],
      ['b', 1, 29 * 0x100_0000 + 3],
    ],
    true,
  );
  b.enum('declared', 4, []);
  b.enum('small', 1, [['A', 1]], true);
  b.func('with.isra.0', 4);
  const proto = b.proto(0, [
    ['', 1],
    ['', 0],
  ]);
  const func = b.func('variadic', proto, 1);
  b.declTag('bpf_kfunc', func, -1);
  b.declTag('arg', func, 1);
  b.typeTag('address_space(1)', 1, true);
  b.datasec('.data..percpu', 4, [[b.variable('v', 1, 1), 0, 4]]);
  expect(complaintsOf(b.build())).toEqual([]);
});

test('of many the first is told, with their number', () => {
  const b = small();
  for (const size of [3, 5, 6]) b.float('f', size);
  expect(complaintsOf(b.build())).toEqual([
    expect.stringMatching(
      /^BTF type 5 .*: its size is 3, expected 2, 4, 8, 12 or 16; the kernel's verifier refuses that; it is the first of 3 such records$/,
    ),
  ]);
});

test('a name of a megabyte in every record is not gone through for each', () => {
  const b = new BtfWriter();
  const name = b.string('n'.repeat(1 << 20));
  for (let i = 0; i < 100_000; i++) b.record([name + i, info(8, 0), 0]);
  const started = performance.now();
  expect(complaintsOf(b.build())[0]).toContain('it is the first of 100000 such records');
  expect(performance.now() - started).toBeLessThan(5000);
});

describe('bytes that are in neither section', () => {
  const header = (overrides: HeaderOverrides): readonly string[] => complaintsOf(small().build(overrides));
  const typeLength = 4 * (4 + 3 + 9 + 5);

  test.each<[string, HeaderOverrides, number, string]>([
    ['types that type_len leaves out', { type_len: typeLength - 20 }, 12, '20 bytes between types and strings'],
    [
      'types that type_off leaves out',
      { type_off: 16, type_len: typeLength - 16 },
      8,
      '16 bytes between header and types',
    ],
  ])('%s', (_, overrides, field, what) => {
    expect(header(overrides)[0]).toBe(
      `BTF header at file offset 0x${(BASE + field).toString(16)}: ${what} are in neither section, and are not read`,
    );
  });

  test('behind the strings', () => {
    const bytes = small().build();
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(complaintsOf(longer)).toEqual([
      `BTF header at file offset 0x${(BASE + 20).toString(16)}: 8 bytes behind the strings are in neither section, and are not read`,
    ]);
  });

  test('flags', () => {
    const bytes = small().build();
    bytes[3] = 1;
    expect(complaintsOf(bytes)).toEqual([
      `BTF header at file offset 0x${(BASE + 3).toString(16)}: flags is 1, and none are known`,
    ]);
  });
});
