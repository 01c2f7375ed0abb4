/** What is on the replay's screen, computed from its state: lines of spans for each box. */
import { entryName, unitName, unitOfEntry } from '../../dwarf/function-entries.ts';
import { type Cell, type Column, type Role, type Span, span } from '../../format/cells.ts';
import { count } from '../../format/hex.ts';
import { onScreen } from '../../format/on-screen.ts';
import { visible } from '../../format/visible.ts';
import { shownLocals } from '../../pahole/debugger/commands/data.ts';
import { entryBoundary, shareOf } from '../../pahole/debugger/seek.ts';
import type { Situation } from '../../pahole/debugger/situation.ts';
import { asItWas, sameVariant, type World } from '../../pahole/debugger/worlds.ts';
import { depthOf, paholeLines } from '../../pahole/lines.ts';
import { type Verdict, verdictByte, verdicts } from '../../pahole/verdict.ts';

/** A line of a box, its spans one after the other. */
export interface BoxLine {
  readonly spans: readonly Span[];
  /** The one that the moment is at. */
  readonly current: boolean;
}

const line = (...spans: readonly Span[]): BoxLine => ({ spans, current: false });

const verdictRoles: Readonly<Record<Verdict, Role>> = {
  encoded: 'good',
  declaration: 'dim',
  'unnamed-parameter': 'note',
  'unnamed-function': 'note',
  'not-in-list': 'bad',
  'already-generated': 'dim',
  'not-external': 'bad',
};

/** The columns of the function list; in a narrow box names need the room more than verdicts do. */
export const functionColumns = (width: number): readonly Column[] => [
  { id: 'name', title: 'function', width: 'rest', dropOrder: 0 },
  { id: 'unit', title: 'unit', width: 24, dropOrder: 1 },
  { id: 'verdict', title: 'verdict', width: width < 50 ? 12 : 17, dropOrder: 0 },
];

/** A row of the function list. */
export interface FunctionLine {
  readonly entry: number;
  readonly cells: readonly Cell[];
  readonly current: boolean;
}

/** The visible entries, in the order of the encoder. */
export function functionLines(situation: Situation, top: number, rows: number): FunctionLine[] {
  const { world, state } = situation;
  const { entries } = world.replay;
  const { entry: current } = entryBoundary(situation);
  const lines: FunctionLine[] = [];
  for (let entry = top; entry < Math.min(entries.count, top + rows); entry++) {
    const name = onScreen(entryName(entries, entry) ?? '<unnamed>');
    const unit = onScreen(unitName(entries, unitOfEntry(entries, entry)) ?? '');
    const verdict = world.replay.verdict(entry);
    const cells = [
      span(name, 'name'),
      span(unit.slice(unit.lastIndexOf('/') + 1), 'dim'),
      verdict === undefined ? span('not reached', 'dim') : span(verdict, verdictRoles[verdict]),
    ];
    lines.push({ entry, cells, current: entry === current && state.phase !== 'ended' });
  }
  return lines;
}

/** A decision of the encoder, as its box shows it. */
export interface DecisionLine extends BoxLine {
  readonly line: number;
  readonly breakpoint: 'none' | 'on' | 'off';
}

/** All statements, the ones that the entry at hand takes standing out. */
export function decisionLines({ world, state }: Situation): DecisionLine[] {
  const place = state.phase === 'stopped' ? world.track.placeAt(state.mark) : undefined;
  const entry = place !== undefined && place.entry >= 0 ? place.entry : undefined;
  const path = entry === undefined ? [] : world.timeline.linesOfEntry(entry);
  const at = place === undefined ? -1 : path.indexOf(place.line);
  const verdict = entry === undefined ? undefined : world.replay.verdict(entry);
  return paholeLines.map((row) => {
    const step = path.indexOf(row.line);
    const current = row.line === place?.line;
    const role: Role = current || entry === undefined ? 'plain' : step < 0 ? 'dim' : step < at ? 'good' : 'plain';
    const isLast = step >= 0 && step === path.length - 1 && verdict !== undefined;
    const spans = [
      span(`${String(row.line).padStart(4)}  `, 'number'),
      span('  '.repeat(Math.min(2, depthOf(row.line))) + row.statement, role),
    ];
    if (isLast) spans.push(span(`  ${verdict}`, verdictRoles[verdict]));
    return { spans, current, line: row.line, breakpoint: breakpointAt({ state }, row.line) };
  });
}

function breakpointAt({ state }: Pick<Situation, 'state'>, at: number): DecisionLine['breakpoint'] {
  const here = state.breakpoints.filter((row) => {
    return row.kind === 'breakpoint' && row.location.kind === 'line' && row.location.line === at;
  });
  if (here.length === 0) return 'none';
  return here.some(({ enabled }) => enabled) ? 'on' : 'off';
}

/** The first visible row of a box of `rows` that has row `at` in its middle. */
export const topAround = (at: number, rows: number, length: number): number =>
  Math.max(0, Math.min(at - Math.floor(rows / 2), length - rows));

export function localLines(situation: Situation): BoxLine[] {
  if (situation.state.phase !== 'stopped') {
    return [
      line(span(situation.state.phase === 'ended' ? 'the run is over: N or rc goes back' : 'not started: run', 'dim')),
    ];
  }
  const locals = shownLocals(situation);
  const width = Math.max(...locals.map(({ name }) => name.length));
  return locals.map(({ name, value }) => {
    const role: Role = name === 'functions_cnt' && value === '0' ? 'zero' : 'plain';
    return line(span(`${name.padEnd(width)}  `, 'name'), span(value, role));
  });
}

