/** Each verdict, each way that a run ends, and what the versions make of the same kernel. */
import { describe, expect, it } from 'vitest';
import { entryName } from '../../src/dwarf/function-entries.ts';
import { type EncoderVersion, encoderVersion, encoderVersions } from '../../src/pahole/encoders.ts';
import { type Replay, replay } from '../../src/pahole/machine.ts';
import type { RegionBytes } from '../../src/pahole/mcount-addrs.ts';
import { verdictByte, verdictFacts, verdictOfByte, verdicts } from '../../src/pahole/verdict.ts';
import { entriesOf, type FunctionSpec, type KernelSpec, kernelOf, type UnitSpec } from './columns.ts';

interface Run {
  readonly version?: EncoderVersion;
  readonly bytes?: RegionBytes;
  readonly typeProblems?: ReadonlyMap<number, string>;
}

const noFunctions: KernelSpec = { symbols: [] };
const listed = (...names: readonly string[]): KernelSpec => ({
  symbols: names.map((name, row) => ({ name, value: 0x1000 + row * 0x10 })),
  slots: names.map((_, row) => 0x1000 + row * 0x10),
});

function run(units: readonly UnitSpec[], kernel: KernelSpec, options: Run = {}): Replay {
  return replay({ ...kernelOf(kernel), entries: entriesOf(units), ...options });
}

function verdictsOf(functions: readonly FunctionSpec[], kernel: KernelSpec, options: Run = {}): (string | undefined)[] {
  const result = run([{ name: 'a.c', functions }], kernel, options);
  return functions.map((_, entry) => result.verdict(entry));
}

describe('without a list', () => {
  it('encodes what is external', () => {
    const functions = [{ name: 'f', external: true }, { name: 'g' }];
    expect(verdictsOf(functions, noFunctions)).toEqual(['encoded', 'not-external']);
  });

  it('encodes an external function each time', () => {
    const twice = { name: 'f', external: true };
    expect(verdictsOf([twice, twice], noFunctions)).toEqual(['encoded', 'encoded']);
  });

  it('asks for a declaration first, then for names of parameters, then for external', () => {
    const functions = [
      { name: 'f', declaration: true, external: true, params: [undefined] },
      { name: 'g', external: true, params: ['x', undefined] },
      { name: 'h', params: ['x'] },
    ];
    expect(verdictsOf(functions, noFunctions)).toEqual(['declaration', 'unnamed-parameter', 'not-external']);
  });

  it('passes over a function without a name that is not external', () => {
    expect(verdictsOf([{}, { name: 'f', external: true }], noFunctions)).toEqual(['not-external', 'encoded']);
  });

  it('ends the run at an external function without a name', () => {
    const functions = [{ name: 'f', external: true }, { external: true }, { name: 'g', external: true }];
    const result = run(
      [
        { name: 'a.c', functions },
        { name: 'b.c', functions },
      ],
      noFunctions,
    );
    expect(result.fate).toMatchObject({ kind: 'would-exit', unit: 0, entry: 1, at: { line: 756 } });
    expect(result.verdict(0)).toBe('encoded');
    expect(result.verdict(1)).toBe('unnamed-function');
    expect(result.line(1)).toBe(756);
    expect(result.verdict(2)).toBeUndefined();
    expect(result.line(2)).toBeUndefined();
    expect(result.verdict(3)).toBeUndefined();
    expect(result.records).toBe(1);
  });
});

