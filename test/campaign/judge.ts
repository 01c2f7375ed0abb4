/** What an answer of the program must be, whatever the input was. */
import { type CommandRow, isNotBuilt } from './commands.ts';

/** Memory that any file may take, and what it may take for each byte of it. */
export const memoryLimit = (fileSize: number): number => 300 * 2 ** 20 + 4 * fileSize;

export interface Answer {
  readonly code: number;
  readonly out: Buffer;
  readonly err: string;
  readonly isTerminal: boolean;
}

const plain = /^[\x20-\x7e\n\t]*$/;
/** Controls, bidirectional marks, zero-width and other invisible characters. */
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
/** The engine's "a.b is not a function" has no quote before it, as our sentence on a line of ftrace's list has. */
const slips = /\bundefined\b|\bNaN\b|\[object |internal error|Cannot read prop|[^"] is not a function|is not iterable/;
/** Words on standard error: our own lines, and gdb's. */
const wordsLine = /^(?:kinspect: |Try 'kinspect|Cannot access memory at address 0x)/;

/** What is wrong with an answer, one sentence each. */
export function judge(row: CommandRow, { code, out, err, isTerminal }: Answer): string[] {
  if (isNotBuilt(code, err)) return [];
  const wrong: string[] = [];
  if (code !== 0 && code !== 1 && code !== 3) wrong.push(`exit code ${code}: ${err.slice(0, 400).trimEnd()}`);
  if (code === 3 && err === '') wrong.push('exit code 3 without a word');
  const isTool = row.output === 'tool';
  const text = out.toString('latin1');
  if (!plain.test(text)) {
    if (row.output === 'json' || row.output === 'ndjson')
      wrong.push(`JSON that is not ASCII: ${quote(text, /[^\x20-\x7e\n]/)}`);
    else if (!isTool || isTerminal) {
      const decoded = out.toString('utf8');
      if (unsafe.test(decoded)) wrong.push(`raw control characters in output: ${quote(decoded, unsafe)}`);
      else if (decoded.includes('\ufffd')) wrong.push(`output that is not UTF-8: ${quote(decoded, /\ufffd/)}`);
    }
  }
  if (unsafe.test(err)) wrong.push(`raw control characters in words: ${quote(err, unsafe)}`);
  const slip = slips.exec(err);
  if (slip !== null) wrong.push(`words that are a slip: ${quote(err, slips)}`);
  if (
    err !== '' &&
    !err
      .trimEnd()
      .split('\n')
      .every((line) => wordsLine.test(line))
  ) {
    wrong.push(`words that do not begin as ours: ${JSON.stringify(err.slice(0, 300))}`);
  }
  const badJson = jsonProblem(row, text);
  if (badJson !== undefined) wrong.push(badJson);
  return wrong;
}

function jsonProblem({ output }: CommandRow, text: string): string | undefined {
  if (text === '' || (output !== 'json' && output !== 'ndjson')) return undefined;
  try {
    if (output === 'json') JSON.parse(text);
    // As one array: as strict, and faster than a line at a time.
    else JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`);
    return undefined;
  } catch (error) {
    return `${output} that cannot be parsed: ${error instanceof Error ? error.message : error}`;
  }
}

function quote(text: string, what: RegExp): string {
  const at = what.exec(text)?.index ?? 0;
  return JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
}
