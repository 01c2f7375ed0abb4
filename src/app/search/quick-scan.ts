/**
 * An answer while the index is being built: names that contain the text as typed, found in the string tables.
 *
 * The string table is one long text, so looking through all names is one indexOf until the limit is reached. The
 * name of a row may begin inside a string (linkers share endings): a string counts when some row begins at it.
 */
import type { NameColumn, SearchHit, SearchInput } from './types.ts';

/** Occurrences looked at: bounds the time for a text that is everywhere. */
const OCCURRENCES = 2000;
const SLICE = 16_384;

export interface QuickFindings {
  readonly hits: readonly SearchHit[];
  readonly total: number;
}

/** Yields now and then, so that a caller can share its thread. */
export function* quickScan(input: SearchInput, text: string, limit: number): Generator<void, QuickFindings> {
  const found = new Map<string, { symbols: number[]; funcs: number[] }>();
  const words = text.split(/\s+/);
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
  for (const part of ['symbols', 'funcs'] as const) {
    yield* scanColumn(input[part], longest, (name, rows) => {
      if (name.startsWith('$') || !words.every((word) => name.includes(word))) return;
      const known = found.get(name) ?? { symbols: [], funcs: [] };
      known[part].push(...rows);
      found.set(name, known);
    });
  }
  const hits = [...found].map(([name, { symbols, funcs }]): SearchHit => {
    const at = name.indexOf(longest);
    return {
      name,
      indexes: Array.from({ length: longest.length }, (_, i) => at + i),
      score: longest.length / name.length,
      match: name === text ? 'exact' : at === 0 ? 'prefix' : 'fuzzy',
      symbols,
      symbolCount: symbols.length,
      funcs,
      funcCount: funcs.length,
    };
  });
  const rank = { exact: 0, prefix: 1, fuzzy: 2 };
  hits.sort((a, b) => rank[a.match] - rank[b.match] || b.score - a.score || (a.name < b.name ? -1 : 1));
  return { hits: hits.slice(0, limit), total: hits.length };
}

function* scanColumn(
  column: NameColumn,
  text: string,
  add: (name: string, rows: number[]) => void,
): Generator<void, void> {
  const { strings, names } = column;
  const table = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  const wanted = Buffer.from(text, 'latin1');
  const rowsAt = new Map<number, number[]>();
  let at = table.indexOf(wanted);
  for (let seen = 0; at >= 0 && seen < OCCURRENCES; seen++) {
    if (seen % 256 === 255) yield;
    rowsAt.set(at === 0 ? 0 : table.lastIndexOf(0, at - 1) + 1, []);
    const end = table.indexOf(0, at);
    if (end < 0) break;
    at = table.indexOf(wanted, end);
  }
  if (rowsAt.size === 0) return;
  for (let row = 0; row < names.length; row++) {
    rowsAt.get(names[row] as number)?.push(row);
    if (row % SLICE === 0) yield;
  }
  for (const [offset, rows] of rowsAt) {
    if (rows.length > 0) add(table.toString('latin1', offset, table.indexOf(0, offset)), rows);
  }
}
