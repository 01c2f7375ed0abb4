import { execFileSync } from 'node:child_process';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { decompress } from 'fzstd';
import { expect, test } from 'vitest';
import { ZstdError } from '../../src/elf/zstd/bits.ts';
import { unzstd } from '../../src/elf/zstd/unzstd.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { frames } from './zstd-frames.ts';

test.each(frames)('$name unpacks to what was packed', ({ content, packed }) => {
  expect(Buffer.compare(unzstd(packed, content.length), content)).toBe(0);
  expect(Buffer.compare(decompress(packed), content)).toBe(0);
});

/** zstd(1), or Node's own from 22.15 on; the frames above stand in where there is neither. */
function findPacker(): ((input: Buffer, level: number) => Uint8Array) | undefined {
  try {
    execFileSync('zstd', ['--version']);
    return (input, level) => {
      const options = [level < 0 ? `--fast=${-level}` : `-${level}`, level % 2 === 0 ? '--check' : '--no-check'];
      return execFileSync('zstd', [...options, '-q', '-c'], { input, maxBuffer: 1 << 26 });
    };
  } catch {
    const { zstdCompressSync, constants } = zlib;
    if (zstdCompressSync === undefined) return undefined;
    return (input, level) => zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  }
}
const packer = findPacker();
const why = packer === undefined ? ' (skipped: neither zstd(1) nor a Node that has it)' : '';

test.skipIf(packer === undefined)(`whatever zstd packs comes out again, at any level${why}`, () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 300 }),
    fc.constantFrom('tty_write ', 'hung_up_tty_write\0', '\0'.repeat(500)),
  );
  const property = fc.property(
    fc.array(piece, { maxLength: 60 }),
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom(-4, 1, 3, 4, 9, 12, 19),
    (parts, times, level) => {
      const input = Buffer.from(parts.join('').repeat(times), 'latin1');
      const packed = packer?.(input, level) ?? new Uint8Array(0);
      expect(Buffer.compare(unzstd(packed, input.length), input)).toBe(0);
    },
  );
  fc.assert(property, { numRuns: 40 });
});

test('frames follow each other, and what is not data is skipped', () => {
  const [first, , third] = frames;
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const packed = Buffer.concat([first!.packed, skippable, third!.packed]);
  const content = Buffer.concat([first!.content, third!.content]);
  expect(Buffer.compare(unzstd(packed, content.length), content)).toBe(0);
});

const complaint = (packed: Uint8Array, size: number): string => {
  try {
    unzstd(packed, size);
  } catch (error) {
    expect(error).toBeInstanceOf(ZstdError);
    return (error as Error).message;
  }
  return 'none';
};

test('a size that is not the real one is told', () => {
  const { packed, content } = frames[0]!;
  expect(complaint(packed, content.length + 1)).toBe('6000 bytes come out, expected 6001');
  expect(complaint(packed, content.length - 1)).toBe('more data than expected');
  expect(complaint(new Uint8Array(0), 5)).toBe('0 bytes come out, expected 5');
});

const header = [0x28, 0xb5, 0x2f, 0xfd];
test.each([
  ['something else', [1, 2, 3, 4, 5, 6, 7, 8, 9], 'it does not begin with the magic number 28 b5 2f fd'],
  ['a dictionary', [...header, 0x21, 1, 0, 1, 0, 0], 'it was packed with a dictionary'],
  ['a reserved bit', [...header, 0x28, 1, 1, 0, 0], 'a reserved bit of the frame header is set'],
  ['the reserved block type', [...header, 0x20, 1, 0x0f, 0, 0, 0], 'a block is of the reserved type'],
  ['a block of 2 MB from one byte', [...header, 0x20, 1, 0xfb, 0xff, 0xff, 7], /a block has 2097151 bytes/],
  ['a skippable frame past the end', [0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff], 'a frame is cut off'],
])('%s is refused in words', (_, bytes, expected) => {
  expect(complaint(Uint8Array.from(bytes), 1)).toMatch(expected);
});

test('a Huffman table of a single symbol ends: fzstd does not return from it', () => {
  // A compressed block: 4 literals; an FSE table of weights that gives all 32 states to one weight and so reads no bits.
  const weights = [0xf0, 0x03, 0x80, 0x80];
  const literals = [
    0x02 | (4 << 4),
    ((weights.length + 2) << 6) & 0xff,
    (weights.length + 2) >> 2,
    weights.length,
    ...weights,
    0x80,
  ];
  const block = [...literals, 0];
  const packed = Uint8Array.from([...header, 0x20, 4, (block.length << 3) | 5, 0, 0, ...block]);
  expect(complaint(packed, 4)).toBe('a Huffman table has too many weights');
});

test('a few bytes that ask for gigabytes of copies are refused at the size that is expected', () => {
  // 65,535 + 0x7f00 sequences, each of one code without state bits: match length 65,539 and more.
  const block = [0x08, 0x61, 0xff, 0xff, 0xff, 0x54, 0, 0, 52, ...new Array<number>(64).fill(0xff)];
  const packed = Uint8Array.from([...header, 0x20, 1, (block.length << 3) | 5, (block.length << 3) >> 8, 0, ...block]);
  const took = cpuTime(() => expect(complaint(packed, 100_000)).toMatch(/more data than expected|match begins before/));
  expect(took).toBeLessThan(3000);
});

test('every truncation and many damaged bytes of every frame end soon, in data of the right size or a complaint', () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (const { packed, content } of frames) {
    let runs = 0;
    const took = cpuTime(() => {
      for (let length = 0; length < packed.length; length += Math.ceil(packed.length / 300)) {
        expect(complaint(packed.subarray(0, length), content.length)).not.toBe('none');
        runs++;
      }
      for (let i = 0; i < 300; i++) {
        const damaged = Uint8Array.from(packed);
        damaged[random(packed.length)] = [0, 0xff, random(256)][i % 3]!;
        complaint(damaged, content.length);
        runs++;
      }
    });
    expect(took / runs).toBeLessThan(500);
  }
});
