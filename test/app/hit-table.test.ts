/** The table of the search's hits: which columns it has in which width, and what is said beside a name. */
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { hitTable } from '../../src/app/hit-table.ts';
import { hitRows } from '../../src/app/prompts.ts';
import { cellText } from '../../src/format/cells.ts';
import { golden } from '../cli/collect.ts';
import { Copy } from '../components/damage.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { kallsymsText, nmLines, rfcomm } from '../helpers/kallsyms.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { Desk, deskOf, pathOf, sessionOf } from './kernels.ts';
import { searched } from './search-desk.ts';

const tableOf = (at: Desk, width = 196) => hitTable(at.session, at.state, width);

/** What the last column says, by name. */
function notes(at: Desk): Readonly<Record<string, string>> {
  const { lines } = tableOf(at);
  return Object.fromEntries(lines.map(({ hit, cells }) => [hit.name, cellText(cells[5] ?? { text: '', role: 'dim' })]));
}

const columnIds = (at: Desk, width: number): string =>
  tableOf(at, width)
    .columns.map(({ column, width: cells }) => `${column.id} ${cells}`)
    .join(', ');

describe('the columns', () => {
  const beside = 'class 1, address 16, slot 4, BTF 3'.toLowerCase();

  test('prototypes have what names and marks leave, from 60 cells on', async () => {
    const at = await searched(deskOf('sample'), 'tty_wr');
    expect(columnIds(at, 136)).toBe(`name 48, ${beside}`);
    expect(columnIds(at, 137)).toBe(`name 48, ${beside}, prototype 60`);
    expect(columnIds(at, 196)).toBe(`name 48, ${beside}, prototype 119`);
    expect(tableOf(at, 136).lines.every(({ cells }) => cells.length === 5)).toBe(true);
  });

  test('names come first: none is cut for a prototype', async () => {
    const b = new BtfWriter();
    const proto = b.proto(0, []);
    b.func(`long_${'n'.repeat(95)}`, proto);
    b.func('long_', proto);
    const at = await searched(new Desk(sessionOf(tempFile(b.build()))), 'long_');
    expect(columnIds(at, 196)).toBe(`name 100, ${beside}, prototype 67`);
    expect(columnIds(at, 188)).toBe(`name 100, ${beside}`);
  });
});

describe('beside a name', () => {
  test('stands its prototype, that it has none, or what is known of a datum', async () => {
    const said = notes(await searched(deskOf('sample', 200, 60), 'tty_wr'));
    expect(said).toMatchObject({
      tty_write: 'no FUNC record',
      tty_write_room: 'int tty_write_room(struct tty_struct *tty)',
      redirected_tty_write: 'ssize_t redirected_tty_write(struct kiocb *iocb, struct iov_iter *iter)',
      __crc_tty_write_room: 'NOTYPE',
      __kstrtab_tty_write_room: 'NOTYPE in __ksymtab_strings',
    });
    expect(notes(await searched(deskOf('sample', 200, 60), 'linux_banner'))).toMatchObject({
      linux_banner: expect.stringMatching(/^OBJECT, \d+ bytes in \.rodata$/),
    });
  });

  test('of several records the first, with their number', async () => {
    const b = new BtfWriter();
    const int = b.int('int', 4, 1);
    b.func('twice', b.proto(int, []));
    b.func('twice', b.proto(int, [['x', int]]));
    const at = await searched(new Desk(sessionOf(tempFile(b.build()))), 'twice');
    expect(notes(at)).toEqual({ twice: '×2  int twice(void)' });
  });

  test('no record is told from no BTF', async () => {
    const without = (copy: Copy) => searched(new Desk(sessionOf(copy.save()), 200, 60), 'tty_write');
    expect(notes(await without(new Copy('sample').rename('.BTF', 'nope')))).toMatchObject({ tty_write: 'no BTF' });
    const damaged = new Copy('sample').write('.BTF', 0, [0x12, 0x34]);
    expect(notes(await without(damaged))).toMatchObject({ tty_write: 'BTF cannot be read' });
  });

  test("a module's function is not in the file", async () => {
    const lines = nmLines(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
    const kallsyms = tempFile(Buffer.from(kallsymsText(lines, 0x43855a4cc000n, rfcomm), 'latin1'), 'kallsyms');
    const at = await searched(new Desk(sessionOf(pathOf('sample'), { kallsyms }, {}), 200, 60), 'rfcomm_tty_w');
    expect(notes(at)).toMatchObject({ 'rfcomm_tty_write [rfcomm]': 'not in this file' });
  });
});

test('a prototype is made of what is on the screen alone, and once', async () => {
  const at = await searched(new Desk(sessionOf(pathOf('sample')), 200, 24), 'tty');
  expect(at.state.results.hits.length).toBeGreaterThan(2 * hitRows(at.state));
  const made = vi.spyOn(at.session.linker, 'prototypeOf');
  tableOf(at, 76);
  expect(made).not.toHaveBeenCalled();
  const { lines } = tableOf(at);
  const first = made.mock.calls.length;
  expect(first).toBe(lines.filter(({ hit }) => hit.funcCount > 0).length);
  expect(first).toBeGreaterThan(0);
  at.press('down');
  tableOf(at);
  expect(made).toHaveBeenCalledTimes(first);
});
