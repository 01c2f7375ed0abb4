/** What comes from a terminal, cut into keys and events, however it is split into chunks. */
import type { Key } from 'ink';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InputScanner } from '../../components/terminal/input-scanner.ts';
import { functionKeyName } from '../../components/terminal/keys.ts';
import { decodeMouse } from '../../components/terminal/mouse.ts';
import { cleanPaste, decodeKeys, TerminalInput } from '../../components/terminal/terminal-input.ts';
import { FakeKeyboard } from '../helpers/fake-tty.ts';

afterEach(() => vi.useRealTimers());

/** What Ink reads and what subscribers hear, in order, as words. */
function listen(): { keyboard: FakeKeyboard; input: TerminalInput; heard: string[] } {
  const keyboard = new FakeKeyboard();
  const heard: string[] = [];
  const input = new TerminalInput(keyboard, { onSessionKey: (name) => heard.push(`session ${name}`) });
  input.on('readable', () => {
    for (let text = input.read(); text !== null; text = input.read()) heard.push(`ink ${JSON.stringify(text)}`);
  });
  input.subscribe((event) => {
    if (event.type === 'mouse') heard.push(`${event.action} ${event.button} ${event.column},${event.row}`);
    else if (event.type === 'key') heard.push(event.name);
    else heard.push(event.type === 'paste' ? `paste ${event.text}` : event.type);
  });
  input.setRawMode(true);
  return { keyboard, input, heard };
}

describe('order and splitting', () => {
  const typed =
    'jj\x1b[A\x1b[<64;10;5Mk\x1bOP\x1b[1;5C\r\x1bx\x1b[200~pasted\x1b[<0;1;1M\x03\x1b[201~é漢\x03\x7f\x1b[15~\x1b[?1;2cz';
  const expected = [
    'ink "jj"',
    'ink "\\u001b[A"',
    'wheel-up none 9,4',
    'ink "k"',
    'f1',
    'ink "\\u001b[1;5C"',
    'ink "\\r"',
    'ink "\\u001bx"',
    'paste pasted\x1b[<0;1;1M\x03',
    'ink "é漢"',
    'session ctrl-c',
    `ink ${JSON.stringify('\x7f')}`,
    'f5',
    'ink "z"',
  ];

  test('keys and events come in the order in which they were typed', () => {
    const { keyboard, heard } = listen();
    keyboard.send(typed);
    expect(heard).toEqual(expected);
  });

  test('a split anywhere changes nothing but the length of a run', () => {
    const joined = (heard: readonly string[]): string => heard.join(' ').replaceAll('" ink "', '');
    for (let at = 1; at < typed.length; at++) {
      const { keyboard, heard } = listen();
      keyboard.send(typed.slice(0, at));
      keyboard.send(typed.slice(at));
      expect(joined(heard)).toBe(joined(expected));
    }
  });

  test('a chunk for each byte, in UTF-8, is the same', () => {
    const { keyboard, heard } = listen();
    for (const byte of Buffer.from(typed)) keyboard.emit('data', Buffer.from([byte]));
    expect(heard.filter((word) => !word.startsWith('ink'))).toEqual(expected.filter((word) => !word.startsWith('ink')));
    expect(heard).toContain('ink "漢"');
  });

  test('what was typed before Ink listened is not lost', async () => {
    const keyboard = new FakeKeyboard();
    const input = new TerminalInput(keyboard, { onSessionKey: () => {} });
    input.setRawMode(true);
    keyboard.send('early');
    const heard: (string | null)[] = [];
    input.on('readable', () => heard.push(input.read()));
    await Promise.resolve();
    expect(heard).toEqual(['early']);
  });
});

describe('Escape', () => {
  test('alone is a key after 25 ms, and not before', () => {
    vi.useFakeTimers();
    const { keyboard, heard } = listen();
    keyboard.send('\x1b');
    vi.advanceTimersByTime(24);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['ink "\\u001b[27u"']);
  });

  test('twice in one chunk is two keys', () => {
    vi.useFakeTimers();
    const { keyboard, heard } = listen();
    keyboard.send('\x1b\x1b');
    vi.advanceTimersByTime(25);
    expect(heard).toEqual(['ink "\\u001b[27u"', 'ink "\\u001b[27u"']);
  });

  test('Alt with [ is a key; a mouse report that comes late is a report', () => {
    vi.useFakeTimers();
    const { keyboard, heard } = listen();
    keyboard.send('\x1b[');
    vi.advanceTimersByTime(25);
    keyboard.send('\x1b[<65;1');
    vi.advanceTimersByTime(5_000);
    keyboard.send(';2M');
    expect(heard).toEqual(['ink "\\u001b[91;3u"', 'wheel-down none 0,1']);
  });
});

