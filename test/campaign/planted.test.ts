/** The campaign with faults planted in the program: the real workers and the real pool find each, and know whose it is. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import { tempDirectory } from '../helpers/temp-file.ts';
import { bundleCampaign } from './bundle.mjs';
import { runPool } from './pool.ts';
import { isTurn, purposes } from './random.ts';
import type { Finding } from './state.ts';

const hangMs = 4000;
const inputs = 20;

/** In the place of src/cli/main.ts: it answers with a fault in one command of some inputs, by their index. */
const planted = `
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
const first = {};
export async function runCli(argv, io) {
  const input = argv.find((word) => word.endsWith('/input'));
  const index = readFileSync(join(dirname(input), 'index')).readDoubleLE(0);
  // The first command of an input, also when it is asked for its stack.
  first[index] ??= argv.join(' ');
  if (argv.join(' ') !== first[index]) {
    if (argv.includes('json')) io.out('{}');
    return 0;
  }
  if (index === 2) setTimeout(() => { throw new Error('planted'); });
  if (index === 4) Promise.reject(new Error('planted'));
  if (index === 2 || index === 4) await new Promise((resolve) => setTimeout(resolve, 20));
  if (index === 6) io.err('kinspect: planted\\n');
  if (index === 8) io.out('\\x1b[2J');
  if (index === 10) globalThis.kept = Buffer.alloc(400 << 20, 1);
  if (index === 12) for (const end = Date.now() + 2.4 * ${hangMs}; Date.now() < end; );
  if (index === 14) process.exit(9);
  if (index === 16) for (;;);
  return index === 6 ? 70 : 0;
}
`;

const plant: Plugin = {
  name: 'planted',
  setup({ onLoad }) {
    onLoad({ filter: /src\/cli\/main\.ts$/ }, () => ({ contents: planted, loader: 'js' }));
  },
};

test('every fault that is planted is found, with its input and its command, and nothing else', {
  timeout: 600_000,
}, async () => {
  const folder = tempDirectory();
  const script = resolve('.campaign/planted.mjs');
  await bundleCampaign(script, resolve('.'), { plugins: [plant] });
  // A seed that gives none of them to the built program, which has no faults planted.
  let seed = 1;
  while (
    Array.from({ length: inputs }, (_, index) => index).some((index) => isTurn(seed, index, 200, purposes.program))
  )
    seed++;
  const findings: Finding[] = [];
  let isGiven = false;
  await runPool(1, {
    script,
    folder: join(folder, 'pool'),
    task: { seed, fixtures: resolve('fixtures'), program: '' },
    hangMs,
    next() {
      if (isGiven) return undefined;
      isGiven = true;
      return { from: 0, to: inputs };
    },
    onDone: () => undefined,
    onFinding: (finding) => findings.push(finding),
    onSlow: () => undefined,
  });
  const found = findings.map(({ index, kind, command, problem }) => {
    const where = command === 'any' ? 'any' : command.includes('text') ? 'its command' : command;
    return `${index} ${kind}, ${where}: ${problem.split('\n')[0]}`;
  });
  expect([...new Set(found)].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))).toEqual([
    expect.stringMatching(/^2 complaint, any: uncaught: Error: planted/),
    expect.stringMatching(/^4 complaint, any: uncaught: Error: planted/),
    expect.stringMatching(/^6 complaint, its command: exit code 70: kinspect: planted/),
    expect.stringMatching(/^6 complaint, its command: kinspect: planted/),
    expect.stringMatching(/^8 complaint, its command: raw control/),
    expect.stringMatching(/^10 memory, its command: \d+ bytes, and at most \d+ are due/),
    expect.stringMatching(/^12 hang, its command: more than 4000 ms/),
    expect.stringMatching(/^14 crash, its command: exit code 9/),
    expect.stringMatching(/^16 hang, its command: more than 4000 ms/),
  ]);
});

test('a campaign goes on where it was', { timeout: 600_000 }, () => {
  const seed = 424_242;
  const state = resolve(`.campaign/seed-${seed}.json`);
  const run = (count: number) => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['scripts/campaign.mjs', '--seed', `${seed}`, '--count', `${count}`, '--jobs', '1'],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  };
  rmSync(state, { force: true });
  try {
    expect(run(40)).toContain('inputs 0 to 40, 1 workers');
    const second = run(60);
    expect(second).toContain('inputs 40 to 60, 1 workers');
    expect(second).toContain('20 inputs in this run');
    expect(second).toMatch(/campaign: 40 of the \d+ single-field cases/);
    expect(existsSync(state)).toBe(true);
  } finally {
    rmSync(state, { force: true });
  }
});
