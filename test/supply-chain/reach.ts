/**
 * What a built script could reach another machine, another program, or code of another place by: found in its text.
 *
 * The text is taken at its word: a module is one of {@link modules} and named by a literal; the names of what reaches
 * further are nowhere in it, be it as a variable, a property or a string. What is there with a reason is an allowance: a
 * piece of the text, word for word, which has to be there. Escapes (`\x66etch`) are undone first.
 *
 * A name that is put together letter by letter from what is harmless would still pass. That is what traced.test.ts is for:
 * it looks at what the program does.
 */

export interface Allowance {
  /** The script that holds the text. */
  readonly script: string;
  /** `#` stands for the number that the bundler puts behind a module's name, or none. */
  readonly text: string;
  readonly why: string;
}

/** The modules of Node's that the program requires, and why. None of them opens a connection or starts a program. */
const modules: Readonly<Record<string, string>> = {
  assert: 'signal-exit and stack-utils, which Ink brings',
  events: 'Ink and the search announce what happens',
  fs: 'the files that are looked at',
  os: 'the number of cores, the architecture and release of this machine',
  path: 'names of files',
  process: 'packages of Ink’s, in place of the global',
  stream: 'streams that Ink draws to',
  string_decoder: 'keys as text',
  tty: 'whether there is a terminal',
  url: 'the folder of the program',
  util: 'packages of Ink’s',
  vm: 'a time limit on the regular expressions of the search, and V8’s code cache in the launcher',
  worker_threads: 'the threads that read DWARF and search',
  zlib: 'compressed sections and boot images',
};

/** Modules that reach further: not even the name may stand alone in a string. */
const reaching =
  'child_process|cluster|dgram|dns(?:/promises)?|http|https|http2|inspector(?:/promises)?|net|quic|repl|tls|trace_events|wasi';

/** What is not in the text, whatever it is called. */
const refused: readonly (readonly [rule: string, pattern: RegExp])[] = [
  [
    'a way to a network',
    word('fetch|WebSocket|WebSocketStream|XMLHttpRequest|EventSource|sendBeacon|WebTransport|RTCPeerConnection'),
  ],
  ['the name of a module that reaches further', new RegExp(`(["'\`])(?:node:)?(?:${reaching})\\1`, 'g')],
  ['a module by a name that is put together', /["'`]node:["'`]|`node:\$\{/g],
  ['a way around require', word('createRequire|getBuiltinModule|mainModule|importScripts|_load|_resolveFilename')],
  ['the inside of Node', word('linkedBinding|_linkedBinding|internalBinding|dlopen')],
  ['another program', /(?:\?\.|\.)execve\b|["'`]execve["'`]/g],
  ['the inside of Node', /\bprocess\w*(?:\.default)?(?:\?\.|\.)binding\b|\bbinding\s*\(\s*["'`]/g],
  ['another program', word('execFile|execFileSync|execSync|spawnSync|child_process')],
  ['text as code', word('eval|compileFunction|runInNewContext|SourceTextModule')],
  ['text as code', /(?<![\w$])Function(?=\s*[(;,)\]}=])|\bconstructor["'`\])\s]*(?:\?\.|\.|\[["'`])\s*constructor\b/g],
  ['text as code', /(?:\?\.|\.|["'`]|\bnew )(?:Script|Worker)\b(?! )/g],
  ['a global by a name that is put together', /(?<![\w$#.])(?:globalThis|global|window|process)\s*(?:\?\.)?\[/g],
  ['the global scope as a value', /(?<![\w$])globalThis(?!\s*(?:\?\.|\.)\s*[A-Za-z_$]| instanceof )/g],
];

function word(names: string): RegExp {
  return new RegExp(`(?<![\\w$])(?:${names})(?![\\w$])`, 'g');
}

/** `require`, `module.require` or `import`, with the literal that it is given when that is all. */
const requiring = /(?<![\w$])(?:require|import)(?![\w$])(?:\s*\(\s*(["'`])((?:node:)?[\w/]+)\1\s*\))?/g;

/** @returns one line for each thing that is refused: the rule, and where it is in the text */
export function reachOf(script: string, text: string, allowances: readonly Allowance[]): string[] {
  const found: string[] = [];
  let rest = text;
  for (const { text: allowed } of allowances.filter((one) => one.script === script)) {
    const pattern = new RegExp(
      allowed
        .replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
        .replace('import_node_worker_threads#', 'import_node_worker_threads\\d*'),
      'g',
    );
    if (rest.match(pattern)?.length !== 1) found.push(`an allowance that is not in the text once: ${allowed}`);
    // A line end stands for it, so that what is around it cannot become one word.
    rest = rest.replace(pattern, () => '\n');
  }
  const plain = withoutEscapes(rest);
  const around = (at: number): string => plain.slice(Math.max(0, at - 30), at + 50).replaceAll('\n', ' ');
  for (const { 0: whole, 2: module, index } of plain.matchAll(requiring)) {
    const name = module?.replace(/^node:/, '');
    if (name === undefined) found.push(`${whole} of what is no literal: ${around(index)}`);
    else if (modules[name] === undefined) found.push(`a module that nothing speaks for: ${name}`);
  }
  for (const [rule, pattern] of refused) {
    for (const { index } of plain.matchAll(pattern)) found.push(`${rule}: ${around(index)}`);
  }
  return found;
}

const withoutEscapes = (text: string): string =>
  text.replaceAll(/\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2}))/gi, (whole, long, four, two) => {
    const code = Number.parseInt(long ?? four ?? two, 16);
    // Letters are all that a name needs.
    return code > 0x20 && code < 0x7f && code !== 0x5c ? String.fromCharCode(code) : whole;
  });
