/**
 * Zstandard frames (RFC 8878), unpacked into memory of a size that is known beforehand.
 *
 *   frame    magic 28 b5 2f fd   header   blocks   checksum (4 bytes, where the header says so; not verified)
 *   header   flags u8: size of the content size 2 bits, no window 1, unused 1, 0, checksum 1, size of the dictionary id 2
 *            window u8 (unless the flags say none)   dictionary id   content size
 *   block    u24: last 1 bit, type 2 bits, size 21 bits; then raw bytes | one byte repeated | literals and sequences
 *
 * Node has zstd from 22.15 on, kinspect runs on 20. The npm packages for it trust their input: one does not return
 * from a table of a single symbol, nor for hours from a few bytes that ask for gigabytes of copies. Here no output
 * passes the given size, no block its 128 KiB, and every loop ends at one of the two.
 */
import { ZstdError } from './bits.ts';
import type { HuffmanTable } from './huffman.ts';
import { mostBlock } from './limits.ts';
import { readLiterals } from './literals.ts';
import { runSequences, type Tables } from './sequences.ts';

const magic = 0xfd2fb528;

/**
 * Unpack all frames of `packed`.
 * @param into what they must fill, or bytes that must come out; these are allocated at once, so the caller has checked them
 * @throws ZstdError
 */
export function unzstd(packed: Uint8Array, into: Uint8Array | number): Uint8Array {
  const out = typeof into === 'number' ? new Uint8Array(into) : into;
  const size = out.length;
  let done = 0;
  for (let at = 0; at < packed.length; ) {
    const word = wordAt(packed, at);
    if (word >>> 4 === 0x184d2a5) at += 8 + wordAt(packed, at + 4);
    else if (word === magic) [at, done] = unpackFrame(packed, at, out, done);
    else throw new ZstdError('it does not begin with the magic number 28 b5 2f fd');
    if (at > packed.length) throw new ZstdError('a frame is cut off');
  }
  if (done !== size) throw new ZstdError(`${done} bytes come out, expected ${size}`);
  return out;
}

function wordAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new ZstdError('a frame is cut off');
  const [a, b, c, d] = [bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number, bytes[at + 3] as number];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

/** @returns where the frame ends, and its output */
function unpackFrame(packed: Uint8Array, start: number, out: Uint8Array, done: number): [number, number] {
  const flags = packed[start + 4] ?? 0;
  if ((flags & 8) !== 0) throw new ZstdError('a reserved bit of the frame header is set');
  if ((flags & 3) !== 0) throw new ZstdError('it was packed with a dictionary');
  const noWindow = (flags & 0x20) !== 0;
  const contentSize = flags >> 6 === 0 ? (noWindow ? 1 : 0) : 1 << (flags >> 6);
  let at = start + 5 + (noWindow ? 0 : 1) + contentSize;
  const tables: Tables = { recent: [1, 4, 8] };
  let huffman: HuffmanTable | undefined;
  let to = done;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > packed.length) throw new ZstdError('a block is cut off');
    const header = (packed[at] as number) | ((packed[at + 1] as number) << 8) | ((packed[at + 2] as number) << 16);
    isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    const size = header >>> 3;
    const data = at + 3;
    const end = data + (type === 1 ? 1 : size);
    if (size > mostBlock) throw new ZstdError(`a block has ${size} bytes, at most ${mostBlock} are possible`);
    if (end > packed.length) throw new ZstdError('a block is cut off');
    if (type < 2 && to + size > out.length) throw new ZstdError('more data than expected');
    if (type === 0) {
      out.set(packed.subarray(data, end), to);
      to += size;
    } else if (type === 1) {
      out.fill(packed[data] as number, to, to + size);
      to += size;
    } else if (type === 2) {
      const literals = readLiterals(packed, data, end, huffman);
      huffman = literals.huffman;
      to = runSequences(packed, literals.end, end, literals.bytes, tables, out, to, done);
    } else throw new ZstdError('a block is of the reserved type');
    at = end;
  }
  return [at + ((flags & 4) !== 0 ? 4 : 0), to];
}
