/** What `npm pack` makes is what users get: it must run alone, and hold nothing that is not needed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Manifest {
  readonly dependencies?: object;
  readonly bin: { readonly kinspect: string };
  readonly scripts: Readonly<Record<string, string>>;
}

let folder = '';
let files: readonly string[] = [];
const inside = (path: string): string => join(folder, 'package', path);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kinspect-package-'));
  // The build is there already: npm test has made it.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  files = packed?.files.map((file) => file.path) ?? [];
  execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', folder]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package runs without dependencies, from any folder', () => {
  const manifest = JSON.parse(readFileSync(inside('package.json'), 'utf8')) as Manifest;
  expect(manifest.dependencies).toBeUndefined();
  const program = inside(manifest.bin.kinspect);
  const options = { cwd: tmpdir(), encoding: 'utf8' } as const;
  expect(execFileSync(process.execPath, [program], options)).toContain('all zero in the file');
  const sample = inside('fixtures/sample/vmlinux-aarch64');
  expect(execFileSync(process.execPath, [program, 'dump', sample, 'symbols', '--format', 'nm'], options)).toMatch(
    / t tty_write\n/,
  );
});

test('the package installs without running anything', () => {
  const { scripts } = JSON.parse(readFileSync(inside('package.json'), 'utf8')) as Manifest;
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});

test('the package holds the program, the sample kernel and the licences, and no sources or tests', () => {
  expect(files).toContain('dist/kinspect.js');
  expect(files).toContain('fixtures/sample/vmlinux-aarch64');
  expect(files).toContain('dist/THIRD-PARTY-LICENSES.txt');
  expect(files.filter((file) => /^(src|test|components|bin|scripts|node_modules)\//.test(file))).toEqual([]);
});
