/**
 * What would change the decision: the replays that can be run with one thing otherwise, each really run.
 *
 *   relocated   the same version over the region as it is after relocation: CONFIG_RELOCATABLE=n, or applied relocs
 *   1.20 …      another version over the same bytes
 */
import { readyValue } from '../errors.ts';
import type { Variant } from '../pahole/debugger/worlds.ts';
import { mergeRecords } from '../pahole/dedup.ts';
import { type EncoderVersion, encoderVersions } from '../pahole/encoders.ts';
import { isWritten } from '../pahole/fate.ts';
import type { Replay } from '../pahole/machine.ts';
import type { Verdict } from '../pahole/verdict.ts';
import { compareReplays } from '../pahole/what-if.ts';
import type { Classifier } from './classify.ts';
import { decisiveEntry, runOrRules } from './encoder-choice.ts';
import type { DwarfEvidence } from './evidence.ts';

export interface Counterfactual {
  /** 'relocated' or a version: stable, for programs. */
  readonly id: 'relocated' | 'raw' | EncoderVersion;
  readonly variant: Variant;
  /** About the function; undefined where the run does not come to it. */
  readonly verdict: Verdict | undefined;
  readonly line: number | undefined;
  /** FUNC records that reach the file, after dedup. */
  readonly records: number;
  /** Names that get a record, and that lose theirs, beside the run that is explained. */
  readonly gained: number;
  readonly lost: number;
  /**
   * Why the run would not end well, where it would not. Where the types of a unit end it, the rest is what its rules
   * alone come to.
   */
  readonly stops: string | undefined;
}

/** Versions that people may have, from one that they have; 1.19 differs from 1.20 in modules and 32-bit files only. */
const offered = encoderVersions.filter((version) => version !== '1.19');

/** @param entries those of the function */
export function counterfactuals(classifier: Classifier, entries: readonly number[]): readonly Counterfactual[] {
  const { encoder, evidence } = classifier;
  const { kernel, dwarf } = evidence;
  if (encoder === undefined || dwarf.state !== 'ready') return [];
  const { version } = encoder;
  const variants: { id: Counterfactual['id']; variant: Variant }[] = [];
  // A module's region is relocated whatever its reader wants.
  if (kernel.mcount.state === 'ready' && !kernel.elf.isRelocatable) {
    variants.push({ id: 'relocated', variant: { bytes: 'relocated', version } });
  }
  for (const other of offered)
    if (other !== version) variants.push({ id: other, variant: { bytes: 'raw', version: other } });
  return variants.map(({ id, variant }) => {
    const { run, rulesOnly } = runOrRules(kernel, dwarf.value.worlds, variant);
    const { gained, lost } = compareReplays(encoder.replay, run);
    const entry = decisiveEntry(run, entries);
    return {
      id,
      variant,
      verdict: entry === undefined ? undefined : run.verdict(entry),
      line: entry === undefined ? undefined : run.line(entry),
      records: isWritten(run.fate) ? recordsOf(dwarf.value, run) : 0,
      gained: gained.length,
      lost: lost.length,
      stops: rulesOnly ?? (run.fate.kind === 'completed' ? undefined : run.fate.why),
    };
  });
}

/** FUNC records after dedup. With a list every name is written once, and there is nothing to merge. */
export const recordsOf = ({ types }: DwarfEvidence, replay: Replay): number =>
  replay.table.functions_cnt > 0 ? replay.records : mergeRecords(replay, types).entries.length;

/** Records of the run that is explained: what the BTF has where it is the same, without counting again. */
export function baseRecords({ encoder, evidence }: Classifier): number {
  const { dwarf, kernel } = evidence;
  if (encoder === undefined || dwarf.state !== 'ready' || !isWritten(encoder.replay.fate)) return 0;
  const btf = readyValue(kernel.btf)?.btf;
  const same = btf !== undefined && encoder.onlyReplay + encoder.onlyBtf === 0;
  return same ? btf.funcCount : recordsOf(dwarf.value, encoder.replay);
}
