// npm run docs: the generated parts of the README (keys, picture). --check only says whether the keys are current.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = join(root, 'README.md');

/** Run a TypeScript module of the project: bundle it beside node_modules, import it. */
async function load(entry) {
  const out = mkdtempSync(join(tmpdir(), 'kinspect-docs-'));
  const file = join(out, 'module.mjs');
  await build({
    entryPoints: [join(root, entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    absWorkingDir: root,
    logLevel: 'warning',
  });
  // Packages resolve from where the module is.
  const beside = join(root, 'node_modules', `.docs-${process.pid}-${entry.replace(/\W/g, '-')}.mjs`);
  writeFileSync(beside, readFileSync(file));
  rmSync(out, { recursive: true });
  try {
    return await import(pathToFileURL(beside).href);
  } finally {
    rmSync(beside);
  }
}

const { helpMarkdown } = await load('src/app/help.ts');
const text = readFileSync(readme, 'utf8');
const next = text.replace(/<!-- keys -->[\s\S]*<!-- \/keys -->/, `<!-- keys -->\n${helpMarkdown()}<!-- /keys -->`);
if (process.argv.includes('--check')) {
  if (next !== text) {
    console.error('README.md: its keys are not those of src/app/keymap.ts; npm run docs writes them');
    process.exit(1);
  }
} else {
  writeFileSync(readme, next);
  const { takePicture } = await load('test/helpers/picture.ts');
  await takePicture(join(root, 'dist/kinspect.js'), join(root, 'docs/screen.png'));
  console.log('wrote README.md and docs/screen.png');
  process.exit(0);
}
