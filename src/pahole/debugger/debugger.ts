/**
 * gdb over a replay: a line in, its reply out, and a state that is plain data.
 *
 *   (gdb) b btf_encoder.c:171
 *   Breakpoint 1: file btf_encoder.c, line 171.
 *   (gdb) run
 *   …
 *
 * Nothing runs: a command looks the answer up in columns, or scans along them, so going back is going.
 */
import { ParseError } from '../../errors.ts';
import { commands } from './commands/table.ts';
import { Complaint } from './complaint.ts';
import { complete } from './complete.ts';
import { ambiguity, startingWith } from './look-up.ts';
import { situationOf } from './situation.ts';
import { type DebuggerState, initialState } from './state.ts';
import { asItWas, type Variant, type Worlds } from './worlds.ts';

/** What a line led to. */
export interface Reply {
  readonly state: DebuggerState;
  readonly reply: readonly string[];
  /** The line could not be done. */
  readonly failed: boolean;
  /** It was quit. */
  readonly quit: boolean;
}

/** Do a line. An empty one does what the one before says. */
export function execute(worlds: Worlds, state: DebuggerState, line: string): Reply {
  const text = line.trim() === '' ? (state.repeat ?? '') : line.trim();
  const answer = (reply: readonly string[], failed: boolean): Reply => ({ state, reply, failed, quit: false });
  if (text === '' || text.startsWith('#')) return answer([], false);
  const match = /^([A-Za-z][A-Za-z_-]*)\s*(.*)$/s.exec(text);
  const [, word = '', rest = ''] = match ?? [];
  const found = startingWith(commands, word);
  const [command] = found;
  // gdb forgets what to repeat when it did not understand.
  const forgetful = { ...state, repeat: undefined };
  if (match === null || command === undefined) {
    const name = match === null ? (text.split(/\s/)[0] ?? '') : word;
    return { ...answer([`Undefined command: "${name}".  Try "help".`], true), state: forgetful };
  }
  if (found.length > 1) return { ...answer([ambiguity('command', word, found)], true), state: forgetful };
  const again = { again: text, bare: word, no: undefined }[command.repeats];
  try {
    const outcome = command.run(situationOf(worlds, state), rest.trim());
    return {
      state: { ...outcome.state, repeat: again },
      reply: outcome.reply,
      failed: false,
      quit: outcome.quit ?? false,
    };
  } catch (error) {
    // What is read only now may be gone, or be damaged.
    if (!(error instanceof Complaint || error instanceof ParseError)) throw error;
    return { ...answer(error.message.split('\n'), true), state: { ...state, repeat: again } };
  }
}

/** A session that holds its own state: for scripts, and for whoever wants no more than lines. */
export interface Debugger {
  readonly worlds: Worlds;
  readonly state: DebuggerState;
  execute(line: string): Reply;
  complete(text: string): readonly string[];
}

export function createDebugger(worlds: Worlds, variant: Variant = asItWas): Debugger {
  let state = initialState(variant);
  return {
    worlds,
    get state() {
      return state;
    },
    execute(line) {
      const reply = execute(worlds, state, line);
      state = reply.state;
      return reply;
    },
    complete: (text) => complete(worlds, state, text),
  };
}
