import { describe, expect, test } from 'vitest';
import { foreignKinds } from '../../src/dwarf/function-entries.ts';
import { foreignRow } from '../../src/dwarf/refs.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { compileUnit, names, read, readChildren } from './read.ts';

const { die, strp, ref4 } = write;

const shapes = [2, 3, 4, 5].flatMap((version) =>
  ([4, 8] as const).flatMap((offsetSize) =>
    ([4, 8] as const).flatMap((addressSize) =>
      [true, false].map((littleEndian) => ({ version, offsetSize, addressSize, littleEndian }) as write.Shape),
    ),
  ),
);
const title = ({ version, offsetSize = 4, addressSize, littleEndian }: write.Shape) =>
  `DWARF ${version}, ${offsetSize * 8}-bit, addresses of ${addressSize} bytes, ${littleEndian ? 'little' : 'big'} endian`;

/** A value of every form, of several lengths where they vary. */
const every: Readonly<Record<string, write.Value>> = {
  addr: write.addr(1),
  block2: write.block2([1, 2, 3]),
  block4: write.block4([1, 2, 3]),
  data2: write.data2(1),
  data4: write.data4(1),
  data8: write.data8(1),
  string: write.string('a string'),
  'empty string': write.string(''),
  block: write.blockLeb(new Array(200).fill(1)),
  block1: write.block1([1, 2, 3]),
  data1: write.data1(1),
  flag: write.flag(1),
  sdata: write.sdata(-123456),
  strp: write.strp('x'),
  udata: write.udata(2n ** 60n),
  ref_addr: write.refAddr(1),
  ref1: write.ref1(1),
  ref2: write.ref2(1),
  ref4: write.ref4(1),
  ref8: write.ref8(1),
  ref_udata: write.refUdata(1),
  indirect: write.indirect(write.data4(1)),
  'indirect string': write.indirect(write.string('x')),
  'indirect block': write.indirect(write.blockLeb([1, 2])),
  'indirect block1': write.indirect(write.block1([1, 2])),
  'indirect block2': write.indirect(write.block2([1, 2])),
  'indirect block4': write.indirect(write.block4([1, 2])),
  'indirect udata': write.indirect(write.udata(300)),
  sec_offset: write.secOffset(1),
  exprloc: write.exprloc([0x9c]),
  flag_present: write.flagPresent(),
  strx: write.strx('strx', 'x'),
  addrx: write.addrx('addrx', 1n),
  ref_sup4: write.refSup4(1),
  strp_sup: write.strpSup(1),
  data16: write.data16(1),
  line_strp: write.lineStrp('x'),
  ref_sig8: write.refSig8(1),
  implicit_const: write.implicitConst(-5),
  loclistx: write.loclistx(1),
  rnglistx: write.rnglistx(1),
  ref_sup8: write.refSup8(1),
  strx1: write.strx('strx1', 'x'),
  strx2: write.strx('strx2', 'x'),
  strx3: write.strx('strx3', 'x'),
  strx4: write.strx('strx4', 'x'),
  addrx1: write.addrx('addrx1', 1n),
  addrx2: write.addrx('addrx2', 1n),
  addrx3: write.addrx('addrx3', 1n),
  addrx4: write.addrx('addrx4', 1n),
  GNU_addr_index: write.addrx('GNU_addr_index', 1n),
  GNU_str_index: write.strx('GNU_str_index', 'x'),
  GNU_ref_alt: write.gnuRefAlt(1),
  GNU_strp_alt: write.gnuStrpAlt(1),
};

describe('a value of each form is stepped over', () => {
  test.each(shapes.map((shape) => [title(shape), shape] as const))('%s', (_, shape) => {
    const children = Object.entries(every).flatMap(([form, value]) => [
      // Alone, before and after others; in a leaf, a container, a function and a parameter.
      die('variable', { const_value: value }),
      die('variable', { name: write.string('v'), const_value: value, decl_line: write.data2(3) }),
      die('structure_type', { decl_line: write.data1(1), const_value: value }, [die('member', { const_value: value })]),
      die('array_type', { const_value: value }, [die('subrange_type', { const_value: value })]),
      die('subprogram', { const_value: value, name: strp(form), decl_file: value }, [
        die('formal_parameter', { const_value: value, name: strp('p') }),
        die('lexical_block', { const_value: value }, [die('variable', { const_value: value })]),
      ]),
    ]);
    const found = readChildren(children, shape);
    expect(names(found)).toEqual(Object.keys(every));
    expect(found.every((one) => one.params.length === 1 && one.params[0]?.name === 'p')).toBe(true);
  });
});

