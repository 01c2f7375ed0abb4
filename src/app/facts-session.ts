/** Reads the facts when their screen is first opened: after its frame, because they take a pass over all relocations. */

import { runningFacts } from '../kernel/facts/running.ts';
import { kernelFacts } from '../kernel/facts.ts';
import type { Store } from './store.ts';
import { whyLayout } from './why/layout.ts';

/** Longer than it takes to draw the screen that says that they are being read. */
const delayMilliseconds = 20;

/** @returns ends it */
export function startFacts(store: Store): () => void {
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = store.subscribe(() => {
    const { screen, facts, columns, rows } = store.getState();
    const isBeside = screen === 'causes' && whyLayout(columns, rows).side !== undefined;
    if ((screen !== 'facts' && !isBeside) || facts !== undefined || timer !== undefined) return;
    timer = setTimeout(() => {
      const { kernel, running } = store.session;
      store.dispatch({ type: 'facts', facts: [...kernelFacts(kernel), ...runningFacts(running)] });
    }, delayMilliseconds);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
