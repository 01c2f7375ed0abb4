/** What a typed text means: addresses, places in symbols, expressions, and letters. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/app/search/query.ts';

describe('parseQuery', () => {
  test.each([
    ['', { kind: 'empty' }],
    ['  ', { kind: 'empty' }],
    ['/', { kind: 'empty' }],
    ['//', { kind: 'empty' }],
    ['0x10', { kind: 'address', value: 0x10n }],
    ['0xFFFF800010747510', { kind: 'address', value: 0xffff800010747510n }],
    ['ffff800010747510', { kind: 'address', value: 0xffff800010747510n }],
    ['74751f', { kind: 'address', value: 0x74751fn }],
    ['tty_write', { kind: 'fuzzy', text: 'tty_write' }],
    ['  tty   write ', { kind: 'fuzzy', text: 'tty write' }],
    ['tty_write+0x10', { kind: 'symbol-offset', name: 'tty_write', offset: 0x10n }],
    ['tty_write+0x10/0x2a0', { kind: 'symbol-offset', name: 'tty_write', offset: 0x10n }],
    ['<tty_write+16>', { kind: 'symbol-offset', name: 'tty_write', offset: 16n }],
    ['tty_write-0x8', { kind: 'symbol-offset', name: 'tty_write', offset: -8n }],
    ['/^tty_.*write$/', { kind: 'regex', source: '^tty_.*write$' }],
    ['/^tty/i', { kind: 'regex', source: '^tty' }],
    ['/^tty', { kind: 'regex', source: '^tty' }],
  ])('%j', (text, expected) => {
    expect(parseQuery(text)).toEqual(expected);
  });

  test('words made of hex letters are words', () => {
    for (const word of ['facade', 'decade', 'deadbeef', '12345', 'x86_64', 'tty_', '+0x10', 'a+b', '0xg', '0x']) {
      expect(parseQuery(word)).toEqual({ kind: 'fuzzy', text: word });
    }
  });

  test('an address that does not fit 64 bits is no address', () => {
    expect(parseQuery('0x10000000000000000').kind).toBe('fuzzy');
  });

  test('an expression that does not parse says why in one clause', () => {
    expect(parseQuery('/tty(/')).toEqual({
      kind: 'regex',
      source: 'tty(',
      problem: 'not a regular expression: unterminated group',
    });
    expect(parseQuery('/[z-a]')).toMatchObject({ problem: expect.stringMatching(/^not a regular expression: \w.*/) });
  });

  test('every 64-bit address is read back, with and without 0x', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const hex = value.toString(16);
        expect(parseQuery(`0x${hex}`)).toEqual({ kind: 'address', value });
        const bare = hex.padStart(16, '0');
        expect(parseQuery(bare)).toEqual(/\d/.test(bare) ? { kind: 'address', value } : { kind: 'fuzzy', text: bare });
      }),
    );
  });

  test('every symbol and offset is read back', () => {
    const name = fc.stringMatching(/^[A-Za-z_$.][\w$.]{0,30}$/);
    fc.assert(
      fc.property(name, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (symbol, offset) => {
        const expected = { kind: 'symbol-offset', name: symbol, offset };
        expect(parseQuery(`${symbol}+0x${offset.toString(16)}`)).toEqual(expected);
        expect(parseQuery(`${symbol}-0x${offset.toString(16)}`)).toEqual({ ...expected, offset: -offset });
      }),
    );
  });

  test('no text throws, and an expression without a problem compiles', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, slash) => {
        const query = parseQuery(slash ? `/${text}` : text);
        if (query.kind === 'regex' && query.problem === undefined) new RegExp(query.source, 'i');
        if (query.kind === 'fuzzy') expect(query.text).toBe(text.trim().split(/\s+/).join(' '));
      }),
    );
  });
});
