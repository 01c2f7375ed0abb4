/**
 * A point of the replay as plain data: where the encoder stands, and what it holds there.
 */
import type { PaholeFunctionName } from './lines.ts';

/** A position in the timeline: 0 is the entry of cu__encode_btf for the first unit. */
export type Mark = number;

/** One line about to be executed. */
export interface Step {
  readonly mark: Mark;
  /** Undefined past the last line: the process has ended, and the replay's fate says how. */
  readonly function: PaholeFunctionName | undefined;
  /** The line of btf_encoder.c (1.20); 0 at the end. */
  readonly line: number;
  /** Calls below cu__encode_btf. */
  readonly depth: number;
  /** The unit's row. */
  readonly unit: number | undefined;
  /** The entry's row, inside the loop over them. */
  readonly entry: number | undefined;
  /** The row of .symtab, in the loops over symbols and functions[]. */
  readonly symbol: number | undefined;
}

/** A frame of the call stack, innermost first. */
export interface Frame {
  readonly function: PaholeFunctionName;
  readonly line: number;
}

/** What a local holds; undefined is a NULL. */
export type LocalValue = number | bigint | boolean | string | readonly (string | undefined)[] | undefined;

export interface Local {
  /** As one would print it: "fn->name". */
  readonly name: string;
  readonly value: LocalValue;
}

/** What has happened before a mark. */
export interface Checkpoint {
  readonly mark: Mark;
  readonly unit: number | undefined;
  readonly entry: number | undefined;
  readonly functions_cnt: number;
  /** Entries decided, and FUNC records written. */
  readonly decided: number;
  readonly encoded: number;
}
