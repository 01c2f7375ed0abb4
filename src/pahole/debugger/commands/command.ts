/** What a row of the command table is. */
import type { Outcome, Situation } from '../situation.ts';

export type CommandGroup = 'Running' | 'Breakpoints' | 'Data' | 'Stack' | 'Source' | 'Replay' | 'Support';

/** What an empty line does after it: the same again, the command without its arguments, or nothing. */
type Repeats = 'again' | 'bare' | 'no';

/** What Tab finds behind the command. */
export type Completes = 'location' | 'expression' | 'breakpoint' | 'verdict' | 'variant' | 'command' | 'info' | 'seek';

export interface Command {
  readonly name: string;
  /** gdb's own short forms; any other unambiguous beginning is understood too. */
  readonly aliases: readonly string[];
  readonly group: CommandGroup;
  /** What may follow the name. */
  readonly usage: string;
  /** One clause. */
  readonly help: string;
  readonly repeats: Repeats;
  readonly completes?: Completes | undefined;
  /** @throws Complaint */
  run(situation: Situation, text: string): Outcome;
}
