/**
 * BTF in bytes without a section table, by its header (include/uapi/linux/btf.h):
 *
 *   9f eb  version 1  flags 0  hdr_len 24   type_off 0  type_len   str_off = type_len  str_len
 */
import type { ByteSource } from '../../bytes/byte-source.ts';

const magic = 0xeb9f;
const headerSize = 24;
const start = Buffer.from([0x9f, 0xeb, 1, 0, headerSize, 0, 0, 0]);
const blockSize = 1 << 20;

/** Where it is, and its size; the first that is whole. */
export function findBtf(source: ByteSource): { readonly offset: number; readonly size: number } | undefined {
  for (let at = 0; at + headerSize <= source.size; at += blockSize) {
    const length = Math.min(blockSize + start.length - 1, source.size - at);
    const bytes = source.read(at, length, 'boot image');
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let hit = block.indexOf(start); hit >= 0; hit = block.indexOf(start, hit + 1)) {
      const size = sizeOfBtf(source, at + hit);
      if (size !== undefined) return { offset: at + hit, size };
    }
  }
  return undefined;
}

/** The size of the BTF at an offset, by its header; undefined where there is none, or not all of it. */
export function sizeOfBtf(source: ByteSource, offset: number): number | undefined {
  if (offset + headerSize > source.size) return undefined;
  const header = Buffer.from(source.read(offset, headerSize, 'BTF header'));
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
