/** docs/schema/compare.schema.json beside what the program prints of pairs of fixtures. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changes } from '../../src/explain/compare.ts';
import { encoderVersions } from '../../src/pahole/encoders.ts';
import { verdicts } from '../../src/pahole/verdict.ts';
import { cli, repository, samplePath } from '../cli/collect.ts';
import { changed, checker, pathsOf } from './schema-check.ts';

const schema = JSON.parse(readFileSync(`${repository}docs/schema/compare.schema.json`, 'utf8'));
const complaints = checker(schema);
const fixture = (name: string) => `${repository}fixtures/elf/${name}`;
const pairs = [
  [samplePath, fixture('x86_64-emit-relocs')],
  [fixture('s390x'), fixture('arm32')],
  [samplePath, fixture('aarch64-relr')],
  [samplePath, `${repository}fixtures/pahole/elf/zero-region`],
] as const;

test.each(pairs)('%s and %s are described, whole and function by function', async (before, after) => {
  for (const functions of [[], ['tty_write', 'memcpy', 'redirected_tty_write', 'init_once']]) {
    const { out } = await cli(['compare', before, after, ...functions, '--format', 'json']);
    expect(complaints(JSON.parse(out))).toEqual([]);
    const rows = (await cli(['compare', before, after, ...functions, '--format', 'ndjson'])).out.trim().split('\n');
    for (const row of rows.filter((line) => line !== '')) {
      expect(complaints(JSON.parse(row), '#/$defs/row')).toEqual([]);
    }
  }
});

test('the schema can say no to any key removed, or of another type', async () => {
  const [[before, after]] = pairs;
  const { out } = await cli(['compare', before, after, 'tty_write', 'redirected_tty_write', '--format', 'json']);
  const answer = JSON.parse(out);
  const paths = [...pathsOf(answer)];
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) {
    expect(complaints(changed(answer, path, undefined)), `without ${path.join('.')}`).not.toEqual([]);
    expect(complaints(changed(answer, path, [[]])), `with another ${path.join('.')}`).not.toEqual([]);
  }
});

test('it lists the changes, verdicts and versions that there are', () => {
  const { answer, row, function: side } = schema.$defs;
  expect(row.properties.change.enum).toEqual(changes);
  expect(Object.keys(answer.properties.totals.properties)).toEqual(changes);
  expect(answer.properties.encoder.enum).toEqual([...encoderVersions, null]);
  expect(side.properties.verdict.anyOf[0].properties.verdict.enum).toEqual([...verdicts, null]);
});
