/**
 * Work that would keep a key press waiting, in steps: a sort of 228,000 names, a filter over a million relocations.
 *
 *   const work = sortByText(rows, nameOf);
 *   finish(work)                                   all of it now
 *   runFor(work, 6) → 0.4 … runFor(work, 6) → the result     a slice at a time, keys in between
 */

/** Yields the share that is done, from 0 to 1, about every millisecond, and returns the result. */
export type Work<T> = Generator<number, T, void>;

/** A result that was there already. */
// biome-ignore lint/correctness/useYield: work without steps is work too
export function* atOnce<T>(result: T): Work<T> {
  return result;
}

export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

export type Slice<T> = { readonly done: true; readonly result: T } | { readonly done: false; readonly share: number };

/** Run for about so many milliseconds, at least one step. */
export function runFor<T>(work: Work<T>, milliseconds: number): Slice<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const step = work.next();
    if (step.done) return { done: true, result: step.value };
    if (performance.now() >= end) return { done: false, share: step.value };
  }
}

/** Rows that are looked at between two yields: a look takes up to ten microseconds. */
export const rowsAStep = 256;

/** The keys for which `test` holds, in their order. */
export function* selectKeys(keys: Uint32Array, test: (key: number) => boolean): Work<Uint32Array> {
  const kept = new Uint32Array(keys.length);
  let count = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    if (test(key)) kept[count++] = key;
    if (i % rowsAStep === rowsAStep - 1) yield i / keys.length;
  }
  return kept.slice(0, count);
}

/** Length of the runs that are sorted in one go, and then merged. */
const runLength = 1024;

/** Characters that are compared: of two names as long as a file it would take as long as to read it. */
const compared = 4096;

/** The keys in the order of their texts, compared by code unit; equal texts keep their order. */
export function* sortByText(keys: Uint32Array, textOf: (key: number) => string): Work<Uint32Array> {
  const { length } = keys;
  const passes = Math.max(1, Math.ceil(Math.log2(Math.max(1, length / runLength)))) + 2;
  const texts: string[] = [];
  for (let i = 0; i < length; i++) {
    texts.push(textOf(keys[i] as number).slice(0, compared));
    if (i % rowsAStep === rowsAStep - 1) yield i / length / passes;
  }
  let from = new Uint32Array(length);
  for (let i = 0; i < length; i++) from[i] = i;
  for (let start = 0; start < length; start += runLength) {
    from.subarray(start, start + runLength).sort((a, b) => {
      const left = texts[a] as string;
      const right = texts[b] as string;
      return left < right ? -1 : left > right ? 1 : a - b;
    });
    yield (1 + start / length) / passes;
  }
  let to = new Uint32Array(length);
  for (let run = runLength, pass = 2; run < length; run *= 2, pass++) {
    for (let start = 0, steps = 0; start < length; start += 2 * run) {
      const middle = Math.min(start + run, length);
      const end = Math.min(start + 2 * run, length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takeLeft =
          right >= end ||
          (left < middle && (texts[from[left] as number] as string) <= (texts[from[right] as number] as string));
        to[at] = from[takeLeft ? left++ : right++] as number;
        if (++steps % (16 * rowsAStep) === 0) yield (pass + at / length) / passes;
      }
    }
    [from, to] = [to, from];
  }
  return from.map((i) => keys[i] as number);
}
