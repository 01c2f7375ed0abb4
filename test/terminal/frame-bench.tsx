/**
 * How long from a key to the last write of the frame that it changes: two panes side by side, the left one scrolls by a
 * row (or a page) with every key. Run by frame-bench.mjs; prints one line of JSON.
 */
import { Box, render, Text, useInput } from 'ink';
import { memo, type ReactNode, useState } from 'react';
import { TerminalInput } from '../../components/terminal/terminal-input.ts';
import { TerminalOutput } from '../../components/terminal/terminal-output.ts';
import { FakeKeyboard, FakeTty } from '../helpers/fake-tty.ts';

const [shape = 'row', columns = 200, rows = 60, keys = 300] = [
  process.argv[2],
  ...process.argv.slice(3).map(Number),
] as [string, number, number, number];
const inner = rows - 4;
const width = Math.floor(columns / 2);

const tail = shape.includes('long')
  ? '_that_has_a_name_longer_than_its_pane_and_is_cut_off_at_the_right_edge_of_it_by_ink'
  : '';
const names = Array.from({ length: 5_000 }, (_, index) => `function_${(index * 2_654_435_761) % 99_991}_name${tail}`);
if (shape.includes('wide')) for (let index = 0; index < names.length; index += 20) names[index] = `漢字_${index}`;
/** Rows that a key moves. */
const step = shape.includes('page') ? inner : 1;

const sgr = (code: number, text: string): string =>
  `\x1b[${code}m${text}\x1b[${code === 7 ? 27 : code < 30 ? 22 : 39}m`;

function cellsOf(index: number): readonly [string, string, string, string] {
  const address = (0xffff_8000_1000_0000n + BigInt(index * 64)).toString(16);
  return [address, index % 3 === 0 ? 't' : 'T', names[index % names.length] ?? '', '0000000000000000'];
}

function ansiRow(index: number, isSelected: boolean, pad: number): string {
  const [address, kind, name, raw] = cellsOf(index);
  const text = `${sgr(2, address)} ${sgr(33, kind)} ${sgr(36, name)} ${sgr(2, raw)}`;
  const length = address.length + kind.length + name.length + raw.length + 3;
  const padded = text + ' '.repeat(Math.max(0, pad - length));
  return isSelected ? sgr(7, padded) : padded;
}

function Rows({ first, selected }: { readonly first: number; readonly selected: number }): ReactNode {
  const indexes = Array.from({ length: inner }, (_, row) => first + row);
  const isPadded = shape.includes('padded');
  const pad = (index: number): number => (isPadded || index === selected ? width - 2 : 0);
  if (shape.startsWith('pane')) {
    const wrap = shape.includes('wrap') ? 'wrap' : 'truncate';
    return <Text wrap={wrap}>{indexes.map((index) => ansiRow(index, index === selected, pad(index))).join('\n')}</Text>;
  }
  if (shape.startsWith('nested')) {
    return indexes.map((index) => <NestedRow key={index} index={index} isSelected={index === selected} />);
  }
  if (shape.startsWith('boxes')) {
    return indexes.map((index) => <BoxRow key={index} index={index} isSelected={index === selected} />);
  }
  const wrap = shape.includes('wrap') ? 'wrap' : 'truncate';
  return indexes.map((index) => (
    <Text key={shape.includes('stable') ? index % inner : index} wrap={wrap}>
      {ansiRow(index, index === selected, pad(index))}
    </Text>
  ));
}

const NestedRow = memo(({ index, isSelected }: { readonly index: number; readonly isSelected: boolean }) => {
  const [address, kind, name, raw] = cellsOf(index);
  return (
    <Text inverse={isSelected} wrap="truncate">
      <Text dimColor>{address}</Text> <Text color="yellow">{kind}</Text> <Text color="cyan">{name}</Text>{' '}
      <Text dimColor>{raw}</Text>
    </Text>
  );
});

const BoxRow = memo(({ index, isSelected }: { readonly index: number; readonly isSelected: boolean }) => {
  const [address, kind, name, raw] = cellsOf(index);
  return (
    <Box height={1} flexShrink={0} gap={1}>
      <Text dimColor inverse={isSelected}>
        {address}
      </Text>
      <Text color="yellow">{kind}</Text>
      <Text color="cyan">{name}</Text>
      <Text dimColor>{raw}</Text>
    </Box>
  );
});

function Pane({ first, selected }: { readonly first: number; readonly selected: number }): ReactNode {
  const isClipped = shape.includes('clip');
  if (shape.includes('drawn')) {
    // The frame is part of the text: no border of Ink's.
    const top = `┌${'─'.repeat(width - 2)}┐`;
    const lines = Array.from(
      { length: inner },
      (_, row) => `│${ansiRow(first + row, first + row === selected, width - 2)}│`,
    );
    return <Text wrap="truncate">{[top, ...lines, `└${'─'.repeat(width - 2)}┘`].join('\n')}</Text>;
  }
  return (
    <Box
      borderStyle="single"
      width={width}
      height={rows - 2}
      flexDirection="column"
      {...(isClipped ? { overflow: 'hidden' } : {})}
    >
      <Rows first={first} selected={selected} />
    </Box>
  );
}

function App(): ReactNode {
  const [position, setPosition] = useState(0);
  useInput((input) => setPosition((before) => before + step * input.length));
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Text bold wrap="truncate">{` kinspect  vmlinux-aarch64   aarch64 · Linux 5.10.223 · position ${position}`}</Text>
      <Box>
        <Pane first={shape.includes('right') ? 3 : position} selected={shape.includes('right') ? 8 : position + 5} />
        <Pane first={/both|right/.test(shape) ? position : 700} selected={710 + (position % 7)} />
      </Box>
      <Text wrap="truncate"> / search Tab pane Enter follow - back x hex w why r replay ? keys q quit</Text>
    </Box>
  );
}

const keyboard = new FakeKeyboard();
const tty = new FakeTty({ columns, rows });
const input = new TerminalInput(keyboard, { onSessionKey: () => process.exit(0) });
const output = new TerminalOutput(tty);
render(<App />, {
  stdin: input as unknown as NodeJS.ReadStream,
  stdout: output as unknown as NodeJS.WriteStream,
  interactive: true,
  alternateScreen: true,
  incrementalRendering: !shape.includes('whole'),
  maxFps: 250,
  exitOnCtrlC: false,
  patchConsole: false,
});

const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Number(process.env.IDLE ?? 25)));
await idle();
const times: number[] = [];
let cpu = process.cpuUsage();
for (let key = 0; key < keys; key++) {
  const start = performance.now();
  tty.lastWrite = start;
  keyboard.send('j');
  await idle();
  if (key === 20) cpu = process.cpuUsage();
  if (key >= 20) times.push(tty.lastWrite - start);
}
const used = process.cpuUsage(cpu);
const cpuPerKey = Number(((used.user + used.system) / 1000 / times.length).toFixed(2));
times.sort((a, b) => a - b);
const at = (part: number): number => Number((times[Math.floor(part * (times.length - 1))] ?? 0).toFixed(2));
const bytes = Math.round(tty.raw.length / keys);
console.log(
  JSON.stringify({
    shape,
    cpuPerKey,
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: at(1),
    bytes,
    mb: Math.round(process.memoryUsage().heapUsed / 1e6),
  }),
);
process.exit(0);
