/**
 * What is known of a kernel, fact by fact: what it is, how it was built, what its tables hold, each with where it was
 * read. A part that is missing or damaged is a fact too, with the reason, and hides no other.
 *
 * Values may quote the file (banner, compiler) as latin1; whoever shows them makes them visible.
 */
import { type Availability, availability, need } from '../errors.ts';
import { type KernelConfig, readConfig } from './config.ts';
import { banner, buildId, compiler, configuration, machine } from './facts/build.ts';
import type { Fact, Finding } from './facts/fact.ts';
import { applied, relocatable, relocations } from './facts/relocations.ts';
import { btf, btfBeside, dwarf, isBtfBeside, region, sections, slots, symbols } from './facts/tables.ts';
import type { Vmlinux } from './vmlinux.ts';

export type { Fact, FactValue } from './facts/fact.ts';

interface Reader {
  readonly id: string;
  readonly label: string;
  /** Where there is nothing to tell without; left out, it is a fact on every kernel. */
  readonly applies?: (kernel: Vmlinux) => boolean;
  readonly read: (kernel: Vmlinux, config: Availability<KernelConfig>) => Finding;
}

const readers: readonly Reader[] = [
  { id: 'machine', label: 'machine', read: machine },
  { id: 'banner', label: 'linux_banner', read: banner },
  { id: 'compiler', label: 'compiler', read: compiler },
  { id: 'build-id', label: 'build id', read: buildId },
  { id: 'config', label: 'configuration', read: (_, config) => configuration(need(config, 'embedded configuration')) },
  { id: 'relocatable', label: 'relocatable', read: relocatable },
  { id: 'applied', label: 'relocated in file', read: applied },
  { id: 'sections', label: 'sections', read: sections },
  { id: 'symbols', label: 'symbols', read: symbols },
  { id: 'mcount', label: 'mcount region', read: (kernel) => region(need(kernel.mcount, 'mcount region')) },
  { id: 'mcount-slots', label: 'mcount slots', read: (kernel) => slots(need(kernel.mcount, 'mcount region')) },
  { id: 'relocations', label: 'relocations', read: relocations },
  { id: 'btf', label: 'BTF', read: btf },
  { id: 'btf-given', label: 'BTF beside the file', applies: isBtfBeside, read: btfBeside },
  { id: 'dwarf', label: 'DWARF', read: dwarf },
];

const known = new WeakMap<Vmlinux, readonly Fact[]>();

/** All facts, read once per kernel: some take a pass over every relocation entry of the boot code. */
export function kernelFacts(kernel: Vmlinux): readonly Fact[] {
  let facts = known.get(kernel);
  if (facts === undefined) {
    const config = readConfig(kernel);
    facts = readers
      .filter(({ applies }) => applies === undefined || applies(kernel))
      .map(({ id, label, read }) => settle(id, label, () => read(kernel, config)));
    known.set(kernel, facts);
  }
  return facts;
}

function settle(id: string, label: string, read: () => Finding): Fact {
  const part = availability(read);
  if (part.state !== 'ready') return { id, label, value: part.reason, where: '', state: part.state };
  return { id, label, state: 'ready', ...part.value };
}
