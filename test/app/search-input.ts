/** Names as the search takes them: a string table that begins with a NUL, and offsets into it. */
import type { NameColumn, SearchInput } from '../../src/app/search/types.ts';

const FUNC = 2;
export const OBJECT = 1;
export const NOTYPE = 0;

function column(names: readonly string[]): NameColumn {
  const offsets: number[] = [];
  let text = '\0';
  for (const name of names) {
    offsets.push(name === '' ? 0 : text.length);
    if (name !== '') text += `${name}\0`;
  }
  return { strings: Buffer.from(text, 'latin1'), names: Uint32Array.from(offsets) };
}

/** @param symbols names with their types; a bare name is a function */
export function searchInput(
  symbols: readonly (string | readonly [string, number])[],
  funcs: readonly string[] = [],
): SearchInput {
  const pairs = symbols.map((it): readonly [string, number] => (typeof it === 'string' ? [it, FUNC] : it));
  return {
    symbols: { ...column(pairs.map(([name]) => name)), types: Uint8Array.from(pairs, ([, type]) => type) },
    funcs: column(funcs),
  };
}

export function finish<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
