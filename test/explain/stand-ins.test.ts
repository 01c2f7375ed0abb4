import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { closeEvidence, type Evidence, gatherEvidence } from '../../src/explain/evidence.ts';
import { findStandIns, type StandInOptions, type StandIns } from '../../src/explain/stand-ins.ts';
import { Linker } from '../../src/kernel/links.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { SmallKernel } from '../kernel/small-kernel.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const opened = new Map<string, Promise<Evidence>>();

/** The evidence of a fixture, read once. */
function evidenceOf(name: string): Promise<Evidence> {
  let evidence = opened.get(name);
  if (evidence === undefined) {
    evidence = gatherEvidence(Vmlinux.open(fixtures + name));
    opened.set(name, evidence);
  }
  return evidence;
}

afterAll(async () => {
  for (const one of opened.values()) {
    const evidence = await one;
    closeEvidence(evidence);
    evidence.kernel.close();
  }
});

async function standIns(file: string, name: string, options?: StandInOptions): Promise<StandIns> {
  const found = findStandIns(await evidenceOf(file), name, options);
  if (found.state !== 'ready') throw new Error(found.reason);
  return found.value;
}

const sample = 'sample/vmlinux-aarch64';
const amd64 = 'elf/x86_64-emit-relocs';

describe('tty_write', () => {
  test('has redirected_tty_write, which the article attaches to, with all that speaks for it', async () => {
    const { wanted, sameTypes, common, standIns: found } = await standIns(sample, 'tty_write');
    expect(wanted).toMatchObject({
      prototype: 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)',
      returns: 'ssize_t',
      parameters: ['struct kiocb *', 'struct iov_iter *'],
      from: { kind: 'dwarf', unit: 'drivers/tty/tty_io.c' },
    });
    expect({ sameTypes, common }).toEqual({ sameTypes: 1, common: false });
    expect(found).toEqual([
      {
        id: 313,
        name: 'redirected_tty_write',
        prototype: 'ssize_t redirected_tty_write(struct kiocb *iocb, struct iov_iter *iter)',
        symbol: expect.any(Number),
        address: expect.any(BigInt),
        traceable: true,
        unit: 'drivers/tty/tty_io.c',
        sameUnit: true,
        similarity: 0.8,
        tables: [{ kind: 'same-slot', wanted: 'tty_fops+0x20', standIn: 'console_fops+0x20' }],
      },
    ]);
  });

  /** Relocations with addends, words in the file, RELR over words, big-endian words. */
  test.each([sample, amd64, 'elf/aarch64-relr', 'elf/s390x'])('is found in the tables of %s', async (file) => {
    const { standIns: found } = await standIns(file, 'tty_write');
    expect(found[0]).toMatchObject({
      name: 'redirected_tty_write',
      tables: [{ kind: 'same-slot', wanted: 'tty_fops+0x20', standIn: 'console_fops+0x20' }],
    });
  });

  test('a function of the same table at another place comes behind it', async () => {
    const { standIns: found } = await standIns(amd64, 'tty_write');
    const names = found.map(({ name }) => name);
    expect(names.indexOf('redirected_tty_write')).toBe(0);
    expect(found.find(({ name }) => name === 'tty_read')?.tables[0]).toEqual({
      kind: 'same-table',
      wanted: 'tty_fops+0x20',
      standIn: 'tty_fops+0x18',
    });
  });
});

test('a function never stands in for itself, nor does one that has no symbol', async () => {
  const { kernel } = await evidenceOf(amd64);
  const symbols = readyValue(kernel.symbols)!;
  const { btf } = readyValue(kernel.btf)!;
  for (const id of btf.funcs) {
    const name = btf.nameOf(id);
    const found = findStandIns(await evidenceOf(amd64), name);
    if (found.state !== 'ready') continue;
    for (const row of found.value.standIns) {
      expect(row.name).not.toBe(name);
      expect(symbols.table.name(row.symbol)).toBe(row.name);
      expect(btf.nameOf(row.id)).toBe(row.name);
    }
  }
});