describe('the scanner', () => {
  const pieces = (text: string): string[] =>
    new InputScanner(25).push(text).map((piece) => `${piece.kind} ${piece.text}`);

  test('replies are dropped, and Alt with their first character is not', () => {
    expect(pieces('a\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\b\x1bP>|xterm\x1b\\c\x1b]\x1bd')).toEqual([
      'text a',
      'text b',
      'text c',
      'sequence \x1b]',
      'sequence \x1bd',
    ]);
  });

  test('a sequence that is cut off by another character takes nothing of it', () => {
    expect(pieces('\x1b[1;\rx')).toEqual(['control \r', 'text x']);
    expect(pieces('\x1b[<0;1\x1b[A')).toEqual(['sequence \x1b[A']);
  });

  test('a reply that never ends does not swallow keys for ever', () => {
    const scanner = new InputScanner(25);
    expect(scanner.push(`\x1b]11;${'x'.repeat(5_000)}`)).toEqual([]);
    expect(scanner.push('y')).toEqual([{ kind: 'text', text: 'y' }]);
  });

  test('a control character ends what was cut off before it: Ctrl-C is Ctrl-C', () => {
    for (const half of ['\x1b]1', '\x1b]11;rgb:1e', '\x1bP1', '\x1bP>|x', '\x1b[M', '\x1b[Ma', '\x1b[Mab', '\x1b[[']) {
      expect([half, pieces(`${half}\x03q`)]).toEqual([half, ['control \x03', 'text q']]);
      expect([half, pieces(`${half}\x1b[A`)]).toEqual([half, ['sequence \x1b[A']]);
    }
  });

  test.each(['\x1b[', '\x1bO', '\x1b\x1b['])(
    'a sequence after %j that never ends is dropped, and nothing of it kept',
    (begin) => {
      const scanner = new InputScanner(25);
      expect(scanner.push(begin + '1'.repeat(4_000_000))).toEqual([]);
      expect(scanner.holdTime).toBeUndefined();
      for (let count = 0; count < 1_000; count++) expect(scanner.push('1;'.repeat(500))).toEqual([]);
      expect(scanner.push('mq')).toEqual([{ kind: 'text', text: 'q' }]);
      scanner.push(begin + '1'.repeat(65));
      expect(scanner.push('\x03')).toEqual([{ kind: 'control', text: '\x03' }]);
      expect(scanner.push(`${begin}${'1'.repeat(70)}mq`)).toEqual([{ kind: 'text', text: 'q' }]);
    },
  );

  test('an endless paste takes little memory, and its end is found', () => {
    const scanner = new InputScanner(25);
    scanner.push('\x1b[200~');
    for (let count = 0; count < 100; count++) expect(scanner.push('x'.repeat(10_000))).toEqual([]);
    expect(scanner.push('\x1b[20')).toEqual([]);
    const [paste, text] = scanner.push('1~q');
    expect(paste?.text.length).toBe(65_536);
    expect(text).toEqual({ kind: 'text', text: 'q' });
  });

  test('nothing that is sent is read as anything but itself, or breaks the reader', () => {
    for (const text of [
      '\x1b',
      '\x1b\x1b[',
      '\x1bO',
      '\x1b[',
      '\x1b[[',
      '\x1b[M',
      '\x1b[Mab',
      '\x1bO5',
      '\x1b[2$',
      '',
    ]) {
      const scanner = new InputScanner(25);
      scanner.push(text);
      scanner.flush();
      expect(scanner.push('\r').at(-1)).toEqual({ kind: 'control', text: '\r' });
    }
  });
});

