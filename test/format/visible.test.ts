import { describe, expect, it } from 'vitest';
import { visible, visibleText } from '../../src/format/visible.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('visible', () => {
  it('leaves printable ASCII alone', () => {
    expect(visible('tty_write.isra.0')).toBe('tty_write.isra.0');
    expect(visible('')).toBe('');
    expect(visible('a b\\c~')).toBe('a b\\c~');
  });

  it('shows control bytes and DEL as \\xNN', () => {
    expect(visible('a\x1b[31mb\x00\t\n\r\x7f')).toBe('a\\x1b[31mb\\x00\\x09\\x0a\\x0d\\x7f');
  });

  it('shows bytes that are not UTF-8 as \\xNN, the ASCII around them as it is', () => {
    expect(visible('a\x9bb\xff')).toBe('a\\x9bb\\xff');
    expect(visible('\xc3\x28')).toBe('\\xc3(');
    // A surrogate, an overlong form and a code point past the last are no UTF-8.
    expect(visible('\xed\xa0\x80')).toBe('\\xed\\xa0\\x80');
    expect(visible('\xc0\xaf')).toBe('\\xc0\\xaf');
    expect(visible('\xf4\x90\x80\x80')).toBe('\\xf4\\x90\\x80\\x80');
  });

  it('decodes UTF-8 and escapes what cannot be seen in it', () => {
    expect(visible(bytes('größe_π'))).toBe('größe_π');
    expect(visible(bytes('a\u202eb'))).toBe('a\\u{202e}b');
    expect(visible(bytes('a\u200bb\u200d\u2066'))).toBe('a\\u{200b}b\\u{200d}\\u{2066}');
    expect(visible(bytes('\ufeffx'))).toBe('\\u{feff}x');
    expect(visible(bytes('é\x1b'))).toBe('é\\x1b');
    expect(visible(bytes('\u0085'))).toBe('\\u{85}');
    expect(visible(bytes('a\u00a0b\u2028c\u3164'))).toBe('a\\u{a0}b\\u{2028}c\\u{3164}');
    expect(visible(bytes('\u{e0041}\ufe0f'))).toBe('\\u{e0041}\\u{fe0f}');
  });

  it('does not let a combining mark at the start join what is drawn before the name', () => {
    expect(visible(bytes('\u0301a'))).toBe('\\u{301}a');
    expect(visible(bytes('a\u0301'))).toBe('a\u0301');
  });

  it('leaves no control, format or separator character, whatever the bytes', () => {
    let seed = 1;
    for (let round = 0; round < 3000; round++) {
      let name = '';
      for (let i = 0; i < 12; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        name += String.fromCharCode(seed >>> 24);
      }
      for (const shown of [visible(name), visible(bytes(name)), visibleText(name)]) {
        expect(shown.replaceAll(' ', '')).not.toMatch(/[\p{C}\p{Z}]/u);
      }
    }
  });
});

describe('visibleText', () => {
  it('takes characters as characters', () => {
    expect(visibleText('größe')).toBe('größe');
    expect(visibleText('a\u202e\x1b')).toBe('a\\u{202e}\\x1b');
  });
});
