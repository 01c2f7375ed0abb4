/**
 * A replay from a file: the list from its symbols, while other threads read its DWARF; then the pass.
 */
import type { TypeDies } from '../dwarf/type-dies.ts';
import { readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { EncoderVersion } from '../pahole/encoders.ts';
import { findTypeProblems } from '../pahole/find-type-problems.ts';
import { type Replay, type ReplayInput, replay, type SetupInput, setUp } from '../pahole/machine.ts';
import type { RegionBytes } from '../pahole/mcount-addrs.ts';
import { type DwarfSource, readEntries } from '../pahole/open-dwarf.ts';

/** A replay with what it was made from. */
export interface ReplayJob {
  readonly kernel: Vmlinux;
  readonly dwarf: DwarfSource;
  readonly types: TypeDies;
  readonly input: ReplayInput;
  readonly replay: Replay;
}

/** @throws ParseError when the sections of the DWARF cannot be read */
export async function makeJob(
  kernel: Vmlinux,
  dwarf: DwarfSource,
  types: TypeDies,
  bytes: RegionBytes,
  version: EncoderVersion,
): Promise<ReplayJob> {
  const reading = readEntries(kernel, dwarf, { here: true });
  // An error of its own must not leave the reading unwatched.
  const from = setupInput(kernel, bytes, version);
  const [entries, setup] = await Promise.all([reading, Promise.resolve(from).then(setUp)]);
  const input = { ...from, entries, typeProblems: findTypeProblems(types, entries, setup.rules) };
  return { kernel, dwarf, types, input, replay: replay(input, setup) };
}

/** What the list is made from. The relocated region is made only when it is asked for, or a module needs it. */
export function setupInput(kernel: Vmlinux, bytes: RegionBytes, version: EncoderVersion): SetupInput {
  const needsRegion = bytes === 'relocated' || kernel.elf.isRelocatable;
  return {
    elf: kernel.elf,
    symbols: readyValue(kernel.symbols),
    region: needsRegion ? readyValue(kernel.mcount) : undefined,
    version,
    bytes,
  };
}
