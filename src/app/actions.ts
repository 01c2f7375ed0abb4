/** What can happen to the state. The reducer is the only one that answers. */
import type { Focus } from '../kernel/links.ts';
import type { PaneId } from './panes/pane-table.ts';
import type { SearchReply, SearchState } from './search/types.ts';
import type { Screen } from './state.ts';

export type Action =
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** Rows in the active list, hex view or text; a page is a screenful. */
  | { readonly type: 'move'; readonly by: number; readonly unit: 'row' | 'page' | 'half-page' }
  | { readonly type: 'move-to'; readonly end: 'first' | 'last' }
  | { readonly type: 'activate'; readonly pane: PaneId }
  | { readonly type: 'activate-next'; readonly step: 1 | -1 }
  /** Scroll one pane without the focus, as a wheel does. */
  | { readonly type: 'scroll'; readonly pane: PaneId; readonly by: number }
  /** A click on a visible line of a pane, counted from its first table row. */
  | { readonly type: 'click'; readonly pane: PaneId; readonly line: number }
  | { readonly type: 'focus'; readonly focus: Focus; readonly pane?: PaneId }
  | { readonly type: 'follow' }
  | { readonly type: 'back' }
  | { readonly type: 'forward' }
  | { readonly type: 'sort'; readonly pane: PaneId }
  | { readonly type: 'clear-filter' }
  | { readonly type: 'show'; readonly screen: Screen }
  | { readonly type: 'hex-mode' }
  | { readonly type: 'open-prompt'; readonly kind: 'search' | 'goto' | 'filter'; readonly text?: string }
  | { readonly type: 'prompt-text'; readonly text: string }
  | { readonly type: 'prompt-move'; readonly by: number }
  | { readonly type: 'prompt-accept' }
  /** Go to what a text means: an address, a symbol, symbol+offset. */
  | { readonly type: 'go-to'; readonly text: string }
  | { readonly type: 'prompt-cancel' }
  | { readonly type: 'found'; readonly reply: SearchReply }
  /** The search's thread is reading names, is ready, or was lost. */
  | { readonly type: 'search-state'; readonly search: SearchState }
  | { readonly type: 'next-match'; readonly step: 1 | -1 }
  | { readonly type: 'message'; readonly text: string; readonly tone: 'info' | 'bad' };
