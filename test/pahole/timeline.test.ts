/** Steps by mark: the way of each verdict, seeking both ways, locals and counts at any point. */
import { describe, expect, it } from 'vitest';
import { encoders } from '../../src/pahole/encoders.ts';
import { callerOf, entryPaths, paholeFunctions, paholeLine, paholeLines } from '../../src/pahole/lines.ts';
import { type Replay, replay } from '../../src/pahole/machine.ts';
import type { Local } from '../../src/pahole/step.ts';
import type { ReplayTimeline } from '../../src/pahole/timeline.ts';
import { verdicts } from '../../src/pahole/verdict.ts';
import { entriesOf, type KernelSpec, kernelOf, type UnitSpec } from './columns.ts';

const symbols = [
  { name: 'g', value: 0x1010 },
  { name: 'f', value: 0x1000 },
  { name: 'h', value: 0x1020 },
];
const listed: KernelSpec = { symbols, slots: [0x1020, 0x1000] };
const zeros: KernelSpec = { symbols, slots: [0, 0] };
const units: UnitSpec[] = [
  {
    name: 'a.c',
    functions: [
      { name: 'd', declaration: true },
      { name: 'f', params: ['x', 'y'] },
      { name: 'u', params: ['x', undefined] },
      {},
    ],
  },
  { name: 'empty.c' },
  { name: 'damaged.c', state: 'damaged' },
  { name: 'b.c', functions: [{ name: 'f' }, { name: 'g', external: true }, { name: 'h' }] },
];

const run = (kernel: KernelSpec, of = units): Replay => replay({ ...kernelOf(kernel), entries: entriesOf(of) });
const localNamed = (locals: readonly Local[], name: string) => locals.find((row) => row.name === name)?.value;
const linesFrom = (timeline: ReplayTimeline, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => timeline.step(from + i).line);

describe('the way through the loop', () => {
  const pathsOf = (kernel: KernelSpec) => {
    const result = run(kernel);
    return new Map(
      Array.from({ length: result.entries.count }, (_, entry) => [
        result.verdict(entry),
        result.timeline.linesOfEntry(entry),
      ]),
    );
  };

  it('is that of each verdict with a list', () => {
    const found = [722, 733, 735, 636, 737, 741, 742, 745, 309, 746];
    const paths = pathsOf(listed);
    expect(paths.get('declaration')).toEqual([722, 733]);
    expect(paths.get('unnamed-parameter')).toEqual([722, 733, 735, 636]);
    expect(paths.get('unnamed-function')).toEqual([722, 733, 735, 636, 737, 741, 742]);
    expect(paths.get('not-in-list')).toEqual(found);
    expect(paths.get('already-generated')).toEqual(found);
    expect(paths.get('encoded')).toEqual([...found, 748, 754, 756]);
  });

  it('is that of each verdict without a list', () => {
    const paths = pathsOf(zeros);
    expect(paths.get('not-external')).toEqual([722, 733, 735, 636, 737, 750]);
    expect(paths.get('encoded')).toEqual([722, 733, 735, 636, 737, 750, 754, 756]);
  });

  it('goes over lines that have a statement, whatever the version', () => {
    for (const rules of Object.values(encoders)) {
      for (const withList of [true, false]) {
        const paths = entryPaths(rules, withList);
        expect(paths).toHaveLength(verdicts.length + 1);
        for (const line of paths.flat()) expect(paholeLine(line)?.statement).toBeTruthy();
      }
    }
  });
});

describe('the lines', () => {
  it('belong to a function that starts at one of them', () => {
    for (const { function: name } of paholeLines) expect(paholeLine(paholeFunctions[name].line)?.function).toBe(name);
  });

  it('are called from lines of their callers', () => {
    for (const name of Object.keys(paholeFunctions) as (keyof typeof paholeFunctions)[]) {
      const caller = callerOf(name);
      if (caller !== undefined) expect(paholeLine(caller.line)?.function).toBe(caller.function);
    }
  });
});

