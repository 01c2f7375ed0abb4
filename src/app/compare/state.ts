/** All that a key can change on the comparison's screen, as plain data. */
import type { Change, Comparison } from '../../explain/compare.ts';
import type { SideReplay } from '../../explain/compare-evidence.ts';
import type { KernelIdentity } from '../../explain/kernel-identity.ts';
import type { LineText } from '../state.ts';

/** Which names the list shows: 1 to 5. */
export const views = ['all', 'gained', 'lost', 'changed', 'same'] as const;
export type View = (typeof views)[number];

/** The changes that a view shows. */
export const changesOfView: Readonly<Record<View, readonly Change[]>> = {
  all: ['gained', 'lost', 'changed', 'renamed', 'repeated'],
  gained: ['gained'],
  lost: ['lost'],
  changed: ['changed', 'renamed', 'repeated'],
  same: ['same'],
};

/** The verdicts of both kernels, which are read when a function is first looked at. */
export type Verdicts =
  | { readonly phase: 'idle' }
  | { readonly phase: 'reading'; readonly share: number }
  | { readonly phase: 'ready'; readonly before: SideReplay; readonly after: SideReplay };

/** Two kernels side by side. */
export interface Compared {
  readonly paths: { readonly before: string; readonly after: string };
  readonly identities: { readonly before: KernelIdentity; readonly after: KernelIdentity };
  readonly comparison: Comparison;
  /** What makes the answer doubtful. */
  readonly warnings: readonly string[];
}

/** How far the second kernel is. */
export type Opening =
  | { readonly phase: 'idle' }
  | { readonly phase: 'comparing'; readonly path: string; readonly share: number }
  | { readonly phase: 'ready'; readonly compared: Compared; readonly verdicts: Verdicts }
  | { readonly phase: 'failed'; readonly path: string; readonly reason: string };

export interface ComparePrompt extends LineText {
  readonly kind: 'path' | 'filter';
  /** The filter before the prompt was opened: Escape brings it back. */
  readonly before: string;
  /** What could follow, when Tab was pressed and more than one name could. */
  readonly choices: readonly string[];
}

export interface CompareState {
  readonly columns: number;
  readonly rows: number;
  readonly opening: Opening;
  readonly view: View;
  readonly filter: string;
  /** Positions in the comparison's names that the view and the filter keep. */
  readonly shown: readonly number[];
  readonly cursor: number;
  readonly top: number;
  /** One function is looked at, scrolled down so many lines. */
  readonly detail: { readonly scroll: number } | undefined;
  readonly prompt: ComparePrompt | undefined;
  /** The function that was chosen before the screen was opened: its row is gone to when there is one. */
  readonly target: string | undefined;
  /** One line for the user, until the next key. */
  readonly message: string | undefined;
}

export const initialCompare = (columns: number, rows: number): CompareState => ({
  columns,
  rows,
  opening: { phase: 'idle' },
  view: 'all',
  filter: '',
  shown: [],
  cursor: 0,
  top: 0,
  detail: undefined,
  prompt: undefined,
  target: undefined,
  message: undefined,
});
