/**
 * The lines that run once, on the first unit, before its functions: as stretches of lines, some repeated per symbol.
 */
import type { Replay } from './machine.ts';

/** `lines`, `count` times over. */
export interface Segment {
  readonly lines: readonly number[];
  readonly count: number;
  /** The row of .symtab that a repetition is about. */
  readonly symbols?: ((repetition: number) => number) | undefined;
}

const once = (...lines: number[]): Segment => ({ lines, count: 1 });

/** The lines from cu__encode_btf's first on, as far as the run gets. */
export function setupSegments(replay: Replay): readonly Segment[] {
  const { rules, collected, table, setupFate } = replay;
  const segments: Segment[] = [once(649, 677)];
  if (collected === undefined) {
    // No .symtab: a crash at once, or in later versions nothing to collect.
    return setupFate === undefined ? [...segments, once(703)] : [...segments, once(601)];
  }
  segments.push(once(601), { lines: [615, 66, 617, 587], count: collected.visited, symbols: (row) => row });
  if (collected.functions.length === 0) return [...segments, once(628, 703)];
  if (rules.list === 'symbols') return [...segments, once(628, 270, 703)];
  segments.push(once(628, 239, 249, 117));
  const { addrs } = table;
  if (setupFate?.at?.function === 'get_vmlinux_addrs')
    return setupFate.at.line === 165 ? [...segments, once(165)] : segments;
  if (addrs?.function === 'get_vmlinux_addrs') segments.push(once(165, 171));
  else {
    if (rules.modules) segments.push(once(257, 177));
    if (setupFate !== undefined) return segments;
    segments.push(addrs === undefined ? once(265, 703) : once(234));
    if (addrs === undefined) return segments;
  }
  return [
    ...segments,
    once(269, 270),
    // The order by name is made when somebody looks at it.
    { lines: [289], count: table.before.length, symbols: (position) => table.sorted[position] as number },
    once(301, 703),
  ];
}
