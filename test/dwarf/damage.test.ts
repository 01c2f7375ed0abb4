import { describe, expect, test } from 'vitest';
import { maxDepth } from '../../src/dwarf/scan.ts';
import type { ParseErrorCode } from '../../src/errors.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { compileUnit, names, type ReadUnit, read, readWritten } from './read.ts';

const { die, strp, writeDwarf } = write;
const fn = (name: string, children?: Parameters<typeof die>[2]) => die('subprogram', { name: strp(name) }, children);

/** Overwrite bytes of a section. */
function patch(bytes: Uint8Array, at: number, ...values: number[]): void {
  bytes.set(values, at);
}

/** A good unit before and after one that is damaged. */
function between(middle: write.Unit, shape: write.Shape = {}): readonly ReadUnit[] {
  return read([compileUnit([fn('before')]), middle, compileUnit([fn('after')])], shape).units;
}

function expectDamaged(units: readonly ReadUnit[], code: ParseErrorCode, problem: string | RegExp): void {
  expect(units.map((one) => [one.state, names(one.functions)])).toEqual([
    ['ok', ['before']],
    ['damaged', []],
    ['ok', ['after']],
  ]);
  expect(units[1]?.problem).toMatchObject({
    code,
    structure: expect.stringMatching(/^(DIE|unit) at \.debug_info\+0x/),
  });
  expect(units[1]?.problem?.problem).toMatch(problem);
}