describe('a name', () => {
  const bases = { str_offsets_base: write.secOffset(8) };
  const forms: readonly (readonly [string, write.Value])[] = [
    ['strp', strp('name')],
    ['string', write.string('name')],
    ['line_strp', write.lineStrp('name')],
    ['indirect strp', write.indirect(strp('name'))],
    ['indirect string', write.indirect(write.string('name'))],
    ...(['strx', 'strx1', 'strx2', 'strx3', 'strx4'] as const).map((form) => [form, write.strx(form, 'name')] as const),
  ];
  test.each(forms)('of DW_FORM_%s', (_, name) => {
    const unit = compileUnit([die('subprogram', { name }, [die('formal_parameter', { name })])], {}, bases);
    const [found] = read([unit], { version: 5 }).units[0]!.functions;
    expect(found).toMatchObject({ name: 'name', params: [{ name: 'name' }] });
  });

  test('by index in a unit that says only later where its strings are', () => {
    const root = die('compile_unit', { name: write.strx('strx1', 'late.c'), str_offsets_base: write.secOffset(8) }, []);
    expect(read([write.unit(root)], { version: 5 }).units[0]).toMatchObject({ name: 'late.c', state: 'ok' });
  });

  test('by index in a unit that does not say where its strings are', () => {
    const root = die('compile_unit', { name: write.strx('strx1', 'default.c') }, []);
    for (const offsetSize of [4, 8] as const) {
      expect(read([write.unit(root)], { version: 5, offsetSize }).units[0]).toMatchObject({ name: 'default.c' });
    }
  });

  test('by DW_FORM_GNU_str_index', () => {
    expect(names(readChildren([die('subprogram', { name: write.strx('GNU_str_index', 'name') })]))).toEqual(['name']);
  });

  test.each([
    ['DW_FORM_strp_sup', write.strpSup(3)],
    ['DW_FORM_GNU_strp_alt', write.gnuStrpAlt(3)],
    ['a number', write.data4(3)],
    ['a block', write.block1([1])],
  ] as const)('of %s is none', (_, name) => {
    const [found] = readChildren([die('subprogram', { name })]);
    expect(found).toMatchObject({ name: undefined, flags: ['allParamsNamed'] });
  });

  test('keeps its bytes, whatever they are', () => {
    const name = String.fromCharCode(...Array.from({ length: 255 }, (_, i) => i + 1));
    expect(
      names(readChildren([die('subprogram', { name: strp(name) }), die('subprogram', { name: write.string(name) })])),
    ).toEqual([name, name]);
  });

  test('given twice counts once, the first time', () => {
    const twice = die('subprogram');
    const attributes = [
      ...die('subprogram', { name: strp('one') }).attributes,
      ...die('subprogram', { name: strp('two') }).attributes,
    ];
    expect(names(readChildren([{ ...twice, attributes }]))).toEqual(['one']);
  });

  test('is interned by its bytes', () => {
    const { entries } = read([
      compileUnit(
        ['a', 'b', 'a', ''].flatMap((name) => [
          die('subprogram', { name: strp(name) }),
          die('subprogram', { name: write.string(name) }),
        ]),
      ),
    ]);
    const { ids, refs } = entries.names.intern(entries.name);
    expect([...ids]).toEqual([1, 1, 2, 2, 1, 1, 0, 0]);
    expect([...refs].map((ref) => entries.names.text(ref as never))).toEqual([undefined, 'a', 'b']);
  });
});

describe('a reference', () => {
  const forms = {
    ref1: write.ref1,
    ref2: write.ref2,
    ref4,
    ref8: write.ref8,
    ref_udata: write.refUdata,
    ref_addr: write.refAddr,
  };
  test.each(shapes.map((shape) => [title(shape), shape] as const))(
    'into its own unit, by each form: %s',
    (_, shape) => {
      const functions = Object.values(forms).flatMap((form) => [
        die('subprogram', { type: form('int') }),
        die('subprogram', { type: write.indirect(form('int')) }),
      ]);
      // The second unit, so that the section's offsets are not the unit's.
      const unit = compileUnit([die('base_type', {}, undefined, 'int'), ...functions]);
      const { units, written } = read([compileUnit([]), unit], shape);
      expect(units[1]?.functions.map((one) => one.type)).toEqual(Array(12).fill(written.unitOffset.get('int')));
    },
  );

  test('that leaves the unit is kept with its kind', () => {
    const { entries, written } = read([
      compileUnit([die('base_type', {}, undefined, 'int')]),
      compileUnit(
        [
          write.refAddr('int'),
          write.refSig8(2n ** 63n),
          write.gnuRefAlt(5),
          write.refSup4(6),
          write.refSup8(7),
          ref4(99_999),
          ref4(0),
        ].map((type) => die('subprogram', { type })),
      ),
    ]);
    const rows = [...entries.type].map((type) => foreignRow(type as never));
    expect(
      rows.map((row) => (row < 0 ? 'none' : [foreignKinds[entries.foreign.kind[row]!], entries.foreign.value[row]])),
    ).toEqual([
      ['other-unit', BigInt(written.offset.get('int')!)],
      ['type-signature', 2n ** 63n],
      ['supplementary-file', 5n],
      ['supplementary-file', 6n],
      ['supplementary-file', 7n],
      ['out-of-range', 99_999n],
      'none',
    ]);
  });

  test('of a form that is no reference is none', () => {
    expect(readChildren([die('subprogram', { type: write.data4(12) })])[0]?.type).toBe(0);
  });
});

