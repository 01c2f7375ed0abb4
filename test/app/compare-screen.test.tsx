/** The comparison's screen: its keys, and how it is drawn. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToString } from 'ink';
import { beforeAll, describe, expect, test } from 'vitest';
import { CompareScreen } from '../../components/compare/CompareScreen.tsx';
import { compareLines } from '../../components/compare/compare-lines.ts';
import { onCompareMouse } from '../../components/compare/compare-mouse.ts';
import { createScreens } from '../../components/screens.ts';
import { createTheme } from '../../components/theme.ts';
import { type CompareHost, pressCompareKeys } from '../../src/app/compare/commands.ts';
import { completePath } from '../../src/app/compare/complete-path.ts';
import { compareBindings, compareCommandFor } from '../../src/app/compare/keymap.ts';
import { createCompareSession } from '../../src/app/compare/opening.ts';
import { currentName } from '../../src/app/compare/reducer.ts';
import { type CompareStore, createCompareStore } from '../../src/app/compare/store.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { createReplayStore } from '../../src/app/replay/store.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { eventually } from '../helpers/patience.ts';
import { tempDirectory } from '../helpers/temp-file.ts';
import { deskOf, pathOf } from './kernels.ts';

const theme = createTheme('color', true);
const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, '');

/** Who is around, and what it was asked. */
function fakeHost(): CompareHost & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    terminal: {
      copy: (text) => asked.push(`copy ${text}`) > 0,
      exit() {},
      suspend: () => void asked.push('suspend'),
      redraw: () => void asked.push('redraw'),
      toggleMouse: () => asked.push('mouse') > 0,
    },
    leave: (name) => asked.push(`leave ${name ?? ''}`) > 0 && name !== 'main_is_not_there',
    help: () => void asked.push('help'),
  };
}

function storeOf(columns = 80, rows = 24): CompareStore {
  return createCompareStore(createCompareSession(Vmlinux.open(pathOf('sample')), { file: 'vmlinux' }), columns, rows);
}

const ready = (store: CompareStore) => eventually(() => expect(store.getState().opening.phase).toBe('ready'));

/** A comparison with a fixture, gone to a function. */
async function compared(name: 'x86' | 'relr' | 'sample', target?: string): Promise<CompareStore> {
  const store = storeOf();
  store.dispatch({ type: 'enter', target, path: pathOf(name) });
  await ready(store);
  return store;
}

const typed = (text: string): string[] => Array.from(text, (character) => (character === ' ' ? 'space' : character));
const names = (store: CompareStore): string[] => {
  const { opening, shown } = store.getState();
  return opening.phase === 'ready' ? shown.map((at) => opening.compared.comparison.names[at]!.name) : [];
};
function draw(store: CompareStore, columns: number, rows: number): string[] {
  store.dispatch({ type: 'resize', columns, rows });
  return plain(renderToString(<CompareScreen store={store} theme={theme} file="vmlinux" />, { columns })).split('\n');
}

