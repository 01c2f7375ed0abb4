import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RelrPlaces } from '../../src/elf/relr.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { forms } from './forms.ts';

/** The definition of the gABI draft, word by word. */
function decode(words: readonly bigint[], wordSize: bigint): bigint[] {
  const places: bigint[] = [];
  let next: bigint | undefined;
  for (const word of words) {
    if (word % 2n === 0n) {
      places.push(word);
      next = word + wordSize;
    } else if (next !== undefined) {
      for (let bit = 1n; bit < wordSize * 8n; bit++) if ((word >> bit) & 1n) places.push(next + (bit - 1n) * wordSize);
      next += (wordSize * 8n - 1n) * wordSize;
    }
  }
  return places.map((place) => BigInt.asUintN(Number(wordSize) * 8, place));
}

const bytesOf = (words: readonly bigint[], form: (typeof forms)[number]) => new ElfWriter(form).words(words);
const placesOf = (words: readonly bigint[], form: (typeof forms)[number]) =>
  new RelrPlaces(bytesOf(words, form), form.class === 64, !form.bigEndian, 0x500);

test.each(forms)('places of $form are those of the definition, in order, one by one and by range', (form) => {
  const word = form.class === 64 ? 8n : 4n;
  const most = 2n ** (word * 8n) - 1n;
  const base = form.class === 64 ? 0xffff800010000000n : 0xc0008000n;
  const entry = fc.oneof(
    fc.bigInt({ min: 0n, max: most }),
    fc.bigInt({ min: 0n, max: most }).map((bitmap) => bitmap | 1n),
    fc.bigInt({ min: 0n, max: 4096n }).map((steps) => base + steps * 8n),
    fc.constantFrom(1n, most, most - 1n, 0n),
  );
  const property = fc.property(
    fc.array(entry, { maxLength: 300 }),
    fc.bigInt({ min: 0n, max: most }),
    fc.array(fc.nat(), { maxLength: 20 }),
    (words, start, asked) => {
      const expected = decode(words, word);
      const found = placesOf(words, form);
      expect(found.count).toBe(expected.length);
      const indexes = expected.map((_, index) => index);
      expect(indexes.map((index) => found.at(index))).toEqual(expected);
      for (const at of asked)
        if (expected.length > 0) expect(found.at(at % expected.length)).toBe(expected[at % expected.length]);
      for (const range of [
        [0n, 2n ** 64n],
        [start, start + 0x1000n],
        [base, base + 0x800n],
      ] as const) {
        const seen: [number, bigint][] = [];
        found.forEachIn(range[0], range[1], (index, hi, lo) => seen.push([index, (BigInt(hi) << 32n) | BigInt(lo)]));
        const inRange = indexes.map((index) => [index, expected[index]] as [number, bigint]);
        expect(seen).toEqual(inRange.filter(([, place]) => place >= range[0] && place < range[1]));
      }
    },
  );
  // Found once: a bitmap that runs over the last address puts places at the first ones.
  const examples: [bigint[], bigint, number[]][] = [[[most - 7n, 5n], 0n, []]];
  fc.assert(property, { numRuns: 60, examples });
});

test('a table that begins with bitmaps has no place to count from, and says so', () => {
  const places = placesOf([0xffn, 0x3n, 0x1000n, 0x3n], forms[0]);
  expect(places.count).toBe(2);
  expect(places.at(1)).toBe(0x1008n);
  expect(places.damage?.message).toBe(
    'RELR table at file offset 0x500: it begins with a bitmap (2 of them), expected a place to count from',
  );
  expect(placesOf([3n, 5n], forms[0]).count).toBe(0);
});

test.each([
  ['a bit past the end', [0xfffffffffffffff0n, 0b101n], 0x508],
  ['a bitmap after the end', [0xfffffffffffffff8n, 0x1n, 0x3n], 0x508],
])('%s of the address space is damage', (_, words, offset) => {
  const places = placesOf(words, forms[0]);
  expect(places.damage).toMatchObject({
    code: 'bad-value',
    offset,
    problem: 'its bitmap reaches past the last address',
  });
});

test('the last address itself is no damage, nor a bitmap of nothing behind it', () => {
  expect(placesOf([0xfffffffffffffff0n, 0b11n], forms[0]).damage).toBeUndefined();
  expect(placesOf([0xfffffff8n, 0b11n], forms[2]).damage).toBeUndefined();
  expect(placesOf([0xfffffff8n, 0b101n], forms[2]).damage?.code).toBe('bad-value');
});

test('ten megabytes of full bitmaps stay ten megabytes', () => {
  const bytes = new Uint8Array(10 << 20).fill(0xff);
  bytes.fill(0, 0, 8);
  const before = process.memoryUsage().arrayBuffers;
  const places = new RelrPlaces(bytes, true, true, 0);
  expect(places.count).toBe(1 + 63 * (bytes.length / 8 - 1));
  expect(places.at(places.count - 1)).toBe(8n * 63n * BigInt(bytes.length / 8 - 1));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 << 20);
});

test('ten million places that bitmaps stand for are asked for one by one', () => {
  const words = new BigUint64Array(160_000).fill(2n ** 64n - 1n);
  words[0] = 0xffff800010000000n;
  const places = new RelrPlaces(new Uint8Array(words.buffer), true, true, 0);
  let wrong = 0;
  let last = places.at(0);
  const took = cpuTime(() => {
    for (let index = 1; index < places.count; index++) {
      const place = places.at(index);
      if (place !== last + 8n) wrong++;
      last = place;
    }
  });
  expect(took).toBeLessThan(10_000);
  expect([places.count, wrong]).toEqual([1 + 159_999 * 63, 0]);
});
