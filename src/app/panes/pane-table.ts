/**
 * A pane's table: its columns, its rows by key, and the orders that it can be shown in.
 *
 *   key        a row of the domain table: symbol row, slot, relocation row, FUNC type id
 *   position   a place in the shown order, after sorting and filtering
 */
import type { Cell, Column } from '../../format/cells.ts';
import type { Focus, Link, Links } from '../../kernel/links.ts';

export type PaneId = 'symbols' | 'mcount' | 'relocations' | 'btf';
export const paneIds: readonly PaneId[] = ['symbols', 'mcount', 'relocations', 'btf'];

export interface SortSpec {
  readonly id: string;
  /** "by address", as the title shows it. */
  readonly label: string;
  /** The keys in this order; undefined where the order is that of the keys themselves. */
  order(): Uint32Array | undefined;
}

export interface PaneTable {
  readonly id: PaneId;
  readonly title: string;
  readonly columns: readonly Column[];
  /** Number of keys, before any filter. */
  readonly count: number;
  /** The first key: 0, or the first type id that is a FUNC … */
  readonly sorts: readonly SortSpec[];
  /** Why there is nothing to show, or what is wrong with what is shown. */
  readonly problem: string | undefined;
  /** Why sorting and filtering are off: too many rows. */
  readonly fixedOrder: string | undefined;
  /** What a filter may say beyond words: "slot:no", "type:func". */
  readonly filterHelp: string;
  cells(key: number): readonly Cell[];
  focusOf(key: number): Focus;
  linkOf(links: Links): Link<number>;
  /** A test for one filter, or what is wrong with the filter. */
  matcher(filter: string): ((key: number) => boolean) | { readonly problem: string };
}

/**
 * Split a filter in words; "name:value" words go to `fields`, the rest must all be in the row's text.
 * @returns a test, or the problem with an unknown field
 */
export function wordMatcher(
  filter: string,
  text: (key: number) => string,
  fields: Readonly<Record<string, (value: string) => ((key: number) => boolean) | undefined>>,
): ((key: number) => boolean) | { readonly problem: string } {
  const tests: ((key: number) => boolean)[] = [];
  const words: string[] = [];
  for (const word of filter.trim().split(/\s+/)) {
    if (word === '') continue;
    const colon = word.indexOf(':');
    const field = colon > 0 ? fields[word.slice(0, colon).toLowerCase()] : undefined;
    if (field === undefined) {
      words.push(word.toLowerCase());
      continue;
    }
    const test = field(word.slice(colon + 1).toLowerCase());
    if (test === undefined) return { problem: `${word}: not a value that this filter knows` };
    tests.push(test);
  }
  return (key) => {
    for (const test of tests) if (!test(key)) return false;
    if (words.length === 0) return true;
    const haystack = text(key).toLowerCase();
    return words.every((word) => haystack.includes(word));
  };
}

/** "yes" or "no" for a filter field. */
export const yesNo = (value: string, test: (key: number) => boolean): ((key: number) => boolean) | undefined =>
  value === 'yes' ? test : value === 'no' ? (key) => !test(key) : undefined;
