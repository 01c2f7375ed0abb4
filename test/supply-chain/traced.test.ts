/** What the program does, seen from outside: it makes no socket and starts no program, whichever command or screen. */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { drawn } from '../e2e/shared.ts';
import { kallsymsText, nmLines } from '../helpers/kallsyms.ts';
import { Pty } from '../helpers/pty.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { libraryWatcher, straceWatcher } from './watchers.ts';

const sample = 'fixtures/sample/vmlinux-aarch64';
const program = [process.execPath, 'dist/kinspect.js'];
const tables = ['symbols', 'relocs', 'mcount', 'btf', 'sections'];

/** KALLSYMS is a running kernel's list of the sample's symbols. The exit code of --live is the machine's matter. */
const commands: readonly (readonly [argv: string, codes: readonly number[]])[] = [
  ['--help', [0]],
  [sample, [0]],
  [`${sample} --format json`, [0]],
  ...tables.map((table) => [`dump ${sample} ${table}`, [0]] as const),
  [`dump ${sample} symbols --kallsyms KALLSYMS`, [0]],
  [`dump ${sample} btf --btf ${sample}`, [0]],
  [`replay ${sample}`, [0]],
  [`replay ${sample} --debug ${sample}`, [0]],
  [`why ${sample} tty_write`, [1]],
  [`why ${sample} tty_write --debug ${sample} --kallsyms KALLSYMS`, [1]],
  [`why ${sample} --all`, [0]],
  [`why ${sample} tty_write --signature`, [0, 1]],
  [`compare ${sample} ${sample}`, [0]],
  [`compare ${sample} ${sample} tty_write --debug ${sample}`, [0]],
  ['--live --format text', [0, 3]],
  ['why --live tty_write', [0, 1, 3]],
  ['/no/such/file', [3]],
  ['https://192.0.2.1/vmlinux', [3]],
];

/** Keys, and what they bring to the screen. */
const panes = /1 Symbols[\s\S]*4 /;
const walk: readonly (readonly [keys: string, shown: string | RegExp])[] = [
  ['/tty', 'tty_write'],
  ['_write\r', /▸ .*tty_write/],
  ['x', 'Bytes at tty_write'],
  ['\x1b', panes],
  ['y', panes],
  ['i', 'Facts on the kernel'],
  ['\x1b', panes],
  ['w', 'no BTF FUNC record'],
  ['\x1b', panes],
  ['o', 'has a record'],
  ['\x1b', panes],
  ['?', 'one row down'],
  ['\x1b', panes],
  [`c${sample}\r`, 'compare'],
  ['q', panes],
  ['r', /not-external|encoded/],
];

const watchers = [straceWatcher(), libraryWatcher()];
afterAll(() => {
  for (const watcher of watchers) watcher.dispose();
});

describe.each(watchers.map((watcher) => [watcher.name, watcher] as const))('seen by %s', (_, watcher) => {
  // A skip that the report shows, with its reason: what was not looked at has not passed.
  const because = watcher.absent === undefined ? '' : ` (not looked at: ${watcher.absent})`;
  const able = test.skipIf(watcher.absent !== undefined);
  // Short reports count skips and do not name them.
  if (because !== '') process.stderr.write(`supply-chain/traced: ${watcher.name}${because}\n`);

  able(`a process that does connect is caught${because}`, () => {
    const code = `
      require('node:net').connect(9, '127.0.0.1').on('error', () => {});
      require('node:child_process').spawnSync('true');`;
    const { argv, env } = watcher.command([process.execPath, '-e', code]);
    spawnSync(argv[0] ?? '', argv.slice(1), { env: { ...process.env, ...env } });
    const seen = watcher.seen().join('\n');
    expect(seen).toMatch(/\bsocket\b/);
    expect(seen).toMatch(/\bconnect\b/);
    expect(seen).toMatch(/\bexecvp?e?\b/);
  });

  able.each(commands)(`%s${because}`, (line, codes) => {
    const words = withKallsyms(line.split(' '));
    const { argv, env } = watcher.command([...program, ...words]);
    const ran = spawnSync(argv[0] ?? '', argv.slice(1), { env: { ...process.env, ...env } });
    expect(codes).toContain(ran.status);
    expect(watcher.seen()).toEqual([]);
  });

  able.each([
    ['on the sample', []],
    ['with --kallsyms and --debug', ['--kallsyms', 'KALLSYMS', '--debug', sample, sample]],
    ['with --live', ['--live', '--btf', sample, sample]],
  ])(`the screens %s${because}`, async (_name, options) => {
    const { argv, env } = watcher.command([...program, ...withKallsyms(options)]);
    const pty = new Pty(argv[0] ?? '', argv.slice(1), { columns: 120, rows: 40, env });
    try {
      await pty.waitFor(drawn);
      for (const [keys, shown] of walk) {
        pty.send(keys);
        await pty.waitFor(shown);
      }
      pty.send('\x03');
      expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
    } finally {
      await pty.dispose();
    }
    expect(watcher.seen()).toEqual([]);
  });
});

/** The words with a list of the sample's symbols as its kernel would give it when it runs. */
function withKallsyms(words: readonly string[]): string[] {
  if (!words.includes('KALLSYMS')) return [...words];
  const [node = '', ...rest] = program;
  const nm = spawnSync(node, [...rest, 'dump', sample, 'symbols', '--format', 'nm']);
  const list = tempFile(Buffer.from(kallsymsText(nmLines(nm.stdout.toString()), 0x43855a4cc000n)), 'kallsyms');
  return words.map((word) => (word === 'KALLSYMS' ? list : word));
}
