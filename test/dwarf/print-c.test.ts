import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { prototype } from '../../src/btf/print-c.ts';
import { entryName } from '../../src/dwarf/function-entries.ts';
import { dieDeclaration, entryPrototype, entryTypes } from '../../src/dwarf/print-c.ts';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { readyValue } from '../../src/errors.ts';
import { closeEvidence, gatherEvidence } from '../../src/explain/evidence.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { mergeRecords } from '../../src/pahole/dedup.ts';
import {
  type Attributes,
  block4,
  type Die,
  data1,
  data8,
  die,
  indirect,
  ref4,
  refAddr,
  secOffset,
  sectionsOf,
  strp,
  strx,
  type Unit,
  writeDwarf,
} from '../helpers/dwarf-writer.ts';
import { compileUnit } from './read.ts';

/** DW_TAG_* that the writer has no name for. */
const tag = { unspecified: 0x3b, reference: 0x10 } as const;

const open: TypeDies[] = [];
afterAll(() => {
  for (const types of open) types.close();
});

function write(units: readonly Unit[]) {
  const written = writeDwarf({}, units);
  const sections = sectionsOf(written);
  const types = new TypeDies(sections);
  open.push(types);
  return { written, types, entries: readFunctionEntriesSync(sections) };
}

const base = (name: string): Die => die('base_type', { name: strp(name) }, undefined, name);
const parameter = (type: string, name = ''): Die =>
  die('formal_parameter', { ...(name === '' ? {} : { name: strp(name) }), type: ref4(type) });
const dots = (): Die => die('unspecified_parameters');
const subrange = (attributes: Attributes): Die => die('subrange_type', attributes);
const to = (kind: 'pointer_type' | 'const_type' | 'volatile_type' | 'restrict_type', type: string, label: string) =>
  die(kind, { type: ref4(type) }, undefined, label);

/** The type of one DIE, labelled `asked`, in a unit. */
function textOf(dies: readonly Die[], name = '', asked = 'asked'): string {
  const { written, types } = write([compileUnit(dies)]);
  return dieDeclaration(types.unit(0), written.unitOffset.get(asked)!, name);
}

test('a declaration is read from the name outwards', () => {
  const dies = [
    base('int'),
    base('char'),
    to('const_type', 'char', 'const char'),
    to('pointer_type', 'const char', 'text'),
    die('subroutine_type', { type: ref4('text') }, [parameter('int'), dots()], 'function'),
    to('pointer_type', 'function', 'callback'),
    die('array_type', { type: ref4('callback') }, [subrange({ upper_bound: data1(3) })], 'handlers'),
    to('pointer_type', 'handlers', 'pointer to array'),
    to('const_type', 'text', 'const text'),
  ];
  expect(textOf(dies, 'handlers', 'handlers')).toBe('const char *(*handlers[4])(int, ...)');
  expect(textOf(dies, '', 'pointer to array')).toBe('const char *(*(*)[4])(int, ...)');
  expect(textOf(dies, 'name', 'const text')).toBe('const char *const name');
  expect(textOf(dies, '', 'const text')).toBe('const char *const');
});

test('qualifiers come once each and in one order, and what has no type is void', () => {
  const dies = [
    die('pointer_type', {}, undefined, 'void *'),
    die('const_type', {}, undefined, 'const void'),
    to('pointer_type', 'const void', 'const void *'),
    base('int'),
    to('volatile_type', 'int', 'volatile'),
    to('const_type', 'volatile', 'const volatile'),
    to('const_type', 'const volatile', 'twice'),
    to('restrict_type', 'void *', 'restrict'),
    die('subroutine_type', {}, [], 'nothing'),
  ];
  expect(textOf(dies, 'p', 'void *')).toBe('void *p');
  expect(textOf(dies, '', 'const void *')).toBe('const void *');
  expect(textOf(dies, 'n', 'twice')).toBe('const volatile int n');
  expect(textOf(dies, 'p', 'restrict')).toBe('void *restrict p');
  expect(textOf(dies, '', 'nothing')).toBe('void (void)');
});

