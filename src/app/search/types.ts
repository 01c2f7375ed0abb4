/**
 * What goes into the search and what comes out of it: plain data, so that it crosses a thread unchanged.
 *
 * Names go in as bytes, because making 228,000 strings on the main thread would be felt; a hit comes out as a name
 * with the rows that bear it, and the caller turns rows into symbols and type ids.
 */

/** A column of names: `names[row]` is the offset in `strings` (latin1, NUL-terminated) of the name of `row`. */
export interface NameColumn {
  readonly strings: Uint8Array;
  readonly names: Uint32Array;
}

/** Names of .symtab rows, with the STT_* type (st_info & 15) of each. */
interface SymbolNames extends NameColumn {
  readonly types: Uint8Array;
}

/** The usual number of hits: several screens, and what the first answers are prepared for. */
export const SEARCH_LIMIT = 200;

export interface SearchInput {
  readonly symbols: SymbolNames;
  /** Names of BTF FUNC records; a row is whatever the caller numbers them by. */
  readonly funcs: NameColumn;
}

/** How a name was found: hits are listed in this order, and by score inside one of them. */
export type MatchKind = 'exact' | 'prefix' | 'fuzzy';

/** A found name. Equal names are one hit, however many symbols and records bear it. */
export interface SearchHit {
  readonly name: string;
  /** Positions in `name` of the matched characters, ascending: what to highlight. */
  readonly indexes: readonly number[];
  /** 1 is perfect, 0 is nothing: fuzzysort's, or for an expression the matched share of the name. */
  readonly score: number;
  readonly match: MatchKind;
  /** The first rows of the symbols with this name, ascending; `symbolCount` says how many there are. */
  readonly symbols: readonly number[];
  readonly symbolCount: number;
  readonly funcs: readonly number[];
  readonly funcCount: number;
}

export interface SearchReply {
  /** The text that was asked for. */
  readonly text: string;
  readonly hits: readonly SearchHit[];
  /** How many names match, listed or not. */
  readonly total: number;
  /** False: a further reply to the same text follows, with the same hits or more. */
  readonly complete: boolean;
  /** Why the text cannot be searched for, as one clause for the user. */
  readonly problem?: string;
}

/**
 * `starting`: before start(). `indexing`: the names are being read; until they are, replies are plain substrings.
 * `failed`: for the rest of the session they stay so.
 */
export interface SearchState {
  readonly phase: 'starting' | 'indexing' | 'ready' | 'failed';
  /** Where the matching is done. */
  readonly thread: 'worker' | 'main';
  /** What went wrong with the thread, as one clause. */
  readonly problem?: string;
}