describe('the marks', () => {
  it('begin with the first unit, its symbols, the slots and the filter', () => {
    const { timeline, collected } = run(listed);
    expect(linesFrom(timeline, 0, 7)).toEqual([649, 677, 601, 615, 66, 617, 587]);
    const after = 3 + (collected?.visited ?? 0) * 4;
    expect(linesFrom(timeline, after, 13)).toEqual([628, 239, 249, 117, 165, 171, 269, 270, 289, 289, 289, 301, 703]);
    expect(timeline.step(after + 13)).toMatchObject({ line: 722, unit: 0, entry: 0, depth: 0 });
  });

  it('go to __mcount_loc where the bounds are missing, and drop the list', () => {
    const { timeline, collected } = run({ ...listed, withoutStop: true });
    const after = 3 + (collected?.visited ?? 0) * 4;
    expect(linesFrom(timeline, after, 8)).toEqual([628, 239, 249, 117, 257, 177, 265, 703]);
  });

  it('end the way the run ends', () => {
    const crash = run({ symbols: [], withoutSymtab: true });
    expect(linesFrom(crash.timeline, 0, 4)).toEqual([649, 677, 601, 0]);
    expect(crash.timeline.length).toBe(4);
    const { timeline } = run(listed);
    expect(timeline.step(timeline.length - 1)).toMatchObject({ line: 0, function: undefined });
    expect(timeline.backtrace(timeline.length - 1)).toEqual([]);
  });

  it('end at an entry that ends the run', () => {
    const result = run(zeros, [{ name: 'a.c', functions: [{ external: true }, { name: 'f', external: true }] }]);
    const { timeline } = result;
    expect(timeline.step(timeline.length - 2)).toMatchObject({ line: 756, entry: 0 });
    expect(timeline.markOfEntry(1)).toBeUndefined();
  });

  it.each([
    ['with a list', listed],
    ['without', zeros],
  ])('agree with themselves, one by one (%s)', (_, kernel) => {
    const result = run(kernel);
    const { timeline } = result;
    let entries = 0;
    let encoded = 0;
    for (let mark = 0; mark < timeline.length - 1; mark++) {
      const step = timeline.step(mark);
      expect(step.mark).toBe(mark);
      expect(step.entry).toBe(timeline.entryAt(mark));
      expect(timeline.checkpoint(mark)).toMatchObject({
        decided: entries,
        encoded,
        unit: step.unit,
        entry: step.entry,
      });
      if (step.line === 649) expect(timeline.markOfUnit(step.unit as number)).toBe(mark);
      if (step.line === 722) expect(timeline.markOfEntry(step.entry as number)).toBe(mark);
      const path = step.entry === undefined ? [] : timeline.linesOfEntry(step.entry);
      if (step.entry !== undefined && step.line === path.at(-1)) {
        entries++;
        if (result.verdict(step.entry) === 'encoded') encoded++;
      }
      const frames = timeline.backtrace(mark);
      expect(frames).toHaveLength(step.depth + 1);
      expect(frames.at(-1)?.function).toBe('cu__encode_btf');
    }
    expect(timeline.checkpoint(timeline.length - 1)).toMatchObject({ decided: 7, encoded: result.records });
  });

  it('are found by line, forwards and backwards', () => {
    const { timeline } = run(listed);
    for (const wanted of [[649], [289], [756], [746, 750], [722, 703], [636]]) {
      const lines = new Set(wanted);
      const all = Array.from({ length: timeline.length - 1 }, (_, mark) => mark).filter((mark) =>
        lines.has(timeline.step(mark).line),
      );
      for (let from = -1; from < timeline.length; from++) {
        expect(timeline.seek(from, 1, lines)).toBe(all.find((mark) => mark > from));
        expect(timeline.seek(from, -1, lines)).toBe(all.findLast((mark) => mark < from));
      }
    }
  });

  it('are found by line and condition', () => {
    const { timeline } = run(listed);
    const second = timeline.seek(
      -1,
      1,
      new Set([733]),
      (mark) => localNamed(timeline.locals(mark), 'fn->name') === 'h',
    );
    expect(timeline.step(second as number)).toMatchObject({ line: 733, unit: 3, entry: 6 });
    expect(timeline.seek(-1, 1, new Set([733]), () => false)).toBeUndefined();
  });
});

describe('the locals', () => {
  it('show the entry', () => {
    const { timeline } = run(listed);
    const mark = timeline.markOfEntry(2) as number;
    const locals = timeline.locals(mark);
    expect(Object.fromEntries(locals.map(({ name, value }) => [name, value]))).toEqual({
      'cu->name': 'a.c',
      'fn->name': 'u',
      'fn->declaration': false,
      'fn->external': false,
      parameters: ['x', undefined],
      functions_cnt: 2,
    });
  });

  it('show the list element from the look-up on, generated by then or not', () => {
    const { timeline } = run(listed);
    const at = (entry: number, line: number) =>
      timeline.locals((timeline.markOfEntry(entry) as number) + timeline.linesOfEntry(entry).indexOf(line));
    expect(localNamed(at(1, 745), 'func->name')).toBeUndefined();
    expect(localNamed(at(1, 745), 'name')).toBe('f');
    const first = at(1, 746);
    expect(localNamed(first, 'func')).toBe(0);
    expect(localNamed(first, 'func->addr')).toBe(0x1000n);
    expect(localNamed(first, 'func->generated')).toBe(false);
    expect(localNamed(at(4, 746), 'func->generated')).toBe(true);
    expect(at(5, 746).find(({ name }) => name === 'func')).toEqual({ name: 'func', value: undefined });
  });

  it('show functions_cnt growing, and falling at the filter', () => {
    const { timeline } = run(listed);
    const counts = Array.from({ length: timeline.length }, (_, mark) => timeline.functionsCnt(mark));
    const changes = counts.flatMap((count, mark) =>
      mark > 0 && count !== counts[mark - 1] ? [[timeline.step(mark).line, count]] : [],
    );
    expect(changes).toEqual([
      [617, 1],
      [617, 2],
      [617, 3],
      [703, 2],
    ]);
  });

  it('show the filter at work, by name', () => {
    const { timeline } = run(listed);
    const marks: number[] = [];
    for (
      let mark = timeline.seek(-1, 1, new Set([289]));
      mark !== undefined;
      mark = timeline.seek(mark, 1, new Set([289]))
    ) {
      marks.push(mark);
    }
    const shown = marks.map((mark) =>
      ['i', 'func->name', 'functions_valid'].map((name) => localNamed(timeline.locals(mark), name)),
    );
    expect(shown).toEqual([
      [0, 'f', 0],
      [1, 'g', 1],
      [2, 'h', 1],
    ]);
  });

  it('show where the slots were read', () => {
    const { timeline } = run(listed);
    const mark = timeline.seek(-1, 1, new Set([171])) as number;
    expect(timeline.locals(mark)).toEqual([
      { name: 'offset', value: 0 },
      { name: 'addr_size', value: 8 },
      { name: 'count', value: 2 },
      { name: 'sec', value: '.init.data' },
    ]);
    expect(timeline.locals(0).map(({ name }) => name)).toEqual(['cu->name', 'functions_cnt']);
  });
});
