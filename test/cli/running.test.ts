/** The overview with what a running kernel says. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { kallsymsText, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';
import { cli, golden, samplePath } from './collect.ts';

const lines = nmLines(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
const kallsyms = kallsymsText(lines, 0x43855a4cc000n, rfcomm);
const listed = lines.flatMap(({ letter, name }) => (/[tT]/.test(letter) ? [`${name}\n`] : [])).join('') + rfcommListed;
const file = (text: string) => tempFile(Buffer.from(text, 'latin1'), 'copy');

interface JsonFact {
  readonly id: string;
  readonly state: string;
  readonly value: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

const factsOf = (out: string): Map<string, JsonFact> =>
  new Map((JSON.parse(out).facts as JsonFact[]).map((fact) => [fact.id, fact]));

test('facts on the running kernel follow those on the file', async () => {
  const argv = [samplePath, '--kallsyms', file(kallsyms), '--ftrace', file(listed)];
  const { code, out, err } = await cli([...argv, '--format', 'json']);
  expect([code, err]).toEqual([0, '']);
  const facts = factsOf(out);
  expect(facts.get('running-kernel')?.data).toMatchObject({ offset: '0x43855a4cc000', anchor: '_text' });
  expect(facts.get('running-symbols')?.data).toEqual({
    symbols: lines.length + 3,
    moduleSymbols: 3,
    modules: 1,
  });
  const slots = facts.get('mcount')?.data?.['slots'] as number;
  expect(facts.get('running-ftrace')?.data).toMatchObject({ moduleFunctions: 2, modules: 1, invalid: 0 });
  expect(facts.get('running-ftrace')?.data?.['slots']).toBeLessThanOrEqual(slots);
  expect(facts.get('running-ftrace')?.data?.['slots']).toBeGreaterThan(0);
  expect(facts.has('running-machine')).toBe(false);
  const text = await cli(argv);
  expect(text.out).toMatch(/^running kernel +moved by 0x43855a4cc000 \(KASLR\)/m);
  for (const line of text.out.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  ['zeros', '0000000000000000 T _text\n0000000000000000 t tty_write\n', 0, /the addresses are zero; read it as root/],
  ['another build', kallsyms.replace(/(?<=^.{13})[0-9a-f]{3}/gm, '123'), 3, /it is of another build: of \d+ text/],
  ['nothing', '', 3, /the file is empty/],
  ['garbage', '\x7fELF\x01\x02', 3, /it is not \/proc\/kallsyms: line 1 is binary data/],
])('kallsyms with %s is one sentence, and the other facts are there', async (_, text, expected, sentence) => {
  const { code, out, err } = await cli([samplePath, '--kallsyms', file(text), '--format', 'json']);
  const facts = factsOf(out);
  expect(facts.get('running-kernel')?.value).toMatch(sentence);
  expect(facts.get('btf')?.state).toBe('ready');
  expect(code).toBe(expected);
  if (expected !== 0) expect(err).toMatch(sentence);
  expect(err.split('\n').length).toBeLessThanOrEqual(2);
});

/** A machine as --live looks at it: files below a root of its own. */
function machine(files: Readonly<Record<string, string | Uint8Array>>) {
  const root = tempDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  }
  return { release: '5.10.0', architecture: 'aarch64', root };
}

const sample = readFileSync(samplePath);
/** The .BTF section of the sample. */
function sampleBtf(): Uint8Array {
  const kernel = Vmlinux.open(samplePath);
  const section = kernel.elf.section('.BTF');
  if (section === undefined) throw new Error('the sample has no .BTF');
  const bytes = kernel.elf.sectionBytes(section).slice();
  kernel.close();
  return bytes;
}

const btfOf = async () => (await cli([samplePath, '--format', 'json'])).out;

test('--live finds the parts of the machine that it runs on', async () => {
  const live = machine({
    '/proc/kallsyms': kallsyms,
    '/sys/kernel/debug/tracing/available_filter_functions': listed,
    '/usr/lib/debug/boot/vmlinux-5.10.0': sample,
    '/boot/vmlinuz-5.10.0': 'MZ',
  });
  const { code, out, err } = await cli(['--live', '--format', 'json'], { machine: live });
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out).file).toBe(join(live.root, '/usr/lib/debug/boot/vmlinux-5.10.0'));
  const facts = factsOf(out);
  expect(facts.get('running-kernel')?.state).toBe('ready');
  expect(facts.get('running-ftrace')?.state).toBe('ready');
  expect(facts.get('btf')?.value).toBe(factsOf(await btfOf()).get('btf')?.value);
  expect(facts.get('running-machine')?.data).toMatchObject({
    release: '5.10.0',
    architecture: 'aarch64',
    notes: ['no /sys/kernel/btf/vmlinux: the kernel was built without CONFIG_DEBUG_INFO_BTF'],
  });
});

test('--live goes on without what is not there, and says what it needs', async () => {
  const live = machine({ '/proc/kallsyms': '0000000000000000 T _text\n', '/lib/modules/5.10.0/build/vmlinux': sample });
  const { code, out } = await cli(['--live', '--format', 'json'], { machine: live });
  expect(code).toBe(0);
  const facts = factsOf(out);
  expect(facts.get('running-kernel')?.value).toMatch(/the addresses are zero; read it as root/);
  expect(facts.get('running-ftrace')?.value).toMatch(/^no available_filter_functions: mount tracefs/);
  expect(facts.get('symbols')?.state).toBe('ready');
});

