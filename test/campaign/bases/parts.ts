/** What several of the made kernels have in them. */
import { gzipSync } from 'node:zlib';
import { BtfWriter } from '../../helpers/btf-writer.ts';

/** linux_banner, ended by a NUL. */
export const bannerText = Buffer.from(
  'Linux version 6.1.0 (somebody@somewhere) (gcc 12, ld 2.40) #1 SMP\n\0',
  'latin1',
);

const config = [
  '# Linux/arm64 6.1.0 Kernel Configuration',
  'CONFIG_CC_VERSION_TEXT="gcc (GCC) 12"',
  'CONFIG_DEBUG_INFO_BTF=y',
  '# CONFIG_RANDOMIZE_BASE is not set',
  'CONFIG_PAHOLE_VERSION=120',
  'CONFIG_RELOCATABLE=y',
  '',
].join('\n');

/** kernel/configs.c: the marks with the packed configuration between them. */
export const kernelConfig = (): Buffer =>
  Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync(config), Buffer.from('IKCFG_ED')]);

/** Some types and two functions. */
export function smallBtf(): Uint8Array {
  const btf = new BtfWriter();
  const int = btf.int('int', 4, 1);
  const list = btf.struct('list', 16, [['next', btf.endId + 1, 0]]);
  btf.pointer(list);
  btf.func('alpha', btf.proto(int, [['list', list + 1]]), 0);
  btf.func('beta', btf.proto(0, []), 1);
  return btf.build();
}
