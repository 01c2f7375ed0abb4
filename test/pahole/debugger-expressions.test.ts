/** Conditions: what they parse to, what they are worth, and that a stop asks them at every entry as print would. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryHas, entryName, paramCount } from '../../src/dwarf/function-entries.ts';
import { createDebugger } from '../../src/pahole/debugger/debugger.ts';
import { compile } from '../../src/pahole/debugger/expression/compile.ts';
import { parseExpression } from '../../src/pahole/debugger/expression/syntax.ts';
import { debuggerOf, say, sayAll, worldsOf } from './debugger-worlds.ts';

const worlds = worldsOf();
const world = worlds.world({ bytes: 'raw', version: '1.20' });
const { entries } = worlds;

/** An expression's value without a process. */
function worth(text: string): unknown {
  const place = { mark: -1, line: 0, unit: -1, entry: -1, symbol: -1, position: -1 };
  return compile(parseExpression(text), { world, line: 0, history: [] }).get(place);
}

describe('numbers', () => {
  test('operators bind as in C', () => {
    const cases: readonly (readonly [string, number])[] = [
      ['1 + 2 * 3', 7],
      ['(1 + 2) * 3', 9],
      ['1 || 0 && 0', 1],
      ['(1 || 0) && 0', 0],
      ['!0 == 1', 1],
      ['1 == 2 || 3 > 2 && 2 >= 2', 1],
      ['1 << 2 + 1', 8],
      ['5 & 4 == 4', 1],
      ['1 | 6 & 3 ^ 1', 3],
      ['-3 - -2', -1],
      ['7 / 2 % 2', 1],
      ['- - 1', 1],
      ['!!7', 1],
      ['0x10 + 010', 24],
      ["'a' - 'A'", 32],
      ["'\\n'", 10],
    ];
    for (const [text, value] of cases) expect([text, Number(worth(text))]).toEqual([text, value]);
  });

  test('numbers that do not fit an int are of 64 bits and wrap as C does', () => {
    expect(worth('0xffff800010747510')).toBe(0xffff800010747510n);
    expect(worth('0xffffffffffffffff + 1')).toBe(0n);
    expect(worth('5000000000 * 2')).toBe(10000000000n);
    expect(worth('0xffff800010747510 == 18446603336497263888')).toBe(1);
    expect(worth('2147483647 + 1')).toBe(-2147483648);
  });

  test('what a tree says is what JavaScript says', () => {
    type Tree = { readonly text: string; readonly value: number };
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.integer({ min: 0, max: 9 }).map((n) => ({ text: String(n), value: n })),
        fc
          .tuple(fc.constantFrom('+', '-', '*', '<', '>', '<=', '>=', '==', '!=', '&&', '||'), tie('tree'), tie('tree'))
          .map(([sign, a, b]) => ({ text: `(${a.text} ${sign} ${b.text})`, value: calculate(sign, a.value, b.value) })),
        tie('tree').map((a) => ({ text: `!${a.text}`, value: a.value === 0 ? 1 : 0 })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        expect(worth(text)).toBe(value);
      }),
    );
  });
});

function calculate(sign: string, a: number, b: number): number {
  switch (sign) {
    case '+':
      return (a + b) | 0;
    case '-':
      return (a - b) | 0;
    case '*':
      return Math.imul(a, b);
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0;
    default: {
      const holds = { '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b, '==': a === b, '!=': a !== b }[sign];
      return holds ? 1 : 0;
    }
  }
}

test('no text makes the parser do anything but understand or complain', () => {
  const piece = fc.constantFrom(
    'fn',
    '->',
    '.',
    'name',
    '(',
    ')',
    '[',
    ']',
    '"x',
    '"',
    "'",
    '$',
    '$1',
    '==',
    '!',
    '0x',
    '9',
    ' ',
    '@',
    '*',
    '&&',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const reply = createDebugger(worlds).execute(`p ${pieces.join('')}`);
      expect(reply.reply.length).toBeLessThan(3);
    }),
    { numRuns: 2000 },
  );
});

