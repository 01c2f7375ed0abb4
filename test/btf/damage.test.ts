/** What is said of BTF that is wrong, and what of it can be read all the same. */
import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { declaration, prototype } from '../../src/btf/print-c.ts';
import { printRaw } from '../../src/btf/print-raw.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { ParseError } from '../../src/errors.ts';
import { BtfWriter, everyKind, type HeaderOverrides } from '../helpers/btf-writer.ts';
import { cpuTime } from '../helpers/cpu-time.ts';

const BASE = 0x1000;
const parse = (bytes: Uint8Array, base?: Btf): Btf =>
  Btf.parse(
    memorySource(bytes, 'vmlinux', (at) => BASE + at),
    base,
  );

function failure(run: () => unknown): ParseError {
  try {
    run();
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function small(): BtfWriter {
  const b = new BtfWriter();
  b.int('int', 4, 1);
  b.pointer(1);
  return b;
}

test.each<[string, HeaderOverrides, string, string, number]>([
  ['another magic', { magic: 0x1234 }, 'bad-header', 'it begins with 34 12, and BTF begins with 9f eb or eb 9f', 0],
  ['another version', { version: 2 }, 'unsupported', 'version 2; only version 1 is known', 2],
  ['a short hdr_len', { hdr_len: 20 }, 'bad-header', 'hdr_len is 20; expected 24 to 57', 4],
  ['a hdr_len past the end', { hdr_len: 0xffffffff }, 'bad-header', 'hdr_len is 4294967295; expected 24 to 57', 4],
  ['an unaligned type_off', { type_off: 2 }, 'bad-header', 'type_off is 2; expected a multiple of 4', 8],
  [
    'a type_len into the strings',
    { type_len: 0xfffffffc },
    'bad-header',
    'the type section (0 + 4294967292) runs into the string section at str_off 28',
    12,
  ],
  [
    'a str_off past the end',
    { str_off: 0xfffffff0 },
    'truncated',
    'str_off 4294967280 + str_len 5 is past the 33 bytes after the header',
    16,
  ],
  [
    'a str_len past the end',
    { str_len: 6 },
    'truncated',
    'str_off 28 + str_len 6 is past the 33 bytes after the header',
    16,
  ],
])('%s is refused with the field and its place', (_, overrides, code, problem, field) => {
  const error = failure(() => parse(small().build(overrides)));
  expect(error).toMatchObject({ code, problem, structure: 'BTF header', offset: BASE + field });
});

test('strings that do not end with NUL are refused', () => {
  const bytes = small().build();
  bytes[bytes.length - 1] = 65;
  const error = failure(() => parse(bytes));
  expect(error.message).toBe('BTF string section at file offset 0x1038: its last byte is 65; expected 0');
});

test('strings that do not begin with NUL are refused, with word of split BTF', () => {
  const module = new BtfWriter({ base: small() });
  module.typedef('t', 1);
  const error = failure(() => parse(module.build()));
  expect(error).toMatchObject({ code: 'bad-string', problem: 'its first byte is 116; expected 0, the empty string' });
  expect(error.advice).toContain('on top of the BTF of its kernel');
});

test('an empty string section is refused', () => {
  expect(failure(() => parse(small().build({ str_len: 0 }))).problem).toContain('it is empty');
});

test('a file of three bytes is cut off, not BTF', () => {
  const error = failure(() => parse(small().build().subarray(0, 3)));
  expect(error).toMatchObject({ code: 'truncated', structure: 'BTF header' });
});

test('an id that does not exist is refused when it is followed', () => {
  const error = failure(() => parse(small().build()).type(3));
  expect(error).toMatchObject({ code: 'bad-reference', structure: 'BTF type 3' });
  expect(error.problem).toBe('there is no such type; ids 0 to 2 are there');
});

test('an unknown kind ends the types there, and those before it are read', () => {
  const b = small();
  const at = BASE + 24 + b.lastRecord + 12;
  b.record([0, 0x14000000, 0]);
  b.int('lost', 4);
  const btf = parse(b.build());
  expect(btf.typeCount).toBe(2);
  expect(btf.damage).toMatchObject({ code: 'unsupported', structure: 'BTF type 3 (kind 20)', offset: at + 4 });
  expect(btf.damage?.problem).toBe('kind 20 is unknown; kinds 1 to 19 are read');
  expect(btf.damage?.advice).toBe('types from 3 on cannot be read');
});

test('a record of kind 0 ends the types there', () => {
  const b = small();
  b.record([0, 0, 0]);
  const btf = parse(b.build());
  expect(btf.typeCount).toBe(2);
  expect(btf.damage).toMatchObject({ code: 'bad-value', structure: 'BTF type 3 (VOID)' });
});

test('a vlen that runs past the section ends the types there', () => {
  const b = small();
  b.record([b.string('huge'), 0x04ffffff, 8, 0, 1, 0]);
  const { damage } = parse(b.build());
  expect(damage).toMatchObject({
    code: 'truncated',
    structure: 'BTF type 3 (STRUCT)',
    offset: BASE + 24 + b.lastRecord,
  });
  expect(damage?.problem).toBe('it needs 201326592 bytes (vlen 16777215) and the type section has 24 left');
});

test('a type section that ends inside a record says so', () => {
  const { damage, typeCount } = parse(small().build({ type_len: 27 }));
  expect(typeCount).toBe(1);
  expect(damage).toMatchObject({ code: 'truncated', structure: 'BTF type 2' });
  expect(damage?.problem).toBe('12 bytes are needed and the type section has 11 left');
});

test('a name_off past the strings spoils one name and no other type', () => {
  const b = small();
  b.record([0x00ffffff, 0x08000000, 1]);
  const after = b.typedef('after', 1);
  const btf = parse(b.build());
  expect(btf.damage).toMatchObject({ code: 'bad-string', structure: 'BTF type 3 (TYPEDEF)' });
  expect(btf.nameOf(3)).toBe('(invalid)');
  expect(btf.nameOf(after)).toBe('after');
});

test('a name_off past the strings is found in members, enumerators and parameters too', () => {
  for (const info of [0x04000001, 0x05000001, 0x06000001, 0x0d000001, 0x13000001]) {
    const b = small();
    b.record([0, info, 4, 0x7777, 1, ...((info >>> 24) % 13 === 0 || info >>> 24 === 6 ? [] : [0])]);
    const { damage } = parse(b.build());
    expect(damage?.problem).toContain('the name_off of entry 0 is 30583');
    expect(damage?.offset).toBe(BASE + 24 + b.lastRecord + 12);
  }
});

test('a base that is damaged carries no split BTF, because its ids would be others', () => {
  const baseWriter = small();
  baseWriter.record([0, 0x1f000000, 0]);
  const base = parse(baseWriter.build());
  const error = failure(() => parse(new BtfWriter({ base: baseWriter }).build(), base));
  expect(error).toMatchObject({ code: 'bad-reference', structure: 'base BTF' });
});

/** Ask everything that panes and dumps ask; all of it must end, and only a ParseError may come out. */
function exercise(bytes: Uint8Array, base?: Btf): void {
  let btf: Btf;
  try {
    btf = parse(bytes, base);
  } catch (error) {
    if (error instanceof ParseError) return;
    throw error;
  }
  for (let id = 0; id < btf.endId; id++) {
    btf.type(id);
    declaration(btf, id, 'x');
    prototype(btf, id, { parameterNames: false, returnType: false });
    const name = btf.nameOf(id);
    if (btf.kindOf(id) === 'FUNC' && name !== '(invalid)') expect(btf.funcByName(name)).toContain(id);
  }
  let printed = 0;
  for (const chunk of printRaw(btf)) printed += chunk.length;
  expect(printed > 0).toBe(btf.typeCount > 0);
}

test('every truncation is refused', () => {
  const bytes = everyKind().build();
  for (let size = 0; size < bytes.length; size++) {
    expect(failure(() => parse(bytes.subarray(0, size)))).toBeInstanceOf(ParseError);
  }
});

test('a type section cut off at any byte keeps the whole records before the cut', () => {
  const whole = parse(everyKind().build());
  for (let size = 0; size <= whole.header.type_len; size++) {
    const btf = parse(everyKind().build({ type_len: size }));
    const offsetOf = (id: number) => (whole.recordOffset(id) ?? BASE + 24 + whole.header.type_len) - BASE - 24;
    let expected = 0;
    while (expected < whole.typeCount && offsetOf(expected + 2) <= size) expected++;
    expect(btf.typeCount).toBe(expected);
    expect(btf.damage === undefined).toBe(offsetOf(expected + 1) === size);
  }
});

test.each([false, true])('no flipped byte does worse than a ParseError (big-endian %s)', (bigEndian) => {
  const original = everyKind({ bigEndian }).build();
  const split = everyKind({ bigEndian, base: everyKind() }).build();
  const base = parse(everyKind().build());
  let seed = 0x2545f491;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 0x1_0000_0000) * below);
  };
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from(round % 4 === 0 ? split : original);
    for (let flips = 1 + random(4); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
    exercise(bytes, round % 4 === 0 ? base : undefined);
  }
});

