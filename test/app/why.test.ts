/** The why screen: the answer as it comes together, and the ways on from its rows and back. */
import { describe, expect, test } from 'vitest';
import { evidenceStatus, reportScreen } from '../../src/app/why/selectors.ts';
import { reportHeight, shownReport } from '../../src/app/why/walk.ts';
import { eventually } from '../helpers/patience.ts';
import { deskOf } from './kernels.ts';
import { gathering, reportOf, rowHere, whyOf } from './why-desk.ts';

const statusOf = (at: ReturnType<typeof deskOf>): string =>
  evidenceStatus(at.state.evidence)
    .map(({ text }) => text)
    .join('');

describe('the answer', () => {
  test('says at once what symbols and BTF tell, then what the DWARF tells, then what would change it', async () => {
    const { at, reading } = gathering(deskOf('sample').goTo('tty_write'));
    expect(reading.state.phase).toBe('idle');
    at.press('w');
    expect(at.state.screen).toBe('why');
    expect(reading.state.phase).toBe('reading');
    expect(reportScreen(at.state).title).toBe('Why tty_write');
    expect(reportOf(at)).toMatch(/mcount slot 82\s+is zero[\s\S]*inferred: the\s+DWARF\s+is not read yet/);
    expect(reportOf(at)).toContain('the replays are made when the DWARF is read');
    expect(statusOf(at)).toContain('reading the DWARF');
    const seen = new Set<string>();
    at.store.subscribe(() => seen.add(at.state.evidence.phase));
    await eventually(() => expect(reportOf(at)).toContain('pahole 1.22'));
    expect([...seen]).toEqual(['reading', 'choosing', 'ready']);
    expect(reportOf(at)).not.toContain('inferred');
    expect(reportOf(at).replace(/\s+/g, ' ')).toContain(
      'pahole 1.20 read 164 zeros, saw 0 functions and fell back to external ones, and it is static',
    );
    expect(reportOf(at)).toMatch(/relocated +the region relocated, pahole 1\.20: encoded/);
    expect(statusOf(at)).toContain('pahole 1.20');
  });

  test('of a kernel without DWARF stays inferred, with the reason', async () => {
    const at = await whyOf('tty_write', 80, 24, 'arm32');
    expect(statusOf(at)).toContain('the file has no DWARF (.debug_info)');
    expect(reportOf(at)).toContain('it has a FUNC record');
    expect(reportOf(at)).not.toContain('What would change it');
    expect(reportOf(at)).toMatch(/DIE +the file has no DWARF/);
  });

  test('is about the function of a slot, of a relocation and of a record too, and of what is typed', async () => {
    const at = await whyOf('tty_write');
    at.press('escape', '2', 'w');
    expect(at.state.why.subject?.name).toBe('tty_write');
    at.press('q').goTo('redirected_tty_write').press('4', 'w');
    expect(reportOf(at)).toMatch(/^redirected_tty_write: has a BTF FUNC record/);
    at.press(':').type('why file_tty_write').press('enter');
    expect(at.state.why.subject?.name).toBe('file_tty_write');
    at.press(':').type('tty_poll').press('enter');
    expect(at.state).toMatchObject({ screen: 'why', why: { subject: { name: 'tty_poll' } } });
    at.press('-');
    expect(at.state).toMatchObject({ screen: 'why', why: { subject: { name: 'file_tty_write' } } });
  });

  test('on a misspelt name offers the nearest, and Enter asks about one of them', async () => {
    const at = await whyOf('tty_write');
    at.press(':').type('why tty_writ').press('enter');
    expect(reportOf(at)).toMatch(/^tty_writ: no BTF FUNC record/);
    expect(reportOf(at)).toMatch(/did you mean +tty_write/);
    at.press('j', 'j');
    expect(rowHere(at)).toMatch(/^did you mean +tty_write$/);
    at.press('enter');
    expect(at.state.why.subject?.name).toBe('tty_write');
  });

  test('there is none where there is no function', () => {
    const at = deskOf('sample').do({ type: 'focus', focus: { kind: 'address', address: 16n as never } });
    expect(at.press('w').message).toContain('no function here');
    expect(at.state.screen).toBe('browse');
  });

  test('y copies the sentence', async () => {
    const at = await whyOf('tty_write');
    at.press('y');
    expect(at.terminal.asked[0]).toMatch(/^copy tty_write: it is traceable, but its mcount slot 82 is zero/);
  });
});

