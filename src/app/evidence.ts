/**
 * What the answers on the screen are drawn from, as far as it has come: symbols, bytes and BTF at once, the DWARF when it
 * is read, the replays that tell what would change when they are made.
 */
import { Classifier } from '../explain/classify.ts';
import type { DwarfEvidence } from '../explain/evidence.ts';
import type { Linker } from '../kernel/links.ts';
import type { RunningKernel } from '../kernel/running.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';

export interface EvidenceState {
  readonly phase: 'unread' | 'reading' | 'choosing' | 'ready' | 'failed';
  /** Bytes of DWARF that are read, and all of them; what is done of the choosing. */
  readonly done: number;
  readonly total: number;
  /** Why there is no DWARF. */
  readonly reason: string | undefined;
  /** Infers until the phase is ready. */
  readonly classifier: Classifier;
  /** Goes up when more is at hand for the same classifier: counts, replays. */
  readonly prepared: number;
}

interface Tables {
  readonly kernel: Vmlinux;
  readonly linker: Linker;
  readonly running?: RunningKernel | undefined;
}

/** Before anything was read. */
export function unreadEvidence({ kernel, linker, running }: Tables): EvidenceState {
  const dwarf = { state: 'absent', reason: 'the DWARF is not read yet' } as const;
  const classifier = new Classifier({ kernel, linker, running, dwarf, unread: true });
  return { phase: 'unread', done: 0, total: 0, reason: undefined, classifier, prepared: 0 };
}

/** A classifier for a kernel without DWARF: what it infers stays. */
export const withoutDwarf = ({ kernel, linker, running }: Tables, reason: string): Classifier =>
  new Classifier({ kernel, linker, running, dwarf: { state: 'absent', reason } });

/** The evidence with the DWARF that was read. */
export const withDwarf = ({ kernel, linker, running }: Tables, value: DwarfEvidence) => ({
  kernel,
  linker,
  running,
  dwarf: { state: 'ready', value } as const,
});