test('structures, unions, enumerations and typedefs end the walk, named or not', () => {
  const dies = [
    die('structure_type', { name: strp('file') }, [], 's'),
    die('class_type', { name: strp('klass') }, [], 'c'),
    die('union_type', {}, [], 'u'),
    die('enumeration_type', {}, [], 'e'),
    die('typedef', { name: strp('loop_t'), type: ref4('t') }, undefined, 't'),
    die('typedef', { type: ref4('t') }, undefined, 'nameless'),
  ];
  expect(textOf(dies, 'f', 's')).toBe('struct file f');
  expect(textOf(dies, '', 'c')).toBe('struct klass');
  expect(textOf(dies, 'v', 'u')).toBe('union {...} v');
  expect(textOf(dies, '', 'e')).toBe('enum {...}');
  expect(textOf(dies, '', 't')).toBe('loop_t');
  expect(textOf(dies, '', 'nameless')).toMatch(/^<type without a name, DIE 0x[\da-f]+ of the unit>$/);
});

test('an array has one dimension, as an encoder gives it', () => {
  const array = (...ranges: Attributes[]) => [
    base('int'),
    die('array_type', { type: ref4('int') }, ranges.map(subrange), 'asked'),
  ];
  expect(textOf(array({ upper_bound: data1(6) }, { upper_bound: data1(2) }, { count: data1(2) }), 'map')).toBe(
    'int map[42]',
  );
  expect(textOf(array({}), 'flexible')).toBe('int flexible[0]');
  expect(textOf(array(), '')).toBe('int[0]');
  expect(textOf(array({ upper_bound: data8(0xffff_ffff_ffff_ffffn) }), 'none')).toBe('int none[0]');
});

test('what cannot be read, or is of no kind that C has, is said in angle brackets', () => {
  expect(textOf([die('pointer_type', { type: ref4('asked') }, undefined, 'asked')])).toMatch(
    /^<type cycle at DIE 0x[\da-f]+ of the unit> \*$/,
  );
  expect(textOf([die(tag.unspecified, { name: strp('decltype(nullptr)') }, undefined, 'asked')])).toBe(
    '<DW_TAG 0x3b decltype(nullptr)>',
  );
  expect(textOf([base('int'), die(tag.reference, { type: ref4('int') }, undefined, 'asked')], 'r')).toBe(
    '<DW_TAG 0x10> r',
  );
  const { types } = write([compileUnit([base('int')])]);
  expect(dieDeclaration(types.unit(0), 0x7fffffff, 'x')).toBe('<no type at DIE 0x7fffffff of the unit> x');
});

test('types that fan out or go deep end', () => {
  const wide = Array.from({ length: 40 }, (_, i) =>
    die('subroutine_type', { type: ref4(`f${i + 1}`) }, [parameter(`f${i + 1}`), parameter(`f${i + 1}`)], `f${i}`),
  );
  const text = textOf([...wide, die('subroutine_type', {}, [], 'f40')], '', 'f0');
  expect(text).toContain('<type too large>');
  expect(text.length).toBeLessThan(100_000);
  const deep = Array.from({ length: 300 }, (_, i) =>
    die('pointer_type', { type: ref4(`p${i + 1}`) }, undefined, `p${i}`),
  );
  expect(textOf([...deep, die('pointer_type', {}, undefined, 'p300')], '', 'p0')).toMatch(/^<type too large> \*+$/);
});

test.each(['strx', 'strx1', 'strx2', 'strx3', 'strx4', 'GNU_str_index'] as const)('a name by DW_FORM_%s', (form) => {
  const written = writeDwarf({ version: 5 }, [
    compileUnit(
      [
        die('structure_type', { name: strx(form, 'first') }, [], 'first'),
        die('structure_type', { name: strx(form, 'second') }, [], 'second'),
        die('structure_type', { name: indirect(strp('third')) }, [], 'third'),
      ],
      {},
      { str_offsets_base: secOffset(8) },
    ),
  ]);
  const types = new TypeDies(sectionsOf(written));
  open.push(types);
  const texts = ['first', 'second', 'third'].map((label) =>
    dieDeclaration(types.unit(0), written.unitOffset.get(label)!),
  );
  expect(texts).toEqual(['struct first', 'struct second', 'struct third']);
});

