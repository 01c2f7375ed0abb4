/** Two replays of one kernel, and the records beside those of a .BTF. */
import { describe, expect, it } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { entryName } from '../../src/dwarf/function-entries.ts';
import { compareWithBtf, entrySignature, funcSignature } from '../../src/pahole/compare-btf.ts';
import { mergeRecords } from '../../src/pahole/dedup.ts';
import { type Replay, replay } from '../../src/pahole/machine.ts';
import { compareReplays } from '../../src/pahole/what-if.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { entriesOf, type FunctionSpec, type KernelSpec, kernelOf } from './columns.ts';

const kernel: KernelSpec = {
  symbols: [
    { name: 'f', value: 0x1000 },
    { name: 'g', value: 0x1010 },
  ],
  slots: [0, 0],
  relocated: [0x1000, 0x1010],
};
const functions: FunctionSpec[] = [
  { name: 'f' },
  { name: 'g', external: true },
  { name: 'g', external: true },
  { name: 'only_external', external: true },
  { name: 'd', declaration: true },
];

function both(of: readonly FunctionSpec[] = functions) {
  const input = { ...kernelOf(kernel), entries: entriesOf([{ name: 'a.c', functions: of }]) };
  const raw = replay(input);
  const relocated = replay({ ...input, bytes: 'relocated', names: raw.names });
  return { raw, relocated };
}

describe('the region raw and relocated', () => {
  it('differs in names gained, lost and counted otherwise', () => {
    const { raw, relocated } = both();
    expect(compareReplays(raw, relocated)).toEqual({
      before: 3,
      after: 2,
      gained: ['f'],
      lost: ['only_external'],
      changed: [{ name: 'g', before: 2, after: 1 }],
      decidedOtherwise: 3,
    });
    expect(compareReplays(relocated, raw)).toMatchObject({ gained: ['only_external'], lost: ['f'] });
  });

  it('does not differ from itself', () => {
    const { raw } = both();
    expect(compareReplays(raw, raw)).toMatchObject({ gained: [], lost: [], changed: [], decidedOtherwise: 0 });
  });

  it('is of the same entries', () => {
    expect(() => compareReplays(both().raw, both().raw)).toThrow('not of the same entries');
  });
});

describe('dedup without types', () => {
  const namesAfter = (run: Replay) =>
    Array.from(mergeRecords(run, undefined).entries, (entry) => entryName(run.entries, entry));

  it('merges records of one name and the same parameter names, the first one staying', () => {
    const { raw } = both([
      { name: 'f', external: true, params: ['x'] },
      { name: 'g', external: true },
      { name: 'f', external: true, params: ['x'] },
      { name: 'f', external: true, params: ['y'] },
      { name: 'f', external: true, params: ['x'], vararg: true },
      { name: 'g', external: true },
    ]);
    expect(Array.from(mergeRecords(raw, undefined).entries)).toEqual([0, 1, 3, 4]);
    expect(namesAfter(raw)).toEqual(['f', 'g', 'f', 'f']);
    const repeated = mergeRecords(raw, undefined).repeated;
    expect([...repeated].map(([id, entries]) => [raw.names.text(id), entries])).toEqual([['f', [0, 3, 4]]]);
  });

  it('does not take two short names for one long one', () => {
    const { raw } = both([
      { name: 'f', external: true, params: ['a', 'b'] },
      { name: 'f', external: true, params: ['a b'] },
    ]);
    expect(mergeRecords(raw, undefined).entries).toHaveLength(2);
  });
});

describe('the records beside a .BTF', () => {
  const btfOf = (records: readonly (readonly [string, readonly string[], boolean?])[]): Btf => {
    const writer = new BtfWriter();
    const int = writer.int('int', 4, 1);
    for (const [name, params, variadic = false] of records) {
      const entries = params.map((param): [string, number] => [param, int]);
      writer.func(name, writer.proto(0, variadic ? [...entries, ['', 0]] : entries));
    }
    return Btf.parse(memorySource(writer.build()));
  };
  const of: FunctionSpec[] = [
    { name: 'f', external: true, params: ['x'] },
    { name: 'g', external: true, vararg: true },
  ];
  const compare = (btf: Btf) => {
    const { raw } = both(of);
    return { raw, btf, ...compareWithBtf(raw, raw.encodedEntries, btf) };
  };

  it('are equal in names, parameters and order', () => {
    expect(
      compare(
        btfOf([
          ['f', ['x']],
          ['g', [], true],
        ]),
      ),
    ).toMatchObject({ equal: true, predicted: 2, inBtf: 2 });
  });

  it('may stand in another order', () => {
    const result = compare(
      btfOf([
        ['g', [], true],
        ['f', ['x']],
      ]),
    );
    expect(result).toMatchObject({ equal: false, missing: [], unexpected: [], firstMoved: 0 });
  });

  it('may be others: each is named', () => {
    const { raw, btf, missing, unexpected, equal } = compare(
      btfOf([
        ['f', ['y']],
        ['g', [], true],
        ['g', [], true],
      ]),
    );
    expect(equal).toBe(false);
    expect(missing.map((entry) => entrySignature(raw, entry))).toEqual(['f(x)']);
    expect(unexpected.map((id) => funcSignature(btf, id))).toEqual(['f(y)', 'g(...)']);
  });
});
