/** The encoder's replays of two kernels, for the verdicts on their functions: both are read when one is asked for. */
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { EncoderVersion } from '../pahole/encoders.ts';
import type { Fate } from '../pahole/fate.ts';
import { VerdictsByName } from './compare-verdicts.ts';
import { dwarfDoubts } from './doubts.ts';
import { closeEvidence, type EvidenceOptions, gatherEvidence } from './evidence.ts';

/** What a kernel's DWARF says, or why it says nothing. */
export type SideReplay =
  | {
      readonly state: 'ready';
      readonly path: string;
      readonly verdicts: VerdictsByName;
      readonly fate: Fate;
      /** What of it is damaged; see {@link dwarfDoubts}. */
      readonly doubts: (shown: (name: string) => string) => readonly string[];
    }
  | { readonly state: 'absent' | 'malformed' | 'unsupported'; readonly reason: string };

/**
 * Read a kernel's DWARF and replay the encoder over the region as it is in the file.
 * @throws the signal's reason when it was aborted
 */
export async function replaySide(
  kernel: Vmlinux,
  version: EncoderVersion,
  options: EvidenceOptions = {},
): Promise<SideReplay> {
  const evidence = await gatherEvidence(kernel, options);
  try {
    const { dwarf } = evidence;
    if (dwarf.state !== 'ready') return { state: dwarf.state, reason: dwarf.reason };
    const replay = dwarf.value.worlds.replay({ bytes: 'raw', version });
    const { path } = dwarf.value;
    return {
      state: 'ready',
      path,
      verdicts: new VerdictsByName(replay),
      fate: replay.fate,
      doubts: (shown) => dwarfDoubts(evidence, shown),
    };
  } finally {
    closeEvidence(evidence);
  }
}
