/** What is said of BTF that is wrong, and what of it can be read all the same. */
import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { declaration, prototype } from '../../src/btf/print-c.ts';
import { printRaw } from '../../src/btf/print-raw.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { ParseError } from '../../src/errors.ts';
import { BtfWriter, everyKind, type HeaderOverrides } from '../helpers/btf-writer.ts';

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
