/**
 * The fields of boot images, and of what else is given in place of an ELF file.
 *
 *   x86 bzImage     setup header from 0x1f1, "HdrS" at 0x202; payload_offset is counted from the protected-mode code
 *   EFI zboot       "MZ" 0 0 "zimg"   offset 4   size 4   reserved 8   packer 32          (zboot-header.S)
 *   Image           text_offset u64 at 8, image_size, flags; a magic at 0x38              (arm64/booting.rst)
 *   gzip            any of these, packed as a whole
 */
import { mapBtf } from './btf-structure.ts';
import { mapPacked } from './packed-structure.ts';
import type { Structure } from './structure.ts';
import { mapLines } from './text-structure.ts';

/** Of a file that is no ELF file. @param mapElf for the kernel in an image that is not packed */
export function mapBootImage(to: Structure, mapElf: (bytes: Uint8Array) => Structure): void {
  const { bytes } = to;
  const text = (at: number, size: number) => Buffer.from(bytes.subarray(at, at + size)).toString('latin1');
  to.littleEndian = true;
  if (text(0x202, 4) === 'HdrS') mapBzImage(to, mapElf);
  else if (text(4, 4) === 'zimg') mapZboot(to);
  else if (text(0x38, 4) === 'ARM\x64' || text(0x38, 4) === 'RSC\x05') mapImage(to);
  else if (bytes[0] === 0x1f && bytes[1] === 0x8b) mapPacked(to, 'file', 0, bytes.length, true);
  else if (/^\x9f\xeb|^\xeb\x9f/.test(text(0, 2))) mapBtf(to, 0, bytes.length);
  else mapLines(to);
}

function mapBzImage(to: Structure, mapElf: (bytes: Uint8Array) => Structure): void {
  to.sample('setup header MZ', 0, 2);
  to.number('setup header setup_sects', 0x1f1, 1);
  to.number('setup header boot_flag', 0x1fe, 2);
  for (let i = 0; i < 4; i++) to.number('setup header magic', 0x202 + i, 1);
  to.number('setup header version', 0x206, 2);
  to.number('setup header payload_offset', 0x248, 4);
  to.number('setup header payload_length', 0x24c, 4, { before: 0x248 });
  to.row('setup header', 0x1f1, 0x268 - 0x1f1);
  for (const at of [0x202, 0x206, 0x248, 0x24c, 0x250, 0x260]) to.boundary(at);
  const code = ((to.at(0x1f1, 1) || 4) + 1) * 512;
  const [at, size] = [code + to.at(0x248, 4), to.at(0x24c, 4)];
  if (to.at(at, 1) === 0x7f) to.include(mapElf(to.bytes.subarray(at, at + size)), at);
  else mapPacked(to, 'payload', at, size, true);
}

function mapZboot(to: Structure): void {
  to.sample('zboot MZ', 0, 2);
  for (let i = 0; i < 4; i++) to.number('zboot magic', 4 + i, 1);
  to.number('zboot payload offset', 8, 4);
  to.number('zboot payload size', 12, 4, { before: 8 });
  to.text('zboot packer', 24, to.bytes.indexOf(0, 24) + 1 - 24);
  to.row('zboot header', 0, 64);
  for (const at of [2, 4, 8, 12, 16, 24, 56]) to.boundary(at);
  mapPacked(to, 'payload', to.at(8, 4), to.at(12, 4), true);
}

function mapImage(to: Structure): void {
  const { bytes } = to;
  for (const [i, name] of ['text_offset', 'image_size', 'flags'].entries()) to.number(`Image ${name}`, 8 + 8 * i, 8);
  for (let i = 0; i < 4; i++) to.number('Image magic', 0x38 + i, 1);
  to.row('Image header', 0, 64);
  to.boundary(0x38);
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const banner = image.indexOf('Linux version ', 0, 'latin1');
  if (banner >= 0) to.text('Image banner', banner, image.indexOf(0, banner) + 1 - banner);
  mapConfig(to);
  const btf = image.indexOf(Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]));
  if (btf >= 0) mapBtf(to, btf, 24 + to.at(btf + 16, 4) + to.at(btf + 20, 4));
}

/** The embedded configuration: "IKCFG_ST", gzip data, "IKCFG_ED". */
export function mapConfig(to: Structure): void {
  const { bytes } = to;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = all.indexOf('IKCFG_ST\x1f\x8b', 0, 'latin1');
  const end = all.indexOf('IKCFG_ED', mark + 10, 'latin1');
  if (mark < 0 || end < 0) return;
  const { littleEndian } = to;
  to.littleEndian = true;
  to.sample('IKCFG_ST', mark, 8);
  mapPacked(to, 'configuration', mark + 8, end - mark - 8, false);
  to.sample('IKCFG_ED', end, 8);
  to.littleEndian = littleEndian;
}
