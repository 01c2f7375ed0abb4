/**
 * Types as C on real kernels: every record of .BTF reads the same from DWARF, and the article's stand-in is found.
 *
 * scripts/fetch-kernels.sh NAME... fetches kernels to KINSPECT_CORPUS, by default ~/.cache/kinspect/corpus.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prototype } from '../../src/btf/print-c.ts';
import { entryPrototype } from '../../src/dwarf/print-c.ts';
import { readyValue } from '../../src/errors.ts';
import { closeEvidence, type Evidence, gatherEvidence } from '../../src/explain/evidence.ts';
import { findStandIns } from '../../src/explain/stand-ins.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { mergeRecords } from '../../src/pahole/dedup.ts';

const corpus = process.env.KINSPECT_CORPUS ?? join(homedir(), '.cache/kinspect/corpus');
const pathOf = (name: string): string => join(corpus, name, 'vmlinux');

async function withEvidence(name: string, check: (evidence: Evidence) => void): Promise<void> {
  const kernel = Vmlinux.open(pathOf(name));
  const evidence = await gatherEvidence(kernel);
  try {
    check(evidence);
  } finally {
    closeEvidence(evidence);
    kernel.close();
  }
}

describe.each(['arm64-5.10', 'amd64-5.10'])('%s', (name) => {
  it.skipIf(!existsSync(pathOf(name)))('each of its records is the same text in DWARF and in BTF', async () => {
    await withEvidence(name, ({ kernel, dwarf }) => {
      const btf = readyValue(kernel.btf)!.btf;
      const { types, worlds } = readyValue(dwarf)!;
      const { entries } = mergeRecords(worlds.replay({ bytes: 'raw', version: '1.20' }), types);
      expect(entries.length).toBe(btf.funcs.length);
      const differences = Array.from(entries, (entry, row) => ({
        dwarf: entryPrototype(types, worlds.entries, entry),
        btf: prototype(btf, btf.funcs[row]!, { linkage: false }),
      })).filter((row) => row.dwarf !== row.btf);
      expect(differences).toEqual([]);
    });
  });
});

describe.each(['arm64-5.10', 'amd64-5.10', 'arm64-6.1', 'arm64-6.12'])('%s', (name) => {
  it.skipIf(!existsSync(pathOf(name)))('redirected_tty_write stands in for tty_write', async () => {
    await withEvidence(name, (evidence) => {
      const found = readyValue(findStandIns(evidence, 'tty_write'));
      expect(found?.standIns[0]).toMatchObject({
        name: 'redirected_tty_write',
        unit: 'drivers/tty/tty_io.c',
        sameUnit: true,
        traceable: true,
        tables: [
          {
            kind: 'same-slot',
            wanted: expect.stringMatching(/^tty_fops\+0x(28|30)$/),
            standIn: expect.stringMatching(/^console_fops\+0x(28|30)$/),
          },
        ],
      });
    });
  });
});
