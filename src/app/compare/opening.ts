/**
 * The second kernel: opened and compared in slices, so that keys are read and frames drawn in between; and the verdicts
 * of both, whose DWARF other threads read when a function is first looked at.
 */

import { resolve } from 'node:path';
import { ParseError, unreadable } from '../../errors.ts';
import { comparing } from '../../explain/compare.ts';
import { replaySide } from '../../explain/compare-evidence.ts';
import { ComparedKernel } from '../../explain/compared-kernel.ts';
import { tableDoubts } from '../../explain/doubts.ts';
import { identify } from '../../explain/kernel-identity.ts';
import { Vmlinux } from '../../kernel/vmlinux.ts';
import { asItWas } from '../../pahole/debugger/worlds.ts';
import { createListeners } from '../listeners.ts';
import { runFor, type Work } from '../work.ts';
import type { Compared, Opening, Verdicts } from './state.ts';

export interface CompareSession {
  readonly kernel: Vmlinux;
  readonly state: Opening;
  /** Compare with the kernel at a path, in place of another that was compared before. */
  open(path: string): void;
  /** Read what the encoder decides in both; further calls do nothing. */
  readVerdicts(): void;
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
  dispose(): void;
}

export interface CompareSessionOptions {
  /** What the first kernel is called. */
  readonly file: string;
  /** The separate debug file of the first kernel. */
  readonly debug?: string | undefined;
}

/** Half a frame: a key that comes meanwhile is still drawn in time. */
const sliceMilliseconds = 6;
/** How often a listener is told of progress. */
const tellMilliseconds = 80;

export function createCompareSession(kernel: Vmlinux, options: CompareSessionOptions): CompareSession {
  const listeners = createListeners();
  const before = new ComparedKernel(kernel);
  let state: Opening = { phase: 'idle' };
  let second: Vmlinux | undefined;
  let abort = new AbortController();
  let told = 0;

  const become = (next: Opening): void => {
    state = next;
    told = performance.now();
    listeners.tell();
  };
  const stop = (): void => {
    abort.abort();
    abort = new AbortController();
    second?.close();
    second = undefined;
  };

  const open = (path: string): void => {
    stop();
    const { signal } = abort;
    become({ phase: 'comparing', path, share: 0 });
    const fail = (error: unknown): void => {
      second?.close();
      second = undefined;
      become({ phase: 'failed', path, reason: reasonOf(error, path) });
    };
    let work: Work<Compared> | undefined;
    const slice = (): void => {
      if (signal.aborted) return;
      try {
        second ??= Vmlinux.open(path);
        work ??= compareWork(before, new ComparedKernel(second), { before: options.file, after: path });
        const done = runFor(work, sliceMilliseconds);
        if (done.done) become({ phase: 'ready', compared: done.result, verdicts: { phase: 'idle' } });
        else {
          if (performance.now() - told > tellMilliseconds) become({ phase: 'comparing', path, share: done.share });
          setImmediate(slice);
        }
      } catch (error) {
        fail(error);
      }
    };
    // The frame that says so comes first.
    setTimeout(slice, 20);
  };

  const readVerdicts = async (compared: Compared, signal: AbortSignal): Promise<void> => {
    const tell = (verdicts: Verdicts): void => {
      if (!signal.aborted) become({ phase: 'ready', compared, verdicts });
    };
    const { version } = asItWas;
    const progress = (base: number) => (done: number, total: number) => {
      if (performance.now() - told < tellMilliseconds) return;
      tell({ phase: 'reading', share: base + (total === 0 ? 0 : done / total / 2) });
    };
    tell({ phase: 'reading', share: 0 });
    const { debug } = options;
    const after = compared.comparison.after.kernel;
    const first = await replaySide(kernel, version, { debug, signal, onProgress: progress(0) });
    const next = await replaySide(after, version, { signal, onProgress: progress(0.5) });
    tell({ phase: 'ready', before: first, after: next });
  };

  return {
    kernel,
    get state() {
      return state;
    },
    open,
    readVerdicts() {
      if (state.phase !== 'ready' || state.verdicts.phase !== 'idle') return;
      const { signal } = abort;
      const { compared } = state;
      readVerdicts(compared, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        const missing = { state: 'malformed', reason: reasonOf(error, '') } as const;
        become({ phase: 'ready', compared, verdicts: { phase: 'ready', before: missing, after: missing } });
      });
    },
    subscribe: listeners.subscribe,
    dispose() {
      listeners.clear();
      stop();
    },
  };
}

function* compareWork(before: ComparedKernel, after: ComparedKernel, paths: Compared['paths']): Work<Compared> {
  const damage = unreadable(after.kernel.btf);
  if (damage !== undefined) throw damage;
  yield 0;
  // The symbols too: a row's reason is looked up in them, and its slot in the region.
  yield* before.prepare();
  yield* after.prepare();
  after.kernel.mcount.state;
  yield 0;
  const identities = { before: identify(before.kernel), after: identify(after.kernel) };
  const comparison = yield* comparing(before, after);
  return { paths, identities, comparison, warnings: warningsOf(before, after, paths, identities) };
}

function warningsOf(
  before: ComparedKernel,
  after: ComparedKernel,
  paths: Compared['paths'],
  { before: old, after: young }: Compared['identities'],
): string[] {
  const warnings: string[] = [];
  if (resolve(before.kernel.path) === resolve(paths.after)) warnings.push('the file is given twice: nothing differs');
  else if (young.buildId !== undefined && old.buildId === young.buildId) {
    warnings.push(`the same kernel, build id ${young.buildId}: nothing differs`);
  }
  if (old.machine !== young.machine) {
    warnings.push(`${old.machine} and ${young.machine}: code that only one machine has comes out as gained or lost`);
  }
  for (const [side, { kernel }] of [
    ['OLD', before],
    ['NEW', after],
  ] as const) {
    for (const sentence of tableDoubts(kernel)) warnings.push(`${side}: ${sentence}`);
    if (kernel.btf.state !== 'ready') warnings.push(`${side} has no records: ${kernel.btf.reason}`);
    else for (const sentence of kernel.btfComplaints) warnings.push(`${side}: ${sentence}`);
  }
  return warnings;
}

function reasonOf(error: unknown, path: string): string {
  if (error instanceof ParseError) {
    return error.structure === path ? error.message : [path, error.message].filter((part) => part !== '').join(': ');
  }
  return error instanceof Error ? error.message : String(error);
}
