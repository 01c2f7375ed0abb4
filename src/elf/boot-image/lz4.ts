/**
 * LZ4's legacy frame, which the kernel's build makes (lz4 -l; scripts/Makefile.lib).
 *
 *   magic 02 21 4c 18   then blocks: u32 packed size, and that many bytes, each block 8 MiB unpacked but the last
 *
 *   sequence   token u8: literals 4 bits, match - 4 4 bits; 15 is continued by bytes up to the first below 255
 *              literals   distance u16   more of the match length; the last sequence of a block has literals only
 */

const magic = 0x184c2102;

/** What is wrong with LZ4 data. */
export class Lz4Error extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'Lz4Error';
  }
}

/** Unpack all blocks. @param size bytes that must come out; the caller has checked it @throws Lz4Error */
export function unlz4(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < 4 || view.getUint32(0, true) !== magic) throw new Lz4Error('it does not begin with 02 21 4c 18');
  let done = 0;
  for (let at = 4; at + 4 <= packed.length && done < size; ) {
    const length = view.getUint32(at, true);
    at += 4;
    // Frames may follow one another.
    if (length === magic) continue;
    if (length === 0) break;
    if (at + length > packed.length) throw new Lz4Error('a block is cut off');
    done = unpackBlock(packed.subarray(at, at + length), out, done);
    at += length;
  }
  if (done !== size) throw new Lz4Error(`${done} bytes come out, expected ${size}`);
  return out;
}

/** @returns where its output ends; no copy reaches before the block */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let to = start;
  let at = 0;
  const more = (first: number): number => {
    let length = first;
    for (let byte = first === 15 ? 255 : 0; byte === 255; ) {
      byte = block[at++] ?? fail('a length is cut off');
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = more(token >> 4);
    if (at + literals > block.length || to + literals > out.length) fail('literals go past the end');
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break;
    if (at + 2 > block.length) fail('a distance is cut off');
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    const length = more(token & 15) + 4;
    if (distance === 0 || to - distance < start) fail('a distance leads before the block');
    if (to + length > out.length) fail('a match goes past the end');
    // Bytes that are being written may be a part of what is copied.
    if (distance >= length) out.copyWithin(to, to - distance, to - distance + length);
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - distance] as number;
    to += length;
  }
  return to;
}

function fail(problem: string): never {
  throw new Lz4Error(problem);
}
