/** Sorting and filtering the panes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PaneId } from '../../src/app/panes/pane-table.ts';
import { narrows } from '../../src/app/panes/row-filter.ts';
import { readyValue } from '../../src/errors.ts';
import { type Desk, deskOf } from './kernels.ts';

const numberOf: Readonly<Record<PaneId, string>> = { symbols: '1', mcount: '2', relocations: '3', btf: '4' };

/** The keys that a pane shows with a filter typed into its prompt. */
function filtered(at: Desk, id: PaneId, filter: string): number[] {
  at.press(numberOf[id]).press('f').type(filter).press('enter');
  const { sort, filter: shown } = at.state.panes[id];
  const order = at.session.orders.order(id, sort, shown);
  return Array.from({ length: order.length }, (_, position) => order.keyAt(position) as number);
}

const names = (at: Desk, id: PaneId, keys: readonly number[]): string[] =>
  keys.map((key) => {
    const links = at.session.linker.resolve(at.session.panes[id].focusOf(key));
    return links.name;
  });

describe('symbols', () => {
  test('words are parts of the name, all of them, in any case', () => {
    const at = deskOf('sample');
    const found = names(at, 'symbols', filtered(at, 'symbols', 'WRITE tty'));
    expect(found).toContain('tty_write');
    expect(found).toContain('redirected_tty_write');
    expect(found.every((name) => /tty/.test(name) && /write/.test(name))).toBe(true);
  });

  test('or of the address', () => {
    const at = deskOf('sample').goTo('tty_write');
    const address = at.state.links.address?.toString(16) ?? '';
    expect(names(at, 'symbols', filtered(at, 'symbols', `0x${address}`))).toEqual(['tty_write']);
  });

  test('slot:no and btf:no are questions to functions', () => {
    const at = deskOf('sample');
    const untraced = filtered(at, 'symbols', 'slot:no');
    expect(names(at, 'symbols', untraced)).toContain('sched_clock');
    const { table } = readyValue(at.session.kernel.symbols) ?? {};
    expect(untraced.every((row) => table?.type(row) === 2)).toBe(true);
    const both = names(at, 'symbols', filtered(deskOf('sample'), 'symbols', 'slot:yes btf:no'));
    expect(both).toContain('tty_write');
    expect(both).not.toContain('redirected_tty_write');
  });

  test('type, bind and section go by name, as far as it is typed', () => {
    const at = deskOf('sample');
    const { table } = readyValue(at.session.kernel.symbols) ?? {};
    const functions = filtered(deskOf('sample'), 'symbols', 'type:func');
    expect(functions).toHaveLength(178);
    expect(filtered(deskOf('sample'), 'symbols', 'type:fu')).toEqual(functions);
    const globals = filtered(deskOf('sample'), 'symbols', 'bind:global type:func');
    expect(globals.length).toBeGreaterThan(0);
    expect(globals.every((row) => table?.binding(row) === 1)).toBe(true);
    // .text and not .text.fixup or .init.text, because there is a section of exactly this name.
    const text = filtered(deskOf('sample'), 'symbols', 'section:.text');
    const sections = new Set(text.map((row) => at.session.kernel.elf.sections[table?.sectionOf(row) ?? 0]?.name));
    expect([...sections]).toEqual(['.text']);
  });

  test('every order shows every symbol once', () => {
    const at = deskOf('sample').press('1');
    const { sorts, count } = at.session.panes.symbols;
    for (const sort of sorts) {
      const order = at.session.orders.order('symbols', sort.id, '');
      const keys = Array.from({ length: order.length }, (_, position) => order.keyAt(position));
      expect(new Set(keys).size).toBe(count);
      for (const [position, key] of keys.entries()) expect(order.positionOf(key as number)).toBe(position);
    }
  });

  test('s goes through the orders, names the new one, and keeps the focus in view', () => {
    const at = deskOf('sample', 120, 40).press('1').goTo('tty_write');
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      at.press('s');
      seen.push(`${at.message} | ${at.pane('symbols').tally}`);
      expect(at.pane('symbols').lines.filter(({ linked }) => linked)).toHaveLength(1);
    }
    expect(seen).toEqual([
      'Symbols by name | by name · 519',
      'Symbols by size | by size · 519',
      'Symbols in file order | in file order · 519',
      'Symbols by address | 519',
    ]);
  });

  test('by name is strcmp, by size the largest first', () => {
    const at = deskOf('sample');
    const table = readyValue(at.session.kernel.symbols)?.table;
    const keysOf = (sort: string) => {
      const order = at.session.orders.order('symbols', sort, '');
      return Array.from({ length: order.length }, (_, position) => order.keyAt(position) as number);
    };
    const byName = keysOf('name').map((row) => Buffer.from(table?.name(row) ?? '', 'latin1'));
    for (let i = 1; i < byName.length; i++) expect(Buffer.compare(byName[i - 1]!, byName[i]!)).toBeLessThanOrEqual(0);
    const bySize = keysOf('size').map((row) => table?.size(row) ?? 0n);
    for (let i = 1; i < bySize.length; i++) expect(bySize[i - 1]! >= bySize[i]!).toBe(true);
  });
});

