/**
 * The literals of a block (RFC 8878, section 3.1.1.3.1): the bytes that sequences take in order.
 *
 *   type 2 bits   0 raw | 1 one byte repeated | 2 Huffman with its table | 3 Huffman with the last one
 *   size format 2 bits, sizes 5 to 18 bits each, in a header of 1 to 5 bytes
 */
import { ZstdError } from './bits.ts';
import { decodeHuffman, type HuffmanTable, readHuffman } from './huffman.ts';
import { mostBlock } from './limits.ts';

export interface Literals {
  readonly bytes: Uint8Array;
  /** Where the sequences begin. */
  readonly end: number;
  /** The table for a later block of type 3. */
  readonly huffman: HuffmanTable | undefined;
}

export function readLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  huffman: HuffmanTable | undefined,
): Literals {
  const byte = (i: number): number => {
    if (start + i >= end) throw new ZstdError('a block is cut off');
    return bytes[start + i] as number;
  };
  const type = byte(0) & 3;
  const format = (byte(0) >> 2) & 3;
  if (type < 2) {
    const headerSize = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size =
      headerSize === 1 ? byte(0) >> 3 : (byte(0) >> 4) | (byte(1) << 4) | (headerSize === 3 ? byte(2) << 12 : 0);
    checkSize(size);
    const at = start + headerSize;
    const next = at + (type === 0 ? size : 1);
    if (next > end) throw new ZstdError('literals are cut off');
    const literals = type === 0 ? bytes.subarray(at, next) : new Uint8Array(size).fill(bytes[at] as number);
    return { bytes: literals, end: next, huffman };
  }
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  const headerSize = (4 + 2 * width) / 8;
  let header = 0;
  for (let i = headerSize - 1; i >= 0; i--) header = header * 256 + byte(i);
  const sizes = Math.floor(header / 16);
  const size = sizes % 2 ** width;
  const next = start + headerSize + Math.floor(sizes / 2 ** width);
  checkSize(size);
  if (next > end) throw new ZstdError('literals are cut off');
  let at = start + headerSize;
  let table = huffman;
  if (type === 2) ({ table, end: at } = readHuffman(bytes, at, next));
  if (table === undefined) throw new ZstdError('literals want the table of a block before, and there is none');
  const literals = new Uint8Array(size);
  if (format === 0) decodeHuffman(table, bytes, at, next, literals, 0, size);
  else fourStreams(table, bytes, at, next, literals);
  return { bytes: literals, end: next, huffman: table };
}

/** A jump table of three sizes, then four streams that give a quarter each. */
function fourStreams(table: HuffmanTable, bytes: Uint8Array, start: number, end: number, out: Uint8Array): void {
  if (start + 6 > end) throw new ZstdError('literals are cut off');
  const sizeAt = (i: number) => (bytes[start + i * 2] as number) | ((bytes[start + i * 2 + 1] as number) << 8);
  const quarter = (out.length + 3) >> 2;
  let at = start + 6;
  for (let i = 0; i < 4; i++) {
    const next = i < 3 ? at + sizeAt(i) : end;
    if (next > end) throw new ZstdError('literals are cut off');
    const from = Math.min(i * quarter, out.length);
    const to = i < 3 ? Math.min(from + quarter, out.length) : out.length;
    decodeHuffman(table, bytes, at, next, out, from, to);
    at = next;
  }
}

function checkSize(size: number): void {
  if (size > mostBlock) throw new ZstdError(`a block has ${size} literals, at most ${mostBlock} are possible`);
}
