/**
 * The table of known variants beside the .BTF of real kernels: each prototype is the one that the table has for the
 * release.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prototype } from '../../src/btf/print-c.ts';
import { readyValue } from '../../src/errors.ts';
import { type KnownVariant, knownFunctions, knownVariantsOf } from '../../src/explain/known-variants.ts';
import { variantOf } from '../../src/explain/signature.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';

const corpus = process.env.KINSPECT_CORPUS ?? join(homedir(), '.cache/kinspect/corpus');
const pathOf = (name: string): string => join(corpus, name, 'vmlinux');

type Release = readonly [major: number, minor: number, patch: number];
const release = (text: string): Release => {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return [major, minor, patch];
};

/** The position of the last variant that a release has: of its mainline, or of its own stable series. */
function variantOfRelease(known: readonly KnownVariant[], [major, minor, patch]: Release): number {
  return known.findLastIndex(({ since, stable }) => {
    if (since === undefined) return true;
    const [sinceMajor, sinceMinor] = release(since);
    if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) return true;
    return stable.some((text) => {
      const from = release(text);
      return from[0] === major && from[1] === minor && patch >= from[2];
    });
  });
}

describe.each([
  ['arm64-5.10', '5.10.223', 15],
  ['amd64-5.10', '5.10.223', 23],
  ['arm64-6.1', '6.1.176', 23],
  ['arm64-6.12', '6.12.117', 23],
])('%s', (name, version, least) => {
  it.skipIf(!existsSync(pathOf(name)))('has the prototypes that the table gives its release', () => {
    const kernel = Vmlinux.open(pathOf(name));
    try {
      const btf = readyValue(kernel.btf)!.btf;
      const found: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const func of knownFunctions) {
        const [id] = btf.funcByName(func);
        if (id === undefined) continue;
        const text = prototype(btf, id, { linkage: false, parameterNames: false });
        const variant = variantOf(func, text);
        found[func] = variant.kind === 'known' ? variant.index : text;
        expected[func] = variantOfRelease(knownVariantsOf(func)!, release(version));
      }
      expect(found).toEqual(expected);
      expect(Object.keys(found).length).toBeGreaterThanOrEqual(least);
    } finally {
      kernel.close();
    }
  });
});
