/**
 * The story that kinspect was made for, played from beginning to end on two kernels of Debian 11: the arm64 one, whose
 * BTF has no tty_write, and the amd64 one, whose BTF has it. Each step is what somebody typed into another tool; its
 * output is held against kinspect's, and no figure is stored here.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { kallsymsText, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { tempFile } from '../helpers/temp-file.ts';
import {
  type Copy,
  fetchMissing,
  grep,
  kernelPath,
  kinspect,
  makeCopy,
  need,
  output,
  pahole,
  paholeFolder,
  type RealRun,
  runPahole,
  tool,
} from './real-tools.ts';

const stories = [
  { kernel: 'arm64-5.10', hasRecord: false },
  { kernel: 'amd64-5.10', hasRecord: true },
] as const;

beforeAll(() => fetchMissing(['pahole-1.20', ...stories.map(({ kernel }) => kernel)]));

/** Standard output of a kinspect command that has to end with this code and without a word. */
function said(code: number, ...argv: readonly string[]): string {
  const { status, stdout, stderr } = kinspect(...argv);
  expect({ status, stderr }).toEqual({ status: code, stderr: '' });
  return stdout;
}

/** The words of x/…gx, without the addresses in front of them. */
const wordsOf = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [place, words] = line.split(':\t');
    return words === undefined || !/^0x/.test(place ?? '') ? [] : words.split('\t');
  });

