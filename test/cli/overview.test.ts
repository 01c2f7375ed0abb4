import { describe, expect, it } from 'vitest';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { cli, fixture, samplePath } from './collect.ts';

describe('the overview', () => {
  it('is the file and its facts in 80 columns', async () => {
    const { code, out, err } = await cli([samplePath]);
    expect(code).toBe(0);
    expect(err).toBe('');
    const lines = out.split('\n');
    expect(lines[0]).toBe(samplePath);
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(80);
    const labels = lines.slice(2).map((line) => line.slice(0, 20).trim());
    expect(labels.filter((label) => label !== '')).toEqual([
      'machine',
      'linux_banner',
      'compiler',
      'build id',
      'configuration',
      'relocatable',
      'relocated in file',
      'sections',
      'symbols',
      'mcount region',
      'mcount slots',
      'relocations',
      'BTF',
      'DWARF',
    ]);
  });

  it('is one JSON object, or a fact a line', async () => {
    const { out } = await cli([samplePath, '--format', 'json']);
    const { facts, ...head } = JSON.parse(out);
    expect(head).toEqual({ schema: 1, command: 'overview', file: samplePath });
    for (const fact of facts) {
      expect(Object.keys(fact)).toEqual(['id', 'state', 'value', 'where', 'data']);
      expect(fact.state).toBe('ready');
    }
    const ndjson = await cli([samplePath, '--format', 'ndjson']);
    expect(
      ndjson.out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(facts);
  });

  it('has a damaged note as a fact like the others, in text and JSON, and ends with 3', async () => {
    const elf = new ElfWriter();
    elf.section('.text', { flags: 'AX', addr: 0x1000, bytes: new Uint8Array(16) });
    elf.symbol('f', { type: 'FUNC', section: '.text', value: 0x1000 });
    elf.notes('.notes', [{ owner: 'GNU', type: 3, desc: new Uint8Array(20) }]);
    const built = elf.build();
    const at = built.place('.notes').offset;
    new DataView(built.bytes.buffer, built.bytes.byteOffset).setUint32(at + 4, 0xffff, true);
    const file = tempFile(built.bytes);
    const says = `GNU build id note at file offset 0x${at.toString(16)}: descsz is 65535, and its section or segment has 20 bytes left`;
    const json = await cli([file, '--format', 'json']);
    expect(json).toMatchObject({ code: 3, err: `kinspect: ${file}: ${says}\n` });
    const { facts } = JSON.parse(json.out);
    const of = (id: string) => facts.find((fact: { id: string }) => fact.id === id);
    expect(of('build-id')).toEqual({ id: 'build-id', state: 'malformed', value: says, where: '', data: null });
    expect([of('machine'), of('sections'), of('symbols')].map(({ state }) => state)).toEqual(Array(3).fill('ready'));
    const text = await cli([file]);
    expect(text).toMatchObject({ code: 3, err: json.err });
    expect(text.out.replaceAll(/\n +/g, ' ')).toContain(`build id            malformed: ${says}`);
    expect(text.out).toMatch(/^symbols {13}2 entries, 1 of them FUNC$/m);
  });

  it('takes the BTF that --btf gives', async () => {
    const argv = [fixture('x86_64-module.ko'), '--format', 'json'];
    const btf = async (...more: string[]) =>
      JSON.parse((await cli([...argv, ...more])).out).facts.find((fact: { id: string }) => fact.id === 'btf');
    expect(await btf()).toMatchObject({ state: 'unsupported', value: expect.stringContaining('--btf-base') });
    expect(await btf('--btf-base', fixture('x86_64-emit-relocs'))).toMatchObject({ state: 'ready' });
    expect(await btf('--btf', samplePath)).toMatchObject({ where: expect.stringContaining(samplePath) });
  });
});
