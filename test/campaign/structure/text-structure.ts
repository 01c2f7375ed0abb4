/**
 * The fields of the text files of a running kernel, line by line.
 *
 *   kallsyms   ffff800010000040 T tty_write\t[module]          address, letter, name, module
 *   ftrace     [ffff800010000044 ]tty_write [module]           address in newer kernels, name, module
 */
import { type Structure, spread } from './structure.ts';

const mostLines = 12;
const pattern = /^(?:([\da-f]{8}|[\da-f]{16}) )?(?:(\S) (?=\S))?([^ \t]+)(?:([ \t])(\[.+\]))?(\r?)$/;

export function mapLines(to: Structure): void {
  const text = Buffer.from(to.bytes).toString('latin1');
  const lines: { readonly at: number; readonly line: string }[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    lines.push({ at, line });
    at += line.length + 1;
  }
  for (const i of spread(lines.length, mostLines)) {
    const { at, line } = lines[i] ?? { at: 0, line: '' };
    mapLine(to, `line ${i + 1}`, at, line);
  }
}

function mapLine(to: Structure, title: string, start: number, line: string): void {
  const [, address, letter, name = '', gap, module] = pattern.exec(line) ?? [];
  let at = start;
  /** A part, and the byte behind it. */
  const part = (field: string, text: string): void => {
    to.text(`${title} ${field}`, at, text.length + 1);
    to.number(`${title} ${field} first`, at, 1);
    to.number(`${title} ${field} last`, at + text.length - 1, 1);
    at += text.length;
    to.boundary(at);
    to.number(`${title} ${field} end`, at, 1);
    at++;
  };
  if (address !== undefined) part('address', address);
  if (letter !== undefined) part('letter', letter);
  part('name', name);
  if (gap !== undefined && module !== undefined) part('module', module);
  to.row(title, start, Math.min(line.length + 1, to.bytes.length - start));
}
