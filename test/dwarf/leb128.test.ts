/** LEB128 against its definition: seven bits a byte, lowest first, the high bit on all bytes but the last. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LebReader, maxLebBytes } from '../../src/dwarf/leb128.ts';

/** @param bytes so many at least: a producer may pad */
function encode(value: bigint, signed: boolean, bytes = 1): number[] {
  const out: number[] = [];
  for (let left = value; ; left >>= 7n) {
    const low = Number(left & 0x7fn);
    const rest = left >> 7n;
    const isWhole = signed ? rest === ((low & 0x40) === 0 ? 0n : -1n) : rest === 0n;
    if (isWhole && out.length + 1 >= bytes) return [...out, low];
    out.push(low | 0x80);
  }
}

const padding = fc.integer({ min: 1, max: maxLebBytes });
const around = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 5 });

test('an unsigned value is read back, however it is padded, and what follows is left', () => {
  const value = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), fc.bigInt({ min: 0n, max: 300n }));
  fc.assert(
    fc.property(value, padding, around, around, (number, bytes, before, after) => {
      const encoded = encode(number, false, bytes);
      const reader = new LebReader(Uint8Array.from([...before, ...encoded, ...after]), before.length);
      expect(reader.unsigned()).toBe(Number(number));
      expect(reader.position).toBe(before.length + encoded.length);
    }),
  );
});

test('an unsigned value of 64 bits is as near as a number can be', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => {
      const read = new LebReader(Uint8Array.from(encode(number, false))).unsigned();
      expect(Math.abs(read - Number(number))).toBeLessThanOrEqual(Number(number) * 2 ** -50);
    }),
  );
});

test('a signed value of 32 bits is read back, however it is padded', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), padding, (number, bytes) => {
      const encoded = encode(BigInt(number), true, bytes);
      const reader = new LebReader(Uint8Array.from(encoded));
      expect(reader.signed32()).toBe(number);
      expect(reader.position).toBe(encoded.length);
    }),
  );
});

test('more than ten bytes are no value, and no more than ten are read', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0x80, max: 0xff }), { minLength: 10, maxLength: 14 }), (bytes) => {
      const reader = new LebReader(Uint8Array.from([...bytes, 0]));
      expect(reader.unsigned()).toBeNaN();
      expect(reader.position).toBe(maxLebBytes);
      expect(new LebReader(Uint8Array.from([...bytes, 0])).signed32()).toBeNaN();
    }),
  );
});

test('a value that the bytes end in shows in the position', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 9 }), (bytes) => {
      const reader = new LebReader(Uint8Array.from(bytes));
      reader.unsigned();
      expect(reader.position).toBeGreaterThan(bytes.length);
    }),
  );
});