const complaintsOf = (add: (b: BtfWriter) => void): readonly string[] => {
  const b = small();
  add(b);
  return parse(b.build()).complaints;
};
/** "BTF type 3 (CONST) at file offset 0x…" of the record that is written next, or of a word in it. */
const nextRecord = (kind: string, b: BtfWriter, word = 0): string =>
  `BTF type ${b.endId} (${kind}) at file offset 0x${(BASE + 24 + b.lastRecord + 12 + word * 4).toString(16)}`;

test('of BTF of every kind the section with a void in it is wrong, tags of prototypes, and the unusual values', () => {
  const found = parse(everyKind().build()).complaints;
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(
    /^BTF type 32 \(DATASEC\) .*: the type of entry 2 is 0 \(VOID\), expected a VAR; it is the first of 3 such references$/,
  );
  expect(found[1]).toMatch(/^BTF type 4 \(INT\) .*: its encoding is 3, .*; it is the first of 8 such records$/);
});

test('types that only point at themselves have nothing wrong', () => {
  expect(
    complaintsOf((b) => {
      const list = b.endId;
      // struct list { struct list *next; const list_t *const *all[2]; };   typedef struct list list_t;
      b.struct('list', 16, [
        ['next', list + 1, 0],
        ['all', list + 2, 64],
      ]);
      b.pointer(list);
      b.array(list + 3, 1, 2);
      b.pointer(list + 4);
      b.const(list + 5);
      b.pointer(list + 6);
      b.const(list + 7);
      b.typedef('list_t', list);
      // int (*f)(f): the kernel's verifier stops at the prototype too.
      b.pointer(b.endId + 1);
      b.proto(1, [['f', b.endId - 1]]);
    }),
  ).toEqual([]);
});

