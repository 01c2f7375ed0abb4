/** Bundle an entry of the tests as scripts/build.mjs bundles the program. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { fastInk } from '../../components/terminal/fast-ink.mjs';

export interface Bundle {
  /** The file to run with node. */
  readonly file: string;
  remove(): void;
}

/** Bundles `entry` (a path from the repository's root) into a directory of its own. */
export async function bundle(entry: string): Promise<Bundle> {
  const outdir = mkdtempSync(join(tmpdir(), 'kinspect-test-'));
  await build({
    entryPoints: [{ in: resolve(entry), out: 'main' }],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    outExtension: { '.js': '.mjs' },
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-devtools-core': resolve('scripts/empty-module.mjs') },
    plugins: [fastInk],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  });
  return {
    file: join(outdir, 'main.mjs'),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
