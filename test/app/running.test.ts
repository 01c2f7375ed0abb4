/** The screens with a running kernel beside the file: what ftrace lists, where symbols are, the modules' functions. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hitLines } from '../../src/app/hit-table.ts';
import { startSearch } from '../../src/app/search-session.ts';
import { focusMarks, focusSentence } from '../../src/app/selectors.ts';
import { cellText } from '../../src/format/cells.ts';
import { golden } from '../cli/collect.ts';
import { kallsymsText, nmLines, rfcomm, rfcommListed } from '../helpers/kallsyms.ts';
import { eventually } from '../helpers/patience.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { Desk, pathOf, sessionOf } from './kernels.ts';

const lines = nmLines(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
const offset = 0x43855a4cc000n;

function desk(columns = 200): Desk {
  const listed = lines
    .filter(({ letter, name }) => /[tT]/.test(letter) && name !== 'tty_write_message')
    .map(({ name }) => `${name}\n`)
    .join('');
  const kallsyms = tempFile(Buffer.from(kallsymsText(lines, offset, rfcomm), 'latin1'), 'kallsyms');
  const ftrace = tempFile(Buffer.from(`${listed}${rfcommListed}`, 'latin1'), 'filter');
  return new Desk(sessionOf(pathOf('sample'), { kallsyms }, { ftrace }), columns, 50);
}

const marks = ({ session, state }: Desk, variant = 0): string =>
  (focusMarks(session, state)[variant] ?? [])
    .map(({ label, ok, detail }) => `${label} ${ok ? 'yes' : 'no'}${detail === '' ? '' : ` ${detail}`}`)
    .join(', ');

test('the focus is marked, and its address at run time is shown where there is room', () => {
  const screen = desk().goTo('tty_write');
  const address = lines.find(({ name }) => name === 'tty_write')?.address ?? 0n;
  expect(marks(screen)).toContain(`symbol yes at ${(address + offset).toString(16)}, slot yes`);
  expect(marks(screen)).toMatch(/BTF no, ftrace yes$/);
  expect(marks(screen, 1)).toMatch(/^symbol yes, slot yes .*ftrace yes$/);
  expect(marks(screen.goTo('__start_mcount_loc'))).toMatch(/ftrace no$/);
});

test('the symbols pane has the run-time address and what ftrace lists, and filters by it', () => {
  const screen = desk().goTo('tty_write');
  const address = lines.find(({ name }) => name === 'tty_write')?.address ?? 0n;
  const [row] = screen.lines('symbols').filter((line) => line.startsWith('>'));
  expect(row).toContain((address + offset).toString(16));
  expect(row).toMatch(/✓$/);
  screen.do({ type: 'activate', pane: 'symbols' }).press('f').type('tty_write ftrace:no').press('enter');
  const rows = screen.lines('symbols').filter((line) => /^[> ]/.test(line));
  expect(rows.some((line) => line.includes('tty_write_message'))).toBe(true);
  expect(rows.every((line) => !line.includes('✓'))).toBe(true);
});

test('without a running kernel nothing of it is shown', () => {
  const screen = new Desk(sessionOf(pathOf('sample')), 200, 50).goTo('tty_write');
  expect(marks(screen)).not.toMatch(/ftrace| at /);
  expect(screen.pane('symbols').columns.map(({ column }) => column.id)).not.toContain('ftrace');
});

test('a module is found by name, and is said not to be in the file', async () => {
  const screen = desk();
  const search = startSearch(screen.store, undefined);
  screen.press('/').type('rfcomm_tty_w');
  await eventually(() => expect(screen.state.results.complete && screen.state.results.hits.length).toBe(2));
  const cells = hitLines(screen.session, screen.state).map((line) => line.cells.map(cellText).join(' ').trimEnd());
  expect(cells).toEqual([
    'rfcomm_tty_write [rfcomm] t ffffc38526a4b2a0',
    'rfcomm_tty_write_room [rfcomm] t ffffc38526a4b180',
  ]);
  screen.press('enter');
  expect(screen.state.links.name).toBe('rfcomm_tty_write [rfcomm]');
  expect(marks(screen)).toBe('symbol no at ffffc38526a4b2a0, slot no, reloc no, BTF no, ftrace yes');
  expect(focusSentence(screen.session, screen.state).text).toBe(
    'of module rfcomm, which was loaded at run time: it is not in this file',
  );
  screen.press('-');
  expect(screen.state.links.name).not.toContain('rfcomm');
  search.dispose();
});

test('a module is gone to by its name, with or without the module', () => {
  for (const text of ['rfcomm_tty_write', 'rfcomm_tty_write [rfcomm]']) {
    expect(desk().goTo(text).state.links.name).toBe('rfcomm_tty_write [rfcomm]');
  }
  expect(desk().goTo('rfcomm_tty_write [other]').message).toMatch(/^no symbol/);
});
