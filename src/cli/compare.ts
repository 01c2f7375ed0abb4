/**
 * `kinspect compare OLD NEW [FUNCTION]...`: what differs between the FUNC records of two kernels.
 *
 *   no FUNCTION   every name with a record, from BTF and symbols alone; --encoder adds what it decides, from DWARF
 *   FUNCTION...   these, with prototypes, symbols, slots and verdicts side by side
 *
 * What makes an answer doubtful (another machine, foreign BTF, no BTF) is said on standard error and hides nothing.
 */
import { resolve } from 'node:path';
import { printable } from '../bytes/printable.ts';
import { ParseError, unreadable } from '../errors.ts';
import { type ComparedName, type Comparison, compareKernels, compareName } from '../explain/compare.ts';
import { replaySide, type SideReplay } from '../explain/compare-evidence.ts';
import { type FunctionSide, functionSide } from '../explain/compared-function.ts';
import { ComparedKernel } from '../explain/compared-kernel.ts';
import { tableDoubts } from '../explain/doubts.ts';
import { identify, type KernelIdentity, strangeRecords } from '../explain/kernel-identity.ts';
import { nearestNames } from '../explain/nearest-names.ts';
import { visible, visibleText } from '../format/visible.ts';
import { Vmlinux } from '../kernel/vmlinux.ts';
import { type EncoderVersion, encoderVersion, encoderVersions } from '../pahole/encoders.ts';
import type { CompareOptions } from './args.ts';
import { jsonChunks, ndjsonChunks } from './compare-json.ts';
import { functionsText, wholeText } from './compare-text.ts';
import { type CliIo, exitCode } from './io.ts';
import { badChoice } from './split-arguments.ts';

/** One of the two files, as the answer calls it. */
export interface CompareSide {
  readonly path: string;
  readonly compared: ComparedKernel;
  readonly identity: KernelIdentity;
  /** Undefined where no verdict was asked for. */
  readonly replay: SideReplay | undefined;
}

/** All that the formats write. */
export interface CompareAnswer {
  readonly before: CompareSide;
  readonly after: CompareSide;
  /** The encoder whose verdicts are told; undefined where none was asked for. */
  readonly version: EncoderVersion | undefined;
  readonly comparison: Comparison;
  /** Whether it is about functions that were named. */
  readonly isOfSome: boolean;
  /** What a side says of a name. */
  side(side: 'before' | 'after', row: ComparedName): FunctionSide;
}

/** Run it. @returns the exit code @throws UsageError, OutputClosed, OutputFailed */
export async function runCompare(options: CompareOptions, io: CliIo): Promise<number> {
  const version = encoderVersion(options.encoder ?? '1.20');
  if (version === undefined) throw badChoice('--encoder', options.encoder ?? '', encoderVersions, 'compare');
  const opened: Vmlinux[] = [];
  // There are two files, so whoever fails has to say which of them it is about.
  let path = options.before;
  try {
    opened.push(Vmlinux.open(path));
    path = options.after;
    opened.push(Vmlinux.open(path, { btf: options.btf, btfBase: options.btfBase }));
    for (const kernel of opened) {
      path = kernel.path;
      const damage = unreadable(kernel.btf);
      if (damage !== undefined) throw damage;
    }
    const [before, after] = opened as [Vmlinux, Vmlinux];
    return await compareTwo(before, after, version, options, io);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const sentence = error.structure === printable(path) ? error.message : `${path}: ${error.message}`;
    io.err(`kinspect: ${visibleText(sentence)}\n`);
    return exitCode.unreadable;
  } finally {
    for (const kernel of opened) kernel.close();
  }
}

async function compareTwo(
  before: Vmlinux,
  after: Vmlinux,
  version: EncoderVersion,
  options: CompareOptions,
  io: CliIo,
): Promise<number> {
  const sides = [openSide(before), openSide(after)] as const;
  const warn = (path: string, sentence: string) => io.err(`kinspect: ${visibleText(path)}: ${visibleText(sentence)}\n`);
  const canCompare = warnAbout(sides, options, warn);
  const asked = [...new Set(options.functions.map((name) => Buffer.from(name, 'utf8').toString('latin1')))];
  if (!canCompare && asked.length === 0) return exitCode.unreadable;

  const wantsReplay = asked.length > 0 || options.encoder !== undefined;
  const read = async (side: Omit<CompareSide, 'replay'>, debug?: string): Promise<CompareSide> => {
    if (!wantsReplay) return { ...side, replay: undefined };
    const replay = await replaySide(side.compared.kernel, version, { debug, here: true });
    if (replay.state === 'malformed' || replay.state === 'unsupported')
      warn(side.path, `${replay.reason}; its verdicts are missing`);
    if (replay.state === 'ready') for (const sentence of replay.doubts(visible)) warn(side.path, sentence);
    return { ...side, replay };
  };
  // One after the other: each takes all cores, and the memory of one is enough.
  const first = await read(sides[0]);
  const second = await read(sides[1], options.debug);
  const names = asked.filter((name) => isKnown(name, [first, second], (sentence) => io.err(`kinspect: ${sentence}\n`)));
  const answer: CompareAnswer = {
    before: first,
    after: second,
    version: wantsReplay ? version : undefined,
    comparison: asked.length === 0 ? compareKernels(first.compared, second.compared) : someNames(first, second, names),
    isOfSome: asked.length > 0,
    side: (which, row) => {
      const { compared, replay } = which === 'before' ? first : second;
      return functionSide(compared, row.name, row[which], replay?.state === 'ready' ? replay.verdicts : undefined);
    },
  };
  if (asked.length === 0 || names.length > 0) await print(answer, options, io);
  const { names: rows, totals } = answer.comparison;
  return names.length === asked.length && totals.same === rows.length ? exitCode.ok : exitCode.no;
}

