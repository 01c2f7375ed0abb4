import { describe, expect, it } from 'vitest';
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

  it('takes the BTF that --btf gives', async () => {
    const argv = [fixture('x86_64-module.ko'), '--format', 'json'];
    const btf = async (...more: string[]) =>
      JSON.parse((await cli([...argv, ...more])).out).facts.find((fact: { id: string }) => fact.id === 'btf');
    expect(await btf()).toMatchObject({ state: 'unsupported', value: expect.stringContaining('--btf-base') });
    expect(await btf('--btf-base', fixture('x86_64-emit-relocs'))).toMatchObject({ state: 'ready' });
    expect(await btf('--btf', samplePath)).toMatchObject({ where: expect.stringContaining(samplePath) });
  });
});
