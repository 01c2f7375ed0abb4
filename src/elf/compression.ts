/**
 * SHF_COMPRESSED sections (gABI chapter 4, "Compression Header").
 *
 *   ELF64, 24 bytes: ch_type u32  ch_reserved u32  ch_size u64  ch_addralign u64
 *   ELF32, 12 bytes: ch_type u32  ch_size u32  ch_addralign u32
 *
 * ch_type 1 is zlib, 2 is zstd. ch_size is a claim: output grows only as data really comes out, and stops at the claim.
 */
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';

/** The bytes of a compressed section. @throws ParseError bad-compression, unsupported (ch_type), truncated */
export function decompressSection(
  source: ByteSource,
  offset: number,
  size: number,
  is64: boolean,
  littleEndian: boolean,
  structure: string,
): Uint8Array {
  const headerSize = is64 ? 24 : 12;
  const what = `compression header of ${structure}`;
  const cursor = Cursor.over(source, offset, headerSize, littleEndian, what);
  const ch_type = cursor.u32();
  if (is64) cursor.skip(4);
  const ch_size = is64 ? cursor.size64() : cursor.u32();
  const fail = (problem: string): ParseError =>
    new ParseError({ code: 'bad-compression', structure, offset: source.fileOffset(offset), problem });
  if (size < headerSize) throw fail(`sh_size is ${size}, less than its compression header`);
  const packed = source.read(offset + headerSize, size - headerSize, structure);
  if (ch_type !== 1 && ch_type !== 2) {
    throw new ParseError({
      code: 'unsupported',
      structure: what,
      offset: source.fileOffset(offset),
      problem: `ch_type is ${ch_type}; 1 (zlib) and 2 (zstd) are known`,
    });
  }
  // deflate cannot do better than 1032:1, so a larger claim is a lie before anything is unpacked.
  if (ch_type === 1 && ch_size > packed.length * 1032 + 64) {
    throw fail(`ch_size claims ${ch_size} bytes from ${packed.length}, more than zlib can pack`);
  }
  if (ch_size > 0xffff_ffff) throw fail(`ch_size claims ${ch_size} bytes, over the 4 GiB that are unpacked at most`);
  let unpacked: Uint8Array;
  try {
    unpacked =
      ch_type === 1 ? zlib.inflateSync(packed, { maxOutputLength: Math.max(1, ch_size) }) : unzstd(packed, ch_size);
  } catch (error) {
    throw fail(`its data cannot be unpacked (${error instanceof Error ? error.message : 'unknown error'})`);
  }
  if (unpacked.length !== ch_size) throw fail(`unpacked to ${unpacked.length} bytes, ch_size says ${ch_size}`);
  return unpacked;
}

/** Stream, so that memory follows what comes out and not what a frame header claims. */
function unzstd(packed: Uint8Array, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((chunk) => {
    total += chunk.length;
    if (total > limit) throw new Error('more data than ch_size says');
    parts.push(chunk.slice());
  });
  stream.push(packed, true);
  return Buffer.concat(parts);
}
