/** The walk between the four panes: one focus, every pane follows it. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PaneId, paneIds } from '../../src/app/panes/pane-table.ts';
import { readyValue } from '../../src/errors.ts';
import { deskOf, kernelNames } from './kernels.ts';

describe('the story: tty_write has a slot, a relocation and no record', () => {
  const desk = () => deskOf('sample', 120, 40).goTo('tty_write');

  test('the panes show its row, and the place of the record that is missing', () => {
    const at = desk();
    expect(at.around('symbols', 2)).toEqual(['  file_tty_write', '> tty_write', '  redirected_tty_write']);
    expect(at.around('mcount', 3)).toEqual(['  file_tty_write', '> tty_write', '  redirected_tty_write']);
    expect(at.around('relocations', 3)).toEqual(['  file_tty_write', '> tty_write', '  redirected_tty_write']);
    expect(at.around('btf', 1)).toEqual([
      '  ssize_t redirected_tty_write(struct kiocb *iocb, struct iov_iter *iter)',
      '~ no FUNC record: tty_write',
      '  void tty_write_message(struct tty_struct *tty, char *msg)',
    ]);
  });

  test('Enter goes from pane to pane and says why it passes one by', () => {
    const at = desk().press('1');
    expect(at.press('enter').state.active).toBe('mcount');
    expect(at.press('enter').state.active).toBe('relocations');
    expect(at.message).toBe('');
    expect(at.press('enter').state.active).toBe('symbols');
    expect(at.message).toBe('BTF FUNC: no FUNC record of this name; on to Symbols');
    expect(at.state.links.name).toBe('tty_write');
  });

  test('from the gap, one down is the record below it and one up the one above it', () => {
    const below = desk().press('4', 'j');
    expect(below.state.links.name).toBe('tty_write_message');
    const above = desk().press('4', 'k');
    expect(above.state.links.name).toBe('redirected_tty_write');
  });

  test('where it is encoded there is a row in each pane', () => {
    const at = deskOf('x86', 120, 40).goTo('tty_write');
    for (const pane of paneIds) expect(at.pane(pane).lines.filter(({ linked }) => linked)).toHaveLength(1);
    at.press('3', 'enter');
    expect(at.state.active).toBe('btf');
    expect(at.message).toBe('');
  });

  test('a slot 8 bytes before its function is the slot of the function', () => {
    const at = deskOf('relr', 120, 40).goTo('tty_write');
    expect(at.around('mcount', 3)[1]).toBe('> tty_write-0x8');
    expect(at.around('relocations', 3)[1]).toBe('> tty_write-0x8');
  });

  test('in a big-endian and in a 32-bit kernel too', () => {
    expect(deskOf('s390x', 120, 40).goTo('tty_write').around('mcount', 3)[1]).toBe('> tty_write');
    expect(deskOf('arm32', 120, 40).goTo('tty_write').around('mcount', 3)[1]).toBe('> tty_write');
  });
});

describe('links that are missing', () => {
  test('a datum has no slot and no record, and a relocation only where one fills it', () => {
    const at = deskOf('sample', 120, 40).goTo('linux_banner');
    expect(at.links).toMatch(/^\d+ - - -$/);
    expect(at.lines('mcount').join('\n')).toContain('no slot: linux_banner — not a function');
  });

  test('a slot whose function was dropped says so, and names no other', () => {
    const at = deskOf('sample', 120, 40);
    const region = readyValue(at.session.kernel.mcount);
    const lost = Array.from({ length: region?.count ?? 0 }, (_, slot) => slot).find(
      (slot) => region?.slot(slot).symbol === undefined,
    );
    at.do({ type: 'focus', focus: at.session.panes.mcount.focusOf(lost ?? -1), pane: 'mcount' });
    expect(at.links).toMatch(/^- \d+ \d+ -$/);
    expect(at.lines('symbols').join('\n')).toMatch(/~ no symbol: .*a weak function that lost/);
  });

  test('a padding entry does nothing, and is not taken for a place at address 0', () => {
    const at = deskOf('sample', 120, 40);
    const { relocations } = at.session.kernel;
    const none = Array.from({ length: relocations.count }, (_, row) => row).find(
      (row) => relocations.row(row)?.type === 0,
    );
    at.do({ type: 'focus', focus: at.session.panes.relocations.focusOf(none ?? -1), pane: 'relocations' });
    expect(at.state.links.name).toMatch(/^\.rela\.dyn, entry \d+$/);
    expect(at.state.links.symbol).toMatchObject({ state: 'missing', reason: 'R_AARCH64_NONE does nothing' });
    at.press('x');
    expect(at.message).toBe('the focus has no address to show bytes at');
  });

  test('an entry for a symbol of another file leads to that symbol, which has no address here', () => {
    const at = deskOf('module', 120, 40);
    const { relocations } = at.session.kernel;
    const table = readyValue(at.session.kernel.symbols)?.table;
    const row = Array.from({ length: relocations.count }, (_, i) => i).find((i) => {
      const symbol = relocations.row(i)?.symbol ?? 0;
      return symbol !== 0 && table?.st_shndx(symbol) === 0;
    });
    at.do({ type: 'focus', focus: at.session.panes.relocations.focusOf(row ?? -1), pane: 'relocations' });
    const symbol = relocations.row(row ?? -1)?.symbol ?? 0;
    expect(at.state.links).toMatchObject({ name: table?.name(symbol), address: undefined });
    expect(at.around('relocations', 3)).toContain(`> ${table?.name(symbol)}`);
    expect(at.press('x').message).toBe('');
  });

  test('the symbols of sections are called by them', () => {
    const at = deskOf('module', 120, 60).press('1', 'f').type('type:section').press('enter');
    expect(at.lines('symbols').join('\n')).toContain(' .text');
    expect(at.state.links.name).toMatch(/^\./);
  });

  test('where nobody knows the place of a gap it is on the first line', () => {
    const at = deskOf('sample', 120, 40).goTo('0x10');
    expect(at.state.links.name).toBe('0x10');
    for (const pane of ['symbols', 'mcount', 'relocations', 'btf'] as const) {
      expect(at.lines(pane)[0]).toMatch(/^~ no (symbol|slot|relocation|FUNC record): 0x10/);
    }
  });
});

describe('back and forward', () => {
  test('undo and redo each jump, with the pane that was active', () => {
    const at = deskOf('x86', 120, 40).press('1').goTo('tty_write');
    at.press('enter').press('enter').press('enter');
    expect(at.state.active).toBe('btf');
    const places = ['relocations', 'mcount', 'symbols'] as const;
    for (const pane of places) expect(at.press('-').state.active).toBe(pane);
    at.press('-');
    expect(at.state.links.name).toBe('quiet_kernel');
    expect(at.press('-').message).toBe('this is where you began');
    at.press('+').press('+');
    expect([at.state.links.name, at.state.active]).toEqual(['tty_write', 'mcount']);
    at.press('+').press('+').press('+');
    expect(at.message).toBe('nothing to go forward to');
  });

  test('rows that one walks over are no places to come back to', () => {
    const at = deskOf('sample').press('1').goTo('tty_write').press('j', 'j', 'j', 'k');
    expect(at.press('-').state.links.name).toBe('cpuinfo_store_cpu.constprop.0');
  });

  test('a jump after going back forgets the way forward', () => {
    const at = deskOf('sample').goTo('tty_write').goTo('schedule').press('-').goTo('tty_open');
    expect(at.press('+').message).toBe('nothing to go forward to');
  });

  test('back leaves the hex view and comes back to it', () => {
    const at = deskOf('sample').goTo('tty_write').press('x').goTo('schedule');
    expect(at.state.screen).toBe('hex');
    at.press('-');
    expect([at.state.screen, at.state.links.name]).toEqual(['hex', 'tty_write']);
    at.press('-');
    expect([at.state.screen, at.state.links.name]).toEqual(['browse', 'cpuinfo_store_cpu.constprop.0']);
  });
});

describe('moving', () => {
  test('pages keep a row in view, the ends are the ends, and nothing goes past them', () => {
    const at = deskOf('sample', 80, 24).press('1', 'g');
    const rows = at.pane('symbols').lines.length;
    const cursor = () => at.state.panes.symbols.cursor;
    expect(cursor()).toBe(0);
    at.press('space');
    expect(cursor()).toBe(rows - 1);
    at.press('ctrl-d');
    expect(cursor()).toBe(rows - 1 + (rows >> 1));
    at.press('ctrl-u').press('pageup').press('pageup').press('k');
    expect(cursor()).toBe(0);
    const last = at.session.panes.symbols.count - 1;
    expect(at.press('G').state.panes.symbols.cursor).toBe(last);
    expect(at.press('j', 'j', 'pagedown').state.panes.symbols.cursor).toBe(last);
    expect(at.pane('symbols').lines).toHaveLength(rows);
  });

  test('a held key is as many rows as it was pressed', () => {
    const at = deskOf('sample').press('1', 'g');
    at.press(...Array.from({ length: 200 }, () => 'j'));
    expect(at.state.panes.symbols.cursor).toBe(200);
  });

  test('Tab and its opposite go round, numbers go straight', () => {
    const at = deskOf('sample').press('1');
    const seen: PaneId[] = [];
    for (let i = 0; i < 4; i++) seen.push(at.press('tab').state.active);
    expect(seen).toEqual(['mcount', 'relocations', 'btf', 'symbols']);
    expect(at.press('shift-tab').state.active).toBe('btf');
    for (const [i, pane] of paneIds.entries()) expect(at.press(String(i + 1)).state.active).toBe(pane);
  });

  test('a message is gone with the next key, even one that does nothing', () => {
    const at = deskOf('sample').press('+');
    expect(at.message).not.toBe('');
    expect(at.press('Z').message).toBe('');
  });

  test('copying takes the name and the address of the focus', () => {
    const at = deskOf('sample').goTo('tty_write').press('y');
    const nm = readFileSync('fixtures/golden/vmlinux-aarch64/nm.txt', 'utf8');
    const address = /^([0-9a-f]{16}) . tty_write$/m.exec(nm)?.[1];
    expect(at.terminal.asked).toEqual([`copy tty_write ${address}`]);
    expect(at.message).toBe(`copied: tty_write ${address}`);
  });
});

describe('the selection follows itself home', () => {
  const pane = fc.constantFrom(...paneIds);
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test.each(kernelNames)('%s: every row of every pane is its own row', (name) => {
    const at = deskOf(name, 120, 40);
    for (const id of paneIds) {
      const table = at.session.panes[id];
      const order = at.session.orders.order(id, table.sorts[0]?.id ?? '', '');
      for (let position = 0; position < order.length; position++) {
        const key = order.keyAt(position) as number;
        const link = table.linkOf(at.session.linker.resolve(table.focusOf(key)));
        expect([id, link.state === 'linked' ? link.key : link.reason]).toEqual([id, key]);
      }
    }
  });

  test.each(kernelNames)('%s: following from any row and going back is no change', (name) => {
    fc.assert(
      fc.property(pane, place, fc.integer({ min: 1, max: 5 }), (id, share, steps) => {
        const at = deskOf(name, 120, 40);
        const table = at.session.panes[id];
        if (table.count === 0) return;
        const order = at.session.orders.order(id, table.sorts[0]?.id ?? '', '');
        const key = order.keyAt(Math.floor(share * order.length)) as number;
        at.do({ type: 'focus', focus: table.focusOf(key), pane: id });
        const before = at.state;
        for (let i = 0; i < steps; i++) at.press('enter');
        while (at.state.back.length > before.back.length) at.press('-');
        expect(at.state.links).toEqual(before.links);
        expect(at.state.active).toBe(before.active);
      }),
      { numRuns: 150 },
    );
  });

  test.each(kernelNames)('%s: after one round of the panes, the next round is the same', (name) => {
    fc.assert(
      fc.property(pane, place, (id, share) => {
        const at = deskOf(name, 120, 40);
        const table = at.session.panes[id];
        if (table.count === 0) return;
        const order = at.session.orders.order(id, table.sorts[0]?.id ?? '', '');
        const key = order.keyAt(Math.floor(share * order.length)) as number;
        at.do({ type: 'focus', focus: table.focusOf(key), pane: id });
        const round = (): string => {
          const seen: string[] = [];
          for (let i = 0; i < 4; i++) seen.push(`${at.press('enter').state.active} ${at.links}`);
          return seen.join('\n');
        };
        // The first round leaves aliases and duplicates for the row that stands for them.
        for (let i = 0; i < 3; i++) round();
        const settled = [round(), round(), round(), round()];
        expect(new Set(settled.flatMap((text) => text.split('\n'))).size).toBeLessThanOrEqual(4);
      }),
      { numRuns: 100 },
    );
  });
});
