/** Boot images by hand. Shares nothing with src/elf: offsets are those of the kernel's documentation again. */
import { gzipSync } from 'node:zlib';
import { runAt } from './zstd-frame.ts';

export interface BzImageOptions {
  /** 0x20f is 2.15. */
  readonly protocol?: number;
  /** Sectors of real-mode code; 0 stands for 4. */
  readonly setupSectors?: number;
  readonly payloadLength?: number;
}

/** Documentation/arch/x86/boot.rst: the payload stands 0x100 bytes into the protected-mode code. */
export function bzImage(payload: Uint8Array, options: BzImageOptions = {}): Buffer {
  const setup = options.setupSectors ?? 3;
  const code = ((setup === 0 ? 4 : setup) + 1) * 512;
  const head = Buffer.alloc(code + 0x100);
  head.write('MZ', 0, 'latin1');
  head.writeUInt8(setup, 0x1f1);
  head.write('HdrS', 0x202, 'latin1');
  head.writeUInt16LE(options.protocol ?? 0x20f, 0x206);
  head.writeUInt32LE(0x100, 0x248);
  head.writeUInt32LE(options.payloadLength ?? payload.length, 0x24c);
  return Buffer.concat([head, payload, Buffer.alloc(64)]);
}

/** What the kernel's build appends to all but gzip's. */
export function withSize(packed: Uint8Array, size: number): Buffer {
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(size);
  return Buffer.concat([packed, tail]);
}

/** LZ4's legacy frame of literals alone, in blocks of so many bytes. */
export function lz4Literals(bytes: Uint8Array, blockSize = 1 << 20): Buffer {
  const parts: Buffer[] = [Buffer.from([0x02, 0x21, 0x4c, 0x18])];
  for (let at = 0; at < bytes.length; at += blockSize) {
    const block = bytes.subarray(at, at + blockSize);
    const head = [Math.min(15, block.length) << 4];
    for (let rest = block.length - 15; rest >= 0; rest -= 255) head.push(Math.min(255, rest));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(head.length + block.length);
    parts.push(size, Buffer.from(head), Buffer.from(block));
  }
  return Buffer.concat(parts);
}

/** The same with a copy for each run of equal bytes: sequences of literals, a distance of 1 and a length. */
export function lz4Runs(bytes: Uint8Array): Buffer {
  const parts: number[] = [];
  const more = (rest: number): void => {
    for (let left = rest - 15; left >= 0; left -= 255) parts.push(Math.min(255, left));
  };
  let begin = 0;
  const sequence = (end: number, copied: number): void => {
    const match = copied - 4;
    parts.push((Math.min(15, end - begin) << 4) | (copied === 0 ? 0 : Math.min(15, match)));
    more(end - begin);
    for (const byte of bytes.subarray(begin, end)) parts.push(byte);
    if (copied > 0) {
      parts.push(1, 0);
      more(match);
    }
    begin = end + copied;
  };
  for (let at = 0; at < bytes.length; ) {
    const length = runAt(bytes, at);
    // The first of them is a literal; the last sequence has literals only.
    if (length > 16 && at + length < bytes.length) sequence(at + 1, length - 1);
    at += length;
  }
  sequence(bytes.length, 0);
  const head = Buffer.from([0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0]);
  head.writeUInt32LE(parts.length, 4);
  return Buffer.concat([head, Buffer.from(parts)]);
}

/** The Image of arm64 or riscv: the kernel's bytes, a magic at 0x38. */
export function rawImage(magic: 'ARM\x64' | 'RSC\x05', body: Uint8Array, at = 0x1000): Buffer {
  const image = Buffer.alloc(at + body.length + 32);
  image.write(magic, 0x38, 'latin1');
  image.set(body, at);
  return image;
}

/**
 * drivers/firmware/efi/libstub/zboot-header.S
 * @param how a payload that is not gzip of the kernel (with the size of the kernel behind it), its packer's name, its place and size
 */
export function zboot(
  kernel: Uint8Array,
  how: { readonly packed?: Uint8Array; readonly packer?: string; readonly at?: number; readonly size?: number } = {},
): Buffer {
  const packed = how.packed ?? gzipSync(kernel);
  const at = how.at ?? 0x400;
  const head = Buffer.alloc(at);
  head.write('MZ\0\0zimg', 0, 'latin1');
  head.writeUInt32LE(at, 8);
  // The size behind what others than gzip have packed does not count (ZBOOT_SIZE_LEN).
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
  head.writeUInt32LE(how.size ?? packed.length - (isGzip ? 0 : 4), 12);
  head.write(`${how.packer ?? 'gzip'}\0`, 24, 'latin1');
  return Buffer.concat([head, packed]);
}
