import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { Cursor } from '../../src/bytes/cursor.ts';
import { parseError } from '../helpers/parse-error.ts';

const sizes = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;

test('reads what a DataView reads, at any alignment and in either byte order', () => {
  const reads = fc.array(fc.constantFrom('u8', 'u16', 'u32', 'u64' as const));
  const property = fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 64 }),
    fc.boolean(),
    reads,
    (all, little, plan) => {
      const bytes = all.subarray(1);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const cursor = new Cursor(bytes, little, 'bytes');
      let at = 0;
      for (const kind of plan) {
        if (at + sizes[kind] > bytes.length) {
          expect(parseError(() => cursor[kind]()).code).toBe('truncated');
        } else {
          const expected = {
            u8: () => view.getUint8(at),
            u16: () => view.getUint16(at, little),
            u32: () => view.getUint32(at, little),
            u64: () => view.getBigUint64(at, little),
          }[kind]();
          expect(cursor[kind]()).toBe(expected);
          at += sizes[kind];
        }
        expect(cursor.position).toBe(at);
      }
    },
  );
  fc.assert(property);
});

test('a read that fails leaves the cursor where it was and names the place in the file', () => {
  const cursor = Cursor.over(memorySource(new Uint8Array(32)), 16, 6, true, 'section header 0');
  cursor.u32();
  const error = parseError(() => cursor.u64());
  expect(error.message).toBe('section header 0 at file offset 0x14: 8 bytes are needed and 2 are left');
  expect(cursor.position).toBe(4);
  expect(cursor.remaining).toBe(2);
});

test('a size past 2^53 becomes a number that passes no check', () => {
  const bytes = new Uint8Array(8).fill(0xff);
  expect(new Cursor(bytes, true, 'x').size64()).toBe(Number.POSITIVE_INFINITY);
  bytes.fill(0, 6);
  expect(new Cursor(bytes, true, 'x').size64()).toBe(2 ** 48 - 1);
});

test.each([-1, 9, Number.POSITIVE_INFINITY])('seeking to %d is refused', (position) => {
  expect(parseError(() => new Cursor(new Uint8Array(8), true, 'x').seek(position)).code).toBe('out-of-range');
});

test.each([-1, 9, Number.POSITIVE_INFINITY])('taking %d bytes is refused', (length) => {
  const cursor = new Cursor(new Uint8Array(8), true, 'x');
  expect(parseError(() => cursor.bytes(length)).code).toBe('truncated');
  expect(parseError(() => cursor.skip(length)).code).toBe('truncated');
});
