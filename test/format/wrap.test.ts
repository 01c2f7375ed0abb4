/** Text in a column, down to columns that are not there: a terminal of one cell has a frame of two. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cFilled, cLines } from '../../src/format/c-lines.ts';
import { wrapWords } from '../../src/format/wrap.ts';

const withoutBlanks = (text: string): string => text.replaceAll(' ', '');
const prototype = 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from, int (*actor)(void *, int))';

describe('words', () => {
  test('are wrapped at blanks, and what has none is cut', () => {
    expect(wrapWords('the region is all zero', 10)).toEqual(['the region', 'is all', 'zero']);
    expect(wrapWords('0123456789abcdef', 10)).toEqual(['0123456789', 'abcdef']);
    expect(wrapWords('one two three four', 8, 2)).toEqual(['one two', 'three four']);
    expect(wrapWords('', 10)).toEqual(['']);
  });

  test('keep every character at every width, also where there is no room at all', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\u{1f600}'), maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: -90, max: 50 }), (text, width) => {
        const lines = wrapWords(text, width);
        expect(withoutBlanks(lines.join(''))).toBe(withoutBlanks(text));
        // A character beyond U+FFFF, which is two units, is never cut.
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(2, width));
      }),
    );
  });
});

describe('a C prototype', () => {
  test.each([
    ['a line per parameter', cLines],
    ['as many as fit', cFilled],
  ])('keeps every character at every width: %s', (_, lay) => {
    for (let width = -90; width <= 100; width++) {
      const lines = lay(prototype, width);
      expect(withoutBlanks(lines.join(''))).toBe(withoutBlanks(prototype));
    }
  });
});
