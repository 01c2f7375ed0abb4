/**
 * `kinspect replay FILE`: what pahole decides about each function of a kernel.
 *
 *   tsv, ndjson      an entry a line, in the order of the encoder
 *   text, json       the summary; with --verdict, --function or --cu the entries that they leave
 *
 * What pahole would not survive is said on standard error in every format, and the lines end where its run would end.
 */
import { TypeDies } from '../dwarf/type-dies.ts';
import { unreadable } from '../errors.ts';
import { tableDoubts, unitDoubts } from '../explain/doubts.ts';
import { printText } from '../format/listing.ts';
import { visible, visibleText } from '../format/visible.ts';
import { Vmlinux } from '../kernel/vmlinux.ts';
import { createDebugger } from '../pahole/debugger/debugger.ts';
import { Worlds } from '../pahole/debugger/worlds.ts';
import { type EncoderRules, type EncoderVersion, encoderVersion, encoderVersions } from '../pahole/encoders.ts';
import { findTypeProblems } from '../pahole/find-type-problems.ts';
import { setUp } from '../pahole/machine.ts';
import { findDwarf } from '../pahole/open-dwarf.ts';
import { isVerdict, verdicts } from '../pahole/verdict.ts';
import type { ReplayOptions } from './args.ts';
import { type CliIo, exitCode } from './io.ts';
import { inferredJson, inferredText } from './replay-inferred.ts';
import { makeJob, type ReplayJob, setupInput } from './replay-job.ts';
import { matchingEntries, ndjsonLines, type ReplayFilter, replayListing, tsvLines } from './replay-rows.ts';
import { readScript, runScript } from './replay-script.ts';
import { fateSentence, summarize, summaryJson, summaryText } from './replay-summary.ts';
import { badChoice, UsageError } from './split-arguments.ts';

/** Run it. @returns the exit code @throws UsageError, ParseError, OutputClosed, OutputFailed */
export async function runReplay(options: ReplayOptions, io: CliIo): Promise<number> {
  const version = versionOf(options);
  const filter = filterOf(options);
  const script = options.script === undefined ? undefined : readScript(options.script);
  const kernel = Vmlinux.open(options.file, { btf: options.btf, btfBase: options.btfBase });
  const warn = (sentence: string) => io.err(`kinspect: ${visibleText(options.file)}: ${visibleText(sentence)}\n`);
  try {
    const dwarf = findDwarf(kernel, options.debug);
    // Without its sections a file tells nothing.
    const hidden = unreadable(kernel.elf.sectionTable);
    if (dwarf.state === 'malformed') throw dwarf.error;
    // A file that was named for its DWARF has to have it.
    if (dwarf.state === 'unsupported' && options.debug !== undefined) throw dwarf.error;
    if (hidden !== undefined && dwarf.state !== 'ready') throw hidden;
    if (dwarf.state !== 'ready') {
      // What is unsupported says itself what to do.
      warn(
        dwarf.state === 'unsupported'
          ? `there is nothing to replay: ${dwarf.reason}`
          : `${dwarf.reason}: there is nothing to replay; --debug FILE names a debug file`,
      );
      return await withoutDwarf(kernel, options, version, io);
    }
    const types = new TypeDies(dwarf.value.sections);
    try {
      const job = await makeJob(kernel, dwarf.value, types, options.mcount, version);
      const where = dwarf.value.path === kernel.path ? '' : `${dwarf.value.path}, `;
      // The rows hang on the bytes in the file; a summary and the debugger tell what the other ones would have changed.
      const areRows = !options.summary && script === undefined && /^(tsv|ndjson)$/.test(options.format);
      const isRelocated = !areRows || options.mcount === 'relocated' || kernel.elf.isRelocatable;
      for (const sentence of tableDoubts(kernel, isRelocated)) warn(sentence);
      for (const sentence of unitDoubts(job.replay.entries, visible)) warn(`${where}${sentence}`);
      const fate = fateSentence(job.replay);
      if (fate !== undefined) warn(fate);
      if (script !== undefined) return await runInDebugger(script, job, options, io);
      const code = await answer(job, options, filter, io, warn);
      // Without them the list is empty, whatever pahole found.
      return unreadable(kernel.symbols) === undefined ? code : exitCode.unreadable;
    } finally {
      types.close();
    }
  } finally {
    kernel.close();
  }
}

