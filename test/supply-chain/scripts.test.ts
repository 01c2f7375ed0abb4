/** The built scripts have no way to a network or to another program, and the check that says so finds what has one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allowances } from './allowances.ts';
import { reachOf } from './reach.ts';

const scripts = ['commands.js', 'dwarf-worker.js', 'kinspect.js', 'main.js', 'search-worker.js'];
const read = (script: string): string => readFileSync(join('dist', script), 'utf8');

test('these are all of them', () => {
  expect(
    readdirSync('dist')
      .filter((name) => /\.[cm]?js$|\.node$/.test(name))
      .sort(),
  ).toEqual(scripts);
});

test.each(scripts)('%s reaches nothing', (script) => {
  expect(reachOf(script, read(script), allowances)).toEqual([]);
});

test('each allowance has its reason and belongs to a script', () => {
  for (const { script, why } of allowances) {
    expect(scripts).toContain(script);
    expect(why.length).toBeGreaterThan(10);
  }
});

/** What someone would add, and the words that it must get. */
const planted: readonly (readonly [text: string, says: string])[] = [
  ['globalThis.fetch("http://192.0.2.1/")', 'a way to a network'],
  ['fetch("http://192.0.2.1/")', 'a way to a network'],
  ['globalThis["fetch"]("http://192.0.2.1/")', 'a way to a network'],
  ['globalThis["fe"+"tch"]("http://192.0.2.1/")', 'a global by a name that is put together'],
  ['const g=globalThis;g["fe"+"tch"]("http://192.0.2.1/")', 'the global scope as a value'],
  ['globalThis.f\\u0065tch("http://192.0.2.1/")', 'a way to a network'],
  ['globalThis["\\x66etch"]("http://192.0.2.1/")', 'a way to a network'],
  ['new WebSocket("ws://192.0.2.1/")', 'a way to a network'],
  ['const W=WebSocket;new W("ws://192.0.2.1/")', 'a way to a network'],
  ['new XMLHttpRequest', 'a way to a network'],
  ['new EventSource("http://192.0.2.1/")', 'a way to a network'],
  ['navigator.sendBeacon("http://192.0.2.1/")', 'a way to a network'],
  ['require("node:child_process").spawn("curl",["http://192.0.2.1/"])', 'the name of a module that reaches further'],
  ['require("child_process").spawn("curl")', 'a module that nothing speaks for: child_process'],
  ['require("net").connect(80,"192.0.2.1")', 'a module that nothing speaks for: net'],
  ['require("node:dns/promises").lookup("example.org")', 'a module that nothing speaks for: dns/promises'],
  ['require("node:"+"net")', 'require of what is no literal'],
  [`require(\`node:\${"net"}\`)`, 'require of what is no literal'],
  ['require(["n","et"].join(""))', 'require of what is no literal'],
  ['const r=require;r("net")', 'require of what is no literal'],
  ['const r=require,m="n"+"et";r(m)', 'require of what is no literal'],
  ['module.require("ne"+"t")', 'require of what is no literal'],
  ['module["require"]("ne"+"t")', 'require of what is no literal'],
  ['require.main.require("ne"+"t")', 'require of what is no literal'],
  ['r\\u0065quire("ne"+"t")', 'require of what is no literal'],
  ['require ( "node:http" )', 'a module that nothing speaks for: http'],
  ['require("/tmp/other.js")', 'require of what is no literal'],
  ['require("left-pad")', 'require of what is no literal'],
  ['require("undici")', 'a module that nothing speaks for: undici'],
  ['import("node:https")', 'a module that nothing speaks for: https'],
  ['import("data:text/javascript,0")', 'import of what is no literal'],
  ['import(name)', 'import of what is no literal'],
  ['require("node:module").createRequire(__filename)', 'a way around require'],
  ['require("module")._load("net")', 'a module that nothing speaks for: module'],
  ['process.getBuiltinModule("net")', 'a way around require'],
  ['process.mainModule', 'a way around require'],
  ['process.binding("tcp_wrap")', 'the inside of Node'],
  ['process["bind"+"ing"]("tcp_wrap")', 'a global by a name that is put together'],
  ['require("node:process").binding("tcp_wrap")', 'the inside of Node'],
  ['process._linkedBinding("x")', 'the inside of Node'],
  ['process.dlopen({exports:{}},"/tmp/x.node")', 'the inside of Node'],
  ['const{execFileSync}=x', 'another program'],
  ['eval("1")', 'text as code'],
  ['(0,eval)("1")', 'text as code'],
  ['new Function("return 1")()', 'text as code'],
  ['const F=Function;F("return 1")', 'text as code'],
  ['[].constructor.constructor("return 1")()', 'text as code'],
  ['[]["constructor"]["constructor"]("return 1")()', 'text as code'],
  ['new (require("node:vm").Script)("1")', 'text as code'],
  ['new vm.Script("1")', 'text as code'],
  ['new Worker("1",{eval:!0})', 'text as code'],
  ['new import_node_worker_threads.Worker(url,{execArgv:[]})', 'an allowance that is not in the text once'],
];

describe('what is planted behind a script is found', () => {
  test.each(planted)('%s', (text, says) => {
    for (const script of ['main.js', 'commands.js']) {
      const found = reachOf(script, `${read(script)};${text}\n`, allowances);
      expect(found.filter((line) => line.startsWith(says))).not.toEqual([]);
    }
  });
});

test('an allowance for what is no longer there is found', () => {
  expect(reachOf('main.js', '', allowances.slice(3, 4))).toEqual([
    'an allowance that is not in the text once: new import_node_worker_threads#.Worker(url,{execArgv:[]})',
  ]);
});
