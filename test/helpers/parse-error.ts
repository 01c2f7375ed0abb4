/** What a reader throws, checked for the form that every complaint has. */
import { expect } from 'vitest';
import { ParseError } from '../../src/errors.ts';

/** The ParseError that a call throws: its message is one line, and it is no other kind of error. */
export function parseError(call: () => unknown): ParseError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    const found = error as ParseError;
    expect(found.message).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    expect(found.message).not.toMatch(/undefined|NaN|\[object/);
    return found;
  }
  throw new Error('expected a ParseError, and nothing was thrown');
}