describe('a damaged unit is told of and left out, and the others are read', () => {
  const bad = (attributes: write.Attributes, tag: Parameters<typeof die>[0] = 'variable') =>
    compileUnit([fn('lost'), die(tag, attributes)]);

  test('an unknown form', () => {
    expectDamaged(between(bad({ location: write.raw(0x7f, [1]) })), 'unsupported', 'unknown form 0x7f');
  });

  test('an unknown form that no DIE uses harms nothing', () => {
    const written = writeDwarf({}, [compileUnit([fn('f'), die('variable', { location: write.raw(0x7f, []) })])]);
    patch(written.info, written.info.length - 2, 0);
    expect(names(readWritten(written).units[0]!.functions)).toEqual(['f']);
  });

  test('indirect to indirect', () => {
    const twice = write.indirect(write.indirect(write.data1(1)));
    expectDamaged(between(bad({ const_value: twice })), 'unsupported', 'followed by form 0x16');
  });

  test('indirect to implicit_const', () => {
    expectDamaged(between(bad({ const_value: write.indirect(write.implicitConst(1)) })), 'unsupported', 'form 0x21');
  });

  test.each([
    ['a LEB128 value', write.raw(0x0f, new Array(11).fill(0x80))],
    ['the length of a block', write.raw(0x09, new Array(11).fill(0x80))],
    ['the form after indirect', write.raw(0x16, new Array(11).fill(0x80))],
  ])('%s of more than ten bytes', (_, value) => {
    expectDamaged(between(bad({ const_value: value })), 'bad-value', 'more than ten bytes');
  });

  test.each([
    ['a string', write.raw(0x08, [65, 66])],
    ['a block1', write.raw(0x0a, [200])],
    ['a block2', write.raw(0x03, [0xff, 0xff])],
    ['half the length of a block2', write.raw(0x03, [0xff])],
    ['a block4', write.raw(0x04, [0xff, 0xff, 0xff, 0xff])],
    ['a block of unknown length', write.raw(0x09, [0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['a fixed value', write.raw(0x07, [1, 2])],
    ['a LEB128', write.raw(0x0f, [0x80, 0x80])],
    ['a name', write.raw(0x08, [65])],
  ])('%s that goes on past the end of the unit', (_, value) => {
    for (const tag of ['variable', 'subprogram', 'structure_type', 'array_type', 'formal_parameter'] as const) {
      const open = write.unterminated(
        die('compile_unit', {}, [fn('lost'), die(tag, { const_value: value, name: value })]),
      );
      expectDamaged(between(write.unit(open)), 'truncated', 'past the end of the unit');
    }
  });

  test.each([
    ['.debug_str', strp('x').form, 4, {}],
    ['.debug_line_str', write.lineStrp('x').form, 4, {}],
  ])('a string offset past the end of %s', (section, form) => {
    expectDamaged(
      between(bad({ name: write.raw(form, [0xff, 0xff, 0xff, 0x7f]) }, 'subprogram')),
      'bad-string',
      `outside ${section}`,
    );
  });

  test('a string that does not end', () => {
    const written = writeDwarf({}, [compileUnit([fn('good'), die('subprogram', { name: write.strpAt(1) })])]);
    expect(readWritten(written).units[0]?.state).toBe('ok');
    const unending = { ...written, str: written.str.slice(0, -1) };
    expect(readWritten(unending).units[0]).toMatchObject({ state: 'damaged', problem: { code: 'bad-string' } });
  });

  test('a string index past the end of .debug_str_offsets, or without one', () => {
    const units = [compileUnit([die('subprogram', { name: write.strxAt(9) })])];
    expect(read(units, { version: 5 }).units[0]?.problem).toMatchObject({ code: 'bad-string' });
    const without = { ...writeDwarf({ version: 5 }, units), strOffsets: new Uint8Array() };
    expect(readWritten(without).units[0]?.problem?.problem).toContain('outside .debug_str_offsets');
  });

  test('a sibling that points backwards, into its own attributes or out of the unit', () => {
    for (const target of [1, 0, 0xfff_ffff]) {
      for (const tag of ['structure_type', 'array_type', 'lexical_block'] as const) {
        const middle = compileUnit([fn('lost'), die(tag, { sibling: write.ref4(target) }, [fn('in')])]);
        expectDamaged(between(middle), 'bad-reference', 'DW_AT_sibling');
      }
    }
  });

  test('a sibling that points into the children of its DIE', () => {
    for (const tag of ['structure_type', 'subprogram'] as const) {
      const middle = compileUnit([
        die(tag, { sibling: write.ref4('second') }, [
          fn('first'),
          die('variable', {}, undefined, 'second'),
          fn('third'),
        ]),
      ]);
      expectDamaged(between(middle), 'bad-reference', 'points into the children');
    }
  });

  test('DIEs nested without end', () => {
    // The bytes of the last value are DIEs again: lexical blocks, code 3, none of which ends.
    const deep = (more: number) => {
      const blocks = die('variable', { external: write.raw(0x19, new Array(more).fill(3)) });
      return compileUnit([fn('lost', [write.unterminated(die('lexical_block', {}, [blocks]))])]);
    };
    expectDamaged(between(deep(maxDepth - 1)), 'bad-value', 'nested more than');
    expect(between(deep(maxDepth - 2))[1]?.state).toBe('ok');
  });

  test('no root DIE', () => {
    const root = die(0x11);
    const written = writeDwarf({}, [compileUnit([fn('before')]), write.unit(root), compileUnit([fn('after')])]);
    patch(written.info, written.units[1]! + 11, 0);
    expectDamaged(readWritten(written).units, 'bad-value', 'null entry');
  });

  test('nothing but a header', () => {
    const written = writeDwarf({}, [compileUnit([fn('before')])]);
    const header = [7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8];
    const info = Uint8Array.from([...written.info, ...header, ...written.info]);
    const { units } = readWritten({ ...written, info });
    expect(units.map((one) => one.state)).toEqual(['ok', 'damaged', 'ok']);
    expect(units[1]?.problem?.problem).toContain('no root DIE');
  });

  test('an abbreviation code of more than ten bytes', () => {
    const eleven = compileUnit([die('variable', { const_value: write.raw(0x0b, new Array(12).fill(0x80)) })]);
    expectDamaged(between(eleven), 'bad-value', 'abbreviation code has more than ten bytes');
  });
});

describe('a damaged abbreviation table', () => {
  const three = () =>
    writeDwarf({}, [compileUnit([fn('before')]), compileUnit([fn('lost')]), compileUnit([fn('after')])]);
  const abbrevOffset = (written: write.Written) =>
    new DataView(written.info.buffer).getUint32(written.units[1]! + 6, true);

  test('a code that is not in it', () => {
    const written = three();
    patch(written.info, written.units[2]! - 1 - 5, 9);
    expectDamaged(readWritten(written).units, 'bad-reference', 'abbreviation 9 is not in the unit');
  });

  test('an offset past the end of .debug_abbrev', () => {
    const written = three();
    patch(written.info, written.units[1]! + 6, 0xff, 0xff, 0xff, 0xff);
    expectDamaged(readWritten(written).units, 'bad-reference', /abbreviation 1 .*offset 0xffffffff is past the end/);
  });

  test('a table without an end', () => {
    const written = writeDwarf({}, [compileUnit([fn('f')])]);
    const [only] = readWritten({ ...written, abbrev: written.abbrev.slice(0, -4) }).units;
    expect(only).toMatchObject({ state: 'damaged', problem: { code: 'bad-reference' } });
    expect(only?.problem?.problem).toContain('the table has no end');
  });

  test('a table that lacks only its last zero is read', () => {
    const written = writeDwarf({}, [compileUnit([fn('f')])]);
    expect(readWritten({ ...written, abbrev: written.abbrev.slice(0, -1) }).units[0]?.state).toBe('ok');
  });

  test('a number of more than ten bytes', () => {
    const written = three();
    patch(written.abbrev, abbrevOffset(written), ...new Array(11).fill(0x80));
    expect(readWritten(written).units[1]?.problem?.problem).toContain('more than ten bytes');
  });

  test('a code declared twice means what it meant first', () => {
    const written = writeDwarf({}, [compileUnit([fn('f')])]);
    const again = [2, 0x34, 0, 0, 0, 0];
    const abbrev = Uint8Array.from([...written.abbrev.slice(0, -1), ...again]);
    expect(names(readWritten({ ...written, abbrev }).units[0]!.functions)).toEqual(['f']);
  });
});

describe('a damaged header', () => {
  test.each([
    ['version 6', 4, [6, 0], 'unsupported', 'DWARF version 6'],
    ['version 1', 4, [1, 0], 'unsupported', 'DWARF version 1'],
    ['addresses of three bytes', 10, [3], 'unsupported', 'addresses of 3 bytes'],
    ['addresses of no bytes', 10, [0], 'unsupported', 'addresses of 0 bytes'],
  ] as const)('%s', (_, at, bytes, code, problem) => {
    const written = writeDwarf({}, [
      compileUnit([fn('before')]),
      compileUnit([fn('lost')]),
      compileUnit([fn('after')]),
    ]);
    patch(written.info, written.units[1]! + at, ...bytes);
    expectDamaged(readWritten(written).units, code, problem);
  });

  test('an unknown unit type', () => {
    const written = writeDwarf({ version: 5 }, [
      compileUnit([fn('before')]),
      compileUnit([fn('lost')]),
      compileUnit([fn('after')]),
    ]);
    patch(written.info, written.units[1]! + 6, 0x42);
    expectDamaged(readWritten(written).units, 'bad-header', 'unit type 0x42');
  });

  /** What follows the length, which is of 64 bits where it says so: all have the eleven bytes without which none is a unit. */
  const short: readonly (readonly [name: string, bytes: readonly number[], wide: boolean])[] = [
    ['of 64 bits without a version', [], true],
    ['of 64 bits with half a version', [4], true],
    ['of 64 bits and version 4 without an address size', [4, 0, 0, 0, 0, 0, 0, 0, 0, 0], true],
    ['of 64 bits and version 5 without its abbreviation offset', [5, 0, 1, 8], true],
    ['of version 5 without the last byte of its abbreviation offset', [5, 0, 1, 8, 0, 0, 0], false],
    ['of version 5, a skeleton without its id', [5, 0, 4, 8, 0, 0, 0, 0], false],
    ['of version 5, a type without the last byte of its offset', [5, 0, 2, 8, ...new Array(15).fill(0)], false],
  ];
  test.each(short)('a unit %s is shorter than its header', (_, bytes, wide) => {
    const written = writeDwarf({}, [compileUnit([fn('before')])]);
    const length = wide ? [0xff, 0xff, 0xff, 0xff, bytes.length, 0, 0, 0, 0, 0, 0, 0] : [bytes.length, 0, 0, 0];
    const head = [...length, ...bytes];
    const between = { ...written, info: Uint8Array.from([...written.info, ...head, ...written.info]) };
    const last = { ...written, info: Uint8Array.from([...written.info, ...head]) };
    for (const [{ units }, states] of [
      [readWritten(between), ['ok', 'damaged', 'ok']],
      [readWritten(last), ['ok', 'damaged']],
    ] as const) {
      expect(units.map((one) => one.state)).toEqual(states);
      expect(units[1]?.problem).toMatchObject({
        code: 'truncated',
        structure: `unit at .debug_info+0x${written.info.length.toString(16)}`,
        problem: 'the unit is shorter than its header',
      });
    }
  });

  test.each([
    ['past the end of the section', [0xff, 0xff, 0xff, 0x7f], 'truncated', 'the section has'],
    ['reserved', [0xf5, 0xff, 0xff, 0xff], 'bad-header', 'reserved'],
    ['zero', [0, 0, 0, 0], 'bad-header', 'less than a header'],
    ['of 64 bits past 2^53', [...new Array(12).fill(0xff)], 'truncated', 'the section has'],
  ] as const)('a length that is %s ends the list of units', (_, length, code, problem) => {
    const written = writeDwarf({}, [
      compileUnit([fn('before')]),
      compileUnit([fn('lost')]),
      compileUnit([fn('lost too')]),
    ]);
    patch(written.info, written.units[1]!, ...length);
    const { units } = readWritten(written);
    expect(units.map((one) => [one.state, names(one.functions)])).toEqual([
      ['ok', ['before']],
      ['damaged', []],
    ]);
    expect(units[1]?.problem).toMatchObject({ code, advice: 'the units after it cannot be found' });
    expect(units[1]?.problem?.problem).toContain(problem);
  });

  test('bytes after the last unit that are too few for another', () => {
    const written = writeDwarf({}, [compileUnit([fn('f')])]);
    const info = Uint8Array.from([...written.info, 0xff, 0xff]);
    const { units } = readWritten({ ...written, info });
    expect(units.map((one) => one.state)).toEqual(['ok', 'damaged']);
    expect(units[1]?.problem?.problem).toBe('2 bytes are left, too few for a unit');
  });

  test('an empty section has no units', () => {
    const written = writeDwarf({}, []);
    expect(readWritten(written).units).toEqual([]);
  });
});

describe('.debug_types', () => {
  test('damage in one of its units is damage of the pseudo-unit', () => {
    const good = write.typeUnit(die('type_unit', {}, [fn('lost')]), 1n);
    const bad = write.typeUnit(
      die('type_unit', {}, [fn('lost too'), die('variable', { location: write.raw(0x7f, []) })]),
      2n,
    );
    const { units } = read([good, bad, compileUnit([fn('f')])]);
    expect(units.map((one) => [one.state, names(one.functions)])).toEqual([
      ['damaged', []],
      ['ok', ['f']],
    ]);
    expect(units[0]?.problem?.structure).toMatch(/^DIE at \.debug_types\+0x/);
  });

  test('a length past the end of it', () => {
    const written = writeDwarf({}, [write.typeUnit(die('type_unit', {}, [fn('lost')]), 1n), compileUnit([fn('f')])]);
    patch(written.types, 0, 0xff, 0xff);
    expect(readWritten(written).units.map((one) => one.state)).toEqual(['damaged', 'ok']);
  });
});

describe('what is in another file is told of, and the unit is read', () => {
  const elsewhere = { name: write.gnuStrpAlt(7), external: write.flagPresent() };

  test('names, of the unit that has them', () => {
    const { units } = read([compileUnit([fn('f')]), compileUnit([die('subprogram', elsewhere), fn('g')])]);
    expect(units.map(({ state, functions }) => [state, names(functions)])).toEqual([
      ['ok', ['f']],
      ['ok', [undefined, 'g']],
    ]);
    expect(units[0]?.problem).toBeUndefined();
    expect(units[1]?.problem?.problem).toMatch(/^names of its unit are in a supplementary file/);
  });

  test.each([
    ['string', write.string('a.dwo')],
    ['strp', strp('a.dwo')],
    ['line_strp', write.lineStrp('a.dwo')],
    ['strx1', write.strx('strx1', 'a.dwo')],
  ])('DIEs of a split unit, which names the file by DW_FORM_%s', (_, dwo_name) => {
    const { units } = read([write.skeletonUnit(die('skeleton_unit', { dwo_name }))], { version: 5 });
    expect(units[0]).toMatchObject({ state: 'unsupported-root' });
    expect(units[0]?.problem?.problem).toBe("the DIEs of its unit are in 'a.dwo', which is not read");
  });

  test('an attribute of that number that is no string names none', () => {
    for (const value of [write.implicitConst(3), write.data1(3), write.flagPresent()]) {
      const { units } = read([compileUnit([fn('f')], {}, { GNU_dwo_name: value })]);
      expect(units[0]).toMatchObject({ state: 'ok', problem: undefined });
      expect(names(units[0]!.functions)).toEqual(['f']);
    }
  });
});
