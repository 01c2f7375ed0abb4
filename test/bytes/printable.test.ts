import { expect, test } from 'vitest';
import { hexOrHuge, printable, printableBytes, printableName } from '../../src/bytes/printable.ts';
import { visible, visibleText } from '../../src/format/visible.ts';

test('what a terminal obeys or hides is written out, the rest stays', () => {
  expect(printable('tty_write\x1b[2J\x07\x9b\n')).toBe('tty_write\\x1b[2J\\x07\\u{9b}\\x0a');
  expect(printable('a\u202eb\u200bc\u2028d\ud800e')).toBe('a\\u{202e}b\\u{200b}c\\u{2028}d\\u{d800}e');
  expect(printable('Grüße 内核 🐧')).toBe('Grüße 内核 🐧');
});

test('a byte past ASCII is written out as a byte, a character as a character, as on the screen', () => {
  expect(printableBytes('a\x85\x9b\xad\x1b\n')).toBe(visible('a\x85\x9b\xad\x1b\n'));
  expect(printableName('a\x9b')).toBe('a\\x9b');
  expect(printable('a\x85\x9b\xad\x7f')).toBe(visibleText('a\x85\x9b\xad\x7f'));
});

test('a name of a megabyte is cut', () => {
  expect(printableName('x'.repeat(1 << 20))).toBe(`${'x'.repeat(80)}…`);
  expect(printableName('.text')).toBe('.text');
});

test('a size past 2^53 is said to be one', () => {
  expect(hexOrHuge(0x40)).toBe('0x40');
  expect(hexOrHuge(Number.POSITIVE_INFINITY)).toBe('a number past 2^53');
});
