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
  let before = drawable(theme, text.slice(0, cursor));
  const most = Math.max(0, room - cellWidth(at) - 1);
  if (cellWidth(before) > most) {
    let characters = Array.from(before);
    while (cellWidth(characters.join('')) > most - 1) characters = characters.slice(1);
    before = theme.glyphs.more + characters.join('');
  }
  const after = cut(theme, text.slice(cursor + under.length), room - cellWidth(before) - cellWidth(at));
  return { text: before + paintInverse(at) + after, width: cellWidth(before) + cellWidth(at) + cellWidth(after) };
}
