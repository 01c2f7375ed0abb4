/** Names that are the rest of the file, each of thousands, through the commands that compare names or print them all. */
import { expect, test } from 'vitest';
import { count, dwarf } from '../helpers/far-names.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { cli } from './collect.ts';

/** ms of computing; what it tells apart is a second from minutes. */
const mostTime = 10_000;
/** Two names of 4,096 bytes in each of 2,000 rows, six characters a byte in JSON. */
const mostText = 100 << 20;

test.each([
  'replay FILE',
  'replay FILE --format tsv',
  'replay FILE --format ndjson',
  'replay FILE --function alpha --format tsv',
  'why FILE --summary',
  'why FILE --all',
  'why FILE alpha',
  'why FILE --all --format json',
  'dump FILE symbols',
  'dump FILE mcount --format json',
])('%s', async (line) => {
  const file = tempFile(dwarf());
  const before = process.cpuUsage();
  const { code, out } = await cli(line.split(' ').map((word) => (word === 'FILE' ? file : word)));
  const { user, system } = process.cpuUsage(before);
  expect([0, 1]).toContain(code);
  expect(out.length).toBeLessThan(mostText);
  expect((user + system) / 1000).toBeLessThan(mostTime);
});

test('every function has its row, and no more of its name than is of use', async () => {
  const { out } = await cli(['replay', tempFile(dwarf()), '--format', 'tsv']);
  const rows = out.trimEnd().split('\n');
  expect(rows).toHaveLength(count);
  expect(rows[0]).toMatch(
    /^(\xc3\xa9){2048}\.\.\. \(16773120 more bytes\)\t(\xc3\xa9){2048}\.\.\. \(16773120 more bytes\)\t[a-z-]+$/,
  );
});