function versionOf(options: ReplayOptions): EncoderVersion {
  const version = encoderVersion(options.encoder ?? '1.20');
  if (version === undefined) throw badChoice('--encoder', options.encoder ?? '', encoderVersions, 'replay');
  return version;
}

function filterOf(options: ReplayOptions): ReplayFilter | undefined {
  const { verdict, function: name, cu } = options;
  if (
    options.script !== undefined &&
    (options.summary || verdict !== undefined || name !== undefined || cu !== undefined)
  ) {
    throw new UsageError(
      '--script prints what its commands reply; the filters and --summary do not go with it',
      'replay',
    );
  }
  if (verdict !== undefined && !isVerdict(verdict)) throw badChoice('--verdict', verdict, verdicts, 'replay');
  if (verdict === undefined && name === undefined && cu === undefined) return undefined;
  if (options.summary) {
    throw new UsageError(
      '--summary counts all functions; it does not go with --verdict, --function and --cu',
      'replay',
    );
  }
  return { verdict, function: name, cu };
}

async function answer(
  job: ReplayJob,
  options: ReplayOptions,
  filter: ReplayFilter | undefined,
  io: CliIo,
  warn: (sentence: string) => void,
): Promise<number> {
  const { format } = options;
  const wantsSummary = options.summary || (filter === undefined && (format === 'text' || format === 'json'));
  if (wantsSummary) {
    const summary = summarize(job, options.mcount);
    await io.out(
      format === 'json' || format === 'ndjson' ? summaryJson(summary, options) : summaryText(summary, options),
    );
    return exitCode.ok;
  }
  const matching = matchingEntries(job.replay, filter);
  if (matching.length === 0 && filter !== undefined) warn(nothingMatches(filter));
  const chunks =
    format === 'tsv'
      ? tsvLines(job.replay, matching, io.outIsTerminal)
      : format === 'ndjson'
        ? ndjsonLines(job.replay, matching)
        : format === 'json'
          ? [summaryJson(summarize(job, options.mcount), options, matching, job.replay)]
          : printText(replayListing(job.replay, matching));
  for (const chunk of chunks) {
    const wait = io.out(chunk);
    if (wait !== undefined) await wait;
  }
  return matching.length === 0 && filter !== undefined ? exitCode.no : exitCode.ok;
}

/** A session of the debugger over this replay; other bytes and versions are a command away in it. */
async function runInDebugger(
  script: readonly string[],
  { kernel, types, input, replay }: ReplayJob,
  options: ReplayOptions,
  io: CliIo,
): Promise<number> {
  const { entries } = input;
  const typeProblems = (rules: EncoderRules) => findTypeProblems(types, entries, rules);
  const worlds = new Worlds({ kernel, entries, typeProblems, file: options.file, replay });
  const session = createDebugger(worlds, { bytes: options.mcount, version: versionOf(options) });
  const failures = await runScript(script, session, io);
  return failures === 0 ? exitCode.ok : exitCode.no;
}

function nothingMatches({ verdict, function: name, cu }: ReplayFilter): string {
  const asked = [
    ...(name === undefined ? [] : [`the name ${visible(name)}`]),
    ...(cu === undefined ? [] : [`the unit ${visible(cu)}`]),
    ...(verdict === undefined ? [] : [`the verdict ${verdict}`]),
  ];
  return `no function entry has ${asked.join(' and ')}`;
}

/** The rest of what can be said: which functions the list would hold, and what the file's own BTF tells of them. */
async function withoutDwarf(
  kernel: Vmlinux,
  options: ReplayOptions,
  version: EncoderVersion,
  io: CliIo,
): Promise<number> {
  if (options.format === 'tsv' || options.format === 'ndjson') return exitCode.unreadable;
  const setups = (['raw', 'relocated'] as const).map((bytes) => setUp(setupInput(kernel, bytes, version)));
  const text = options.format === 'json' ? inferredJson(kernel, setups, options) : inferredText(kernel, setups);
  await io.out(text);
  return exitCode.unreadable;
}
