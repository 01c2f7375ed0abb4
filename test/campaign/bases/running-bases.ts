/**
 * What a running kernel says of itself: kallsyms and ftrace's list, and the kernel and the boot image that they belong to.
 * Of so many functions that a damaged line leaves the distance which the others keep.
 */
import { rawImage } from '../../helpers/boot-image.ts';
import { ElfWriter } from '../../helpers/elf-writer.ts';
import { kallsymsText, type ModuleLine, type NmLine } from '../../helpers/kallsyms.ts';
import type { Base } from './base.ts';
import { bannerText, kernelConfig, smallBtf } from './parts.ts';

const functions = 120;
const base = 0xffff800010000000n;
const moved = 0x2a5e0000n;
const [codeSize, slotsAt, dataAt] = [0x800, 0x800, 0x840];
const slots = [0, 1, 7, 9];

const nameOf = (i: number): string => ['alpha', 'beta', 'gamma', 'delta'][i] ?? `function_${i}`;
const address = (i: number): bigint => base + BigInt(0x40 + i * 16);

const symbols = (): NmLine[] => [
  { address: base, letter: 'T', name: '_text' },
  { address: base, letter: 'T', name: '_stext' },
  ...Array.from({ length: functions }, (_, i) => ({
    address: address(i),
    letter: i % 3 === 0 ? 'T' : i % 3 === 1 ? 't' : 'W',
    name: nameOf(i),
  })),
  { address: base + BigInt(slotsAt), letter: 'D', name: '__start_mcount_loc' },
  { address: base + BigInt(slotsAt + 8 * slots.length), letter: 'D', name: '__stop_mcount_loc' },
  { address: base + BigInt(dataAt), letter: 'R', name: 'linux_banner' },
  { address: 0n, letter: 'A', name: 'fixed_percpu_data' },
];

const modules: readonly ModuleLine[] = [
  { address: 0xffffc38526a4b180n, letter: 't', name: 'of_a_module', module: 'rfcomm' },
  { address: 0xffffc38526a4b2a0n, letter: 't', name: 'alpha', module: 'rfcomm' },
  { address: 0xffffc38526a5c000n, letter: 'd', name: 'table', module: 'ext4' },
];

/** The vmlinux of the machine that the lists are of. */
export function runningKernel(): Uint8Array {
  const writer = new ElfWriter({ machine: 'aarch64', type: 'DYN' });
  const whole = runningBytes();
  writer.section('.text', { flags: 'AX', addr: base, bytes: whole.subarray(0, codeSize), align: 16 });
  const data = { flags: 'WA', addr: base + BigInt(slotsAt), bytes: whole.subarray(slotsAt) };
  writer.section('.init.data', data);
  writer.section('.BTF', { bytes: smallBtf() });
  for (const { name, letter, address: value } of symbols()) {
    const isText = /[tw]/i.test(letter);
    const section = letter === 'A' ? 'ABS' : isText ? '.text' : '.init.data';
    const bind = letter === 'W' ? 'WEAK' : letter === 't' ? 'LOCAL' : 'GLOBAL';
    writer.symbol(name, { type: isText ? 'FUNC' : 'OBJECT', section, value, size: isText ? 16 : 0, bind });
  }
  return writer.build().bytes;
}

/** Its boot image: the same bytes from the same address on, without sections and symbols. */
export const runningImage = (): Uint8Array => {
  const whole = runningBytes();
  const image = rawImage('ARM\x64', whole.subarray(0x40), 0x40);
  return Buffer.concat([image, smallBtf()]);
};

/** The bytes from the start of the image on. */
function runningBytes(): Buffer {
  const bytes = Buffer.alloc(dataAt);
  slots.forEach((i, slot) => {
    bytes.writeBigUInt64LE(address(i), slotsAt + 8 * slot);
  });
  return Buffer.concat([bytes, bannerText, kernelConfig()]);
}

/** /proc/kallsyms of that machine. */
export const runningKallsyms = (): Buffer => Buffer.from(kallsymsText(symbols(), moved, modules), 'latin1');

const traced = (withAddresses: boolean): Buffer => {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const place = (address(i) + moved + 4n).toString(16).padStart(16, '0');
    return withAddresses ? `${place} ${nameOf(i)}` : nameOf(i);
  });
  const rest = ['__ftrace_invalid_address___64', 'of_a_module [rfcomm]', 'alpha [rfcomm]'];
  const prefix = withAddresses ? 'ffffc38526a4b184 ' : '';
  return Buffer.from([...lines, ...rest.map((line) => `${prefix}${line}`), ''].join('\n'), 'latin1');
};

/** available_filter_functions of that machine. */
export const runningFtrace = (): Buffer => traced(false);

export function makeRunningBases(): Base[] {
  const one = (name: string, bytes: Uint8Array, as: Base['as']): Base => ({ name: `made/${name}`, bytes, as });
  const below = symbols().map((line) => ({ ...line, address: BigInt.asUintN(32, line.address) }));
  return [
    one('kallsyms', runningKallsyms(), 'kallsyms'),
    one('kallsyms-crlf', Buffer.from(runningKallsyms().toString('latin1').replaceAll('\n', '\r\n')), 'kallsyms'),
    one('ftrace', runningFtrace(), 'ftrace'),
    one('ftrace-with-addresses', traced(true), 'ftrace'),
    // A list of symbols in the place of a kernel.
    one('kallsyms-as-file', runningKallsyms(), 'file'),
    one('kallsyms-32-as-file', Buffer.from(kallsymsText(below, 0n, [], 8), 'latin1'), 'file'),
    one('image-with-slots', runningImage(), 'file'),
  ];
}
