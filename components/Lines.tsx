/** Ready lines in one Text: the cheapest thing that Ink can draw. Each line must fit its box, so nothing is measured. */
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';

export interface LinesProps {
  readonly lines: readonly string[];
  readonly width: number;
}

export function Lines({ lines, width }: LinesProps): ReactElement {
  return (
    <Box width={width} height={lines.length} flexShrink={0} overflow="hidden">
      <Text wrap="truncate">{lines.join('\n')}</Text>
    </Box>
  );
}
