/**
 * Files made to be expensive: much from little, by counts that the file can hold or by bytes that are used many times.
 * The limits here are for a busy machine; what they tell apart is seconds from minutes.
 */
import { expect, test } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { ElfWriter } from '../helpers/elf-writer.ts';
import { openKernel } from './small-kernel.ts';

const mostTime = 8000;
const sections = 1 << 18;

/** A file of as many sections as are read, each row written by `put`. */
function manySections(put: (row: DataView, index: number) => void): Uint8Array {
  const { bytes, shoff } = new ElfWriter({ extendedNumbering: true }).build();
  const large = new Uint8Array(shoff + 64 * sections);
  large.set(bytes.subarray(0, shoff + 128));
  new DataView(large.buffer).setBigUint64(shoff + 32, BigInt(sections), true);
  for (let i = 2; i < sections; i++) put(new DataView(large.buffer, shoff + 64 * i, 64), i);
  return large;
}

interface Row {
  readonly type: number;
  readonly flags?: bigint;
  readonly addr?: bigint;
  readonly size?: bigint;
  readonly entsize?: bigint;
}

function put(view: DataView, row: Row): void {
  view.setUint32(4, row.type, true);
  view.setBigUint64(8, row.flags ?? 0n, true);
  view.setBigUint64(16, row.addr ?? 0n, true);
  view.setBigUint64(32, row.size ?? 1000n, true);
  view.setBigUint64(56, row.entsize ?? 0n, true);
}

/** Ask for every part. */
function readParts(bytes: Uint8Array): void {
  const kernel = openKernel(bytes);
  readyValue(kernel.symbols)?.functionsByAddress;
  expect(kernel.relocations.count).toBeGreaterThanOrEqual(0);
  expect(kernel.mcount.state).not.toBe('ready');
  expect(kernel.btf.state).not.toBe('ready');
  kernel.elf.buildId();
  for (let i = 0; i < 1000; i++) kernel.elf.addressSpace.locate(BigInt(i * 999));
}

function timed(run: () => void): void {
  expect(cpuTime(run)).toBeLessThan(mostTime);
}

test.each<[string, (index: number) => Row]>([
  ['that overlap in memory', (index) => ({ type: 1, flags: 2n, addr: BigInt(index * 16) })],
  ['of relocations that cannot be read', () => ({ type: 4 })],
  ['of relocations that share the bytes of the file', () => ({ type: 4, flags: 2n, size: 2_400_000n, entsize: 24n })],
  ['of notes that share the bytes of the file', () => ({ type: 7 })],
  ['of symbols that share the bytes of the file', () => ({ type: 2, size: 2_400_000n, entsize: 24n })],
])('262,144 sections %s', (_, row) => {
  const bytes = manySections((view, index) => put(view, row(index)));
  timed(() => readParts(bytes));
});

test('one more relocation section after a thousand damaged ones is not looked at, and says so', () => {
  const writer = new ElfWriter();
  for (let i = 0; i < 1001; i++) writer.rela(`.rela.${i}`, [], { entsize: 1 });
  const { broken } = openKernel(writer.build()).relocations;
  expect(broken.length).toBe(1001);
  expect(broken[1000]?.reason).toBe('not looked at: 1000 relocation sections before it are damaged');
});

/** A region of 100,000 slots, and 50,000 functions of one byte in its reach. */
function largeRegion(
  slots: number,
  relocate: (writer: ElfWriter, place: (slot: number) => number) => void,
): Uint8Array {
  const writer = new ElfWriter();
  const words = Array.from({ length: slots }, (_, i) => 0x1040 + ((i * 7) % 400_000));
  writer.section('.text', { type: 'NOBITS', flags: 'AX', addr: 0x1000, size: 1 << 20 });
  writer.section('.init.data', { flags: 'A', addr: 0x1000_0000, bytes: writer.words(words) });
  for (let i = 0; i < 50_000; i++)
    writer.symbol('f', { type: 'FUNC', section: '.text', value: 0x1000 + i * 8, size: 1 });
  writer.symbol('__start_mcount_loc', { section: '.init.data', value: 0x1000_0000 });
  writer.symbol('__stop_mcount_loc', { section: '.init.data', value: 0x1000_0000 + slots * 8 });
  relocate(writer, (slot) => 0x1000_0000 + slot * 8);
  return writer.build().bytes;
}

test('100,000 slots that no function reaches are counted in time', () => {
  const bytes = largeRegion(100_000, () => undefined);
  timed(() => expect(readyValue(openKernel(bytes).mcount)?.counts.slots).toBe(100_000));
});

test('200,000 relocations of one slot leave one slot with a problem', () => {
  const bytes = largeRegion(4, (writer, place) => {
    const entry = { place: place(1), type: 1027, addend: 0x1000 };
    writer.rela(
      '.rela.dyn',
      Array.from({ length: 200_000 }, () => entry),
      { flags: 'A' },
    );
  });
  timed(() => {
    const region = readyValue(openKernel(bytes).mcount);
    expect(region?.counts.problems).toBe(1);
    expect(region?.slot(1).problem).toMatch(
      /^two relocations name this slot; the last one \(row 199999, at file offset 0x[0-9a-f]+\) counts$/,
    );
  });
});

test('bitmaps that come back to one slot again and again are walked through once', () => {
  const bytes = largeRegion(64, (writer, place) => {
    const words = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? place(0) : 2n ** 64n - 1n));
    writer.relr('.relr.dyn', words);
  });
  timed(() => {
    const kernel = openKernel(bytes);
    expect(kernel.relocations.count).toBe(50_000 * 64);
    expect(readyValue(kernel.mcount)?.counts.problems).toBe(64);
  });
});