test('no key is bound twice', () => {
  for (const scope of ['compare', 'typing'] as const) {
    const keys = compareBindings.filter((row) => row.scope === scope).flatMap((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(compareCommandFor(key, scope)).toBeDefined();
  }
});

describe('opening the second kernel', () => {
  test('asks for a path, and Escape leaves', () => {
    const [store, host] = [storeOf(), fakeHost()];
    store.dispatch({ type: 'enter', target: undefined, path: undefined });
    expect(draw(store, 80, 24).join('\n')).toMatch(/compare with: .*a vmlinux; Tab completes/);
    pressCompareKeys(store, host, ['enter', 'escape']);
    expect(host.asked).toEqual(['leave ']);
  });

  test('Ctrl-L draws the screen again while a path is typed', () => {
    const [store, host] = [storeOf(), fakeHost()];
    store.dispatch({ type: 'enter', target: undefined, path: undefined });
    pressCompareKeys(store, host, ['a', 'ctrl-l', 'b']);
    expect(host.asked).toEqual(['redraw']);
    expect(store.getState().prompt?.text).toBe('ab');
  });

  test('a paste that is longer than any path is cut off, and that is said', () => {
    const [store, host] = [storeOf(), fakeHost()];
    store.dispatch({ type: 'enter', target: undefined, path: undefined });
    pressCompareKeys(store, host, typed('/a'.repeat(30_000)));
    expect(store.getState()).toMatchObject({
      prompt: { text: '/a'.repeat(2_048) },
      message: 'a line holds 4,096 characters: the rest was cut off',
    });
    expect(draw(store, 80, 24).join('\n')).toMatch(/compare with: …(?:a\/)+a *$/m);
  });

  test('takes a typed path, with what Tab adds to it', async () => {
    const directory = tempDirectory();
    mkdirSync(join(directory, 'kernels'));
    for (const name of ['vmlinux-1', 'vmlinux-2']) writeFileSync(join(directory, 'kernels', name), '');
    const [store, host] = [storeOf(), fakeHost()];
    store.dispatch({ type: 'enter', target: undefined, path: undefined });
    pressCompareKeys(store, host, [...typed(`${directory}/k`), 'tab', 'v', 'tab']);
    expect(store.getState().prompt).toMatchObject({
      text: `${directory}/kernels/vmlinux-`,
      choices: ['vmlinux-1', 'vmlinux-2'],
    });
    expect(completePath(`${directory}/nothing`)).toEqual({ text: `${directory}/nothing`, choices: [] });
    pressCompareKeys(store, host, ['ctrl-u', ...typed(pathOf('x86')), 'enter']);
    expect(store.getState().opening.phase).toBe('comparing');
    await ready(store);
    expect(names(store)).toContain('tty_write');
  });

  test('says what is wrong with a file, and asks again', async () => {
    const store = storeOf();
    store.dispatch({ type: 'enter', target: undefined, path: '/nowhere/vmlinux' });
    await eventually(() => expect(store.getState().opening.phase).toBe('failed'));
    const text = draw(store, 80, 24).join('\n');
    expect(text).toContain('/nowhere/vmlinux: no such file');
    expect(text).toContain('compare with: /nowhere/vmlinux');
  });

  test('another one takes its place', async () => {
    const [store, host] = [await compared('x86'), fakeHost()];
    pressCompareKeys(store, host, ['c', ...typed(pathOf('relr')), 'enter']);
    await ready(store);
    expect(names(store)).toEqual([]);
    expect(draw(store, 80, 24).join('\n')).toContain('5 same 92');
  });

  test('says what makes the answer doubtful', async () => {
    expect(draw(await compared('x86'), 200, 60).at(-2)).toContain('aarch64 and x86_64: code that only one machine has');
    expect(draw(await compared('sample'), 80, 24).at(-2)).toContain('the file is given twice: nothing differs');
  });
});

describe('the list', () => {
  test('begins at the function in focus', async () => {
    const store = await compared('x86', 'tty_write');
    expect(currentName(store.getState())?.name).toBe('tty_write');
    expect(draw(store, 80, 24).join('\n')).toMatch(/│▸ \+ tty_write +ssize_t \(struct kiocb/);
    expect((await compared('x86', 'redirected_tty_write')).getState().message).toBe(
      'redirected_tty_write is the same on both sides: 5 shows those',
    );
  });

  test('shows one kind of change at a time', async () => {
    const [store, host] = [await compared('x86'), fakeHost()];
    const counts = ['1', '2', '3', '4', '5'].map((key) => {
      pressCompareKeys(store, host, [key]);
      return store.getState().shown.length;
    });
    expect(counts).toEqual([75, 66, 7, 2, 83]);
    pressCompareKeys(store, host, ['tab']);
    expect(store.getState().view).toBe('all');
    pressCompareKeys(store, host, ['shift-tab']);
    expect(store.getState().view).toBe('same');
  });

  test('is filtered by words as they are typed, and Escape brings the filter before back', async () => {
    const [store, host] = [await compared('x86'), fakeHost()];
    pressCompareKeys(store, host, ['/', ...typed('write tty')]);
    expect(names(store)).toEqual([
      'file_tty_write',
      'hung_up_tty_write',
      'n_tty_write',
      'n_tty_write_wakeup',
      'tty_write',
      'tty_write_lock',
      'tty_write_unlock',
    ]);
    pressCompareKeys(store, host, ['enter', '/', ...typed('x'), 'escape']);
    expect(names(store)).toHaveLength(7);
    pressCompareKeys(store, host, ['/', 'ctrl-u', 'enter']);
    expect(names(store)).toHaveLength(75);
  });

  test('is walked with the usual keys', async () => {
    const [store, host] = [await compared('x86'), fakeHost()];
    const at = (...keys: string[]) => {
      pressCompareKeys(store, host, keys);
      return store.getState().cursor;
    };
    expect([at('j', 'j'), at('k'), at('G'), at('j'), at('g'), at('pagedown')]).toEqual([2, 1, 74, 74, 0, 15]);
    expect(at('ctrl-l', '?', 'M')).toBe(15);
    expect(host.asked).toEqual(['redraw', 'help']);
  });
});

test('the mouse scrolls, selects, and opens what it selected', async () => {
  const store = await compared('x86');
  const mouse = (action: 'press' | 'wheel-down', row: number) =>
    onCompareMouse(store, { type: 'mouse', action, button: 'left', column: 5, row } as never);
  mouse('wheel-down', 8);
  expect(store.getState().cursor).toBe(3);
  mouse('press', 5);
  expect(store.getState()).toMatchObject({ cursor: 0, detail: undefined });
  mouse('press', 5);
  expect(store.getState().detail).toEqual({ scroll: 0 });
  expect(store.getState().opening).toMatchObject({ verdicts: { phase: 'reading' } });
});

describe('one function', () => {
  let store: CompareStore;
  const host = fakeHost();
  beforeAll(async () => {
    store = await compared('x86', 'tty_write');
    pressCompareKeys(store, host, ['enter']);
    await eventually(() => expect(store.getState().opening).toMatchObject({ verdicts: { phase: 'ready' } }));
  });

  test('stands side by side at 200x60', () => {
    const text = draw(store, 200, 60).join('\n');
    expect(text).toMatch(/tty_write {2}gained: a record in NEW only/);
    expect(text).toMatch(/record +none: static, in the mcount region +\[352\] at 0x72f0/);
    expect(text).toMatch(/traceable +slot 82, zero in the file +slot 92/);
    expect(text).toMatch(/pahole 1\.20 +not-external, line 750; .* encoded, line 756; /);
    expect(text).toMatch(/prototype +\(no record\) +ssize_t tty_write\(struct kiocb \*iocb, struct iov_iter \*from\)/);
  });

  test('is stacked at 80x24, and scrolled', () => {
    const text = draw(store, 80, 24).join('\n');
    expect(text).toMatch(/OLD vmlinux/);
    expect(text).toMatch(/pahole 1\.20 {2}not-external, line 750; drivers\/tty\/tty_io\.c, DIE 0x5d31/);
    pressCompareKeys(store, host, ['G']);
    const end = draw(store, 80, 24).join('\n');
    expect(end).toMatch(/pahole 1\.20 {2}encoded, line 756/);
    expect(end).toMatch(/lines \d+ to (\d+) of \1/);
  });

  test('leads to the next one, to the panes, and back to the list', () => {
    pressCompareKeys(store, host, ['tab']);
    expect(currentName(store.getState())?.name).not.toBe('tty_write');
    expect(store.getState().detail).toEqual({ scroll: 0 });
    pressCompareKeys(store, host, ['shift-tab', 'y', 'enter']);
    expect(host.asked).toEqual([
      'copy tty_write: gained; OLD no record; NEW ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)',
      'leave tty_write',
    ]);
    pressCompareKeys(store, host, ['escape']);
    expect(store.getState().detail).toBeUndefined();
  });

  test.each([
    [80, 24],
    [200, 60],
    [132, 36],
    [64, 20],
    [40, 10],
  ])('and the list fit %ix%i exactly', (columns, rows) => {
    for (const key of ['escape', 'enter'].slice(store.getState().detail === undefined ? 1 : 0)) {
      if (key === 'enter') pressCompareKeys(store, host, [key]);
      store.dispatch({ type: 'resize', columns, rows });
      const lines = compareLines(store.getState(), theme, 'vmlinux');
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(plain(line).length).toBe(columns);
    }
    pressCompareKeys(store, host, ['escape']);
    const lines = compareLines(store.getState(), theme, 'vmlinux');
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(plain(line).length).toBe(columns);
  });
});

describe('from the panes and back', () => {
  test('of a function that nobody chose it says nothing, and it stays where it was left', async () => {
    const desk = deskOf('sample');
    const { kernel, linker } = desk.session;
    const reading = createReplaySession(kernel, { file: 'vmlinux' });
    const compare = createCompareStore(createCompareSession(kernel, { file: 'vmlinux' }), 80, 24);
    const replay = createReplayStore({ kernel, linker }, reading, 80, 24);
    const screens = createScreens(desk.store, replay, compare, desk.terminal);
    screens.press(['c', ...typed(pathOf('x86')), 'enter']);
    await ready(compare);
    expect(compare.getState()).toMatchObject({ target: undefined, message: undefined, cursor: 0 });
    screens.press(['j', 'j', 'escape', 'c']);
    expect(desk.state.screen).toBe('compare');
    expect(compare.getState()).toMatchObject({ message: undefined, cursor: 2 });
    screens.press(['escape', ':', ...typed('redirected_tty_write'), 'enter', 'c']);
    expect(compare.getState().message).toBe('redirected_tty_write is the same on both sides: 5 shows those');
  });

  test.each([['c'], [':', ...typed(`compare ${pathOf('x86')}`), 'enter']])('%s opens it', async (...keys) => {
    const desk = deskOf('sample').goTo('tty_write');
    const { kernel, linker } = desk.session;
    const reading = createReplaySession(kernel, { file: 'vmlinux' });
    const compare = createCompareStore(createCompareSession(kernel, { file: 'vmlinux' }), 80, 24);
    const replay = createReplayStore({ kernel, linker }, reading, 80, 24);
    const screens = createScreens(desk.store, replay, compare, desk.terminal);
    screens.press(keys);
    expect(desk.state.screen).toBe('compare');
    if (keys.length === 1) screens.press([...typed(pathOf('x86')), 'enter']);
    await ready(compare);
    expect(currentName(compare.getState())?.name).toBe('tty_write');
    screens.press(['?']);
    expect(desk.state.screen).toBe('help');
    screens.press(['escape']);
    expect(desk.state.screen).toBe('compare');
    screens.press(['/', ...typed('n_tty_wr'), 'enter', 'b']);
    expect(desk.state).toMatchObject({ screen: 'browse', links: { name: 'n_tty_write' } });
    screens.press(['c', '/', 'ctrl-u', ...typed('x64_sys_read'), 'enter', 'b']);
    expect(compare.getState().message).toBe('OLD has neither a symbol nor a record of __x64_sys_read');
    screens.press(['escape']);
    expect(desk.state.screen).toBe('browse');
  });
});
