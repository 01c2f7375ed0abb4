import { describe, expect, test } from 'vitest';
import { entryInline } from '../../src/dwarf/function-entries.ts';
import {
  data1,
  die,
  flagPresent,
  ref2,
  ref4,
  refUdata,
  secOffset,
  skeletonUnit,
  strp,
  typeUnit,
  unit,
  unterminated,
  writeDwarf,
} from '../helpers/dwarf-writer.ts';
import { compileUnit, names, read, readChildren, readWritten } from './read.ts';

const fn = (name: string, children?: Parameters<typeof die>[2]) => die('subprogram', { name: strp(name) }, children);

describe('which subprograms are found, and in which order', () => {
  test('those below the root, in file order', () => {
    expect(names(readChildren([fn('a'), fn('b'), fn('c')]))).toEqual(['a', 'b', 'c']);
  });

  test('a nested one comes before the one that it is nested in', () => {
    const nested = fn('outer', [fn('first', [fn('innermost')]), fn('second')]);
    expect(names(readChildren([nested, fn('last')]))).toEqual(['innermost', 'first', 'second', 'outer', 'last']);
  });

  test.each(['namespace', 'structure_type', 'class_type', 'interface_type', 'union_type', 'subroutine_type'] as const)(
    'one below a %s is found',
    (tag) => {
      expect(names(readChildren([die(tag, {}, [fn('in')]), fn('after')]))).toEqual(['in', 'after']);
    },
  );

  test.each(['lexical_block', 'inlined_subroutine'] as const)('one below a %s of a function is found', (tag) => {
    const body = [die(tag, {}, [die(tag, {}, [fn('in')])])];
    expect(names(readChildren([fn('f', body)]))).toEqual(['in', 'f']);
  });

  test.each(['lexical_block', 'inlined_subroutine'] as const)('a %s outside a function is not looked into', (tag) => {
    expect(names(readChildren([die(tag, {}, [fn('in')]), fn('after')]))).toEqual(['after']);
  });

  test.each([
    'call_site',
    'GNU_call_site',
    'dwarf_procedure',
    'typedef',
    'pointer_type',
    'enumeration_type',
    'array_type',
    'variable',
    'formal_parameter',
    'label',
    'module',
    0x4321,
  ] as const)('one below a %s is not', (tag) => {
    const inside = [die('structure_type', {}, [fn('in')]), fn('in too')];
    expect(names(readChildren([die(tag, {}, inside), fn('f', [die(tag, {}, inside)])]))).toEqual(['f']);
  });

  test('what is not looked into is jumped over by its DW_AT_sibling', () => {
    const enumeration = die('enumeration_type', { name: strp('e'), sibling: ref4('after') }, [fn('in')]);
    expect(names(readChildren([enumeration, die('subprogram', { name: strp('f') }, undefined, 'after')]))).toEqual([
      'f',
    ]);
  });

  test('a structure is looked into although it has a DW_AT_sibling', () => {
    const structure = die('structure_type', { sibling: ref4('after') }, [fn('in')]);
    expect(names(readChildren([structure, die('subprogram', { name: strp('f') }, undefined, 'after')]))).toEqual([
      'in',
      'f',
    ]);
  });

  test.each(['structure_type', 'lexical_block', 'subprogram', 'array_type'] as const)(
    'what a DW_AT_sibling of a %s leaves out after its children is left out',
    (tag) => {
      for (const sibling of [ref4, refUdata, ref2]) {
        const one = die(tag, { sibling: sibling('z') }, [die('variable')]);
        const found = readChildren([fn('f', [one, fn('y'), die('subprogram', { name: strp('z') }, undefined, 'z')])]);
        expect(names(found)).toEqual(tag === 'subprogram' ? [undefined, 'z', 'f'] : ['z', 'f']);
      }
    },
  );

  test('a unit may end without the null entries', () => {
    const open = unterminated(die('subprogram', { name: strp('f') }, [fn('in')]));
    const { units } = read([unit(unterminated(die('compile_unit', {}, [open])))]);
    expect(units[0]).toMatchObject({ state: 'ok' });
    expect(names(units[0]!.functions)).toEqual(['in', 'f']);
  });

  test('a root without children has none', () => {
    expect(read([unit(die('compile_unit', { name: strp('empty.c') }))]).units).toMatchObject([
      { name: 'empty.c', state: 'ok', functions: [] },
    ]);
  });

  test('what follows the root is not looked at', () => {
    // The root's null entry, written as the end of a function that never began.
    const written = writeDwarf({}, [compileUnit([fn('f'), die('subprogram'), fn('g')])]);
    const nameless = written.info.length - 1 - 5 - 1;
    written.info[nameless] = 0;
    expect(names(readWritten(written).units[0]!.functions)).toEqual(['f']);
  });
});

