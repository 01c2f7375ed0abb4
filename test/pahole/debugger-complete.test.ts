/** What Tab makes of a line. */
import { beforeEach, expect, test } from 'vitest';
import type { Debugger } from '../../src/pahole/debugger/debugger.ts';
import { debuggerOf, sayAll } from './debugger-worlds.ts';

let gdb: Debugger;
beforeEach(() => {
  gdb = debuggerOf();
});

test('commands by their beginning, all of them for nothing', () => {
  expect(gdb.complete('rev')).toEqual(['reverse-continue', 'reverse-finish', 'reverse-next', 'reverse-step']);
  expect(gdb.complete('whatever')).toEqual([]);
  expect(gdb.complete('').length).toBeGreaterThan(30);
  expect(gdb.complete('info ').length).toBeGreaterThan(8);
  expect(gdb.complete('i l')).toEqual(['i line', 'i locals']);
  expect(gdb.complete('help next-')).toEqual(['help next-skip', 'help next-unit', 'help next-verdict']);
});

test('functions of pahole and of the kernel, lines, units and variables, where each can stand', () => {
  expect(gdb.complete('b get_')).toEqual(
    expect.arrayContaining(['b get_vmlinux_addrs', 'b get_kmod_addrs', 'b get_tty_driver']),
  );
  expect(gdb.complete('tbreak tty_writ')).toEqual([
    'tbreak tty_write',
    'tbreak tty_write_lock',
    'tbreak tty_write_message',
    'tbreak tty_write_room',
    'tbreak tty_write_unlock',
  ]);
  expect(gdb.complete('b tty_io.c:tty_init')).toEqual(['b tty_io.c:tty_init']);
  expect(gdb.complete('b n_tty.c')).toEqual(['b n_tty.c:']);
  expect(gdb.complete('b btf')).toEqual(['b btf_encoder.c:']);
  expect(gdb.complete('seek redirected')).toEqual(['seek redirected_tty_write']);
  expect(gdb.complete('b tty_write if fn->ex')).toEqual(['b tty_write if fn->external']);
  expect(gdb.complete('b 750 if functions_cnt == 0 && fn->decl')).toEqual([
    'b 750 if functions_cnt == 0 && fn->declaration',
  ]);
});

test('expressions: what is in sight, and members of what it is', () => {
  expect(gdb.complete('p func')).toEqual(expect.arrayContaining(['p functions_cnt']));
  sayAll(gdb, ['b 171', 'run']);
  expect(gdb.complete('x/32gx ad')).toEqual(['x/32gx addr_size', 'x/32gx addrs']);
  expect(gdb.complete('p fn')).toEqual([]);
  sayAll(gdb, ['b 733', 'c']);
  expect(gdb.complete('p fn->')).toEqual(['p fn->name', 'p fn->declaration', 'p fn->external', 'p fn->proto']);
  expect(gdb.complete('display/x nr_')).toEqual(['display/x nr_params']);
});

test('verdicts, variants and the numbers of breakpoints', () => {
  expect(gdb.complete('next-verdict un')).toEqual(['next-verdict unnamed-parameter', 'next-verdict unnamed-function']);
  expect(gdb.complete('what-if r')).toEqual(['what-if raw', 'what-if relocated']);
  sayAll(gdb, ['b 733', 'b 735']);
  expect(gdb.complete('delete ')).toEqual(['delete 1', 'delete 2']);
  expect(gdb.complete('i b ')).toEqual(['i b 1', 'i b 2']);
});

test('what is completed is understood', () => {
  for (const line of gdb.complete('b tty_w')) expect(gdb.execute(line).failed).toBe(false);
  for (const line of gdb.complete('')) expect(gdb.execute(`help ${line}`).failed).toBe(false);
});
