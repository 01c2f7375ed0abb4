/** What is read only when it is shown may be gone by then: the file has changed since it was opened, or its device fails. */
import { ParseError } from '../errors.ts';

/** @param problem what to show in its place, from the reason; any other error is a bug and passes */
export function orProblem<T>(read: () => T, problem: (reason: string) => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return problem(error.message);
  }
}
