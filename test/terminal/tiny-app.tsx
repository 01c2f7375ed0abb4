/** The smallest app that has a session: it shows what it was told, and fails in every way on request. */
import { Box, Text, useInput, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import type { Session } from '../../components/terminal/session.ts';
import { decodeKeys, type TerminalEvent } from '../../components/terminal/terminal-input.ts';

function describe(event: TerminalEvent): string {
  if (event.type === 'mouse') return `${event.action} ${event.button} ${event.column},${event.row}`;
  if (event.type === 'key') return event.name;
  return event.type === 'paste' ? `paste <${event.text}>` : event.type;
}

export function TinyApp({ session }: { readonly session: Session }): ReactNode {
  const { columns, rows } = useWindowSize();
  const [seen, setSeen] = useState<readonly string[]>([]);
  const [broken, setBroken] = useState(false);
  const add = (...names: readonly string[]): void => setSeen((before) => [...before, ...names].slice(-12));

  useInput((input, key) => {
    for (const name of decodeKeys(input, key)) {
      add(name);
      if (name === 'q') session.exit();
      else if (name === '3') session.exit(3);
      else if (name === 't') setBroken(true);
      else if (name === 'u') setTimeout(() => throwUncaught('thrown later'));
      else if (name === 'r') void Promise.reject(new Error('rejected\nin two lines'));
      else if (name === 'x') process.exit(5);
      else if (name === 'y') session.copy('tty_write');
      else if (name === 'm') session.setMouse(false);
      else if (name === 'l') void session.redraw();
      else if (name === 'w') console.warn('written on the console');
    }
  });
  useEffect(() => session.input.subscribe((event) => add(describe(event))));

  if (broken) throwUncaught('thrown in render');
  return (
    <Box flexDirection="column" height={rows} width={columns}>
      <Text bold>{`size ${columns}x${rows}`}</Text>
      <Text wrap="truncate">{`seen ${seen.join(' ')}.`}</Text>
      <Box flexGrow={1} />
      <Text inverse>bottom line</Text>
    </Box>
  );
}

function throwUncaught(message: string): never {
  throw new Error(message);
}
