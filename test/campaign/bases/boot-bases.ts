/** Boot images of every kind and packer that kinspect unpacks, with a small kernel in each, and what else is no ELF file. */
import { gzipSync } from 'node:zlib';
import { bzImage, lz4Literals, lz4Runs, rawImage, withSize, zboot } from '../../helpers/boot-image.ts';
import { everyKind } from '../../helpers/btf-writer.ts';
import { ElfWriter } from '../../helpers/elf-writer.ts';
import { zstdFrame } from '../../helpers/zstd-frame.ts';
import type { Base } from './base.ts';
import { bannerText, kernelConfig, smallBtf } from './parts.ts';

export function makeBootBases(): Base[] {
  const file = (name: string, bytes: Uint8Array): Base => ({ name: `made/${name}`, bytes, as: 'file' });
  const kernel = strippedKernel();
  const arm64 = rawImage('ARM\x64', imageBody());
  const sized = (packed: Uint8Array, of: Uint8Array) => withSize(packed, of.length);
  const zbootLz4 = zboot(arm64, { packer: 'lz4', packed: sized(lz4Runs(arm64), arm64) });
  return [
    file('bzimage-gzip', bzImage(gzipSync(kernel))),
    file('bzimage-lz4', bzImage(sized(lz4Literals(kernel, 500), kernel))),
    file('bzimage-zstd', bzImage(sized(zstdFrame(kernel), kernel))),
    file('bzimage-unpacked', bzImage(kernel)),
    file('bzimage-without-sectors', bzImage(gzipSync(kernel), { setupSectors: 0 })),
    file('zboot-gzip', zboot(arm64)),
    file('zboot-lz4', zbootLz4),
    file('zboot-zstd', zboot(arm64, { packer: 'zstd', packed: sized(zstdFrame(arm64), arm64) })),
    file('zboot-gzip-riscv', zboot(rawImage('RSC\x05', imageBody(), 0x400))),
    file('image-arm64', rawImage('ARM\x64', imageBody(), 0x400)),
    file('image-riscv', rawImage('RSC\x05', imageBody(), 0x400)),
    file('gzip-of-image', gzipSync(arm64)),
    file('gzip-of-kernel', gzipSync(kernel)),
    file('gzip-of-zboot', gzipSync(zbootLz4)),
    file('btf-as-file', everyKind().build()),
    file('btf-big-as-file', everyKind({ bigEndian: true }).build()),
  ];
}

/** As in a bzImage: sections, the banner, the configuration and BTF, without symbols. */
function strippedKernel(): Uint8Array {
  const writer = new ElfWriter({ machine: 'x86_64', type: 'EXEC' });
  const base = 0xffffffff81000000n;
  writer.section('.text', { flags: 'AX', addr: base, bytes: new Uint8Array(64), align: 16 });
  const data = Buffer.concat([bannerText, kernelConfig()]);
  writer.section('.rodata', { flags: 'A', addr: base + 0x1000n, bytes: data });
  writer.section('.BTF', { flags: 'A', addr: base + 0x2000n, bytes: smallBtf() });
  writer.notes('.notes', [{ owner: 'GNU', type: 3, desc: Uint8Array.from({ length: 20 }, (_, i) => i) }]);
  return writer.build().bytes;
}

/** What an Image has behind its head. */
const imageBody = (): Buffer => Buffer.concat([bannerText, kernelConfig(), Buffer.alloc(32), smallBtf()]);