describe('the other panes', () => {
  test('slots: by symbol, by address, raw:zero, relocated:set, symbol:no', () => {
    expect(filtered(deskOf('sample'), 'mcount', 'raw:zero')).toHaveLength(164);
    expect(filtered(deskOf('x86'), 'mcount', 'raw:zero')).toHaveLength(0);
    expect(filtered(deskOf('relr'), 'mcount', 'relocated:zero')).toHaveLength(2);
    expect(filtered(deskOf('relr'), 'mcount', 'relocated:set')).toHaveLength(162);
    expect(filtered(deskOf('sample'), 'mcount', 'symbol:no')).toHaveLength(2);
    const at = deskOf('sample');
    expect(names(at, 'mcount', filtered(at, 'mcount', 'redirected'))).toEqual(['redirected_tty_write']);
  });

  test('relocations: by type, by section and its target, by target', () => {
    const golden = readFileSync('fixtures/golden/vmlinux-aarch64/readelf-r.txt', 'utf8');
    const rows = (type: string): number => golden.split(`R_AARCH64_${type} `).length - 1;
    expect(filtered(deskOf('sample'), 'relocations', 'type:relative')).toHaveLength(rows('RELATIVE'));
    expect(filtered(deskOf('sample'), 'relocations', 'type:none')).toHaveLength(rows('NONE'));
    expect(filtered(deskOf('sample'), 'relocations', 'section:.rela.dyn')).toHaveLength(297);
    const at = deskOf('x86');
    const slots = filtered(at, 'relocations', 'section:.init.data');
    const { relocations } = at.session.kernel;
    expect(new Set(slots.map((row) => relocations.row(row)?.table.section.name))).toEqual(new Set(['.rela.init.data']));
    const sample = deskOf('sample');
    const found = names(sample, 'relocations', filtered(sample, 'relocations', 'redirected_tty'));
    expect(new Set(found)).toEqual(new Set(['redirected_tty_write']));
  });

  test('records: by name, by a word of the prototype, by linkage', () => {
    const at = deskOf('sample');
    expect(names(at, 'btf', filtered(at, 'btf', 'kiocb'))).toContain('redirected_tty_write');
    expect(filtered(deskOf('sample'), 'btf', 'linkage:static')).toHaveLength(93);
    expect(filtered(deskOf('sample'), 'btf', 'linkage:g')).toHaveLength(0);
  });

  test('relocations by place ascend, in a module too', () => {
    for (const name of ['sample', 'module', 'x86'] as const) {
      const at = deskOf(name);
      const order = at.session.orders.order('relocations', 'place', '');
      expect(order.length).toBe(at.session.kernel.relocations.count);
      let last = -1n;
      for (let position = 0; position < order.length; position++) {
        const place = at.session.kernel.relocations.row(order.keyAt(position) as number)?.address ?? -2n;
        expect(place >= last).toBe(true);
        last = place;
      }
    }
  });
});

