/** Everything that a key can change, as plain data. */
import type { Links } from '../kernel/links.ts';
import type { PaneId } from './panes/pane-table.ts';
import type { SearchHit, SearchState } from './search/types.ts';

export interface PaneState {
  /** Position of the row that follows the focus; where a link is missing, of its neighbour. */
  readonly cursor: number;
  /** First visible position. */
  readonly top: number;
  readonly sort: string;
  readonly filter: string;
}

/** A place to come back to. */
export interface Visit {
  readonly links: Links;
  readonly pane: PaneId;
}

export interface SearchResults {
  /** The text that the hits are of. */
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly total: number;
  readonly complete: boolean;
  readonly problem: string | undefined;
}

export type Prompt =
  | {
      readonly kind: 'search';
      readonly text: string;
      readonly selected: number;
      readonly top: number;
      /** Enter came before the hits of this text: go there when they arrive. */
      readonly accepting?: boolean;
    }
  | { readonly kind: 'goto'; readonly text: string }
  | { readonly kind: 'filter'; readonly text: string; readonly pane: PaneId };

export interface HexState {
  /** Address of the first line. */
  readonly address: bigint;
  readonly cursor: bigint;
  readonly mode: 'words' | 'bytes';
}

export type Screen = 'browse' | 'help' | 'facts' | 'hex';

export interface AppState {
  readonly columns: number;
  readonly rows: number;
  readonly screen: Screen;
  readonly active: PaneId;
  readonly links: Links;
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  readonly back: readonly Visit[];
  readonly forward: readonly Visit[];
  readonly prompt: Prompt | undefined;
  /** The last search, for n and N; its hits while the prompt is open. */
  readonly results: SearchResults;
  /** How far the search is with reading the names. */
  readonly search: SearchState;
  /** Which of the results n and N are at. */
  readonly resultAt: number;
  readonly hex: HexState;
  /** First visible line of the help or the facts. */
  readonly scroll: number;
  /** One line for the user, until the next key. */
  readonly message: { readonly text: string; readonly tone: 'info' | 'bad' } | undefined;
}

export const noResults: SearchResults = { text: '', hits: [], total: 0, complete: true, problem: undefined };
