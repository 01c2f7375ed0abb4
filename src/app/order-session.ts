/**
 * Makes the orders that panes wait for, a few milliseconds at a time, so that keys are read and frames drawn in between:
 *
 *   key → reducer: pane.wanted = { sort, filter } → here: slices → 'ordered' → reducer: the pane shows it
 *
 * What is no longer wanted is dropped where it stands.
 */
import { type PaneId, paneIds } from './panes/pane-table.ts';
import type { Wanted } from './state.ts';
import type { Store } from './store.ts';
import { runFor, type Work } from './work.ts';

/** Half a frame: a key that comes meanwhile is still drawn in time. */
const sliceMilliseconds = 6;
/** How often the share that is done is told. */
const tellMilliseconds = 100;

interface Job {
  readonly pane: PaneId;
  readonly wanted: Pick<Wanted, 'sort' | 'filter'>;
  readonly work: Work<unknown>;
  told: number;
}

/** @returns ends it */
export function startOrders(store: Store): () => void {
  let jobs: Job[] = [];
  let timer: NodeJS.Immediate | undefined;

  const runSlice = (): void => {
    timer = undefined;
    const [job] = jobs;
    if (job === undefined) return;
    const slice = runFor(job.work, sliceMilliseconds);
    if (slice.done) {
      jobs = jobs.filter((row) => row !== job);
      store.dispatch({ type: 'ordered', pane: job.pane, ...job.wanted });
    } else if (performance.now() - job.told > tellMilliseconds) {
      job.told = performance.now();
      store.dispatch({ type: 'ordering', pane: job.pane, ...job.wanted, share: slice.share });
    }
    if (jobs.length > 0) timer ??= setImmediate(runSlice);
  };

  const look = (): void => {
    const { panes } = store.getState();
    jobs = jobs.filter(({ pane, wanted }) => same(panes[pane].wanted, wanted));
    for (const pane of paneIds) {
      const { wanted } = panes[pane];
      if (wanted === undefined || jobs.some((job) => job.pane === pane)) continue;
      const { sort, filter } = wanted;
      const work = store.session.orders.make(pane, sort, filter);
      jobs.push({ pane, wanted: { sort, filter }, work, told: performance.now() });
    }
    if (jobs.length > 0) timer ??= setImmediate(runSlice);
  };

  const unsubscribe = store.subscribe(look);
  look();
  return () => {
    unsubscribe();
    if (timer !== undefined) clearImmediate(timer);
  };
}

const same = (a: Pick<Wanted, 'sort' | 'filter'> | undefined, b: Pick<Wanted, 'sort' | 'filter'>): boolean =>
  a !== undefined && a.sort === b.sort && a.filter === b.filter;
