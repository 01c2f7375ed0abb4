/** Everything that a key can change, as plain data. */
import type { Fact } from '../kernel/facts.ts';
import type { Links } from '../kernel/links.ts';
import type { EvidenceState } from './evidence.ts';
import type { PaneId } from './panes/pane-table.ts';
import type { Target } from './replay/state.ts';
import type { SearchHit, SearchState } from './search/types.ts';
import type { CausesState, WhyState } from './why/state.ts';

export interface PaneState {
  /** Position of the row that follows the focus; where a link is missing, of its neighbour. */
  readonly cursor: number;
  /** First visible position. */
  readonly top: number;
  readonly sort: string;
  readonly filter: string;
  /** The order that is being made, and that the pane shows as soon as it is there. */
  readonly wanted: Wanted | undefined;
}

export interface Wanted {
  readonly sort: string;
  readonly filter: string;
  /** How much of the work is done, from 0 to 1. */
  readonly share: number;
  /** Enter was pressed: put the focus on a row that the filter keeps. */
  readonly land: boolean;
}

/** A place to come back to. */
export interface Visit {
  readonly links: Links;
  readonly pane: PaneId;
  /** The hex view, where it was open. */
  readonly hex: HexState | undefined;
  /** The report, where it was open, and what was below it. */
  readonly why: WhyState | undefined;
  readonly trail: readonly Screen[];
}

export interface SearchResults {
  /** The text that the hits are of. */
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly total: number;
  readonly complete: boolean;
  readonly problem: string | undefined;
}

/** The accepted search, for n and N. */
export interface Matches {
  readonly text: string;
  readonly hits: readonly SearchHit[];
  /** Which of the hits n and N are at. */
  readonly at: number;
}

/** The text of a prompt, and the UTF-16 code unit that its cursor is before. */
export interface LineText {
  readonly text: string;
  readonly cursor: number;
}

export interface SearchPrompt extends LineText {
  readonly kind: 'search';
  readonly selected: number;
  readonly top: number;
  /** Enter came before the hits of this text: go there when they arrive. */
  readonly accepting: boolean;
}

export interface GotoPrompt extends LineText {
  readonly kind: 'goto';
}

export interface FilterPrompt extends LineText {
  readonly kind: 'filter';
  readonly pane: PaneId;
  /** The filter before the prompt was opened: Escape brings it back. */
  readonly before: string;
}

/** Filters the functions of a cause. */
export interface NarrowPrompt extends LineText {
  readonly kind: 'narrow';
  readonly before: string;
}

export type Prompt = SearchPrompt | GotoPrompt | FilterPrompt | NarrowPrompt;

export interface HexState {
  /** Address of the first line. */
  readonly address: bigint;
  readonly cursor: bigint;
  readonly mode: 'words' | 'bytes';
}

export type Screen = 'browse' | 'help' | 'facts' | 'hex' | 'replay' | 'compare' | 'why' | 'causes';

export interface AppState {
  readonly columns: number;
  readonly rows: number;
  readonly screen: Screen;
  /** Where closing the help or the facts leads: some screens open them over themselves. */
  readonly under: Screen;
  /** The screens below this one, the last on top: see trail.ts. */
  readonly trail: readonly Screen[];
  /** The kernel that the comparison was asked for by its path; undefined when it is to ask for one. */
  readonly comparePath: string | undefined;
  readonly active: PaneId;
  readonly links: Links;
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  readonly back: readonly Visit[];
  readonly forward: readonly Visit[];
  readonly prompt: Prompt | undefined;
  /** The hits of the search prompt. */
  readonly results: SearchResults;
  /** The search that n and N walk. */
  readonly matches: Matches | undefined;
  /** The facts on the kernel, once they are read. */
  readonly facts: readonly Fact[] | undefined;
  /** How far the search is with reading the names. */
  readonly search: SearchState;
  readonly hex: HexState;
  /** First visible line of the help or the facts. */
  readonly scroll: number;
  readonly evidence: EvidenceState;
  readonly why: WhyState;
  readonly causes: CausesState;
  /** What the replay was last opened at; another object each time. */
  readonly opening: { readonly target: Target | undefined } | undefined;
  /** One line for the user, until the next key. */
  readonly message: { readonly text: string; readonly tone: 'info' | 'bad' } | undefined;
}

export const noResults: SearchResults = { text: '', hits: [], total: 0, complete: true, problem: undefined };
