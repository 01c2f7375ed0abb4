/** Waiting until nobody does anything: for work on this thread that would keep a key press waiting. */

/** What changes when somebody does something. */
export interface Changing {
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
}

/** Resolves once nothing has changed for so many milliseconds; never when the signal is aborted before. */
export type Idle = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export function idleOf(watched: readonly Changing[]): Idle {
  return (milliseconds, signal) =>
    new Promise((resolve) => {
      const ends: (() => void)[] = [];
      const stop = (): void => {
        for (const end of ends) end();
      };
      const timer = setTimeout(() => {
        stop();
        resolve();
      }, milliseconds);
      // Who leaves must not wait for it.
      timer.unref();
      for (const one of watched) ends.push(one.subscribe(() => timer.refresh()));
      ends.push(() => clearTimeout(timer));
      signal.addEventListener('abort', stop, { once: true });
    });
}
