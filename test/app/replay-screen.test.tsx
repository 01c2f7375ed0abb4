/** The replay as it is drawn: every row as wide as the screen, and what one came to see. */
import { renderToString } from 'ink';
import { beforeAll, describe, expect, test } from 'vitest';
import { ReplayScreen } from '../../components/replay/ReplayScreen.tsx';
import { replayLines } from '../../components/replay/replay-lines.ts';
import { createTheme } from '../../components/theme.ts';
import { pressReplayKeys } from '../../src/app/replay/commands.ts';
import { targetOf } from '../../src/app/replay/focus.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { createReplayStore, type ReplayStore } from '../../src/app/replay/store.ts';
import { Linker } from '../../src/kernel/links.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { eventually } from '../helpers/patience.ts';
import { samplePath } from '../pahole/debugger-worlds.ts';

const theme = createTheme('color', true);
const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, '');
const host = {
  terminal: { copy: () => true, exit() {}, suspend() {}, redraw() {}, toggleMouse: () => true },
  leave() {},
  help() {},
  why() {},
};

function open(path: string, start: boolean): ReplayStore {
  const kernel = Vmlinux.open(path);
  const linker = new Linker(kernel);
  const store = createReplayStore({ kernel, linker }, createReplaySession(kernel, { file: 'vmlinux' }), 80, 24);
  const focus = linker.focusNamed('tty_write');
  if (start) store.dispatch({ type: 'open', target: focus && targetOf(linker.resolve(focus)) });
  return store;
}

/** The drawing, as text. */
function draw(store: ReplayStore, columns: number, rows: number): string[] {
  store.dispatch({ type: 'resize', columns, rows });
  return plain(renderToString(<ReplayScreen store={store} theme={theme} file="vmlinux" />, { columns })).split('\n');
}

describe('with the sample kernel', () => {
  let store: ReplayStore;
  beforeAll(async () => {
    store = open(samplePath, true);
    await eventually(() => expect(store.getState().reading.phase).toBe('ready'));
    pressReplayKeys(store, host, ['n', 'n', 'n', 'n']);
  });

  test.each([
    [80, 24],
    [200, 60],
    [132, 36],
    [64, 20],
    [50, 12],
  ])('fits %ix%i exactly', (columns, rows) => {
    const lines = draw(store, columns, rows);
    expect(lines).toHaveLength(rows);
    store.dispatch({ type: 'resize', columns, rows });
    for (const line of replayLines(store.context, store.getState(), theme, 'vmlinux')) {
      expect(plain(line).length).toBe(columns);
    }
  });

  test('shows at 80x24 the functions, the decision, the locals, the console and the timeline', () => {
    const text = draw(store, 80, 24).join('\n');
    expect(text).toContain('region raw · pahole 1.20 · functions_cnt 0 · FUNC 61 of 98');
    expect(text).toMatch(/▸ tty_write +not-external/);
    expect(text).toMatch(/ btf_encoder\.c ─+ not-external/);
    expect(text).toContain('▸   750  without a list: not external?');
    expect(text).toMatch(/cu->name +"drivers\/tty\/tty_io\.c"/);
    expect(text).toContain('750     without a list: not external? next entry');
    expect(text).toMatch(/60\.1% [░▒▓█▸]+ 201 of 333/);
    expect(text).toContain('n next  s step  c continue');
  });

  test('shows at 200x60 all of it side by side, with the histogram and the breakpoint', () => {
    const text = draw(store, 200, 60).join('\n');
    expect(text).toMatch(/tty_write +tty_io\.c +not-external/);
    expect(text).toContain('B 171      hand addrs and count over');
    expect(text).toMatch(/7 not-external +144 +43\.2% #+/);
    expect(text).toMatch(/fn->external +false/);
    expect(text).toContain('m relocates the region');
    expect(text).toContain('(gdb) seek 201');
  });

  test('shows what the relocated region would change', () => {
    pressReplayKeys(store, host, ['m']);
    const text = draw(store, 200, 60).join('\n');
    expect(text).toContain('region relocated · pahole 1.20 · functions_cnt 162');
    expect(text).toMatch(/\+62 functions rest_init/);
    expect(text).toMatch(/-4 functions preempt_count_add/);
    pressReplayKeys(store, host, ['m']);
  });

  test('shows what is typed with its cursor, and the keys of the console', () => {
    pressReplayKeys(store, host, [...'p fn']);
    const text = draw(store, 80, 24).join('\n');
    expect(text).toContain('│ (gdb) p fn');
    expect(text).toContain('Enter do it');
    pressReplayKeys(store, host, ['escape']);
  });

  test('a paste that is longer than any command is cut off, and that is said', () => {
    pressReplayKeys(store, host, [':', ...'p'.repeat(60_000)]);
    expect(store.getState().input.text).toBe('p'.repeat(4_096));
    expect(store.getState().message).toBe('a line holds 4,096 characters: the rest was cut off');
    expect(draw(store, 80, 24).join('\n')).toMatch(/│ \(gdb\) …p+ +│/);
    pressReplayKeys(store, host, ['escape']);
  });

  test('draws with ASCII alone where the terminal has no more', () => {
    store.dispatch({ type: 'resize', columns: 80, rows: 24 });
    const lines = replayLines(store.context, store.getState(), createTheme('mono', false), 'vmlinux');
    expect(plain(lines.join('\n'))).toMatch(/^[\x20-\x7e\n]*$/);
    for (const line of lines) expect(plain(line).length).toBe(80);
  });

  test('a moment in the setup and one past the end are drawn too', () => {
    store.dispatch({ type: 'execute', line: 'seek 0%' });
    expect(draw(store, 80, 24).join('\n')).toContain('▸   649  take the next unit, cu');
    store.dispatch({ type: 'execute', line: 'seek 100%' });
    expect(draw(store, 80, 24).join('\n')).toContain('the run is over');
  });

  test('is drawn in a fraction of a frame', () => {
    store.dispatch({ type: 'resize', columns: 200, rows: 60 });
    for (let i = 0; i < 50; i++) replayLines(store.context, store.getState(), theme, 'vmlinux');
    const took = cpuTime(() => {
      for (let i = 0; i < 20; i++) replayLines(store.context, store.getState(), theme, 'vmlinux');
    });
    expect(took / 20).toBeLessThan(16);
  });
});

test('while the DWARF is read it says how far it is', () => {
  const store = open(samplePath, false);
  expect(draw(store, 80, 24).join('\n')).toContain('Reading the DWARF');
  store.dispatch({ type: 'reading', reading: { phase: 'reading', done: 77e6, total: 154e6 } });
  const text = draw(store, 80, 24).join('\n');
  expect(text).toContain('50 %, 77 MB of 154 MB');
  expect(text).toContain('Esc close');
  expect(text).not.toContain('n next');
});

test('without DWARF it says so, and what can still be inferred', async () => {
  const store = open(samplePath.replace('sample/vmlinux-aarch64', 'elf/arm32'), true);
  await eventually(() => expect(store.getState().reading.phase).toBe('failed'));
  const text = draw(store, 100, 30).join('\n');
  expect(text).toContain('no DWARF (.debug_info)');
  expect(text).toContain('region raw: 173 function symbols, functions_cnt 163');
  expect(text).toContain('tty_write: encoded (inferred');
});
