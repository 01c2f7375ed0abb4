import { describe, expect, test } from 'vitest';
import { firstUnnamedParam, foreignKinds } from '../../src/dwarf/function-entries.ts';
import { foreignRow, type noRef } from '../../src/dwarf/refs.ts';
import { die, flagPresent, ref4, refAddr, refSig8, string, strp, typeUnit } from '../helpers/dwarf-writer.ts';
import { compileUnit, names, read, readChildren } from './read.ts';

describe('the name of a function without one', () => {
  const abstract = die('subprogram', { name: strp('abstract') }, undefined, 'abstract');
  const declared = die('subprogram', { name: strp('declared') }, undefined, 'declared');

  test('an empty name is none', () => {
    const found = readChildren([die('subprogram', { name: strp('') }), die('subprogram', { name: string('') })]);
    expect(found.map(({ name, flags }) => [name, flags.includes('ownName')])).toEqual([
      [undefined, false],
      [undefined, false],
    ]);
  });

  test('is that of its abstract origin, before it or after it', () => {
    const copy = die('subprogram', { abstract_origin: ref4('abstract') });
    const found = readChildren([copy, abstract, copy]);
    expect(names(found)).toEqual(['abstract', 'abstract', 'abstract']);
    expect(found.map((one) => one.flags.includes('ownName'))).toEqual([false, true, false]);
  });

  test('is that of its specification', () => {
    expect(names(readChildren([declared, die('subprogram', { specification: ref4('declared') })]))).toEqual([
      'declared',
      'declared',
    ]);
  });

  test('its own name counts before both', () => {
    const own = die('subprogram', { name: strp('own'), abstract_origin: ref4('abstract') });
    expect(names(readChildren([abstract, own]))).toEqual(['abstract', 'own']);
  });

  test('the abstract origin is asked before the specification', () => {
    const both = die('subprogram', { abstract_origin: ref4('abstract'), specification: ref4('declared') });
    expect(names(readChildren([abstract, declared, both])).at(-1)).toBe('abstract');
  });

  test('the specification is asked when no function is where the abstract origin points', () => {
    const both = die('subprogram', { abstract_origin: ref4('int'), specification: ref4('declared') });
    expect(names(readChildren([die('base_type', {}, undefined, 'int'), declared, both])).at(-1)).toBe('declared');
  });

  test('one step only: an origin that is itself resolved later gives none', () => {
    const step = die('subprogram', { abstract_origin: ref4('abstract') }, undefined, 'step');
    const copy = die('subprogram', { abstract_origin: ref4('step') });
    expect(names(readChildren([abstract, copy, step, copy]))).toEqual(['abstract', undefined, 'abstract', 'abstract']);
  });

  test('a function that points at itself, or two at each other, have none', () => {
    const self = die('subprogram', { abstract_origin: ref4('self') }, undefined, 'self');
    const a = die('subprogram', { specification: ref4('b') }, undefined, 'a');
    const b = die('subprogram', { specification: ref4('a') }, undefined, 'b');
    expect(names(readChildren([self, a, b]))).toEqual([undefined, undefined, undefined]);
  });

  test('a function in what is not looked at is not found', () => {
    const hidden = die('enumeration_type', {}, [die('subprogram', { name: strp('x') }, undefined, 'hidden')]);
    expect(names(readChildren([hidden, die('subprogram', { abstract_origin: ref4('hidden') })]))).toEqual([undefined]);
  });

  test('another unit is not asked, by whichever form', () => {
    const { entries, units, written } = read([
      compileUnit([abstract]),
      compileUnit([
        die('subprogram', { abstract_origin: refAddr('abstract') }),
        die('subprogram', { abstract_origin: refSig8(0x1122334455667788n) }),
        die('subprogram', { abstract_origin: ref4(0xffff) }),
      ]),
    ]);
    expect(names(units[1]!.functions)).toEqual([undefined, undefined, undefined]);
    const rows = [...entries.origin.subarray(1)].map((ref) => foreignRow(ref as typeof noRef));
    expect(rows.map((row) => [foreignKinds[entries.foreign.kind[row]!], entries.foreign.value[row]])).toEqual([
      ['other-unit', BigInt(written.offset.get('abstract')!)],
      ['type-signature', 0x1122334455667788n],
      ['out-of-range', 0xffffn],
    ]);
  });

  test('a DW_FORM_ref_addr into the unit itself is one like any other', () => {
    const { units } = read([
      compileUnit([]),
      compileUnit([abstract, die('subprogram', { abstract_origin: refAddr('abstract') })]),
    ]);
    expect(names(units[1]!.functions)).toEqual(['abstract', 'abstract']);
  });

  test('in .debug_types it is found in any of the units there, and in no other', () => {
    const root = (children: readonly ReturnType<typeof die>[]) =>
      die('type_unit', {}, [die('structure_type', {}, children)]);
    const { units } = read([
      typeUnit(root([abstract, die('subprogram', { abstract_origin: ref4('abstract') })]), 1n),
      compileUnit([declared, die('subprogram', { abstract_origin: ref4('declared') })]),
    ]);
    expect(units.map((one) => names(one.functions))).toEqual([
      ['abstract', 'abstract'],
      ['declared', 'declared'],
    ]);
  });

  test('nothing but the name is taken over', () => {
    const inline = die('subprogram', { name: strp('f'), external: flagPresent(), type: ref4('int') }, undefined, 'f');
    const found = readChildren([
      die('base_type', {}, undefined, 'int'),
      inline,
      die('subprogram', { abstract_origin: ref4('f') }),
    ]);
    expect(found[1]).toMatchObject({ name: 'f', flags: ['abstractOrigin', 'allParamsNamed'], type: 0 });
  });
});

