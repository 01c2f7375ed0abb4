/** One input in two hundred through the built program itself: a command in a pipe, or the screens in a pseudo-terminal. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { heldCode, type Pty, spawnHeld } from '../helpers/pty.ts';
import { commandRows } from './commands.ts';
import type { Damaged } from './damage.ts';
import { judge, memoryLimit } from './judge.ts';
import { isTurn, purposes, Random } from './random.ts';
import type { Bench, Complaint } from './run-input.ts';

/** The longest that a run may take. */
const mostMs = 10_000;

const oneIn = 200;

/** @param program dist/kinspect.js */
export async function runProgram(
  program: string,
  bench: Bench,
  input: Damaged,
  seed: number,
  index: number,
): Promise<Complaint[]> {
  if (!isTurn(seed, index, oneIn, purposes.program)) return [];
  bench.save(input);
  const random = new Random(seed, index);
  const inTerminal = input.base.as === 'file' && new Random(seed, index, purposes.terminal).below(2) === 0;
  return inTerminal ? inPseudoTerminal(program, bench.path, random, input) : inPipe(program, bench, input, random);
}

async function inPipe(program: string, bench: Bench, input: Damaged, random: Random): Promise<Complaint[]> {
  const row = random.pick(commandRows.filter(({ of }) => of.includes(input.base.as)));
  const command = `program ${row.argv.join(' ')}`;
  const child = spawn(process.execPath, [program, ...bench.argv(row)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const { pid } = child;
  const memory = watchMemory(() => (pid === undefined ? [] : [pid]));
  const hang = setTimeout(() => child.kill('SIGKILL'), mostMs);
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(hang);
  memory.stop();
  const words = Buffer.concat(err).toString('utf8');
  const found: Complaint[] = [];
  if (signal !== null) found.push({ command, problem: `ended by ${signal}: ${words.slice(-300)}` });
  else {
    const answer = { code: code ?? -1, out: Buffer.concat(out), err: words, isTerminal: false };
    found.push(...judge(row, answer).map((problem) => ({ command, problem })));
  }
  return [...found, ...memory.problems(input).map((problem) => ({ command, problem }))];
}

/** Look at what processes have in memory, again and again; what they take in their last 20 ms is not seen. */
function watchMemory(pids: () => readonly number[]) {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, ...pids().map(peakOf));
  }, 20);
  return {
    stop: () => clearInterval(timer),
    problems({ bytes }: Damaged): string[] {
      const most = memoryLimit(bytes.length);
      return peak > most ? [`${peak} bytes of memory, and at most ${most} are due`] : [];
    },
  };
}

const keys = [
  'j',
  'k',
  'G',
  'g',
  '1',
  '2',
  '3',
  '4',
  '\t',
  '\r',
  'x',
  'b',
  'i',
  '?',
  '\x1b',
  's',
  'n',
  'N',
  '-',
  '+',
  'r',
  'w',
  'o',
  'c',
];
const typed = [
  '/alpha\r',
  '/t\x1b',
  ':0x10\r',
  'fslot:no\r',
  ':main\r',
  'ftype:func\r',
  'rnnn',
  'rc',
  'rm',
  'rv',
  'x\x1b[6~',
];
const sizes: readonly (readonly [columns: number, rows: number])[] = [
  [1, 1],
  [200, 60],
  [60, 20],
];
/** What the program may send besides text: cursor and colours, private modes, its own title and copy sequences. */
const sequences =
  /\x1b\[[\d;?>=<u]*[\x20-\x2f]?[A-Za-z@`]|\x1b\](?:52|0|2|8);[^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[78=>\\M]|\x1bP[^\x1b]*\x1b\\|\x1b\([B0]/g;
const leftOver = /[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\x1b/;

async function inPseudoTerminal(program: string, path: string, random: Random, input: Damaged): Promise<Complaint[]> {
  const found: Complaint[] = [];
  const done: string[] = [];
  // What it does with a key may hang on when the key comes: the recipe alone does not tell what was on the screen.
  const complain = (problem: string): void =>
    void found.push({ command: 'program FILE in a terminal', problem: `${problem}\nafter ${done.join(' ')}` });
  const [columns, rows] = random.pick([
    [80, 24],
    [120, 40],
    [40, 10],
  ] as const);
  const pty = spawnHeld([process.execPath, program, path], { columns, rows });
  const resize = (...size: readonly [columns: number, rows: number]): void => {
    pty.resize(...size);
    done.push(size.join('x'));
  };
  const send = (typed: string): void => {
    pty.send(typed);
    done.push(JSON.stringify(typed));
  };
  done.push(`${columns}x${rows}`);
  const memory = watchMemory(() => childrenOf(pty.pid));
  try {
    const isDrawn = (at: Pty): boolean => at.isAlternateScreen && /kinspect/.test(at.lines[0] ?? '');
    const isOver = (at: Pty): boolean => heldCode(at) !== undefined;
    await pty.waitFor((at) => isDrawn(at) || isOver(at), mostMs).catch(() => undefined);
    if (!isOver(pty)) {
      for (let left = 8; left > 0; left--) {
        send(random.below(4) === 0 ? random.pick(typed) : random.pick(keys));
        if (random.below(4) === 0) resize(...random.pick(sizes));
      }
      // Half of them are left in the middle of what they do.
      if (random.below(2) === 0) await pty.waitFor(() => false, 250).catch(() => undefined);
      resize(columns, rows);
      send('\x03');
    }
    await pty.waitFor(isOver, mostMs).catch(() => undefined);
    const code = heldCode(pty);
    if (code === undefined) {
      const children = childrenOf(pty.pid).map((pid) => `${status(pid, 'State')}, ${peakOf(pid)} bytes at most`);
      const its = children.join('; ') || 'ended, and its terminal does not say how';
      complain(`it does not end (${its}); the screen: ${pty.text.trim().slice(0, 300)}`);
    } else if (code !== 0 && code !== 3) {
      complain(`${code > 128 ? `signal ${code - 128}` : `exit code ${code}`}: ${pty.text.trim().slice(-600)}`);
    } else if (pty.isAlternateScreen) complain('the alternate screen is left on');
    else if (!pty.isCursorVisible && pty.raw.includes('\x1b[?25l')) complain('the cursor is left hidden');
    const text = pty.raw.replace(sequences, '');
    const bad = leftOver.exec(text);
    if (bad !== null)
      complain(`raw control bytes: ${JSON.stringify(text.slice(Math.max(0, bad.index - 30), bad.index + 30))}`);
    memory.problems(input).forEach(complain);
    return found;
  } finally {
    memory.stop();
    await pty.dispose();
  }
}

/** Nothing where there is no /proc. */
function childrenOf(pid: number): number[] {
  return linesIn(`/proc/${pid}/task/${pid}/children`)
    .flatMap((line) => line.split(' '))
    .filter((word) => word !== '')
    .map(Number);
}

/** The most that a process has had in memory, in bytes. */
const peakOf = (pid: number): number => Number.parseInt(status(pid, 'VmHWM') || '0', 10) * 1024;

/** A field of /proc/PID/status. */
function status(pid: number, name: string): string {
  const line = linesIn(`/proc/${pid}/status`).find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

function linesIn(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    return [];
  }
}
