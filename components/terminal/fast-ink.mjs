// The modules of Ink's that the bundle replaces, as an esbuild plugin. Each fast one answers for the common case and
// asks the module that it replaces about everything else: for importers in this folder nothing is replaced.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

const REPLACED = [
  { path: /^yoga-layout$/, by: 'yoga.ts' },
  { path: /^@alcalzone\/ansi-tokenize$/, by: 'fast-tokenize.ts' },
  { path: /^string-width$/, by: 'fast-string-width.ts' },
  { path: /^restore-cursor$/, by: 'no-restore-cursor.ts' },
  { path: /^terminal-size$/, by: 'no-terminal-size.ts' },
  { path: /\/sanitize-ansi\.js$/, by: 'fast-sanitize-ansi.ts', within: /[\\/]ink[\\/]build[\\/]/ },
  { path: /\/output\.js$/, by: 'fast-output.ts', within: /[\\/]ink[\\/]build[\\/]/ },
  { path: /\/line-update\.js$/, by: 'fast-line-update.ts', within: /[\\/]ink[\\/]build[\\/]/ },
];

/** Ink's developer tools, for DEV=true, are waited for at the top level, which a CommonJS script cannot do. */
const DEVELOPER_TOOLS = [
  ["await import('./devtools.js')", 'undefined'],
  ['await loadPackageJson()', 'packageInfo'],
];

/**
 * Unicode tables cost 50 ms before the first frame, and text that needs them is rarely on it: segmenters and the
 * expressions over emoji are made when they are first used. What is ASCII is its own graphemes.
 */
const MADE_WHEN_USED = [
  [
    /= new Intl\.Segmenter\(([^)]*)\)/g,
    '= (() => { let made; return { segment: (text) => /^[\\x1b\\x20-\\x7e]*$/.test(text)' +
      ' ? Object.assign(' +
      ' Array.from(text, (segment, index) => ({ segment, index, input: text })),' +
      ' { containing(index = 0) { return this[index]; } })' +
      ' : (made ??= new Intl.Segmenter($1)).segment(text) }; })()',
  ],
  [
    /^const (\w+) = (\/.+\/v);$/gm,
    'const $1 = (() => { let made; const get = () => (made ??= $2); return { test: (text) => get().test(text),' +
      ' [Symbol.search]: (text) => get()[Symbol.search](text) }; })();',
  ],
];
const UNICODE_TEXT = /[\\/]node_modules[\\/].*(?:ansi|string-width|truncate|line-update).*\.js$/;

export const fastInk = {
  name: 'fast-ink',
  setup(build) {
    build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]reconciler\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const [text, instead] of DEVELOPER_TOOLS) {
        if (!contents.includes(text)) throw new Error(`${path} no longer has ${text}: see fast-ink.mjs`);
        contents = contents.replace(text, instead);
      }
      return { contents };
    });
    build.onLoad({ filter: UNICODE_TEXT }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      return { contents: MADE_WHEN_USED.reduce((text, [from, to]) => text.replace(from, to), contents) };
    });
    for (const { path, by, within } of REPLACED) {
      const replacement = join(here, by);
      build.onResolve({ filter: path }, ({ importer }) =>
        importer.startsWith(here) || (within && !within.test(importer)) ? undefined : { path: replacement },
      );
    }
  },
};
