import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Needs bash and a SHA-256 tool, no compiler: sources, images and the reference tools' output belong together. */
test('the committed fixtures are those that SHA256SUMS lists', () => {
  const script = fileURLToPath(new URL('../fixtures/build.sh', import.meta.url));
  const said = execFileSync('bash', [script, '--check'], { encoding: 'utf8' });
  expect(said).toMatch(/^fixtures: \d+ files match\n$/);
});
