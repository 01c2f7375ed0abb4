/** The window becomes narrower, wider, lower: every screen is at once as if it had been painted at that size. */
import type { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { eventually } from '../helpers/patience.ts';
import type { Condition, Pty } from '../helpers/pty.ts';
import { start } from './shared.ts';

const isCounted = ({ text }: Pty): boolean => / 62 +36\.0 zero region/.test(text) && !text.includes('counting');

type Step = readonly [keys: string, shown: Condition];

const screens: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ['panes', [['2', '┌ 2 mcount_loc']]],
  ['hex view', [['x', 'Bytes at']]],
  ['facts', [['i', 'linux_banner']]],
  ['help', [['?', 'one row down']]],
  ['search', [['/tty_write', / 1 of 4 found|▸ tty_write/]]],
  ['go to', [[':tty', /^:tty\s*$/m]]],
  ['replay', [['r', 'btf_encoder.c']]],
  [
    'console',
    [
      ['r', 'btf_encoder.c'],
      [':print addrs', 'print addrs'],
    ],
  ],
  ['why', [['w', 'the same names as the BTF']]],
  ['overview', [['o', isCounted]]],
  ['compare', [['c', 'compare with:']]],
  [
    'compared',
    [
      ['c', 'compare with:'],
      ['fixtures/elf/x86_64-emit-relocs\r', /▸ - __arm64_sys_read /],
    ],
  ],
];
const sizes: readonly (readonly [columns: number, rows: number])[] = [
  [80, 24],
  [132, 40],
  [100, 40],
  [60, 50],
  [200, 60],
  [80, 24],
];
/** How the first frame of a new size begins. */
const anew = '\x1b[?2026h\x1b[H\x1b[J';
const end = '\x1b[?2026l';

/** Each row with its characters, and the colours and marks of those that have any. */
function cells(screen: Terminal): string[] {
  const { active } = screen.buffer;
  return Array.from({ length: screen.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    return Array.from({ length: screen.cols }, (_, column) => {
      const cell = line?.getCell(column);
      const text = cell?.getChars() || ' ';
      if (cell === undefined || cell.isAttributeDefault()) return text;
      return `${text}<${cell.getFgColor()}${cell.isInverse() ? 'i' : ''}${cell.isBold() ? 'b' : ''}>`;
    }).join('');
  });
}

async function resize(pty: Pty, columns: number, rows: number): Promise<void> {
  if (pty.screen.cols === columns && pty.screen.rows === rows) return;
  const before = pty.raw.length;
  pty.resize(columns, rows);
  await pty.waitFor((at) => {
    const told = at.raw.slice(before).lastIndexOf(anew);
    return told >= 0 && at.raw.slice(before + told).includes(end);
  });
  // What has come is on the screen.
  await pty.disturb('');
}

/** Painted from nothing: a change of size that leaves it as it was. */
async function repaint(pty: Pty): Promise<void> {
  const before = pty.raw.length;
  pty.kill('SIGWINCH');
  await pty.waitFor((at) => {
    const entered = at.raw.slice(before).lastIndexOf('\x1b[?1049h');
    return entered >= 0 && at.raw.slice(before + entered).includes(end);
  });
  await pty.disturb('');
}

/**
 * kinspect that has read what it reads by itself when no key comes for a while: nothing but the window changes what is on
 * a screen.
 */
async function startRead(columns: number, rows: number): Promise<Pty> {
  const pty = await start(columns, 60);
  pty.send('w');
  await pty.waitFor((at) => at.text.includes('the same names as the BTF') && /│ +pahole 1\.22 /.test(at.text));
  pty.send('q');
  await pty.waitFor('┌ 1 Symbols');
  await resize(pty, columns, rows);
  return pty;
}

test.each(screens)('%s', async (_, steps) => {
  const pty = await startRead(132, 24);
  for (const [keys, shown] of steps) {
    pty.send(keys);
    await pty.waitFor(shown);
  }
  let from: readonly [number, number] = [132, 24];
  for (const size of sizes) {
    // Again where something was looked for meanwhile: hits for a longer list.
    await eventually(async () => {
      await resize(pty, ...from);
      await resize(pty, ...size);
      const resized = cells(pty.screen);
      await repaint(pty);
      expect(resized).toEqual(cells(pty.screen));
    });
    from = size;
  }
  const at80 = cells(pty.screen);
  await resize(pty, 110, 24);
  for (let columns = 109; columns >= 80; columns--) pty.resize(columns, 24);
  await pty.waitFor((at) => cells(at.screen).join() === at80.join());
});