const openSide = (kernel: Vmlinux): Omit<CompareSide, 'replay'> => ({
  path: kernel.path,
  compared: new ComparedKernel(kernel),
  identity: identify(kernel),
});

/** The comparison of some names only, in the order in which they were asked for. */
function someNames({ compared: before }: CompareSide, { compared: after }: CompareSide, names: readonly string[]) {
  const totals = { gained: 0, lost: 0, changed: 0, renamed: 0, repeated: 0, same: 0 };
  const rows = names.map((name) => compareName(before, after, name));
  for (const { change } of rows) totals[change]++;
  return { before, after, names: rows, totals };
}

type Side = Omit<CompareSide, 'replay'>;

/** Say what makes the answer doubtful. @returns whether there are records to compare */
function warnAbout(
  [before, after]: readonly [Side, Side],
  options: CompareOptions,
  warn: (path: string, sentence: string) => void,
): boolean {
  const { buildId, machine } = after.identity;
  const isSamePath = resolve(before.path) === resolve(after.path);
  if (isSamePath || (buildId !== undefined && before.identity.buildId === buildId)) {
    const why = isSamePath ? 'the file is given twice' : `the same kernel as ${before.path}, build id ${buildId}`;
    warn(after.path, options.btf === undefined ? `${why}: nothing differs` : `${why}: only the BTF can differ`);
  }
  if (before.identity.machine !== machine) {
    const both = `the machine is ${machine}, and that of ${before.path} is ${before.identity.machine}`;
    const advice = options.functions.length > 0 ? '' : '; name functions to compare only those';
    warn(after.path, `${both}: code that only one machine has comes out as gained or lost${advice}`);
  }
  for (const { path, compared } of [before, after]) {
    const { btf } = compared.kernel;
    for (const sentence of tableDoubts(compared.kernel)) warn(path, sentence);
    if (btf.state !== 'ready') warn(path, `${btf.reason}; on this side no function has a record`);
    else for (const complaint of compared.kernel.btfComplaints) warn(path, complaint);
  }
  const strange = options.btf === undefined ? undefined : strangeRecords(after.compared);
  if (strange !== undefined) {
    const share = `${strange.strange} of the ${strange.names} names with a FUNC record have no function symbol here`;
    warn(after.path, `${share}: the BTF of ${options.btf} is of another kernel; give the one that this kernel has`);
  }
  return before.compared.btf !== undefined || after.compared.btf !== undefined;
}

/** Whether a kernel has a record, a symbol or an entry of a name; else the sentence with the nearest names. */
function isKnown(name: string, sides: readonly CompareSide[], complain: (sentence: string) => void): boolean {
  const isThere = ({ compared, replay }: CompareSide): boolean =>
    compared.records.has(name) ||
    compared.hasSymbol(name) ||
    compared.clonesOf(name).length > 0 ||
    (replay?.state === 'ready' && replay.verdicts.of(name) !== undefined);
  if (sides.some(isThere)) return true;
  const near = nearestNames(name, allNames(sides));
  const offer =
    near.length === 0
      ? 'kinspect dump FILE symbols lists the names'
      : `the nearest are ${near.map(visible).join(', ')}`;
  complain(`neither kernel has a function ${visible(name)}; ${offer}`);
  return false;
}

function* allNames(sides: readonly CompareSide[]): Generator<string> {
  for (const { compared } of sides) {
    yield* compared.symbolNames;
    yield* compared.records.keys();
  }
}

async function print(answer: CompareAnswer, options: CompareOptions, io: CliIo): Promise<void> {
  const chunks =
    options.format === 'json'
      ? jsonChunks(answer)
      : options.format === 'ndjson'
        ? ndjsonChunks(answer)
        : answer.isOfSome
          ? functionsText(answer)
          : wholeText(answer);
  for (const chunk of chunks) {
    const wait = io.out(chunk);
    if (wait !== undefined) await wait;
  }
}
