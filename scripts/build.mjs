// Bundle the program into dist/: one launcher, one chunk a screenful of code needs, one file per worker thread.
//
// Everything is bundled (Ink, React and fuzzysort too), so that an installed package has no dependencies, starts three
// times as fast as it would from node_modules, and always runs with production React.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fastInk } from '../components/terminal/fast-ink.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const workers = ['src/app/search-worker.ts', 'src/dwarf/dwarf-worker.ts'].filter((file) =>
  existsSync(join(root, file)),
);

const result = await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'bin/kinspect.tsx', out: 'main' },
    ...workers.map((file) => ({ in: file, out: file.replace(/^.*\//, '').replace(/\.ts$/, '') })),
  ],
  outdir: out,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    KINSPECT_VERSION: JSON.stringify(version),
    // Yoga would read its WebAssembly through fetch(), which loads an HTTP client for 30 ms; without one it decodes the
    // bytes that it holds. kinspect has no other use for a network.
    fetch: 'undefined',
  },
  alias: {
    // Ink asks for the developer tools only when DEV is set; they are not shipped.
    'react-devtools-core': join(root, 'scripts/empty-module.mjs'),
  },
  plugins: [fastInk],
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
});

// The launcher is plain syntax that any Node of the last ten years parses, so that an old one gets a sentence and
// not a syntax error.
writeFileSync(
  join(out, 'kinspect.js'),
  `#!/usr/bin/env node
var v = process.versions.node.split('.').map(Number);
if (v[0] < 20 || (v[0] === 20 && v[1] < 19)) {
  console.error('kinspect: needs Node.js 20.19 or later, and this is ' + process.versions.node);
  process.exit(2);
}
import('./main.js').then(function (m) { return m.run(); });
`,
  { mode: 0o755 },
);

// Bundled code keeps its licences beside it.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) packages.add(match[1]);
}
const licences = [...packages].sort().map((name) => {
  const dir = join(root, 'node_modules', name);
  const info = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(dir, file), 'utf8').trim() : `Licence: ${info.license}`;
  return `${name} ${info.version}\n\n${text}\n`;
});
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences.join(`\n${'-'.repeat(78)}\n\n`));
