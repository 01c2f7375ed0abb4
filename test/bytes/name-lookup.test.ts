import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameLookup } from '../../src/bytes/name-lookup.ts';
import { StringTable } from '../../src/bytes/string-table.ts';

function columnOf(names: readonly string[]): { strings: StringTable; starts: Uint32Array } {
  const starts: number[] = [];
  let end = 0;
  for (const name of names) {
    starts.push(end);
    end += name.length + 1;
  }
  return {
    strings: new StringTable(Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'), 'names'),
    starts: Uint32Array.from(starts),
  };
}

// Short ones, and such as agree in more bytes than are looked at first.
const tail = fc.string({ unit: fc.constantFrom('a', 'b', '_', '\xff'), maxLength: 4 });
const head = fc.constantFrom('', '', 'h'.repeat(510), 'h'.repeat(512), 'h'.repeat(600));
const name = fc.tuple(head, tail).map(([start, end]) => start + end);

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
      const lookup = new NameLookup(strings, starts, { rows });
      const other = columnOf(others);
      others.forEach((text, i) => {
        const first = names.findIndex((candidate, row) => candidate === text && row % 2 === 0);
        expect(lookup.first(other.strings, other.starts[i] as number)).toBe(first < 0 ? undefined : first);
      });
    }),
  );
});

test('a name in one group is another than in the next, and may be alone there', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.nat(2))), name, fc.nat(3), (named, wanted, group) => {
      const { strings, starts } = columnOf(named.map(([text]) => text));
      const lookup = new NameLookup(strings, starts, { groups: Uint16Array.from(named, ([, of]) => of) });
      const expected = named.flatMap(([text, of], row) => (text === wanted && of === group ? [row] : []));
      const at = columnOf([wanted]).strings;
      const found: number[] = [];
      for (let row = lookup.first(at, 0, group); row !== undefined; row = lookup.after(row)) found.push(row);
      expect(found).toEqual(expected);
      expect(lookup.only(at, 0, group)).toBe(expected.length === 1 ? expected[0] : undefined);
    }),
  );
});

test('20,000 names that share one far end are told apart by their lengths', () => {
  // Byte by byte these are 2^34 steps for the table, and as many for each name that is looked up.
  const size = 1 << 20;
  const bytes = Buffer.alloc(size, 'a');
  bytes[size - 1] = 0;
  const strings = new StringTable(bytes, '.strtab');
  const starts = Uint32Array.from({ length: 20_000 }, (_, row) => row);
  const lookup = new NameLookup(strings, starts);
  const other = new StringTable(Buffer.concat([Buffer.from('b\0'), bytes]), '.strtab');
  for (let row = 0; row < 20_000; row++) {
    expect(lookup.first(strings, row)).toBe(row);
    expect(lookup.after(row)).toBeUndefined();
  }
  for (let row = 0; row < 20_000; row += 1000) expect(lookup.first(other, row + 2)).toBe(row);
  expect(lookup.first(other, 20_002)).toBeUndefined();
});
