/**
 * Work in pieces: a generator that yields the share that is done, from 0 to 1, every millisecond or so, and returns the
 * result. Screens run it between keys; everybody else at once.
 */
export type Pieces<T> = Generator<number, T, void>;

/** All of it now. */
export function drain<T>(work: Pieces<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** A part of a longer piece of work: its shares are those from `start` to `end` of the whole. */
export function* part<T>(work: Pieces<T>, start: number, end: number): Pieces<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield start + step.value * (end - start);
  }
}
