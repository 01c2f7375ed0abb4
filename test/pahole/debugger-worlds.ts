/** The fixtures as something to debug; each is read once. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { createDebugger, type Debugger } from '../../src/pahole/debugger/debugger.ts';
import { type TypeProblems, type Variant, Worlds } from '../../src/pahole/debugger/worlds.ts';
import { findTypeProblems } from '../../src/pahole/find-type-problems.ts';
import { findDwarf } from '../../src/pahole/open-dwarf.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
export const samplePath = `${fixtures}sample/vmlinux-aarch64`;
const known = new Map<string, Worlds>();

export function worldsOf(name: 'sample' | (string & {}) = 'sample'): Worlds {
  let worlds = known.get(name);
  if (worlds === undefined) {
    const path = name === 'sample' ? samplePath : `${fixtures}elf/${name}`;
    const kernel = Vmlinux.open(path);
    const dwarf = findDwarf(kernel);
    if (dwarf.state !== 'ready') throw new Error(dwarf.reason);
    const entries = readFunctionEntriesSync(dwarf.value.sections);
    const types = new TypeDies(dwarf.value.sections);
    const typeProblems: TypeProblems = (rules) => findTypeProblems(types, entries, rules);
    worlds = new Worlds({ kernel, entries, typeProblems, file: basename(path) });
    known.set(name, worlds);
  }
  return worlds;
}

export const debuggerOf = (name = 'sample', variant?: Variant): Debugger => createDebugger(worldsOf(name), variant);

/** What a command replies, as one text. */
export const say = (session: Debugger, line: string): string => session.execute(line).reply.join('\n');

/** Several commands, as one sees them on a terminal. */
export const sayAll = (session: Debugger, lines: readonly string[]): string =>
  lines.flatMap((line) => [`(gdb) ${line}`, ...session.execute(line).reply]).join('\n');

/** A file of a reference tool's output. */
export const goldenOf = (name: string, file: string): string =>
  readFileSync(`${fixtures}golden/${name}/${file}`, 'latin1');