describe.each(stories)('$kernel', ({ kernel, hasRecord }) => {
  const file = kernelPath(kernel);
  const isArm = kernel.startsWith('arm64');
  const known = new Map<string, unknown>();

  /** What several steps need, made by the first. */
  function once<T>(key: string, make: () => T): T {
    if (!known.has(key)) known.set(key, make());
    return known.get(key) as T;
  }

  const nm = (context: TestContext) => once('nm', () => output(tool(context, 'nm'), ['-p', file]).stdout);
  const bpftool = (context: TestContext) =>
    once('btf', () => output(tool(context, 'bpftool'), ['btf', 'dump', 'file', file, 'format', 'raw']).stdout);
  /** Digits of a symbol's address, as nm has them. */
  const addressOf = (context: TestContext, name: string): string => {
    const [line = ''] = grep(nm(context), new RegExp(` ${name}$`));
    return line.split(' ')[0] as string;
  };
  const copy = (): Copy => once('copy', () => makeCopy(file));
  /** pahole runs once for all steps that ask what it did. */
  const run = (): Promise<RealRun> => once('run', () => runPahole(copy().path));
  afterAll(() => {
    if (known.has('copy')) copy().remove();
  });

  it('bpftool … format raw | grep tty_write: the record is missing on arm64 only', (context) => {
    need(context, file);
    const theirs = grep(bpftool(context), /tty_write/);
    const ours = grep(said(0, 'dump', file, 'btf', '--format', 'bpftool'), /tty_write/);
    expect(ours).toEqual(theirs);
    expect(ours.some((line) => line.includes("FUNC 'redirected_tty_write'"))).toBe(true);
    expect(ours.some((line) => line.includes("FUNC 'tty_write'"))).toBe(hasRecord);
  });

  it('nm -C | grep tty_write: the function is there, so it was not inlined', (context) => {
    need(context, file);
    const theirs = grep(output(tool(context, 'nm'), ['-C', '-p', file]).stdout, /tty_write/);
    const ours = grep(said(0, 'dump', file, 'symbols', '--format', 'nm'), /tty_write/);
    expect(ours).toEqual(theirs);
    expect(ours.filter((line) => line.endsWith(' t tty_write'))).toHaveLength(1);
  });

  /** Files of a kernel that runs this vmlinux, moved by KASLR: what cat printed in the story. */
  const running = (context: TestContext) => {
    const lines = nmLines(nm(context));
    const traced = lines.filter(({ letter }) => /[tT]/.test(letter)).map(({ name }) => `${name}\n`);
    return {
      kallsyms: tempFile(Buffer.from(kallsymsText(lines, kaslr, rfcomm)), 'kallsyms'),
      ftrace: tempFile(Buffer.from(traced.join('') + rfcommListed), 'available_filter_functions'),
    };
  };
  const kaslr = isArm ? 0x438558000000n : 0x1f400000n;

  it('cat /proc/kallsyms | grep tty_write: the same symbol, moved by KASLR; cat available_filter_functions: traceable', (context) => {
    need(context, file);
    const { kallsyms, ftrace } = running(context);
    const theirs = grep(output('cat', [kallsyms]).stdout, / tty_write$/);
    const options = ['--kallsyms', kallsyms, '--ftrace', ftrace, '--format', 'json'];
    const { facts } = JSON.parse(said(hasRecord ? 0 : 1, 'why', file, 'tty_write', ...options));
    const fact = (id: string) => facts.find((row: { id: string }) => row.id === id);
    const { address, letter } = fact('running').data;
    expect([`${address.slice(2)} ${letter} tty_write`]).toEqual(theirs);
    expect(BigInt(address) - BigInt(`0x${addressOf(context, 'tty_write')}`)).toBe(kaslr);
    const row = grep(output('grep', ['-n', 'tty_write$', ftrace]).stdout, /:tty_write$/)[0]?.split(':')[0];
    expect(fact('ftrace').data).toEqual({ listed: true, lines: [Number(row)] });
  });

  it('and its modules: rfcomm_tty_write [rfcomm] is not of this file', (context) => {
    need(context, file);
    const { kallsyms, ftrace } = running(context);
    const argv = ['why', file, 'rfcomm_tty_write', '--kallsyms', kallsyms, '--ftrace', ftrace, '--format', 'json'];
    const { status, stdout } = kinspect(...argv);
    const { cause, sentence, facts } = JSON.parse(stdout);
    expect({ status, cause }).toEqual({ status: 1, cause: 'no-symbol' });
    expect(sentence).toContain('a function of the module rfcomm');
    expect(facts).toMatchObject([{ id: 'modules', data: { modules: [{ module: 'rfcomm', ftraceListed: true }] } }]);
  });

  it('ftrace lists it: a slot of the region is for its address', (context) => {
    need(context, file);
    const address = addressOf(context, 'tty_write');
    const slots = once('slots', () => said(0, 'dump', file, 'mcount', '--format', 'ndjson'))
      .split('\n')
      .filter((line) => line.includes('"tty_write"'))
      .map((line) => JSON.parse(line));
    const [first, last] = [addressOf(context, '__start_mcount_loc'), addressOf(context, '__stop_mcount_loc')];
    expect(slots).toMatchObject([{ symbol: 'tty_write', offset: 0, relocated: `0x${address}` }]);
    const place = BigInt(slots[0].place);
    expect(place).toBe(BigInt(`0x${first}`) + 8n * BigInt(slots[0].slot));
    expect(place < BigInt(`0x${last}`)).toBe(true);
    expect(slots[0].raw).toBe(hasRecord ? `0x${address}` : '0x0');
  });

  it('gdb on pahole, btf_encoder.c:171: x/32gx addrs', (context) => {
    need(context, file);
    const script = tempFile(Buffer.from('break btf_encoder.c:171\nrun\nx/32gx addrs\n'), 'session.gdb');
    const session = said(0, 'replay', file, '--script', script);
    expect(session).toMatch(/^Breakpoint 1, get_vmlinux_addrs \(.*\) at btf_encoder\.c:171$/m);
    const ours = wordsOf(session);
    expect(ours).toHaveLength(32);
    const start = addressOf(context, '__start_mcount_loc');
    const argv = ['-batch', '-nx', '-ex', `x/32gx 0x${start}`, file];
    const theirs = output(tool(context, 'gdb-multiarch', ...(isArm ? [] : ['gdb'])), argv).stdout;
    expect(ours).toEqual(wordsOf(theirs));
    const zeros = ours.filter((word) => word === '0x0000000000000000').length;
    expect(zeros).toBe(hasRecord ? 0 : 32);
  });

  it('gdb on the real pahole: the array that it is about to sort has the same words', (context) => {
    need(context, file, pahole);
    if (process.arch !== 'x64') context.skip('the arguments of qsort are read from the registers of an x86-64');
    const slots = said(0, 'dump', file, 'mcount', '--format', 'ndjson').trimEnd().split('\n');
    // It has no debug information, so no line 171; the first that it does with the array is qsort(addrs, count, 8, …).
    const libraries = ['usr/lib', 'usr/lib/x86_64-linux-gnu'].map((folder) => join(paholeFolder, folder)).join(':');
    const commands = [
      'set breakpoint pending on',
      'set startup-with-shell off',
      `set environment LD_LIBRARY_PATH ${libraries}`,
      `break qsort if $rdx == 8 && $rsi == ${slots.length}`,
      `run -J ${copy().path}`,
      'x/32gx $rdi',
      'kill',
    ].flatMap((command) => ['-ex', command]);
    const argv = ['-q', '-nx', '-batch', ...commands, join(paholeFolder, 'usr/bin/pahole')];
    const theirs = output(tool(context, 'gdb', 'gdb-multiarch'), argv);
    const words = wordsOf(theirs.stdout);
    expect(words.length, theirs.stderr).toBe(32);
    const script = tempFile(Buffer.from('break btf_encoder.c:171\nrun\nx/32gx addrs\n'), 'session.gdb');
    expect(wordsOf(said(0, 'replay', file, '--script', script))).toEqual(words);
  });

  it('px at __start_mcount_loc: the bytes of the file', (context) => {
    need(context, file);
    const ours = said(0, 'dump', file, 'mcount', '--format', 'r2');
    const [{ place, fileOffset }] = said(0, 'dump', file, 'mcount', '--format', 'ndjson')
      .split('\n', 1)
      .map((line) => JSON.parse(line)) as [{ place: string; fileOffset: string }];
    const bytes = Buffer.alloc(256);
    const opened = openSync(file, 'r');
    readSync(opened, bytes, 0, 256, Number(fileOffset));
    closeSync(opened);
    expect(ours).toBe(px(BigInt(place), bytes));
    expect(place).toBe(`0x${addressOf(context, '__start_mcount_loc')}`);
    expect(bytes.every((byte) => byte === 0)).toBe(!hasRecord);
  });

  it('px: as radare2 prints it', (context) => {
    need(context, file);
    const start = `0x${addressOf(context, '__start_mcount_loc')}`;
    // Debian 12 does not package it, so CI cannot install it either; the step above compares with the bytes of the file.
    const r2 = ['r2', 'radare2'].find((name) => output('which', [name]).status === 0);
    if (r2 === undefined) return context.skip('needs radare2');
    const theirs = output(r2, ['-q', '-e', 'scr.color=0', '-c', `s ${start}; px`, file]).stdout;
    expect(said(0, 'dump', file, 'mcount', '--format', 'r2').split('\n').slice(1)).toEqual(theirs.split('\n').slice(1));
  });

  it('llvm-readelf -r | grep the address: the relocation that fills the slot at boot', (context) => {
    need(context, file);
    const readelf = tool(context, 'llvm-readelf-14', 'llvm-readelf');
    const address = addressOf(context, 'tty_write');
    const section = isArm ? '.rela.dyn' : '.rela.init.data';
    const offset = BigInt(`0x${address}`) - BigInt(`0x${addressOf(context, '_text')}`);
    const pattern = isArm ? new RegExp(`RELATIVE +${address}$`) : new RegExp(` \\.text \\+ ${offset.toString(16)}$`);
    // x86 has 14 million lines; those of the section are enough, and the header of the next ends them.
    const pick = `/^Relocation section/ { on = index($0, "'${section}'"); if (!on && seen) exit; seen = on } on`;
    const theirs = output('bash', ['-c', '"$0" -r "$1" 2>/dev/null | awk "$2"', readelf, file, pick]).stdout;
    const ours = kinspect('dump', file, 'relocs', '--format', 'readelf', '--section', section).stdout;
    const found = grep(ours, pattern);
    expect(found).toEqual(grep(theirs, pattern));
    const [{ place }] = grep(said(0, 'dump', file, 'mcount', '--format', 'ndjson'), /"tty_write"/).map((line) =>
      JSON.parse(line),
    ) as [{ place: string }];
    expect(found.filter((line) => line.startsWith(place.slice(2)))).toHaveLength(1);
  });

  it('llvm-readelf -s | grep mcount: the two symbols around the region', (context) => {
    need(context, file);
    const readelf = tool(context, 'llvm-readelf-14', 'llvm-readelf');
    const theirs = grep(output(readelf, ['-s', file]).stdout, /(start|stop)_mcount_loc/).map((line) => {
      const [, row, value, size, type, binding, visibility, index, name] =
        /^ *(\d+): (\S+) +(\d+) (\S+) +(\S+) +(\S+) +(\d+) (\S+)$/.exec(line) ?? [];
      return { row: Number(row), value, size: Number(size), type, binding, visibility, index: Number(index), name };
    });
    const names = said(0, 'dump', file, 'sections', '--format', 'ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = grep(said(0, 'dump', file, 'symbols', '--format', 'ndjson'), /"__(start|stop)_mcount_loc"/);
    const ours = rows.map((line) => {
      const { index, address, size, type, binding, visibility, section, name } = JSON.parse(line);
      const at = names.find((row) => row.name === section).index;
      return { row: index, value: address.slice(2), size, type, binding, visibility, index: at, name };
    });
    expect(ours).toEqual(theirs);
    expect(ours.map(({ name }) => name).sort()).toEqual(['__start_mcount_loc', '__stop_mcount_loc']);
    const text = grep(said(0, 'dump', file, 'symbols'), /_mcount_loc$/).map((line) => line.split(/ +/));
    expect(text.map(([value, size, type, binding]) => ({ value, size: Number(size), type, binding }))).toEqual(
      theirs.map(({ value, size, type, binding }) => ({ value, size, type, binding })),
    );
  });

  it('the verdict is what the real pahole does', async (context) => {
    need(context, file, pahole);
    const { ended, records } = await run();
    expect(ended).toBe('exit 0');
    for (const name of ['tty_write', 'redirected_tty_write', 'n_tty_write', 'hung_up_tty_write']) {
      const lines = said(0, 'replay', file, '--function', name, '--format', 'tsv').trimEnd().split('\n');
      const encoded = lines.map((line) => line.split('\t')).filter(([, , verdict]) => verdict === 'encoded');
      expect(encoded.map(([unit, func]) => [unit, func])).toEqual(records.filter(([, func]) => func === name));
    }
    expect(records.some(([, name]) => name === 'tty_write')).toBe(hasRecord);
    expect(records.filter(([, name]) => name === 'redirected_tty_write')).toHaveLength(1);
  });

  it('with the region relocated the function has its record', (context) => {
    need(context, file);
    const lines = said(0, 'replay', file, '--function', 'tty_write', '--mcount', 'relocated', '--format', 'tsv');
    expect(lines).toContain('drivers/tty/tty_io.c\ttty_write\tencoded\n');
  });

  it('why: the sentence, the facts and the changes have the figures of the tools', async (context) => {
    need(context, file, pahole);
    const answer = JSON.parse(said(hasRecord ? 0 : 1, 'why', file, 'tty_write', '--format', 'json'));
    const address = addressOf(context, 'tty_write');
    const start = BigInt(`0x${addressOf(context, '__start_mcount_loc')}`);
    const stop = BigInt(`0x${addressOf(context, '__stop_mcount_loc')}`);
    const slots = Number((stop - start) / 8n);
    const records = grep(bpftool(context), /^\[\d+\] FUNC /);
    const functions = once('symbols', () => said(0, 'dump', file, 'symbols', '--format', 'ndjson'));
    const fact = (id: string) => answer.facts.find((one: { id: string }) => one.id === id);
    const count = (value: number) => value.toLocaleString('en-US');

    expect(fact('symbol').data).toMatchObject({ address: `0x${address}`, type: 'FUNC', binding: 'LOCAL' });
    const { slot, place, raw, relocated } = fact('slot').data;
    expect(BigInt(place)).toBe(start + 8n * BigInt(slot));
    expect({ raw, relocated }).toEqual({ raw: hasRecord ? `0x${address}` : '0x0', relocated: `0x${address}` });
    expect(fact('list').data).toMatchObject({ slots, functions: grep(functions, /"type":"FUNC"/).length });
    const listed = grep(output(tool(context, 'llvm-readelf-14', 'llvm-readelf'), ['-s', file]).stdout, / FUNC /);
    expect(fact('list').data.functions).toBe(listed.length);
    expect(fact('record').data.ids).toEqual(
      records.flatMap((line) => (line.includes("'tty_write'") ? [Number(/\d+/.exec(line)?.[0])] : [])),
    );
    expect(answer.encoder).toMatchObject({ version: '1.20', by: 'btf', records: records.length });
    const [relocatedRun, ...versions] = answer.changes;
    expect(relocatedRun).toMatchObject({ id: 'relocated', verdict: 'encoded' });
    expect(versions.map(({ id, verdict }: Record<string, string>) => [id, verdict])).toEqual([
      ['1.21', hasRecord ? 'encoded' : 'not-external'],
      ['1.22', 'encoded'],
    ]);
    if (hasRecord) {
      expect(answer).toMatchObject({ record: true, cause: 'in-btf', sentence: 'it has a FUNC record' });
      // Where nothing is to be relocated the region makes no difference.
      expect(relocatedRun).toMatchObject({ records: records.length, gained: 0, lost: 0 });
      return;
    }
    expect(answer).toMatchObject({ record: false, cause: 'zero-region' });
    const dynamic = output(tool(context, 'llvm-readelf-14', 'llvm-readelf'), ['-r', file]).stdout;
    const [relocation] = grep(dynamic, new RegExp(`^${place.slice(2)} .*RELATIVE +${address}$`));
    expect(relocation).toBeDefined();
    expect(fact('relocation').data).toMatchObject({ section: '.rela.dyn', place, type: 'R_AARCH64_RELATIVE' });
    expect(fact('link').data).toMatchObject({
      entries: grep(dynamic, /R_AARCH64_RELATIVE/).length,
      zero: grep(dynamic, /R_AARCH64_RELATIVE/).length,
      noApplyDynamicRelocs: true,
    });
    expect(fact('list').data.functions_cnt).toBe(0);
    for (const part of [
      `slot ${slot} is zero`,
      address,
      '.rela.dyn',
      '--no-apply-dynamic-relocs',
      `${count(slots)} zeros`,
    ])
      expect(answer.sentence).toContain(part);
    // The real pahole wrote as many records as the run that is explained leaves.
    await run();
    const written = output(tool(context, 'bpftool'), ['btf', 'dump', 'file', copy().path, 'format', 'raw']).stdout;
    expect(grep(written, /^\[\d+\] FUNC /)).toHaveLength(answer.encoder.records);
  });

  it('the fix: redirected_tty_write has a record, of the prototype that tty_write has', (context) => {
    need(context, file);
    const types = typesOf(bpftool(context));
    const prototype = (name: string) => types.prototype(types.func(name));
    expect(types.spell(prototype('redirected_tty_write'))).toBe('ssize_t (struct kiocb *, struct iov_iter *)');
    if (hasRecord) expect(prototype('tty_write')).toEqual(prototype('redirected_tty_write'));
    else expect(types.func('tty_write')).toBeUndefined();
    const answer = JSON.parse(said(0, 'why', file, 'redirected_tty_write', '--format', 'json'));
    expect(answer).toMatchObject({ record: true, cause: 'in-btf' });
    // The DIEs of the two say the same of their parameters.
    const parameters = (of: typeof answer) =>
      of.facts.filter(({ id }: { id: string }) => id === 'die').map((die: typeof answer) => die.data.parameters.length);
    const missing = JSON.parse(said(hasRecord ? 0 : 1, 'why', file, 'tty_write', '--format', 'json'));
    expect(new Set([...parameters(answer), ...parameters(missing)])).toEqual(new Set([2]));
    // The program finds it by itself, and says which variant of the prototype this kernel has.
    expect(missing.signature).toMatchObject({
      types: 'ssize_t tty_write(struct kiocb *, struct iov_iter *)',
      variant: 1,
    });
    if (hasRecord) expect(missing.standIns).toBeNull();
    else {
      expect(missing.standIns.functions[0]).toMatchObject({
        function: 'redirected_tty_write',
        typeId: types.func('redirected_tty_write'),
        sameUnit: true,
        traceable: true,
      });
    }
  });
});

/** radare2's hexdump, written from its output. */
function px(address: bigint, bytes: Uint8Array): string {
  const lines = ['- offset -           0 1  2 3  4 5  6 7  8 9  A B  C D  E F 0123456789ABCDEF'];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = Buffer.from(bytes.subarray(at, at + 16));
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    const pairs = row.toString('hex').match(/.{4}/g)?.join(' ');
    lines.push(`0x${(address + BigInt(at)).toString(16)}  ${pairs} ${text}`);
  }
  return `${lines.join('\n')}\n`;
}