test('--live without any image takes the list of symbols for the kernel, with the BTF of the machine', async () => {
  const live = machine({ '/proc/kallsyms': kallsyms, '/sys/kernel/btf/vmlinux': sampleBtf() });
  const { code, out } = await cli(['--live', '--format', 'json'], { machine: live });
  expect(code).toBe(0);
  const facts = factsOf(out);
  expect(facts.get('symbols')?.data?.['entries']).toBe(lines.length + 1);
  expect(facts.get('btf')?.value).toBe(factsOf(await btfOf()).get('btf')?.value);
  expect(facts.get('running-machine')?.value).toMatch(/no vmlinux or vmlinuz of 5\.10\.0 in the usual places/);
  expect([...facts.values()].filter(({ state }) => state === 'malformed')).toEqual([]);
});

test('--live where not even the addresses may be seen is one sentence', async () => {
  const live = machine({ '/proc/kallsyms': '0000000000000000 T _text\n' });
  const { code, err, out } = await cli(['--live'], { machine: live });
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(
    /^kinspect: .*kallsyms: the addresses are zero; read it as root, or set kernel.kptr_restrict to 0\n$/,
  );
});

test('--live without the right to see addresses shows the BTF that anybody may read', async () => {
  const live = machine({ '/proc/kallsyms': '0000000000000000 T _text\n', '/sys/kernel/btf/vmlinux': sampleBtf() });
  const { code, out, err } = await cli(['--live', '--format', 'json'], { machine: live });
  expect([code, err]).toEqual([0, '']);
  const facts = factsOf(out);
  expect(facts.get('machine')?.value).toBe('not known: raw BTF, without the file of its kernel');
  expect(facts.get('btf')?.value).toBe(factsOf(await btfOf()).get('btf')?.value);
  expect(facts.get('running-symbols')?.value).toMatch(/the addresses are zero; read it as root/);
});

test('--live beside a FILE of another build id says so', async () => {
  const note = Buffer.alloc(36);
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(20, 4);
  note.writeUInt32LE(3, 8);
  note.write('GNU\0', 12, 'latin1');
  note.fill(0xab, 16);
  const live = machine({ '/proc/kallsyms': kallsyms, '/sys/kernel/notes': note });
  const { code, err, out } = await cli([samplePath, '--live', '--format', 'json'], { machine: live });
  expect(code).toBe(3);
  expect(err).toContain(`it runs a kernel of build id ${'ab'.repeat(20)}, and this file's is `);
  expect(factsOf(out).get('running-kernel')?.state).toBe('ready');
});

test('dump symbols has the address at run time, and what ftrace lists', async () => {
  const argv = ['dump', samplePath, 'symbols', '--kallsyms', file(kallsyms), '--ftrace', file(listed)];
  const { code, out, err } = await cli([...argv, '--format', 'ndjson']);
  expect([code, err]).toEqual([0, '']);
  const rows = out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const row = rows.find(({ name }) => name === 'tty_write');
  const address = BigInt(row.address) + 0x43855a4cc000n;
  expect(row).toMatchObject({ runtime: `0x${address.toString(16)}`, ftrace: true });
  const text = await cli(argv);
  expect(text.out.split('\n')[0]).toMatch(/^address +runtime +ftrace +size/);
  expect(text.out).toMatch(new RegExp(`^[0-9a-f]{16}  ${address.toString(16)}  yes .* tty_write$`, 'm'));
  const plain = await cli(['dump', samplePath, 'symbols', '--format', 'ndjson']);
  expect(Object.keys(JSON.parse(plain.out.split('\n')[0] ?? ''))).not.toContain('runtime');
  const bad = await cli(['dump', samplePath, 'symbols', '--kallsyms', file('0000000000000000 T _text\n')]);
  expect([bad.code, bad.err]).toEqual([0, expect.stringMatching(/the addresses are zero; read it as root/)]);
});

test('a copy that was cut off within a line is told with the line, and the rest of it is read', async () => {
  const whole = kallsyms.indexOf('\n', kallsyms.length / 2) + 1;
  const cut = file(kallsyms.slice(0, whole + 22));
  const line = kallsyms.slice(0, whole).split('\n').length;
  const says = `${cut}, line ${line}: "${kallsyms.slice(whole, whole + 22)}" is the last line, and has no end; the file was cut off: copy it again`;
  for (const argv of [
    ['dump', samplePath, 'symbols', '--kallsyms', cut],
    ['why', samplePath, 'redirected_tty_write', '--kallsyms', cut],
  ]) {
    const { code, err } = await cli(argv);
    expect([code, err]).toEqual([0, `kinspect: ${samplePath}: ${says}\n`]);
  }
  const alone = file('ffffffff81000000 T _text\nffffffff81000010 T tty_wr');
  expect((await cli(['dump', alone, 'symbols'])).err).toBe(
    `kinspect: ${alone}: ${alone}, line 2: "ffffffff81000010 T tty_wr" is the last line, and has no end; the file was cut off: copy it again\n`,
  );
  const facts = factsOf((await cli([samplePath, '--kallsyms', cut, '--format', 'json'])).out);
  expect(facts.get('running-symbols')?.value).toContain(says);
});

test("so is ftrace's list", async () => {
  const cut = file(listed.slice(0, -3));
  const last = listed.split('\n').length - 1;
  const { code, err } = await cli(['dump', samplePath, 'symbols', '--ftrace', file(listed.trimEnd())]);
  expect(code).toBe(0);
  expect(err).toContain(
    `line ${last}: "rfcomm_tty_write [rfcomm]" is the last line, and has no end; the file was cut off`,
  );
  // Within its module it is no line of the list.
  expect((await cli(['dump', samplePath, 'symbols', '--ftrace', cut])).err).toContain(`line ${last}: `);
});
