/**
 * Which pahole made the BTF: the one whose records come nearest to those of the file.
 *
 * Each version that can be replayed is, and the names of its records are held against the names in the BTF. A version
 * that would stop on this kernel (pahole before 1.25 refuses DW_TAG_unspecified_type) is asked for its rules alone:
 * later ones kept the rules of 1.22 and take the type.
 */

import { readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { Variant, Worlds } from '../pahole/debugger/worlds.ts';
import { type EncoderVersion, encoderVersions } from '../pahole/encoders.ts';
import { type Replay, replay, setUp } from '../pahole/machine.ts';
import { verdictByte } from '../pahole/verdict.ts';
import { drain, type Pieces } from './pieces.ts';

export interface EncoderChoice {
  readonly version: EncoderVersion;
  /** The decisions that are explained. */
  readonly replay: Replay;
  /** The user named it, or the BTF tells; without either it is 1.20. */
  readonly by: 'named' | 'btf' | 'default';
  /** Names of records that only the replay has, and that only the BTF has; 0 and 0: the same names. */
  readonly onlyReplay: number;
  readonly onlyBtf: number;
  /** The version itself would stop on this kernel, for this reason; `replay` goes by its rules all the same. */
  readonly rulesOnly: string | undefined;
}

/** The oldest first where two come equally near, but 1.20 before 1.19: it is what was in use. */
const order: readonly EncoderVersion[] = ['1.20', ...encoderVersions.filter((version) => version !== '1.20')];

/** @param named the version that the user wants explained */
export const chooseEncoder = (kernel: Vmlinux, worlds: Worlds, named?: EncoderVersion): EncoderChoice =>
  drain(choosingEncoder(kernel, worlds, named));

/** The same, with a pause between two replays. */
export function* choosingEncoder(kernel: Vmlinux, worlds: Worlds, named?: EncoderVersion): Pieces<EncoderChoice> {
  const btf = readyValue(kernel.btf)?.btf;
  if (named !== undefined || btf === undefined || btf.funcCount === 0) {
    const version = named ?? '1.20';
    const { run, rulesOnly } = yield* runningOrRules(kernel, worlds, { bytes: 'raw', version });
    const by = named === undefined ? 'default' : 'named';
    return { version, replay: run, by, rulesOnly, ...differences(kernel, run) };
  }
  let best: EncoderChoice | undefined;
  for (const version of order) {
    const { run, rulesOnly } = yield* runningOrRules(kernel, worlds, { bytes: 'raw', version });
    yield order.indexOf(version) / order.length;
    const choice: EncoderChoice = { version, replay: run, by: 'btf', rulesOnly, ...differences(kernel, run) };
    if (best === undefined || distance(choice) < distance(best)) best = choice;
    if (distance(best) === 0) break;
    yield order.indexOf(version) / order.length;
  }
  return best as EncoderChoice;
}

const distance = ({ onlyReplay, onlyBtf }: EncoderChoice): number => onlyReplay + onlyBtf;

/**
 * A variant as it runs; where the types of a unit would end the run, its rules without that end. With the list and the
 * rules the same, later versions decide so.
 */
export function* runningOrRules(kernel: Vmlinux, worlds: Worlds, variant: Variant): Pieces<RunOrRules> {
  const run = yield* worlds.running(variant);
  yield 0.5;
  if (run.fate.kind !== 'would-exit' || run.setupFate !== undefined) return { run, rulesOnly: undefined };
  const { entries, names } = run;
  const needsRegion = variant.bytes === 'relocated' || kernel.elf.isRelocatable;
  const region = needsRegion ? readyValue(kernel.mcount) : undefined;
  const input = { elf: kernel.elf, symbols: readyValue(kernel.symbols), region, ...variant, entries, names };
  const rules = replay(input, setUp(input));
  return { run: rules, rulesOnly: run.fate.why };
}

interface RunOrRules {
  readonly run: Replay;
  /** Why the version itself would stop; undefined where `run` is what it does. */
  readonly rulesOnly: string | undefined;
}

const inBtf = 1;
const inReplay = 2;

/** Names with a record on one side only. */
function differences(kernel: Vmlinux, run: Replay): { readonly onlyReplay: number; readonly onlyBtf: number } {
  const btf = readyValue(kernel.btf)?.btf;
  if (btf === undefined) return { onlyReplay: 0, onlyBtf: 0 };
  const { names, entries } = run;
  const ids = Uint32Array.from(btf.funcNameOffs, (name_off) => names.ofBtf(btf.strings, name_off));
  const encoded = run.encodedEntries.map((entry) => names.ofRef(entries.name[entry] as number));
  const sides = new Uint8Array(names.count);
  for (const id of ids) sides[id] = inBtf;
  for (const id of encoded) sides[id] = (sides[id] as number) | inReplay;
  let onlyReplay = 0;
  let onlyBtf = 0;
  for (const side of sides) {
    if (side === inReplay) onlyReplay++;
    else if (side === inBtf) onlyBtf++;
  }
  return { onlyReplay, onlyBtf };
}

/** Entries in the order of how much their verdict says about the function: the one with the record first. */
const telling = [
  verdictByte.encoded,
  verdictByte['unnamed-parameter'],
  verdictByte['not-external'],
  verdictByte['not-in-list'],
  verdictByte['unnamed-function'],
  verdictByte['already-generated'],
  0,
  verdictByte.declaration,
];

/** Of the entries of one function the one whose verdict is its own; undefined without any. */
export function decisiveEntry(run: Replay, entries: readonly number[]): number | undefined {
  let best: number | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const rank = telling.indexOf(run.verdicts[entry] as number);
    if (rank < bestRank) {
      best = entry;
      bestRank = rank;
    }
  }
  return best;
}