describe('the prompt', () => {
  test('the list follows while one types, and the title says what of how many', () => {
    const at = deskOf('sample').press('1', 'f').type('tty_w');
    expect(at.pane('symbols').tally).toMatch(/^filter: tty_w · \d+ of 519$/);
    expect(at.state.prompt).toMatchObject({ kind: 'filter', text: 'tty_w' });
  });

  test('an unfinished field filters by what is there of it', () => {
    const at = deskOf('sample').press('1', 'f').type('slot:');
    expect(at.message).toBe('');
    expect(at.pane('symbols').tally).toBe('filter: slot: · 519 of 519');
    at.type('n');
    expect(at.message).toBe('');
    const unfinished = at.pane('symbols').tally.replace('slot:n ', '');
    expect(at.type('o').pane('symbols').tally.replace('slot:no ', '')).toBe(unfinished);
  });

  test.each([
    ['1', 'slot:maybe', 'slot:maybe: say yes or no'],
    ['1', 'type:function', 'type:function: say func, object, notype, section, file or tls'],
    ['1', 'bind:best', 'bind:best: say local, global or weak'],
    ['1', 'section:.nowhere', 'section:.nowhere: say the name of a section'],
    ['2', 'raw:5', 'raw:5: say zero or set'],
    ['3', 'section:.nix', 'section:.nix: say the name of a relocation section, or of the section that it is for'],
    ['4', 'linkage:weak', 'linkage:weak: say static, global, extern'],
  ])('a value that means nothing is told at once: pane %s, %s', (pane, filter, message) => {
    const at = deskOf('sample').press(pane, 'f').type(filter);
    expect(at.message).toBe(message);
    const id = at.state.active;
    expect(at.pane(id).lines.length).toBeGreaterThan(1);
    // Enter keeps no filter that does nothing.
    at.press('enter');
    expect(at.message).toBe(message);
    expect(at.state.panes[id].filter).toBe('');
  });

  test('what is no field is a word: C++ and Rust names have colons', () => {
    const at = deskOf('sample').press('1', 'f').type('core::fmt');
    expect(at.message).toBe('');
    expect(at.lines('symbols')).toEqual(['! nothing matches the filter core::fmt']);
  });

  test('names of objects are no fields', () => {
    expect(deskOf('sample').press('1', 'f').type('constructor:x').message).toBe('');
  });

  test('Escape brings the filter back that was there before, and a second one clears it', () => {
    const at = deskOf('sample').press('1', 'f').type('tty').press('enter').press('f').type('_write').press('escape');
    expect(at.state.panes.symbols.filter).toBe('tty');
    at.press('escape');
    expect(at.state.panes.symbols.filter).toBe('');
    expect(at.state.prompt).toBeUndefined();
  });

  test('Enter puts the focus on a row that the filter keeps, near where it was', () => {
    const at = deskOf('sample').press('1').goTo('tty_write').press('f').type('sched').press('enter');
    expect(at.state.links.name).toMatch(/sched/);
    expect(at.pane('symbols').lines.filter(({ linked }) => linked)).toHaveLength(1);
    expect(at.press('-').state.links.name).toBe('tty_write');
  });

  test('the focus that a filter hides has a place among the rows', () => {
    const at = deskOf('sample', 120, 40).press('2', 'f').type('redirected').press('enter').press('1').goTo('tty_write');
    expect(at.lines('mcount').map((line) => line.slice(0, 40))).toContain('~ hidden by the filter: tty_write');
    expect(at.press('2', 'escape').around('mcount', 3)[1]).toBe('> tty_write');
  });

  test('clearing a filter keeps the row that was found', () => {
    const at = deskOf('sample').press('1', 'f').type('tty_write').press('enter');
    const { name } = at.state.links;
    at.press('escape');
    expect(at.state.links.name).toBe(name);
    expect(at.pane('symbols').lines.filter(({ linked }) => linked)).toHaveLength(1);
    expect(at.state.panes.symbols.top).toBeGreaterThan(0);
  });

  test('a pane without rows has nothing to filter or sort', () => {
    const at = deskOf('module').press('4', 'f');
    expect(at.message).toBe('BTF FUNC: nothing to filter');
    expect(at.press('s').message).toBe('BTF FUNC: nothing to sort');
  });
});

describe('narrowing', () => {
  test.each([
    ['tt', 'tty', true],
    ['tty', 'tty w', true],
    ['tty w', 'tty write slot:no', true],
    ['tty', 'TTY_', true],
    ['', 'anything', true],
    ['tty', 'tt', false],
    ['tty write', 'tty', false],
    ['slot:n', 'slot:no', false],
    ['type', 'type:func', false],
    ['0x', '0x1', false],
    ['0', '0x1', false],
  ])('%j → %j: %s', (before, after, expected) => {
    expect(narrows(before, after)).toBe(expected);
  });
});
