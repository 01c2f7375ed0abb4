/** The facts of the header line: cheap ones, for the first frame; and how they make room on a narrow screen. */
import { machineName } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import { count } from '../format/hex.ts';
import { onScreen } from '../format/on-screen.ts';
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
    release: release === undefined ? undefined : onScreen(release),
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
  const rowsOf = (name: string): readonly string[][] => [
    [name, machine, ...linux, mcount, btf],
    [name, machine, ...linux, mcount],
    [name, ...linux, mcount],
    [name, ...bare, mcount],
    [name, machine, ...linux, short],
    [name, ...bare, short],
    [name, short],
  ];
  // A name may be 255 bytes long, and what cannot be seen in it is written out: it does not take the facts with it.
  const rows = [...rowsOf(file), ...rowsOf(shortened(file)), [short]].map((row) => row.join(` ${dot} `));
  return rows.find(fits) ?? short;
}

/** The start of a name that is too long for a row. */
function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= 24 ? name : `${characters.slice(0, 21).join('')}...`;
}
