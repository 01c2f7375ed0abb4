/**
 * The prompt. ink-text-input draws it, and the reducer edits it: the input's own editing starts from the text that was
 * last drawn, so that of three backspaces in one chunk two would be lost, and it has no Home, End, Ctrl-A or Ctrl-W.
 */
import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { ReactElement } from 'react';
import type { LineText } from '../src/app/state.ts';
import { cellWidth, cut, drawable, paintInverse } from './paint.ts';
import type { Theme } from './theme.ts';

export interface PromptLineProps {
  readonly sign: string;
  readonly line: LineText;
  readonly hint: string;
  readonly columns: number;
  readonly theme: Theme;
}

export function PromptLine({ sign, line, hint, columns, theme }: PromptLineProps): ReactElement {
  const room = columns - cellWidth(sign);
  const value = textWithCursor(theme, line, room);
  const left = room - value.width - 2;
  return (
    <Box width={columns} height={1} flexShrink={0} overflow="hidden">
      <Text bold>{sign}</Text>
      <TextInput value={value.text} focus={false} onChange={ignore} />
      {hint === '' || left < 8 ? null : <Text dimColor wrap="truncate">{`  ${cut(theme, hint, left)}`}</Text>}
    </Box>
  );
}

const ignore = (): void => {};

/** The text around its cursor, as much as there is room for: what is before the cursor is cut first, from the left. */
function textWithCursor(theme: Theme, { text, cursor }: LineText, room: number): { text: string; width: number } {
  const under = Array.from(text.slice(cursor, cursor + 2))[0] ?? '';
  const at = under === '' ? ' ' : drawable(theme, under);
  const before = cutFromLeft(theme, text.slice(0, cursor), room - cellWidth(at) - 1);
  const left = room - cellWidth(before) - cellWidth(at);
  // A character is at most two code units and at least one cell: no more of a long line can be drawn.
  const after = cut(theme, text.slice(cursor + under.length).slice(0, 2 * Math.max(0, left) + 2), left);
  return { text: before + paintInverse(at) + after, width: cellWidth(before) + cellWidth(at) + cellWidth(after) };
}

/** The end of a text as it can be drawn, in at most `width` cells, with a mark where something was cut. */
function cutFromLeft(theme: Theme, text: string, width: number): string {
  if (width <= 0) return '';
  const near = text.slice(-2 * width - 2);
  const whole = near === text ? drawable(theme, text) : undefined;
  if (whole !== undefined && cellWidth(whole) <= width) return whole;
  const characters = Array.from(near);
  let used = 0;
  let kept = '';
  for (let at = characters.length - 1; at >= 0; at--) {
    const drawn = drawable(theme, characters[at] as string);
    used += cellWidth(drawn);
    if (used > width - 1) break;
    kept = drawn + kept;
  }
  return theme.glyphs.more + kept;
}
