/** No flipped byte makes a type's text throw, hang or grow without end. */
import { expect, test } from 'vitest';
import { dieDeclaration, entryPrototype, entryTypes } from '../../src/dwarf/print-c.ts';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { ParseError } from '../../src/errors.ts';
import { data1, die, ref4, sectionsOf, strp, strx, writeDwarf } from '../helpers/dwarf-writer.ts';
import { compileUnit } from './read.ts';

const written = writeDwarf({ version: 5 }, [
  compileUnit([
    die('base_type', { name: strp('int') }, undefined, 'int'),
    die('pointer_type', { type: ref4('int') }, undefined, 'pointer'),
    die('const_type', { type: ref4('pointer') }, undefined, 'const'),
    die('array_type', { type: ref4('const') }, [die('subrange_type', { upper_bound: data1(7) })], 'array'),
    die('structure_type', { name: strx('strx1', 'whole') }, [], 'struct'),
    die(
      'subroutine_type',
      { type: ref4('struct') },
      [die('formal_parameter', { type: ref4('array') }), die('unspecified_parameters')],
      'function',
    ),
    die('subprogram', { name: strp('f'), type: ref4('pointer') }, [
      die('formal_parameter', { name: strp('a'), type: ref4('function') }),
      die('formal_parameter', { name: strp('b'), type: ref4('array') }),
    ]),
  ]),
]);

/** Print all that is there. @returns whether the unit could be opened */
function printAll(info: Uint8Array, abbrev: Uint8Array): boolean {
  const sections = sectionsOf({ ...written, info, abbrev });
  const entries = readFunctionEntriesSync(sections);
  const types = new TypeDies(sections);
  try {
    for (let entry = 0; entry < entries.count; entry++) {
      expect(entryPrototype(types, entries, entry).length).toBeLessThan(100_000);
      entryTypes(types, entries, entry);
    }
    const unit = types.unit(0);
    for (let offset = 0; offset <= info.length; offset++) {
      expect(dieDeclaration(unit, offset, 'x').length).toBeLessThan(100_000);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return false;
  } finally {
    types.close();
  }
}

test('whole, everything prints', () => {
  expect(printAll(written.info, written.abbrev)).toBe(true);
});

test.each(['info', 'abbrev'] as const)(
  'no flipped byte of .debug_%s does worse than text in angle brackets',
  (name) => {
    let opened = 0;
    for (let at = 0; at < written[name].length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = Uint8Array.from(written[name]);
        bytes[at] = (bytes[at] as number) ^ flip;
        if (name === 'info' ? printAll(bytes, written.abbrev) : printAll(written.info, bytes)) opened++;
      }
    }
    // Only the header of the unit keeps it closed.
    expect(opened).toBeGreaterThan(written[name].length);
  },
);
