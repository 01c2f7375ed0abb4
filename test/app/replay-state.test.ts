/** The replay's state: what keys, the mouse and the reading make of it. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { onReplayMouse } from '../../components/replay/replay-mouse.ts';
import { pressReplayKeys, type ReplayHost } from '../../src/app/replay/commands.ts';
import { targetOf } from '../../src/app/replay/focus.ts';
import { replayBindings, replayCommandFor } from '../../src/app/replay/keymap.ts';
import { boxOf, layOutReplay, timelineBar } from '../../src/app/replay/layout.ts';
import { createReplaySession, type ReplaySession } from '../../src/app/replay/reading.ts';
import { commonStart, currentEntry, situationIn } from '../../src/app/replay/reducer.ts';
import { createReplayStore, type ReplayStore } from '../../src/app/replay/store.ts';
import { Linker } from '../../src/kernel/links.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { eventually } from '../helpers/patience.ts';
import { samplePath } from '../pahole/debugger-worlds.ts';

const kernel = Vmlinux.open(samplePath);
const linker = new Linker(kernel);
const context = { kernel, linker };

let session: ReplaySession;
let store: ReplayStore;
let host: ReplayHost;
const leave = vi.fn<ReplayHost['leave']>();
const help = vi.fn<ReplayHost['help']>();
const why = vi.fn<ReplayHost['why']>();

const focusOn = (name: string) => {
  const focus = linker.focusNamed(name);
  return focus === undefined ? undefined : targetOf(linker.resolve(focus));
};

/** Opened at a function, with the DWARF read. */
async function opened(name?: string, columns = 80, rows = 24): Promise<void> {
  session = createReplaySession(kernel, { file: 'vmlinux-aarch64' });
  store = createReplayStore(context, session, columns, rows);
  store.dispatch({ type: 'open', target: name === undefined ? undefined : focusOn(name) });
  await eventually(() => expect(store.getState().reading.phase).toBe('ready'));
}

beforeEach(() => {
  leave.mockClear();
  help.mockClear();
  why.mockClear();
  const terminal = { copy: () => true, exit() {}, suspend() {}, redraw() {}, toggleMouse: () => true };
  host = { terminal, leave, help, why };
});

const press = (...keys: string[]): void => pressReplayKeys(store, host, keys);
/** Characters as they are typed. */
const type = (text: string): void => press(...Array.from(text, (key) => ({ ' ': 'space', '\n': 'enter' })[key] ?? key));
const logged = (): string =>
  store
    .getState()
    .log.map(({ text }) => text)
    .join('\n');
const line = (): number =>
  situationIn(store.getState())?.world.timeline.step(store.getState().debugger.mark).line ?? -1;

