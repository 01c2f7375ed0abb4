import type { Plugin } from 'esbuild';

/** Replaces what is slow in Ink: see the file that is bundled for each module. */
export const fastInk: Plugin;
