/**
 * SHF_COMPRESSED sections (gABI chapter 4, "Compression Header").
 *
 *   ELF64, 24 bytes: ch_type u32  ch_reserved u32  ch_size u64  ch_addralign u64
 *   ELF32, 12 bytes: ch_type u32  ch_size u32  ch_addralign u32
 *
 * ch_type 1 is zlib, 2 is zstd. ch_size is a claim, held against what may still be unpacked of the file before
 * any memory is taken for it.
 */
import { MessageChannel } from 'node:worker_threads';
import { inflateSync, type ZlibOptions } from 'node:zlib';
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError, type ParseErrorCode } from '../errors.ts';
import { describeSection, type Section } from './sections.ts';
import type { UnpackAccount } from './unpack-account.ts';
import { unzstd } from './zstd/unzstd.ts';

const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;

const unpackOnDisk = 'objcopy --decompress-debug-sections makes a file whose sections are read where they are';

/**
 * The bytes of a compressed section, whose extent has been checked, in memory that threads share.
 * @param account of the file, which pays for it
 * @throws ParseError truncated (no room for the header), unsupported (ch_type, size), bad-compression
 */
export function decompressSection(
  source: ByteSource,
  section: Section,
  is64: boolean,
  littleEndian: boolean,
  account: UnpackAccount,
): Uint8Array<SharedArrayBuffer> {
  const { sh_offset: offset, sh_size: size, index } = section;
  const structure = describeSection(section);
  const headerSize = is64 ? 24 : 12;
  const what = `compression header of ${structure}`;
  const fail = (code: ParseErrorCode, place: string, problem: string, advice?: string): ParseError =>
    new ParseError({ code, structure: place, offset: source.fileOffset(offset), problem, advice });
  if (size < headerSize) throw fail('truncated', what, `sh_size is ${size}, expected at least ${headerSize}`);
  const cursor = Cursor.over(source, offset, headerSize, littleEndian, what);
  const ch_type = cursor.u32();
  if (is64) cursor.skip(4);
  const ch_size = is64 ? cursor.size64() : cursor.u32();
  if (ch_type !== ELFCOMPRESS_ZLIB && ch_type !== ELFCOMPRESS_ZSTD) {
    throw fail('unsupported', what, `ch_type is ${ch_type}, expected 1 (zlib) or 2 (zstd)`);
  }
  const packedSize = size - headerSize;
  if (ch_size > account.leftForSection(index)) {
    const claim = `ch_size claims ${ch_size} bytes from ${packedSize}`;
    throw fail('unsupported', what, `${claim}, and ${account.sectionWords(index)}`, unpackOnDisk);
  }
  const packed = source.read(offset + headerSize, packedSize, structure);
  const out = new Uint8Array(new SharedArrayBuffer(ch_size));
  let length: number;
  try {
    if (ch_type === ELFCOMPRESS_ZLIB) length = inflate(packed, out);
    else length = unzstd(packed, out).length;
  } catch (error) {
    throw fail(
      'bad-compression',
      structure,
      `its data cannot be unpacked to the ${ch_size} bytes of ch_size: ${unpackReason(error)}`,
    );
  }
  if (length !== ch_size) {
    throw fail('bad-compression', structure, `it unpacks to ${length} bytes, ch_size says ${ch_size}`);
  }
  account.takeSection(index, ch_size);
  return out;
}

/** @returns how many bytes came out */
function inflate(packed: Uint8Array, out: Uint8Array): number {
  const unpacked = inflateSync(packed, onePiece(out.length));
  const { length } = unpacked;
  out.set(unpacked);
  giveBack(unpacked);
  return length;
}

/** Of less, Node keeps several in one piece of memory. */
const ownMemory = 1 << 20;

/**
 * Give large memory back now, and not when V8 comes to it, which sees of it no more than a few words: what is sent to a port
 * that is closed is gone with the message.
 */
function giveBack({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < ownMemory) return;
  const { port1 } = new MessageChannel();
  port1.close();
  port1.postMessage(undefined, [buffer]);
}

/** Options of zlib: into one piece of memory of the size that is expected, rather than into chunks that are joined. */
export const onePiece = (size: number): ZlibOptions => ({
  maxOutputLength: Math.max(1, size),
  // A piece that is full makes zlib ask for the next one.
  chunkSize: Math.max(64, size + 1),
});

/** Why data cannot be unpacked, from what zlib or one of the readers here has thrown. */
export function unpackReason(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'there are more';
  return error instanceof Error ? error.message : 'unknown error';
}
