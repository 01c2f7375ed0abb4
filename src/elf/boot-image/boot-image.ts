/**
 * A boot image as an ELF file, in memory: what the boot loader is given (vmlinuz), and what is in it.
 *
 *   x86 bzImage     "HdrS" at 0x202, the packed vmlinux at payload_offset of the setup header     (boot.rst)
 *   arm64, riscv    "ARM\x64" or "RSC\x05" at 0x38: the kernel's bytes, without any ELF            (booting.rst)
 *   EFI zboot       "MZ" 0 0 "zimg", and a packed Image                             (drivers/firmware/efi/libstub)
 *   gzip            any of these, or a vmlinux, packed as a whole
 *
 * A bzImage holds the stripped vmlinux: sections and BTF, no symbols. An Image has not even sections, and its BTF is
 * found by its header; its addresses are counted from its start.
 */
import { type ByteSource, memorySource, subSource } from '../../bytes/byte-source.ts';
import { Cursor } from '../../bytes/cursor.ts';
import { printable } from '../../bytes/printable.ts';
import { ParseError } from '../../errors.ts';
import { EM, SHF, SHT } from '../constants.ts';
import type { UnpackAccount } from '../unpack-account.ts';
import { assembleElf } from './assemble.ts';
import { findBtf, sizeOfBtf } from './find-btf.ts';
import { unpackPayload } from './payload.ts';

export interface BootImage {
  readonly source: ByteSource;
  /** What the file is: "an x86 boot image, its kernel unpacked". */
  readonly kind: string;
  /** What is at an address is not known: there are symbols only, or types only. */
  readonly withoutBytes?: boolean;
  /** What is wrong with the file although it could be taken for an image. */
  readonly damage?: ParseError | undefined;
}

const sectorSize = 512;
const headSize = 0x260;
/** An image in a packed image in a packed image is nobody's kernel. */
const mostLayers = 3;

/**
 * The kernel in a boot image; undefined for a file that is none.
 * @param account of the file, which pays for what is unpacked
 * @throws ParseError unsupported (another packer, an old boot protocol), truncated, bad-value, bad-compression
 */
export function openBootImage(source: ByteSource, account: UnpackAccount, layer = 0): BootImage | undefined {
  const head = source.read(0, Math.min(headSize, source.size), 'boot image');
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (layer > mostLayers) return undefined;
  if (head.length === headSize && view.toString('latin1', 0x202, 0x206) === 'HdrS')
    return openBzImage(source, view, account);
  if (view.toString('latin1', 4, 8) === 'zimg' && view.toString('latin1', 0, 2) === 'MZ') {
    return openZboot(source, account, layer);
  }
  const magic = view.toString('latin1', 0x38, 0x3c);
  if (magic === 'ARM\x64') return wrapImage(source, EM.AARCH64, 'arm64');
  if (magic === 'RSC\x05') return wrapImage(source, EM.RISCV, 'riscv');
  if (isGzip(head)) return unpackWhole(source, account, layer);
  return undefined;
}

function openBzImage(source: ByteSource, head: Buffer, account: UnpackAccount): BootImage {
  const version = head.readUInt16LE(0x206);
  if (version < 0x208) {
    const problem = `its boot protocol is ${version >> 8}.${version & 255}, and from 2.8 on an image says where its kernel is`;
    const structure = 'x86 setup header';
    throw new ParseError({ code: 'unsupported', structure, offset: source.fileOffset(0x206), problem });
  }
  const setupSectors = head.readUInt8(0x1f1) || 4;
  const offset = (setupSectors + 1) * sectorSize + head.readUInt32LE(0x248);
  const length = head.readUInt32LE(0x24c);
  const structure = 'kernel of the x86 boot image';
  if (length < 16) {
    const problem = `payload_length is ${length}: there is no kernel in it`;
    const at = source.fileOffset(0x24c);
    throw new ParseError({ code: 'bad-value', structure: 'x86 setup header', offset: at, problem });
  }
  const packed = source.read(offset, length, structure);
  const isElf = packed[0] === 0x7f && packed[1] === 0x45;
  const kernel = isElf ? packed : unpackPayload(packed, structure, source.fileOffset(offset), account);
  return { source: unpacked(kernel, source.name), kind: 'an x86 boot image, its kernel unpacked' };
}

/** Of gzip's magic, and of the size behind what others have packed. */
const magicSize = 2;
const sizeSize = 4;
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function openZboot(source: ByteSource, account: UnpackAccount, layer: number): BootImage | undefined {
  const header = Cursor.over(source, 0, 16, true, 'EFI zboot header');
  header.seek(8);
  const offset = header.u32();
  const length = header.u32();
  if (length === 0) {
    const problem = 'its payload size is 0: there is no kernel in it';
    throw new ParseError({ code: 'bad-value', structure: 'EFI zboot header', offset: source.fileOffset(12), problem });
  }
  const structure = 'kernel of the EFI zboot image';
  // All but gzip have their size behind them, and the header does not count it (ZBOOT_SIZE_LEN).
  const isThere = offset + magicSize <= source.size;
  const sizeLength = isThere && !isGzip(source.read(offset, magicSize, structure)) ? sizeSize : 0;
  const packed = source.read(offset, length + sizeLength, structure);
  const kernel = unpackPayload(packed, structure, source.fileOffset(offset), account);
  const inner = openBootImage(unpacked(kernel, source.name), account, layer + 1);
  return inner === undefined ? undefined : { source: inner.source, kind: `an EFI zboot image of ${inner.kind}` };
}

function unpackWhole(source: ByteSource, account: UnpackAccount, layer: number): BootImage {
  const packed = source.read(0, source.size, 'gzip data');
  const kernel = unpacked(unpackPayload(packed, 'gzip data', source.fileOffset(0), account), source.name);
  const inner = openBootImage(kernel, account, layer + 1);
  return inner === undefined
    ? { source: kernel, kind: 'gzip data, unpacked' }
    : { source: inner.source, kind: `gzip data of ${inner.kind}` };
}

/** Bytes that are in memory only: they have no offset in the file. */
const unpacked = (bytes: Uint8Array, name: string): ByteSource =>
  memorySource(bytes, `what is unpacked from ${printable(name)}`, () => undefined);

function wrapImage(source: ByteSource, machine: number, name: string): BootImage {
  const { found: btf, unsearched } = findBtf(source);
  const flags = SHF.ALLOC | SHF.WRITE | SHF.EXECINSTR;
  const elf = assembleElf(source.name, machine, [
    { name: '.image', type: SHT.PROGBITS, flags, content: source },
    ...(btf === undefined
      ? []
      : [{ name: '.BTF', type: SHT.PROGBITS, content: subSource(source, btf.offset, btf.size, 'BTF') }]),
  ]);
  const gap = unsearched === undefined ? '' : `, not searched for BTF ${unsearched}`;
  return { source: elf, kind: `the boot image of ${name}: bytes without sections, symbols or relocation tables${gap}` };
}

/** Raw BTF as a kernel of which nothing else is known: /sys/kernel/btf/vmlinux given as FILE. */
export function openBtfImage(source: ByteSource): BootImage | undefined {
  if (sizeOfBtf(source, 0) === undefined) return undefined;
  const elf = assembleElf(source.name, 0, [{ name: '.BTF', type: SHT.PROGBITS, content: source }]);
  return { source: elf, kind: 'raw BTF, without the file of its kernel', withoutBytes: true };
}
