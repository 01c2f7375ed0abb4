/**
 * Gathers what the answers are drawn from, beside the screens: the DWARF when an answer is first asked for, the replays
 * behind it, the census for the overview. What takes long is done a few milliseconds at a time, with keys in between.
 *
 *   w, o → the reading starts → classifier → relocations counted → what would change it → the census, if it is looked at
 */

import { ParseError } from '../errors.ts';
import { takingCensus } from '../explain/census.ts';
import type { Classifier } from '../explain/classify.ts';
import { classifying } from '../explain/classify.ts';
import { preparing } from '../explain/counterfactuals.ts';
import { dwarfDoubts } from '../explain/doubts.ts';
import { visible, visibleText } from '../format/visible.ts';
import { countingApplied } from '../kernel/applied.ts';
import { withDwarf, withoutDwarf } from './evidence.ts';
import type { Reading, ReplaySession } from './replay/reading.ts';
import type { Store } from './store.ts';
import { runFor, type Slice, type Work } from './work.ts';

/** Half a frame: a key that comes meanwhile is still drawn in time. */
const sliceMilliseconds = 6;
/** How often the share that is done is told. */
const tellMilliseconds = 100;
/** Longer than it takes to draw the screen that says what is being done. */
const firstFrame = 20;

/** What comes before what, where both wait: a census that is only inferred is of no use when the DWARF is there. */
const ranks = { classifier: 0, applied: 1, census: 2, changes: 3 } as const;

interface Job {
  readonly what: keyof typeof ranks;
  readonly of: Classifier | undefined;
  readonly work: Work<unknown>;
  readonly done: (result: unknown) => void;
  readonly tell: (share: number) => void;
}

const job = <T>(
  what: Job['what'],
  of: Classifier | undefined,
  work: Work<T>,
  done: (result: T) => void,
  tell: Job['tell'] = () => {},
): Job => ({ what, of, work, done: done as Job['done'], tell });

/** @returns ends it */
export function startEvidence(store: Store, reading: ReplaySession): () => void {
  const { session } = store;
  let jobs: Job[] = [];
  /** Of the slice that is to come. */
  let cancel: (() => void) | undefined;
  let told = 0;
  let isEnded = false;
  /** Whether the relocations are counted, or being counted: once, when an answer is first looked at. */
  let isCounting = false;
  /** The file cannot be read any more: what was gathered stays, and nothing is begun. */
  let isBroken = false;
  let read: Reading | undefined;

  const runSlice = (): void => {
    cancel = undefined;
    const [first] = jobs;
    if (first === undefined || isEnded) return;
    const slice = attempt(first.work);
    if (slice === undefined) return;
    if (slice.done) {
      jobs = jobs.filter((row) => row !== first);
      first.done(slice.result);
    } else if (performance.now() - told > tellMilliseconds) {
      told = performance.now();
      first.tell(slice.share);
    }
    go();
  };
  /** A slice; undefined where the file has changed since it was opened, or its device fails: then nothing more is made. */
  const attempt = (work: Work<unknown>): Slice<unknown> | undefined => {
    try {
      return runFor(work, sliceMilliseconds);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      jobs = [];
      isBroken = true;
      const reason = error.message;
      const classifier = withoutDwarf(session, reason);
      store.dispatch({ type: 'evidence', evidence: { phase: 'failed', reason, classifier } });
      store.dispatch({ type: 'census', census: undefined, share: undefined });
      store.dispatch({ type: 'message', text: visibleText(reason), tone: 'bad' });
      return undefined;
    }
  };
  const go = (): void => {
    if (jobs.length === 0 || isEnded || cancel !== undefined) return;
    const immediate = setImmediate(runSlice);
    cancel = () => clearImmediate(immediate);
  };
  const add = (added: Job): void => {
    jobs = [...jobs, added].sort((a, b) => ranks[a.what] - ranks[b.what]);
    if (cancel !== undefined) return;
    const timer = setTimeout(runSlice, firstFrame);
    cancel = () => clearTimeout(timer);
  };
  const prepared = (): void => {
    store.dispatch({ type: 'evidence', evidence: { prepared: store.getState().evidence.prepared + 1 } });
  };

  const onRead = (state: Reading): void => {
    if (state === read) return;
    read = state;
    switch (state.phase) {
      case 'idle':
        return;
      case 'reading': {
        const { done, total } = state;
        store.dispatch({ type: 'evidence', evidence: { phase: 'reading', done, total } });
        return;
      }
      case 'failed': {
        const { reason } = state;
        const classifier = withoutDwarf(session, reason);
        store.dispatch({ type: 'evidence', evidence: { phase: 'failed', reason, classifier } });
        return;
      }
      case 'ready': {
        store.dispatch({ type: 'evidence', evidence: { phase: 'choosing', done: 0, total: 1 } });
        add(
          job('classifier', undefined, classifying(withDwarf(session, state)), onClassifier, (done) => {
            store.dispatch({ type: 'evidence', evidence: { done } });
          }),
        );
      }
    }
  };
  const onClassifier = (classifier: Classifier): void => {
    store.dispatch({ type: 'evidence', evidence: { phase: 'ready', classifier } });
    add(job('changes', classifier, preparing(classifier), prepared));
    const [doubt, ...more] = dwarfDoubts(classifier.evidence, visible);
    if (doubt === undefined) return;
    const rest = more.length === 0 ? '' : `; and ${more.length} more: kinspect replay FILE lists them`;
    store.dispatch({ type: 'message', text: visibleText(`${doubt}${rest}`), tone: 'bad' });
  };

  /** What the screen that is shown is waiting for. */
  const look = (): void => {
    const { screen, evidence, causes } = store.getState();
    if (isBroken || (screen !== 'why' && screen !== 'causes')) return;
    if (!isCounting) {
      isCounting = true;
      const { kernel } = session;
      add(job('applied', undefined, countingApplied(kernel.elf, kernel.relocations), prepared));
    }
    if (evidence.phase === 'unread') {
      reading.start();
      return;
    }
    if (screen !== 'causes') return;
    const { classifier } = evidence;
    if (causes.census?.classifier === classifier) return;
    if (jobs.some(({ what, of }) => what === 'census' && of === classifier)) return;
    // One by an older classifier is of no use any more.
    jobs = jobs.filter(({ what }) => what !== 'census');
    const tell = (share: number) => store.dispatch({ type: 'census', census: undefined, share });
    add(
      job(
        'census',
        classifier,
        takingCensus(classifier),
        (census) => {
          store.dispatch({ type: 'census', census, share: undefined });
        },
        tell,
      ),
    );
    tell(0);
  };

  const unread = reading.subscribe(() => onRead(reading.state));
  const unwatch = store.subscribe(look);
  onRead(reading.state);
  look();
  return () => {
    isEnded = true;
    unread();
    unwatch();
    cancel?.();
  };
}
