/** Orders of large tables: made in slices, dropped when no longer wanted, and the pane shows the old one meanwhile. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderCache } from '../../src/app/order.ts';
import { startOrders } from '../../src/app/order-session.ts';
import type { PaneTable } from '../../src/app/panes/pane-table.ts';
import { relocationsPane } from '../../src/app/panes/relocations-pane.ts';
import { rowFilter } from '../../src/app/panes/row-filter.ts';
import type { Session } from '../../src/app/session.ts';
import { atOnce, finish, runFor, selectKeys, sortByText } from '../../src/app/work.ts';
import { ParseError } from '../../src/errors.ts';
import { span } from '../../src/format/cells.ts';
import { focusSymbol } from '../../src/kernel/links.ts';
import type { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { eventually } from '../helpers/patience.ts';
import { Desk, deskOf } from './kernels.ts';

const count = 20_000;
const nameOf = (row: number): string => `name_${(row * 7919) % count}`;

/** The sample kernel with a symbols pane of 20,000 rows, and what was read of them. */
function large(test: (row: number) => boolean = () => true): { session: Session; looks: () => number } {
  const { session } = deskOf('sample');
  let looks = 0;
  const symbols: PaneTable = {
    ...session.panes.symbols,
    count,
    problem: undefined,
    sorts: [
      { id: 'row', label: 'by row', slow: false, order: () => atOnce(undefined) },
      {
        id: 'name',
        label: 'by name',
        slow: true,
        order: () =>
          sortByText(
            Uint32Array.from({ length: count }, (_, row) => row),
            nameOf,
          ),
      },
    ],
    cells: (row) => [span(nameOf(row))],
    focusOf: (row) => focusSymbol(1 + (row % 500)),
    matcher: (filter) =>
      rowFilter(filter, {
        word: (word) => (row) => {
          looks++;
          return test(row) && nameOf(row).includes(word);
        },
        fields: {},
      }),
  };
  const panes = { ...session.panes, symbols };
  return { session: { ...session, panes, orders: new OrderCache(panes) }, looks: () => looks };
}