/** The histogram: a key, a verdict, its entries and a bar. */
export function verdictLines(situation: Situation, width: number): BoxLine[] {
  const { replay } = situation.world;
  const counts = verdicts.map((verdict) => replay.count(verdict));
  const most = Math.max(1, ...counts);
  const digits = count(most).length;
  const room = Math.max(0, width - 2 - 18 - digits - 8);
  const here = verdictHere(situation);
  return verdicts.map((verdict, row) => {
    const number = counts[row] ?? 0;
    const share = ((number / Math.max(1, replay.entries.count)) * 100).toFixed(1).padStart(5);
    const bar = '#'.repeat(number === 0 ? 0 : Math.max(1, Math.round((number / most) * room)));
    const spans = [
      span(`${row + 1} `, 'number'),
      span(`${verdict.padEnd(17)} `, verdict === here ? 'title' : verdictRoles[verdict]),
      span(`${count(number).padStart(digits)} ${share}% `),
      span(bar, verdictRoles[verdict]),
    ];
    return line(...spans);
  });
}

/** What the variant at hand makes of the records, beside what really ran. */
export function whatIfLines({ worlds, world, state }: Situation): BoxLine[] {
  const { variant } = state;
  if (sameVariant(variant, asItWas)) {
    return [
      line(span('as it was: region raw, pahole 1.20', 'plain')),
      line(span('m relocates the region, v takes another pahole', 'dim')),
    ];
  }
  const other = asItWas;
  const before = worlds.world(other).replay;
  const { gained, lost } = worlds.difference(other, variant);
  const names = (texts: readonly string[]): string => texts.slice(0, 12).map(visible).join(' ');
  return [
    line(
      span(`region ${variant.bytes}, pahole ${variant.version}: `, 'title'),
      span(`${count(world.replay.records)} FUNC`),
    ),
    line(span(`region ${other.bytes}, pahole ${other.version}: `, 'dim'), span(`${count(before.records)} FUNC`, 'dim')),
    line(span(`+${count(gained.length)} functions `, 'good'), span(names(gained), 'dim')),
    line(span(`-${count(lost.length)} functions `, 'bad'), span(names(lost), 'dim')),
    line(span('what-if gained, what-if lost list them all', 'dim')),
  ];
}

/** The line below the header: which replay this is, and how far it has come. */
export function summarySpans({ world, state }: Situation): readonly Span[] {
  const { bytes, version } = state.variant;
  const { replay } = world;
  const counted = replay.table.functions_cnt;
  const written = state.phase === 'ready' ? 0 : world.timeline.checkpoint(state.mark).encoded;
  return [
    span(' region '),
    span(bytes, bytes === 'raw' ? 'plain' : 'good'),
    span(` · pahole ${version} · functions_cnt `),
    span(count(counted), counted === 0 ? 'zero' : 'good'),
    span(` · FUNC ${count(written)} of ${count(replay.records)}`),
    ...(replay.fate.kind === 'completed' ? [] : [span(` · ${replay.fate.kind}: ${replay.fate.why}`, 'bad' as const)]),
  ];
}

/** How the entry at hand ends. */
export function verdictHere({ world, state }: Situation): Verdict | undefined {
  if (state.phase !== 'stopped') return undefined;
  const { entry } = world.track.placeAt(state.mark);
  return entry < 0 ? undefined : world.replay.verdict(entry);
}

/** Which unit the current entry is of, and which entry it is. */
export function entryTally(situation: Situation): string {
  const { entries } = situation.world.replay;
  const { entry } = entryBoundary(situation);
  if (entries.count === 0) return 'no function entries';
  return `${count(Math.min(entry + 1, entries.count))} of ${count(entries.count)}`;
}

export function unitTitle({ world, state }: Situation): string {
  if (state.phase !== 'stopped') return '';
  const { unit } = world.track.placeAt(state.mark);
  return onScreen(unitName(world.replay.entries, unit) ?? '');
}

export interface TimelineView {
  readonly share: number;
  /** For each cell of the bar how many of its entries get a record: 1 where most do, in proportion elsewhere. */
  readonly density: Float32Array;
}

const densities = new WeakMap<World, Map<number, Float32Array>>();

export function timelineView(situation: Situation, width: number): TimelineView {
  const { world } = situation;
  let byWidth = densities.get(world);
  if (byWidth === undefined) {
    byWidth = new Map();
    densities.set(world, byWidth);
  }
  let density = byWidth.get(width);
  if (density === undefined) {
    density = densityOf(world, width);
    byWidth.set(width, density);
  }
  return { share: shareOf(situation), density };
}

function densityOf({ replay }: World, width: number): Float32Array {
  const { verdicts: bytes } = replay;
  const density = new Float32Array(width);
  for (let at = 0; at < width; at++) {
    const first = Math.floor((at * bytes.length) / width);
    const last = Math.max(first + 1, Math.floor(((at + 1) * bytes.length) / width));
    let encoded = 0;
    for (let entry = first; entry < last; entry++) if (bytes[entry] === verdictByte.encoded) encoded++;
    density[at] = encoded / (last - first);
  }
  const most = Math.max(...density, Number.MIN_VALUE);
  return density.map((value) => value / most);
}
