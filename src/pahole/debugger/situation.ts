/** A state together with the replay that it is about: what a command is given, and what it answers. */

import { Complaint } from './complaint.ts';
import type { Code } from './expression/code.ts';
import { compile } from './expression/compile.ts';
import { type Expression, parseExpression } from './expression/syntax.ts';
import { int, ulong, type Value } from './expression/value.ts';
import { frameLine } from './frames.ts';
import type { DebuggerState } from './state.ts';
import type { Place } from './track.ts';
import type { World, Worlds } from './worlds.ts';

export interface Situation {
  readonly worlds: Worlds;
  readonly world: World;
  readonly state: DebuggerState;
}

/** What a command leaves. */
export interface Outcome {
  readonly state: DebuggerState;
  readonly reply: readonly string[];
  /** Set by quit. */
  readonly quit?: boolean;
}

export const situationOf = (worlds: Worlds, state: DebuggerState): Situation => ({
  worlds,
  world: worlds.world(state.variant),
  state,
});

/** An answer that changes nothing. */
export const say = ({ state }: Situation, ...reply: readonly string[]): Outcome => ({ state, reply });

/** The place of the selected frame: that of the mark, at the frame's own line. Without a process all of it is -1. */
export function selectedPlace({ world, state }: Situation): Place {
  if (state.phase === 'ready') return { mark: -1, line: 0, unit: -1, entry: -1, symbol: -1, position: -1 };
  const place = world.track.placeAt(state.mark);
  return state.frame === 0 ? place : { ...place, line: frameLine(world, state.mark, state.frame) };
}

/** @throws Complaint when nothing runs */
export function requireStopped({ state }: Situation, complaint = 'The program is not being run.'): void {
  if (state.phase !== 'stopped') throw new Complaint(complaint);
}

/** An expression as the selected frame sees it. @throws Complaint */
export function compileHere(situation: Situation, expression: Expression, line?: number): Code {
  const { world, state } = situation;
  return compile(expression, {
    world,
    line: line ?? selectedPlace(situation).line,
    history: state.history,
    convenience: (name) => convenience(situation, name),
  });
}

/** @throws Complaint */
export function evaluate(situation: Situation, text: string): Value {
  const code = compileHere(situation, parseExpression(text));
  return { type: code.type, raw: code.get(selectedPlace(situation)) };
}

/** Our own $variables: how far the run has come. */
function convenience({ world, state }: Situation, name: string): Value | undefined {
  const { mark, phase } = state;
  if (phase === 'ready') return undefined;
  const { decided, encoded, entry } = world.timeline.checkpoint(mark);
  switch (name) {
    case 'records':
      return { type: int, raw: encoded };
    case 'decided':
      return { type: int, raw: decided };
    case 'entry':
      return entry === undefined ? undefined : { type: int, raw: entry + 1 };
    case 'mark':
      return { type: ulong, raw: BigInt(mark) };
    default:
      return undefined;
  }
}