describe('conditions at every entry', () => {
  /** Entries at which a condition stops, by stopping at each of them. */
  function stoppedAt(condition: string, line = 733): number[] {
    const gdb = debuggerOf();
    expect(say(gdb, `b ${line} if ${condition}`)).toMatch(/^Breakpoint 1/);
    const found: number[] = [];
    for (gdb.execute('run'); gdb.state.phase === 'stopped'; gdb.execute('c')) {
      found.push(world.track.placeAt(gdb.state.mark).entry);
    }
    return found;
  }
  const all = Array.from({ length: entries.count }, (_, entry) => entry);
  const where = (holds: (entry: number) => boolean): number[] => all.filter(holds);
  const name = (entry: number): string => entryName(entries, entry) ?? '';

  test.each<readonly [string, (entry: number) => boolean]>([
    ['1', () => true],
    ['0', () => false],
    ['fn->external', (entry) => entryHas(entries, entry, 'external')],
    ['!fn->external', (entry) => !entryHas(entries, entry, 'external')],
    ['fn->declaration == 1', (entry) => entryHas(entries, entry, 'declaration')],
    [
      'fn->external && !fn->declaration',
      (entry) => entryHas(entries, entry, 'external') && !entryHas(entries, entry, 'declaration'),
    ],
    ['fn->name == "tty_write"', (entry) => name(entry) === 'tty_write'],
    ['"tty_write" == fn->name', (entry) => name(entry) === 'tty_write'],
    ['fn->name != "tty_write"', (entry) => name(entry) !== 'tty_write'],
    ['strcmp(fn->name, "tty_write") == 0', (entry) => name(entry) === 'tty_write'],
    ['!strcmp(function__name(fn, cu), "tty_write")', (entry) => name(entry) === 'tty_write'],
    ['$_streq(fn->name, "tty_open")', (entry) => name(entry) === 'tty_open'],
    ['$_regex(fn->name, "^tty_")', (entry) => name(entry).startsWith('tty_')],
    ['$_strlen(fn->name) > 15', (entry) => name(entry).length > 15],
    ['strstr(fn->name, "lock")', (entry) => name(entry).includes('lock')],
    ['fn->name > "t"', (entry) => name(entry) > 't'],
    ['nr_params >= 3', (entry) => paramCount(entries, entry) >= 3],
    [
      'fn->proto.nr_parms == 2 || fn->proto.unspec_parms',
      (entry) => paramCount(entries, entry) === 2 || entryHas(entries, entry, 'vararg'),
    ],
    ['functions_cnt == 0 && core_id == 0', (entry) => entries.units.firstEntry.includes(entry)],
    ['functions_cnt', () => false],
    [
      '(fn->external + fn->declaration) % 2',
      (entry) => entryHas(entries, entry, 'external') !== entryHas(entries, entry, 'declaration'),
    ],
  ])('%s', (condition, holds) => {
    expect(stoppedAt(condition)).toEqual(where(holds));
  });

  test('a unit by its name, and a name that no entry has', () => {
    const unit = Array.from({ length: entries.units.count }, (_, row) => row).find(
      (row) => entries.names.text(entries.units.name[row] as never) === 'drivers/tty/n_tty.c',
    );
    const first = entries.units.firstEntry[unit ?? 0] ?? 0;
    const last = entries.units.firstEntry[(unit ?? 0) + 1] ?? 0;
    expect(stoppedAt('cu->name == "drivers/tty/n_tty.c"')).toEqual(where((entry) => entry >= first && entry < last));
    expect(stoppedAt('fn->name == "nosuch"')).toEqual([]);
  });

  test('symbols are asked about by name and value', () => {
    const gdb = debuggerOf();
    sayAll(gdb, ['b collect_function if sym->name == "tty_write"', 'run']);
    expect(say(gdb, 'p sym->name')).toBe('$1 = "tty_write"');
    expect(say(gdb, 'p/x sym->st_value')).toMatch(/^\$2 = 0xffff8000[\da-f]+$/);
    expect(say(gdb, 'c')).toContain('exited normally');
    sayAll(gdb, ['d', 'b 66 if functions_cnt == 177', 'run']);
    expect(say(gdb, 'p functions_cnt')).toBe('$3 = 177');
  });
});
