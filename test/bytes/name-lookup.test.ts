import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameLookup } from '../../src/bytes/name-lookup.ts';

function columnOf(names: readonly string[]): { strings: Uint8Array; starts: Uint32Array } {
  const starts: number[] = [];
  let end = 0;
  for (const name of names) {
    starts.push(end);
    end += name.length + 1;
  }
  return {
    strings: Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'),
    starts: Uint32Array.from(starts),
  };
}

const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '\xff'), maxLength: 4 });

test('finds every row of a name, ascending, and no other', () => {
  fc.assert(
    fc.property(fc.array(name), name, (names, wanted) => {
      const { strings, starts } = columnOf(names);
      const lookup = new NameLookup(strings, starts);
      const expected = names.flatMap((text, row) => (text === wanted ? [row] : []));
      expect(lookup.all(wanted)).toEqual(expected);
    }),
  );
});

test('joins two columns by their bytes, over chosen rows only', () => {
  fc.assert(
    fc.property(fc.array(name), fc.array(name), (names, others) => {
      const { strings, starts } = columnOf(names);
      const rows = Uint32Array.from(names.flatMap((_, row) => (row % 2 === 0 ? [row] : [])));
      const lookup = new NameLookup(strings, starts, rows);
      const other = columnOf(others);
      others.forEach((text, i) => {
        const first = names.findIndex((candidate, row) => candidate === text && row % 2 === 0);
        expect(lookup.first(other.strings, other.starts[i] as number)).toBe(first < 0 ? undefined : first);
      });
    }),
  );
});
