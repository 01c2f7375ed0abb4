/**
 * What a text typed into the search means.
 *
 *     0xffff800010747510, ffff800010747510   an address: 0x, or 6 and more hex digits with a decimal one among them
 *     tty_write+0x10, tty_write+0x10/0x2a0   a place in a symbol, as a kernel trace, gdb and objdump (<…>) write it
 *     /^tty_.*write$/                        a regular expression, case ignored; the last slash may be missing
 *     tty write                              letters in order, spread or not; all words, in any order
 *
 * A decimal digit is asked for, because `facade` and `decade` are words and an address without any digit is not.
 */

export type SearchQuery =
  | { readonly kind: 'empty' }
  | { readonly kind: 'address'; readonly value: bigint }
  | { readonly kind: 'symbol-offset'; readonly name: string; readonly offset: bigint }
  | { readonly kind: 'regex'; readonly source: string; readonly problem?: string }
  | { readonly kind: 'fuzzy'; readonly text: string };

const ADDRESS = /^0x([0-9a-f]{1,16})$/i;
const BARE_ADDRESS = /^(?=.*\d)[0-9a-f]{6,16}$/i;
// The offset of gdb's <tty_write+16> is decimal; "/0x2a0" is the size of the function in a kernel trace.
const SYMBOL_OFFSET = /^<?([^\s+<>/]+?)([+-])(0x[0-9a-f]{1,16}|\d{1,19})(?:\/0x[0-9a-f]{1,16})?>?$/i;

export function parseQuery(text: string): SearchQuery {
  const query = text.trim();
  if (query === '' || query === '/' || query === '//') return { kind: 'empty' };
  if (query.startsWith('/')) return parseRegex(query.slice(1).replace(/\/i?$/, ''));
  const address = ADDRESS.exec(query);
  if (address?.[1] !== undefined) return { kind: 'address', value: BigInt(`0x${address[1]}`) };
  if (BARE_ADDRESS.test(query)) return { kind: 'address', value: BigInt(`0x${query}`) };
  const place = SYMBOL_OFFSET.exec(query);
  if (place?.[1] !== undefined && place[3] !== undefined) {
    const distance = BigInt(place[3].toLowerCase());
    return { kind: 'symbol-offset', name: place[1], offset: place[2] === '-' ? -distance : distance };
  }
  return { kind: 'fuzzy', text: query.split(/\s+/).join(' ') };
}

/** The letters to look for among names: of a place in a symbol its symbol, of an address its digits, for want of better. */
export function lettersOf(query: SearchQuery, text: string): string {
  if (query.kind === 'symbol-offset') return query.name;
  return query.kind === 'fuzzy' ? query.text : text.trim();
}

/** The expression that the search runs for a source that {@link parseQuery} found no problem with. */
export const compile = (source: string): RegExp => new RegExp(source, 'i');

function parseRegex(source: string): SearchQuery {
  if (source === '') return { kind: 'empty' };
  try {
    compile(source);
    return { kind: 'regex', source };
  } catch (error) {
    // V8 says "Invalid regular expression: /(/i: Unterminated group"; only the last clause is news to the user.
    const said = error instanceof Error ? error.message : String(error);
    const clause = said.slice(said.lastIndexOf(': ') + 2);
    return { kind: 'regex', source, problem: `not a regular expression: ${clause.toLowerCase()}` };
  }
}
