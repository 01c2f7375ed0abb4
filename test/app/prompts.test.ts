/** Search, go to, and the line that is typed. */
import { describe, expect, test } from 'vitest';
import { hitLines } from '../../src/app/hit-table.ts';
import { editLine, type LineEdit, mostTyped } from '../../src/app/line-edit.ts';
import { startSearch } from '../../src/app/search-session.ts';
import { promptHint, searchNote } from '../../src/app/selectors.ts';
import { cellText } from '../../src/format/cells.ts';
import { eventually } from '../helpers/patience.ts';
import { Desk, deskOf, pathOf, sessionOf } from './kernels.ts';

describe('go to', () => {
  const goTo = (text: string, name: Parameters<typeof deskOf>[0] = 'sample'): Desk =>
    deskOf(name).press(':').type(text).press('enter');

  test('a symbol', () => {
    const at = goTo('tty_write');
    expect([at.state.links.name, at.state.prompt]).toEqual(['tty_write', undefined]);
  });

  test('symbol+offset, as traces, gdb and objdump write it', () => {
    for (const text of ['tty_write+0x10', 'tty_write+0x10/0x28', '<tty_write+16>', ' tty_write+0x10 ']) {
      expect(goTo(text).state.links.name).toBe('tty_write+0x10');
    }
  });

  test('an address: of a function, of a slot, of nothing', () => {
    const address = goTo('tty_write').state.links.address ?? 0n;
    expect(goTo(`0x${address.toString(16)}`).state.links.focus.kind).toBe('symbol');
    expect(goTo(address.toString(16)).state.links.name).toBe('tty_write');
    const place = goTo('__start_mcount_loc').state.links.address ?? 0n;
    const at = goTo(`0x${(place + 16n).toString(16)}`);
    expect(at.state.links.focus).toEqual({ kind: 'slot', slot: 2 });
    expect(goTo('0x10').state.links).toMatchObject({ name: '0x10', symbol: { state: 'missing' } });
  });

  test('a FUNC record without a symbol', () => {
    const at = goTo('memcpy', 'x86');
    expect(at.message).toBe('');
  });

  test('what is not there is told, and the focus stays', () => {
    const at = goTo('no_such_thing');
    expect(at.message).toBe('no symbol or FUNC record is named no_such_thing; / searches');
    expect(at.state.links.name).toBe('cpuinfo_store_cpu.constprop.0');
    expect(goTo('nothing+0x4').message).toBe('no symbol nothing');
    expect(goTo('/regex/').message).toBe('give an address, a symbol or symbol+offset');
  });

  test('nothing typed is nothing done', () => {
    expect(goTo('').message).toBe('');
    expect(goTo('   ').state.prompt).toBeUndefined();
  });

  test('a few words are commands', () => {
    expect(goTo('help').state.screen).toBe('help');
    expect(goTo('facts').state.screen).toBe('facts');
    expect(goTo('hex').state.screen).toBe('hex');
    expect(goTo('q').terminal.asked).toEqual(['exit 0']);
    // Functions of the kernel have such names; objects of JavaScript too.
    expect(goTo('sort').message).toMatch(/^no symbol/);
    expect(goTo('constructor').message).toMatch(/^no symbol/);
  });

  test('in the hex view it shows bytes', () => {
    const at = deskOf('sample').press('x', ':').type('tty_open').press('enter');
    expect([at.state.screen, at.state.links.name]).toEqual(['hex', 'tty_open']);
    expect(at.state.hex.cursor).toBe(at.state.links.address);
  });

  test('Escape leaves everything as it was', () => {
    const at = deskOf('sample');
    const before = at.state;
    at.press(':').type('tty_write').press('escape');
    expect(at.state.links).toBe(before.links);
    expect(at.state.prompt).toBeUndefined();
  });

  test('the empty prompt says what it takes', () => {
    const at = deskOf('sample').press(':');
    expect(promptHint(at.session, at.state.prompt!)).toMatch(/^an address, a symbol/);
    expect(promptHint(at.session, at.type('x').state.prompt!)).toBe('');
  });
});

