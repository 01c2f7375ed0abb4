import { expect, test } from 'vitest';
import { Lz4Error, unlz4 } from '../../src/elf/boot-image/lz4.ts';
import { lz4Literals } from '../helpers/boot-image.ts';

const frame = (...blocks: number[][]): Uint8Array =>
  Buffer.concat([
    Buffer.from([0x02, 0x21, 0x4c, 0x18]),
    ...blocks.map((block) => Buffer.from([block.length, 0, 0, 0, ...block])),
  ]);
const text = (packed: Uint8Array, size: number): string => Buffer.from(unlz4(packed, size)).toString('latin1');
const [a, b, c] = [0x61, 0x62, 0x63];

test('literals, matches, and matches that overlap what they write', () => {
  expect(text(frame([0x30, a, b, c]), 3)).toBe('abc');
  expect(text(frame([0x32, a, b, c, 3, 0, 0x10, c]), 10)).toBe('abcabcabcc');
  expect(text(frame([0x1f, a, 1, 0, 5, 0x10, b]), 26)).toBe(`${'a'.repeat(25)}b`);
});

test('lengths that are continued, and blocks one after the other', () => {
  for (const size of [0, 1, 14, 15, 16, 269, 270, 271, 5000]) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7);
    expect(Buffer.compare(unlz4(lz4Literals(bytes), size), bytes)).toBe(0);
    expect(Buffer.compare(unlz4(lz4Literals(bytes, 100), size), bytes)).toBe(0);
  }
});

test.each([
  ['no magic', Buffer.from('abcdefgh'), 3],
  ['a block cut off', frame([0x30, a, b, c]).subarray(0, -1), 3],
  ['too little', frame([0x30, a, b, c]), 4],
  ['too much', frame([0x30, a, b, c]), 2],
  ['a distance of zero', frame([0x12, a, 0, 0, 0x10, b]), 8],
  ['a distance before the block', frame([0x12, a, 2, 0, 0x10, b]), 8],
  ['a distance cut off', frame([0x12, a, 1]), 8],
  ['a length cut off', frame([0xff, 255, 255]), 8],
  ['a match past the end', frame([0x1f, a, 1, 0, 200, 0x10, b]), 8],
])('%s is an error', (_, packed, size) => {
  expect(() => unlz4(packed, size)).toThrow(Lz4Error);
});

test('any flipped byte ends in the right size or in an error', () => {
  const packed = frame([0x32, a, b, c, 3, 0, 0x10, c], [0x1f, a, 1, 0, 5, 0x10, b]);
  for (let at = 0; at < packed.length; at++) {
    for (const bits of [1, 0x80, 0xff]) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ bits;
      try {
        expect(unlz4(damaged, 36).length).toBe(36);
      } catch (error) {
        expect(error).toBeInstanceOf(Lz4Error);
      }
    }
  }
});
