/** Whether what a running kernel says is of the kernel in the file, and of one boot. */
import { ParseError, readyValue } from '../errors.ts';
import type { FtraceList } from './ftrace-list.ts';
import type { Kallsyms } from './kallsyms.ts';
import type { LiveMachine } from './live.ts';
import type { RunningMachine } from './running.ts';
import type { SymbolIndexByAddress } from './symbol-index.ts';
import type { Vmlinux } from './vmlinux.ts';

/** Of the names; a kernel lists a few that its file calls otherwise. */
const leastShare = 0.99;
/** A call is at most so many bytes from where its function begins. */
const farthestCall = 64n;

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;

/** @throws ParseError bad-reference: names that the file does not have */
export function checkSameKernel(list: FtraceList, symbols: SymbolIndexByAddress): void {
  const { table } = symbols;
  const lines = new Set<number>();
  for (let row = 1; row < table.count; row++) {
    const line = list.rowOfKernel(table.strings, table.nameOffsets[row] as number);
    if (line !== undefined) lines.add(line);
  }
  if (lines.size >= list.distinct * leastShare) return;
  throw new ParseError({
    code: 'bad-reference',
    structure: list.from,
    problem: `it is of another kernel: of the ${list.distinct} functions that it names, ${lines.size} (${percent(lines.size, list.distinct)}) are symbols of this file, and at least ${leastShare * 100} % have to be`,
    advice: 'take it from a machine that runs this kernel, or open the vmlinux of the kernel that it runs',
  });
}

/**
 * Compare the addresses of both, where the list has them: KASLR gives every boot others.
 * @throws ParseError bad-reference: another boot
 */
export function checkSameBoot(list: FtraceList, kallsyms: Kallsyms): void {
  if (!list.hasAddresses) return;
  let common = 0;
  let near = 0;
  for (let row = 0; row < list.count; row++) {
    const line = list.onlyIn(kallsyms.byName, row);
    if (line === undefined) continue;
    common++;
    const apart = list.address(row) - kallsyms.address(line);
    if (apart >= -farthestCall && apart <= farthestCall) near++;
  }
  if (common === 0 || near >= common * leastShare) return;
  throw new ParseError({
    code: 'bad-reference',
    structure: list.from,
    problem: `it is of another boot than ${kallsyms.from}: of ${common} functions in both, ${near} (${percent(near, common)}) have their calls where kallsyms has the functions`,
    advice: 'copy both without a reboot in between',
  });
}

/** @throws ParseError bad-reference: the machine runs a kernel of another build id */
export function checkSameMachine(kernel: Vmlinux, machine: LiveMachine): RunningMachine {
  const { release, architecture, buildId, notes } = machine;
  const own = readyValue(kernel.elf.buildId())?.hex;
  if (own !== undefined && buildId !== undefined && own !== buildId) {
    throw new ParseError({
      code: 'bad-reference',
      structure: 'this machine',
      problem: `it runs a kernel of build id ${buildId}, and this file's is ${own}`,
      advice: `open the vmlinux of ${release}, or copy kallsyms from a machine that runs this one`,
    });
  }
  const image =
    own === undefined || buildId === undefined
      ? 'whose kernel this file is taken for: there are no two build ids to compare'
      : `whose build id ${own} is this file's`;
  return { release, architecture, buildId, image, notes };
}