describe('search', () => {
  /** A desk with the names searched on this thread. */
  const searching = (name: Parameters<typeof deskOf>[0] = 'sample', columns = 80, rows = 24) => {
    const at = deskOf(name, columns, rows);
    const search = startSearch(at.store, undefined);
    search.start();
    return { at, end: () => search.dispose() };
  };
  const answered = (at: Desk) =>
    eventually(() => {
      const { prompt, results } = at.state;
      if (prompt !== undefined && (results.text !== prompt.text || !results.complete)) throw new Error('no hits yet');
    });

  test('lists hits as one types, Enter goes to the first in the symbols pane', async () => {
    const { at, end } = searching();
    at.press('4', '/').type('ttywrite');
    await answered(at);
    const lines = hitLines(at.session, at.state).map(({ cells }) => cells.map(cellText).join(' '));
    expect(lines[0]).toMatch(/^tty_write t ffff8000\w{8} ✓ ✗$/);
    at.press('enter');
    expect([at.state.links.name, at.state.active, at.state.prompt]).toEqual(['tty_write', 'symbols', undefined]);
    expect(at.around('symbols', 2)[1]).toBe('> tty_write');
    end();
  });

  test('Enter before the hits waits for them', async () => {
    const { at, end } = searching();
    at.press('/', ...'tty_write', 'enter');
    await eventually(() => expect(at.state.prompt).toBeUndefined());
    expect(at.state.links.name).toBe('tty_write');
    end();
  });

  test('arrows, Tab and pages choose another; the ends are the ends', async () => {
    const { at, end } = searching();
    at.press('/').type('tty');
    await answered(at);
    const { hits } = at.state.results;
    at.press('down').press('tab').press('ctrl-n').press('up');
    expect(at.state.prompt).toMatchObject({ selected: 2 });
    for (let i = 0; i < 12; i++) at.press('pagedown');
    expect(at.state.prompt).toMatchObject({ selected: hits.length - 1 });
    const selected = hitLines(at.session, at.state).filter((line) => line.selected);
    expect(selected).toHaveLength(1);
    for (let i = 0; i < 12; i++) at.press('pageup');
    at.press('up', 'enter');
    expect(at.state.links.name).toBe(hits[0]?.name);
    end();
  });

  test('n and N walk the hits, round the end too', async () => {
    const { at, end } = searching();
    expect(at.press('n').message).toBe('no search yet: / searches');
    at.press('/').type('tty_wr');
    await answered(at);
    const names = at.state.results.hits.map(({ name }) => name);
    at.press('enter');
    expect(at.state.links.name).toBe(names[0]);
    expect(at.press('n').state.links.name).toBe(names[1]);
    expect(at.message).toBe(`match 2 of ${names.length} for tty_wr`);
    expect(at.press('N').press('N').state.links.name).toBe(names.at(-1));
    expect(at.press('n').state.links.name).toBe(names[0]);
    end();
  });

  test('a search that was left with Escape is not walked', async () => {
    const { at, end } = searching();
    at.press('/').type('tty_wr');
    await answered(at);
    at.press('enter').press('/').type('sched');
    await answered(at);
    at.press('escape');
    expect(at.press('n').message).toMatch(/for tty_wr$/);
    end();
  });

  test('an opened prompt shows no hits of the search before', async () => {
    const { at, end } = searching();
    at.press('/').type('tty_wr');
    await answered(at);
    at.press('enter').press('/');
    expect(hitLines(at.session, at.state)).toEqual([]);
    expect(searchNote(at.session, at.state)).toMatch(/^type letters/);
    at.press('enter');
    expect(at.state.prompt).toBeUndefined();
    end();
  });

  test('what matches nothing is told, and Enter then closes', async () => {
    const { at, end } = searching();
    at.press('/').type('qqqzzz');
    await answered(at);
    expect(searchNote(at.session, at.state)).toBe('no name matches');
    at.press('enter');
    expect(at.message).toBe('nothing matches qqqzzz');
    end();
  });

  test('an address and symbol+offset go straight there', () => {
    const { at, end } = searching();
    at.press('/').type('tty_write+0x8');
    expect(searchNote(at.session, at.state)).toBe('Enter goes to tty_write+0x8');
    at.press('enter');
    expect(at.state.links.name).toBe('tty_write+0x8');
    end();
  });

  test('a bad expression says what is wrong with it', async () => {
    const { at, end } = searching();
    at.press('/').type('/tty(/');
    await answered(at);
    expect(searchNote(at.session, at.state)).toMatch(/^not a regular expression/);
    end();
  });

  test('is not begun once it is over: a thread would keep the program from ending', () => {
    let threads = 0;
    const at = deskOf('sample');
    const search = startSearch(at.store, () => {
      threads++;
      throw new Error('no thread');
    });
    search.dispose();
    search.start();
    at.press('/').type('tty');
    expect(threads).toBe(0);
  });

  test('a name that only the BTF has is found in its pane', async () => {
    // The records of another kernel, which has functions that this one has not.
    const at = new Desk(sessionOf(pathOf('sample'), { btf: pathOf('x86') }));
    const search = startSearch(at.store, undefined);
    search.start();
    const end = () => search.dispose();
    const { kernel } = at.session;
    if (kernel.symbols.state !== 'ready' || kernel.btf.state !== 'ready') throw new Error('the fixture is not whole');
    const { table } = kernel.symbols.value;
    const { btf } = kernel.btf.value;
    const only = [...btf.funcs].find((id) => table.find(btf.nameOf(id)) === undefined) ?? 0;
    at.press('/').type(btf.nameOf(only));
    await answered(at);
    at.press('enter');
    expect(at.state.active).toBe('btf');
    expect(at.links).toMatch(/^- - - \d+$/);
    end();
  });
});

