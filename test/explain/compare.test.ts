/** What differs between two kernels, on kernels that say so byte for byte. */
import { describe, expect, it } from 'vitest';
import { compareKernels, comparing, pairRecords } from '../../src/explain/compare.ts';
import { absenceOf, functionSide } from '../../src/explain/compared-function.ts';
import { ComparedKernel } from '../../src/explain/compared-kernel.ts';
import { nearestNames } from '../../src/explain/nearest-names.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { openKernel, SmallKernel } from '../kernel/small-kernel.ts';

type Parameters = readonly (readonly [name: string, type: 'int' | 'long'])[];

/** A kernel with these FUNC records, whose region holds `slots`. */
function kernelOf(
  records: readonly (readonly [name: string, parameters: Parameters])[],
  change: (kernel: SmallKernel) => void = () => {},
): ComparedKernel {
  const btf = new BtfWriter();
  const types = { int: btf.int('int', 4, 1), long: btf.int('long', 8, 1) };
  for (const [name, parameters] of records) {
    const proto = btf.proto(
      types.int,
      parameters.map(([parameter, type]) => [parameter, types[type]]),
    );
    btf.func(name, proto);
  }
  const small = new SmallKernel({ raw: [0n, 0n] });
  small.writer.section('.BTF', { bytes: btf.build() });
  change(small);
  return new ComparedKernel(openKernel(small.writer.build()));
}

const changesOf = (before: ComparedKernel, after: ComparedKernel): Record<string, string> =>
  Object.fromEntries(compareKernels(before, after).names.map(({ name, change }) => [name, change]));

describe('the records of two kernels', () => {
  it('tells gained, lost, changed, renamed and same apart', () => {
    const before = kernelOf([
      ['lost', []],
      ['changed', [['a', 'int']]],
      ['longer', [['a', 'int']]],
      ['renamed', [['a', 'int']]],
      ['same', [['a', 'int']]],
    ]);
    const after = kernelOf([
      ['same', [['a', 'int']]],
      ['renamed', [['b', 'int']]],
      ['changed', [['a', 'long']]],
      [
        'longer',
        [
          ['a', 'int'],
          ['b', 'int'],
        ],
      ],
      ['gained', []],
    ]);
    expect(changesOf(before, after)).toEqual({
      gained: 'gained',
      lost: 'lost',
      changed: 'changed',
      longer: 'changed',
      renamed: 'renamed',
      same: 'same',
    });
    const { totals, names } = compareKernels(before, after);
    expect(totals).toEqual({ gained: 1, lost: 1, changed: 2, renamed: 1, repeated: 0, same: 1 });
    expect(names.map(({ name }) => name)).toEqual(['changed', 'gained', 'longer', 'lost', 'renamed', 'same']);
  });

  it('takes the records of a name as a multiset, in whatever order', () => {
    const one: Parameters = [['a', 'int']];
    const other: Parameters = [['a', 'long']];
    const named: Parameters = [['b', 'int']];
    const both = kernelOf([
      ['f', one],
      ['f', other],
    ]);
    const turned = kernelOf([
      ['f', other],
      ['f', one],
    ]);
    const thrice = kernelOf([
      ['f', other],
      ['f', one],
      ['f', one],
    ]);
    expect(changesOf(both, turned)).toEqual({ f: 'same' });
    expect(changesOf(both, thrice)).toEqual({ f: 'repeated' });
    expect(changesOf(both, kernelOf([['f', one]]))).toEqual({ f: 'changed' });
    expect(
      changesOf(
        both,
        kernelOf([
          ['f', named],
          ['f', other],
        ]),
      ),
    ).toEqual({ f: 'renamed' });
  });

  it('pairs equal prototypes first, then equal types, then what is left', () => {
    const before = kernelOf([
      ['f', [['a', 'int']]],
      ['f', [['a', 'long']]],
      ['f', []],
    ]);
    const after = kernelOf([
      ['f', [['b', 'long']]],
      ['f', []],
      [
        'f',
        [
          ['x', 'long'],
          ['y', 'long'],
        ],
      ],
      [
        'f',
        [
          ['z', 'int'],
          ['y', 'long'],
        ],
      ],
    ]);
    const comparison = compareKernels(before, after);
    const text = (kernel: ComparedKernel, id: number | undefined) => (id === undefined ? '' : kernel.prototype(id));
    expect(
      pairRecords(comparison, comparison.names[0]!).map((pair) => [text(before, pair.before), text(after, pair.after)]),
    ).toEqual([
      ['int f(void)', 'int f(void)'],
      ['int f(long a)', 'int f(long b)'],
      ['int f(int a)', 'int f(long x, long y)'],
      ['', 'int f(int z, long y)'],
    ]);
  });

  it('can be made in slices that end in the same', () => {
    const names = Array.from({ length: 5000 }, (_, i) => [`f${i}`, []] as const);
    const [before, after] = [kernelOf(names.slice(0, 4000)), kernelOf(names.slice(1000))];
    const work = comparing(before, after);
    let slices = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) slices++;
    expect(slices).toBeGreaterThan(3);
    expect(step.value.totals).toEqual({ gained: 1000, lost: 1000, changed: 0, renamed: 0, repeated: 0, same: 3000 });
  });

  it('takes a kernel without BTF as one without records', () => {
    const bare = new ComparedKernel(openKernel(new SmallKernel({ raw: [0n] }).writer.build()));
    expect(changesOf(kernelOf([['alpha', []]]), bare)).toEqual({ alpha: 'lost' });
    expect(absenceOf(bare, 'alpha')).toBe('no-btf');
  });
});

