/** What can happen to the replay's state. Its reducer is the only one that answers. */
import type { LineEdit } from '../line-edit.ts';
import type { Reading } from './reading.ts';
import type { Target } from './state.ts';

export type ReplayAction =
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** The reading has come further, or to its end. */
  | { readonly type: 'reading'; readonly reading: Reading }
  /** Come here from elsewhere, with the function in focus there. */
  | { readonly type: 'open'; readonly target: Target | undefined }
  /** Do a line of the debugger, as if it had been typed; an empty one does the last again. */
  | { readonly type: 'execute'; readonly line: string }
  /** Entries in the list; a page is a screenful. */
  | { readonly type: 'move'; readonly by: number; readonly unit: 'row' | 'page' | 'half-page' }
  | { readonly type: 'move-to'; readonly end: 'first' | 'last' }
  /** Go to an entry; a share of the run; a breakpoint on a line, on or off. */
  | { readonly type: 'go-to-entry'; readonly entry: number }
  | { readonly type: 'go-to-share'; readonly share: number }
  | { readonly type: 'toggle-breakpoint'; readonly line: number }
  /** The other bytes of the region, or the next version of pahole. */
  | { readonly type: 'other-bytes' }
  | { readonly type: 'next-version' }
  | { readonly type: 'next-panel'; readonly step: 1 | -1 }
  | { readonly type: 'scroll-list'; readonly by: number }
  | { readonly type: 'scroll-console'; readonly by: number; readonly unit: 'row' | 'page' }
  | { readonly type: 'open-console'; readonly text: string }
  | { readonly type: 'close-console' }
  | { readonly type: 'edit'; readonly edit: LineEdit }
  | { readonly type: 'recall'; readonly step: 1 | -1 }
  | { readonly type: 'complete' }
  | { readonly type: 'submit' }
  /** The host has left the screen, as `quit` asked. */
  | { readonly type: 'left' }
  | { readonly type: 'message'; readonly text: string };
