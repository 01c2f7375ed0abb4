import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toWords } from '../../src/bytes/words.ts';

test('words are what a DataView reads, at any alignment, in either order, with a rest left out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), fc.nat(7), fc.boolean(), (all, skip, little) => {
      const bytes = all.subarray(Math.min(skip, all.length));
      const before = Buffer.from(bytes).toString('hex');
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const expected = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(i * 4, little));
      expect([...toWords(bytes, little)]).toEqual(expected);
      expect(Buffer.from(bytes).toString('hex')).toBe(before);
    }),
  );
});
