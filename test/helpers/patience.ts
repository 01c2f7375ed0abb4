/** Waiting on machines that do other things too. */

/**
 * ms. How long a test waits for what must come. It only ends what never comes: what an idle machine does at once takes a busy
 * one seconds.
 */
export const patience = 30_000;
const lookEvery = 10;

/** What `check` answers, as soon as it does not throw. Not vi.waitFor: the campaign waits at terminals outside of vitest. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
}