describe('what is told of a subprogram', () => {
  test('attributes count by their presence, not their value', () => {
    const zero = data1(0);
    const [found] = readChildren([die('subprogram', { external: zero, declaration: zero, inline: zero })]);
    expect(found?.flags).toEqual(['declaration', 'external', 'allParamsNamed', 'inline']);
  });

  test('DW_AT_inline keeps its value', () => {
    const { entries } = read([compileUnit([0, 1, 2, 3].map((value) => die('subprogram', { inline: data1(value) })))]);
    expect([0, 1, 2, 3].map((row) => entryInline(entries, row))).toEqual([0, 1, 2, 3]);
  });

  test('its place, return type and parameters', () => {
    const { units, written } = read([
      compileUnit([]),
      compileUnit([
        die('base_type', {}, undefined, 'int'),
        die(
          'subprogram',
          { name: strp('f'), type: ref4('int') },
          [
            die('formal_parameter', { name: strp('x'), type: ref4('int') }),
            die('formal_parameter', { name: strp('y') }),
            die('unspecified_parameters'),
          ],
          'f',
        ),
      ]),
    ]);
    const int = written.unitOffset.get('int')!;
    expect(units[1]?.functions).toEqual([
      {
        name: 'f',
        offset: written.offset.get('f'),
        flags: ['ownName', 'allParamsNamed', 'vararg'],
        type: int,
        lowPc: undefined,
        params: [
          { name: 'x', type: int },
          { name: 'y', type: 0 },
        ],
      },
    ]);
  });

  test('parameters stay with their function when functions are nested between them', () => {
    const inner = fn('inner', [die('formal_parameter', { name: strp('b') })]);
    const outer = fn('outer', [
      die('formal_parameter', { name: strp('a') }),
      inner,
      die('formal_parameter', { name: strp('c') }),
    ]);
    const found = readChildren([outer]);
    expect(found.map((one) => one.params.map((param) => param.name))).toEqual([['b'], ['a', 'c']]);
  });

  test('the ... of a nested function or a function type is not its own', () => {
    const dots = die('unspecified_parameters');
    const found = readChildren([fn('f', [die('subroutine_type', {}, [dots]), fn('in', [dots])])]);
    expect(found.map((one) => one.flags.includes('vararg'))).toEqual([true, false]);
  });
});

describe('what is told of a unit', () => {
  test('a partial unit is empty', () => {
    const { units } = read([unit(die('partial_unit', { name: strp('p') }, [fn('f')])), compileUnit([fn('g')])]);
    expect(units.map(({ state, functions }) => [state, names(functions)])).toEqual([
      ['partial', []],
      ['ok', ['g']],
    ]);
  });

  test('any other root is one that pahole stops at', () => {
    const { units, entries } = read(
      [skeletonUnit(die('skeleton_unit', { stmt_list: secOffset(0) })), compileUnit([fn('g')])],
      { version: 5 },
    );
    expect(units.map((one) => one.state)).toEqual(['unsupported-root', 'ok']);
    expect(entries.units.rootTag[0]).toBe(0x4a);
  });

  test('an imported unit is told of, with its place, and the functions are there', () => {
    const { units, written } = read([compileUnit([fn('f'), die('imported_unit', {}, undefined, 'here'), fn('g')])]);
    expect(units[0]).toMatchObject({ state: 'imports-unit', problem: { offset: undefined, code: 'unsupported' } });
    expect(units[0]?.problem?.structure).toContain(`0x${written.offset.get('here')?.toString(16)}`);
    expect(names(units[0]!.functions)).toEqual(['f', 'g']);
  });

  test('an imported unit where nothing is looked at is not', () => {
    expect(read([compileUnit([die('enumeration_type', {}, [die('imported_unit')])])]).units[0]?.state).toBe('ok');
  });

  test('type units of DWARF 5 stand among the others', () => {
    const { units } = read([typeUnit(die('type_unit', {}, [die('structure_type', {}, [fn('method')])]), 1n)], {
      version: 5,
    });
    expect(units).toMatchObject([{ state: 'ok', functions: [{ name: 'method' }] }]);
  });

  test('.debug_types is one unit in front of all others', () => {
    const method = (name: string) =>
      die('type_unit', { language: data1(4) }, [
        die('base_type', {}, undefined, `type of ${name}`),
        die('structure_type', {}, [
          die('subprogram', { name: strp(name), type: ref4(`type of ${name}`) }, undefined, name),
        ]),
      ]);
    const { units, entries, written } = read([
      compileUnit([fn('f')]),
      typeUnit(method('one'), 1n),
      typeUnit(method('two'), 2n),
    ]);
    expect(entries.units.typesUnits).toBe(1);
    expect(units.map((one) => names(one.functions))).toEqual([['one', 'two'], ['f']]);
    expect(units[0]?.functions.map(({ offset, type }) => [offset, type])).toEqual([
      [written.offset.get('one'), written.offset.get('type of one')],
      [written.offset.get('two'), written.offset.get('type of two')],
    ]);
    expect(entries.units.language[0]).toBe(4);
  });

  test('language, version and name', () => {
    const { entries, units } = read([
      compileUnit([], { version: 3 }, { language: data1(0x21), producer: flagPresent() }),
    ]);
    expect(units[0]).toMatchObject({ name: 'a.c', version: 3 });
    expect(entries.units.language[0]).toBe(0x21);
  });
});
