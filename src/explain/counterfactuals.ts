/**
 * What would change the decision: the replays that can be run with one thing otherwise, each really run.
 *
 *   relocated   the same version over the region as it is after relocation: CONFIG_RELOCATABLE=n, or applied relocs
 *   1.20 …      another version over the same bytes
 */
import { readyValue } from '../errors.ts';
import type { Variant } from '../pahole/debugger/worlds.ts';
import { mergingRecords } from '../pahole/dedup.ts';
import { type EncoderVersion, encoderVersions } from '../pahole/encoders.ts';
import { isWritten } from '../pahole/fate.ts';
import type { Replay } from '../pahole/machine.ts';
import type { Verdict } from '../pahole/verdict.ts';
import { compareReplays } from '../pahole/what-if.ts';
import type { Classifier } from './classify.ts';
import { decisiveEntry, runningOrRules } from './encoder-choice.ts';
import type { DwarfEvidence } from './evidence.ts';
import { drain, type Pieces } from './pieces.ts';

export interface Counterfactual {
  /** 'relocated' or a version: stable, for programs. */
  readonly id: 'relocated' | 'raw' | EncoderVersion;
  readonly variant: Variant;
  /** The entry of the function that decides; undefined where it has none. */
  readonly entry: number | undefined;
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

/** A replay with one thing otherwise, and what that makes of the kernel: the same for every function. */
interface Run extends Pick<Counterfactual, 'id' | 'variant' | 'records' | 'gained' | 'lost' | 'stops'> {
  readonly replay: Replay;
}

/** By the run that is explained. */
const made = new WeakMap<Replay, readonly Run[]>();

/** Make what {@link counterfactuals} asks for, with a pause behind each replay. */
export function* preparing(classifier: Classifier): Pieces<readonly Run[]> {
  const { encoder, evidence } = classifier;
  const { kernel, dwarf } = evidence;
  if (encoder === undefined || dwarf.state !== 'ready') return [];
  const before = made.get(encoder.replay);
  if (before !== undefined) return before;
  const { version } = encoder;
  const variants: Pick<Run, 'id' | 'variant'>[] = [];
  // A module's region is relocated whatever its reader wants.
  if (kernel.mcount.state === 'ready' && !kernel.elf.isRelocatable) {
    variants.push({ id: 'relocated', variant: { bytes: 'relocated', version } });
  }
  for (const other of offered)
    if (other !== version) variants.push({ id: other, variant: { bytes: 'raw', version: other } });
  const runs: Run[] = [];
  for (const { id, variant } of variants) {
    const { run: replay, rulesOnly } = yield* runningOrRules(kernel, dwarf.value.worlds, variant);
    yield runs.length / variants.length;
    const { gained, lost } = compareReplays(encoder.replay, replay);
    yield runs.length / variants.length;
    const records = isWritten(replay.fate) ? yield* countingRecords(dwarf.value, replay) : 0;
    const stops = rulesOnly ?? (replay.fate.kind === 'completed' ? undefined : replay.fate.why);
    runs.push({ id, variant, records, gained: gained.length, lost: lost.length, stops, replay });
    yield runs.length / variants.length;
  }
  if (!isSameAsBtf(classifier)) yield* countingRecords(dwarf.value, encoder.replay);
  made.set(encoder.replay, runs);
  return runs;
}

/** Whether the replays behind {@link counterfactuals} are made. */
export const isPrepared = ({ encoder }: Classifier): boolean => encoder === undefined || made.has(encoder.replay);

/** @param entries those of the function */
export const counterfactuals = (classifier: Classifier, entries: readonly number[]): readonly Counterfactual[] =>
  drain(preparing(classifier)).map(({ replay, ...run }) => {
    const entry = decisiveEntry(replay, entries);
    if (entry === undefined) return { ...run, entry, verdict: undefined, line: undefined };
    return { ...run, entry, verdict: replay.verdict(entry), line: replay.line(entry) };
  });

const merged = new WeakMap<Replay, number>();

/** FUNC records after dedup. With a list every name is written once, and there is nothing to merge. */
const recordsOf = (dwarf: DwarfEvidence, replay: Replay): number => drain(countingRecords(dwarf, replay));

function* countingRecords({ types }: DwarfEvidence, replay: Replay): Pieces<number> {
  if (replay.table.functions_cnt > 0) return replay.records;
  let records = merged.get(replay);
  if (records === undefined) {
    records = (yield* mergingRecords(replay, types)).entries.length;
    merged.set(replay, records);
  }
  return records;
}

/** Whether the run that is explained leaves the names that the BTF has. */
const isSameAsBtf = ({ encoder, evidence }: Classifier): boolean =>
  evidence.kernel.btf.state === 'ready' && encoder !== undefined && encoder.onlyReplay + encoder.onlyBtf === 0;

/** Records of the run that is explained: what the BTF has where it is the same, without counting again. */
export function baseRecords(classifier: Classifier): number {
  const { encoder, evidence } = classifier;
  const { dwarf, kernel } = evidence;
  if (encoder === undefined || dwarf.state !== 'ready' || !isWritten(encoder.replay.fate)) return 0;
  const btf = readyValue(kernel.btf)?.btf;
  if (btf !== undefined && isSameAsBtf(classifier)) return btf.funcCount;
  return recordsOf(dwarf.value, encoder.replay);
}
