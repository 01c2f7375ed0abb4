/**
 * What each command replies. The wording is that of gdb 13.1 with `set print address off`, taken from sessions with it;
 * where there is no process to have an address or a pid, what stands there is ours.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { createDebugger, type Debugger } from '../../src/pahole/debugger/debugger.ts';
import { debuggerOf, goldenOf, say, sayAll, worldsOf } from './debugger-worlds.ts';

let gdb: Debugger;
beforeEach(() => {
  gdb = debuggerOf();
});

const at = (line: number): string =>
  `cu=0x55550000484e, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:${line}`;

describe('names of commands', () => {
  test('what is no command is said to be none', () => {
    expect(say(gdb, 'foo bar')).toBe('Undefined command: "foo".  Try "help".');
    expect(say(gdb, '42')).toBe('Undefined command: "42".  Try "help".');
    expect(gdb.execute('foo').failed).toBe(true);
    expect(say(gdb, 'info foo')).toBe('Undefined info command: "foo".  Try "help info".');
  });

  test('an ambiguous beginning lists what it could be, an unambiguous one will do', () => {
    expect(say(gdb, 're')).toBe(
      'Ambiguous command "re": reverse-continue, reverse-finish, reverse-next, reverse-step.',
    );
    expect(say(gdb, 'info l')).toBe('Ambiguous info command "l": line, locals.');
    expect(say(gdb, 'hist')).toContain('encoded');
    expect(say(gdb, 'i lo')).toBe('No frame selected.');
  });

  test('gdb short forms that are beginnings of several names mean what they mean in gdb', () => {
    for (const short of [
      'r',
      'n',
      's',
      'c',
      'u',
      'fin',
      'b',
      'tb',
      'd',
      'i',
      'p',
      'l',
      'bt',
      'f',
      'h',
      'rn',
      'rs',
      'rc',
    ]) {
      expect(say(gdb, `help ${short}`)).not.toMatch(/Ambiguous|Undefined/);
    }
  });

  test('an empty line does a step again, shows the next memory, and does not run again', () => {
    sayAll(gdb, ['b 171', 'run']);
    expect(say(gdb, '')).toBe('');
    say(gdb, 'x/2gx addrs');
    expect(say(gdb, '')).toBe('0xffff800010008978:\t0x0000000000000000\t0x0000000000000000');
    say(gdb, 's');
    expect(say(gdb, '')).toBe('270\tsort functions[] by name');
    say(gdb, 'foo');
    expect(say(gdb, '')).toBe('');
  });
});

describe('before the start and after the end', () => {
  test('there is no program, no stack and no frame', () => {
    for (const line of ['n', 's', 'c', 'u', 'fin', 'advance 171', 'rn', 'rc', 'kill']) {
      expect(say(gdb, line)).toBe('The program is not being run.');
    }
    expect(say(gdb, 'bt')).toBe('No stack.');
    expect(say(gdb, 'info locals')).toBe('No frame selected.');
    expect(say(gdb, 'p functions_cnt')).toBe('$1 = 0');
    expect(say(gdb, 'p fn')).toBe('No symbol "fn" in current context.');
    expect(say(gdb, 'b')).toBe('No default breakpoint address now.');
  });

  test('run without breakpoints goes to the end, from which only back is possible', () => {
    const records = goldenOf('vmlinux-aarch64', 'pahole.txt').match(/\] FUNC /g)?.length;
    expect(say(gdb, 'run')).toBe(`Starting program: pahole -J vmlinux-aarch64
${records} FUNC written before deduplication.
[Inferior 1 (process 1) exited normally]`);
    expect(say(gdb, 'c')).toBe('The program is not being run.');
    expect(say(gdb, 'rs')).toMatch(/^cu__encode_btf .*\n750\t/);
  });

  test('start stops in cu__encode_btf, and run asks before it begins anew', () => {
    expect(say(gdb, 'start')).toBe(`Temporary breakpoint 1: file btf_encoder.c, line 649.
Starting program: pahole -J vmlinux-aarch64

Temporary breakpoint 1, cu__encode_btf (cu=0x555500000000, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:649
649	take the next unit, cu`);
    expect(say(gdb, 'run')).toMatch(
      /^The program being debugged has been started already\.\nStart it from the beginning\? \(y or n\) \[answered Y; input not from terminal\]\nStarting program/,
    );
    say(gdb, 'start');
    expect(say(gdb, 'kill')).toBe('[Inferior 1 (process 1) killed]');
  });

  test('a file that pahole 1.20 gives up on ends with its exit code and the reason', () => {
    const ends = say(debuggerOf('aarch64-asm-unit'), 'run');
    expect(ends).toContain('DW_TAG_unspecified_type');
    expect(ends).toContain('[Inferior 1 (process 1) exited with code 01]');
  });
});

describe('going on', () => {
  test('next passes over a call, step goes into it, finish comes out with what it returned', () => {
    sayAll(gdb, ['tb 735 if fn->name == "tty_write"', 'run']);
    expect(say(gdb, 'step')).toBe(
      `has_arg_names (cu=0x55550000484e, ftype=0x555500005d31) at btf_encoder.c:636\n636\tdoes every parameter have a name?`,
    );
    expect(
      say(gdb, 'finish'),
    ).toBe(`Run till exit from #0  has_arg_names (cu=0x55550000484e, ftype=0x555500005d31) at btf_encoder.c:636
cu__encode_btf (${at(737)}
737	is there a list: functions_cnt not 0?
Value returned is $1 = true`);
    expect(say(gdb, 'rn')).toBe('735\ta parameter without a name? next entry');
    expect(say(gdb, 'n')).toBe('737\tis there a list: functions_cnt not 0?');
    expect(say(gdb, 'finish')).toBe('"finish" not meaningful in the outermost frame.');
  });

  test('finish says that a parameter has no name, and which element a look-up found', () => {
    sayAll(gdb, ['b 636 if fn->name == "sys_ni_syscall"', 'run']);
    expect(say(gdb, 'fin')).toMatch(/\n649\ttake the next unit, cu\nValue returned is \$1 = false$/);
    sayAll(gdb, ['what-if relocated', 'delete', 'tb find_function if name == "tty_write"', 'run']);
    expect(say(gdb, 'fin')).toMatch(/\n746\t.*\nValue returned is \$2 = \(struct elf_function \*\) 0x5556[\da-f]{8}$/);
  });

  test('a count repeats: next 4 is four lines, and a breakpoint on the way stops it', () => {
    sayAll(gdb, ['b 733 if fn->name == "tty_write"', 'run']);
    expect(say(gdb, 'next 3')).toBe('750\twithout a list: not external? next entry');
    expect(say(gdb, 'rn 3')).toContain('733\t');
    sayAll(gdb, ['seek 1', 'b 737']);
    expect(say(gdb, 'n 100000')).toMatch(/^\nBreakpoint 2, cu__encode_btf/);
    expect(say(gdb, 'n foo')).toBe('No symbol "foo" in current context.');
  });

  test('until leaves the loop of a symbol and of an entry, advance goes to a location', () => {
    sayAll(gdb, ['tb 617', 'run']);
    expect(say(gdb, 'until')).toBe('628\tfunctions were collected: set them up');
    expect(say(gdb, 'advance')).toBe('Argument required (a location).');
    expect(say(gdb, 'advance nosuch')).toBe('Function "nosuch" not defined.');
    expect(say(gdb, 'advance get_vmlinux_addrs')).toContain(
      'get_vmlinux_addrs (btfe=..., fl=..., paddrs=..., pcount=...)',
    );
    expect(say(gdb, 'until 9999')).toBe('No line 9999 in the current file.');
    // The frame ends before the line is reached.
    expect(say(gdb, 'until 756')).toMatch(/^setup_functions .*\n269\tsort addrs$/);
    expect(sayAll(gdb, ['seek tty_write', 'u', 'u', 'u', 'u'])).toMatch(/750\t.*$/);
    // It leaves the loop of the entries too: line 722 is not behind line 750.
    expect(say(gdb, 'u')).toBe('754\twrite FUNC_PROTO');
  });

  test('continue N lets the breakpoint pass N - 1 times', () => {
    sayAll(gdb, ['b 756', 'run']);
    expect(say(gdb, 'c 3')).toMatch(/^Will ignore next 2 crossings of breakpoint 1. {2}Continuing\.\n\nBreakpoint 1, /);
    expect(say(gdb, 'info b')).toContain('breakpoint already hit 4 times');
    say(gdb, 's');
    expect(say(gdb, 'c 2')).toMatch(/^Not stopped at any breakpoint; argument ignored\.\nContinuing\.\n/);
  });
});

describe('going back', () => {
  test('the beginning has nothing before it', () => {
    sayAll(gdb, ['start', 'n']);
    for (const line of ['rc', 'rn', 'rs']) {
      expect(say(gdb, line)).toMatch(
        /\nNo more reverse-execution history\.\ncu__encode_btf .*\n649\ttake the next unit, cu$|^649\t/,
      );
    }
    expect(say(gdb, 'rc')).toBe(`Continuing.

No more reverse-execution history.
cu__encode_btf (cu=0x555500000000, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:649
649	take the next unit, cu`);
  });

  test('reverse-finish goes to the call', () => {
    sayAll(gdb, ['b 171', 'run']);
    expect(
      say(gdb, 'reverse-finish'),
    ).toBe(`Run back to call of #0  get_vmlinux_addrs (btfe=..., fl=..., paddrs=..., pcount=...) at btf_encoder.c:171
setup_functions (btfe=..., fl=...) at btf_encoder.c:249
249	ask for the slots of a vmlinux`);
    expect(say(gdb, 'rs')).toBe('239\tfilter functions[] by the mcount region');
    expect(say(gdb, 'rn')).toMatch(/^collect_symbols .*\n628\t/);
  });

  test('reverse-continue meets the breakpoints in the opposite order', () => {
    sayAll(gdb, ['b tty_write', 'b redirected_tty_write', 'run', 'c', 'c']);
    expect(say(gdb, 'rc')).toContain('Breakpoint 1, ');
    expect(say(gdb, 'p $entry')).toBe('$1 = 201');
    expect(say(gdb, 'rc')).toContain('Breakpoint 2, ');
    expect(say(gdb, 'rc')).toContain('No more reverse-execution history.');
  });
});

describe('breakpoints', () => {
  test('a place that does not exist is asked about as gdb does', () => {
    const pending =
      'Make breakpoint pending on future shared library load? (y or [n]) [answered N; input not from terminal]';
    expect(say(gdb, 'b nosuch')).toBe(`Function "nosuch" not defined.\n${pending}`);
    expect(say(gdb, 'b 9999')).toBe(`No line 9999 in the current file.\n${pending}`);
    expect(say(gdb, 'b btf_encoder.c:9999')).toBe(`No line 9999 in file "btf_encoder.c".\n${pending}`);
    expect(say(gdb, 'b other.c:12')).toBe(`No source file named other.c.\n${pending}`);
    expect(say(gdb, 'b tty_io.c:nosuch')).toBe(`Function "nosuch" not defined in "tty_io.c".\n${pending}`);
    expect(gdb.state.breakpoints).toEqual([]);
  });

  test('a line without a statement means the next one, a function of pahole its first', () => {
    expect(say(gdb, 'b 160')).toBe('Breakpoint 1: file btf_encoder.c, line 165.');
    expect(say(gdb, 'b setup_functions')).toBe('Breakpoint 2: file btf_encoder.c, line 239.');
    expect(say(gdb, 'tbreak btf_encoder.c:find_function')).toBe(
      'Temporary breakpoint 3: file btf_encoder.c, line 309.',
    );
    expect(say(gdb, 'b n_tty.c:n_tty_write_wakeup')).toBe(
      'Breakpoint 4: file btf_encoder.c, line 722, entry n_tty.c:n_tty_write_wakeup.',
    );
  });

  test('the table shows conditions, hits, ignore counts and what is disabled', () => {
    expect(say(gdb, 'i b')).toBe('No breakpoints or watchpoints.');
    sayAll(gdb, [
      'b 750 if !fn->external',
      'tb tty_write',
      'watch functions_cnt if functions_cnt == 3',
      'disable 1',
      'ignore 2 1',
    ]);
    expect(say(gdb, 'i b')).toBe(`Num     Type           Disp Enb What
1       breakpoint     keep n   in cu__encode_btf at btf_encoder.c:750
	stop only if !fn->external
2       breakpoint     del  y   in cu__encode_btf at btf_encoder.c:722, entry tty_write
	ignore next 1 hits
3       hw watchpoint  keep y   functions_cnt
	stop only if functions_cnt == 3`);
    sayAll(gdb, ['run', 'c']);
    expect(say(gdb, 'i b')).toBe(`Num     Type           Disp Enb What
1       breakpoint     keep n   in cu__encode_btf at btf_encoder.c:750
	stop only if !fn->external
3       hw watchpoint  keep y   functions_cnt
	stop only if functions_cnt == 3
	breakpoint already hit 1 time`);
    expect(say(gdb, 'i watchpoints')).not.toContain('750');
  });

  test('numbers that are no breakpoint are named', () => {
    expect(say(gdb, 'delete 7')).toBe('No breakpoint number 7.');
    expect(say(gdb, 'delete foo')).toBe("Bad breakpoint argument: 'foo'");
    expect(say(gdb, 'disable 9')).toBe('No breakpoint number 9.');
    expect(say(gdb, 'condition')).toBe('Argument required (breakpoint number).');
    expect(say(gdb, 'condition 9 x')).toBe('No breakpoint number 9.');
    expect(say(gdb, 'ignore')).toBe('Argument required (a breakpoint number).');
    say(gdb, 'b 733');
    expect(say(gdb, 'ignore 1')).toBe('Second argument (specified ignore-count) is missing.');
    expect(say(gdb, 'ignore 1 2')).toBe('Will ignore next 2 crossings of breakpoint 1.');
    expect(say(gdb, 'ignore 1 1')).toBe('Will ignore next crossing of breakpoint 1.');
    expect(say(gdb, 'ignore 1 0')).toBe('Will stop next time breakpoint 1 is reached.');
  });

  test('delete takes one, several or all; enable once disables after the stop', () => {
    sayAll(gdb, ['b 733', 'b 735', 'b 737', 'b 750', 'delete 2-3']);
    expect(gdb.state.breakpoints.map(({ number }) => number)).toEqual([1, 4]);
    sayAll(gdb, ['disable', 'enable once 4', 'run']);
    expect(say(gdb, 'i b')).toMatch(/^4 {7}breakpoint {5}dis {2}n {3}/m);
    expect(say(gdb, 'd')).toBe('Delete all breakpoints? (y or n) [answered Y; input not from terminal]');
    expect(say(gdb, 'd')).toBe('');
  });

  test('a condition is checked where it is set and can be taken away', () => {
    expect(say(gdb, 'b 733 if nosym == 1')).toBe('No symbol "nosym" in current context.');
    expect(say(gdb, 'b 171 if fn->external')).toBe('No symbol "fn" in current context.');
    expect(say(gdb, 'b 733 if fn->nosuch')).toBe('There is no member named nosuch.');
    expect(say(gdb, 'b 733 if (')).toBe("A syntax error in expression, near `'.");
    say(gdb, 'b 756 if fn->name == "printk"');
    expect(say(gdb, 'condition 1')).toBe('Breakpoint 1 now unconditional.');
    say(gdb, 'condition 1 fn->name == "tty_init"');
    expect(sayAll(gdb, ['run', 'p fn->name'])).toContain('$1 = "tty_init"');
  });

  test('a condition that follows a NULL stops and says so', () => {
    sayAll(gdb, ['what-if relocated', 'b 746 if func->generated', 'run']);
    expect(say(gdb, 'run')).toContain(
      'Error in testing condition for breakpoint 1:\nCannot access memory at address 0x0\n\nBreakpoint 1, cu__encode_btf',
    );
  });

  test('functions_cnt is watched: up by one for each function symbol, and down at the end, in both directions', () => {
    expect(say(gdb, 'watch functions_cnt')).toBe('Hardware watchpoint 1: functions_cnt');
    expect(say(gdb, 'run')).toMatch(
      /\n\nHardware watchpoint 1: functions_cnt\n\nOld value = 0\nNew value = 1\ncollect_symbols .*\n617\t/,
    );
    expect(say(gdb, 'c')).toContain('Old value = 1\nNew value = 2');
    expect(say(gdb, 'rc')).toMatch(/Old value = 2\nNew value = 1\ncollect_function .*\n66\t/);
    say(gdb, 'ignore 1 177');
    expect(say(gdb, 'c')).toMatch(/Old value = 178\nNew value = 0\ncu__encode_btf .*\n703\t/);
    expect(say(gdb, 'c')).toContain('exited normally');
    expect(say(gdb, 'rc')).toMatch(/Old value = 0\nNew value = 178\nsetup_functions .*\n301\t/);
    expect(say(gdb, 'watch fn->external')).toBe('No symbol "fn" in current context.');
    expect(sayAll(gdb, ['seek 1', 'watch fn->external'])).toContain('Cannot watch fn->external');
  });
});

describe('values', () => {
  beforeEach(() => void sayAll(gdb, ['b 750 if fn->name == "tty_write"', 'run']));

  test('print numbers what it shows, and $ means what was shown', () => {
    expect(say(gdb, 'p 1+2')).toBe('$1 = 3');
    expect(say(gdb, 'p fn->name')).toBe('$2 = "tty_write"');
    expect(say(gdb, 'p $1')).toBe('$3 = 3');
    expect(say(gdb, 'p $$2')).toBe('$4 = 3');
    expect(say(gdb, 'p')).toBe('$5 = 3');
    expect(say(gdb, 'p $99')).toBe('History has not yet reached $99.');
    expect(say(gdb, 'p $nosuch')).toBe('$6 = void');
    expect(say(gdb, 'output functions_cnt')).toBe('0');
  });

  test('structures and pointers are shown as gdb shows them', () => {
    expect(say(gdb, 'p *fn')).toBe(
      '$1 = {name = "tty_write", declaration = false, external = false, proto = {nr_parms = 2, unspec_parms = false}}',
    );
    expect(say(gdb, 'p fn')).toBe('$2 = (struct function *) 0x555500005d31');
    expect(say(gdb, 'p/x fn')).toBe('$3 = 0x555500005d31');
    expect(say(gdb, 'p cu->name')).toBe('$4 = "drivers/tty/tty_io.c"');
    expect(say(gdb, 'p function__name(fn, cu)')).toBe('$5 = "tty_write"');
    expect(say(gdb, 'p parameters')).toBe('$6 = {"iocb", "from"}');
    expect(say(gdb, 'p parameters[1]')).toBe('$7 = "from"');
    expect(say(gdb, 'p fn->proto.nr_parms == nr_params')).toBe('$8 = 1');
  });

  test('formats are those of gdb', () => {
    const formats: readonly (readonly [string, string])[] = [
      ['p/x 255', '0xff'],
      ['p/x -1', '0xffffffff'],
      ['p/x -5000000000', '0xfffffffed5fa0e00'],
      ['p/o 8', '010'],
      ['p/t 5', '101'],
      ['p/c 65', "65 'A'"],
      ['p/z 5', '0x00000005'],
      ['p/d 0x10', '16'],
      ['p 5000000000', '5000000000'],
      ["p 'a'", "97 'a'"],
      ['p ~1', '-2'],
      ['p 5 & 4 | 1', '5'],
      ['p 1 << 4', '16'],
      ['p 3 % 2', '1'],
      ['p "a" "b"', '"ab"'],
      ['p !1', '0'],
    ];
    formats.forEach(([line, value], i) => {
      expect(say(gdb, line)).toBe(`$${i + 1} = ${value}`);
    });
    expect(say(gdb, 'p/q 1')).toBe('Undefined output format "q".');
    expect(say(gdb, 'p/2x 1')).toBe('Item count other than 1 is meaningless in "print" command.');
  });

  test('what cannot be shown is refused in gdb words', () => {
    const complaints: readonly (readonly [string, string])[] = [
      ['p nosym', 'No symbol "nosym" in current context.'],
      ['p fn->nosuch', 'There is no member named nosuch.'],
      ['p (', "A syntax error in expression, near `'."],
      ['p 1 2', "A syntax error in expression, near `2'."],
      ['p 1 +', "A syntax error in expression, near `'."],
      ['p functions_cnt)', 'Junk after end of expression.'],
      ['p 08', 'Invalid number "08".'],
      ["p 'ab'", 'Invalid character constant.'],
      ['p "abc', 'Unterminated string in expression.'],
      ['p 10 / 0', 'Division by zero'],
      ['p functions_cnt[0]', "cannot subscript something of type `int'"],
      ['p functions_cnt->x', 'Attempt to extract a component of a value that is not a structure pointer.'],
      ['p functions_cnt.x', 'Attempt to extract a component of a value that is not a structure.'],
      ['p *functions_cnt', 'Attempt to take contents of a non-pointer value.'],
      ['p nosuch()', 'No symbol "nosuch" in current context.'],
    ];
    for (const [line, complaint] of complaints) expect(say(gdb, line)).toBe(complaint);
    expect(say(gdb, 'p functions_cnt = 3')).toContain('nothing can be assigned');
    expect(say(gdb, 'set var functions_cnt = 3')).toContain('nothing can be set');
    expect(say(gdb, 'set pagination off')).toBe('');
  });

  test('locals are those of the line, and more where the list was looked up', () => {
    expect(say(gdb, 'i lo')).toBe(`cu->name = "drivers/tty/tty_io.c"
fn->name = "tty_write"
fn->declaration = false
fn->external = false
parameters = {"iocb", "from"}
functions_cnt = 0`);
    sayAll(gdb, ['what-if relocated', 'd', 'tb 748 if fn->name == "tty_write"', 'run']);
    expect(say(gdb, 'i lo')).toMatch(
      /\nname = "tty_write"\nfunc = 0x5556[\da-f]+\nfunc->addr = 0xffff8000[\da-f]+\nfunc->generated = false\nfunctions_cnt = 162$/,
    );
    sayAll(gdb, ['tb 746 if fn->name == "tty_write"', 'c']);
    expect(say(gdb, 'p func->generated')).toBe('$1 = true');
    sayAll(gdb, ['tb 746 if !func', 'run']);
    expect(say(gdb, 'p func')).toBe('$2 = (struct elf_function *) 0x0');
    expect(say(gdb, 'p func->addr')).toBe('Cannot access memory at address 0x0');
  });

  test('expressions on display are shown at each stop where they are in sight', () => {
    expect(say(gdb, 'info display')).toBe('There are no auto-display expressions now.');
    expect(say(gdb, 'display functions_cnt')).toBe('1: functions_cnt = 0');
    expect(say(gdb, 'display/x nr_params')).toBe('2: /x nr_params = 0x2');
    expect(say(gdb, 'n')).toBe('722\ttake the next function entry, fn\n1: functions_cnt = 0\n2: /x nr_params = 0x3');
    expect(say(gdb, 'info display')).toBe(`Auto-display expressions now in effect:
Num Enb Expression
1:   y  functions_cnt
2:   y  /x nr_params`);
    expect(say(gdb, 'undisplay 9')).toBe('No display number 9.');
    say(gdb, 'undisplay 1');
    expect(sayAll(gdb, ['d', 'b 171', 'run'])).not.toContain('nr_params');
    expect(say(gdb, 'display/2gx addrs')).toBe(
      '3: x/2gx addrs\n0xffff800010008968:\t0x0000000000000000\t0x0000000000000000',
    );
    expect(say(gdb, 'undisplay')).toBe(
      'Delete all auto-display expressions? (y or n) [answered Y; input not from terminal]',
    );
  });

  test('our own counters say how far the run has come', () => {
    expect(say(gdb, 'p $entry')).toBe('$1 = 201');
    expect(say(gdb, 'p $decided')).toBe('$2 = 200');
    // The record before it is that of redirected_tty_write.
    const records = goldenOf('vmlinux-aarch64', 'pahole.txt').match(/(?<=\] FUNC )\S+/g) ?? ['none'];
    const written = records.indexOf('redirected_tty_write') + 1;
    expect(say(gdb, 'info program')).toContain(`200 of 333 entries are decided, and ${written} FUNC are written.`);
  });
});

describe('memory', () => {
  beforeEach(() => {
    gdb = debuggerOf('x86_64-emit-relocs');
    sayAll(gdb, ['b 171', 'run']);
  });

  test('words, halfwords, bytes and numbers are laid out as gdb lays them out', () => {
    const [, word = ''] = /\t(0x[\da-f]{16})/.exec(goldenOf('x86_64-emit-relocs', 'gdb-x32gx.txt')) ?? [];
    const low = word.slice(10);
    expect(say(gdb, 'x/gx addrs')).toMatch(new RegExp(`^0x[\\da-f]+:\t${word}$`));
    expect(say(gdb, 'x/2xw addrs')).toMatch(new RegExp(`:\t0x${low}\t0xffffffff$`));
    expect(
      say(gdb, 'x/9xb addrs')
        .split('\n')
        .map((line) => line.split('\t').length),
    ).toEqual([9, 2]);
    expect(say(gdb, 'x/dg addrs').split('\t')[1]).toBe(String(BigInt.asIntN(64, BigInt(word))));
    expect(say(gdb, 'x/tg addrs').split('\t')[1]).toHaveLength(64);
    expect(say(gdb, 'p/x addrs[0]')).toBe(`$1 = ${word}`);
    expect(say(gdb, 'p/x *addrs@1')).toBe(`$2 = {${word}}`);
  });

  test('repeated elements are counted, and memory ends with the array', () => {
    const arm = debuggerOf();
    sayAll(arm, ['b 171', 'run']);
    expect(say(arm, 'p *addrs@32')).toBe('$1 = {0 <repeats 32 times>}');
    expect(say(arm, 'x/3gx addrs + 162').split('\n')).toEqual([
      '0xffff800010008e78:\t0x0000000000000000\t0x0000000000000000',
      '0xffff800010008e88:\tCannot access memory at address 0xffff800010008e88',
    ]);
    expect(say(arm, 'x/gx 0')).toBe('0x0:\tCannot access memory at address 0x0');
    expect(say(arm, 'x/0gx addrs')).toBe('');
    expect(say(arm, 'p addrs')).toBe('$2 = (uint64_t *) 0xffff800010008968');
    expect(say(arm, 'p &addrs[2] - addrs')).toBe('$3 = 2');
  });

  test('before the bytes are copied there are none, and after line 269 they are sorted', () => {
    sayAll(gdb, ['tb 165', 'run']);
    expect(say(gdb, 'x/gx addrs')).toContain('Cannot access memory');
    sayAll(gdb, ['tb 289', 'c', 'c']);
    const values = say(gdb, 'p/x *addrs@100').match(/0x[\da-f]{16}/g) ?? [];
    expect(values.length).toBe(100);
    expect([...values].sort()).toEqual(values);
    expect(say(gdb, 'p i')).toBe('$2 = 0');
    expect(sayAll(gdb, ['tb 289 if functions_valid == 10', 'c', 'p functions[i].name == func->name'])).toMatch(/= 1$/);
  });
});

describe('stack and source', () => {
  beforeEach(() => void sayAll(gdb, ['b 171', 'run']));

  test('backtrace, frames and what they hold', () => {
    expect(say(gdb, 'bt')).toBe(`#0  get_vmlinux_addrs (btfe=..., fl=..., paddrs=..., pcount=...) at btf_encoder.c:171
#1  setup_functions (btfe=..., fl=...) at btf_encoder.c:249
#2  collect_symbols (btfe=..., collect_percpu_vars=true) at btf_encoder.c:628
#3  cu__encode_btf (cu=0x555500000000, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:677`);
    expect(say(gdb, 'bt 1')).toMatch(/^#0 .*\n\(More stack frames follow\.\.\.\)$/);
    expect(say(gdb, 'up 3')).toBe(
      `#3  cu__encode_btf (cu=0x555500000000, verbose=0, force=false, skip_encoding_vars=false) at btf_encoder.c:677\n677\tfirst unit: collect the symbols`,
    );
    expect(say(gdb, 'p cu->name')).toBe('$1 = "init/main.c"');
    expect(say(gdb, 'up')).toBe('Initial frame selected; you cannot go up.');
    expect(say(gdb, 'down 9')).toMatch(/^#0 {2}get_vmlinux_addrs/);
    expect(say(gdb, 'down')).toBe('Bottom (innermost) frame selected; you cannot go down.');
    expect(say(gdb, 'frame 9')).toBe('No frame at level 9.');
    expect(say(gdb, 'frame 1')).toContain('249\task for the slots of a vmlinux');
    expect(say(gdb, 'finish')).toMatch(/^Run till exit from #1 {2}setup_functions .*\n.*\n703\t/);
    expect(say(gdb, 'info frame')).toContain('cu__encode_btf at btf_encoder.c:703');
  });

  test('list shows our statements about the line, then the ten behind, and back', () => {
    const first = say(gdb, 'list');
    expect(first.split('\n')).toHaveLength(10);
    expect(first).toContain('171\thand addrs and count over');
    expect(say(gdb, '')).toMatch(/^269\t/);
    expect(say(gdb, 'list -')).toContain('171\t');
    expect(say(gdb, 'list 733')).toContain('733\ta declaration? next entry');
    expect(say(gdb, 'list find_function')).toContain('309\tbinary search by name');
    expect(say(gdb, 'list 741,746')).toBe(
      '741\twith a list: take the name of fn\n742\tno name? next entry\n745\tlook the name up in functions[]\n746\tnot in the list, or encoded before? next entry',
    );
    expect(say(gdb, 'list 9999')).toBe('Line number 9999 out of range; btf_encoder.c has 756 lines.');
    expect(say(gdb, 'list nosuch')).toBe('Function "nosuch" not defined.');
    expect(say(gdb, 'info line 750')).toContain('is in cu__encode_btf: without a list: not external? next entry');
    expect(say(gdb, 'info source')).toContain('Current source file is btf_encoder.c');
  });

  test('info functions knows those of pahole and those of the kernel, with numbers to seek', () => {
    expect(say(gdb, 'info functions addrs$')).toBe(`All functions matching regular expression "addrs$":

File btf_encoder.c:
117:	get_vmlinux_addrs
177:	get_kmod_addrs`);
    expect(say(gdb, 'info functions ^tty_write$')).toBe(`All functions matching regular expression "^tty_write$":

File drivers/tty/tty_io.c:
201:	static tty_write(iocb, from);
236:	static tty_write(iocb, from);`);
    expect(say(gdb, 'info functions nosuch')).toBe('All functions matching regular expression "nosuch":');
    expect(say(gdb, 'info functions (')).toBe('Invalid regexp: (');
  });
});

describe('what only a replay can do', () => {
  test('seek goes to a share, an entry, a function', () => {
    expect(say(gdb, 'seek 0%')).toContain('649\ttake the next unit, cu');
    expect(say(gdb, 'seek 100%')).toContain('exited normally');
    expect(say(gdb, 'seek 50%')).toContain('722\ttake the next function entry, fn');
    expect(say(gdb, 'p $entry')).toBe('$1 = 167');
    expect(say(gdb, 'seek 236')).toContain('tty_write in drivers/tty/tty_io.c: not-external at line 750');
    expect(say(gdb, 'seek tty_write')).toContain('2 entries have this name: 201, 236.');
    expect(say(gdb, 'seek 0')).toBe('There are entries 1 to 333.');
    expect(say(gdb, 'seek nosuch')).toBe('Function "nosuch" not defined.');
  });

  test('jumps to verdicts stand where it is decided', () => {
    expect(say(gdb, 'next-verdict encoded')).toMatch(/\n756\twrite FUNC\n/);
    expect(say(gdb, 'next-skip')).toMatch(/: (declaration|not-external) at line \d+: /);
    expect(say(gdb, 'next-verdict unnamed-parameter')).toContain('sys_ni_syscall in ');
    expect(say(gdb, '')).toBe('There is none after this one.');
    expect(say(gdb, 'next-verdict')).toContain('One verdict is needed');
    expect(say(gdb, 'previous-verdict decl')).toContain(': declaration at line 733');
  });

  test('units are walked in their order and back', () => {
    say(gdb, 'start');
    const names: string[] = [];
    for (let reply = say(gdb, 'next-unit'); !reply.startsWith('There is no unit'); reply = say(gdb, 'next-unit')) {
      names.push(reply.split('\n').at(-1) ?? '');
    }
    expect(names.length).toBe(worldsOf().entries.units.count - 1);
    expect(names).toContain('drivers/tty/tty_io.c');
    expect(say(gdb, 'previous-unit').split('\n').at(-1)).toBe(names.at(-2));
  });

  test('the histogram counts every entry once', () => {
    const counts = say(gdb, 'histogram')
      .split('\n')
      .map((line) => Number(line.split(/\s+/)[1]));
    expect(counts.reduce((sum, value) => sum + value, 0)).toBe(333);
  });

  test('another variant keeps the moment: the same entry at the same line', () => {
    sayAll(gdb, ['b 735 if fn->name == "tty_write"', 'run', 'what-if relocated']);
    expect(say(gdb, 'p $entry')).toBe('$1 = 201');
    expect(say(gdb, 'info program')).toContain('200 of 333');
    expect(say(gdb, 's')).toContain('636\t');
    expect(say(gdb, 'what-if 1.22 raw')).toContain('region raw, pahole 1.22: functions_cnt 178');
    expect(say(gdb, 'what-if 1.18')).toContain('not "1.18"');
  });

  test('help lists every command once, with our own verbs', () => {
    const help = say(gdb, 'help');
    for (const name of ['next-skip', 'next-verdict', 'next-unit', 'seek', 'histogram', 'what-if', 'reverse-continue']) {
      expect(help).toContain(`  ${name}`);
    }
    expect(say(gdb, 'help next')).toMatch(/^next, n \[N\]\n/);
    expect(say(gdb, 'help nosuch')).toBe('Undefined command: "nosuch".  Try "help".');
    expect(gdb.execute('quit').quit).toBe(true);
  });
});

test('a session is a value: executing on an old state leaves a newer one alone', () => {
  const other = createDebugger(worldsOf());
  sayAll(other, ['b 733', 'run']);
  const before = other.state;
  say(other, 'c');
  expect(before.breakpoints[0]?.hits).toBe(1);
  expect(other.state.breakpoints[0]?.hits).toBe(2);
});
