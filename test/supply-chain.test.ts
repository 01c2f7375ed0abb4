/**
 * What the program is made of and what it may reach: every dependency has its reason, is locked by its contents, and runs
 * nothing when it is installed; the package holds what `files` says; the program opens no connection.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly [key: string]: unknown;
}
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
/** All but the project itself. */
const locked = Object.entries(packages).filter(([path]) => path !== '');

test('every dependency has its reason in docs/dependencies.md, and nothing else has', () => {
  const rows = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => /^\| [a-z@]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const named = rows.flatMap((cells) => (cells[1] ?? '').split(', '));
  expect(named.sort()).toEqual(Object.keys(manifest.devDependencies).sort());
  for (const cells of rows) expect(cells[2]?.length).toBeGreaterThan(4);
});

test('the package itself depends on nothing', () => {
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies']) {
    expect(manifest[kind]).toBeUndefined();
  }
});

test('each is pinned to one version, the one that is locked', () => {
  for (const [name, version] of Object.entries(manifest.devDependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  }
});

test('each is locked by its contents, and by no address that works on one machine only', () => {
  expect(locked.length).toBeGreaterThan(50);
  for (const [path, { integrity, resolved, version }] of locked) {
    expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-[\w+/]{86}==$/)]);
    expect([path, version]).toEqual([path, expect.stringMatching(/^\d/)]);
    if (resolved !== undefined) expect(resolved).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
});

test('nothing runs when it is installed, but for a check of esbuild’s own binary', () => {
  const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path);
  // fsevents is vitest's, for macOS alone.
  expect(running.filter((path) => !/(?:^|\/)fsevents$/.test(path))).toEqual(['node_modules/esbuild']);
});

test('the package is what `files` says', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as {
    readonly files: readonly { readonly path: string }[];
  }[];
  const inFiles = (path: string): boolean =>
    // npm adds these three by itself.
    ['package.json', 'README.md', 'LICENSE'].includes(path) ||
    manifest.files.some((name) => `/${path}` === name || `/${path}`.startsWith(`${name}/`));
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths).toContain('dist/kinspect.js');
  expect(paths.filter((path) => !inFiles(path))).toEqual([]);
});

/** Modules of Node's that can reach another machine, and what in the global scope can. */
const reaching = ['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises', 'inspector', 'cluster'];

test('the bundle has no way to a network', () => {
  const scripts = readdirSync('dist').filter((name) => name.endsWith('.js'));
  expect(scripts.sort()).toEqual(['commands.js', 'dwarf-worker.js', 'kinspect.js', 'main.js', 'search-worker.js']);
  for (const name of scripts) {
    const text = read(join('dist', name));
    const required = [...text.matchAll(/(?:require|import)\(["'](?:node:)?([\w/]+)["']\)/g)].map((match) => match[1]);
    expect([name, required.filter((module) => reaching.includes(module ?? ''))]).toEqual([name, []]);
    expect([name, /\bnew (?:WebSocket|XMLHttpRequest|EventSource)\b/.exec(text)?.[0]]).toEqual([name, undefined]);
    // Names that are put together at run time would get around the list above.
    expect([name, /\brequire\((?!["'])[^)]*\)/.exec(text.replaceAll(/require\(path\d*\)/g, ''))?.[0]]).toEqual([
      name,
      undefined,
    ]);
  }
});

const strace = spawnSync('strace', ['-V']).status === 0;

test.skipIf(!strace)('the program opens no socket: strace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinspect-strace-'));
  try {
    for (const argv of [[], ['dump', 'symbols'], ['replay']]) {
      const [command, what] = argv;
      const sample = 'fixtures/sample/vmlinux-aarch64';
      const words = command === undefined ? [sample] : [command, sample, ...(what === undefined ? [] : [what])];
      const log = join(folder, 'log');
      const trace = ['-f', '-qq', '-e', 'trace=%network', '-e', 'signal=none', '-o', log];
      const ran = spawnSync('strace', [...trace, process.execPath, 'dist/kinspect.js', ...words]);
      // Where tracing is not allowed there is nothing to see.
      if (ran.status !== 0 && /ptrace|not permitted/i.test(ran.stderr.toString())) return;
      expect(ran.status).toBe(0);
      // Node itself makes pairs of connected sockets for its threads and children; none has an address.
      const calls = read(log)
        .split('\n')
        .filter((line) => /\b(?:socket|connect|bind|sendto|recvfrom)\(/.test(line));
      expect(calls).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
