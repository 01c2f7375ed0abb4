/** What can happen to the state. The reducer is the only one that answers. */
import type { Fact } from '../kernel/facts.ts';
import type { Focus } from '../kernel/links.ts';
import type { LineEdit } from './line-edit.ts';
import type { PaneId } from './panes/pane-table.ts';
import type { SearchReply, SearchState } from './search/types.ts';
import type { Screen } from './state.ts';
import type { WhyAction } from './why/actions.ts';

export type Action =
  | WhyAction
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** Rows in the active list, hex view or text; a page is a screenful. */
  | { readonly type: 'move'; readonly by: number; readonly unit: 'row' | 'page' | 'half-page' }
  | { readonly type: 'move-to'; readonly end: 'first' | 'last' }
  | { readonly type: 'activate'; readonly pane: PaneId }
  | { readonly type: 'activate-next'; readonly step: 1 | -1 }
  /** Scroll one pane without the focus, as a wheel does. */
  | { readonly type: 'scroll'; readonly pane: PaneId; readonly by: number }
  /** A click on a visible line of a pane, counted from the line below the column heads. */
  | { readonly type: 'click'; readonly pane: PaneId; readonly line: number }
  | { readonly type: 'focus'; readonly focus: Focus; readonly pane?: PaneId }
  | { readonly type: 'follow' }
  | { readonly type: 'back' }
  | { readonly type: 'forward' }
  | { readonly type: 'sort'; readonly pane: PaneId }
  | { readonly type: 'clear-filter' }
  /** So much of an order that a pane waits for is done; it is done. */
  | {
      readonly type: 'ordering';
      readonly pane: PaneId;
      readonly sort: string;
      readonly filter: string;
      readonly share: number;
    }
  | { readonly type: 'ordered'; readonly pane: PaneId; readonly sort: string; readonly filter: string }
  | { readonly type: 'show'; readonly screen: Screen }
  /** Show the comparison, with the kernel at a path. */
  | { readonly type: 'compare'; readonly path: string | undefined }
  | { readonly type: 'hex-mode' }
  | { readonly type: 'open-prompt'; readonly kind: 'search' | 'goto' | 'filter'; readonly text?: string }
  /** The whole text anew, the cursor at its end. */
  | { readonly type: 'prompt-text'; readonly text: string }
  | { readonly type: 'prompt-edit'; readonly edit: LineEdit }
  | { readonly type: 'prompt-move'; readonly by: number }
  | { readonly type: 'prompt-accept' }
  /** Go to what a text means: an address, a symbol, symbol+offset. */
  | { readonly type: 'go-to'; readonly text: string }
  | { readonly type: 'prompt-cancel' }
  | { readonly type: 'found'; readonly reply: SearchReply }
  | { readonly type: 'facts'; readonly facts: readonly Fact[] }
  /** The search's thread is reading names, is ready, or was lost. */
  | { readonly type: 'search-state'; readonly search: SearchState }
  | { readonly type: 'next-match'; readonly step: 1 | -1 }
  | { readonly type: 'message'; readonly text: string; readonly tone: 'info' | 'bad' }
  /** The next key: the message has been read. */
  | { readonly type: 'dismiss' };
