/** Whether two files are one kernel, whether they can be compared, and whether BTF from elsewhere is a kernel's own. */
import { machineName } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { linuxRelease } from '../kernel/banner.ts';
import { readConfig } from '../kernel/config.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { ComparedKernel } from './compared-kernel.ts';

/** What one calls a kernel by. */
export interface KernelIdentity {
  readonly machine: string;
  /** "5.10.0-32-cloud-arm64"; undefined without a banner. */
  readonly release: string | undefined;
  readonly buildId: string | undefined;
  /** CONFIG_PAHOLE_VERSION, as it is written: 120; undefined where the kernel does not say. */
  readonly paholeVersion: string | undefined;
}

export function identify(kernel: Vmlinux): KernelIdentity {
  const version = readyValue(readConfig(kernel))?.options.get('CONFIG_PAHOLE_VERSION');
  return {
    machine: machineName(kernel.elf.header.e_machine),
    release: linuxRelease(kernel),
    buildId: readyValue(kernel.elf.buildId())?.hex,
    // 0 is what the configuration has where there was no pahole.
    paholeVersion: version === '0' ? undefined : version,
  };
}

/**
 * A kernel's own BTF has a function symbol for 99.8 % of its names and more; that of the release before or after it for
 * 82 % to 94 % (Debian's 5.10, 6.1 and 6.12).
 */
const ownShare = 0.95;
/** Of fewer names a share says little. */
const fewest = 20;

/** The names of records that no function symbol has, where they are too many for the kernel's own BTF. */
export function strangeRecords(
  kernel: ComparedKernel,
): { readonly names: number; readonly strange: number } | undefined {
  if (readyValue(kernel.kernel.symbols) === undefined) return undefined;
  const names = kernel.records.size;
  let strange = 0;
  for (const name of kernel.records.keys()) {
    if (!kernel.hasSymbol(name) && kernel.clonesOf(name).length === 0) strange++;
  }
  return names >= fewest && strange > names * (1 - ownShare) ? { names, strange } : undefined;
}
