/**
 * All that a session remembers, as plain data that is never changed: a command makes a new one. The replay itself is
 * not part of it; a state says which one it is in, and at which mark.
 */
import type { Mark } from '../step.ts';
import type { Expression } from './expression/syntax.ts';
import type { Value } from './expression/value.ts';
import { asItWas, type Variant } from './worlds.ts';

/** Where a breakpoint stands. */
export type Location =
  | { readonly kind: 'line'; readonly line: number }
  /** The entries of a function of the kernel; `unit` is the end of a unit's name, where one was given. */
  | { readonly kind: 'entry'; readonly name: string; readonly unit: string | undefined };

export type Disposition = 'keep' | 'del' | 'dis';

export interface Condition {
  readonly text: string;
  readonly expression: Expression;
  /** The printed values that a $1 in it means: those of when it was given. */
  readonly history: readonly Value[];
}

interface Common {
  readonly number: number;
  readonly disposition: Disposition;
  readonly enabled: boolean;
  readonly condition: Condition | undefined;
  readonly hits: number;
  /** Crossings that are still let pass. */
  readonly ignore: number;
}

export type Breakpoint = Common &
  (
    | { readonly kind: 'breakpoint'; readonly location: Location }
    | { readonly kind: 'watchpoint'; readonly text: string }
  );

export interface Display {
  readonly number: number;
  /** What stood behind the slash. */
  readonly format: string;
  readonly text: string;
}

/** What x takes from the one before it. */
export interface Examined {
  readonly address: bigint;
  readonly count: number;
  readonly letter: string;
  readonly size: number;
}

export interface DebuggerState {
  readonly variant: Variant;
  /** ready: not started; stopped: at `mark`; ended: past the last line, where only going back is possible. */
  readonly phase: 'ready' | 'stopped' | 'ended';
  readonly mark: Mark;
  /** The selected frame, 0 for the innermost. */
  readonly frame: number;
  readonly breakpoints: readonly Breakpoint[];
  readonly nextBreakpoint: number;
  /** The breakpoint of the last stop, for `continue N`. */
  readonly stoppedBy: number | undefined;
  readonly displays: readonly Display[];
  readonly nextDisplay: number;
  readonly history: readonly Value[];
  /** What an empty line does; undefined when it does nothing. */
  readonly repeat: string | undefined;
  /** The line numbers that list showed last; undefined after a stop. */
  readonly listed: { readonly first: number; readonly last: number } | undefined;
  readonly examined: Examined;
}

export const initialState = (variant: Variant = asItWas): DebuggerState => ({
  variant,
  phase: 'ready',
  mark: 0,
  frame: 0,
  breakpoints: [],
  nextBreakpoint: 1,
  stoppedBy: undefined,
  displays: [],
  nextDisplay: 1,
  history: [],
  repeat: undefined,
  listed: undefined,
  examined: { address: 0n, count: 1, letter: 'x', size: 4 },
});
