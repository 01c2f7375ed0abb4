/** What is said at a stop: why, where, and the expressions on display. */
import { SHT } from '../../elf/constants.ts';
import type { Fate } from '../fate.ts';
import { depthOf, paholeLine } from '../lines.ts';
import { Complaint } from './complaint.ts';
import { displayText } from './displays.ts';
import { describeFrame, describeLine } from './frames.ts';
import type { Situation } from './situation.ts';
import { watchedValue } from './stops.ts';
import type { Place } from './track.ts';
import type { Halt } from './travel.ts';
import type { World } from './worlds.ts';

/** @param from where the journey began, for what need not be said again; undefined to say all */
export function stopReply(arrived: Situation, halt: Halt, from: Place | undefined): string[] {
  const { world, state } = arrived;
  if (halt.reason === 'end') return endLines(world);
  const place = world.track.placeAt(state.mark);
  const lines = [describeFrame(world, place), describeLine(place.line)];
  switch (halt.reason) {
    case 'history':
      return ['', 'No more reverse-execution history.', ...lines, ...displays(arrived)];
    case 'breakpoint':
      return [...problemLines(halt), ...breakpointLines(world, state.mark, halt, lines), ...displays(arrived)];
    case 'goal':
      if (from !== undefined && sameFrame(from, place)) lines.shift();
      return [...lines, ...displays(arrived)];
  }
}

function problemLines({ breakpoint, problem }: Halt): string[] {
  if (problem === undefined) return [];
  return [`Error in testing condition for breakpoint ${breakpoint?.number}:`, problem];
}

function breakpointLines(world: World, mark: number, { breakpoint, direction }: Halt, lines: string[]): string[] {
  if (breakpoint === undefined) return lines;
  const { number, kind, disposition } = breakpoint;
  if (kind === 'breakpoint') {
    const name = disposition === 'del' ? 'Temporary breakpoint' : 'Breakpoint';
    return ['', `${name} ${number}, ${lines[0]}`, ...lines.slice(1)];
  }
  const before = watchedValue(world.timeline, mark - direction);
  const now = watchedValue(world.timeline, mark);
  const values = [`Old value = ${before}`, `New value = ${now}`];
  return ['', `Hardware watchpoint ${number}: ${breakpoint.text}`, '', ...values, ...lines];
}

/** Whether two places are in one call of one function. */
function sameFrame(a: Place, b: Place): boolean {
  const name = paholeLine(a.line)?.function;
  if (name === undefined || name !== paholeLine(b.line)?.function || a.unit !== b.unit) return false;
  // collect_function and its like are called anew for each symbol or entry.
  return depthOf(a.line) === 0 || name === 'collect_symbols' || name === 'setup_functions' || sameTurn(a, b);
}

const sameTurn = (a: Place, b: Place): boolean => a.entry === b.entry && a.symbol === b.symbol;

/** How the process ends. */
export function endLines(world: World): string[] {
  const { fate, records } = world.replay;
  const written = `${records} FUNC written before deduplication.`;
  switch (fate.kind) {
    case 'completed':
      return [written, exited];
    case 'units-lost':
      return [`Loading stops ${whereOf(fate)}: ${fate.why}. The units from here on are lost.`, written, exited];
    case 'would-exit':
      return [
        `pahole gives up ${whereOf(fate)}: ${fate.why}. Nothing is written.`,
        '[Inferior 1 (process 1) exited with code 01]',
      ];
    case 'would-crash':
      return [
        '',
        `Program received signal ${signalOf(world)}.`,
        `It dies ${whereOf(fate)}: ${fate.why}. Nothing is written.`,
      ];
  }
}

/** Bytes that are not in the file are a mapped page without a file behind it; everything else is a NULL. */
function signalOf({ kernel, replay }: World): string {
  const { fate, collected } = replay;
  const section = kernel.elf.sections[collected?.start?.section ?? 0];
  const isCopy = fate.at?.function === 'get_vmlinux_addrs' && section?.sh_type !== SHT.NOBITS;
  return isCopy ? 'SIGBUS, Bus error' : 'SIGSEGV, Segmentation fault';
}

const exited = '[Inferior 1 (process 1) exited normally]';

const whereOf = ({ at }: Fate): string => (at === undefined ? '' : `in ${at.function} at ${at.file}:${at.line}`);

/** The expressions on display, those that are in sight here. */
export function displays(situation: Situation): string[] {
  return situation.state.displays.flatMap((display) => {
    try {
      return displayText(situation, display);
    } catch (error) {
      // Out of sight here, and again in sight elsewhere.
      if (error instanceof Complaint) return [];
      throw error;
    }
  });
}
