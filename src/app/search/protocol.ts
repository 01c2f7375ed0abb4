/**
 * What the search says to its thread, and hears from it.
 *
 *     build → … → ready          once
 *     query → reply [→ total]    hits at once; their number when all names have been counted
 *
 * A query carries a number, and `latest` (shared memory) holds the number of the newest one: the thread looks at it
 * between slices, and drops a query that nobody waits for any more.
 */
import type { SearchHit, SearchInput } from './types.ts';

export type ToThread =
  | { readonly kind: 'build'; readonly input: SearchInput; readonly latest: Int32Array }
  | { readonly kind: 'query'; readonly seq: number; readonly text: string; readonly limit: number };

export type FromThread =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'reply';
      readonly seq: number;
      readonly hits: readonly SearchHit[];
      readonly total: number;
      readonly complete: boolean;
      readonly problem?: string;
    }
  /** The hits of the last reply were final, and this is how many names match in all. */
  | { readonly kind: 'total'; readonly seq: number; readonly total: number };

/** The part of a node:worker_threads Worker that the search uses. */
export interface WorkerLike {
  postMessage(message: ToThread, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: FromThread) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): unknown;
}