describe('with a list', () => {
  it('encodes each listed name once, external or not', () => {
    const functions = [{ name: 'f' }, { name: 'f', external: true }, { name: 'g' }];
    expect(verdictsOf(functions, listed('f'))).toEqual(['encoded', 'already-generated', 'not-in-list']);
  });

  it('remembers a name from unit to unit', () => {
    const units = [
      { name: 'a.c', functions: [{ name: 'f' }] },
      { name: 'b.c', functions: [{ name: 'f' }] },
    ];
    const result = run(units, listed('f'));
    expect([result.verdict(0), result.verdict(1)]).toEqual(['encoded', 'already-generated']);
  });

  it('does not take a name by an entry that it skips', () => {
    const functions = [{ name: 'f', declaration: true }, { name: 'f', params: [undefined] }, { name: 'f' }];
    expect(verdictsOf(functions, listed('f'))).toEqual(['declaration', 'unnamed-parameter', 'encoded']);
  });

  it('skips a function without a name', () => {
    expect(verdictsOf([{ external: true }, { name: 'f' }], listed('f'))).toEqual(['unnamed-function', 'encoded']);
  });

  it('crashes in 1.19 on a function without a name', () => {
    const result = run([{ name: 'a.c', functions: [{}, { name: 'f' }] }], listed('f'), { version: '1.19' });
    expect(result.fate).toMatchObject({ kind: 'would-crash', entry: 0, at: { function: 'find_function' } });
    expect(result.verdict(1)).toBeUndefined();
  });

  it('keeps names apart that differ in a byte', () => {
    expect(verdictsOf([{ name: 'f\xe9' }, { name: 'f\xe8' }], listed('f\xe9'))).toEqual(['encoded', 'not-in-list']);
  });
});

describe('the list', () => {
  const cnt = (kernel: KernelSpec, options: Run = {}) => run([{ name: 'a.c' }], kernel, options).table.functions_cnt;
  const symbols = [
    { name: 'f', value: 0x1000 },
    { name: 'g', value: 0x1010 },
  ];

  it('is empty where all slots are zero, and whole where they are relocated', () => {
    const kernel = { symbols, slots: [0, 0], relocated: [0x1000, 0x1010] };
    expect(cnt(kernel)).toBe(0);
    expect(cnt(kernel, { bytes: 'relocated' })).toBe(2);
  });

  it('holds a function of value 0 where slots are zero, but not in 1.19', () => {
    const kernel = { symbols: [...symbols, { name: 'zero', value: 0, section: 'UNDEF' as const }], slots: [0, 0] };
    expect(cnt(kernel)).toBe(1);
    expect(cnt(kernel, { version: '1.19' })).toBe(0);
  });

  it('takes functions only, absolute ones not', () => {
    const others = [
      { name: 'object', value: 0x1020, type: 'OBJECT' as const },
      { name: 'indirect', value: 0x1030, type: 'IFUNC' as const },
      { name: 'absolute', value: 0x1040, section: 'ABS' as const },
    ];
    const slots = [0x1000, 0x1010, 0x1020, 0x1030, 0x1040];
    expect(cnt({ symbols: [...symbols, ...others], slots })).toBe(2);
    expect(cnt({ symbols: [...symbols, ...others], slots }, { version: '1.19' })).toBe(3);
  });

  it('is of all functions in 1.22', () => {
    expect(cnt({ symbols, slots: [0, 0] }, { version: '1.22' })).toBe(2);
  });

  it('matches a slot inside the function in 1.21 only', () => {
    const kernel = { symbols, slots: [0x1004, 0x1020] };
    expect(encoderVersions.map((version) => cnt(kernel, { version }))).toEqual([0, 0, 1, 2]);
  });

  it('does not match a range of no bytes', () => {
    expect(cnt({ symbols: [{ name: 'f', value: 0x1000, size: 0 }], slots: [0x1000] }, { version: '1.21' })).toBe(0);
    expect(cnt({ symbols: [{ name: 'f', value: 0x1000, size: 0 }], slots: [0x1000] })).toBe(1);
  });

  it('has 4-byte slots in a 32-bit file, which 1.19 reads two at a time', () => {
    const kernel = { class: 32 as const, symbols, slots: [0x1000, 0x1010] };
    expect(cnt(kernel)).toBe(2);
    expect(cnt(kernel, { version: '1.19' })).toBe(0);
  });

  it('reads a big-endian region as a little-endian machine does', () => {
    expect(cnt({ bigEndian: true, symbols, slots: [0x1000, 0x1010] })).toBe(0);
  });

  it('is dropped without __stop_mcount_loc, which is not the same as empty', () => {
    const result = run([{ name: 'a.c' }], { symbols, slots: [0x1000], withoutStop: true });
    expect(result.table.addrs).toBeUndefined();
    expect(result.table.functions_cnt).toBe(0);
  });
});