test('without parameters the types say little, which is said, and only relatives are listed', async () => {
  const { common, sameTypes, standIns: found } = await standIns(sample, 'do_idle');
  expect(common).toBe(true);
  expect(sameTypes).toBeGreaterThan(5);
  expect(found.length).toBeLessThanOrEqual(3);
  for (const row of found) expect(row.sameUnit || row.similarity >= 0.5 || row.tables.length > 0).toBe(true);
});

/** A kernel of four functions; alpha has no record, beta no slot. */
function smallKernel(records: readonly string[]): Evidence {
  const small = new SmallKernel({
    raw: [0xffff800010000000n, 0xffff800010000080n, 0xffff8000100000c0n],
  });
  const btf = new BtfWriter();
  const int = btf.int('int', 4, 1);
  for (const name of records) btf.func(name, btf.proto(int, [['n', int]]));
  small.writer.section('.BTF', { bytes: btf.build() });
  const kernel = small.open();
  const dwarf = { state: 'absent', reason: 'the file has no .debug_info' } as const;
  return { kernel, linker: new Linker(kernel), dwarf, running: undefined };
}

test('what ftrace cannot attach to comes last, and what has no symbol not at all', () => {
  const like = smallKernel(['alpha']).kernel;
  const found = findStandIns(smallKernel(['beta', 'inlined', 'gamma', 'delta']), 'alpha', { like });
  expect(readyValue(found)?.sameTypes).toBe(4);
  expect(readyValue(found)?.standIns.map(({ name, traceable }) => [name, traceable])).toEqual([
    ['gamma', true],
    ['delta', true],
    ['beta', false],
  ]);
});

test('no more are listed than were asked for', () => {
  const like = smallKernel(['alpha']).kernel;
  const evidence = smallKernel(['beta', 'gamma', 'delta']);
  expect(readyValue(findStandIns(evidence, 'alpha', { like, limit: 2 }))?.standIns.length).toBe(2);
});

describe('without DWARF', () => {
  test('the types are those of the record that another kernel has', async () => {
    const like = (await evidenceOf(amd64)).kernel;
    const evidence: Evidence = {
      ...(await evidenceOf(sample)),
      dwarf: { state: 'absent', reason: 'the file has no .debug_info' },
    };
    const found = findStandIns(evidence, 'tty_write', { like });
    expect(found).toMatchObject({
      state: 'ready',
      value: {
        wanted: {
          prototype: 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)',
          from: { kind: 'like', path: like.path },
        },
        standIns: [{ name: 'redirected_tty_write', unit: undefined, sameUnit: false, tables: [{ kind: 'same-slot' }] }],
      },
    });
  });

  test('and without such a kernel, or such a record, the reason is given', async () => {
    const evidence: Evidence = {
      ...(await evidenceOf(sample)),
      dwarf: { state: 'absent', reason: 'the file has no .debug_info' },
    };
    expect(findStandIns(evidence, 'tty_write')).toEqual({
      state: 'absent',
      reason: 'the file has no .debug_info; --like FILE names a kernel that has a record of it',
    });
    const like = (await evidenceOf(amd64)).kernel;
    expect(findStandIns(evidence, 'no_such_function', { like })).toEqual({
      state: 'absent',
      reason: `${like.path} has no record of no_such_function either`,
    });
  });
});

test('a name that DWARF does not have, and a kernel without BTF, are sentences', async () => {
  expect(findStandIns(await evidenceOf(sample), 'tty_wriet')).toEqual({
    state: 'absent',
    reason: 'DWARF describes no function tty_wriet; --like FILE names a kernel that has a record of it',
  });
  expect(findStandIns(await evidenceOf('elf/aarch64-asm-unit'), 'tty_write')).toMatchObject({
    state: 'absent',
    reason: expect.stringContaining('no .BTF section'),
  });
});
