/** What a running kernel says beside its file: kallsyms made of the fixtures' own nm, moved by an offset. */
import { chmodSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { RunningKernel, type RunningOptions } from '../../src/kernel/running.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { fixture, golden } from '../cli/collect.ts';
import { kallsymsText, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { tempFile } from '../helpers/temp-file.ts';

const offset = 0x43855a4cc000n;
const linesOf = (name: string) => nmLines(readFileSync(golden(name, 'nm.txt'), 'latin1'));
const file = (text: string, name = 'kallsyms.txt') => tempFile(Buffer.from(text, 'latin1'), name);

function running(name: string, { kallsyms, ...options }: RunningOptions & { kallsyms?: string }): RunningKernel {
  const kernel = Vmlinux.open(fixture(name), { kallsyms });
  onTestFinished(() => kernel.close());
  return new RunningKernel(kernel, options);
}

const functionsOf = (name: string) =>
  linesOf(name)
    .filter(({ letter }) => letter === 't' || letter === 'T')
    .map(({ name: text }) => `${text}\n`);

function rowOf(live: RunningKernel, name: string): number {
  if (live.kernel.symbols.state !== 'ready') throw new Error('no symbols');
  return live.kernel.symbols.value.table.find(name) as number;
}

test.each([
  ['vmlinux-aarch64', offset],
  ['aarch64-relr', offset],
  ['x86_64-emit-relocs', 0x1a000000n],
  ['s390x', offset],
])('%s is found moved', (name, moved) => {
  const live = running(name, { kallsyms: file(kallsymsText(linesOf(name), moved, rfcomm)) });
  if (live.offset.state !== 'ready') throw new Error(live.offset.reason);
  const found = live.offset.value;
  expect(found.offset).toBe(moved);
  expect(found.agree).toBe(found.common);
  expect(found.common).toBeGreaterThan(100);
  for (const { name: symbol, address } of linesOf(name).filter(({ letter }) => /[tT]/.test(letter))) {
    if (linesOf(name).filter((line) => line.name === symbol).length > 1) continue;
    expect(live.runtimeAddress(rowOf(live, symbol))).toBe(address + moved);
    expect(live.evidenceFor(symbol).runtimeAddress).toBe(address + moved);
  }
});

test('a kernel of 32 bits, and one that was moved down', () => {
  const arm = running('arm32', { kallsyms: file(kallsymsText(linesOf('arm32'), 0x200000n, [], 8)) });
  expect(arm.offset).toMatchObject({ state: 'ready', value: { offset: 0x200000n } });
  const down = running('vmlinux-aarch64', { kallsyms: file(kallsymsText(linesOf('vmlinux-aarch64'), -0x400000n)) });
  expect(down.offset).toMatchObject({ state: 'ready', value: { offset: -0x400000n, anchor: '_text' } });
  expect(down.runtimeAddress(rowOf(down, '_text'))).toBe(0xffff800010000000n - 0x400000n);
  const still = running('vmlinux-aarch64', { kallsyms: file(kallsymsText(linesOf('vmlinux-aarch64'), 0n)) });
  expect(still.offset).toMatchObject({ state: 'ready', value: { offset: 0n } });
});

test('absolute symbols are not moved', () => {
  const name = 'x86_64-emit-relocs';
  const live = running(name, { kallsyms: file(kallsymsText(linesOf(name), offset)) });
  expect(live.runtimeAddress(rowOf(live, '__crc_printk'))).toBe(0x27e1a049n);
});

test('another build has no one distance, and says so with the figures', () => {
  const lines = linesOf('vmlinux-aarch64').map((line, i) => ({ ...line, address: line.address + BigInt(i * 4) }));
  const path = file(kallsymsText(lines, offset, rfcomm));
  const live = running('vmlinux-aarch64', { kallsyms: path });
  expect(live.offset.state).toBe('malformed');
  expect(live.offset.state === 'ready' ? '' : live.offset.reason).toMatch(
    /: it is of another build: of \d+ text symbols in both, \d+ \(\d+\.\d %\) are at one distance, and at least 99 % have to be; take kallsyms from the machine/,
  );
  expect(live.runtimeAddress(1)).toBeUndefined();
  expect(live.evidenceFor('tty_write')).toMatchObject({ runtimeAddress: undefined, kallsyms: [] });
  expect(live.evidenceFor('rfcomm_tty_write').modules).toEqual([]);
});

test('one function in a hundred may be elsewhere, three may not', () => {
  const moved = (share: number) =>
    linesOf('vmlinux-aarch64').map((line, i) => (i % 100 < share ? { ...line, address: line.address + 4096n } : line));
  const stateOf = (share: number) =>
    running('vmlinux-aarch64', { kallsyms: file(kallsymsText(moved(share), offset)) }).offset.state;
  expect([stateOf(0), stateOf(3)]).toEqual(['ready', 'malformed']);
});

test.each([
  ['of another machine', 'arm32', 8, /its addresses have 8 digits, and the kernel is of 64 bits/],
  ['of no common name', 'none', 16, /none of its text symbols is in this file: it is of another kernel/],
])('kallsyms %s', (_, name, digits, expected) => {
  const lines = name === 'none' ? [{ address: 0xffff800010000000n, letter: 'T', name: 'nobody' }] : linesOf(name);
  const live = running('vmlinux-aarch64', { kallsyms: file(kallsymsText(lines, 0n, [], digits)) });
  expect(live.offset.state === 'ready' ? '' : live.offset.reason).toMatch(expected);
});

test('tty_write of the article: listed, moved, and its namesakes in a module', () => {
  const name = 'vmlinux-aarch64';
  const kallsyms = file(kallsymsText(linesOf(name), offset, rfcomm));
  const ftrace = file(`${functionsOf(name).join('')}${rfcommListed}`, 'filter.txt');
  const live = running(name, { kallsyms, ftrace });
  const [line] = linesOf(name).flatMap((row, i) => (row.name === 'tty_write' ? [i + 1] : []));
  const address = linesOf(name).find((row) => row.name === 'tty_write')?.address ?? 0n;
  expect(live.evidenceFor('tty_write')).toEqual({
    name: 'tty_write',
    runtimeAddress: address + offset,
    kallsyms: [{ address: address + offset, letter: 't', file: kallsyms, line }],
    ftraceListed: true,
    ftrace: [{ file: ftrace, line: functionsOf(name).indexOf('tty_write\n') + 1 }],
    modules: [],
  });
  expect(live.lists(rowOf(live, 'tty_write'))).toBe(true);
  expect(live.lists(rowOf(live, '__start_mcount_loc'))).toBe(false);
  const [module] = live.evidenceFor('rfcomm_tty_write').modules;
  expect(module).toEqual({
    row: linesOf(name).length + 1,
    name: 'rfcomm_tty_write',
    module: 'rfcomm',
    address: 0xffffc38526a4b2a0n,
    isFunction: true,
    ftraceListed: true,
    file: kallsyms,
    line: linesOf(name).length + 2,
  });
  expect(live.evidenceFor('rfcomm_tty_write')).toMatchObject({ runtimeAddress: undefined, ftraceListed: false });
  expect(live.evidenceFor('rfcomm_tty_ops').modules).toMatchObject([{ isFunction: false, ftraceListed: false }]);
});

test('a part that is not given, or cannot be read, takes nothing else away', () => {
  const name = 'vmlinux-aarch64';
  const onlyFtrace = running(name, { ftrace: file(`${functionsOf(name).join('')}${rfcommListed}`) });
  expect(onlyFtrace.kallsyms.state).toBe('absent');
  expect(onlyFtrace.evidenceFor('tty_write')).toMatchObject({ runtimeAddress: undefined, ftraceListed: true });
  expect(onlyFtrace.evidenceFor('rfcomm_tty_write').modules).toMatchObject([{ address: undefined, module: 'rfcomm' }]);
  const broken = running(name, { kallsyms: file('\0\x01'), ftrace: file(functionsOf(name).join('')) });
  expect([broken.kallsyms.state, broken.offset.state, broken.ftrace.state]).toEqual([
    'malformed',
    'malformed',
    'ready',
  ]);
  const none = running(name, { kallsyms: '/nowhere/kallsyms', ftrace: '/' });
  expect(none.kallsyms).toMatchObject({ reason: '/nowhere/kallsyms: no such file' });
  expect(none.ftrace).toMatchObject({
    reason: '/: it is a directory; give a copy of the list, or its path under /proc or /sys',
  });
  expect(none.evidenceFor('tty_write')).toEqual({
    name: 'tty_write',
    runtimeAddress: undefined,
    kallsyms: [],
    ftraceListed: undefined,
    ftrace: [],
    modules: [],
  });
});

test.skipIf(process.getuid?.() === 0)('a file without the right to read it', () => {
  const path = file('ffff800010000000 T _text\n');
  chmodSync(path, 0);
  expect(running('vmlinux-aarch64', { kallsyms: path }).kallsyms).toMatchObject({
    reason: `${path}: permission denied`,
  });
});

test('a list of another kernel, and one of another boot', () => {
  const name = 'vmlinux-aarch64';
  const other = running(name, { ftrace: file('tty_write\nvfs_nobody\n') });
  expect(other.ftrace.state === 'ready' ? '' : other.ftrace.reason).toMatch(
    /it is of another kernel: of the 2 functions that it names, 1 \(50\.0 %\) are symbols of this file/,
  );
  const withAddresses = (moved: bigint) =>
    file(
      linesOf(name)
        .filter(({ letter }) => /[tT]/.test(letter))
        .map((line) => `${(line.address + moved + 4n).toString(16)} ${line.name}\n`)
        .join(''),
    );
  const kallsyms = file(kallsymsText(linesOf(name), offset));
  expect(running(name, { kallsyms, ftrace: withAddresses(offset) }).ftrace.state).toBe('ready');
  const boot = running(name, { kallsyms, ftrace: withAddresses(offset + 0x10000n) }).ftrace;
  expect(boot.state === 'ready' ? '' : boot.reason).toMatch(
    /it is of another boot than .*without a reboot in between$/,
  );
});
