/** The session of the article, command by command, and where it would have gone with a relocated region. */
import { expect, test } from 'vitest';
import { readScript, runScript } from '../../src/cli/replay-script.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { debuggerOf, goldenOf, say, sayAll } from './debugger-worlds.ts';

test('the article: the array is all zero, so functions_cnt is 0 and tty_write, which is not external, is skipped', () => {
  const gdb = debuggerOf();
  expect(sayAll(gdb, ['b btf_encoder.c:171', 'run'])).toBe(
    `(gdb) b btf_encoder.c:171
Breakpoint 1: file btf_encoder.c, line 171.
(gdb) run
Starting program: pahole -J vmlinux-aarch64

Breakpoint 1, get_vmlinux_addrs (btfe=..., fl=..., paddrs=..., pcount=...) at btf_encoder.c:171
171	hand addrs and count over`,
  );
  expect(`${say(gdb, 'x/32gx addrs')}\n`).toBe(goldenOf('vmlinux-aarch64', 'gdb-x32gx.txt'));
  expect(
    sayAll(gdb, [
      'b redirected_tty_write',
      'tb tty_write',
      'c',
      'tb 756',
      'c',
      'c',
      'p functions_cnt',
      'n',
      'n',
      'n',
      'n',
      'p fn->external',
    ]),
  ).toBe(`(gdb) b redirected_tty_write
Breakpoint 2: file btf_encoder.c, line 722, entry redirected_tty_write.
(gdb) tb tty_write
Temporary breakpoint 3: tty_write. (2 locations)
(gdb) c
Continuing.

Breakpoint 2, cu__encode_btf (cu=0x55550000484e, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:722
722	take the next function entry, fn
(gdb) tb 756
Temporary breakpoint 4: file btf_encoder.c, line 756.
(gdb) c
Continuing.

Temporary breakpoint 4, cu__encode_btf (cu=0x55550000484e, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:756
756	write FUNC
(gdb) c
Continuing.

Temporary breakpoint 3, cu__encode_btf (cu=0x55550000484e, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:722
722	take the next function entry, fn
(gdb) p functions_cnt
$1 = 0
(gdb) n
733	a declaration? next entry
(gdb) n
735	a parameter without a name? next entry
(gdb) n
737	is there a list: functions_cnt not 0?
(gdb) n
750	without a list: not external? next entry
(gdb) p fn->external
$2 = false`);
  expect(say(gdb, 'n')).toBe('722\ttake the next function entry, fn');
  expect(say(gdb, 'p fn->name')).toBe('$3 = "file_tty_write"');
  expect(say(gdb, 'rc')).toContain('Breakpoint 2, cu__encode_btf');
  expect(sayAll(gdb, ['tb 756', 'c', 'p fn->name', 'info verdict'])).toContain(
    'redirected_tty_write in drivers/tty/tty_io.c: encoded at line 756',
  );
});

test('x86: the array holds addresses, and gdb prints the same ones from the file', () => {
  const gdb = debuggerOf('x86_64-emit-relocs');
  sayAll(gdb, ['b btf_encoder.c:171', 'run']);
  expect(`${say(gdb, 'x/32gx addrs')}\n`).toBe(goldenOf('x86_64-emit-relocs', 'gdb-x32gx.txt'));
  expect(sayAll(gdb, ['tb tty_write', 'c', 'tb 756', 'c', 'p fn->name', 'p functions_cnt > 0'])).toContain(
    '$1 = "tty_write"\n(gdb) p functions_cnt > 0\n$2 = 1',
  );
});

test('what if the region were relocated: the same function is found in the list and encoded', () => {
  const gdb = debuggerOf();
  sayAll(gdb, ['run', 'what-if relocated', 'seek tty_write']);
  expect(say(gdb, 'info verdict')).toContain('tty_write in drivers/tty/tty_io.c: encoded at line 756');
  const relocated = goldenOf('vmlinux-aarch64', 'pahole-relocated.txt').match(/\] FUNC /g)?.length;
  const raw = goldenOf('vmlinux-aarch64', 'pahole.txt').match(/\] FUNC /g)?.length;
  expect(say(gdb, 'what-if')).toBe(`region raw, pahole 1.20: functions_cnt 0, ${raw} FUNC
region relocated, pahole 1.20: functions_cnt 162, ${relocated} FUNC
gained 62: rest_init, debug_kernel, quiet_kernel, do_idle, format_text, mutex_lock_slowpath, …
lost 4: preempt_count_add, sched_clock, ftrace_init, ftrace_location`);
  expect(say(gdb, 'what-if gained ^tty_w')).toBe(
    'gained with region relocated, pahole 1.20: 3\ntty_write\ntty_write_lock\ntty_write_unlock',
  );
  expect(say(gdb, 'what-if lost ftrace')).toContain(': 2\n');
});

test('a script prints each command and its reply, without comments and empty lines', async () => {
  const path = tempFile(
    Buffer.from('# the start\nb btf_encoder.c:171\n\n  run  \nfoo\nx/2gx addrs\nquit\nrun\n'),
    'session.gdb',
  );
  let out = '';
  const io = {
    out: (chunk: string | Uint8Array) => {
      out += String(chunk);
    },
    err: () => {},
    outIsTerminal: false,
    inIsTerminal: false,
  };
  expect(await runScript(readScript(path), debuggerOf(), io)).toBe(1);
  expect(out).toBe(`(gdb) b btf_encoder.c:171
Breakpoint 1: file btf_encoder.c, line 171.
(gdb) run
Starting program: pahole -J vmlinux-aarch64

Breakpoint 1, get_vmlinux_addrs (btfe=..., fl=..., paddrs=..., pcount=...) at btf_encoder.c:171
171	hand addrs and count over
(gdb) foo
Undefined command: "foo".  Try "help".
(gdb) x/2gx addrs
0xffff800010008968:	0x0000000000000000	0x0000000000000000
(gdb) quit
`);
});
