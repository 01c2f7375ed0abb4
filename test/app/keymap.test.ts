/** The one key table: no key means two things, every binding does something, and the help has them all. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../src/app/commands.ts';
import { compareBindings } from '../../src/app/compare/keymap.ts';
import { helpLines, helpMarkdown } from '../../src/app/help.ts';
import { type Binding, bindings, commandFor, type Scope, scopesOf, writeKey } from '../../src/app/keymap.ts';
import { replayBindings } from '../../src/app/replay/keymap.ts';
import { textLines } from '../../src/app/text-screens.ts';
import { deskOf } from './kernels.ts';

const places = [
  ['the panes', scopesOf('browse', undefined)],
  ['the hex view', scopesOf('hex', undefined)],
  ['the help', scopesOf('help', undefined)],
  ['the report', scopesOf('why', undefined)],
  ['the overview', scopesOf('causes', undefined)],
  ['the search', scopesOf('browse', 'search')],
  ['a prompt', scopesOf('hex', 'goto')],
] as const;

test.each(places)('in %s no key is bound twice in one scope, nor hidden by another', (_, scopes) => {
  const bound = new Map<string, Scope>();
  for (const scope of scopes) {
    for (const binding of bindings.filter((row) => row.scope === scope)) {
      for (const key of binding.keys) {
        const before = bound.get(key);
        // A screen of its own may take a key over from all screens: q closes where elsewhere it quits.
        if (before !== undefined) expect([key, before]).not.toEqual([key, scope]);
        else bound.set(key, scope);
        expect(commandFor(key, scopes)).toBeDefined();
      }
    }
  }
});

test('keys have the names that the terminal gives them', () => {
  const words =
    /^(?:(?:ctrl|alt|shift)-)*(?:up|down|left|right|pageup|pagedown|home|end|enter|escape|tab|backspace|delete|space|f\d+)$/;
  for (const { keys } of bindings) {
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key).toMatch(new RegExp(`${words.source}|^(?:ctrl-|alt-)?[!-~]$`));
  }
});

test('every command does something: it changes the state or asks the terminal', () => {
  const before: Partial<Record<Binding['command'], string[]>> = {
    close: ['?'],
    cancel: [':'],
    accept: [':'],
    forward: ['enter', '-'],
    'hex-mode': ['x'],
    up: ['G'],
    first: ['G'],
    'page-up': ['G'],
    'half-page-up': ['G'],
    'edit-left': [':', 'a'],
    'edit-right': [':', 'a', 'left'],
    'edit-home': [':', 'a'],
    'edit-end': [':', 'a', 'left'],
    'erase-left': [':', 'a'],
    'erase-right': [':', 'a', 'left'],
    'erase-word': [':', 'a'],
    'erase-before': [':', 'a'],
    'erase-after': [':', 'a', 'left'],
    'prompt-down': ['/'],
    'prompt-up': ['/'],
    'prompt-page-down': ['/'],
    'prompt-page-up': ['/'],
    'pane-1': ['2'],
    'pane-2': ['1'],
    'pane-3': ['1'],
    'pane-4': ['1'],
  };
  for (const command of new Set(bindings.map((row) => row.command))) {
    const at = deskOf('sample', 80, 24).press('1').goTo('tty_write');
    for (const key of before[command] ?? []) at.press(key);
    const state = at.state;
    runCommand(at.store, at.terminal, command);
    expect([command, at.state !== state || at.terminal.asked.length > 0]).toEqual([command, true]);
  }
});

describe('the help', () => {
  test('lists every binding once, those of the replay and the comparison too', () => {
    const shown = helpLines().filter(({ kind }) => kind === 'binding');
    const all = [...bindings, ...replayBindings, ...compareBindings].map(
      (row) => `${row.keys.map(writeKey).join(' ')} ${row.label}`,
    );
    expect(shown.map((row) => `${row.keys} ${row.text}`).sort()).toEqual(all.sort());
  });

  test('keeps its lines from being scrolled away', () => {
    const at = deskOf('sample', 80, 24).press('?');
    const count = textLines(at.state).length;
    for (let i = 0; i < 20; i++) at.press('pagedown');
    const end = at.state.scroll;
    expect(end).toBe(count - 17);
    expect(at.press('k').state.scroll).toBe(end - 1);
    expect(at.press('G').state.scroll).toBe(end);
    expect(at.press('g').state.scroll).toBe(0);
    expect(at.press('k', 'pageup').state.scroll).toBe(0);
  });

  test('the key that opened a screen closes it', () => {
    const at = deskOf('sample');
    expect(at.press('?').state.screen).toBe('help');
    expect(at.press('i').state.screen).toBe('facts');
    expect(at.press('i').state.screen).toBe('browse');
    expect(at.press('?', '?').state.screen).toBe('browse');
    for (const key of ['escape', 'q']) expect(at.press('?', key).state.screen).toBe('browse');
    expect(at.press('?', '3').state).toMatchObject({ screen: 'browse', active: 'relocations' });
    expect(at.terminal.asked).toEqual([]);
  });

  test('is the table of the README', () => {
    const inReadme = /<!-- keys -->\n([\s\S]*?)<!-- \/keys -->/.exec(readFileSync('README.md', 'utf8'))?.[1];
    expect(inReadme, 'npm run docs writes it').toBe(helpMarkdown());
  });
});

test('keys are written as keyboards have them', () => {
  expect(['ctrl-d', 'pagedown', 'shift-tab', 'space', '?', 'f1', 'alt-backspace'].map(writeKey)).toEqual([
    'Ctrl-D',
    'PgDn',
    'Shift-Tab',
    'Space',
    '?',
    'F1',
    'Alt-Backspace',
  ]);
});

test('the mouse key says what it did', () => {
  const at = deskOf('sample').press('M');
  expect(at.message).toBe("mouse off: the terminal's own selection works");
  expect(at.press('M').message).toBe('mouse on: wheel and click');
  expect(at.terminal.asked).toEqual(['mouse false', 'mouse true']);
});
