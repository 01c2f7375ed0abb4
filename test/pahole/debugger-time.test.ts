/** Time travel: wherever one goes and however one got there, a mark is a mark. Checked against a walk over every mark. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownLocals } from '../../src/pahole/debugger/commands/data.ts';
import { createDebugger, execute } from '../../src/pahole/debugger/debugger.ts';
import { situationOf } from '../../src/pahole/debugger/situation.ts';
import { initialState } from '../../src/pahole/debugger/state.ts';
import type { Stop } from '../../src/pahole/debugger/track.ts';
import { asItWas, type Variant } from '../../src/pahole/debugger/worlds.ts';
import { depthOf, paholeLines } from '../../src/pahole/lines.ts';
import { sayAll, worldsOf } from './debugger-worlds.ts';

const relocated: Variant = { bytes: 'relocated', version: '1.20' };
const variants: readonly (readonly [string, string, Variant])[] = [
  ['without a list', 'sample', asItWas],
  ['with a list', 'sample', relocated],
  ['with every symbol in the list', 'sample', { bytes: 'raw', version: '1.22' }],
  ['a 32-bit kernel', 'i386-rel', asItWas],
  ['a module', 'x86_64-module.ko', asItWas],
  ['a run that ends in its second unit', 'aarch64-asm-unit', asItWas],
];
const allLines = paholeLines.map(({ line }) => line);

describe.each(variants)('%s', (_, file, variant) => {
  const worlds = worldsOf(file);
  const world = worlds.world(variant);
  const { track, timeline } = world;
  const places = Array.from({ length: track.end }, (_, mark) => track.placeAt(mark));

  test('a scan meets each mark once, in order, as the timeline has it', () => {
    const seen: (readonly number[])[] = [];
    track.scan(-1, 1, [{ lines: allLines }], (place) => {
      seen.push([place.mark, place.line, place.unit, place.entry, place.symbol, place.position]);
      return false;
    });
    expect(seen).toEqual(places.map((at) => [at.mark, at.line, at.unit, at.entry, at.symbol, at.position]));
    expect(places.map(({ line }) => line)).toEqual(places.map(({ mark }) => timeline.step(mark).line));
  });

  test('a scan finds what a walk over all marks finds, in both directions', () => {
    const stop = fc.record({
      lines: fc.uniqueArray(fc.constantFrom(...allLines), { minLength: 1, maxLength: 4 }),
      every: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: -1, max: track.end }), fc.boolean(), stop, (from, forward, { lines, every }) => {
        const holds = ({ entry, symbol }: (typeof places)[number]): boolean => (entry + symbol) % every === 0;
        const wanted: Stop = { lines, test: holds };
        const found = track.scan(from, forward ? 1 : -1, [wanted], () => true);
        const inOrder = forward ? places.slice(from + 1) : places.slice(0, Math.max(0, from)).reverse();
        expect(found).toBe(inOrder.find((place) => lines.includes(place.line) && holds(place))?.mark);
      }),
      { numRuns: 300 },
    );
  });

  test('next is the nearest mark not deeper, finish the nearest one outside, reverse-next their mirror', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Math.max(0, track.end - 1) }), (mark) => {
        const state = { ...initialState(variant), phase: 'stopped', mark } as const;
        const depth = depthOf(places[mark]?.line ?? 0);
        const ahead = places.slice(mark + 1);
        const behind = places.slice(0, mark).reverse();
        const shallow = ({ line }: { line: number }): boolean => depthOf(line) <= depth;
        expect(execute(worlds, state, 'next').state.mark).toBe(ahead.find(shallow)?.mark ?? track.end);
        expect(execute(worlds, state, 'reverse-next').state.mark).toBe(behind.find(shallow)?.mark ?? 0);
        expect(execute(worlds, state, 'step').state.mark).toBe(mark + 1);
        expect(execute(worlds, state, 'reverse-step').state.mark).toBe(Math.max(0, mark - 1));
        if (depth === 0) return;
        const outside = ahead.find(({ line }) => depthOf(line) < depth)?.mark ?? track.end;
        expect(execute(worlds, state, 'finish').state.mark).toBe(outside);
      }),
      { numRuns: 150 },
    );
  });

  test('the way back has the same stops and the same values as the way there', () => {
    const commands = fc.array(fc.constantFrom('n', 's', 'u', 'c', 's 7', 'n 20', 'next-skip', 'next-unit'), {
      minLength: 1,
      maxLength: 12,
    });
    const breaks = fc.uniqueArray(fc.constantFrom(171, 289, 733, 636, 737, 746, 750, 756), { maxLength: 3 });
    fc.assert(
      fc.property(commands, breaks, (lines, at) => {
        const gdb = createDebugger(worlds, variant);
        sayAll(gdb, ['start', ...at.map((line) => `b ${line}`), ...lines]);
        const { mark } = gdb.state;
        const here = shownLocals(situationOf(worlds, gdb.state));
        // To the beginning and again to this mark, by steps of any size.
        sayAll(gdb, ['d', 'rc', `s ${Math.max(1, mark - 3)}`]);
        while (gdb.state.mark < mark) gdb.execute('s');
        while (gdb.state.mark > mark) gdb.execute('rs');
        expect(gdb.state.mark).toBe(mark);
        expect(shownLocals(situationOf(worlds, gdb.state))).toEqual(here);
      }),
      { numRuns: 40 },
    );
  });

  test('reverse-continue visits the stops of continue in the opposite order', () => {
    const gdb = createDebugger(worlds, variant);
    sayAll(gdb, ['b 756', 'b 703', 'b 301']);
    const there: number[] = [];
    for (gdb.execute('run'); gdb.state.phase === 'stopped'; gdb.execute('c')) there.push(gdb.state.mark);
    const back: number[] = [];
    for (gdb.execute('rc'); gdb.state.mark > 0; gdb.execute('rc')) back.push(gdb.state.mark);
    expect(back.reverse()).toEqual(there);
    expect(there.length).toBeGreaterThan(0);
  });

  test('what x and print say does not depend on the way', () => {
    const gdb = createDebugger(worlds, variant);
    const texts = ['x/4gx addrs', 'p functions_cnt', 'info locals', 'bt'];
    const first = sayAll(gdb, ['tb 703', 'run', ...texts, 's 9', ...texts]);
    const tail = (text: string): string => text.slice(text.indexOf('(gdb) x/4gx'));
    sayAll(gdb, ['seek 70%', 'rc', 'tb 703', 'c']);
    expect(tail(sayAll(gdb, [...texts, 's 9', ...texts])).replace(/\$\d+/g, '$')).toBe(
      tail(first).replace(/\$\d+/g, '$'),
    );
  });
});
