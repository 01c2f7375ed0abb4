/** What campaigns have found, each reduced to the one thing that was wrong: the same answer may never come again. */
import { readFileSync, truncateSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEvidence } from '../../src/app/evidence-session.ts';
import { layOut, type PaneLayout } from '../../src/app/layout.ts';
import { inferredLines } from '../../src/app/replay/inferred.ts';
import { createReplaySession } from '../../src/app/replay/reading.ts';
import { paneView } from '../../src/app/selectors.ts';
import { createSession } from '../../src/app/session.ts';
import { createStore } from '../../src/app/store.ts';
import { causesScreen, reportScreen } from '../../src/app/why/selectors.ts';
import { cellText } from '../../src/format/cells.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { createDebugger } from '../../src/pahole/debugger/debugger.ts';
import { asItWas, Worlds } from '../../src/pahole/debugger/worlds.ts';
import { cli, repository, samplePath } from '../cli/collect.ts';
import { eventually } from '../helpers/patience.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { worldsOf } from '../pahole/debugger-worlds.ts';
import { loadBases } from './bases/bases.ts';
import { commandRows } from './commands.ts';
import { judge } from './judge.ts';
import { recipes } from './recipes.ts';

/** A fixture with a text replaced by another of the same length, wherever it stands. */
function renamed(fixture: string, from: string, to: string): string {
  const bytes = readFileSync(`${repository}fixtures/pahole/elf/${fixture}`);
  const [old, other] = [Buffer.from(from, 'latin1'), Buffer.from(to, 'latin1')];
  expect(other.length).toBe(old.length);
  let found = 0;
  for (let at = bytes.indexOf(old); at >= 0; at = bytes.indexOf(old, at + 1), found++) bytes.set(other, at);
  expect(found).toBeGreaterThan(0);
  return tempFile(bytes);
}

/** Every complaint about a file, over all commands that take it. */
async function complaints(file: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const row of commandRows) {
    if (!row.of.includes('file') || row.argv.includes('SCRIPT')) continue;
    const argv = row.argv.map((word) => (word === 'FILE' ? file : word));
    for (const terminal of [false, true]) {
      const { code, out, err } = await cli(argv, { terminal });
      const answer = { code, out: Buffer.from(out, 'latin1'), err, isTerminal: terminal };
      wrong.push(...judge(row, answer).map((problem) => `${row.argv.join(' ')}: ${problem}`));
    }
  }
  return wrong;
}

describe('a name that a terminal would obey, in the sentence on how the run ends', () => {
  test.each([
    ['the unit that pahole gives up at', 'odd-int', 'odd.c\0', '\x1b[2J.\0', 'the unit \\x1b[2J. ('],
    ['bytes that are not UTF-8', 'odd-int', 'odd.c\0', 'o\xff\x9b.c\0', 'the unit o\\xff\\x9b.c ('],
    ['a base type of an odd size', 'odd-int', 'odd\0', 'o\x1bc\0', "a base type 'o\\x1bc'"],
  ])('%s', async (_, fixture, from, to, shown) => {
    const file = renamed(fixture, from, to);
    expect(await complaints(file)).toEqual([]);
    expect((await cli(['replay', file])).out).toContain(shown);
  });
});

test('the file fails before the replay without DWARF is drawn: a sentence in its place', () => {
  const path = tempFile(readFileSync(samplePath));
  const kernel = Vmlinux.open(path);
  onTestFinished(() => kernel.close());
  expect([kernel.symbols.state, kernel.mcount.state]).toEqual(['ready', 'ready']);
  truncateSync(path, 4096);
  expect(inferredLines(kernel, undefined)).toEqual([
    expect.stringContaining('the file became shorter while it was open'),
  ]);
});

test('the file fails before the debugger goes to another world: the command fails, in words', () => {
  const path = tempFile(readFileSync(samplePath));
  const kernel = Vmlinux.open(path);
  onTestFinished(() => kernel.close());
  const { entries } = worldsOf('sample');
  const worlds = new Worlds({ kernel, entries, file: 'vmlinux' });
  worlds.world(asItWas);
  truncateSync(path, 4096);
  const gdb = createDebugger(worlds);
  const reply = gdb.execute('what-if 1.21');
  expect(reply).toMatchObject({ failed: true, quit: false });
  expect(reply.reply.join('\n')).toContain('the file became shorter while it was open');
});

test('the file fails after it was opened: the panes say so in the place of their rows, and a key does no harm', () => {
  const path = tempFile(readFileSync(`${repository}fixtures/pahole/elf/module-aarch64`));
  const kernel = Vmlinux.open(path);
  onTestFinished(() => kernel.close());
  const store = createStore(createSession(kernel), 120, 40);
  truncateSync(path, 64);
  store.dispatch({ type: 'activate', pane: 'relocations' });
  for (const end of ['first', 'last'] as const) store.dispatch({ type: 'move-to', end });
  store.dispatch({ type: 'resize', columns: 80, rows: 24 });
  expect(store.getState()).toMatchObject({ columns: 80, rows: 24 });
  const { panes } = layOut(80, 24, 'relocations');
  const layout = panes.find(({ pane }) => pane === 'relocations') as PaneLayout;
  const { lines } = paneView(store.session, store.getState(), layout);
  // What was read before is there still.
  const notes = lines
    .filter(({ kind }) => kind === 'note')
    .map(({ cells }) => cells.map((cell) => cellText(cell)).join(''));
  expect(notes.length).toBeGreaterThan(0);
  for (const note of notes) expect(note).toContain('the file became shorter while it was open');
});

test('the file fails while the evidence is gathered: the answers say so, and the program goes on', async () => {
  const path = tempFile(readFileSync(samplePath));
  const kernel = Vmlinux.open(path);
  onTestFinished(() => kernel.close());
  const store = createStore(createSession(kernel, { start: 'tty_write' }), 120, 40);
  const reading = createReplaySession(kernel, { file: 'vmlinux' });
  onTestFinished(() => reading.dispose());
  // Before anything is made of the DWARF that was read.
  reading.subscribe(() => reading.state.phase === 'ready' && truncateSync(path, 128));
  onTestFinished(startEvidence(store, reading));
  store.dispatch({ type: 'why' });
  await eventually(() => expect(store.getState().evidence.phase).toBe('failed'));
  expect(store.getState().message?.text).toContain('the file became shorter while it was open');
  // And what is drawn is drawn of what was read before, or says why not.
  const text = reportScreen(store.getState()).lines.map(({ parts }) => parts.map((part) => part.text).join(''));
  expect(text.join('\n')).toMatch(/tty_write/);
  store.dispatch({ type: 'causes' });
  causesScreen(store.getState());
  expect(store.getState().screen).toBe('causes');
});

describe('the inputs that recorded campaigns complained of', () => {
  const bases = loadBases('fixtures');

  test.each(recipes)('$base: $words ($was)', async ({ base, edits }) => {
    const found = [...bases.small, ...bases.large].find(({ name }) => name === base);
    const bytes = Buffer.from(found?.bytes ?? []);
    for (const [at, hex] of edits) {
      const before = bytes.subarray(at, at + hex.length / 2).toString('hex');
      expect([at, before.length, before === hex]).toEqual([at, hex.length, false]);
      bytes.write(hex, at, 'hex');
    }
    expect(await complaints(tempFile(bytes))).toEqual([]);
  });
});