describe('why a kernel has no record, by its symbols', () => {
  it.each([
    ['alpha', 'static-untraceable'],
    ['known', 'global-untraceable'],
    ['gone', 'clone-only'],
    ['nowhere', 'no-symbol'],
  ])('%s: %s', (name, absence) => {
    const kernel = kernelOf([], (small) => {
      small.writer.symbol('known', {
        type: 'FUNC',
        bind: 'GLOBAL',
        section: '.text',
        value: small.base + 0x20n,
        size: 4,
      });
      small.writer.symbol('gone.isra.0', { type: 'FUNC', section: '.text', value: small.base + 0x24n, size: 4 });
    });
    expect(absenceOf(kernel, name)).toBe(absence);
  });

  it('sees whether the function has a slot, and what it holds in the file', () => {
    const small = new SmallKernel({ raw: [0n] });
    const writer = new SmallKernel({ raw: [small.address('beta'), 0n] }).writer;
    writer.section('.BTF', { bytes: new BtfWriter().build() });
    const traced = new ComparedKernel(openKernel(writer.build()));
    expect(absenceOf(traced, 'beta')).toBe('static-traceable');
    expect(functionSide(traced, 'beta', [], undefined)).toMatchObject({
      records: [],
      absence: 'static-traceable',
      symbols: [{ isStatic: true, slot: 0, slotRaw: small.address('beta') }],
    });
  });

  it('counts what tells why there are several records', () => {
    const twice = kernelOf([
      ['alpha', []],
      ['alpha', [['a', 'int']]],
    ]);
    expect(functionSide(twice, 'alpha', twice.recordsOf('alpha'), undefined).several).toEqual({
      records: 2,
      prototypes: 2,
      symbols: 1,
    });
  });
});

describe('the nearest names', () => {
  const names = ['tty_write', 'tty_read', 'pty_write', 'redirected_tty_write', 'vfs_write', 'tty_write_room'];
  it.each([
    ['tty_wirte', ['tty_write', 'pty_write']],
    ['tty_write', ['pty_write', 'tty_write_room', 'redirected_tty_write', 'vfs_write']],
    ['rediredted_tty_write', ['redirected_tty_write']],
    ['q', []],
    ['nothing_like_any', []],
  ])('of %s are %s', (word, near) => {
    expect(nearestNames(word, names)).toEqual(near);
  });
});
