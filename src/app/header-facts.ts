/** The facts of the header line: cheap ones, for the first frame. */
import { machineName } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { count } from '../format/hex.ts';
import { visible } from '../format/visible.ts';
import { linuxRelease } from '../kernel/banner.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';

export function headerFacts(kernel: Vmlinux): string[] {
  const facts = [machineName(kernel.elf.header.e_machine)];
  const release = linuxRelease(kernel);
  if (release !== undefined) facts.push(`Linux ${visible(release)}`);
  const region = readyValue(kernel.mcount);
  facts.push(region === undefined ? 'no mcount region' : `mcount ${region.stateInWords}`);
  const btf = readyValue(kernel.btf)?.btf;
  facts.push(btf === undefined ? 'no BTF' : `${count(btf.funcCount)} BTF FUNC`);
  return facts;
}
