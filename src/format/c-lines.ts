/**
 * A C prototype in a column: on one line where it fits, else a line per parameter.
 *
 *   ssize_t tty_write(
 *     struct kiocb *iocb,
 *     struct iov_iter *from)
 */

const indent = '  ';

/** Lines of at most `width` characters, of what {@link visible} made of a prototype. */
export function cLines(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let depth = 0;
  let start = 0;
  const push = (end: number): void => {
    const line = text.slice(start, end).trim();
    if (line !== '') lines.push(...broken(lines.length === 0 ? line : indent + line, width));
    start = end;
  };
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(' && ++depth === 1 && text[at + 1] !== '*') push(at + 1);
    else if (text[at] === ')') depth--;
    else if (text[at] === ',' && depth === 1) push(at + 1);
  }
  push(text.length);
  return lines;
}

/** The same with as many parameters on a line as fit: for long lists. */
export const cFilled = (text: string, width: number): string[] => broken(text, width);

/** A line that is too long goes on deeper, broken at blanks where it has any. */
function broken(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  const room = Math.max(1, width);
  while (rest.length > room) {
    const blank = rest.lastIndexOf(' ', room);
    const end = blank > indent.length * 2 ? blank : room;
    lines.push(rest.slice(0, end));
    rest = (room > 16 ? indent + indent : '') + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