const bad: readonly [what: string, kind: string, word: number, problem: string, add: (b: BtfWriter) => void][] = [
  [
    'a member',
    'UNION',
    7,
    'the type of entry 1 is 99, and the last id is 3',
    (b) =>
      b.union('u', 8, [
        ['a', 1, 0],
        ['b', 99, 0],
      ]),
  ],
  ['an element', 'ARRAY', 3, 'its element type is 99, and the last id is 3', (b) => b.array(99, 1, 2)],
  ['an index', 'ARRAY', 4, 'its index type is 99, and the last id is 3', (b) => b.array(1, 99, 2)],
  [
    'a pointer to a FUNC',
    'PTR',
    2,
    'its type is 5 (FUNC), expected a type',
    (b) => {
      b.pointer(5);
      b.func('f', b.proto(1, []));
    },
  ],
  [
    'an argument',
    'FUNC_PROTO',
    4,
    'the type of entry 0 is 4 (VAR), expected a type',
    (b) => {
      b.proto(1, [['a', 4]]);
      b.variable('v', 1, 0);
    },
  ],
  [
    'a prototype that returns itself',
    'FUNC_PROTO',
    2,
    'its type is 3 (FUNC_PROTO), expected a type',
    (b) => b.proto(3, []),
  ],
  ['a FUNC without a type', 'FUNC', 2, 'its type is 0 (VOID), expected a FUNC_PROTO', (b) => b.func('f', 0)],
  [
    'a variable of a section',
    'DATASEC',
    3,
    'the type of entry 0 is 1 (INT), expected a VAR',
    (b) => b.datasec('.data', 4, [[1, 0, 4]]),
  ],
  [
    'a tag of itself',
    'DECL_TAG',
    2,
    'its type is 3 (DECL_TAG), expected a STRUCT, UNION, TYPEDEF, VAR or FUNC',
    (b) => b.declTag('t', 3, -1),
  ],
];
test.each(bad)('%s that leads nowhere is told with its word', (_, kind, word, problem, add) => {
  const where = nextRecord(kind, small(), word);
  expect(complaintsOf(add)).toEqual([`${where}: ${problem}`]);
});

