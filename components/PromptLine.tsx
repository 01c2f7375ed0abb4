/** The prompt: a text input with its sign, and a guard for the control keys that the input would type. */
import { Box, Text, useInput } from 'ink';
import TextInput from 'ink-text-input';
import { type ReactElement, useRef, useState } from 'react';

export interface PromptLineProps {
  readonly sign: string;
  readonly hint: string;
  readonly value: string;
  readonly columns: number;
  readonly onChange: (value: string) => void;
}

const control = /[\x00-\x1f\x7f]/g;

export function PromptLine({ sign, hint, value, columns, onChange }: PromptLineProps): ReactElement {
  // ink-text-input types the letter of Ctrl-A or Alt-B. This hook runs before its own and remembers what was pressed.
  const modified = useRef(false);
  // A new key puts its cursor at the end of a text that was changed from outside.
  const [generation, setGeneration] = useState(0);
  const replace = (text: string): void => {
    onChange(text);
    setGeneration((n) => n + 1);
  };
  useInput((input, key) => {
    modified.current = key.ctrl || key.meta;
    if (key.ctrl && input === 'u') replace('');
    if (key.ctrl && input === 'w') replace(value.replace(/\S+\s*$/, ''));
  });
  return (
    <Box width={columns} height={1} flexShrink={0} overflow="hidden">
      <Text bold>{sign}</Text>
      <TextInput
        key={generation}
        value={value}
        onChange={(text) => {
          if (!modified.current) onChange(text.replace(control, ''));
        }}
      />
      <Text dimColor wrap="truncate">{`  ${hint}`}</Text>
    </Box>
  );
}