describe('the line', () => {
  const edited = (text: string, cursor: number, ...kinds: Exclude<LineEdit['kind'], 'insert'>[]) =>
    kinds.reduce((line, kind) => editLine(line, { kind }), { text, cursor });

  test('is edited at its cursor', () => {
    expect(editLine({ text: 'tywrite', cursor: 1 }, { kind: 'insert', text: 't' })).toEqual({
      text: 'ttywrite',
      cursor: 2,
    });
    expect(edited('tty write', 9, 'left', 'left', 'erase-left')).toEqual({ text: 'tty wrte', cursor: 6 });
    expect(edited('tty write', 0, 'erase-right', 'erase-left', 'left')).toEqual({ text: 'ty write', cursor: 0 });
    expect(edited('tty write', 9, 'erase-word')).toEqual({ text: 'tty ', cursor: 4 });
    expect(edited('tty write', 4, 'erase-word')).toEqual({ text: 'write', cursor: 0 });
    expect(edited('tty write', 4, 'erase-before')).toEqual({ text: 'write', cursor: 0 });
    expect(edited('tty write', 4, 'erase-after', 'right')).toEqual({ text: 'tty ', cursor: 4 });
    expect(edited('tty write', 4, 'home', 'end')).toEqual({ text: 'tty write', cursor: 9 });
  });

  test('never holds half a character, nor one that a terminal would obey', () => {
    expect(edited('a𝔘', 3, 'left')).toEqual({ text: 'a𝔘', cursor: 1 });
    expect(edited('a𝔘', 3, 'erase-left')).toEqual({ text: 'a', cursor: 1 });
    expect(editLine({ text: '', cursor: 0 }, { kind: 'insert', text: 'a\x1b[31m\u202eb\n' }).text).toBe('a[31mb');
  });

  test('holds 4,096 code units, whole characters, and says that the rest was cut off', () => {
    const full = editLine({ text: 'ab', cursor: 1 }, { kind: 'insert', text: 'x'.repeat(60_000) });
    expect(full).toEqual({ text: `a${'x'.repeat(mostTyped - 2)}b`, cursor: mostTyped - 1 });
    expect(editLine(full, { kind: 'insert', text: 'y' })).toEqual(full);
    expect(editLine({ text: 'a', cursor: 1 }, { kind: 'insert', text: '𝔘'.repeat(3_000) }).text).toBe(
      `a${'𝔘'.repeat(2_047)}`,
    );
    for (const key of ['/', ':', 'f']) {
      const at = deskOf('sample').press(key, ...'ab'.repeat(30_000));
      expect(at.state.prompt?.text).toBe('ab'.repeat(2_048));
      expect(at.message).toBe('a line holds 4,096 characters: the rest was cut off');
    }
  });

  test('Ctrl-L draws the screen again, and the line stays as it is', () => {
    for (const key of ['/', ':', 'f']) {
      const at = deskOf('sample').press(key, 'a', 'ctrl-l', 'b');
      expect(at.terminal.asked).toEqual(['redraw']);
      expect(at.state.prompt).toMatchObject({ text: 'ab', cursor: 2 });
    }
  });

  test('keys that come in one chunk are all of them: typed, erased, accepted', () => {
    const at = deskOf('sample').press(':', ...'tty_wrong', 'backspace', 'backspace', 'backspace', ...'ite', 'enter');
    expect(at.state.links.name).toBe('tty_write');
  });

  test('Ctrl and Alt keys that are bound to nothing type nothing', () => {
    const at = deskOf('sample').press(':', 'a', 'ctrl-g', 'alt-b', 'f5', 'insert', 'b');
    expect(at.state.prompt).toMatchObject({ text: 'ab' });
  });

  test('keys of the panes are letters here', () => {
    const at = deskOf('sample').press(':', ...'q1x?Mjk', 'space', 'space');
    expect(at.state.prompt).toMatchObject({ text: 'q1x?Mjk  ' });
  });
});