describe('the run', () => {
  const one = [{ name: 'f', external: true }];

  it('crashes without .symtab, before 1.22', () => {
    const kernel = { symbols: [], withoutSymtab: true };
    const fates = encoderVersions.map(
      (version) => run([{ name: 'a.c', functions: one }], kernel, { version }).fate.kind,
    );
    expect(fates).toEqual(['would-crash', 'would-crash', 'would-crash', 'completed']);
  });

  it.each(['unsupported-root', 'imports-unit'] as const)('loses the units from one of state %s on', (state) => {
    const units = [
      { name: 'a.c', functions: one },
      { name: 'b.c', state, functions: one },
      { name: 'c.c', functions: one },
    ];
    const result = run(units, noFunctions);
    expect(result.fate).toMatchObject({ kind: 'units-lost', unit: 1 });
    expect([0, 1, 2].map((entry) => result.verdict(entry))).toEqual(['encoded', undefined, undefined]);
    expect(result.unitsEntered).toBe(1);
  });

  it('crashes when the first unit is such a one', () => {
    expect(run([{ name: 'a.c', state: 'imports-unit' }], noFunctions).fate.kind).toBe('would-crash');
  });

  it('takes a partial unit as empty, also as the first', () => {
    const units = [
      { name: 'partial', state: 'partial' as const },
      { name: 'a.c', functions: one },
      { name: 'root', state: 'unsupported-root' as const },
    ];
    expect(run(units, noFunctions).fate.kind).toBe('units-lost');
  });

  it('goes on after a damaged unit', () => {
    const units = [
      { name: 'a.c', functions: one },
      { name: 'b.c', state: 'damaged' as const },
      { name: 'c.c', functions: one },
    ];
    const result = run(units, noFunctions);
    expect(result.fate.kind).toBe('completed');
    expect(result.records).toBe(2);
  });

  it('crashes when no unit can be taken', () => {
    expect(run([{ name: 'a.c', state: 'damaged' }], noFunctions).fate).toMatchObject({ kind: 'would-crash' });
  });

  it('exits at a unit whose types cannot be encoded, before its functions', () => {
    const units = [
      { name: 'a.c', functions: one },
      { name: 'b.c', functions: one },
    ];
    const result = run(units, noFunctions, { typeProblems: new Map([[1, 'no BTF for it']]) });
    expect(result.fate).toMatchObject({ kind: 'would-exit', unit: 1, why: 'no BTF for it' });
    expect(result.verdict(1)).toBeUndefined();
    expect(result.records).toBe(1);
  });

  it('completes without any unit', () => {
    expect(run([], noFunctions).records).toBe(0);
  });
});

describe('the tables', () => {
  it('has a byte for each verdict, 0 apart', () => {
    expect(verdicts.map((verdict) => verdictByte[verdict])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const verdict of verdicts) expect(verdictOfByte(verdictByte[verdict])).toBe(verdict);
    expect(verdictOfByte(0)).toBeUndefined();
    for (const { reason } of Object.values(verdictFacts)) expect(reason).toMatch(/^[a-z].*[^.]$/);
  });

  it('knows versions as users write them', () => {
    expect(encoderVersion('1.20')).toBe('1.20');
    expect(encoderVersion('v1.22')).toBe('1.22');
    expect(encoderVersion('1.25')).toBeUndefined();
  });

  it('counts every entry once', () => {
    const functions = [{ name: 'f' }, { name: 'g' }, {}, { name: 'f' }, { name: 'f', declaration: true }];
    const result = run([{ name: 'a.c', functions }], listed('f'));
    expect(verdicts.reduce((sum, verdict) => sum + result.count(verdict), 0)).toBe(functions.length);
    expect(Array.from(result.encodedEntries, (entry) => entryName(result.entries, entry))).toEqual(['f']);
  });
});
