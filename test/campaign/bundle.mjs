// test/campaign bundled with the program's own sources, for npm run campaign and for the test that plants faults in them.
// Plain JavaScript, as Node 20 runs no TypeScript.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { fastInk } from '../../components/terminal/fast-ink.mjs';

/** See bundle.d.mts. */
export async function bundleCampaign(script, root, options = {}) {
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
    plugins: [fastInk, inputFromMemory, ...(options.plugins ?? [])],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(process.argv[1]);",
    },
    logLevel: 'warning',
  });
}
