/**
 * Fuzzy search over symbol names and BTF FUNC names.
 *
 *     const search = createSearch({ symbols: { strings, names, types }, funcs: { strings, names } }, spawnSearchWorker);
 *     search.start();                                          // after the first frame
 *     search.query('ttywr', 200, ({ hits, total }) => …);      // as one types; the newest query wins
 *
 * What a text means is parseQuery's to say: the caller goes to addresses and symbol+offset itself.
 */
export { createSearch, type SearchEngine } from './search/engine.ts';
export type { WorkerLike } from './search/protocol.ts';
export { parseQuery, type SearchQuery } from './search/query.ts';
export { spawnSearchWorker } from './search/spawn.ts';
export type {
  MatchKind,
  NameColumn,
  SearchHit,
  SearchInput,
  SearchReply,
  SearchState,
  SymbolNames,
} from './search/types.ts';