describe('the parameters of a function', () => {
  const int = die('base_type', {}, undefined, 'int');
  const param = (name: string, label?: string) =>
    die('formal_parameter', { name: strp(name), type: ref4('int') }, undefined, label);
  const copyOf = (label: string) => die('formal_parameter', { abstract_origin: ref4(label) });
  const fn = (children: readonly ReturnType<typeof die>[]) => die('subprogram', { name: strp('f') }, children);
  const paramNames = (children: readonly ReturnType<typeof die>[]) =>
    readChildren([int, ...children]).map((one) => one.params.map((each) => each.name));

  test('are its direct children only', () => {
    const elsewhere = [
      die('lexical_block', {}, [param('in a block')]),
      die('inlined_subroutine', {}, [param('in an inlined one')]),
      die('subroutine_type', {}, [param('of a type')]),
    ];
    expect(paramNames([fn([param('a'), ...elsewhere, param('b')])])).toEqual([['a', 'b']]);
  });

  test('count as named when all of them are, and when there are none', () => {
    const { entries } = read([
      compileUnit([fn([]), fn([die('formal_parameter')]), fn([die('formal_parameter', { name: strp('a') })])]),
    ]);
    expect([0, 1, 2].map((row) => firstUnnamedParam(entries, row))).toEqual([-1, 0, -1]);
  });

  test('an unspecified parameter needs no name', () => {
    const [found] = readChildren([die('subprogram', {}, [die('unspecified_parameters')])]);
    expect(found?.flags).toEqual(['allParamsNamed', 'vararg']);
  });

  test('the first without a name is told', () => {
    const { entries } = read([compileUnit([int, fn([param('a'), die('formal_parameter'), die('formal_parameter')])])]);
    expect(firstUnnamedParam(entries, 0)).toBe(1);
  });

  test('one without a type takes name and type of its abstract origin, before it or after it', () => {
    const { units, written } = read([compileUnit([int, fn([copyOf('a')]), fn([param('a', 'a')]), fn([copyOf('a')])])]);
    const type = written.unitOffset.get('int');
    expect(units[0]?.functions.map((one) => one.params)).toEqual(Array(3).fill([{ name: 'a', type }]));
    expect(units[0]?.functions.every((one) => one.flags.includes('allParamsNamed'))).toBe(true);
  });

  test('one with a type takes nothing', () => {
    const typed = die('formal_parameter', { type: ref4('int'), abstract_origin: ref4('a') });
    expect(paramNames([fn([param('a', 'a')]), fn([typed])])).toEqual([['a'], [undefined]]);
  });

  test('the name of the origin counts, even over its own, and even when it has none', () => {
    const named = die('formal_parameter', { name: strp('own'), abstract_origin: ref4('a') });
    expect(paramNames([fn([param('a', 'a')]), fn([named])])).toEqual([['a'], ['a']]);
    const nameless = die('formal_parameter', { type: ref4('int') }, undefined, 'a');
    expect(paramNames([fn([nameless]), fn([named])])).toEqual([[undefined], [undefined]]);
  });

  test('an origin that is not found leaves it as it is', () => {
    const named = die('formal_parameter', { name: strp('own'), abstract_origin: ref4('int') });
    expect(paramNames([fn([named, copyOf('int')])])).toEqual([['own', undefined]]);
  });

  test('an origin may be a parameter of a lexical block', () => {
    const block = die('lexical_block', {}, [param('a', 'a')]);
    expect(paramNames([fn([block]), fn([copyOf('a')])])).toEqual([[], ['a']]);
  });

  test('one step only: an origin that is itself resolved later gives nothing', () => {
    const step = die('formal_parameter', { abstract_origin: ref4('a') }, undefined, 'step');
    const found = paramNames([fn([param('a', 'a')]), fn([copyOf('step')]), fn([step]), fn([copyOf('step')])]);
    expect(found).toEqual([['a'], [undefined], ['a'], ['a']]);
  });
});
