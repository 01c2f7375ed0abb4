/**
 * Huffman coded literals of zstd (RFC 8878, section 4.2).
 *
 * The tree is given as a weight per symbol: weight w > 0 is a code of (longest + 1 - w) bits; the last weight is left
 * out, because it completes the sum of 2^(w - 1) to a power of two. The table is indexed by the next `longest` bits.
 */
import { BackwardBits, ZstdError } from './bits.ts';
import { nextState, readTable } from './fse.ts';

export interface HuffmanTable {
  readonly longest: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const longestCode = 11;
const mostWeights = 255;

/** A table from its description. @returns the table, and where the description ends */
export function readHuffman(bytes: Uint8Array, start: number, limit: number): { table: HuffmanTable; end: number } {
  const first = start < limit ? (bytes[start] as number) : 0;
  const end = start + 1 + (first < 128 ? first : (first - 126) >> 1);
  if (start >= limit || end > limit) throw new ZstdError('a Huffman table is cut off');
  const weights = first < 128 ? packedWeights(bytes, start + 1, end) : plainWeights(bytes, start + 1, first - 127);
  return { table: buildHuffman(weights), end };
}

function plainWeights(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const byte = bytes[start + (i >> 1)] as number;
    return i % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

/** FSE with two states that take turns, until the stream has no bits for the next one. */
function packedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: streamStart } = readTable(bytes, start, end, longestCode + 2, 6);
  const stream = new BackwardBits(bytes, streamStart, end);
  const states = [stream.read(table.accuracy), stream.read(table.accuracy)] as [number, number];
  const weights: number[] = [];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn] as number;
    weights.push(table.symbols[state] as number);
    states[turn] = nextState(table, state, stream);
    if (stream.position < 0) {
      weights.push(table.symbols[states[turn ^ 1] as number] as number);
      break;
    }
    if (weights.length > mostWeights) throw new ZstdError('a Huffman table has too many weights');
  }
  return weights;
}

function buildHuffman(weights: number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight === 0 ? 0 : 2 ** (weight - 1)), 0);
  if (sum === 0 || sum >= 1 << longestCode || weights.length > mostWeights)
    throw new ZstdError('a Huffman table does not add up');
  const longest = 32 - Math.clz32(sum);
  const rest = (1 << longest) - sum;
  if ((rest & (rest - 1)) !== 0) throw new ZstdError('a Huffman table does not add up');
  weights.push(32 - Math.clz32(rest));
  const symbols = new Uint8Array(1 << longest);
  const bits = new Uint8Array(1 << longest);
  let at = 0;
  for (let weight = 1; weight <= longest; weight++) {
    weights.forEach((found, symbol) => {
      if (found !== weight) return;
      const span = 1 << (weight - 1);
      symbols.fill(symbol, at, at + span);
      bits.fill(longest + 1 - weight, at, at + span);
      at += span;
    });
  }
  return { longest, symbols, bits };
}

/** Decode one stream into out[from, to), which it must fill exactly. */
export function decodeHuffman(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  from: number,
  to: number,
): void {
  const { longest, symbols, bits } = table;
  const stream = new BackwardBits(bytes, start, end);
  const mask = (1 << longest) - 1;
  let { position } = stream;
  let at = from;
  // Nearly all codes have their bits and three whole bytes before them; the last few take the careful way.
  for (; at < to && position >= longest && start + (position >> 3) + 3 < bytes.length; at++) {
    const first = position - longest;
    const i = start + (first >> 3);
    const word = (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16);
    const code = (word >>> (first & 7)) & mask;
    out[at] = symbols[code] as number;
    position -= bits[code] as number;
  }
  stream.position = position;
  for (; at < to; at++) {
    const code = stream.peek(longest);
    out[at] = symbols[code] as number;
    stream.position -= bits[code] as number;
  }
  if (stream.position !== 0) throw new ZstdError('a Huffman stream does not end with its last literal');
}
