/** A packed kernel inside a boot image: which packer made it, and what comes out. */
import { gunzipSync } from 'node:zlib';
import { ParseError, type ParseErrorCode } from '../../errors.ts';
import { onePiece, unpackReason } from '../compression.ts';
import type { UnpackAccount } from '../unpack-account.ts';
import { unzstd } from '../zstd/unzstd.ts';
import { unlz4 } from './lz4.ts';

interface Packer {
  readonly name: string;
  readonly magic: readonly number[];
  /** Bytes that data of nothing would have: its header, its trailer, and the size behind it. */
  readonly least?: number;
  /** Absent: it is known by name only. @param size bytes that must come out */
  readonly unpack?: (packed: Uint8Array, size: number) => Uint8Array;
}

/** lib/decompress.c; what the kernel's build appends to all but gzip's, the size, is behind the data. */
const packers: readonly Packer[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], least: 18, unpack: (packed, size) => gunzipSync(packed, onePiece(size)) },
  {
    name: 'zstd',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    least: 13,
    unpack: (packed, size) => unzstd(packed.subarray(0, -4), size),
  },
  {
    name: 'lz4',
    magic: [0x02, 0x21, 0x4c, 0x18],
    least: 12,
    unpack: (packed, size) => unlz4(packed.subarray(0, -4), size),
  },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'lzma', magic: [0x5d, 0x00, 0x00] },
  { name: 'lzo', magic: [0x89, 0x4c, 0x5a, 0x4f] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
];

const cutOff = 'the file is cut off or its headers are damaged';

const packerOf = (packed: Uint8Array): Packer | undefined =>
  packers.find(({ magic }) => magic.every((byte, i) => packed[i] === byte));

/**
 * The kernel in a payload.
 * @param offset of the payload in the file; undefined where it is inside of what was unpacked
 * @param account of the file, which pays for it
 * @throws ParseError truncated, unsupported (a packer by its name, an unlikely size), bad-value, bad-compression
 */
export function unpackPayload(
  packed: Uint8Array,
  structure: string,
  offset: number | undefined,
  account: UnpackAccount,
): Uint8Array {
  const packer = packerOf(packed);
  const fail = (code: ParseErrorCode, problem: string, advice?: string): ParseError =>
    new ParseError({ code, structure, offset, problem, advice });
  if (packed.length === 0) throw fail('truncated', 'it has no bytes', cutOff);
  if (packer?.unpack === undefined) {
    const found = Buffer.from(packed.subarray(0, 4)).toString('hex');
    const problem =
      packer === undefined
        ? `its kernel begins with ${found}, which no known packer writes`
        : `its kernel is packed with ${packer.name}, and gzip, zstd and lz4 are unpacked here`;
    throw fail('unsupported', problem, "unpack it with the kernel's scripts/extract-vmlinux, and open what comes out");
  }
  const { name, least = 4 } = packer;
  // In fewer, what stands where the size is read is a piece of the header.
  if (packed.length < least) {
    throw fail('truncated', `it ends after ${packed.length} bytes, and ${name} data has at least ${least}`, cutOff);
  }
  const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
  if (size === 0) throw fail('bad-value', `its ${name} data says that it unpacks to 0 bytes: there is no kernel in it`);
  if (size > account.leftForImage) {
    const claim = `its last 4 bytes say that ${packed.length} bytes unpack to ${size}`;
    throw fail('unsupported', `${claim}, and ${account.imageWords()}`, `${cutOff}, or it has to be unpacked on disk`);
  }
  try {
    const kernel = packer.unpack(packed, size);
    account.takeImage(size);
    return kernel;
  } catch (error) {
    throw fail('bad-compression', `its ${name} data cannot be unpacked to ${size} bytes: ${unpackReason(error)}`);
  }
}