test('a name that is no string is none: a block, a number', () => {
  const written = writeDwarf({}, [
    compileUnit([
      die('structure_type', { name: block4([0x61, 0x62]) }, [], 'block'),
      die('structure_type', { name: data8(7) }, [], 'number'),
    ]),
  ]);
  const types = new TypeDies(sectionsOf(written));
  open.push(types);
  const texts = ['block', 'number'].map((label) => dieDeclaration(types.unit(0), written.unitOffset.get(label)!));
  expect(texts).toEqual(['struct {...}', 'struct {...}']);
});

describe('a function', () => {
  const common = [base('int'), to('pointer_type', 'int', 'int *')];

  test('is a prototype, with and without what is asked', () => {
    const { types, entries } = write([
      compileUnit([
        ...common,
        die('subprogram', { name: strp('f'), type: ref4('int *') }, [
          parameter('int', 'a'),
          parameter('int *', 'b'),
          dots(),
        ]),
      ]),
    ]);
    expect(entryPrototype(types, entries, 0)).toBe('int *f(int a, int *b, ...)');
    expect(entryPrototype(types, entries, 0, { parameterNames: false })).toBe('int *f(int, int *, ...)');
    expect(entryPrototype(types, entries, 0, { name: false, returnType: false })).toBe('(int a, int *b, ...)');
    expect(entryTypes(types, entries, 0)).toEqual({ returns: 'int *', parameters: ['int', 'int *', '...'] });
  });

  test('returns what its abstract origin or specification returns, over more than one step', () => {
    const { types, entries } = write([
      compileUnit([
        ...common,
        die('subprogram', { name: strp('f'), type: ref4('int *'), declaration: data1(1) }, undefined, 'declared'),
        die('subprogram', { specification: ref4('declared'), inline: data1(1) }, [], 'abstract'),
        die('subprogram', { abstract_origin: ref4('abstract') }, []),
      ]),
    ]);
    const texts = Array.from({ length: entries.count }, (_, entry) => entryTypes(types, entries, entry).returns);
    expect(texts).toEqual(['int *', 'int *', 'int *']);
  });

  test('that is its own origin, or whose origin is elsewhere, does not hang or lie', () => {
    const { types, entries } = write([
      compileUnit([...common, die('subprogram', { name: strp('own'), abstract_origin: ref4('own') }, [], 'own')]),
      compileUnit([die('subprogram', { name: strp('far'), abstract_origin: refAddr('own') }, [])]),
      compileUnit([die('subprogram', { name: strp('typed'), type: refAddr('int *') }, [])]),
    ]);
    const texts = Array.from({ length: entries.count }, (_, entry) => entryPrototype(types, entries, entry));
    expect(texts).toEqual(['void own(void)', '<type in another unit> far(void)', '<type in another unit> typed(void)']);
  });
});

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

test.each(['sample/vmlinux-aarch64', 'elf/x86_64-emit-relocs', 'elf/aarch64-relr', 'elf/i386-rel', 'elf/s390x'])(
  'every record of %s reads the same in DWARF and in BTF',
  async (name) => {
    const kernel = Vmlinux.open(fixtures + name);
    const evidence = await gatherEvidence(kernel);
    try {
      const btf = readyValue(kernel.btf)!.btf;
      const { types, worlds } = readyValue(evidence.dwarf)!;
      const { entries: merged } = mergeRecords(worlds.replay({ bytes: 'raw', version: '1.20' }), types);
      expect(merged.length).toBeGreaterThan(0);
      expect(Array.from(merged, (entry) => entryName(worlds.entries, entry))).toEqual(
        Array.from(btf.funcs, (id) => btf.nameOf(id)),
      );
      expect(Array.from(merged, (entry) => entryPrototype(types, worlds.entries, entry))).toEqual(
        Array.from(btf.funcs, (id) => prototype(btf, id, { linkage: false })),
      );
    } finally {
      closeEvidence(evidence);
      kernel.close();
    }
  },
);
