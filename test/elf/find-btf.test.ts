/** BTF in an image without sections: how far it is searched for. */
import { expect, test } from 'vitest';
import type { ByteSource } from '../../src/bytes/byte-source.ts';
import { openBootImage } from '../../src/elf/boot-image/boot-image.ts';
import { UnpackAccount } from '../../src/elf/unpack-account.ts';
import { rawImage } from '../helpers/boot-image.ts';

/** An image of so many bytes, zeros behind those given, and what is read of it. */
function counted(head: Uint8Array, size = head.length) {
  const seen = { reads: 0, bytes: 0 };
  const source: ByteSource = {
    name: 'Image',
    size,
    fileOffset: (offset) => offset,
    read: (offset, length) => {
      seen.reads++;
      seen.bytes += length;
      const bytes = new Uint8Array(length);
      bytes.set(head.subarray(offset, offset + length));
      return bytes;
    },
  };
  return { source, seen };
}

const plain = 'the boot image of arm64: bytes without sections, symbols or relocation tables';

test('an image is not searched past the size that kernels have, and says so', () => {
  const { source, seen } = counted(rawImage('ARM\x64', Buffer.alloc(64)), 100 * 2 ** 30);
  expect(openBootImage(source, new UnpackAccount(source.size))?.kind).toBe(
    `${plain}, not searched for BTF past its first GiB`,
  );
  expect(seen.bytes).toBeLessThan(1.1 * 2 ** 30);
});

test('a thousand false headers end the search, and the image says where', () => {
  const header = Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
  const { source, seen } = counted(rawImage('ARM\x64', Buffer.alloc(4 << 20, header)));
  expect(openBootImage(source, new UnpackAccount(source.size))?.kind).toBe(
    `${plain}, not searched for BTF past the false header at its byte 0x2f38, one of 1000`,
  );
  expect(seen.reads).toBeLessThan(10);
});

test('999 do not, and a header that two reads share is found', () => {
  const header = Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
  const body = Buffer.alloc(2 << 20);
  body.fill(header, 0, 999 * 8);
  const whole = Buffer.alloc(24 + 2 + 1);
  header.copy(whole);
  whole.writeUInt32LE(2, 12);
  whole.writeUInt32LE(2, 16);
  whole.writeUInt32LE(1, 20);
  body.set(whole, (1 << 20) - 0x1000 - 5);
  const { source } = counted(rawImage('ARM\x64', body));
  const image = openBootImage(source, new UnpackAccount(source.size));
  expect(image?.kind).toBe(plain);
  expect(image?.source.size).toBeGreaterThan((2 << 20) + 0x1000 + 27);
});
