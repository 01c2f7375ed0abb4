import { expect, test } from 'vitest';
import { changedTogether, knownFunctions, knownVariantsOf } from '../../src/explain/known-variants.ts';
import { variantOf } from '../../src/explain/signature.ts';

/** "5.12" before "5.16" before "6.3" before "6.10" */
const order = (release: string): number => {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major * 1000 + minor;
};

test.each(knownFunctions)('%s: from the oldest to the newest, each another and all of this name', (name) => {
  const variants = knownVariantsOf(name)!;
  expect(variants.length).toBeGreaterThan(1);
  expect(new Set(variants.map(({ prototype }) => prototype)).size).toBe(variants.length);
  expect(variants[0]).toMatchObject({ since: undefined, commit: undefined, stable: [] });
  const releases = variants.slice(1).map(({ since }) => order(since!));
  expect(releases).toEqual([...releases].sort((a, b) => a - b));
  for (const { prototype, commit } of variants) {
    expect(prototype).toMatch(new RegExp(`^[\\w *]+[ *]${name}\\([^()]+\\)$`));
    // Without names of parameters: each ends in a type.
    for (const type of prototype.slice(prototype.indexOf('(') + 1, -1).split(', ')) {
      expect(type).toMatch(/( \*+|^\w+_t|^bool|^int|^unsigned int)$/);
    }
    if (commit !== undefined) expect(commit.id).toMatch(/^[\da-f]{12}$/);
  }
});

test('a prototype is told by its types; tags that only clang writes do not count', () => {
  expect(variantOf('tty_write', 'ssize_t tty_write(struct kiocb *, struct iov_iter *)')).toMatchObject({ index: 1 });
  const tagged = 'ssize_t tty_write(struct file *, const char __user *, size_t, loff_t *)';
  expect(variantOf('tty_write', tagged)).toMatchObject({ kind: 'known', index: 0 });
  expect(variantOf('tty_write', 'int tty_write(void)')).toMatchObject({ kind: 'unknown' });
  expect(variantOf('do_idle', 'void do_idle(void)')).toEqual({ kind: 'not-listed' });
  expect(variantOf('constructor', 'void constructor(void)')).toEqual({ kind: 'not-listed' });
});

test('functions that the same commits changed tell of each other', () => {
  expect(changedTogether('tty_write')).toEqual(['redirected_tty_write']);
  expect(changedTogether('vfs_create')).toContain('vfs_unlink');
  // One more commit changed vfs_mkdir.
  expect(changedTogether('vfs_create')).not.toContain('vfs_mkdir');
  expect(changedTogether('bprm_execve')).toEqual([]);
  expect(changedTogether('do_idle')).toEqual([]);
});
