/** Damage of boot images: what is packed, cut off or with a false size. */
import { gzipSync } from 'node:zlib';
import { bzImage, withSize, zboot } from '../helpers/boot-image.ts';
import type { DamageCase } from './case.ts';

const cutOff = 'the file is cut off or its headers are damaged';
const head = (magic: readonly number[], length: number): Buffer => Buffer.concat([Buffer.from(magic)], length);
/** Stored, so that it has as many bytes whatever packs it. */
const gzip = gzipSync(Buffer.alloc(64, 'no kernel '), { level: 0 });
const inZboot = (packed: Uint8Array, size?: number): Buffer =>
  zboot(gzip, { packed, at: 0x40, ...(size !== undefined && { size }) });

const image = (name: string, bytes: () => Uint8Array, says: string): DamageCase => ({
  name,
  bytes,
  argv: 'FILE',
  says: `kinspect: FILE${says}`,
  code: 3,
});
const inGzip = (name: string, bytes: () => Uint8Array, says: string): DamageCase =>
  image(name, bytes, `: gzip data at file offset 0x0: ${says}`);
const payload = (name: string, packed: () => Uint8Array, says: string, size?: number): DamageCase =>
  image(name, () => inZboot(packed(), size), `: kernel of the EFI zboot image at file offset 0x40: ${says}`);

const tooFew = (bytes: number, name: string, least: number): string =>
  `it ends after ${bytes} bytes, and ${name} data has at least ${least}; ${cutOff}`;

/** What is said of the first bytes of gzip data. */
export function gzipCut(length: number): string {
  if (length === 0) return 'kinspect: FILE at file offset 0x0: the file is empty';
  if (length === 1) {
    return 'kinspect: FILE: ELF magic at file offset 0x0: found 1f, expected 7f 45 4c 46: not an ELF file';
  }
  return `kinspect: FILE: gzip data at file offset 0x0: ${tooFew(length, 'gzip', 18)}`;
}

/** What is said of the first bytes of an EFI zboot image whose payload begins at 0x40. */
export function zbootCut(bytes: Uint8Array, length: number): string {
  if (length === 0) return 'kinspect: FILE at file offset 0x0: the file is empty';
  if (length < 8) {
    const found = Buffer.from(bytes.subarray(0, Math.min(4, length))).toString('hex');
    const kind =
      length === 1
        ? ''
        : '; it is a boot image (vmlinuz) of a kind that is not unpacked here; give the vmlinux, from the debug package';
    const magic = found.replaceAll(/..(?=.)/g, '$& ');
    return `kinspect: FILE: ELF magic at file offset 0x0: found ${magic}, expected 7f 45 4c 46: not an ELF file${kind}`;
  }
  const left = `left in the file of ${length} bytes; ${cutOff}`;
  if (length < 16) {
    return `kinspect: FILE: EFI zboot header at file offset 0x0: 16 bytes are needed and ${length} are ${left}`;
  }
  const payloadBytes = `${bytes.length - 0x40} bytes are needed and ${Math.max(0, length - 0x40)} are ${left}`;
  return `kinspect: FILE: kernel of the EFI zboot image at file offset 0x40: ${payloadBytes}`;
}

/** A whole one, to be cut. */
export const wholeZboot = (): Buffer => inZboot(gzip);

const cuts: readonly DamageCase[] = [
  ...[0, 1, 2, 3, 17].map((length) => ({ kind: 'gzip', length, says: gzipCut(length), bytes: gzip })),
  ...[1, 7, 8, 9, 15, 16, 0x3f, 0x40, 0x41, wholeZboot().length - 1].map((length) => {
    const bytes = wholeZboot();
    return { kind: 'EFI zboot', length, says: zbootCut(bytes, length), bytes };
  }),
].map(({ kind, length, says, bytes }) => ({
  name: `${kind} of ${length} byte${length === 1 ? '' : 's'}`,
  bytes: () => bytes.subarray(0, length),
  argv: 'FILE',
  says,
  code: 3,
}));

export const bootCases: readonly DamageCase[] = [
  ...cuts,
  inGzip(
    'gzip whose end is another',
    () => withSize(gzip.subarray(0, -4), 0xf000_0000),
    `its last 4 bytes say that ${gzip.length} bytes unpack to 4026531840, and not more than 134217989 are unpacked of a file of 87 bytes; ${cutOff}, or it has to be unpacked on disk`,
  ),
  inGzip(
    'gzip of nothing',
    () => gzipSync(Buffer.alloc(0)),
    'its gzip data says that it unpacks to 0 bytes: there is no kernel in it',
  ),
  inGzip(
    'gzip behind gzip',
    () => Buffer.concat([gzipSync(Buffer.alloc(65)), gzip]),
    'its gzip data cannot be unpacked to 64 bytes: there are more',
  ),
  image(
    'EFI zboot in gzip, cut off',
    () => gzipSync(wholeZboot().subarray(0, 9)),
    `: EFI zboot header: 16 bytes are needed and 9 are left in what is unpacked from FILE of 9 bytes; ${cutOff}`,
  ),
  image(
    'EFI zboot without a payload',
    () => inZboot(gzip, 0),
    ': EFI zboot header at file offset 0xc: its payload size is 0: there is no kernel in it',
  ),
  payload('EFI zboot whose size says 2', () => gzip, tooFew(2, 'gzip', 18), 2),
  payload('EFI zboot whose size says 3', () => gzip, tooFew(3, 'gzip', 18), 3),
  payload('EFI zboot of zstd, 8 bytes', () => head([0x28, 0xb5, 0x2f, 0xfd], 8), tooFew(8, 'zstd', 13)),
  payload('EFI zboot of lz4, 8 bytes', () => head([0x02, 0x21, 0x4c, 0x18], 8), tooFew(8, 'lz4', 12)),
  image(
    'x86 boot image whose payload is no kernel',
    () => bzImage(Buffer.alloc(64, 0x77)),
    ": kernel of the x86 boot image at file offset 0x900: its kernel begins with 77777777, which no known packer writes; unpack it with the kernel's scripts/extract-vmlinux, and open what comes out",
  ),
  image(
    'x86 boot image without a payload',
    () => bzImage(gzip, { payloadLength: 0 }),
    ': x86 setup header at file offset 0x24c: payload_length is 0: there is no kernel in it',
  ),
  image(
    'x86 boot image of an old protocol',
    () => bzImage(gzip, { protocol: 0x207 }),
    ': x86 setup header at file offset 0x206: its boot protocol is 2.7, and from 2.8 on an image says where its kernel is',
  ),
];
