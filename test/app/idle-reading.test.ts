/** Reading the DWARF unasked: when nobody does anything, and at once when somebody asks after all. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Idle, idleOf } from '../../src/app/idle.ts';
import { createReplaySession, type ReplaySession } from '../../src/app/replay/reading.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { eventually } from '../helpers/patience.ts';
import { samplePath } from '../pahole/debugger-worlds.ts';

describe('the reading', () => {
  const kernel = Vmlinux.open(samplePath);
  let session: ReplaySession | undefined;
  /** Ends of the waits that were asked for, in their order. */
  const waits: (() => void)[] = [];
  const idle: Idle = () => new Promise((resolve) => waits.push(resolve));
  const open = (): ReplaySession => {
    waits.length = 0;
    session = createReplaySession(kernel, { file: 'vmlinux', idle });
    return session;
  };
  const waitsAsked = (count: number) => eventually(() => expect(waits).toHaveLength(count));

  afterEach(() => session?.dispose());

  test('waits for a moment without a key before each piece of it', async () => {
    const reading = open();
    reading.startWhenIdle();
    expect(reading.state.phase).toBe('idle');
    waits[0]?.();
    await waitsAsked(2);
    expect(reading.state.phase).toBe('reading');
    waits[1]?.();
    await waitsAsked(3);
    expect(reading.state.phase).toBe('reading');
    waits[2]?.();
    await eventually(() => expect(reading.state.phase).toBe('ready'));
  });

  test('waits for nothing more once it is asked for', async () => {
    const reading = open();
    reading.startWhenIdle();
    waits[0]?.();
    await waitsAsked(2);
    reading.start();
    await eventually(() => expect(reading.state.phase).toBe('ready'));
  });

  test('is not begun twice when it was asked for before', async () => {
    const reading = open();
    const phases: string[] = [];
    reading.subscribe(() => phases.push(reading.state.phase));
    reading.startWhenIdle();
    reading.start();
    await eventually(() => expect(reading.state.phase).toBe('ready'));
    waits[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(phases.filter((phase) => phase === 'ready')).toHaveLength(1);
    expect(reading.state.phase).toBe('ready');
  });

  test('prepares the relocated world in such moments', async () => {
    const reading = open();
    reading.start();
    await eventually(() => expect(reading.state.phase).toBe('ready'));
    const { state } = reading;
    if (state.phase !== 'ready') throw new Error(state.phase);
    const world = vi.spyOn(state.worlds, 'world');
    for (let piece = 1; piece <= 3; piece++) {
      await waitsAsked(piece);
      waits[piece - 1]?.();
    }
    await eventually(() => expect(world).toHaveBeenCalledWith({ bytes: 'relocated', version: '1.20' }));
  });
});

describe('a moment without a key', () => {
  afterEach(() => vi.useRealTimers());

  test('is one in which nothing changed for so long', async () => {
    vi.useFakeTimers();
    const listeners = new Set<() => void>();
    const watched = {
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const resolved = vi.fn();
    void idleOf([watched])(100, new AbortController().signal).then(resolved);
    await vi.advanceTimersByTimeAsync(90);
    for (const listener of listeners) listener();
    await vi.advanceTimersByTimeAsync(90);
    expect(resolved).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    expect(resolved).toHaveBeenCalledOnce();
    expect(listeners.size).toBe(0);
  });

  test('does not come after the end', async () => {
    vi.useFakeTimers();
    const end = new AbortController();
    const resolved = vi.fn();
    void idleOf([])(100, end.signal).then(resolved);
    end.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect(resolved).not.toHaveBeenCalled();
  });
});
