/** From rows of the index to hits that another thread can read. */
import type { RowChains } from './distinct-names.ts';
import type { NameIndex } from './name-index.ts';
import { type Ranked, TIERS } from './rank.ts';
import type { SearchHit } from './types.ts';

/** Some names have hundreds of bearers (__func__.0): a hit brings the first ones. */
const ROWS = 8;

export function toHits(index: NameIndex, ranked: readonly Ranked[]): SearchHit[] {
  return ranked.map(({ row, tier, score, name, indexes }) => {
    const symbols = rowsOf(index.symbols, row);
    const funcs = rowsOf(index.funcs, row);
    return {
      name,
      indexes,
      score,
      match: TIERS[tier] ?? 'fuzzy',
      symbols: symbols.rows,
      symbolCount: symbols.count,
      funcs: funcs.rows,
      funcCount: funcs.count,
    };
  });
}

function rowsOf({ head, next }: RowChains, name: number): { rows: number[]; count: number } {
  const rows: number[] = [];
  let count = 0;
  for (let row = head[name] ?? -1; row >= 0; row = next[row] ?? -1) {
    if (count++ < ROWS) rows.push(row);
  }
  return { rows, count };
}
