import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { listUnits } from '../../src/dwarf/unit-list.ts';
import { readRun, type UnitRun } from '../../src/dwarf/unit-runs.ts';

const megabyte = 1 << 20;

/** Units of these sizes, of which only the lengths say anything. */
function section(sizes: readonly number[], wide = false): Uint8Array {
  const bytes = new Uint8Array(sizes.reduce((total, size) => total + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const size of sizes) {
    if (wide) {
      view.setUint32(at, 0xffff_ffff, true);
      view.setBigUint64(at + 4, BigInt(size - 12), true);
    } else view.setUint32(at, size - 4, true);
    at += size;
  }
  return bytes;
}

function runsOf(bytes: Uint8Array): readonly UnitRun[] {
  const source = memorySource(bytes);
  const runs: UnitRun[] = [];
  for (let offset = 0; offset < source.size; offset = runs.at(-1)!.end) {
    runs.push(readRun(source, offset, true, '.debug_info'));
  }
  return runs;
}

describe('runs of units', () => {
  test.each([false, true])('hold every unit once, wherever the first fetch ends (64-bit: %s)', (wide) => {
    for (let cut = 0; cut <= 40; cut++) {
      const sizes = [100, megabyte - 100 - cut, 20, 21, 300];
      const bytes = section(sizes, wide);
      const runs = runsOf(bytes);
      expect(runs.flatMap((run) => run.sizes)).toEqual(sizes);
      expect(runs.every((run) => run.rest === undefined && run.bytes.length >= run.end - run.offset)).toBe(true);
      expect(listUnits(memorySource(bytes), true, '.debug_info').size).toEqual(Float64Array.from(sizes));
    }
  });

  test('fetch a unit that is larger than a run whole', () => {
    const runs = runsOf(section([50, 3 * megabyte, 60]));
    expect(runs.map((run) => [run.sizes, run.bytes.length >= run.end - run.offset])).toEqual([
      [[50], true],
      [[3 * megabyte], true],
      [[60], true],
    ]);
  });

  test('end with what cannot be a unit', () => {
    const bytes = section([50, 60]);
    bytes[50] = 0xff;
    const [run] = runsOf(bytes);
    expect(run).toMatchObject({
      sizes: [50],
      end: 110,
      rest: { offset: 50, size: 60, problem: { code: 'truncated' } },
    });
  });

  test('end with a file that cannot be read', () => {
    const source = { ...memorySource(section([50, 60])), size: 200 };
    const run = readRun(source, 0, true, '.debug_info');
    expect(run).toMatchObject({ sizes: [], end: 200, rest: { offset: 0, size: 200, problem: { code: 'truncated' } } });
  });
});
