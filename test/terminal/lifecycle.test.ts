/** Running an app on a terminal of the test's own; the endings that need a real one are in session.test.ts. */
import { createElement } from 'react';
import { describe, expect, test } from 'vitest';
import { colourLevel, colourMode, withColourLevel } from '../../components/terminal/colour-mode.ts';
import { crashReport } from '../../components/terminal/crash-report.ts';
import { hasScreen, runTerminalApp, type Session } from '../../components/terminal/lifecycle.ts';
import { polyfillWithResolvers, withResolvers } from '../../components/terminal/with-resolvers.ts';
import { FakeKeyboard, FakeTty } from '../helpers/fake-tty.ts';
import { eventually } from '../helpers/patience.ts';
import { TinyApp } from './tiny-app.tsx';

const about = { program: 'kinspect 1.2.3', reportTo: 'https://example.org/issues' };

function run(load: (session: Session) => ReturnType<typeof createElement>, tty = new FakeTty()) {
  const keyboard = new FakeKeyboard();
  const code = runTerminalApp({ source: keyboard, target: tty, colour: 'mono', ...about }, load);
  return { keyboard, tty, code };
}

const tiny = (session: Session) => createElement(TinyApp, { session });

describe('an app on a terminal', () => {
  test('draws, hears keys, ends with its code and leaves no listener behind', async () => {
    const count = (): number[] =>
      ['SIGTSTP', 'SIGCONT', 'uncaughtException', 'warning', 'exit'].map((event) => process.listenerCount(event));
    const before = count();
    const { keyboard, tty, code } = run(tiny);
    await eventually(async () => expect((await tty.lines()).at(-1)).toBe('bottom line'));
    keyboard.send('j3');
    expect(await code).toBe(3);
    expect(keyboard.isRaw).toBe(false);
    expect(tty.raw.endsWith('\x1b[?25h')).toBe(true);
    expect(count()).toEqual(before);
  });

  test('follows a resize', async () => {
    const { keyboard, tty, code } = run(tiny);
    await eventually(() => expect(tty.raw).toContain('bottom line'));
    tty.writes.length = 0;
    tty.resize(50, 5);
    await eventually(async () => expect((await tty.lines())[0]).toBe('size 50x5'));
    keyboard.send('q');
    expect(await code).toBe(0);
  });

  test('stays in raw mode while it paints everything again: no key of that moment is the kernel’s', async () => {
    const { keyboard, tty, code } = run(tiny);
    await eventually(() => expect(tty.raw).toContain('bottom line'));
    const modes: boolean[] = [];
    const setRawMode = keyboard.setRawMode.bind(keyboard);
    keyboard.setRawMode = (isRaw) => {
      modes.push(isRaw);
      return setRawMode(isRaw);
    };
    keyboard.send('l');
    keyboard.send('a');
    await eventually(async () => expect((await tty.lines())[1]).toBe('seen l a.'));
    process.emit('SIGWINCH');
    keyboard.send('b');
    await eventually(async () => expect((await tty.lines())[1]).toBe('seen l a b.'));
    expect(modes).toEqual([]);
    // A shell that had the screen meanwhile may have left any mode behind.
    process.emit('SIGCONT');
    expect(modes).toEqual([false, true]);
    keyboard.send('c');
    await eventually(async () => expect((await tty.lines())[1]).toBe('seen l a b c.'));
    expect(modes).toEqual([false, true]);
    keyboard.send('q');
    expect(await code).toBe(0);
    expect(keyboard.isRaw).toBe(false);
  });

  test('is not begun when what it shows cannot be loaded', async () => {
    const { keyboard, tty, code } = run(() => {
      throw new Error('not an ELF file');
    });
    await expect(code).rejects.toThrow('not an ELF file');
    expect(tty.writes).toEqual([]);
    expect(keyboard.isRaw).toBe(false);
  });
});

describe('colours', () => {
  test.each([
    ['auto', {}, 'color'],
    ['auto', { NO_COLOR: '1' }, 'mono'],
    ['auto', { NO_COLOR: '' }, 'color'],
    ['auto', { FORCE_COLOR: '0' }, 'mono'],
    ['auto', { TERM: 'vt100' }, 'mono'],
    ['always', { NO_COLOR: '1' }, 'color'],
    ['never', { FORCE_COLOR: '3' }, 'mono'],
  ] as const)('--color=%s with %j is %s', (flag, env, mode) => {
    expect(colourMode(flag, env)).toBe(mode);
  });

  test('the level follows the terminal, and is never 0: the selection must show', () => {
    expect(colourLevel('mono', { COLORTERM: 'truecolor' })).toBe(1);
    expect(colourLevel('color', { COLORTERM: 'truecolor' })).toBe(3);
    expect(colourLevel('color', { TERM: 'xterm-256color' })).toBe(2);
    expect(colourLevel('color', { TERM: 'xterm', CI: 'true' })).toBe(1);
    expect(colourLevel('color', { TERM: 'xterm', FORCE_COLOR: '2' })).toBe(2);
  });

  test('environment and arguments are as before after the import', async () => {
    const { argv } = process;
    const before = process.env.FORCE_COLOR;
    process.argv = ['node', 'kinspect', '--no-color', 'vmlinux'];
    const seen = await withColourLevel(2, async () => [process.env.FORCE_COLOR, ...process.argv]);
    expect(seen).toEqual(['2', 'node', 'kinspect', 'vmlinux']);
    expect(process.argv).toContain('--no-color');
    expect(process.env.FORCE_COLOR).toBe(before);
    process.argv = argv;
  });
});

describe('a crash report', () => {
  test('is two lines, and quotes nothing that a terminal would obey', () => {
    const report = crashReport(new Error('bad \x1b[2Jname\u202e\nsecond'), { ...about, env: { TERM: 'xterm' } });
    const place = `kinspect 1.2.3, Node.js ${process.version}, ${process.platform}, TERM=xterm`;
    expect(report).toBe(
      `kinspect: internal error: bad \\x1b[2Jname\\u{202e} · second\nPlease report it at https://example.org/issues (${place}; KINSPECT_DEBUG=1 adds the stack).\n`,
    );
  });

  test('has the stack for those who ask, and a word for what is not an Error', () => {
    expect(crashReport(new Error('x'), { ...about, env: { KINSPECT_DEBUG: '1' } })).toMatch(/^ {4}at /m);
    expect(crashReport('text', { ...about, env: {} })).toContain('internal error: text\n');
  });
});

test('no screen without a terminal, or on a dumb one', () => {
  expect(hasScreen({ isTTY: true } as NodeJS.WriteStream, { TERM: 'xterm' })).toBe(true);
  expect(hasScreen({ isTTY: true } as NodeJS.WriteStream, { TERM: 'dumb' })).toBe(false);
  expect(hasScreen({} as NodeJS.WriteStream, {})).toBe(false);
});

test('Promise.withResolvers is there for Ink', async () => {
  polyfillWithResolvers();
  expect(Promise).toHaveProperty('withResolvers');
  const { promise, resolve } = withResolvers<number>();
  resolve(7);
  expect(await promise).toBe(7);
});
