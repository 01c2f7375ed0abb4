/**
 * What is said of bytes that cannot be read: which structure, where in the file, what stood there, what was expected.
 *
 * Absent, malformed and unsupported are three different answers, and a part that is one of them never hides the
 * parts that are ready: see {@link Availability}.
 */

export type ParseErrorCode =
  | 'io'
  | 'not-a-file'
  | 'not-elf'
  | 'truncated'
  | 'bad-header'
  | 'out-of-range'
  | 'bad-entry-size'
  | 'bad-string'
  | 'bad-reference'
  | 'bad-value'
  | 'bad-compression'
  | 'unsupported'
  | 'absent';

export interface ParseErrorDetails {
  readonly code: ParseErrorCode;
  /** The structure by the name that its specification gives it: "ELF header", "section header 12 (.symtab)". */
  readonly structure: string;
  /** File offset of the offending bytes, where there is one. */
  readonly offset?: number | undefined;
  /** One clause: what is wrong, with the found and the expected value. */
  readonly problem: string;
  /** What the reader can do about it, where something can be done. */
  readonly advice?: string | undefined;
}

/** The one error type that readers throw. Its message is one line: "structure at file offset 0x40: problem; advice". */
export class ParseError extends Error {
  readonly code: ParseErrorCode;
  readonly structure: string;
  readonly offset: number | undefined;
  readonly problem: string;
  readonly advice: string | undefined;

  constructor(details: ParseErrorDetails) {
    const where = details.offset === undefined ? '' : ` at file offset 0x${details.offset.toString(16)}`;
    const advice = details.advice === undefined ? '' : `; ${details.advice}`;
    super(`${details.structure}${where}: ${details.problem}${advice}`);
    this.name = 'ParseError';
    this.code = details.code;
    this.structure = details.structure;
    this.offset = details.offset;
    this.problem = details.problem;
    this.advice = details.advice;
  }
}

/** A part of a file that may be there, missing, damaged, or of a kind that this program does not read. */
export type Availability<T> =
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'absent'; readonly reason: string }
  | { readonly state: 'malformed'; readonly reason: string; readonly error: ParseError }
  | { readonly state: 'unsupported'; readonly reason: string; readonly error: ParseError };

export const ready = <T>(value: T): Availability<T> => ({ state: 'ready', value });
export const absent = <T>(reason: string): Availability<T> => ({ state: 'absent', reason });

/** Run a reader and turn a {@link ParseError} into the matching {@link Availability}; any other error is a bug and passes. */
export function availability<T>(read: () => T): Availability<T> {
  try {
    return ready(read());
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (error.code === 'absent') return { state: 'absent', reason: error.problem };
    if (error.code === 'unsupported') return { state: 'unsupported', reason: error.message, error };
    return { state: 'malformed', reason: error.message, error };
  }
}

/**
 * The value of a part that is asked for by itself.
 * @param structure what it is, for the sentence that says why it is absent
 * @throws ParseError the reason why it is not ready, with its code
 */
export function need<T>(part: Availability<T>, structure: string): T {
  if (part.state === 'ready') return part.value;
  if (part.state === 'absent') throw new ParseError({ code: 'absent', structure, problem: part.reason });
  throw part.error;
}

/** Why a part that may be there cannot be read; undefined where it is ready, or known to be absent. */
export function unreadable(part: Availability<unknown>): ParseError | undefined {
  return part.state === 'malformed' || part.state === 'unsupported' ? part.error : undefined;
}

/** The value if it is ready, else undefined: for readers that can do without the part. */
export function readyValue<T>(part: Availability<T>): T | undefined {
  return part.state === 'ready' ? part.value : undefined;
}
