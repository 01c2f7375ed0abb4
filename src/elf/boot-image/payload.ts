/** A packed kernel inside a boot image: which packer made it, and what comes out. */
import { gunzipSync } from 'node:zlib';
import { ParseError } from '../../errors.ts';
import { unzstd } from '../zstd/unzstd.ts';
import { unlz4 } from './lz4.ts';

interface Packer {
  readonly name: string;
  readonly magic: readonly number[];
  /** Absent: it is known by name only. @param size bytes that must come out */
  readonly unpack?: (packed: Uint8Array, size: number) => Uint8Array;
}

/** lib/decompress.c; what the kernel's build appends to all but gzip's, the size, is behind the data. */
const packers: readonly Packer[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], unpack: (packed, size) => gunzipSync(packed, { maxOutputLength: size }) },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: (packed, size) => unzstd(packed.subarray(0, -4), size) },
  { name: 'lz4', magic: [0x02, 0x21, 0x4c, 0x18], unpack: (packed, size) => unlz4(packed.subarray(0, -4), size) },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'lzma', magic: [0x5d, 0x00, 0x00] },
  { name: 'lzo', magic: [0x89, 0x4c, 0x5a, 0x4f] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
];

/** Kernels unpack to 3 to 6 times their size; a bomb to 1000. */
const mostUnpacked = (packed: number): number => (64 << 20) + packed * 8;

const packerOf = (packed: Uint8Array): Packer | undefined =>
  packers.find(({ magic }) => magic.every((byte, i) => packed[i] === byte));

/**
 * The kernel in a payload.
 * @param offset of the payload in the file
 * @throws ParseError unsupported (a packer by its name, an unlikely size), bad-compression
 */
export function unpackPayload(packed: Uint8Array, structure: string, offset: number): Uint8Array {
  const packer = packerOf(packed);
  const fail = (code: 'unsupported' | 'bad-compression', problem: string, advice?: string): ParseError =>
    new ParseError({ code, structure, offset, problem, advice });
  if (packer?.unpack === undefined) {
    const found = Buffer.from(packed.subarray(0, 4)).toString('hex');
    const problem =
      packer === undefined
        ? `its kernel begins with ${found}, which no known packer writes`
        : `its kernel is packed with ${packer.name}, and gzip, zstd and lz4 are unpacked here`;
    throw fail('unsupported', problem, "unpack it with the kernel's scripts/extract-vmlinux, and open what comes out");
  }
  const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
  if (size > mostUnpacked(packed.length)) {
    throw fail('unsupported', `it claims that ${packed.length} bytes unpack to ${size}, which no kernel does`);
  }
  try {
    return packer.unpack(packed, size);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw fail('bad-compression', `its ${packer.name} data cannot be unpacked to ${size} bytes: ${reason}`);
  }
}
