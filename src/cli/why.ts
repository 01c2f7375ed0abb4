/**
 * `kinspect why FILE FUNCTION`: why a function has, or has not, a BTF FUNC record.
 *
 *   text    a report of at most 80 columns     json    one object     ndjson   the same object on one line
 *
 * With --all there is a row for each function symbol, with --summary a count for each root cause.
 */
import { availability, unreadable } from '../errors.ts';
import { causes, isCause } from '../explain/causes.ts';
import { Classifier } from '../explain/classify.ts';
import { btfDoubts, dwarfDoubts, isHiding, runningDoubts, tableDoubts } from '../explain/doubts.ts';
import { closeEvidence, type Evidence, gatherEvidence } from '../explain/evidence.ts';
import { subjectOf, why } from '../explain/why.ts';
import { answerToJson } from '../format/json.ts';
import { reportText } from '../format/report.ts';
import { visible, visibleText } from '../format/visible.ts';
import { whyJson } from '../format/why-json.ts';
import { whyReport } from '../format/why-report.ts';
import { checkBtfBelongs } from '../kernel/btf-belongs.ts';
import { isBtfBeside } from '../kernel/facts/tables.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { type EncoderVersion, encoderVersion, encoderVersions } from '../pahole/encoders.ts';
import type { WhyOptions } from './args.ts';
import { type CliIo, exitCode } from './io.ts';
import { openKernel, openLike, type RunningTarget } from './open-kernel.ts';
import { badChoice } from './split-arguments.ts';
import { printAll, printSummary } from './why-all.ts';
import { runSignature } from './why-signature.ts';

const width = 80;

/** The options with the file that they are about, be it the one that --live found. */
export type WhyTarget = WhyOptions & RunningTarget & { readonly file: string };

/** Run it. @returns the exit code @throws UsageError, ParseError, OutputClosed, OutputFailed */
export async function runWhy(options: WhyTarget, io: CliIo): Promise<number> {
  const version = versionOf(options);
  if (options.cause !== undefined && !isCause(options.cause)) throw badChoice('--cause', options.cause, causes, 'why');
  const { kernel, running } = openKernel(options.file, options);
  const warn = (sentence: string) => io.err(`kinspect: ${visibleText(options.file)}: ${visibleText(sentence)}\n`);
  try {
    const evidence = await gatherEvidence(kernel, { debug: options.debug, here: true, running });
    try {
      return await answer(evidence, version, options, io, warn);
    } finally {
      closeEvidence(evidence);
    }
  } finally {
    kernel.close();
  }
}

function versionOf(options: WhyOptions): EncoderVersion | undefined {
  if (options.encoder === undefined) return undefined;
  const version = encoderVersion(options.encoder);
  if (version === undefined) throw badChoice('--encoder', options.encoder, encoderVersions, 'why');
  return version;
}

async function answer(
  evidence: Evidence,
  version: EncoderVersion | undefined,
  options: WhyTarget,
  io: CliIo,
  warn: (sentence: string) => void,
): Promise<number> {
  const { kernel, dwarf } = evidence;
  // Without its sections a file tells nothing, unless kallsyms, BTF or DWARF is given beside it.
  const hidden = unreadable(kernel.elf.sectionTable);
  const parts = [kernel.symbols, kernel.btf, dwarf];
  if (hidden !== undefined && parts.every(({ state }) => state !== 'ready')) throw hidden;
  // A file that was named for its DWARF has to have it; what else is damaged hides nothing that can be read.
  const damage = unreadable(dwarf);
  if (damage !== undefined && options.debug !== undefined) throw damage;
  if (dwarf.state !== 'ready') warn(`${dwarf.reason}; what follows is inferred from symbols and BTF`);
  // A function that is not found, or not traceable, may be one that is lost with them.
  for (const sentence of tableDoubts(kernel)) warn(sentence);
  for (const sentence of btfDoubts(kernel)) warn(sentence);
  for (const sentence of dwarfDoubts(evidence, visible)) warn(sentence);
  for (const sentence of runningDoubts(evidence.running)) warn(sentence);
  const strange = foreignBtf(evidence);
  if (strange !== undefined) warn(strange);
  const code = await print(evidence, version, options, io, warn);
  return isHiding(evidence) || strange !== undefined ? exitCode.unreadable : code;
}

/** Why BTF that was given beside the kernel is not its own; undefined where it is, or none was given. */
function foreignBtf({ kernel }: Evidence): string | undefined {
  if (!isBtfBeside(kernel)) return undefined;
  const part = availability(() => checkBtfBelongs(kernel));
  return part.state === 'malformed' ? part.reason : undefined;
}

function print(
  evidence: Evidence,
  version: EncoderVersion | undefined,
  options: WhyTarget,
  io: CliIo,
  warn: (sentence: string) => void,
): Promise<number> {
  switch (options.scope) {
    case 'all':
      return printAll(new Classifier(evidence, version), options, io);
    case 'summary':
      return printSummary(new Classifier(evidence, version), options, io);
    case 'function':
      return options.signature
        ? runSignature(evidence, options, io)
        : printAnswer(new Classifier(evidence, version), options, io, warn);
  }
}

async function printAnswer(
  classifier: Classifier,
  options: WhyTarget,
  io: CliIo,
  warn: (sentence: string) => void,
): Promise<number> {
  const word = Buffer.from(options.function ?? '', 'utf8').toString('latin1');
  const subject = subjectOf(classifier, word);
  if (subject === undefined) {
    warn(`no symbol holds the address ${word}; kinspect dump FILE symbols lists them`);
    return exitCode.no;
  }
  const found = withLike(options.like, (like) => why(classifier, subject, { like }));
  if (found.cause === 'no-symbol') {
    const modules = found.facts.some(({ id }) => id === 'modules') ? ' in the kernel itself' : '';
    const near = found.nearest.length === 0 ? '' : `; did you mean ${found.nearest.map(visible).join(', ')}?`;
    const read = isHiding(classifier.evidence) ? ' that can be read' : '';
    warn(`no function${modules}${read} is called ${visible(word)}${near}`);
  }
  await io.out(
    options.format === 'text'
      ? reportText(whyReport(found, visibleText(options.file)), width)
      : `${answerToJson(whyJson(found, Buffer.from(options.file, 'utf8').toString('latin1')))}\n`,
  );
  return found.hasRecord ? exitCode.ok : exitCode.no;
}

/** Do something with the kernel of --like, where one was named. @throws ParseError when it cannot be opened */
function withLike<T>(path: string | undefined, use: (like: Vmlinux | undefined) => T): T {
  const like = path === undefined ? undefined : openLike(path);
  try {
    return use(like);
  } finally {
    like?.close();
  }
}
