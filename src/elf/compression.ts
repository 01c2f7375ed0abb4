/**
 * SHF_COMPRESSED sections (gABI chapter 4, "Compression Header").
 *
 *   ELF64, 24 bytes: ch_type u32  ch_reserved u32  ch_size u64  ch_addralign u64
 *   ELF32, 12 bytes: ch_type u32  ch_size u32  ch_addralign u32
 *
 * ch_type 1 is zlib, 2 is zstd. ch_size is a claim, held against what so many packed bytes can be worth before any
 * memory is taken for it.
 */
import { inflateSync } from 'node:zlib';
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';
import { unzstd } from './zstd/unzstd.ts';

const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;

/**
 * What one section may unpack to: far more than the 3:1 to 6:1 of debug data, far less than the 1000:1 and more that
 * a bomb reaches.
 */
const mostUnpacked = (packed: number): number => (64 << 20) + packed * 8;

/**
 * The bytes of a compressed section, whose extent has been checked.
 * @throws ParseError truncated (no room for the header), unsupported (ch_type, size), bad-compression
 */
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
  const fail = (code: 'bad-compression' | 'truncated' | 'unsupported', place: string, problem: string): ParseError =>
    new ParseError({ code, structure: place, offset: source.fileOffset(offset), problem });
  if (size < headerSize) throw fail('truncated', what, `sh_size is ${size}, expected at least ${headerSize}`);
  const cursor = Cursor.over(source, offset, headerSize, littleEndian, what);
  const ch_type = cursor.u32();
  if (is64) cursor.skip(4);
  const ch_size = is64 ? cursor.size64() : cursor.u32();
  if (ch_type !== ELFCOMPRESS_ZLIB && ch_type !== ELFCOMPRESS_ZSTD) {
    throw fail('unsupported', what, `ch_type is ${ch_type}, expected 1 (zlib) or 2 (zstd)`);
  }
  const packedSize = size - headerSize;
  const most = mostUnpacked(packedSize);
  if (ch_size > most) {
    const claim = `ch_size claims ${ch_size} bytes from ${packedSize}`;
    throw fail('unsupported', what, `${claim}, and not more than ${most} are unpacked from so few`);
  }
  const packed = source.read(offset + headerSize, packedSize, structure);
  let unpacked: Uint8Array;
  try {
    unpacked = ch_type === ELFCOMPRESS_ZLIB ? inflate(packed, ch_size) : unzstd(packed, ch_size);
  } catch (error) {
    const isLarger = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const reason = isLarger ? 'there are more' : error instanceof Error ? error.message : 'unknown error';
    throw fail(
      'bad-compression',
      structure,
      `its data cannot be unpacked to the ${ch_size} bytes of ch_size: ${reason}`,
    );
  }
  if (unpacked.length !== ch_size) {
    throw fail('bad-compression', structure, `it unpacks to ${unpacked.length} bytes, ch_size says ${ch_size}`);
  }
  return unpacked;
}

/** Into one piece of memory of the size that is expected, rather than into chunks that are joined afterwards. */
function inflate(packed: Uint8Array, size: number): Uint8Array {
  return inflateSync(packed, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) });
}
