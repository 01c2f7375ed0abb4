/**
 * BTF in bytes without a section table, by its header (include/uapi/linux/btf.h):
 *
 *   9f eb  version 1  flags 0  hdr_len 24   type_off 0  type_len   str_off = type_len  str_len
 *
 * An image is searched as far as kernels reach, and until a thousand headers have turned out to be none.
 */
import type { ByteSource } from '../../bytes/byte-source.ts';

const magic = 0xeb9f;
const headerSize = 24;
const start = Buffer.from([0x9f, 0xeb, 1, 0, headerSize, 0, 0, 0]);
const blockSize = 1 << 20;
/** The largest kernels, with all their data, take a quarter of this. */
const mostSearched = 1 << 30;
/** A kernel has its own BTF, and may have a few of others in its data. */
const mostFalse = 1000;

interface FoundBtf {
  readonly offset: number;
  readonly size: number;
}

/** Where it is, and its size; the first that is whole. Where there is none, what was not searched, in words. */
export function findBtf(source: ByteSource): { readonly found?: FoundBtf; readonly unsearched?: string } {
  const limit = Math.min(source.size, mostSearched);
  let falseHits = 0;
  for (let at = 0; at + headerSize <= limit; at += blockSize) {
    const length = Math.min(blockSize + headerSize - 1, source.size - at);
    const bytes = source.read(at, length, 'boot image');
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let hit = block.indexOf(start); hit >= 0 && hit < blockSize; hit = block.indexOf(start, hit + 1)) {
      const offset = at + hit;
      const size = sizeOfBtf(source, offset, block.subarray(hit, hit + headerSize));
      if (size !== undefined) return { found: { offset, size } };
      if (++falseHits === mostFalse) {
        return { unsearched: `past the false header at its byte 0x${offset.toString(16)}, one of ${mostFalse}` };
      }
    }
  }
  return limit === source.size ? {} : { unsearched: 'past its first GiB' };
}

/**
 * The size of the BTF at an offset, by its header; undefined where there is none, or not all of it.
 * @param at the bytes at the offset, where they are at hand
 */
export function sizeOfBtf(source: ByteSource, offset: number, at?: Uint8Array): number | undefined {
  if (offset + headerSize > source.size) return undefined;
  const bytes = at ?? source.read(offset, headerSize, 'BTF header');
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = header.readUInt16LE(0) === magic;
  if (!isLittle && header.readUInt16BE(0) !== magic) return undefined;
  if ((isLittle ? header.readUInt32LE(4) : header.readUInt32BE(4)) !== headerSize) return undefined;
  const [typeOff, typeLen, strOff, strLen] = [8, 12, 16, 20].map((at) =>
    isLittle ? header.readUInt32LE(at) : header.readUInt32BE(at),
  ) as [number, number, number, number];
  const size = headerSize + strOff + strLen;
  if (typeOff !== 0 || strOff !== typeLen || typeLen === 0 || strLen === 0 || offset + size > source.size) {
    return undefined;
  }
  const first = source.read(offset + headerSize + strOff, 1, 'BTF strings')[0];
  const last = source.read(offset + size - 1, 1, 'BTF strings')[0];
  return first === 0 && last === 0 ? size : undefined;
}
