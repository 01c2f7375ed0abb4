/** What Ink writes, and what reaches the terminal. */
import { expect, test, vi } from 'vitest';
import { MOUSE_ON, OSC52_LIMIT, osc52 } from '../../components/terminal/sequences.ts';
import { TerminalOutput } from '../../components/terminal/terminal-output.ts';
import { FakeTty } from '../helpers/fake-tty.ts';
import { eventually } from '../helpers/patience.ts';

const SYNC_BEGIN = '\x1b[?2026h';
const SYNC_END = '\x1b[?2026l';

test('a frame is one write', () => {
  const tty = new FakeTty();
  const output = new TerminalOutput(tty);
  for (const part of [SYNC_BEGIN, '\x1b[?25l', 'frame', SYNC_END]) output.write(part);
  expect(tty.writes).toEqual([`${SYNC_BEGIN}\x1b[?25lframe${SYNC_END}`]);
});

test('only what was turned on is turned off, and a frame that was begun is not lost', () => {
  const tty = new FakeTty();
  const output = new TerminalOutput(tty);
  output.write(MOUSE_ON);
  output.write('\x1b[?1049h');
  output.write('\x1b[?1049l');
  output.write(SYNC_BEGIN);
  output.write('half');
  output.restore();
  expect(tty.writes.at(-2)).toBe(`${SYNC_BEGIN}half`);
  expect(tty.writes.at(-1)).toBe('\x1b[0m\x1b[?2026l\x1b[?1002l\x1b[?1000l\x1b[?1006l\x1b[?25h');
});

test('nothing is written after the terminal went away, and Ink is told that it cannot', async () => {
  const tty = new FakeTty();
  const output = new TerminalOutput(tty);
  const gone = vi.fn();
  output.on('gone', gone);
  tty.emit('error', new Error('EIO'));
  tty.emit('close');
  await new Promise<void>((resolve) => output.write('late', resolve));
  output.restore();
  expect(tty.writes).toEqual([]);
  expect(output.destroyed).toBe(true);
  expect(gone).toHaveBeenCalledTimes(1);
});

test('a new size is told once, also when it was noticed late', async () => {
  const tty = new FakeTty({ columns: 80, rows: 24 });
  const output = new TerminalOutput(tty);
  const resized = vi.fn();
  output.on('resize', resized);
  tty.resize(100, 30);
  output.refreshSize();
  expect([output.columns, output.rows]).toEqual([100, 30]);
  await eventually(() => expect(resized).toHaveBeenCalled());
  expect(resized).toHaveBeenCalledTimes(1);
  tty.columns = 0;
  output.refreshSize();
  expect(output.columns).toBe(80);
});

test('a new size is told when those who follow the terminal itself have drawn, and begins on an empty screen', async () => {
  const tty = new FakeTty({ columns: 80, rows: 24 });
  const output = new TerminalOutput(tty);
  const frame = (text: string): void => {
    for (const part of [SYNC_BEGIN, text, SYNC_END]) output.write(part);
  };
  output.write('\x1b[?1049h');
  const order: string[] = [];
  tty.on('resize', () => queueMicrotask(() => order.push('drawn')));
  output.on('forget', () => output.write('what Ink erases, line by line'));
  output.on('resize', () => {
    order.push('told');
    frame('anew');
  });
  tty.writes.length = 0;
  tty.resize(60, 24);
  frame('\x1b[?25lof the old width');
  await eventually(() => expect(order).toEqual(['drawn', 'told']));
  frame('next');
  expect(tty.writes).toEqual(['\x1b[?25l', `${SYNC_BEGIN}\x1b[H\x1b[Janew${SYNC_END}`, `${SYNC_BEGIN}next${SYNC_END}`]);
});

test('a text for the clipboard is encoded; one that terminals would cut is refused', () => {
  expect(osc52('é')).toBe('\x1b]52;c;w6k=\x07');
  expect(osc52('x'.repeat(OSC52_LIMIT))).toBeUndefined();
});
