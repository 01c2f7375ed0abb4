/** docs/schema/why.schema.json beside what the program prints, on every fixture. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causes, detailMeanings } from '../../src/explain/causes.ts';
import { encoderVersions } from '../../src/pahole/encoders.ts';
import { verdicts } from '../../src/pahole/verdict.ts';
import { cli, repository, samplePath } from '../cli/collect.ts';
import { type FunctionPlan, writeKernel } from './kernels.ts';
import { changed, checker, pathsOf } from './schema-check.ts';

const schema = JSON.parse(readFileSync(`${repository}docs/schema/why.schema.json`, 'utf8'));
const complaints = checker(schema);

const files = ['sample', 'elf', 'pahole/elf'].flatMap((folder) =>
  readdirSync(`${repository}fixtures/${folder}`).map((name) => `${repository}fixtures/${folder}/${name}`),
);

const print = async (...argv: readonly string[]) => (await cli(['why', ...argv])).out;
const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe.each(files.map((file) => [basename(file), file]))('%s', (_, file) => {
  it('is described: every row, the counts, and the answer about a function of each cause', async () => {
    const all = JSON.parse(await print(file, '--all', '--format', 'json'));
    expect(complaints(all)).toEqual([]);
    expect(complaints(JSON.parse(await print(file, '--summary', '--format', 'json')))).toEqual([]);
    for (const row of lines(await print(file, '--all', '--format', 'ndjson')))
      expect(complaints(row, '#/$defs/row')).toEqual([]);
    for (const row of lines(await print(file, '--summary', '--format', 'ndjson')))
      expect(complaints(row, '#/$defs/count-of-cause')).toEqual([]);
    const one = new Map<string, string>(
      all.rows.map((row: Record<string, string>) => [`${row['cause']} ${row['detail']}`, row['function']]),
    );
    for (const name of [...one.values(), 'nosuch', '__start_mcount_loc', 'memcpy', 'tty_write', 'init_once']) {
      for (const format of ['json', 'ndjson']) {
        const [answer, ...rest] = lines(await print(file, '--format', format, '--', name));
        expect({ name, rest, complaints: complaints(answer) }).toEqual({ name, rest: [], complaints: [] });
      }
    }
  });
});

it('describes the prototypes of --signature, and that there is none', async () => {
  for (const name of ['tty_write', 'redirected_tty_write', 'vfs_read', 'nosuch']) {
    const answer = JSON.parse(await print(samplePath, name, '--signature', '--format', 'json'));
    expect({ name, complaints: complaints(answer) }).toEqual({ name, complaints: [] });
  }
});

it('describes answers about damaged parts', async () => {
  const functions: FunctionPlan[] = [
    { name: 'f', bind: 'GLOBAL', slot: true },
    { name: 'g', slot: true, die: null },
  ];
  for (const more of [{ noDwarf: true }, { region: 'none' }, { ending: ['a.c'] }, { split: ['a.dwo'] }] as const) {
    for (const name of ['f', 'g']) {
      const answer = JSON.parse(await print(writeKernel({ functions, ...more }), name, '--format', 'json'));
      expect(complaints(answer)).toEqual([]);
    }
  }
});

describe('the schema can say no', () => {
  it.each([
    ['an answer', [samplePath, 'tty_write']],
    ['an answer with a record', [samplePath, 'redirected_tty_write']],
    ['all', [samplePath, '--all']],
    ['a summary', [samplePath, '--summary']],
    ['a signature', [samplePath, 'tty_write', '--signature']],
  ])('to %s with any key removed, or of another type', async (_, argv) => {
    const answer = JSON.parse(await print(...argv, '--format', 'json'));
    const paths = [...pathsOf(answer)];
    expect(paths.length).toBeGreaterThan(7);
    for (const path of paths) {
      expect(complaints(changed(answer, path, undefined)), `without ${path.join('.')}`).not.toEqual([]);
      expect(complaints(changed(answer, path, [[]])), `with another ${path.join('.')}`).not.toEqual([]);
    }
  });

  it('and takes keys that later versions add', async () => {
    const answer = JSON.parse(await print(samplePath, 'tty_write', '--format', 'json'));
    answer.added = { anything: [1] };
    answer.facts[0].data.added = null;
    answer.facts.push({ id: 'added', label: 'added', sign: 'plain', value: '', where: '', data: { of: 'any shape' } });
    expect(complaints(answer)).toEqual([]);
  });

  it('lists the causes, details, verdicts and versions that there are', () => {
    const { cause, detail, verdict, version } = schema.$defs;
    expect(cause.enum).toEqual(causes);
    expect(detail.enum).toEqual(Object.keys(detailMeanings));
    expect(verdict.enum).toEqual(verdicts);
    expect(version.enum).toEqual(encoderVersions);
  });
});
