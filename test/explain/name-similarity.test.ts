import { expect, test } from 'vitest';
import { nameSimilarity } from '../../src/explain/name-similarity.ts';

test.each([
  ['tty_write', 'tty_write', 1],
  ['tty_write', 'redirected_tty_write', 0.8],
  ['tty_write', 'tty_read', 0.5],
  ['vfs_read', 'vfs_readv', 0.75],
  ['tty_write', 'schedule', 0],
  ['a_b_a', 'a_a', 0.8],
  ['__free_pages', 'free_pages', 1],
  ['', '', 0],
])('%s and %s have %d in common', (a, b, expected) => {
  expect(nameSimilarity(a, b)).toBeCloseTo(expected, 5);
  expect(nameSimilarity(b, a)).toBeCloseTo(expected, 5);
});
