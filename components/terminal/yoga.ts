/**
 * Yoga without a top-level await, in place of the package's own entry: its WebAssembly compiles on another thread while
 * the kernel is being opened, and the program can be one CommonJS script, which starts from V8's code cache.
 *
 * Ink reads the default export when it is imported, so it must be filled by then: await {@link yogaReady} before.
 */
import { loadYoga, type Yoga } from 'yoga-layout/load';

export * from 'yoga-layout/load';

const yoga = {} as Yoga;

/** Settles when Yoga can be used. */
export const yogaReady: Promise<unknown> = loadYoga().then((loaded) => Object.assign(yoga, loaded));

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { yoga as default };
