/**
 * How the run of pahole as a whole ends. The replay says so where pahole would stop, and does not go on in its place.
 */

/** A place in pahole 1.20's sources. */
export interface SourcePlace {
  readonly file: 'btf_encoder.c' | 'dwarf_loader.c' | 'libbtf.c';
  readonly function: string;
  readonly line: number;
}

/**
 * - completed: every unit was encoded
 * - units-lost: loading stopped; what was encoded before is written, and pahole exits with 0 all the same
 * - would-exit: pahole says so and exits with 1; nothing is written
 * - would-crash: pahole dies of a signal (SIGSEGV, SIGBUS); nothing is written
 */
export type FateKind = 'completed' | 'units-lost' | 'would-exit' | 'would-crash';

export interface Fate {
  readonly kind: FateKind;
  /** Where it happens; undefined for completed. */
  readonly at?: SourcePlace | undefined;
  /** The row of the unit that was being taken. With units-lost it is the first that is missing. */
  readonly unit?: number | undefined;
  /** The row of the entry that was being decided. */
  readonly entry?: number | undefined;
  /** One sentence without its full stop. */
  readonly why: string;
}

export const completed: Fate = { kind: 'completed', why: 'every unit was encoded' };

/** Whether the records that were encoded reach the file. */
export const isWritten = (fate: Fate): boolean => fate.kind === 'completed' || fate.kind === 'units-lost';
