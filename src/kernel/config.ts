/**
 * The configuration that a kernel carries in itself (kernel/configs.c, CONFIG_IKCONFIG).
 *
 *   .rodata   49 4b 43 46 47 5f 53 54 "IKCFG_ST"   gzip data   "IKCFG_ED"
 *                                     kernel_config_data       kernel_config_data_end
 *
 * Found by the symbol, else by its marks. gzip's own claims are not believed: the output is bounded.
 */
import { gunzipSync } from 'node:zlib';
import type { ElfFile } from '../elf/elf-file.ts';
import { type Availability, availability, ParseError, readyValue } from '../errors.ts';
import { findBytes } from './find-bytes.ts';
import type { Vmlinux } from './vmlinux.ts';

/** An allyesconfig is 400 KB, packed 100 KB. */
const largestText = 8 << 20;
const largestPacked = 1 << 20;

const structure = 'embedded configuration';

export interface KernelConfig {
  readonly fileOffset: number | undefined;
  /** Options that are set, with their values as they are written: y, m, 64, "gcc-10". */
  readonly options: ReadonlyMap<string, string>;
}

/** Read and unpack it; absent where the kernel was built without CONFIG_IKCONFIG. */
export function readConfig(kernel: Vmlinux): Availability<KernelConfig> {
  return availability(() => {
    const { elf } = kernel;
    const address = configAddress(kernel);
    if (kernel.withoutBytes) {
      throw new ParseError({
        code: 'absent',
        structure,
        problem: `this is ${kernel.image}: it is not in it`,
      });
    }
    if (address === undefined) {
      const problem = 'no kernel_config_data and no IKCFG_ST mark: built without CONFIG_IKCONFIG';
      throw new ParseError({ code: 'absent', structure, problem });
    }
    const fileOffset = elf.addressSpace.locate(address)?.offset;
    const text = unpack(elf, address, fileOffset);
    return { fileOffset, options: parseConfig(text) };
  });
}

function configAddress(kernel: Vmlinux): bigint | undefined {
  const symbols = readyValue(kernel.symbols);
  const row = symbols?.table.find('kernel_config_data');
  if (symbols !== undefined && row !== undefined) {
    const address = symbols.address(row);
    // Before Linux 5.1 the symbol was an array that began with the mark.
    const start = kernel.elf.bytesAt(address, 8);
    return start !== undefined && Buffer.from(start).toString('latin1') === 'IKCFG_ST' ? address + 8n : address;
  }
  const mark = findBytes(kernel.elf, Buffer.from('IKCFG_ST\x1f\x8b', 'latin1'));
  return mark === undefined ? undefined : mark + 8n;
}

function unpack(elf: ElfFile, address: bigint, offset: number | undefined): string {
  const fail = (problem: string): ParseError => new ParseError({ code: 'bad-compression', structure, offset, problem });
  const bytes = elf.bytesAt(address, largestPacked);
  if (bytes === undefined) throw fail(`its address 0x${address.toString(16)} is in no section`);
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('IKCFG_ED', 0, 'latin1');
  if (end < 0) throw fail(`no IKCFG_ED mark ends it in the ${bytes.length} bytes that follow`);
  try {
    return gunzipSync(bytes.subarray(0, end), { maxOutputLength: largestText }).toString('latin1');
  } catch (error) {
    throw fail(`it cannot be unpacked (${error instanceof Error ? error.message : 'unknown error'})`);
  }
}

/** Lines of `CONFIG_NAME=value`; comments say what is not set. */
export function parseConfig(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const match of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)) options.set(match[1] ?? '', match[2] ?? '');
  return options;
}
