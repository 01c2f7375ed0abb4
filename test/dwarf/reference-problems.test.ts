/** Which references of functions are told as bad, and which only look odd. */
import { expect, test } from 'vitest';
import { findBadReferences } from '../../src/dwarf/reference-problems.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { type Die, die, ref4, refAddr, refSig8, strp, typeUnit } from '../helpers/dwarf-writer.ts';
import { compileUnit, type ReadResult, read } from './read.ts';

const function_ = (attributes: Parameters<typeof die>[1], label?: string, children?: readonly Die[]): Die =>
  die('subprogram', attributes, children, label);
const where = ({ written }: ReadResult, label: string): string =>
  `.debug_info+0x${(written.offset.get(label) ?? 0).toString(16)}`;

test('references forward, backward, to another unit, to types and to signatures are sound', () => {
  const { entries } = read([
    compileUnit([
      function_({ abstract_origin: ref4('abstract') }, 'concrete'),
      function_({ specification: ref4('declared'), type: ref4('int') }, 'abstract'),
      function_({ name: strp('f') }, 'declared', [die('formal_parameter', { type: ref4('int') })]),
      die('base_type', { name: strp('int') }, undefined, 'int'),
      function_({ abstract_origin: ref4('int') }),
    ]),
    compileUnit([
      function_({ abstract_origin: refAddr('abstract') }),
      function_({ type: refSig8(0x1122334455667788n) }),
    ]),
  ]);
  expect(findBadReferences(entries)).toBeUndefined();
});

test('a loop is told once, at one of its functions, also where others lead into it', () => {
  const result = read([
    compileUnit([]),
    compileUnit([
      function_({ abstract_origin: ref4('b') }, 'into'),
      function_({ specification: ref4('c') }, 'b'),
      function_({ abstract_origin: ref4('d') }, 'c'),
      function_({ abstract_origin: ref4('b') }, 'd'),
    ]),
  ]);
  expect(findBadReferences(result.entries)).toEqual({
    unit: 1,
    first: {
      code: 'bad-reference',
      structure: `DIE at ${where(result, 'b')}`,
      problem: `its DW_AT_specification leads back to it, by way of the DIE at ${where(result, 'c')}`,
    },
    count: 1,
    units: 1,
  });
});

test('references out of the unit and of the section are counted, and the first is told', () => {
  const parameter = die('formal_parameter', { type: ref4(0xffff) });
  const bad = [
    function_({ type: refAddr(0x7fff_ffff) }, 'type'),
    function_({ name: strp('f') }, 'parameter', [die('formal_parameter', { type: ref4('int') }), parameter]),
    die('base_type', { name: strp('int') }, undefined, 'int'),
  ];
  const result = read([compileUnit(bad), compileUnit([function_({ specification: ref4(0xffff) })])]);
  const end = result.entries.units.offset[1]! + result.entries.units.size[1]!;
  expect(findBadReferences(result.entries)).toEqual({
    unit: 0,
    first: {
      code: 'bad-reference',
      structure: `DIE at ${where(result, 'type')}`,
      problem: `its DW_AT_type points out of .debug_info, whose units end at 0x${end.toString(16)}: 0x7fffffff`,
    },
    count: 3,
    units: 2,
  });
  const alone = read([compileUnit(bad.slice(1))]);
  const size = alone.entries.units.size[0]!.toString(16);
  expect(findBadReferences(alone.entries)?.first.problem).toBe(
    `the DW_AT_type of its parameter 2 points out of the unit: 0xffff of its 0x${size} bytes`,
  );
});

test('in .debug_types the section is named', () => {
  const own = die('type_unit', {}, [die('structure_type', {}, [function_({ abstract_origin: ref4('own') }, 'own')])]);
  const { entries } = read([typeUnit(own, 1n), compileUnit([])]);
  expect(findBadReferences(entries)?.first).toMatchObject({
    structure: expect.stringMatching(/^DIE at \.debug_types\+0x[0-9a-f]+$/),
    problem: 'its DW_AT_abstract_origin points to the DIE itself',
  });
});

test('a chain of 20,000 functions, and as many that point at themselves, take no time', () => {
  const chain = Array.from({ length: 20_000 }, (_, i) =>
    function_(i === 19_999 ? { name: strp('last') } : { abstract_origin: ref4(`c${i + 1}`) }, `c${i}`),
  );
  const selves = Array.from({ length: 20_000 }, (_, i) => function_({ abstract_origin: ref4(`s${i}`) }, `s${i}`));
  const { entries } = read([compileUnit([...chain, ...selves])]);
  const took = cpuTime(() => expect(findBadReferences(entries)).toMatchObject({ count: 20_000, units: 1 }));
  expect(took).toBeLessThan(5000);
});
