/** linux_banner: "Linux version 5.10.223 (builder@host) (gcc …) #1 SMP …" (init/version.c). */
import { readyValue } from '../errors.ts';
import type { Vmlinux } from './vmlinux.ts';

/** Longest banner that is believed; the kernel's own limit for its parts is far below. */
const longest = 1024;

export interface Banner {
  readonly text: string;
  readonly address: bigint;
}

/** The banner by its symbol; undefined where there is none or its bytes cannot be read. */
export function linuxBanner(kernel: Vmlinux): Banner | undefined {
  const symbols = readyValue(kernel.symbols);
  const row = symbols?.table.find('linux_banner');
  if (symbols === undefined || row === undefined) return undefined;
  const address = symbols.address(row);
  try {
    const bytes = kernel.elf.bytesAt(address, longest);
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes).toString('latin1');
    const end = text.search(/[\0\n]/);
    return { text: end < 0 ? text : text.slice(0, end), address };
  } catch {
    return undefined;
  }
}

/** "5.10.223" of the banner. Debian's "5.10.0-32-cloud-arm64" is its release; the stable version is in parentheses behind it. */
export function linuxRelease(kernel: Vmlinux): string | undefined {
  return /^Linux version (\S+)/.exec(linuxBanner(kernel)?.text ?? '')?.[1];
}
