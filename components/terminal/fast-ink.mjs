// The modules of Ink's that the bundle replaces, as an esbuild plugin. Each fast one answers for the common case and
// asks the module that it replaces about everything else: for importers in this folder nothing is replaced.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

const REPLACED = [
  { path: /^@alcalzone\/ansi-tokenize$/, by: 'fast-tokenize.ts' },
  { path: /^string-width$/, by: 'fast-string-width.ts' },
  { path: /^restore-cursor$/, by: 'no-restore-cursor.ts' },
  { path: /\/sanitize-ansi\.js$/, by: 'fast-sanitize-ansi.ts', within: /[\\/]ink[\\/]build[\\/]/ },
  { path: /\/output\.js$/, by: 'fast-output.ts', within: /[\\/]ink[\\/]build[\\/]/ },
  { path: /\/line-update\.js$/, by: 'fast-line-update.ts', within: /[\\/]ink[\\/]build[\\/]/ },
];

export const fastInk = {
  name: 'fast-ink',
  setup(build) {
    for (const { path, by, within } of REPLACED) {
      const replacement = join(here, by);
      build.onResolve({ filter: path }, ({ importer }) =>
        importer.startsWith(here) || (within && !within.test(importer)) ? undefined : { path: replacement },
      );
    }
  },
};
