/**
 * The program without a process: arguments and streams in, exit code out. Every failure ends here as one line on
 * standard error; a stack is for those who set KINSPECT_DEBUG.
 */
import { printable } from '../bytes/printable.ts';
import { ParseError } from '../errors.ts';
import { visibleText } from '../format/visible.ts';
import type { LiveOptions } from '../kernel/live.ts';
import { type BrowseOptions, type KernelFiles, parseArguments, type RunningFiles } from './args.ts';
import { type CliIo, exitCode, OutputClosed, OutputFailed } from './io.ts';
import type { RunningTarget } from './open-kernel.ts';
import { commands } from './options.ts';
import { UsageError } from './split-arguments.ts';
import { suggest } from './suggest.ts';

/** What the program needs of its surroundings. */
export interface Surroundings {
  readonly version: string;
  /** The kernel to open when no FILE is given. */
  readonly samplePath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether screens can be drawn and keys read. */
  readonly hasScreen: boolean;
  /** The machine that --live looks at. */
  readonly machine: LiveOptions;
  openScreens(path: string, options: BrowseOptions & RunningTarget): Promise<number>;
}

/** Exit code of a fault of the program itself: EX_SOFTWARE of sysexits.h. */
const faultCode = 70;

/** Run the program. @returns the exit code; never throws */
export async function runCli(argv: readonly string[], io: CliIo, surroundings: Surroundings): Promise<number> {
  let path: string | undefined;
  const debug = Boolean(surroundings.env.KINSPECT_DEBUG);
  try {
    const invocation = parseArguments(argv, surroundings.version);
    if (invocation.kind === 'print') {
      await io.out(invocation.text);
      return exitCode.ok;
    }
    path =
      (invocation.kind === 'compare' ? invocation.options.before : invocation.options.file) ?? surroundings.samplePath;
    switch (invocation.kind) {
      case 'browse': {
        const target = await atMachine(invocation.options, surroundings.machine);
        path = target.file ?? surroundings.samplePath;
        return await browse(path, target, io, surroundings);
      }
      case 'dump': {
        const { runDump } = await import('./dump.ts');
        return await runDump(invocation.options, io);
      }
      case 'replay': {
        const { runReplay } = await import('./replay.ts');
        return await runReplay(invocation.options, io);
      }
      case 'why': {
        const { runWhy } = await import('./why.ts');
        const target = await atMachine(invocation.options, surroundings.machine);
        path = target.file ?? 'this machine';
        return await runWhy({ ...target, file: fileOf(target) }, io);
      }
      case 'compare': {
        const { runCompare } = await import('./compare.ts');
        return await runCompare(invocation.options, io);
      }
    }
  } catch (error) {
    if (error instanceof OutputClosed) return exitCode.ok;
    if (debug && error instanceof Error) io.err(`${visibleLines(error.stack ?? '')}\n`);
    return report(error, path, io);
  }
}

/** The options with what --live finds on the machine, where it is asked for. */
async function atMachine<T extends KernelFiles & RunningFiles & { readonly file: string | undefined }>(
  options: T,
  machine: LiveOptions,
): Promise<T & RunningTarget> {
  if (!options.live) return { ...options, machine: undefined };
  const { withLive } = await import('./open-kernel.ts');
  return withLive(options, machine);
}

/** @throws ParseError where --live stands for FILE and found nothing that is a kernel */
function fileOf({ file, machine }: { readonly file: string | undefined } & RunningTarget): string {
  if (file !== undefined) return file;
  const problem = `--live finds no image of its kernel, and no kallsyms${machine === undefined ? '' : `: ${machine.notes.join('; ')}`}`;
  throw new ParseError({ code: 'io', structure: 'this machine', problem, advice: 'name a FILE' });
}

async function browse(
  path: string,
  options: BrowseOptions & RunningTarget,
  io: CliIo,
  surroundings: Surroundings,
): Promise<number> {
  if (options.format === undefined && surroundings.hasScreen) return surroundings.openScreens(path, options);
  const { runOverview } = await import('./overview.ts');
  return runOverview(path, options, io);
}

function report(error: unknown, path: string | undefined, io: CliIo): number {
  if (error instanceof UsageError) {
    const command = error.command === undefined || error.command === 'browse' ? '' : ` ${error.command}`;
    io.err(`kinspect: ${visibleLines(error.message)}\nTry 'kinspect${command} --help'.\n`);
    return exitCode.usage;
  }
  if (error instanceof OutputFailed) {
    io.err(`kinspect: standard output: ${error.message}\n`);
    return exitCode.no;
  }
  if (error instanceof ParseError) {
    io.err(`kinspect: ${visibleText(unreadable(error, path ?? ''))}\n`);
    return exitCode.unreadable;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(
    `kinspect: ${visibleText(path ?? '')}: internal error: ${visibleText(message)}; KINSPECT_DEBUG=1 adds where\n`,
  );
  return faultCode;
}

/** "vmlinux: section 12 (.symtab) at file offset 0x40: problem; advice" */
function unreadable(error: ParseError, path: string): string {
  // What is wrong with the file as a whole names the file already.
  const isFile = error.structure === printable(path);
  const sentence = isFile ? error.message : `${path}: ${error.message}`;
  const isWord = isFile && error.code === 'io' && !path.includes('/');
  const near = isWord ? suggest(path, commands) : undefined;
  return near === undefined || near === 'browse' || near === path
    ? sentence
    : `${sentence}; did you mean the command ${near}?`;
}

const visibleLines = (text: string): string => text.split('\n').map(visibleText).join('\n');
