/**
 * Stands for restore-cursor in the bundle (fast-ink.mjs): that one shows the cursor at exit by writing to stderr even
 * where it is a file. The session shows the cursor itself, on the terminal.
 */

function restoreCursor(): void {}

// biome-ignore lint/style/noDefaultExport: cli-cursor imports it so.
export { restoreCursor as default };
