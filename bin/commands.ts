/** The subcommands that need no screen: all of the program but that. */
import { runProgram } from './run.ts';

/** As run() of kinspect.tsx, for arguments of which the first is `dump`, `replay`, `why` or `compare`. */
export const run = (): Promise<void> =>
  runProgram(() => Promise.reject(new Error('this part of the program has no screens')));
