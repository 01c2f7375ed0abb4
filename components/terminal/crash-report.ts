/**
 * What is printed when the program itself is at fault: one line on what happened, one on what to do. The stack is for
 * those who asked for it.
 */
import { visibleText } from '../../src/format/visible.ts';

/** Exit code of a crash: EX_SOFTWARE of sysexits.h, since 1 is an answer ("no") and 2 and 3 are the user's to mend. */
export const CRASH_EXIT_CODE = 70;

export interface CrashContext {
  /** 'kinspect 0.1.0' */
  readonly program: string;
  /** Where problems are reported. */
  readonly reportTo: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The lines, each with its line feed. */
export function crashReport(error: unknown, context: CrashContext): string {
  const { program, reportTo, env } = context;
  const name = program.split(' ')[0] ?? program;
  const debug = Boolean(env.KINSPECT_DEBUG);
  const how = debug ? '' : '; KINSPECT_DEBUG=1 adds the stack';
  const where = `${program}, Node.js ${process.version}, ${process.platform}, TERM=${env.TERM ?? ''}`;
  const stack = debug && error instanceof Error ? `${visible(error.stack ?? '', true)}\n` : '';
  return `${name}: internal error: ${visible(messageOf(error), false)}\nPlease report it at ${reportTo} (${where}${how}).\n${stack}`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}

/** The text may quote names from the file: no control character of theirs reaches the terminal. */
const visible = (text: string, keepLines: boolean): string =>
  keepLines ? text.split('\n').map(visibleText).join('\n') : visibleText(text.replace(/\s*[\r\n]+\s*/g, ' · '));
