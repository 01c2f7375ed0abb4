/** The help's lines, painted: in two columns where the screen is wide enough for all of them at once. */
import { helpLines } from '../src/app/help.ts';
import { cut, pad, sgr } from './paint.ts';
import type { Theme } from './theme.ts';

const keysWidth = 22;

export function helpScreenLines(theme: Theme, width: number): string[] {
  const lines = helpLines();
  const twoColumns = width >= 140;
  const half = twoColumns ? Math.floor(width / 2) : width;
  const painted = lines.map((line) => {
    if (line.kind === 'blank') return ' '.repeat(half);
    if (line.kind === 'heading') return sgr(theme.roles.title, pad(` ${line.keys}`, half));
    const keys = pad(cut(`   ${line.keys}`, keysWidth, theme.glyphs.more), keysWidth);
    return (
      sgr(theme.roles.kind, keys) + pad(cut(` ${line.text}`, half - keysWidth, theme.glyphs.more), half - keysWidth)
    );
  });
  if (!twoColumns) return painted;
  const middle = Math.ceil(painted.length / 2);
  const rest = ' '.repeat(width - 2 * half);
  return painted.slice(0, middle).map((line, i) => line + (painted[middle + i] ?? ' '.repeat(half)) + rest);
}
