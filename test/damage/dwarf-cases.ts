/** Damage of DWARF. A damaged unit is left out, with a sentence, and the replay goes on. */
import * as write from '../helpers/dwarf-writer.ts';
import { at, type DamageCase, kernelWithDwarf } from './case.ts';

const { die, unit, strp } = write;
const unitOf = (children: readonly write.Die[]): write.Unit =>
  unit(die('compile_unit', { name: strp('a.c') }, children));
const alpha = die('subprogram', { name: strp('alpha'), low_pc: write.addr(at(0)), high_pc: write.data8(0x20) });

/** The unit in the middle is damaged in its header. */
const header = (name: string, offset: number, values: readonly number[], says: string): DamageCase => ({
  name,
  bytes: () =>
    kernelWithDwarf([unitOf([alpha]), unitOf([])], {}, ({ info, units }) => info.set(values, (units[1] ?? 0) + offset)),
  argv: 'replay FILE --format tsv',
  says,
  code: 0,
});

const inside = (
  name: string,
  children: readonly write.Die[],
  says: string,
  shows?: string,
  shape: { readonly version?: 5 } = {},
): DamageCase => ({
  name,
  bytes: () => kernelWithDwarf([unitOf([alpha]), unitOf(children)], shape),
  argv: 'replay FILE --format tsv',
  says,
  ...(shows !== undefined && { shows }),
  code: 0,
});
const value = (name: string, attribute: write.Value, says: string): DamageCase =>
  inside(name, [die('variable', { const_value: attribute })], says);

/** Lexical blocks in each other, none of which ends: the bytes of a value of length 0 are DIEs, of abbreviation 3. */
const nested = (depth: number): write.Die[] => {
  const blocks = die('variable', { external: write.raw(0x19, new Array(depth).fill(3)) });
  const first = write.unterminated(die('lexical_block', {}, [blocks]));
  return [die('subprogram', { name: strp('deep') }, [first])];
};

export const dwarfCases: readonly DamageCase[] = [
  header(
    'unit length past the end',
    0,
    [0xff, 0xff, 0xff, 0x7f],
    'kinspect: FILE: a unit is missing: unit at .debug_info+0x26: it says that it has 2147483651 bytes, and the section has 17 more; the units after it cannot be found',
  ),
  header(
    'unit length that is reserved',
    0,
    [0xf5, 0xff, 0xff, 0xff],
    'kinspect: FILE: a unit is missing: unit at .debug_info+0x26: its length is one of the reserved values; the units after it cannot be found',
  ),
  header(
    'unit length 0',
    0,
    [0, 0, 0, 0],
    'kinspect: FILE: a unit is missing: unit at .debug_info+0x26: it says that it has 4 bytes, less than a header; the units after it cannot be found',
  ),
  header(
    'version',
    4,
    [9, 0],
    'kinspect: FILE: a unit is missing: unit at .debug_info+0x26: DWARF version 9, and versions 2 to 5 are known',
  ),
  header(
    'abbreviation offset past the end',
    6,
    [0xff, 0xff, 0xff, 0x7f],
    `kinspect: FILE: a unit is missing: DIE at .debug_info+0x31: abbreviation 1 is not in the unit's table (the table's offset 0x7fffffff is past the end of .debug_abbrev)`,
  ),
  header(
    'abbreviation code that is not in the table',
    11,
    [0x55],
    `kinspect: FILE: a unit is missing: DIE at .debug_info+0x31: abbreviation 85 is not in the unit's table`,
  ),
  header(
    'address size 3',
    10,
    [3],
    'kinspect: FILE: a unit is missing: unit at .debug_info+0x26: addresses of 3 bytes, and 4 and 8 are known',
  ),
  value(
    'unknown form',
    write.raw(0x7f, [1]),
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x37: an attribute has the unknown form 0x7f',
  ),
  value(
    'indirect to indirect',
    write.indirect(write.indirect(write.data1(1))),
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x37: DW_FORM_indirect is followed by form 0x16',
  ),
  value(
    'overlong LEB128',
    write.raw(0x0f, new Array(11).fill(0x80)),
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x37: a LEB128 number has more than ten bytes',
  ),
  inside(
    'string offset past the end',
    [die('subprogram', { name: write.strpAt(0xff_ffff) })],
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x37: string offset 0xffffff is outside .debug_str',
  ),
  value(
    'block longer than the unit',
    write.raw(0x0a, [200]),
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x36: its attributes go on past the end of the unit',
  ),
  inside(
    'sibling backwards',
    [die('structure_type', { sibling: write.ref4(12) }, [alpha])],
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x36: its DW_AT_sibling points backwards or out of the unit',
  ),
  inside(
    'sibling to itself',
    [die('structure_type', { sibling: write.ref4('self') }, [alpha], 'self')],
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x36: its DW_AT_sibling points backwards or out of the unit',
  ),
  inside(
    'reference loop',
    [
      die('subprogram', { abstract_origin: write.ref4('two') }, undefined, 'one'),
      die('subprogram', { abstract_origin: write.ref4('one') }, undefined, 'two'),
    ],
    'kinspect: FILE: the unit a.c has a bad reference: DIE at .debug_info+0x36: its DW_AT_abstract_origin leads back to it, by way of the DIE at .debug_info+0x3b',
    'a.c\t\tnot-external',
  ),
  inside(
    'reference to itself',
    [die('subprogram', { specification: write.ref4('self') }, undefined, 'self')],
    'kinspect: FILE: the unit a.c has a bad reference: DIE at .debug_info+0x36: its DW_AT_specification points to the DIE itself',
    'a.c\t\tnot-external',
  ),
  inside(
    'reference out of the unit',
    [die('subprogram', { abstract_origin: write.ref4(0xff_ffff) })],
    'kinspect: FILE: the unit a.c has a bad reference: DIE at .debug_info+0x36: its DW_AT_abstract_origin points out of the unit: 0xffffff of its 0x16 bytes',
    'a.c\t\tnot-external',
  ),
  inside(
    'nesting 100,000 deep',
    nested(100_000),
    'kinspect: FILE: the unit a.c is missing: DIE at .debug_info+0x103b: DIEs are nested more than 4096 deep',
  ),
  {
    name: 'units whose DIEs are in another file',
    bytes: () =>
      kernelWithDwarf(
        [
          unit(die('compile_unit', { GNU_dwo_name: write.string('a\n.dwo') }), { version: 4 }),
          unit(die('compile_unit', { GNU_dwo_name: strp('b.dwo') }), { version: 4 }),
        ],
        { version: 5 },
      ),
    argv: 'replay FILE --format tsv',
    says: "kinspect: FILE: DIE at .debug_info+0xb: the DIEs of its unit are in 'a\\x0a.dwo', which is not read; 1 more unit has such a file",
    code: 0,
  },
  inside(
    'names in a supplementary file',
    [die('subprogram', { name: write.gnuStrpAlt(5), external: write.flagPresent() })],
    'kinspect: FILE: DIE at .debug_info+0x31: names of its unit are in a supplementary file (.gnu_debugaltlink, .debug_sup), which is not read: they count as missing',
  ),
  inside(
    'names in a supplementary file of version 5',
    [die('subprogram', { name: write.strpSup(5), external: write.flagPresent() })],
    'kinspect: FILE: DIE at .debug_info+0x33: names of its unit are in a supplementary file (.gnu_debugaltlink, .debug_sup), which is not read: they count as missing',
    undefined,
    { version: 5 },
  ),
];