test('of many references that lead nowhere the first is told, with their number', () => {
  const where = nextRecord('TYPEDEF', small(), 2);
  const found = complaintsOf((b) => {
    for (const name of ['a', 'b', 'c']) b.typedef(name, 1000);
  });
  expect(found).toEqual([`${where}: its type is 1000, and the last id is 5; it is the first of 3 such references`]);
});

test('types that contain themselves are told, the first with the way round', () => {
  const where = nextRecord('VOLATILE', small());
  const found = complaintsOf((b) => {
    for (let i = 1; i < 9; i++) b.volatile(b.endId + 1);
    b.volatile(b.endId - 8);
    b.const(b.endId);
  });
  expect(found).toEqual([
    `${where}: it contains itself by way of types 4, 5, 6, 7 and 4 more; it is the first of 2 loops`,
  ]);
});

test('a loop of pointers is told, once, also where a chain leads into it', () => {
  const b = small();
  b.pointer(b.endId + 1);
  const where = nextRecord('CONST', b);
  b.const(b.endId + 1);
  b.pointer(b.endId - 1);
  b.typedef('into', b.endId - 1);
  expect(parse(b.build()).complaints).toEqual([`${where}: it points to itself by way of type 5`]);
});

test('chains as long as the file are followed without recursion', () => {
  const b = small();
  for (let i = 0; i < 200_000; i++) b.const(b.endId + 1);
  b.pointer(b.endId + 1);
  b.const(b.endId + 1);
  b.int('last', 4);
  expect(cpuTime(() => expect(parse(b.build()).complaints).toEqual([]))).toBeLessThan(5000);
});

test('references from split BTF to its base are followed, and only its own records are judged', () => {
  const kernel = small();
  kernel.typedef('bad', 99);
  const module = new BtfWriter({ base: kernel });
  module.const(2);
  const where = `BTF type 5 (TYPEDEF) at file offset 0x${(BASE + 24 + 12 + 8).toString(16)}`;
  module.typedef('t', 77);
  const base = parse(kernel.build());
  expect(parse(module.build(), base).complaints).toEqual([`${where}: its type is 77, and the last id is 5`]);
});

test('where the types end early, an id behind the end is not one more fault', () => {
  const found = complaintsOf((b) => {
    b.typedef('t', 5);
    b.record([0, 0x1400_0000, 0]);
    b.int('lost', 4);
  });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/: kind 20 is unknown; /);
});
