/** The overview of causes: the table, the functions of a cause, the filter, and the way to why and back. */
import { describe, expect, test } from 'vitest';
import { causeRows, listed } from '../../src/app/why/causes.ts';
import { causesScreen, describedRow } from '../../src/app/why/selectors.ts';
import { Census } from '../../src/explain/census.ts';
import { cellText } from '../../src/format/cells.ts';
import { eventually } from '../helpers/patience.ts';
import type { Desk } from './kernels.ts';
import { deskOf } from './kernels.ts';
import { causesOf, gathering } from './why-desk.ts';

const shown = (at: Desk): string[] =>
  causesScreen(at.state).lines.map(
    ({ cells, selected }) => `${selected ? '>' : ' '} ${cells.map((cell) => cellText(cell)).join(' | ')}`,
  );
const here = (at: Desk): string => shown(at).find((line) => line.startsWith('>')) ?? '';

describe('the table', () => {
  test('opens at once, is inferred while the DWARF is read, and is then the census of the decisions', async () => {
    const { at } = gathering(deskOf('sample'));
    at.press('o');
    expect(causesScreen(at.state).note).toContain('being found');
    const tallies = new Set<string>();
    at.store.subscribe(() => tallies.add(causesScreen(at.state).tally));
    await eventually(() => expect(at.state.causes.census?.classifier.encoder).toBeDefined());
    const { classifier } = at.state.evidence;
    expect(at.state.causes.census?.counts()).toEqual(new Census(classifier).counts());
    expect(at.state.causes.share).toBeUndefined();
    expect(causesScreen(at.state).tally).toBe('178 functions');
  });

  test('has each cause with its counts, and below it the details', async () => {
    const at = await causesOf();
    const rows = causeRows(at.state.causes.census);
    const wholes = rows.filter(({ detail }) => detail === undefined);
    expect(wholes.reduce((sum, { symbols }) => sum + symbols, 0)).toBe(at.state.causes.census?.count);
    expect(shown(at)[0]).toMatch(/^> \d+ \| \d+ \| [\d.]+ \| has a record \| /);
    expect(shown(at).join('\n')).toMatch(/zero region, filled at boot/);
    expect(describedRow(at.state)).toBe('the BTF has a FUNC record of the function');
    at.press('G');
    expect(here(at)).toBe(shown(at).at(-1));
    at.press('g', 'k');
    expect(here(at)).toBe(shown(at)[0]);
  });

  test('of a kernel without DWARF is inferred, and says so', async () => {
    const at = await causesOf(80, 24, 'arm32');
    expect(at.state.evidence.phase).toBe('failed');
    expect(causesScreen(at.state).tally).toContain('inferred');
  });
});

async function zeroRegion(columns?: number, rows?: number): Promise<Desk> {
  const at = await causesOf(columns, rows);
  while (!here(at).includes('zero region')) at.press('j');
  return at.press('enter');
}

describe('the functions of a cause', () => {
  test('are listed with their decisions, and scroll', async () => {
    const at = await zeroRegion();
    expect(causesScreen(at.state).title).toBe('zero region, filled at boot');
    const { census, list } = at.state.causes;
    if (census === undefined || list === undefined) throw new Error('no list');
    const positions = listed(census, list);
    expect(positions.every((index) => census.cause(index) === 'zero-region')).toBe(true);
    expect(shown(at).every((line) => line.includes('not-external'))).toBe(true);
    at.press('G');
    expect(here(at)).toContain(census.name(positions.at(-1) ?? 0));
    at.press('pageup');
    expect(at.state.causes.list?.cursor).toBeLessThan(positions.length - 5);
    at.do({ type: 'resize', columns: 60, rows: 12 });
    expect(here(at)).not.toBe('');
    at.do({ type: 'scroll-answer', by: -1000 });
    expect(at.state.causes.list?.top).toBe(0);
  });

  test('are filtered as one types; Escape gives the words back, then the list, then the table', async () => {
    const at = await zeroRegion();
    const all = at.state.causes.census?.of('zero-region').length;
    at.press('f').type('tty wr');
    expect(shown(at).length).toBeGreaterThan(2);
    for (const line of shown(at)) expect(line).toMatch(/tty.*wr|wr.*tty/);
    at.press('backspace', 'backspace', 'enter');
    expect(at.state.prompt).toBeUndefined();
    expect(causesScreen(at.state).tally).toMatch(/^filter: tty · \d+$/);
    at.press('f').type('zzz');
    expect(causesScreen(at.state).note).toContain('no function matches');
    at.press('escape');
    expect(at.state.causes.list?.filter).toBe('tty ');
    at.press('escape');
    expect(causesScreen(at.state).tally).toBe(String(all));
    at.press('escape');
    expect(at.state).toMatchObject({ screen: 'causes', causes: { list: undefined } });
    expect(here(at)).toContain('zero region');
    expect(at.press('escape').state.screen).toBe('browse');
  });

  test('lead to why, and Escape back to the same function', async () => {
    const at = await zeroRegion();
    at.press('f').type('file_tty_write').press('enter', 'enter');
    expect(at.state).toMatchObject({ screen: 'why', why: { subject: { name: 'file_tty_write' } } });
    expect(at.state.links.name).toBe('file_tty_write');
    at.press('escape');
    expect(at.state.screen).toBe('causes');
    expect(here(at)).toContain('file_tty_write');
    expect(describedRow(at.state)).toMatch(/^it is traceable, but its mcount slot \d+ is zero/);
  });

  test('y copies the name, in the table the cause', async () => {
    const at = await zeroRegion();
    at.press('y', 'escape', 'y');
    expect(at.terminal.asked[0]).toMatch(/^copy \w+$/);
    expect(at.terminal.asked[1]).toMatch(/^copy \d+ symbols, \d+ names: zero region, filled at boot: /);
  });
});

test('a filter without a list says how to get one', async () => {
  const at = await causesOf();
  expect(at.press('f').message).toContain('Enter opens the functions of a cause');
});
