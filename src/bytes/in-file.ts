/**
 * Complaints about a file beside the one that was opened (--btf, --debug, --like): without its name they would be taken
 * for complaints about the other.
 */
import { ParseError } from '../errors.ts';
import { printable } from './printable.ts';

/** Do something with a file. @throws what it throws; a ParseError as {@link ofFile} */
export function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw ofFile(path, error);
  }
}

/** A ParseError with the file's name before the structure; anything else, and what names the file already, as it is. */
export function ofFile(path: string, error: unknown): unknown {
  if (!(error instanceof ParseError)) return error;
  const { structure, offset, problem, advice } = error;
  const name = printable(path);
  if (structure === name) return error;
  // The file was named for what it has not, so that it is absent is an error here.
  const code = error.code === 'absent' ? 'bad-reference' : error.code;
  return new ParseError({ code, structure: `${name}, ${structure}`, offset, problem, advice });
}
