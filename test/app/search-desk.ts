/** A desk at which something was searched for, on this thread. */
import { expect } from 'vitest';
import { startSearch } from '../../src/app/search-session.ts';
import { eventually } from '../helpers/patience.ts';
import type { Desk } from './kernels.ts';

/** Type into the search, and wait for all hits. */
export async function searched(at: Desk, text: string): Promise<Desk> {
  const search = startSearch(at.store, undefined);
  search.start();
  at.press('/').type(text);
  await eventually(() => expect(at.state.results).toMatchObject({ text, complete: true }));
  await eventually(() => expect(at.state.search.phase).toBe('ready'));
  search.dispose();
  return at;
}
