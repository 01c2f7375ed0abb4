/**
 * Frames as gdb writes them: "find_function (btfe=..., name="tty_write") at btf_encoder.c:309".
 *
 * The replay is of `pahole -J FILE`, which fixes the flags. A pointer of which nothing is known is `...`, gdb's own
 * sign for an argument that is not shown.
 */
import { entryName } from '../../dwarf/function-entries.ts';
import { type PaholeFunctionName, paholeLine } from '../lines.ts';
import type { Frame, Mark } from '../step.ts';
import { quote } from './expression/print.ts';
import { addressOf } from './expression/structs.ts';
import type { Place } from './track.ts';
import type { World } from './worlds.ts';

export const sourceFile = 'btf_encoder.c';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** The arguments of each function, with the values that are known. */
const argumentsOf: Readonly<Record<PaholeFunctionName, (world: World, place: Place) => readonly string[]>> = {
  cu__encode_btf: (world, place) => [
    `cu=${hex(addressOf(world, 'cu', place.unit))}`,
    'verbose=0',
    'force=false',
    'skip_encoding_vars=false',
  ],
  collect_symbols: () => ['btfe=...', 'collect_percpu_vars=true'],
  collect_function: (world, place) => ['btfe=...', `sym=${hex(addressOf(world, 'GElf_Sym', place.symbol))}`],
  collect_symbol: (world, place) => [`sym=${hex(addressOf(world, 'GElf_Sym', place.symbol))}`, 'fl=...'],
  setup_functions: () => ['btfe=...', 'fl=...'],
  get_vmlinux_addrs: () => ['btfe=...', 'fl=...', 'paddrs=...', 'pcount=...'],
  get_kmod_addrs: () => ['btfe=...', 'paddrs=...', 'pcount=...'],
  has_arg_names: (world, place) => [
    `cu=${hex(addressOf(world, 'cu', place.unit))}`,
    `ftype=${hex(addressOf(world, 'ftype', place.entry))}`,
  ],
  find_function: ({ replay }, place) => {
    const name = entryName(replay.entries, place.entry);
    return ['btfe=...', `name=${name === undefined ? '0x0' : quote(name)}`];
  },
};

/** The arguments of the frame of a place. */
export function frameArguments(world: World, place: Place): readonly string[] {
  const name = paholeLine(place.line)?.function;
  return name === undefined ? [] : argumentsOf[name](world, place);
}

/** "find_function (name="tty_write") at btf_encoder.c:309" */
export function describeFrame(world: World, place: Place): string {
  const name = paholeLine(place.line)?.function ?? '';
  return `${name} (${frameArguments(world, place).join(', ')}) at ${sourceFile}:${place.line}`;
}

/** The line with what is done there, in our own words. */
export const describeLine = (line: number): string => `${line}\t${paholeLine(line)?.statement ?? ''}`;

/** "#1  setup_functions (btfe=..., fl=...) at btf_encoder.c:249" */
export function describeLevel(world: World, mark: Mark, level: number): string {
  const place = { ...world.track.placeAt(mark), line: frameLine(world, mark, level) };
  return `#${String(level).padEnd(2)} ${describeFrame(world, place)}`;
}

export const framesAt = (world: World, mark: Mark): readonly Frame[] => world.timeline.backtrace(mark);

export const frameLine = (world: World, mark: Mark, level: number): number => framesAt(world, mark)[level]?.line ?? 0;
