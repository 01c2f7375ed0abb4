/** Where the built scripts hold what reach.ts refuses, and why each may. */
import type { Allowance } from './reach.ts';

const dwarfThreads = 'the threads that read DWARF: a file of the package beside the script';
const timeLimit = 'regular expressions of the search end at a time limit: six characters of our own are the code';

export const allowances: readonly Allowance[] = [
  {
    script: 'kinspect.js',
    text: `new vm.Script(
  '(function (exports, require, module, __filename, __dirname) {' + fs.readFileSync(file, 'latin1') + '\\n})',`,
    why: 'the launcher runs main.js or commands.js beside it, the way that require does, with V8’s code cache',
  },
  {
    script: 'kinspect.js',
    text: 'script.runInThisContext()(main.exports, require, main, file, __dirname);',
    why: 'the same: what a CommonJS script is called with',
  },
  {
    script: 'commands.js',
    text: 'new import_node_worker_threads#.Worker(url,{execArgv:[]})',
    why: dwarfThreads,
  },
  {
    script: 'main.js',
    text: 'new import_node_worker_threads#.Worker(url,{execArgv:[]})',
    why: dwarfThreads,
  },
  {
    script: 'main.js',
    text: 'new import_node_worker_threads#.Worker(new URL("./search-worker.js",importMetaUrl)',
    why: 'the thread that searches: a file of the package beside the script',
  },
  {
    script: 'main.js',
    text: 'new import_node_vm.Script("work()")',
    why: timeLimit,
  },
  {
    script: 'search-worker.js',
    text: 'new import_node_vm.Script("work()")',
    why: timeLimit,
  },
  { script: 'main.js', text: 'require("module").builtinModules', why: 'stack-utils: a list of names' },
  {
    script: 'main.js',
    text: String.raw`new RegExp("^(?:\\s*at )?(?:(new) )?(?:(.*?) \\()?(?:eval at `,
    why: 'stack-utils: the words of a stack trace',
  },
];