describe('an address', () => {
  const low = 0xffff_8000_1074_7510n;
  test.each([true, false])('of eight bytes (little endian: %s)', (littleEndian) => {
    const [found] = readChildren([die('subprogram', { low_pc: write.addr(low) })], { littleEndian });
    expect(found?.lowPc).toBe(low);
  });

  test.each([true, false])('of four bytes (little endian: %s)', (littleEndian) => {
    const [found] = readChildren([die('subprogram', { low_pc: write.addr(0xc010_0000) })], {
      littleEndian,
      addressSize: 4,
    });
    expect(found?.lowPc).toBe(0xc010_0000n);
  });

  test.each(['addrx', 'addrx1', 'addrx2', 'addrx3', 'addrx4', 'GNU_addr_index'] as const)('by DW_FORM_%s', (form) => {
    for (const littleEndian of [true, false]) {
      for (const addressSize of [4, 8]) {
        const value = addressSize === 8 ? low : 0xc010_0000n;
        const functions = [1n, value].map((address) => die('subprogram', { low_pc: write.addrx(form, address) }));
        const unit = compileUnit(functions, {}, { addr_base: write.secOffset(8) });
        const { units } = read([unit], { version: 5, littleEndian, addressSize });
        expect(units[0]?.functions.map((one) => one.lowPc)).toEqual([1n, value]);
      }
    }
  });

  test('that is zero is there all the same', () => {
    expect(
      readChildren([die('subprogram', { low_pc: write.addr(0) }), die('subprogram')]).map((one) => one.lowPc),
    ).toEqual([0n, undefined]);
  });
});

describe('a number', () => {
  test.each([
    ['data1', write.data1(3)],
    ['data2', write.data2(3)],
    ['data4', write.data4(3)],
    ['data8', write.data8(3)],
    ['udata', write.udata(3)],
    ['sdata', write.sdata(3)],
    ['implicit_const', write.implicitConst(3)],
    ['indirect', write.indirect(write.data2(3))],
  ] as const)('of DW_FORM_%s', (_, value) => {
    const { entries } = read([compileUnit([die('subprogram', { inline: value })], {}, { language: value })]);
    expect([entries.units.language[0], entries.flags[0]! >> 9]).toEqual([3, 3]);
  });
});

describe('an abbreviation code', () => {
  test('of one, two and three bytes', () => {
    const functions = Array.from({ length: 17_000 }, (_, i) =>
      // A shape of its own for each: the constant is part of the abbreviation.
      die(
        'subprogram',
        { decl_line: write.implicitConst(i), name: write.string(`f${i}`) },
        i % 7 === 0 ? [] : undefined,
      ),
    );
    const structures = Array.from({ length: 100 }, (_, i) =>
      die('structure_type', { decl_line: write.implicitConst(20_000 + i) }, [
        die('member', { decl_line: write.implicitConst(30_000 + i) }),
        die('member', { name: write.string('m'), decl_line: write.implicitConst(40_000 + i) }),
        die('subprogram', { name: write.string(`s${i}`) }, [
          die('formal_parameter', { name: write.string('p'), decl_line: write.implicitConst(50_000 + i) }),
        ]),
      ]),
    );
    const found = readChildren([...functions, ...structures]);
    expect(found).toHaveLength(17_100);
    expect(found.at(16_999)?.name).toBe('f16999');
    expect(found.at(-1)).toMatchObject({ name: 's99', params: [{ name: 'p' }] });
  });

  test('past 65535', () => {
    const functions = Array.from({ length: 66_000 }, (_, i) =>
      die('subprogram', { decl_line: write.implicitConst(i) }),
    );
    const last = die('subprogram', { name: strp('last') }, [
      die('lexical_block', {}, [die('subprogram', { name: strp('in') })]),
    ]);
    expect(names(readChildren([...functions, last])).slice(-2)).toEqual(['in', 'last']);
  });
});
