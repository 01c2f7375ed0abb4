/** What can happen to the comparison's state. Its reducer is the only one that answers. */
import type { LineEdit } from '../line-edit.ts';
import type { Opening, View } from './state.ts';

export type CompareAction =
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** The second kernel has come further. */
  | { readonly type: 'opening'; readonly opening: Opening }
  /** Come here from the panes, with the function in focus there, and the path when it was typed already. */
  | { readonly type: 'enter'; readonly target: string | undefined; readonly path: string | undefined }
  /** Rows of the list, or lines of the detail; a page is a screenful. */
  | { readonly type: 'move'; readonly by: number; readonly unit: 'row' | 'page' | 'half-page' }
  | { readonly type: 'move-to'; readonly end: 'first' | 'last' }
  /** A visible row of the list. */
  | { readonly type: 'click'; readonly row: number }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'next'; readonly step: 1 | -1 }
  | { readonly type: 'open-detail' }
  | { readonly type: 'close-detail' }
  | { readonly type: 'open-prompt'; readonly kind: 'path' | 'filter' }
  | { readonly type: 'edit'; readonly edit: LineEdit }
  | { readonly type: 'completed'; readonly text: string; readonly choices: readonly string[] }
  | { readonly type: 'accept' }
  | { readonly type: 'cancel' }
  | { readonly type: 'message'; readonly text: string }
  /** The next key: the message has been read. */
  | { readonly type: 'dismiss' };