describe('reading', () => {
  test('begins when the replay is opened, tells how far it is, and ends ready', async () => {
    session = createReplaySession(kernel, { file: 'vmlinux-aarch64' });
    store = createReplayStore(context, session, 80, 24);
    expect(session.state.phase).toBe('idle');
    const phases = new Set<string>();
    store.subscribe(() => phases.add(store.getState().reading.phase));
    store.dispatch({ type: 'open', target: undefined });
    session.start();
    await eventually(() => expect(session.state.phase).toBe('ready'));
    expect([...phases]).toEqual(['reading', 'ready']);
    store.dispose();
  });

  test('keys wait for it, and what was in focus is gone to when it ends', async () => {
    session = createReplaySession(kernel, { file: 'vmlinux-aarch64' });
    store = createReplayStore(context, session, 80, 24);
    store.dispatch({ type: 'open', target: focusOn('tty_write') });
    press('n', 'j', 'x', 'G', ']', 'm');
    expect(store.getState().debugger.phase).toBe('ready');
    await eventually(() => expect(session.state.phase).toBe('ready'));
    expect(currentEntry(store.getState()) + 1).toBe(201);
  });

  test('a file without DWARF fails with the reason', async () => {
    const bare = Vmlinux.open(samplePath.replace('sample/vmlinux-aarch64', 'elf/arm32'));
    const failing = createReplaySession(bare, { file: 'arm32' });
    failing.start();
    await eventually(() => expect(failing.state.phase).toBe('failed'));
    expect(failing.state).toMatchObject({ reason: expect.stringContaining('no DWARF') });
  });

  test('a session that was disposed of says no more', async () => {
    session = createReplaySession(kernel, { file: 'vmlinux-aarch64' });
    const told = vi.fn();
    session.subscribe(told);
    session.start();
    session.dispose();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe('the first session', () => {
  test('is the one of the article, and shows that the slots are zero', async () => {
    await opened();
    expect(logged()).toMatch(/^b btf_encoder\.c:171\n/);
    expect(logged()).toContain('x/32gx addrs\n0xffff800010008968:\t0x0000000000000000\t0x0000000000000000');
    expect(line()).toBe(171);
  });

  test('from the panes it arrives at the entry of the function in focus', async () => {
    await opened('tty_write');
    expect(line()).toBe(722);
    expect(logged()).toContain('tty_write in drivers/tty/tty_io.c: not-external at line 750');
    store.dispatch({ type: 'open', target: focusOn('redirected_tty_write') });
    expect(currentEntry(store.getState()) + 1).toBe(200);
    store.dispatch({ type: 'open', target: { name: 'nosuch', address: undefined } });
    expect(store.getState().message).toContain('no function entry is named nosuch');
  });

  test('a static function of several units is told apart by its address', async () => {
    await opened();
    const symbols = kernel.symbols.state === 'ready' ? kernel.symbols.value : undefined;
    const rows = Array.from(symbols?.functionsByAddress ?? []).filter(
      (row) => symbols?.table.name(row) === 'init_once',
    );
    const units = rows.map((row) => {
      const links = linker.resolve({ kind: 'symbol', row: row as never });
      store.dispatch({ type: 'open', target: targetOf(links) });
      const situation = situationIn(store.getState());
      return situation?.world.track.placeAt(store.getState().debugger.mark).unit;
    });
    expect(rows).toHaveLength(2);
    expect(new Set(units).size).toBe(2);
  });

  test('at an entry of another variant it goes there by commands that one could type', async () => {
    await opened('tty_write');
    const target = { name: 'tty_write', address: undefined, entry: 199 } as const;
    store.dispatch({ type: 'open', target: { ...target, variant: { bytes: 'relocated', version: '1.22' } } });
    expect(store.getState().debugger.variant).toEqual({ bytes: 'relocated', version: '1.22' });
    expect(currentEntry(store.getState())).toBe(199);
    expect(logged()).toMatch(/what-if relocated\n[\s\S]*what-if 1\.22\n[\s\S]*seek 200\n/);
    const { length } = store.getState().log;
    store.dispatch({ type: 'open', target: { ...target, variant: { bytes: 'relocated', version: '1.22' } } });
    expect(
      store
        .getState()
        .log.slice(length)
        .filter(({ kind }) => kind === 'command')
        .map(({ text }) => text),
    ).toEqual(['seek 200']);
  });

  test('a clone that the compiler renamed is found by its plain name', async () => {
    await opened();
    store.dispatch({ type: 'open', target: focusOn('do_one_initcall.isra.0') });
    expect(logged()).toMatch(/\ndo_one_initcall in init\/main\.c: /);
  });
});

describe('keys', () => {
  beforeEach(() => opened('tty_write'));

  test('step through the decisions, and back with Shift', () => {
    press('n', 'n', 'n', 'n');
    expect(line()).toBe(750);
    press('N');
    expect(line()).toBe(737);
    press('S');
    expect(line()).toBe(636);
    press('o');
    expect(line()).toBe(737);
    press('O');
    expect(store.getState().log.at(-1)?.kind).toBe('bad');
    press('u', 'enter');
    expect(line()).toBe(754);
    press('C');
    expect(line()).toBe(171);
    press('c');
    expect(store.getState().debugger.phase).toBe('ended');
  });

  test('move along the functions, a page, to both ends', () => {
    const entry = (): number => currentEntry(store.getState()) + 1;
    press('j', 'j', 'k');
    expect(entry()).toBe(202);
    press('g');
    expect(entry()).toBe(1);
    press('pagedown');
    expect(entry()).toBeGreaterThan(5);
    press('G');
    expect(entry()).toBe(333);
    press('pageup', 'ctrl-u', 'ctrl-d', 'end', 'home');
    expect(entry()).toBe(1);
    const { top } = store.getState();
    expect(top).toBe(0);
  });

  test('jump to skips, units and verdicts', () => {
    press(']');
    expect(logged()).toMatch(/next-skip\n.*\n.*\n\S+ in drivers\/tty\/tty_io\.c: /);
    press('}', '{', '[');
    press('g', '3');
    expect(logged()).toContain('sys_ni_syscall in ');
    press('1');
    expect(line()).toBe(756);
  });

  test('ask what if: the other bytes, the other versions, with what that makes of the records', () => {
    press('m');
    expect(store.getState().debugger.variant).toEqual({ bytes: 'relocated', version: '1.20' });
    expect(logged()).toContain('gained 62: ');
    press('v', 'v', 'v', 'v', 'm');
    expect(store.getState().debugger.variant).toEqual({ bytes: 'raw', version: '1.20' });
    expect(currentEntry(store.getState()) + 1).toBe(201);
  });

  test('a letter that is no key begins a command, also when all of it comes at once', () => {
    type('b redirected_tty_write\nrc\n');
    expect(currentEntry(store.getState()) + 1).toBe(200);
    expect(store.getState().mode).toBe('console');
    press('escape');
    expect(store.getState().mode).toBe('keys');
    type(':');
    expect(store.getState().input.text).toBe('');
    press('escape');
    type('/');
    expect(store.getState().input.text).toBe('seek ');
  });

  test('the console completes, recalls and edits', () => {
    type('i lo\nbt\n');
    press('up');
    expect(store.getState().input.text).toBe('bt');
    press('up', 'up', 'down', 'down');
    expect(store.getState().input.text).toBe('');
    type('p fn->ex');
    press('tab');
    expect(store.getState().input.text).toBe('p fn->external ');
    press('ctrl-u');
    type('tb tty_wr');
    press('tab', 'tab');
    expect(store.getState().input.text).toBe('tb tty_write');
    expect(logged()).toContain('tty_write  tty_write_lock');
    press('home', 'delete', 'right', 'space', 'end', 'backspace', 'ctrl-w');
    expect(store.getState().input.text).toBe('b  ');
    press('left', 'ctrl-k', 'ctrl-a', 'ctrl-e', 'escape');
    expect(commonStart(['abc', 'abd', 'ab'])).toBe('ab');
    expect(commonStart([])).toBe('');
  });

  test('an empty line does the last command again, as Enter does among the keys', () => {
    type(':s\n');
    press('escape');
    expect(line()).toBe(733);
    press('n', 'enter');
    expect(line()).toBe(737);
  });

  test('Escape and quit leave with the focus on the function', () => {
    press('escape');
    expect(leave.mock.lastCall?.[0]).toEqual(linker.focusNamed('tty_write'));
    type('quit\n');
    expect(leave).toHaveBeenCalledTimes(2);
    expect(store.getState()).toMatchObject({ leaving: false, mode: 'keys' });
    press('?');
    expect(help).toHaveBeenCalledOnce();
  });

  test('W asks why about the function that the replay is at', () => {
    press('W');
    const focus = linker.focusNamed('tty_write');
    expect(why).toHaveBeenCalledExactlyOnceWith({ name: 'tty_write', row: focus?.kind === 'symbol' ? focus.row : -1 });
  });

  test('y copies the verdict, Tab changes the small box, M the mouse', () => {
    press('y');
    expect(store.getState().message).toMatch(/^copied: tty_write in .*not-external/);
    press('tab', 'tab', 'tab', 'shift-tab');
    expect(store.getState().panel).toBe('what-if');
    press('M');
    expect(store.getState().message).toBe('mouse on');
  });

  test('the log scrolls and keeps its end', () => {
    type(':help\n');
    press('pageup', 'pageup');
    expect(store.getState().scrolled).toBeGreaterThan(0);
    press('pagedown', 'pagedown', 'pagedown');
    expect(store.getState().scrolled).toBe(0);
  });
});

describe('the mouse', () => {
  beforeEach(() => opened('tty_write'));
  const click = (column: number, row: number): void =>
    onReplayMouse(store, {
      type: 'mouse',
      action: 'press',
      button: 'left',
      column,
      row,
      shift: false,
      alt: false,
      ctrl: false,
    });
  const wheel = (action: 'wheel-up' | 'wheel-down', column: number, row: number): void =>
    onReplayMouse(store, { type: 'mouse', action, button: 'none', column, row, shift: false, alt: false, ctrl: false });
  const layout = () => layOutReplay(80, 24, store.getState().panel);

  test('a click on a function goes to it, on the timeline to that share of the run', () => {
    const list = boxOf(layout(), 'functions')?.rect;
    click(5, (list?.row ?? 0) + 1);
    expect(currentEntry(store.getState())).toBe(store.getState().top);
    const bar = timelineBar(layout());
    click(bar.column, bar.row);
    expect(store.getState().debugger.mark).toBe(0);
    click(bar.column + bar.width - 1, bar.row);
    expect(store.getState().debugger.phase).toBe('ended');
    click(bar.column + Math.floor(bar.width / 2), bar.row);
    expect(Math.abs(currentEntry(store.getState()) - 166)).toBeLessThan(8);
  });

  test('a click on a decision sets a breakpoint, a second one takes it away', () => {
    const box = boxOf(layout(), 'decisions')?.rect;
    const before = store.getState().debugger.breakpoints.length;
    click((box?.column ?? 0) + 4, (box?.row ?? 0) + 1);
    expect(store.getState().debugger.breakpoints.length).toBe(before + 1);
    click((box?.column ?? 0) + 4, (box?.row ?? 0) + 1);
    expect(store.getState().debugger.breakpoints.length).toBe(before);
  });

  test('the wheel scrolls what it is over, and a click into the console types there', () => {
    const { top } = store.getState();
    wheel('wheel-up', 5, 5);
    expect(store.getState().top).toBe(top - 3);
    wheel('wheel-up', 5, 18);
    expect(store.getState().scrolled).toBe(3);
    click(5, 18);
    expect(store.getState().mode).toBe('console');
    wheel('wheel-down', 60, 5);
    expect(currentEntry(store.getState()) + 1).toBe(202);
    click(79, 0);
  });
});

describe('the key table', () => {
  test('has no key twice in a scope', () => {
    for (const scope of ['replay', 'console'] as const) {
      const keys = replayBindings.filter((row) => row.scope === scope).flatMap((row) => row.keys);
      expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    }
  });

  test('leaves the letters free that gdb commands with more of them begin with', () => {
    for (const letter of 'bdfilprtwxhae') expect(replayCommandFor(letter, 'replay')).toBeUndefined();
    for (const letter of 'nscu') expect(replayCommandFor(letter, 'replay')).toBeDefined();
  });
});
