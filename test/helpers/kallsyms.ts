/** Files of a running kernel, made of what nm says of its vmlinux. Shares nothing with src/kernel. */

export interface NmLine {
  readonly address: bigint;
  readonly letter: string;
  readonly name: string;
}

/** The lines of `nm`, without the mapping symbols, which kallsyms leaves out. */
export function nmLines(text: string): NmLine[] {
  return text.split('\n').flatMap((line) => {
    const [, address, letter, name] = /^([0-9a-f]+) (\S) (.+)$/.exec(line) ?? [];
    if (address === undefined || letter === undefined || name === undefined || /^\$[a-z]/.test(name)) return [];
    return [{ address: BigInt(`0x${address}`), letter, name }];
  });
}

export interface ModuleLine extends NmLine {
  readonly module: string;
}

/** /proc/kallsyms of a kernel that was moved by `offset`; absolute and per-cpu symbols stay. */
export function kallsymsText(
  lines: readonly NmLine[],
  offset: bigint,
  modules: readonly ModuleLine[] = [],
  digits = 16,
): string {
  const hex = (value: bigint) =>
    BigInt.asUintN(digits * 4, value)
      .toString(16)
      .padStart(digits, '0');
  const own = lines.map(({ address, letter, name }) => {
    const stays = letter === 'A' || letter === 'a' || address < 0x100000n;
    return `${hex(stays ? address : address + offset)} ${letter} ${name}\n`;
  });
  const theirs = modules.map(({ address, letter, name, module }) => `${hex(address)} ${letter} ${name}\t[${module}]\n`);
  return [...own, ...theirs].join('');
}

/** The module of the article's last lines. */
export const rfcomm: readonly ModuleLine[] = [
  { address: 0xffffc38526a4b180n, letter: 't', name: 'rfcomm_tty_write_room', module: 'rfcomm' },
  { address: 0xffffc38526a4b2a0n, letter: 't', name: 'rfcomm_tty_write', module: 'rfcomm' },
  { address: 0xffffc38526a5c000n, letter: 'd', name: 'rfcomm_tty_ops', module: 'rfcomm' },
];

export const rfcommListed = 'rfcomm_tty_write_room [rfcomm]\nrfcomm_tty_write [rfcomm]\n';
