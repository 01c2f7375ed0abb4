/** The compiled reader (assembly/): that it reads what compilers write, and agrees about numbers with the files beside it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasChildren, STEP, sizeShift, stepMask } from '../../src/dwarf/abbrev-shapes.ts';
import { makeQueue, takeChunks } from '../../src/dwarf/chunks.ts';
import { FORM } from '../../src/dwarf/constants.ts';
import { entryFlag, inlineShift } from '../../src/dwarf/function-entries.ts';
import { OP, opMask, opShift, SLOT } from '../../src/dwarf/instructions.ts';
import * as scan from '../../src/dwarf/scan.ts';
import { type DwarfSections, loadSections, SectionOpener } from '../../src/dwarf/sections.ts';
import { UnitReader } from '../../src/dwarf/unit-reader.ts';
import * as write from '../helpers/dwarf-writer.ts';
import { compiled, compileUnit } from './read.ts';

const { die, strp, ref4 } = write;

test('its words are those of the TypeScript side', () => {
  const text = readFileSync(new URL('../../assembly/words.ts', import.meta.url), 'utf8');
  const words = new Map(Array.from(text.matchAll(/^export const (\w+): u32 = (\w+);/gm), ([, name, n]) => [name, +n!]));
  const camel = (prefix: string, name: string) => prefix + name[0]!.toUpperCase() + name.slice(1);
  const expected: [string, number][] = [];
  const all = (
    prefix: string,
    table: Readonly<Record<string, number>>,
    renamed: Readonly<Record<string, string>> = {},
  ) => {
    for (const [name, number] of Object.entries(table)) expected.push([camel(prefix, renamed[name] ?? name), number]);
  };
  all('step', STEP);
  all('op', OP);
  all('slot', SLOT, { abstractOrigin: 'origin' });
  all('flag', entryFlag, { abstractOrigin: 'origin' });
  all('form', FORM, { line_strp: 'lineStrp' });
  const { inSkipped, inScope, inInlined, inBody, inLexicalBlock, maxDepth } = scan;
  const places = { inSkipped, inScope, inInlined, inBody, inLexicalBlock, maxDepth };
  const layout = { inlineShift, stepMask, hasChildren, sizeShift, opMask, opShift };
  expected.push(...Object.entries({ ...places, ...layout }));
  const known = new Map(expected);
  const own = ['rareParam', 'rareVararg', 'lineStrBit'];
  for (const [name, number] of words)
    if (!own.includes(name!)) expect([name, known.get(name!)]).toEqual([name, number]);
  expect(words.size).toBeGreaterThan(50);
});

/** How many units were read by which reader. */
function readers(written: write.Written, change: Partial<DwarfSections> = {}): { compiled: number; own: number } {
  const opener = new SectionOpener();
  const sections = loadSections({ ...write.sectionsOf(written), ...change }, opener, { module: compiled, threads: 1 });
  const reader = new UnitReader(sections, opener, 0);
  for (const _ of takeChunks(makeQueue(sections), sections, reader));
  const counts = { compiled: 0, own: 0 };
  for (const rows of reader.share().chunks) counts[rows.compiled ? 'compiled' : 'own'] += rows.units.length;
  return counts;
}

const plain = compileUnit([
  die('base_type', { name: write.string('int'), byte_size: write.data1(4) }, undefined, 'int'),
  die('subprogram', { name: strp('f'), external: write.flagPresent(), low_pc: write.addr(7), type: ref4('int') }, [
    die('formal_parameter', { name: write.string('x'), type: ref4('int'), location: write.exprloc([1]) }),
    die('formal_parameter', { name: write.string('longer'), type: ref4('int') }),
    die('unspecified_parameters'),
    die('lexical_block', {}, [die('variable', { name: write.string('v') })]),
  ]),
]);

test.each([3, 4, 5] as const)('it reads the units that compilers write, version %i', (version) => {
  expect(readers(write.writeDwarf({ version }, [plain, plain]))).toEqual({ compiled: 2, own: 0 });
});

test('it leaves to the other what it does not know, and only that', () => {
  const bySignature = compileUnit([die('subprogram', { name: strp('g'), type: write.refSig8(5) })]);
  expect(readers(write.writeDwarf({}, [plain, bySignature, plain]))).toEqual({ compiled: 2, own: 1 });
  expect(readers(write.writeDwarf({ littleEndian: false }, [plain]))).toEqual({ compiled: 0, own: 1 });
});

test('it leaves to the other what it has no room for', () => {
  // More entries than the memory has rows for: a unit of this many bytes has far fewer in practice.
  const many = compileUnit(Array.from({ length: 5000 }, () => die('subprogram', { external: write.flagPresent() })));
  expect(readers(write.writeDwarf({}, [plain, many, plain]))).toEqual({ compiled: 2, own: 1 });
});
