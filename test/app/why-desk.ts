/** A desk whose evidence is gathered, as the program does it beside the screens. */
import { afterEach, expect } from 'vitest';
import { startEvidence } from '../../src/app/evidence-session.ts';
import { createReplaySession, type ReplaySession } from '../../src/app/replay/reading.ts';
import { reportScreen } from '../../src/app/why/selectors.ts';
import { shownReport } from '../../src/app/why/walk.ts';
import { eventually } from '../helpers/patience.ts';
import { type Desk, deskOf, type KernelName } from './kernels.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Nothing is read before it is asked for. */
export function gathering(at: Desk): { readonly at: Desk; readonly reading: ReplaySession } {
  const reading = createReplaySession(at.session.kernel, { file: 'vmlinux' });
  const stop = startEvidence(at.store, reading);
  ends.push(() => {
    stop();
    reading.dispose();
  });
  return { at, reading };
}

/** The why screen at a function, with all that can be known. */
export async function whyOf(name: string, columns = 80, rows = 24, kernel: KernelName = 'sample'): Promise<Desk> {
  const { at } = gathering(deskOf(kernel, columns, rows));
  at.goTo(name).press('w');
  await settled(at);
  return at;
}

/** The overview with its census. */
export async function causesOf(columns = 80, rows = 24, kernel: KernelName = 'sample'): Promise<Desk> {
  const { at } = gathering(deskOf(kernel, columns, rows).goTo('tty_write'));
  at.press('o');
  await settled(at);
  await eventually(() => expect(at.state.causes.census?.classifier).toBe(at.state.evidence.classifier));
  return at;
}

async function settled(at: Desk): Promise<void> {
  await eventually(() => expect(at.state.evidence.phase).toMatch(/^(ready|failed)$/));
  if (at.state.evidence.phase === 'failed') return;
  await eventually(() => expect(at.state.evidence.prepared).toBeGreaterThanOrEqual(2));
}

/** The report as text, all of it. */
export const reportOf = (at: Desk): string =>
  shownReport(at.state)
    .lines.map(({ parts }) =>
      parts
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');

/** The label and the first words of the row that the cursor is on. */
export const rowHere = (at: Desk): string =>
  reportScreen(at.state)
    .lines.filter(({ selected, first }) => selected && first)
    .map(({ parts }) => parts.map(({ text }) => text).join(''))
    .join('');
