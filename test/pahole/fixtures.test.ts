/**
 * Each fixture beside what the real pahole 1.20 did to it: the records by unit, in order; how the run ended; the FUNC
 * records left in the file.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeJob } from '../../src/cli/replay-job.ts';
import { entryName } from '../../src/dwarf/function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { mergeRecords } from '../../src/pahole/dedup.ts';
import type { FateKind } from '../../src/pahole/fate.ts';
import { findDwarf } from '../../src/pahole/open-dwarf.ts';
import { fixture, golden, replayOf } from './collect.ts';

const names = readdirSync(fixture('')).filter((name) => !name.endsWith('.debug'));

const endings: Readonly<Record<FateKind, string>> = {
  completed: 'exit 0',
  'units-lost': 'exit 0',
  'would-exit': 'exit 1',
  'would-crash': 'signal',
};

async function jobOf(name: string) {
  const kernel = Vmlinux.open(fixture(name));
  const dwarf = findDwarf(kernel);
  if (dwarf.state !== 'ready') throw new Error(dwarf.reason);
  return makeJob(kernel, dwarf.value, new TypeDies(dwarf.value.sections), 'raw', '1.20');
}

describe.each(names)('%s', (name) => {
  const real = golden(name);

  it('has the records of pahole, by unit and in its order', async () => {
    const { out, code } = await replayOf(fixture(name), { format: 'tsv', verdict: 'encoded' });
    const lines = out.split('\n').filter((line) => line !== '');
    expect(lines.map((line) => line.replace(/\tencoded$/, ''))).toHaveLength(real.encoded.length);
    lines.forEach((line, row) => {
      const [cu, func] = line.split('\t');
      // pahole names a unit when it is done with it.
      const expected = real.encoded[row]?.replace(/^\?(?=\t)/, cu ?? '');
      expect(`${cu}\t${func}`).toBe(expected);
    });
    expect(code).toBe(lines.length === 0 ? 1 : 0);
  });

  it('ends as pahole ends', async () => {
    const { replay } = await jobOf(name);
    expect(endings[replay.fate.kind]).toBe(real.ended.replace(/^SIG.*/, 'signal'));
  });

  it('keeps as many functions as pahole says', async () => {
    const { replay } = await jobOf(name);
    const found = real.said.find((line) => line.startsWith('Found'));
    if (found !== undefined) expect(`Found ${replay.table.functions_cnt} functions!`).toBe(found);
    if (real.said.some((line) => line.startsWith('ftrace symbols not'))) expect(replay.table.addrs).toBeUndefined();
  });

  it('leaves the FUNC records that dedup leaves', async () => {
    const job = await jobOf(name);
    if (real.ended !== 'exit 0') return;
    const merged = mergeRecords(job.replay, job.types);
    expect(Array.from(merged.entries, (entry) => entryName(job.replay.entries, entry))).toEqual(real.btf);
  });
});