describe('names of keys', () => {
  const none = {} as Key;

  test.each([
    ['jjj', none, ['j', 'j', 'j']],
    ['J?', none, ['J', '?']],
    [' ', none, ['space']],
    ['\x04\x04\t\r\x7f', none, ['ctrl-d', 'ctrl-d', 'tab', 'enter', 'backspace']],
    ['\n', none, ['ctrl-j']],
    ['d', { ctrl: true } as Key, ['ctrl-d']],
    [' ', { ctrl: true } as Key, ['ctrl-space']],
    ['x', { meta: true } as Key, ['alt-x']],
    ['X', { meta: true, shift: true } as Key, ['alt-X']],
    ['', { tab: true, shift: true } as Key, ['shift-tab']],
    ['\r', { return: true } as Key, ['enter']],
    ['', { upArrow: true, ctrl: true } as Key, ['ctrl-up']],
    ['', { end: true, meta: true, shift: true } as Key, ['alt-shift-end']],
    ['', { pageDown: true } as Key, ['pagedown']],
    ['', { escape: true } as Key, ['escape']],
    ['j', { eventType: 'release' } as Key, []],
    ['', none, []],
    ['漢👍', none, ['漢', '👍']],
  ])('%j', (input, key, names) => {
    expect(decodeKeys(input, key)).toEqual(names);
  });

  test.each([
    ['\x1bOP', 'f1'],
    ['\x1b[11~', 'f1'],
    ['\x1b[[E', 'f5'],
    ['\x1b[15~', 'f5'],
    ['\x1b[24~', 'f12'],
    ['\x1b[1;2P', 'shift-f1'],
    ['\x1b[24;5~', 'ctrl-f12'],
    ['\x1b[2~', 'insert'],
    ['\x1b[3~', undefined],
    ['\x1b[A', undefined],
  ])('%j', (sequence, name) => {
    expect(functionKeyName(sequence)).toBe(name);
  });
});

test('a paste whose end is lost is over after a second of silence', () => {
  vi.useFakeTimers();
  const { keyboard, heard } = listen();
  keyboard.send('\x1b[200~tty_');
  vi.advanceTimersByTime(999);
  keyboard.send('write');
  vi.advanceTimersByTime(999);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  keyboard.send('\x03');
  // The end mark was late, and is no key.
  keyboard.send('\x1b[201~q');
  expect(heard).toEqual(['paste tty_write', 'session ctrl-c', 'ink "q"']);
});

test('mouse reports', () => {
  const plain = { type: 'mouse', shift: false, alt: false, ctrl: false };
  expect(decodeMouse('\x1b[<0;1;1M')).toEqual({ ...plain, action: 'press', button: 'left', column: 0, row: 0 });
  expect(decodeMouse('\x1b[<2;300;200m')).toEqual({
    ...plain,
    action: 'release',
    button: 'right',
    column: 299,
    row: 199,
  });
  expect(decodeMouse('\x1b[<33;5;6M')).toEqual({ ...plain, action: 'drag', button: 'middle', column: 4, row: 5 });
  expect(decodeMouse('\x1b[<35;5;6M')).toEqual({ ...plain, action: 'move', button: 'none', column: 4, row: 5 });
  expect(decodeMouse('\x1b[<85;5;6M')).toMatchObject({ action: 'wheel-down', shift: true, ctrl: true, button: 'none' });
  expect(decodeMouse('\x1b[M !!')).toEqual({ ...plain, action: 'press', button: 'left', column: 0, row: 0 });
  expect(decodeMouse('\x1b[<128;1;1M')).toBeUndefined();
  expect(decodeMouse('\x1b[A')).toBeUndefined();
});

test('a paste for a prompt is one line without control characters', () => {
  expect(cleanPaste(' a\r\nb\tc\x1b[31md\u202e\n')).toBe('a b c[31md');
});

test('raw mode and reading go together, and a terminal that fails is a hang-up', () => {
  const { keyboard, input, heard } = listen();
  expect([keyboard.isRaw, keyboard.isReading]).toEqual([true, true]);
  input.setRawMode(false);
  expect([keyboard.isRaw, keyboard.isReading, keyboard.listenerCount('data')]).toEqual([false, false, 0]);
  keyboard.emit('error', new Error('EIO'));
  expect(heard).toEqual(['hang-up']);
});

test.each([
  ['\x1b\x03', ['ink "\\u001b[27u"', 'session ctrl-c']],
  ['\x1b\x1a', ['ink "\\u001b[27u"', 'session ctrl-z']],
])('Escape with %j right behind it is Escape, and then that key', (typed, expected) => {
  const { keyboard, heard } = listen();
  keyboard.send(typed);
  expect(heard).toEqual(expected);
});
