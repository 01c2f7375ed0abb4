/** The relocated bytes are what the boot code leaves: relocating those once more changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKernel, regionOf, SmallKernel } from './small-kernel.ts';

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** An absolute REL entry is left out: its sum takes the place of its addend, and the boot code runs once. */
const rows = fc.array(fc.record({ raw: word, addend: word, kind: fc.constantFrom('relative', 'absolute', 'none') }), {
  minLength: 1,
  maxLength: 12,
});

test.each([
  ['RELA, little-endian', { machine: 'aarch64' }, 1027, 257],
  ['RELA, big-endian', { machine: 's390x', bigEndian: true }, 12, 22],
  ['RELA, 32 bits', { machine: 'arm', class: 32 }, 23, 2],
] as const)('%s', (_, options, relative, absolute) => {
  fc.assert(
    fc.property(rows, word, (entries, value) => {
      const make = (raw: readonly bigint[]) => {
        const kernel = new SmallKernel({ ...options, raw });
        const symbol = kernel.writer.symbol('s', { section: 'ABS', value });
        const rela = entries.flatMap(({ addend, kind }, slot) => {
          const place = kernel.place(slot);
          if (kind === 'none') return [];
          return [kind === 'relative' ? { place, type: relative, addend } : { place, type: absolute, symbol, addend }];
        });
        kernel.writer.rela('.rela.dyn', rela, { flags: 'A', link: '.symtab' });
        return regionOf(openKernel(kernel.writer.build()));
      };
      const once = make(entries.map(({ raw }) => raw));
      const values = Array.from({ length: once.count }, (_, slot) => once.slot(slot).relocated);
      const twice = make(values);
      expect(twice.relocatedBytes()).toEqual(once.relocatedBytes());
      expect(twice.bytes).toEqual(once.relocatedBytes());
    }),
    { numRuns: 60 },
  );
});

test('RELR', () => {
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 20 }),
      fc.bigInt({ min: 0n, max: 2n ** 19n }),
      (raw, bits) => {
        const make = (words: readonly bigint[]) => {
          const kernel = new SmallKernel({ machine: 'aarch64', raw: words });
          kernel.writer.relr('.relr.dyn', [kernel.place(0), (bits << 1n) | 1n]);
          return regionOf(openKernel(kernel.writer.build()));
        };
        const once = make(raw);
        const twice = make(Array.from({ length: once.count }, (_, slot) => once.slot(slot).relocated));
        expect(twice.relocatedBytes()).toEqual(once.relocatedBytes());
      },
    ),
    { numRuns: 60 },
  );
});