describe('work', () => {
  test('is the same in one go and in slices', () => {
    const names = fc.array(fc.string({ maxLength: 4 }), { maxLength: 5000 });
    fc.assert(
      fc.property(names, (texts) => {
        const keys = Uint32Array.from(texts, (_, i) => i);
        const whole = finish(sortByText(keys, (key) => texts[key] ?? ''));
        const work = sortByText(keys, (key) => texts[key] ?? '');
        let slice = runFor(work, 0);
        while (!slice.done) {
          expect(slice.share).toBeGreaterThanOrEqual(0);
          expect(slice.share).toBeLessThanOrEqual(1.01);
          slice = runFor(work, 0);
        }
        expect(slice.result).toEqual(whole);
        const plain = [...keys].sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : a - b));
        expect([...whole]).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps what a test keeps, in order', () => {
    const keys = Uint32Array.from({ length: 3000 }, (_, i) => 3000 - i);
    expect([...finish(selectKeys(keys, (key) => key % 7 === 0))]).toEqual([...keys].filter((key) => key % 7 === 0));
  });
});

describe('a large pane', () => {
  test('waits for a filter, shows how far it is, and then the rows', async () => {
    const at = new Desk(large().session).press('1', 'f').type('name_19');
    expect(at.state.panes.symbols).toMatchObject({ filter: '', wanted: { filter: 'name_19', share: 0 } });
    expect(at.pane('symbols').tally).toBe('filter: name_19 · 0 %');
    const stop = startOrders(at.store);
    await eventually(() => expect(at.state.panes.symbols.wanted).toBeUndefined());
    expect(at.pane('symbols').tally).toBe('filter: name_19 · 1,111 of 20,000');
    stop();
  });

  test('drops the filter before when more is typed, and looks only at what that one kept', async () => {
    const { session, looks } = large();
    const at = new Desk(session).press('1', 'f').type('na');
    const stop = startOrders(at.store);
    await eventually(() => expect(at.state.panes.symbols.wanted).toBeUndefined());
    at.type('me_1');
    await eventually(() => expect(at.state.panes.symbols.wanted).toBeUndefined());
    const before = looks();
    at.type('9');
    await eventually(() => expect(at.state.panes.symbols.wanted).toBeUndefined());
    expect(looks() - before).toBe(11_111);
    stop();
  });

  test('Enter before it is there puts the focus on a row that it keeps', async () => {
    const at = new Desk(large().session).press('1', 'f').type('name_777').press('enter');
    expect(at.state.prompt).toBeUndefined();
    const stop = startOrders(at.store);
    await eventually(() => expect(at.state.panes.symbols.wanted).toBeUndefined());
    expect(at.state.panes.symbols.filter).toBe('name_777');
    stop();
  });

  test('Escape forgets the order that is wanted', async () => {
    const at = new Desk(large().session).press('1', 'f').type('name_777').press('escape');
    expect(at.state.panes.symbols).toMatchObject({ filter: '', wanted: undefined });
    const filtered = new Desk(large().session).press('1', 'f').type('name_7').press('enter').press('escape');
    expect(filtered.state.panes.symbols).toMatchObject({ filter: '', wanted: undefined });
  });

  test('sorting waits too, and can be changed meanwhile', async () => {
    const at = new Desk(large().session).press('1', 's');
    expect(at.state.panes.symbols.wanted).toMatchObject({ sort: 'name' });
    expect(at.pane('symbols').tally).toBe('by name · 0 %');
    at.press('s');
    expect(at.state.panes.symbols).toMatchObject({ sort: 'row', wanted: undefined });
    at.press('s');
    const stop = startOrders(at.store);
    await eventually(() => expect(at.state.panes.symbols.sort).toBe('name'));
    expect(at.pane('symbols').lines[0]?.kind).toBeDefined();
    stop();
  });

  test('keys are answered between the slices', async () => {
    const slow = large((row) => {
      let sum = 0;
      for (let i = 0; i < 2000; i++) sum += (i * row) % 7;
      return sum >= 0;
    });
    const at = new Desk(slow.session).press('1', 'f').type('name');
    const stop = startOrders(at.store);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const { wanted } = at.state.panes.symbols;
    expect(wanted).toBeDefined();
    at.press('escape').press('j');
    expect(at.state.panes.symbols.wanted).toBeUndefined();
    stop();
  });

  test('what cannot be read any more is told, and nothing is thrown', () => {
    const { session } = large(() => {
      throw new ParseError({ code: 'truncated', structure: 'section 1', problem: 'the file became shorter' });
    });
    const order = session.orders.order('symbols', 'row', 'x');
    expect(order.problem).toBe('section 1: the file became shorter');
    expect(order.length).toBe(count);
  });
});

describe('14 million relocations', () => {
  /** The x86 fixture with a first relocation section that says to be as long as a real kernel's. */
  const huge = (): Desk => {
    const { session } = deskOf('x86');
    const { kernel, linker } = session;
    const [first, ...rest] = kernel.relocations.tables;
    const tables = [{ section: first!.section, count: 14_000_000 }, ...rest];
    const relocations = { tables, count: 14_000_000, broken: [] };
    const pane = relocationsPane({ elf: kernel.elf, relocations } as unknown as Vmlinux, linker);
    const panes = { ...session.panes, relocations: { ...pane, cells: () => [] } };
    return new Desk({ ...session, panes, orders: new OrderCache(panes) });
  };

  test('stay in file order, and say how to select some', () => {
    const at = huge().press('3', 's');
    expect(at.message).toBe('14,000,000 entries stay in file order: f and section: select some');
    at.press('f').type('tty');
    expect(at.message).toMatch(
      /^14,[\d,]+ entries are too many to look through: section:\.rela\.init\.data selects some$/,
    );
    at.press('ctrl-u').type('section:.rela.init.data');
    expect(at.message).toBe('');
  });
});
