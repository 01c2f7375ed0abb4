/** Types as text, from what a compiler writes. */
import { describe, expect, it } from 'vitest';
import { makeJob, type ReplayJob } from '../../src/cli/replay-job.ts';
import { entryName, unitOfEntry } from '../../src/dwarf/function-entries.ts';
import { TypeDies } from '../../src/dwarf/type-dies.ts';
import { leadsTo, typeSignature } from '../../src/dwarf/type-signature.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { findDwarf } from '../../src/pahole/open-dwarf.ts';
import { fixture } from './collect.ts';

async function jobOf(name: string): Promise<ReplayJob> {
  const kernel = Vmlinux.open(fixture(name));
  const dwarf = findDwarf(kernel);
  if (dwarf.state !== 'ready') throw new Error(dwarf.reason);
  return makeJob(kernel, dwarf.value, new TypeDies(dwarf.value.sections), 'raw', '1.20');
}

/** Return type and parameters of the first encoded entry of a name in a unit. */
function prototypeOf({ replay, types }: ReplayJob, name: string, unit: number) {
  const { entries } = replay;
  const entry = replay.encodedEntries.find(
    (row) => entryName(entries, row) === name && unitOfEntry(entries, row) === unit,
  );
  if (entry === undefined) throw new Error(`no ${name} in unit ${unit}`);
  const from = entries.firstParam[entry] as number;
  const refs = [entries.type[entry] as number, ...entries.paramType.subarray(from, entries.firstParam[entry + 1])];
  return refs.map((ref) => typeSignature(types.unit(entries.units.offset[unit] as number), ref));
}

describe.each(['compiled-aarch64', 'compiled-aarch64-dwarf5'])('%s', (name) => {
  it('goes down to the first named structure or base type', async () => {
    const job = await jobOf(name);
    const texts = (func: string, unit = 0) => prototypeOf(job, func, unit).map(({ text }) => text);
    expect(texts('weak_one')).toEqual(['base int:4:5', '* struct whole:24', 'base int:4:5']);
    expect(texts('variadic')).toEqual(['base int:4:5', '* const base char:1:8']);
    expect(texts('fortified')).toEqual([
      'typedef amount_t = base long unsigned int:8:7',
      '* void',
      '* const void',
      'typedef amount_t = base long unsigned int:8:7',
    ]);
  });

  it('says what is only declared', async () => {
    const job = await jobOf(name);
    expect(prototypeOf(job, 'weak_same', 0)[1]).toEqual({ text: '* struct opaque', forwards: ['struct opaque'] });
    expect(prototypeOf(job, 'weak_same', 1)[1]).toEqual({ text: '* struct opaque:4', forwards: [] });
  });

  it('finds the structures that lead to another', async () => {
    const { replay, types } = await jobOf(name);
    const holders = (unit: number, to: string) => [
      ...leadsTo(types.unit(replay.entries.units.offset[unit] as number), to),
    ];
    expect(holders(0, 'struct opaque')).toEqual(['struct whole']);
    expect(holders(1, 'struct opaque')).toEqual(['struct whole']);
    expect(holders(0, 'struct whole')).toEqual(['struct whole']);
    expect(holders(0, 'struct nosuch')).toEqual([]);
  });

  it('is text also for what cannot be read', async () => {
    const { types } = await jobOf(name);
    expect(typeSignature(types.unit(0), 0).text).toBe('void');
    expect(typeSignature(types.unit(0), 1).text).toMatch(/^unreadable: /);
    expect(typeSignature(types.unit(0), 1 << 20).text).toMatch(/^unreadable: /);
  });
});
