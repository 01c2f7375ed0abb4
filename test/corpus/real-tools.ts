/**
 * The real kernels and the tools beside which kinspect is held. Nothing is stored: each tool runs anew, pahole on a copy.
 *
 * scripts/fetch-kernels.sh NAME... fetches kernels and pahole to KINSPECT_CORPUS, by default ~/.cache/kinspect/corpus;
 * KINSPECT_CORPUS_KERNELS says which kernels to take. A tool or a kernel that is missing is named and skipped; with CI
 * set it is a failure.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'vitest';
import { repository } from '../cli/collect.ts';

const corpus = process.env['KINSPECT_CORPUS'] ?? join(homedir(), '.cache/kinspect/corpus');
/** The kernels to take; without it those that a test wants, the others only where they are there already. */
const asked = process.env['KINSPECT_CORPUS_KERNELS']?.split(/\s+/);

export const paholeFolder = join(corpus, 'pahole-1.20');
export const pahole = join(paholeFolder, 'pahole');
export const kernelPath = (name: string): string => join(corpus, name, 'vmlinux');
const program = join(repository, 'dist/kinspect.js');

/** Of these kernels those that are asked for, or all. */
export const wanted = (names: readonly string[]): readonly string[] => asked ?? names;

/** Fetch what is not there of these: kernels, and pahole-1.20. */
export function fetchMissing(names: readonly string[]): void {
  const missing = names.filter((name) => !existsSync(join(corpus, name)));
  if (missing.length === 0) return;
  console.log(`fetching ${missing.join(' ')} into ${corpus}`);
  execFileSync('bash', [join(repository, 'scripts/fetch-kernels.sh'), ...missing], { stdio: 'inherit' });
}

/** Skip the test, saying how to get what it needs; under CI what was asked for has to be there. */
export function need(context: TestContext, ...paths: readonly string[]): void {
  for (const path of paths) {
    const name = basename(join(path, '..'));
    const isAsked = path === pahole || (asked?.includes(name) ?? true);
    if (!isAsked) context.skip(`${name} is not in KINSPECT_CORPUS_KERNELS`);
    if (existsSync(path)) continue;
    const sentence = `there is no ${path}: scripts/fetch-kernels.sh ${name}`;
    if (process.env['CI'] && asked !== undefined) throw new Error(sentence);
    context.skip(sentence);
  }
}

const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin`, LC_ALL: 'C' };
const options = { env, encoding: 'latin1' as const, maxBuffer: 1 << 30 };

/** The first of these commands that there is; else the test is skipped, or fails under CI. */
export function tool(context: TestContext, ...names: readonly string[]): string {
  for (const name of names) if (spawnSync('which', [name], { env }).status === 0) return name;
  const sentence = `needs ${names.join(' or ')}`;
  if (process.env['CI']) throw new Error(sentence);
  return context.skip(sentence);
}

/** Run a tool to its end; its output a character a byte. */
export const output = (command: string, argv: readonly string[]) => spawnSync(command, [...argv], options);

/** Run kinspect as it is built. */
export function kinspect(...argv: readonly string[]) {
  if (!existsSync(program)) throw new Error('dist/ is not built: npm run build');
  return output(process.execPath, [program, ...argv]);
}

/** The lines of a text that have a pattern in them, as grep prints them. */
export const grep = (text: string, pattern: RegExp): readonly string[] =>
  text.split('\n').filter((line) => pattern.test(line));

export interface Copy {
  readonly path: string;
  readonly remove: () => void;
}

/** A copy of a file, which may be written to. */
export function makeCopy(path: string): Copy {
  const directory = mkdtempSync(join(tmpdir(), 'kinspect-corpus-'));
  const copy = join(directory, basename(path));
  copyFileSync(path, copy);
  // A separate debug file is looked for beside it.
  if (existsSync(`${path}.debug`)) copyFileSync(`${path}.debug`, `${copy}.debug`);
  return { path: copy, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface RealRun {
  /** "exit 0", "SIGSEGV" … */
  readonly ended: string;
  /** unit⇥function of each record; undefined instead of the unit where the run ended inside it. */
  readonly records: readonly (readonly [unit: string | undefined, name: string])[];
}

/** pahole -J -V, its log read as it comes: half a gigabyte of it is of no interest. */
export async function runPahole(file: string): Promise<RealRun> {
  const child = spawn(pahole, ['-J', '-V', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  const records: [string | undefined, string][] = [];
  let named = 0;
  for await (const line of createInterface({ input: child.stdout.setEncoding('latin1') })) {
    const func = line.startsWith('[') ? /^\[\d+\] FUNC (\S+) type_id=/.exec(line) : null;
    if (func !== null) records.push([undefined, func[1] as string]);
    const unit = line.startsWith('search cu ') ? /^search cu '(.*)' for percpu/.exec(line) : null;
    if (unit !== null) for (; named < records.length; named++) (records[named] as [unknown, string])[0] = unit[1];
  }
  return { ended: await ended, records };
}
