/**
 * Damaged files by the thousand, each through every command of the program. `npm run campaign -- --seed S --count N`.
 *
 *   --seed S     a number; the same seed makes the same inputs
 *   --count N    inputs in all; a run that was stopped goes on where it was
 *   --from I     begin at this index, without looking at what was done before
 *   --only I     one input again: what was done to it, and every complaint
 *   --save FILE  with --only: write the input to a file
 *   --jobs J     worker processes; by default one more than there are cores, as they wait for terminals now and then
 *
 * Ends with 0 when nothing was found, else with 1.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadBases } from './bases/bases.ts';
import { Damager } from './damage.ts';
import { runPool } from './pool.ts';
import { runProgram } from './program.ts';
import { Bench } from './run-input.ts';
import { type CampaignState, type Finding, loadState, saveState } from './state.ts';
import { runWorker, type Stretch, type WorkerTask } from './worker.ts';

/** Inputs that a worker is given at a time. */
const stretchLength = 250;
const tellEveryMs = 30_000;

/** @param script the bundle that this is in @param root the repository */
export async function main(script: string, root: string): Promise<void> {
  const [word, task] = process.argv.slice(2);
  if (word === 'worker') return runWorker(JSON.parse(task ?? '{}') as WorkerTask);
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '2000' },
      from: { type: 'string' },
      only: { type: 'string' },
      save: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism() + 1) },
    },
  });
  const seed = numberOf('seed', values.seed);
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kinspect-campaign-'));
  const setting = { script, root, seed, folder };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The workers end by themselves when nobody listens to them.
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const found =
    values.only === undefined
      ? await runAll(setting, numberOf('count', values.count), numberOf('jobs', values.jobs), values.from)
      : await runAgain(setting, numberOf('only', values.only), values.save);
  process.exitCode = found === 0 ? 0 : 1;
}

interface Setting {
  readonly script: string;
  readonly root: string;
  readonly seed: number;
  readonly folder: string;
}

const taskOf = ({ root, seed }: Setting): Omit<WorkerTask, 'folder'> => ({
  seed,
  fixtures: join(root, 'fixtures'),
  // A copy: a build meanwhile must not take it away.
  program: join(root, '.campaign', 'dist', 'kinspect.js'),
});

async function runAll(setting: Setting, count: number, jobs: number, from: string | undefined): Promise<number> {
  const { script, root, seed, folder } = setting;
  const build = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 16);
  const path = join(root, '.campaign', `seed-${seed}.json`);
  const before = loadState(path, seed, build);
  const begin = from === undefined ? before.next : numberOf('from', from);
  const findings: Finding[] = from === undefined ? [...before.findings] : [];
  const bases = loadBases(join(root, 'fixtures'));
  console.log(`campaign: seed ${seed}, inputs ${begin} to ${count}, ${jobs} workers`);
  if (bases.slice === undefined)
    console.log('campaign: no real kernel is here to cut a slice from; small fixtures take its place');

  const started = performance.now();
  const open = new Set<Stretch>();
  let at = begin;
  let done = 0;
  let slowest = { index: -1, command: '', ms: 0 };
  const state = (): CampaignState => ({
    seed,
    build,
    next: Math.min(at, ...[...open].map((stretch) => stretch.from)),
    seconds: Math.round(before.seconds + (performance.now() - started) / 1000),
    findings,
  });
  const save = (): void => {
    if (from === undefined) saveState(path, state());
  };
  const rate = (): string => ((done * 1000) / (performance.now() - started)).toFixed(0);
  const ticker = setInterval(() => {
    save();
    console.log(`campaign: ${state().next} done, ${rate()} a second, ${findings.length} findings`);
  }, tellEveryMs);
  // Stopped in the middle: the next run goes on from here.
  process.once('exit', save);
  await runPool(jobs, {
    script,
    folder,
    task: taskOf(setting),
    next() {
      if (at >= count) return undefined;
      const stretch = { from: at, to: Math.min(at + stretchLength, count) };
      at = stretch.to;
      open.add(stretch);
      return stretch;
    },
    onDone(stretch) {
      open.delete(stretch);
      done += stretch.to - stretch.from;
    },
    onFinding(finding) {
      // A stretch that is done again finds the same again.
      const key = ({ index, command, problem }: Finding) => `${index} ${command} ${problem}`;
      if (findings.some((known) => key(known) === key(finding))) return;
      findings.push(finding);
      if (findings.length <= 50) report(seed, finding);
    },
    onReplaced(index, why) {
      console.log(`campaign: a worker was replaced at ${index} (${why}), which is looked at again by itself`);
    },
    onSlow(index, command, ms) {
      if (ms > slowest.ms) slowest = { index, command, ms };
    },
  });
  clearInterval(ticker);
  save();
  const { seconds } = state();
  console.log(`campaign: ${done} inputs in this run, ${rate()} a second; ${seconds} s in all`);
  if (slowest.index >= 0) {
    console.log(`campaign: the slowest command took ${slowest.ms} ms: ${slowest.command}, --only ${slowest.index}`);
  }
  for (const { what, done: some, all } of new Damager(bases, seed).coverage(count)) {
    if (all > 0) console.log(`campaign: ${some} of the ${all} ${what}`);
  }
  console.log(`campaign: seed ${seed}, ${count} inputs, ${findings.length} findings`);
  return findings.length;
}

function report(seed: number, { index, kind, command, problem, words }: Finding): void {
  console.log(`\n${kind}: ${command}\n  ${problem.replaceAll('\n', '\n  ')}${words === '' ? '' : `\n  ${words}`}`);
  console.log(`  again: npm run campaign -- --seed ${seed} --only ${index}`);
}

async function runAgain(setting: Setting, index: number, save: string | undefined): Promise<number> {
  const { fixtures, program } = taskOf(setting);
  const bases = loadBases(fixtures);
  const input = new Damager(bases, setting.seed).make(index);
  console.log(`${input.words} (${input.bytes.length} bytes)`);
  if (save !== undefined) writeFileSync(save, input.bytes);
  const bench = new Bench(setting.folder, bases);
  const tell = (command: string): void => console.log(`  ${command}`);
  const found = await bench.run(input, setting.seed, index, tell);
  found.push(...(await runProgram(program, bench, input, setting.seed, index)));
  for (const { command, problem } of found) {
    report(setting.seed, { index, kind: 'complaint', command, problem, words: '' });
  }
  console.log(`${found.length} complaints`);
  return found.length;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`campaign: --${name} is ${text}, and has to be a number`);
  process.exit(2);
}
