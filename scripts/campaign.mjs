// npm run campaign: bundle test/campaign with the program's own sources, and run it. Node 20 cannot run TypeScript.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { fastInk } from '../components/terminal/fast-ink.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, '.campaign');
mkdirSync(out, { recursive: true });
cpSync(join(root, 'dist'), join(out, 'dist'), { recursive: true });
const script = join(out, 'campaign.mjs');

/** The program's reader of files gets the input from memory: see memory-files.ts. */
const inputFromMemory = {
  name: 'input-from-memory',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:fs$/ }, ({ importer }) =>
      importer.endsWith('/byte-source.ts') ? { path: join(root, 'test/campaign/memory-files.ts') } : undefined,
    );
  },
};

await build({
  absWorkingDir: root,
  stdin: {
    contents: `import { main } from './test/campaign/campaign.ts'; await main(${JSON.stringify(script)}, ${JSON.stringify(root)});`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile: script,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  define: {
    'process.env.NODE_ENV': '"production"',
    // Readers of DWARF start no threads where they are not bundled as the program is: the files are small.
    'import.meta.url': JSON.stringify(`${pathToFileURL(root).href}/bundle.ts`),
  },
  external: ['@lydell/node-pty', '@xterm/headless'],
  plugins: [fastInk, inputFromMemory],
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(process.argv[1]);",
  },
  logLevel: 'warning',
});
process.argv[1] = script;
await import(pathToFileURL(script).href);
