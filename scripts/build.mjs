// Bundle the program into dist/: a launcher, the program as one script, one file per worker thread.
//
// Everything is bundled (Ink, React and fuzzysort too), so that an installed package has no dependencies, starts three
// times as fast as it would from node_modules, and always runs with production React.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fastInk } from '../components/terminal/fast-ink.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const options = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    'import.meta.url': 'importMetaUrl',
    KINSPECT_VERSION: JSON.stringify(version),
    // Yoga would read its WebAssembly through fetch(), which loads an HTTP client for 30 ms; without one it decodes the
    // bytes that it holds. kinspect has no other use for a network.
    fetch: 'undefined',
  },
  plugins: [fastInk],
  banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
};

const result = await build({
  ...options,
  entryPoints: [
    { in: 'bin/kinspect.tsx', out: 'main' },
    { in: 'bin/commands.ts', out: 'commands' },
    { in: 'src/app/search-worker.ts', out: 'search-worker' },
    { in: 'src/dwarf/dwarf-worker.ts', out: 'dwarf-worker' },
  ],
});
await compileReader();
writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');

// The launcher is plain syntax that any Node of the last ten years parses, so that an old one gets a sentence and
// not a syntax error. It runs the program from V8's code cache where there is one for this very build and this Node: V8
// checks its own version and flags, the name of the cache says the rest. Without one the program starts 60 ms later.
const cacheOf = (name) => {
  const hash = createHash('sha256').update(readFileSync(join(out, `${name}.js`)));
  return `${name}-${hash.digest('hex').slice(0, 12)}.cache`;
};
writeFileSync(
  join(out, 'kinspect.js'),
  `#!/usr/bin/env node
'use strict';
var v = process.versions.node.split('.').map(Number);
if (v[0] < 20 || (v[0] === 20 && v[1] < 19)) {
  console.error('kinspect: needs Node.js 20.19 or later, and this is ' + process.versions.node);
  process.exit(2);
}
var fs = require('fs');
var vm = require('vm');
// These need no screens, which are most of the program.
var small = ['dump', 'replay', 'why', 'compare'].indexOf(process.argv[2]) !== -1;
var file = __dirname + (small ? '/commands.js' : '/main.js');
var cache = __dirname + (small ? '/${cacheOf('commands')}' : '/${cacheOf('main')}');
var cachedData;
try {
  cachedData = fs.readFileSync(cache);
} catch (error) {}
var script = new vm.Script(
  '(function (exports, require, module, __filename, __dirname) {' + fs.readFileSync(file, 'latin1') + '\\n})',
  { filename: file, cachedData: cachedData, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
);
var main = { exports: {} };
script.runInThisContext()(main.exports, require, main, file, __dirname);
main.exports.run();
if (process.env.KINSPECT_WRITE_CODE_CACHE) {
  process.on('exit', function () {
    fs.writeFileSync(cache, script.createCachedData());
  });
}
`,
  { mode: 0o755 },
);
await writeCodeCache();
spawnSync(
  process.execPath,
  [join(out, 'kinspect.js'), 'replay', 'fixtures/sample/vmlinux-aarch64', '--format', 'tsv', '--verdict', 'encoded'],
  { cwd: root, env: { ...process.env, NODE_OPTIONS: '', KINSPECT_WRITE_CODE_CACHE: '1' } },
);

/** The inner part of the DWARF reader: AssemblyScript to WebAssembly. Its memory is shared by the threads that run it. */
async function compileReader() {
  const { main } = await import('assemblyscript/asc');
  const flags = '-O3 --noAssert --runtime stub --importMemory --sharedMemory --enable threads --enable bulk-memory';
  const memory = '--initialMemory 1 --maximumMemory 65536';
  const files = [join(root, 'assembly/unit.ts'), '--outFile', join(out, 'dwarf-reader.wasm')];
  const { error, stderr } = await main([...files, ...`${flags} ${memory}`.split(' ')]);
  if (error) throw new Error(`assembly/: ${error.message}\n${stderr}`);
}

/**
 * The cache holds the functions that have run, so run what a user runs first: the screens on the sample kernel, a search,
 * a move. Where there is no pseudo-terminal there is no cache, and nothing else changes.
 */
async function writeCodeCache() {
  try {
    const { spawn } = await import('@lydell/node-pty');
    const env = { ...process.env, KINSPECT_WRITE_CODE_CACHE: '1', TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    delete env.CI;
    delete env.NODE_OPTIONS;
    const pty = spawn(process.execPath, [join(out, 'kinspect.js')], { cols: 120, rows: 40, cwd: root, env });
    let seen = '';
    const keys = [
      ['quit', '/'],
      ['Search', 'tty_write'],
      [' found', '\r'],
      ['no FUNC record', 'jk\t'],
      ['', 'q'],
    ];
    pty.onData((data) => {
      seen += data;
      while (keys.length > 0 && seen.includes(keys[0][0])) {
        seen = '';
        pty.write(keys.shift()[1]);
      }
    });
    await new Promise((resolve) => {
      const timer = setTimeout(() => pty.kill('SIGKILL'), 20_000);
      pty.onExit(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  } catch (error) {
    console.error(
      `build: no code cache (${error instanceof Error ? error.message : error}): kinspect starts more slowly`,
    );
  }
}

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
