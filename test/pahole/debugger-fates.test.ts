/** Every fixture of the encoder in the debugger: the end that the real pahole 1.20 came to, and no way to get lost. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFunctionEntriesSync } from '../../src/dwarf/read-function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { createDebugger } from '../../src/pahole/debugger/debugger.ts';
import { type TypeProblems, Worlds } from '../../src/pahole/debugger/worlds.ts';
import { findTypeProblems } from '../../src/pahole/find-type-problems.ts';
import { findDwarf } from '../../src/pahole/open-dwarf.ts';
import { fixture, golden } from './collect.ts';
import { say } from './debugger-worlds.ts';

const names = readdirSync(fixture('')).filter((name) => !name.endsWith('.debug'));

function worldsOf(name: string): Worlds {
  const kernel = Vmlinux.open(fixture(name));
  const dwarf = findDwarf(kernel);
  if (dwarf.state !== 'ready') throw new Error(dwarf.reason);
  const { sections } = dwarf.value;
  const entries = readFunctionEntriesSync(sections);
  const types = new TypeDies(sections);
  const typeProblems: TypeProblems = (rules) => findTypeProblems(types, entries, rules);
  return new Worlds({ kernel, entries, typeProblems, file: basename(name) });
}

const commands = fc.constantFrom(
  ...['run', 'start', 'n', 's', 'c', 'u', 'fin', 'rn', 'rs', 'rc', 'reverse-finish', 'n 9', 's 40', 'rs 11', 'kill'],
  ...[
    'b 733',
    'b 289',
    'b 617',
    'tb 746',
    'b find_function',
    'b 750 if !fn->external',
    'watch functions_cnt',
    'delete',
  ],
  ...[
    'i lo',
    'bt',
    'up',
    'list',
    'x/4gx addrs',
    'x',
    'p *fn',
    'p *func',
    'p functions[0]',
    'p/x *addrs@3',
    'display $records',
  ],
  ...[
    'next-skip',
    'previous-skip',
    'next-unit',
    'previous-unit',
    'next-verdict encoded',
    'seek 50%',
    'seek 1',
    'histogram',
  ],
  ...[
    'what-if relocated',
    'what-if raw',
    'what-if 1.19',
    'what-if 1.22',
    'info verdict',
    'info frame',
    'info args',
    '',
  ],
);

describe.each(names)('%s', (name) => {
  const worlds = worldsOf(name);

  test('run ends as pahole does', () => {
    const { ended } = golden(name);
    const last = say(createDebugger(worlds), 'run');
    if (ended === 'exit 0') expect(last).toContain('[Inferior 1 (process 1) exited normally]');
    else if (ended === 'exit 1') expect(last).toContain('[Inferior 1 (process 1) exited with code 01]');
    else expect(last).toContain(`Program received signal ${ended}, `);
  });

  test('any commands in any order are answered', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 25 }), (lines) => {
        const gdb = createDebugger(worlds);
        for (const line of lines) {
          const { state } = gdb.execute(line);
          const { track } = worlds.world(state.variant);
          expect(state.mark).toBeGreaterThanOrEqual(0);
          expect(state.mark).toBeLessThanOrEqual(track.end);
          expect(state.phase === 'stopped').toBe(state.phase !== 'ready' && state.mark < track.end);
        }
      }),
      { numRuns: 30 },
    );
  });
});
