/** Ids of names that are the ends of each other, or longer than any of a kernel. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameTable } from '../../src/dwarf/name-table.ts';
import { NameIds } from '../../src/pahole/name-ids.ts';
import { cpuTime } from '../helpers/cpu-time.ts';

const none = new Uint8Array(0);
const idsOver = (str: Uint8Array): NameIds => new NameIds(new NameTable({ str, lineStr: none, inline: none }));

test('equal ids are equal names, however long', () => {
  // Few letters and lengths about a multiple of the steps inside, so that names are equal and nearly so.
  const run = fc.tuple(fc.constantFrom(1, 60, 64, 447, 448, 511, 512, 513, 4096), fc.constantFrom('a', 'b'));
  const text = fc.array(run, { minLength: 1, maxLength: 4 });
  const strings = fc.array(text, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(strings, fc.array(fc.nat(10_000), { maxLength: 40 }), fc.boolean(), (parts, offsets, ended) => {
      const written = parts.map((one) => one.map(([count, letter]) => letter.repeat(count)).join('')).join('\0');
      const bytes = Buffer.from(ended ? `${written}\0` : written, 'latin1');
      const ids = idsOver(bytes);
      const byText = new Map<string, number>();
      for (const any of offsets) {
        const offset = any % bytes.length;
        const name = bytes.toString('latin1', offset).split('\0')[0]!;
        const id = name === '' ? ids.ofBytes(bytes, offset) : ids.ofRef(offset + 1);
        expect(id).toBe(byText.get(name) ?? byText.size);
        byText.set(name, id);
        expect(ids.ofText(name)).toBe(id);
        expect(ids.text(id)).toBe(name);
      }
    }),
    { numRuns: 200 },
  );
});

test('200,000 names that share the same end, twice', () => {
  const size = 200_000;
  const str = Buffer.alloc(2 * (size + 1), 0x61);
  str[size] = 0;
  str[2 * size + 1] = 0;
  const ids = idsOver(str);
  let wrong = 0;
  const took = cpuTime(() => {
    for (let i = 0; i < size; i++) if (ids.ofRef(i + 1) !== i || ids.ofRef(size + i + 2) !== i) wrong++;
  });
  expect(took).toBeLessThan(20_000);
  expect([wrong, ids.count]).toEqual([0, size]);
  for (let i = 0; i < size; i++) if (ids.text(i).length !== size - i) wrong++;
  expect(wrong).toBe(0);
});
