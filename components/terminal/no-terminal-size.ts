/**
 * Stands for terminal-size in the bundle (fast-ink.mjs): that one starts programs (tput, resize) to ask for the size of
 * a terminal that does not tell it. terminal-output.ts always tells one, so Ink never asks, and nothing of kinspect
 * starts a program.
 */

const terminalSize = (): { columns: number; rows: number } => ({ columns: 80, rows: 24 });

// biome-ignore lint/style/noDefaultExport: Ink imports it so.
export { terminalSize as default };
