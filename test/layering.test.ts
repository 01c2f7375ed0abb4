/**
 * Imports go one way: the arrows of src/README.md, read from the files themselves.
 *
 *   units, errors, c-text ← bytes ← elf | btf | dwarf ← kernel ← pahole ← explain ← format ← app ← cli | components ← bin
 *
 * A layer may use every layer before it, and none beside it: elf, btf and dwarf know nothing of each other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Layers of one row do not import each other. */
const rows: readonly (readonly string[])[] = [
  ['units', 'errors', 'c-text'],
  ['bytes'],
  ['elf', 'btf', 'dwarf'],
  ['kernel'],
  ['pahole'],
  ['explain'],
  ['format'],
  ['app'],
  ['cli', 'components'],
  ['bin'],
];

interface Import {
  /** As it is written: '../errors.ts', 'node:fs', 'ink'. */
  readonly from: string;
  /** `import type`: gone before anything runs. */
  readonly isType: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly code: string;
  readonly imports: readonly Import[];
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

function importsOf(code: string): Import[] {
  const found: Import[] = [];
  for (const match of code.matchAll(/\b(?:import|export)\s+(type\s+)?[^'";]*?\bfrom\s+'([^']+)'/g)) {
    found.push({ from: match[2] ?? '', isType: match[1] !== undefined });
  }
  for (const match of code.matchAll(/\bimport\s*\(?\s*'([^']+)'/g)) found.push({ from: match[1] ?? '', isType: false });
  for (const match of code.matchAll(/\bnew URL\(\s*'(\.[^']+\.ts)'/g))
    found.push({ from: match[1] ?? '', isType: false });
  return found;
}

const files: readonly SourceFile[] = ['src', 'bin', 'components'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
    .map((name) => {
      const path = join(top, name).split(sep).join('/');
      const code = withoutComments(readFileSync(join(root, path), 'utf8'));
      return { path, code, imports: importsOf(code) };
    }),
);

/** The file that a relative import means. */
const target = (file: SourceFile, from: string): string =>
  relative(root, join(root, dirname(file.path), from))
    .split(sep)
    .join('/');

/** "src/elf/header.ts" is of elf, "src/units.ts" of units, "bin/kinspect.tsx" of bin. */
function layerOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

const rowOf = (layer: string): number => rows.findIndex((row) => row.includes(layer));

test('there are files to look at, and each is of a known layer', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter(({ path }) => rowOf(layerOf(path)) < 0).map(({ path }) => path)).toEqual([]);
  expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length);
});

test('a file imports its own layer and those before it', () => {
  const wrong = files.flatMap((file) => {
    const layer = layerOf(file.path);
    return file.imports
      .filter(({ from }) => from.startsWith('.'))
      .map(({ from }) => target(file, from))
      .filter((path) => !path.startsWith('node_modules/') && path !== 'package.json')
      .filter((path) => layerOf(path) !== layer && rowOf(layerOf(path)) >= rowOf(layer))
      .map((path) => `${file.path} imports ${path}`);
  });
  expect(wrong).toEqual([]);
});

test('what runs in a circle is no circle of imports', () => {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter(({ from, isType }) => from.startsWith('.') && !isType).map(({ from }) => target(file, from)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(' → '));
    if (done.has(path) || above.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...above, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('nothing under src knows React, Ink or a terminal', () => {
  const wrong = files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, imports }) => imports.map(({ from }) => ({ path, from })))
    .filter(({ from }) => /^(react|ink)(\b|-)|^node:(tty|readline)/.test(from));
  expect(wrong).toEqual([]);
});

test('only bytes/byte-source knows the file system', () => {
  const users = files
    .filter(({ path }) => path.startsWith('src/'))
    .filter(({ imports }) =>
      imports.some(({ from }) => /^(node:)?(fs|child_process|net|http|https|dgram)(\/|$)/.test(from)),
    );
  expect(users.map(({ path }) => path)).toEqual(['src/bytes/byte-source.ts']);
});

test('only bin and components speak to the terminal and the process they run in', () => {
  const streams = /\bprocess\.(stdout|stderr|stdin|argv|env|exit|exitCode|on)\b|\bconsole\.\w|from 'node:process'/;
  const wrong = files.filter(({ path, code }) => path.startsWith('src/') && streams.test(code)).map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('no module has a default export', () => {
  expect(files.filter(({ code }) => /^export default\b/m.test(code)).map(({ path }) => path)).toEqual([]);
});
