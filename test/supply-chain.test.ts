/**
 * What the program is made of: every dependency has its reason, is locked by its contents, and runs nothing when it is
 * installed; the package holds what `files` says. What the program may reach: supply-chain/.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  // Code that nobody can read and that fits one version of Node: docs/dependencies.md.
  expect(paths.filter((path) => path.endsWith('.cache'))).toEqual([]);
});
