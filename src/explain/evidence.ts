/**
 * What an answer is drawn from: an open kernel with its links, and its DWARF with the replays over it where there is
 * any. A kernel without DWARF is evidence too; answers then say what they infer.
 */
import type { ReadOptions } from '../dwarf/read-function-entries.ts';
import { TypeDies } from '../dwarf/type-dies.ts';
import { type Availability, ParseError } from '../errors.ts';
import { Linker } from '../kernel/links.ts';
import type { RunningKernel } from '../kernel/running.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { Worlds } from '../pahole/debugger/worlds.ts';
import { findTypeProblems } from '../pahole/find-type-problems.ts';
import { findDwarf, readEntries } from '../pahole/open-dwarf.ts';

export interface DwarfEvidence {
  /** The file that the DWARF is in. */
  readonly path: string;
  /** Where .debug_info begins in that file; undefined where it is compressed, or was relocated in memory. */
  readonly infoFileOffset: number | undefined;
  /** The DIEs of types, asked for one by one. */
  readonly types: TypeDies;
  /** The function entries, and the replays over them. */
  readonly worlds: Worlds;
}

export interface Evidence {
  readonly kernel: Vmlinux;
  readonly linker: Linker;
  readonly dwarf: Availability<DwarfEvidence>;
  /** What the kernel says of itself while it runs, where something of it was given. */
  readonly running?: RunningKernel | undefined;
  /** There may be DWARF, and nobody has read it yet: `dwarf` is absent for now. */
  readonly unread?: boolean;
}

export interface EvidenceOptions extends ReadOptions {
  /** A separate debug file. */
  readonly debug?: string | undefined;
  readonly running?: RunningKernel | undefined;
}

/**
 * Read all of the DWARF of a kernel, if it has any; {@link closeEvidence} when done.
 * @throws the signal's reason when it was aborted; damage is a state of `dwarf`
 */
export async function gatherEvidence(kernel: Vmlinux, options: EvidenceOptions = {}): Promise<Evidence> {
  const { running } = options;
  return { kernel, linker: new Linker(kernel, running), dwarf: await readDwarf(kernel, options), running };
}

async function readDwarf(kernel: Vmlinux, options: EvidenceOptions): Promise<Availability<DwarfEvidence>> {
  const found = findDwarf(kernel, options.debug);
  if (found.state !== 'ready') return found;
  const { sections, path } = found.value;
  try {
    const entries = await readEntries(kernel, found.value, options);
    const types = new TypeDies(sections);
    const typeProblems = (rules: Parameters<typeof findTypeProblems>[2]) => findTypeProblems(types, entries, rules);
    const worlds = new Worlds({ kernel, entries, typeProblems, file: kernel.path });
    const { info } = sections;
    const infoFileOffset = info.kind === 'file' ? info.offset : undefined;
    return { state: 'ready', value: { path, infoFileOffset, types, worlds } };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { state: 'malformed', reason: error.message, error };
  }
}

/** Give back the files that the DWARF was read from; the kernel stays open. */
export function closeEvidence({ dwarf }: Evidence): void {
  if (dwarf.state === 'ready') dwarf.value.types.close();
}