describe('the cursor', () => {
  test('goes from row to row and brings all lines of one into view', async () => {
    const at = await whyOf('tty_write');
    const view = shownReport(at.state);
    const height = reportHeight(at.state);
    expect(view.lines.length).toBeGreaterThan(height);
    for (let row = 0; row < view.rows.length; row++) {
      expect(at.state.why.cursor).toBe(row);
      const first = view.starts[row] ?? 0;
      const last = (view.starts[row + 1] ?? view.lines.length) - 1;
      expect(first).toBeGreaterThanOrEqual(at.state.why.top);
      if (view.lines[last]?.row === row) expect(last).toBeLessThan(at.state.why.top + height);
      at.press('j');
    }
    expect(at.press('g').state.why).toMatchObject({ cursor: 0, top: 0 });
    expect(at.press('G').state.why.top).toBe(view.lines.length - height);
    at.press('g', 'pagedown');
    expect(at.state.why.cursor).toBeGreaterThan(1);
    at.press('pagedown', 'pagedown', 'pagedown');
    expect(at.state.why.cursor).toBe(view.rows.length - 1);
    at.press('pageup', 'pageup', 'pageup', 'pageup');
    expect(at.state.why).toMatchObject({ cursor: 0, top: 0 });
  });

  test('stays on its row when the answer is completed, and when the screen changes', async () => {
    const { at } = gathering(deskOf('sample').goTo('tty_write').press('w'));
    at.press('G', 'k');
    expect(rowHere(at)).toMatch(/^BTF/);
    await eventually(() => expect(reportOf(at)).toContain('pahole 1.22'));
    expect(rowHere(at)).toMatch(/^BTF/);
    at.do({ type: 'resize', columns: 60, rows: 16 });
    expect(rowHere(at)).toMatch(/^BTF/);
    at.do({ type: 'resize', columns: 200, rows: 60 });
    expect(rowHere(at)).toMatch(/^BTF/);
  });

  test('no line is longer than can be read', async () => {
    const at = await whyOf('tty_write', 300, 60);
    const lengths = reportOf(at)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(110);
    expect(Math.max(...lengths)).toBeGreaterThan(80);
  });
});

describe('the ways on', () => {
  const enterOn = (at: ReturnType<typeof deskOf>, label: string) => {
    at.press('g');
    for (let i = 0; i < 40 && !rowHere(at).startsWith(label); i++) at.press('j');
    expect(rowHere(at)).toMatch(new RegExp(`^${label}`));
    return at.press('enter');
  };

  test.each([
    ['symbol', 'symbols'],
    ['mcount slot', 'mcount'],
    ['relocation', 'relocations'],
  ])('from the %s to its pane, and back to the same row', async (label, pane) => {
    const at = await whyOf('tty_write');
    enterOn(at, label);
    expect(at.state).toMatchObject({ screen: 'browse', active: pane });
    expect(at.links).toBe(deskOf('sample').goTo('tty_write').links);
    at.press('-');
    expect(at.state.screen).toBe('why');
    expect(rowHere(at)).toMatch(new RegExp(`^${label}`));
  });

  test('from the record to its pane', async () => {
    const at = enterOn(await whyOf('redirected_tty_write'), 'BTF');
    expect(at.state).toMatchObject({ screen: 'browse', active: 'btf' });
    expect(at.around('btf', 1).join('\n')).toContain('> ssize_t redirected_tty_write');
  });

  test('from a DIE, a decision and what would change it into the replay, at that entry', async () => {
    const at = enterOn(await whyOf('tty_write'), 'DIE');
    expect(at.state).toMatchObject({ screen: 'replay', opening: { target: { entry: 200 } } });
    at.do({ type: 'close' });
    expect(at.state.screen).toBe('why');
    enterOn(at, 'decision');
    expect(at.state.opening?.target).toMatchObject({ entry: 200, variant: { bytes: 'raw', version: '1.20' } });
    at.do({ type: 'close' });
    enterOn(at, 'pahole 1.22');
    expect(at.state.opening?.target).toMatchObject({ variant: { bytes: 'raw', version: '1.22' } });
  });

  test('a row that was counted leads nowhere, and says so', async () => {
    const at = enterOn(await whyOf('tty_write'), 'list');
    expect(at.state.screen).toBe('why');
    expect(at.message).toContain('counted');
  });
});

describe('the way back', () => {
  test('leads to where one asked: panes, hex view, overview', async () => {
    const at = await whyOf('tty_write');
    expect(at.press('escape').state.screen).toBe('browse');
    expect(at.press('x', 'w').state.screen).toBe('why');
    expect(at.press('w').state.screen).toBe('hex');
    expect(at.press('q', 'o', 'w').state.screen).toBe('why');
    expect(at.press('?').state.screen).toBe('help');
    expect(at.press('escape').state.screen).toBe('why');
    expect(at.press('escape').state.screen).toBe('causes');
    expect(at.press('escape').state.screen).toBe('browse');
    expect(at.terminal.asked).toEqual([]);
  });

  test('screens that lead to each other do not pile up', async () => {
    const at = await whyOf('tty_write');
    for (let i = 0; i < 5; i++) at.press('o', 'w');
    expect(at.press('escape').state.screen).toBe('causes');
    expect(at.press('escape').state.screen).toBe('browse');
  });
});