interface Prototype {
  readonly returns: number;
  readonly parameters: readonly number[];
}

/** The types of bpftool's raw listing, by its ids. */
function typesOf(listing: string) {
  const records = new Map<number, { readonly line: string; readonly parts: string[] }>();
  let last: { readonly line: string; readonly parts: string[] } | undefined;
  for (const line of listing.split('\n')) {
    const id = /^\[(\d+)\] /.exec(line)?.[1];
    if (id === undefined) {
      last?.parts.push(line);
      continue;
    }
    last = { line, parts: [] };
    records.set(Number(id), last);
  }
  const number = (line: string | undefined, key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(line ?? '')?.[1]);
  const target = (id: number) => number(records.get(id)?.line, 'type_id');
  const spellOne = (id: number): string => {
    const [, kind, name] = /^\[\d+\] (\w+) '(.*?)'/.exec(records.get(id)?.line ?? '') ?? [];
    if (id === 0) return 'void';
    if (kind === 'PTR') return `${spellOne(target(id))} *`;
    return kind === 'STRUCT' ? `struct ${name}` : `${name}`;
  };
  return {
    func(name: string): number | undefined {
      for (const [id, { line }] of records) if (line.includes(`FUNC '${name}' `)) return id;
      return undefined;
    },
    prototype(func: number | undefined): Prototype {
      const proto = records.get(target(func ?? 0));
      return {
        returns: number(proto?.line, 'ret_type_id'),
        parameters: (proto?.parts ?? []).filter((line) => line !== '').map((line) => number(line, 'type_id')),
      };
    },
    spell: ({ returns, parameters }: Prototype): string =>
      `${spellOne(returns)} (${parameters.map(spellOne).join(', ')})`,
  };
}
