/**
 * How each function entry ends, and where in pahole 1.20's btf_encoder.c that is decided.
 *
 * The names are part of the command line's contract. A column of verdicts holds one byte per entry: 0 for an entry
 * that the run never came to, else 1 + the position in {@link verdicts}.
 */

export const verdicts = [
  'encoded',
  'declaration',
  'unnamed-parameter',
  'unnamed-function',
  'not-in-list',
  'already-generated',
  'not-external',
] as const;
export type Verdict = (typeof verdicts)[number];

/** The byte of an entry that was not decided: the run ended before it. */
export const undecided = 0;

/** The byte of each verdict. */
export const verdictByte = Object.fromEntries(verdicts.map((verdict, index) => [verdict, index + 1])) as Readonly<
  Record<Verdict, number>
>;

/** The verdict that a byte stands for, undefined for {@link undecided}. */
export const verdictOfByte = (byte: number): Verdict | undefined => verdicts[byte - 1];

export const isVerdict = (text: string): text is Verdict => (verdicts as readonly string[]).includes(text);

export interface VerdictFacts {
  /** The line of btf_encoder.c (1.20) where the entry leaves the loop, or is written. */
  readonly line: number;
  /** One clause, as it follows "because" or a colon. */
  readonly reason: string;
}

export const verdictFacts: Readonly<Record<Verdict, VerdictFacts>> = {
  encoded: { line: 756, reason: 'every test was passed: a FUNC_PROTO and a FUNC record are written' },
  declaration: {
    line: 733,
    reason: 'the entry has DW_AT_declaration: it says that the function exists, not what it is',
  },
  'unnamed-parameter': { line: 735, reason: 'a parameter has no name, and FUNC_PROTO would have to name it' },
  'unnamed-function': { line: 742, reason: 'the entry has no name to look up in the list' },
  'not-in-list': { line: 746, reason: 'the list has no function of this name' },
  'already-generated': { line: 746, reason: 'a FUNC record of this name was written before' },
  'not-external': { line: 750, reason: 'the list is empty, so DW_AT_external decides, and the entry does not have it' },
};
