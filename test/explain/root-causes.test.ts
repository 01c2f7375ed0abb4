/** docs/root-causes.md is the table of the program, row by row. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { causeFacts, detailMeanings } from '../../src/explain/causes.ts';
import { repository } from '../cli/collect.ts';

const rows = readFileSync(`${repository}docs/root-causes.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'));

test('every root cause is documented with its title and meaning, and every detail, and nothing else', () => {
  const causes = Object.entries(causeFacts).map(
    ([name, { title, meaning }]) => `| \`${name}\` | ${title} | ${meaning} |`,
  );
  const details = Object.entries(detailMeanings).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  expect(rows).toEqual([...causes, ...details]);
});
