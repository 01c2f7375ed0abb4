/** `kinspect why` with what a running kernel says: links of the chain with the line that each was read in. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cli, golden, samplePath } from '../cli/collect.ts';
import { kallsymsText, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { tempFile } from '../helpers/temp-file.ts';

const lines = nmLines(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
const offset = 0x43855a4cc000n;
const own = lines.find(({ name }) => name === 'tty_write')?.address ?? 0n;
const moved = (own + offset).toString(16);

interface JsonFact {
  readonly id: string;
  readonly sign: string;
  readonly value: string;
  readonly where: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function files() {
  const listed = lines.flatMap(({ letter, name }) => (/[tT]/.test(letter) ? [name] : []));
  const kallsyms = tempFile(Buffer.from(kallsymsText(lines, offset, rfcomm), 'latin1'), 'kallsyms');
  const ftrace = tempFile(Buffer.from(`${listed.join('\n')}\n${rfcommListed}`, 'latin1'), 'filter');
  return { kallsyms, ftrace, listed };
}

test('the chain of tty_write has its address at run time, and that ftrace lists it', async () => {
  const { kallsyms, ftrace, listed } = files();
  const argv = ['why', samplePath, 'tty_write', '--kallsyms', kallsyms, '--ftrace', ftrace];
  const { code, out, err } = await cli([...argv, '--format', 'json']);
  expect([code, err]).toEqual([1, '']);
  const facts = new Map((JSON.parse(out).facts as JsonFact[]).map((fact) => [fact.id, fact]));
  const line = lines.findIndex(({ name }) => name === 'tty_write') + 1;
  expect(facts.get('running')).toEqual({
    id: 'running',
    label: 'at run time',
    sign: 'plain',
    value: `${moved} (t) while the kernel runs`,
    where: `${kallsyms}, line ${line}`,
    data: { address: `0x${moved}`, letter: 't', line, offset: '0x43855a4cc000' },
  });
  expect(facts.get('ftrace')).toMatchObject({
    sign: 'yes',
    value: 'the running kernel lists it',
    where: `${ftrace}, line ${listed.indexOf('tty_write') + 1}`,
    data: { listed: true },
  });
  expect(facts.has('modules')).toBe(false);
  const text = await cli(argv);
  expect(text.out).toContain(`${moved} (t) while the kernel runs`);
  const byAddress = await cli(['why', samplePath, moved, '--kallsyms', kallsyms, '--format', 'json']);
  expect(JSON.parse(byAddress.out)).toMatchObject({ function: 'tty_write' });
  const without = await cli(['why', samplePath, 'tty_write', '--format', 'json']);
  expect((JSON.parse(without.out).facts as JsonFact[]).map(({ id }) => id)).not.toContain('running');
});

test('a function that only a module has is told to be there', async () => {
  const { kallsyms, ftrace } = files();
  const argv = ['why', samplePath, 'rfcomm_tty_write', '--kallsyms', kallsyms, '--ftrace', ftrace];
  const { code, out, err } = await cli([...argv, '--format', 'json']);
  expect(code).toBe(1);
  expect(err).toContain('no function in the kernel itself is called rfcomm_tty_write');
  expect(JSON.parse(out).facts).toMatchObject([
    {
      id: 'modules',
      value: 'rfcomm_tty_write [rfcomm] at ffffc38526a4b2a0: not in this file',
      where: `${kallsyms}, line ${lines.length + 2}`,
      data: { modules: [{ module: 'rfcomm', address: '0xffffc38526a4b2a0', ftraceListed: true }] },
    },
  ]);
});

test('a kallsyms that cannot be used is one link that says so, and the rest of the chain stands', async () => {
  const zeros = tempFile(Buffer.from('0000000000000000 T _text\n'), 'kallsyms');
  const { code, out } = await cli(['why', samplePath, 'tty_write', '--kallsyms', zeros, '--format', 'json']);
  expect(code).toBe(1);
  const facts = JSON.parse(out).facts as JsonFact[];
  expect(facts.find(({ id }) => id === 'running')?.value).toMatch(/the addresses are zero; read it as root/);
  expect(facts.map(({ id }) => id)).toEqual(expect.arrayContaining(['symbol', 'slot', 'record']));
});
