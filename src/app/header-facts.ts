/** The facts of the header line: cheap ones, for the first frame; and how they make room on a narrow screen. */
import { machineName } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { count } from '../format/hex.ts';
import { visible } from '../format/visible.ts';
import { linuxRelease } from '../kernel/banner.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';

export interface HeaderFacts {
  readonly machine: string;
  readonly release: string | undefined;
  readonly mcount: string;
  readonly btf: string;
}

export function headerFacts(kernel: Vmlinux): HeaderFacts {
  const release = linuxRelease(kernel);
  const region = readyValue(kernel.mcount);
  const btf = readyValue(kernel.btf)?.btf;
  return {
    machine: kernel.elf.header.e_machine === 0 ? 'no machine' : machineName(kernel.elf.header.e_machine),
    release: release === undefined ? undefined : visible(release),
    mcount: region === undefined ? 'no mcount region' : `mcount ${region.stateInWords}`,
    btf: btf === undefined ? 'no BTF' : `${count(btf.funcCount)} BTF FUNC`,
  };
}

/**
 * The most that fits of what is open and the facts on it. What goes first is what the panes show too; what stays longest
 * is the state of the region, which nothing else says in words.
 */
export function headerText(file: string, facts: HeaderFacts, fits: (text: string) => boolean, dot: string): string {
  const { machine, release, mcount, btf } = facts;
  const linux = release === undefined ? [] : [`Linux ${release}`];
  const bare = release === undefined ? [machine] : [release];
  // "filled, entries 8 bytes before their functions" is filled, in short.
  const short = mcount.replace(/,.*/, '');
  const rows = [
    [file, machine, ...linux, mcount, btf],
    [file, machine, ...linux, mcount],
    [file, ...linux, mcount],
    [file, ...bare, mcount],
    [file, machine, ...linux, short],
    [file, ...bare, short],
    [file, short],
    [short],
  ].map((row) => row.join(` ${dot} `));
  return rows.find(fits) ?? short;
}
