/**
 * While the screen is ours, nothing else may write to it: what goes to the console, and Node's warnings, is kept and
 * handed over afterwards (to stderr, with KINSPECT_DEBUG).
 */
import { format } from 'node:util';

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const MOST_LINES = 500;

/** Begins; the function that it answers ends it and has the lines. */
export function captureConsole(): () => string[] {
  const lines: string[] = [];
  const keep = (text: string): void => {
    if (lines.length < MOST_LINES) lines.push(text);
  };
  const originals = METHODS.map((method) => console[method]);
  for (const method of METHODS) console[method] = (...values: unknown[]) => keep(format(...values));

  // Node's own listener writes warnings straight to the file descriptor.
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  const onWarning = (warning: Error): void => keep(`${warning.name}: ${warning.message}`);
  process.on('warning', onWarning);

  return () => {
    METHODS.forEach((method, index) => {
      const original = originals[index];
      if (original) console[method] = original;
    });
    process.off('warning', onWarning);
    for (const printer of printers) process.on('warning', printer);
    return lines;
  };
}
