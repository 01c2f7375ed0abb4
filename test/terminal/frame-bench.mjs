// node test/terminal/frame-bench.mjs [shape …]: milliseconds from a key to the last write of its frame, with Ink as it
// is and with fast-ink.mjs, for several shapes of tree. COLUMNS, ROWS and KEYS change the measurement.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { fastInk } from '../../components/terminal/fast-ink.mjs';

const SHAPES = [
  'row',
  'row right',
  'row both',
  'row padded',
  'row clip',
  'nested',
  'boxes',
  'pane',
  'pane drawn',
  'row whole',
];
const { COLUMNS = '200', ROWS = '60', KEYS = '200' } = process.env;
const shapes = process.argv.length > 2 ? process.argv.slice(2) : SHAPES;

for (const plugins of [[], [fastInk]]) {
  const outdir = mkdtempSync(join(tmpdir(), 'kinspect-bench-'));
  await build({
    entryPoints: [{ in: resolve('test/terminal/frame-bench.tsx'), out: 'main' }],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    outExtension: { '.js': '.mjs' },
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-devtools-core': resolve('scripts/empty-module.mjs') },
    plugins,
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  });
  console.log(`${plugins.length > 0 ? 'fast' : 'stock'} Ink, ${COLUMNS}x${ROWS}, Node ${process.version}`);
  for (const shape of shapes) {
    const options = { env: { ...process.env, FORCE_COLOR: '2' }, stdio: ['ignore', 'pipe', 'ignore'] };
    console.log(
      execFileSync(process.execPath, [join(outdir, 'main.mjs'), shape, COLUMNS, ROWS, KEYS], options)
        .toString()
        .trim(),
    );
  }
  rmSync(outdir, { recursive: true });
}
