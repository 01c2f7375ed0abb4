/** All that a key can change on the replay's screen, as plain data. */
import type { DebuggerState } from '../../pahole/debugger/state.ts';
import { initialState as initialDebugger } from '../../pahole/debugger/state.ts';
import type { Variant } from '../../pahole/debugger/worlds.ts';
import type { LineText } from '../state.ts';
import type { Reading } from './reading.ts';

/** A line of the console. */
export interface LogLine {
  readonly kind: 'command' | 'reply' | 'bad';
  readonly text: string;
}

/** What the box beside the decisions shows where there is room for one of them. */
export const panels = ['locals', 'verdicts', 'what-if'] as const;
export type Panel = (typeof panels)[number];

/** Where to go when the replay is ready: the entry of a function that was in focus elsewhere. */
export interface Target {
  readonly name: string;
  /** Of its symbol: tells functions of one name apart. */
  readonly address: bigint | undefined;
  /** The very entry, where it is known, and the replay to see it in. */
  readonly entry?: number | undefined;
  readonly variant?: Variant | undefined;
}

export interface ReplayState {
  readonly columns: number;
  readonly rows: number;
  readonly reading: Reading;
  /** Set while a target waits for the reading to end. */
  readonly target: Target | undefined;
  /** The first session has begun: the article's, up to where the slots are seen. */
  readonly begun: boolean;
  readonly debugger: DebuggerState;
  /** keys: a letter is a command; console: it is typed. */
  readonly mode: 'keys' | 'console';
  readonly input: LineText;
  readonly history: readonly string[];
  /** Which line of the history is shown, and what was typed before one looked back. */
  readonly historyAt: number | undefined;
  readonly draft: string;
  readonly log: readonly LogLine[];
  /** Lines that the console is scrolled up. */
  readonly scrolled: number;
  /** First visible entry of the list. */
  readonly top: number;
  readonly panel: Panel;
  /** The console said quit. */
  readonly leaving: boolean;
  /** One line for the user, until the next key. */
  readonly message: string | undefined;
}

export const initialReplay = (columns: number, rows: number, reading: Reading): ReplayState => ({
  columns,
  rows,
  reading,
  target: undefined,
  begun: false,
  debugger: initialDebugger(),
  mode: 'keys',
  input: { text: '', cursor: 0 },
  history: [],
  historyAt: undefined,
  draft: '',
  log: [],
  scrolled: 0,
  top: 0,
  panel: 'locals',
  leaving: false,
  message: undefined,
});
