/**
 * (session, state, action) → state: the only place where the replay's state changes. What a key does to time it does as
 * a line of the debugger, so that the console shows how to say it.
 */
import { cutName } from '../../bytes/cut-name.ts';
import type { Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { complete } from '../../pahole/debugger/complete.ts';
import { execute } from '../../pahole/debugger/debugger.ts';
import { entryBoundary } from '../../pahole/debugger/seek.ts';
import { type Situation, situationOf } from '../../pahole/debugger/situation.ts';
import { initialState } from '../../pahole/debugger/state.ts';
import type { Variant, Worlds } from '../../pahole/debugger/worlds.ts';
import { encoderVersions } from '../../pahole/encoders.ts';
import { editLine, lineIsFull, overflows } from '../line-edit.ts';
import type { LineText } from '../state.ts';
import { centre, clampTop, scrollTo } from '../viewport.ts';
import type { ReplayAction } from './actions.ts';
import { entryOfTarget } from './focus.ts';
import { boxOf, innerRows, layOutReplay } from './layout.ts';
import { type LogLine, panels, type ReplayState, type Target } from './state.ts';

/** What the replay looks at and never changes. */
export interface ReplayContext {
  readonly kernel: Vmlinux;
  readonly linker: Linker;
}

const emptyLine: LineText = { text: '', cursor: 0 };
const lineOf = (text: string): LineText => ({ text, cursor: text.length });

/** Lines that the console keeps, and commands that it remembers. */
const mostLines = 5000;
const mostHistory = 500;
/** Lines of one reply that are kept: `info functions .` has a quarter of a million. */
const mostReply = 2000;

export const worldsOf = ({ reading }: ReplayState): Worlds | undefined =>
  reading.phase === 'ready' ? reading.worlds : undefined;

export function situationIn(state: ReplayState): Situation | undefined {
  const worlds = worldsOf(state);
  return worlds && situationOf(worlds, state.debugger);
}

/** Visible entries of the list. */
function listRows(state: ReplayState): number {
  const box = boxOf(layOutReplay(state.columns, state.rows, state.panel), 'functions');
  return box === undefined ? 1 : Math.max(1, innerRows(box));
}

/** Visible lines of the console, its prompt apart. */
function consoleRows(state: ReplayState): number {
  const box = boxOf(layOutReplay(state.columns, state.rows, state.panel), 'console');
  return box === undefined ? 1 : Math.max(1, innerRows(box) - 1);
}

/** The entry that the list's cursor is on: that of the moment, or the one that comes next. */
export function currentEntry(state: ReplayState): number {
  const situation = situationIn(state);
  if (situation === undefined) return 0;
  return Math.max(0, Math.min(entryBoundary(situation).entry, situation.world.replay.entries.count - 1));
}

/** Bring the current entry into view. */
function settle(state: ReplayState, how: 'jump' | 'step'): ReplayState {
  const worlds = worldsOf(state);
  if (worlds === undefined) return state;
  const place = how === 'step' ? scrollTo : centre;
  return { ...state, top: place(state.top, currentEntry(state), listRows(state), worlds.entries.count) };
}

function log(state: ReplayState, lines: readonly LogLine[]): ReplayState {
  // A line may have names in it, and a name may be megabytes long.
  const shown = lines.map((line) => ({ ...line, text: cutName(line.text) }));
  return { ...state, log: [...state.log, ...shown].slice(-mostLines), scrolled: 0 };
}

/** Do a line of the debugger and keep what it says. */
function run(state: ReplayState, line: string, how: 'jump' | 'step' = 'jump'): ReplayState {
  const worlds = worldsOf(state);
  if (worlds === undefined) return { ...state, message: 'the DWARF is still being read' };
  const { state: next, reply, failed, quit } = execute(worlds, state.debugger, line);
  const shown = reply.slice(0, mostReply).map((text): LogLine => ({ kind: failed ? 'bad' : 'reply', text }));
  if (reply.length > mostReply) shown.push({ kind: 'bad', text: `(${reply.length - mostReply} more lines)` });
  const logged = log({ ...state, debugger: next, leaving: quit }, [{ kind: 'command', text: line }, ...shown]);
  return settle(logged, how);
}

/** The article's session, up to where the slots of the region are seen; then to the function in focus. */
function begin(context: ReplayContext, state: ReplayState): ReplayState {
  const situation = situationIn(state);
  if (situation === undefined) return state;
  const hasSlots = situation.world.replay.table.addrs?.function === 'get_vmlinux_addrs';
  const lines = hasSlots ? ['b btf_encoder.c:171', 'run', 'x/32gx addrs'] : ['start'];
  const begun = lines.reduce((now, line) => run(now, line), { ...state, begun: true });
  return begun.target === undefined ? begun : goTo(context, { ...begun, target: undefined }, begun.target);
}

function goTo(context: ReplayContext, state: ReplayState, target: Target): ReplayState {
  if (target.variant !== undefined) {
    const switched = switchTo(state, target.variant);
    return goTo(context, switched, { ...target, variant: undefined });
  }
  const situation = situationIn(state);
  if (situation === undefined) return { ...state, target };
  const { world } = situation;
  const entry = target.entry ?? entryOfTarget(world, context.kernel, target);
  if (entry === undefined)
    return { ...state, message: `no function entry is named ${target.name}: pahole never sees it` };
  return run(state, `seek ${entry + 1}`);
}

/** Into the replay of a variant, by the commands that one would type. */
function switchTo(state: ReplayState, { bytes, version }: Variant): ReplayState {
  const { variant } = state.debugger;
  const other = variant.bytes === bytes ? state : run(state, `what-if ${bytes}`);
  return variant.version === version ? other : run(other, `what-if ${version}`);
}

function open(context: ReplayContext, state: ReplayState, target: Target | undefined): ReplayState {
  const arrived = { ...state, target, leaving: false, mode: 'keys', message: undefined } as const;
  if (worldsOf(state) === undefined) return arrived;
  if (!state.begun) return begin(context, arrived);
  return target === undefined ? arrived : goTo(context, { ...arrived, target: undefined }, target);
}

function submit(state: ReplayState): ReplayState {
  const { text } = state.input;
  const line = text.trim();
  const history =
    line === '' || line === state.history.at(-1) ? state.history : [...state.history, line].slice(-mostHistory);
  return run({ ...state, input: emptyLine, history, historyAt: undefined, draft: '' }, line);
}

function recall(state: ReplayState, step: 1 | -1): ReplayState {
  const { history, historyAt, input } = state;
  const at = (historyAt ?? history.length) + step;
  if (at < 0 || at > history.length) return state;
  const draft = historyAt === undefined ? input.text : state.draft;
  if (at === history.length) return { ...state, historyAt: undefined, input: lineOf(draft) };
  return { ...state, historyAt: at, draft, input: lineOf(history[at] ?? '') };
}

/** Tab: as far as all completions agree; where they part, they are listed. */
function completeInput(state: ReplayState): ReplayState {
  const worlds = worldsOf(state);
  if (worlds === undefined) return state;
  const { text, cursor } = state.input;
  const head = text.slice(0, cursor);
  const found = complete(worlds, state.debugger, head);
  if (found.length === 0) return { ...state, message: 'nothing completes this' };
  const common = commonStart(found);
  const only = found.length === 1 ? ' ' : '';
  if (common.length > head.length || only !== '') {
    const typed = common + (common.endsWith(':') || common.endsWith('->') ? '' : only);
    return { ...state, input: { text: typed + text.slice(cursor), cursor: typed.length } };
  }
  // The last words alone: what is before them is the same.
  const start = head.search(/\S*$/);
  const words = found.map((line) => line.slice(start));
  return log(state, [
    { kind: 'command', text: head },
    { kind: 'reply', text: words.join('  ') },
  ]);
}

/** What several texts have in common at their beginning. */
export function commonStart(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = first.length;
  for (const text of texts) {
    let same = 0;
    while (same < length && text[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}

function toggleBreakpoint(state: ReplayState, line: number): ReplayState {
  const known = state.debugger.breakpoints.find((row) => {
    return row.kind === 'breakpoint' && row.location.kind === 'line' && row.location.line === line;
  });
  return run(state, known === undefined ? `b ${line}` : `delete ${known.number}`);
}

function otherVariant(state: ReplayState, what: 'bytes' | 'version'): ReplayState {
  const { bytes, version } = state.debugger.variant;
  if (what === 'bytes') return run(state, `what-if ${bytes === 'raw' ? 'relocated' : 'raw'}`);
  const next = encoderVersions[(encoderVersions.indexOf(version) + 1) % encoderVersions.length];
  return run(state, `what-if ${next}`);
}

function move(state: ReplayState, by: number): ReplayState {
  const worlds = worldsOf(state);
  if (worlds === undefined || worlds.entries.count === 0) return state;
  const entry = Math.max(0, Math.min(worlds.entries.count - 1, currentEntry(state) + by));
  return goToEntry(state, entry, 'step');
}

/** Quietly: a held arrow key is no conversation. */
function goToEntry(state: ReplayState, entry: number, how: 'jump' | 'step'): ReplayState {
  const worlds = worldsOf(state);
  if (worlds === undefined) return state;
  const { state: next, reply, failed } = execute(worlds, state.debugger, `seek ${entry + 1}`);
  if (failed) return { ...state, message: reply[0] };
  return settle({ ...state, debugger: { ...next, repeat: state.debugger.repeat } }, how);
}

export function reduceReplay(context: ReplayContext, before: ReplayState, action: ReplayAction): ReplayState {
  const state = before.message === undefined || action.type === 'reading' ? before : { ...before, message: undefined };
  switch (action.type) {
    case 'resize':
      return settle({ ...state, columns: action.columns, rows: action.rows }, 'jump');
    case 'reading': {
      const next = { ...state, reading: action.reading };
      if (action.reading.phase !== 'ready' || state.begun) return next;
      return begin(context, { ...next, debugger: initialState() });
    }
    case 'open':
      return open(context, state, action.target);
    case 'execute':
      return run(state, action.line, 'step');
    case 'move': {
      const page = listRows(state);
      const rows = { row: 1, page: Math.max(1, page - 1), 'half-page': Math.max(1, page >> 1) }[action.unit];
      return move(state, action.by * rows);
    }
    case 'move-to': {
      const last = (worldsOf(state)?.entries.count ?? 0) - 1;
      return goToEntry(state, action.end === 'first' ? 0 : Math.max(0, last), 'jump');
    }
    case 'go-to-entry':
      // It was clicked at, so it is in view, and stays where it is.
      return { ...goToEntry(state, action.entry, 'jump'), top: state.top };
    case 'go-to-share':
      return run(state, `seek ${Math.round(action.share * 1000) / 10}%`);
    case 'toggle-breakpoint':
      return toggleBreakpoint(state, action.line);
    case 'other-bytes':
      return otherVariant(state, 'bytes');
    case 'next-version':
      return otherVariant(state, 'version');
    case 'next-panel': {
      const at = panels.indexOf(state.panel) + action.step + panels.length;
      return { ...state, panel: panels[at % panels.length] ?? 'locals' };
    }
    case 'scroll-list':
      return { ...state, top: clampTop(state.top + action.by, listRows(state), worldsOf(state)?.entries.count ?? 0) };
    case 'scroll-console': {
      const rows = action.unit === 'page' ? Math.max(1, consoleRows(state) - 1) : 1;
      return { ...state, scrolled: Math.max(0, Math.min(state.log.length - 1, state.scrolled + action.by * rows)) };
    }
    case 'open-console':
      if (worldsOf(state) === undefined) return state;
      return { ...state, mode: 'console', input: lineOf(action.text), historyAt: undefined, scrolled: 0 };
    case 'close-console':
      return { ...state, mode: 'keys', input: emptyLine, historyAt: undefined };
    case 'edit': {
      const next = { ...state, input: editLine(state.input, action.edit) };
      return overflows(state.input, action.edit) ? { ...next, message: lineIsFull } : next;
    }
    case 'recall':
      return recall(state, action.step);
    case 'complete':
      return completeInput(state);
    case 'submit':
      return submit(state);
    case 'left':
      return { ...state, leaving: false, mode: 'keys', input: emptyLine };
    case 'message':
      return { ...state, message: action.text };
  }
}
