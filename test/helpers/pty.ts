/**
 * A real program in a pseudo-terminal, with an xterm-compatible screen. Tests wait for what they want to see and never
 * for time to pass.
 */
import { type IPty, spawn } from '@lydell/node-pty';
import type { Terminal } from '@xterm/headless';
import { patience } from './patience.ts';
import { newScreen, screenLines, screenText } from './screen.ts';

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Added to the environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Exit {
  readonly exitCode: number;
  readonly signal: number;
}

/** What to wait for: a text on the screen, a match on it, or anything that can be said of the terminal. */
export type Condition = string | RegExp | ((pty: Pty) => boolean);

interface Waiter {
  readonly condition: Condition;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** ms. A frame that has not ended by then never will: what ran in the terminal died in it. */
const FRAME_TIMEOUT = 5_000;

export class Pty {
  readonly screen: Terminal;
  /** All that the program wrote, with the time at which it came (performance.now). */
  readonly log: { readonly at: number; readonly data: string }[] = [];
  readonly exited: Promise<Exit>;
  readonly #process: IPty;
  readonly #waiters = new Set<Waiter>();
  #exit: Exit | undefined;
  #pendingWrites = 0;
  /** Of the frame that has begun and not ended. */
  #openFrame: NodeJS.Timeout | undefined;

  constructor(file: string, args: readonly string[], options: PtyOptions = {}) {
    const { columns = 80, rows = 24 } = options;
    this.screen = newScreen({ columns, rows });
    this.#watchFrames();
    this.#process = spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: options.cwd ?? process.cwd(),
      env: environment(options.env ?? {}),
    });
    this.#process.onData((data) => {
      this.log.push({ at: performance.now(), data });
      this.#pendingWrites++;
      this.screen.write(data, () => {
        this.#pendingWrites--;
        this.#check();
      });
    });
    // The program's questions (cursor position, attributes, keyboard protocol) get an answer.
    this.screen.onData((reply) => this.send(reply));
    this.exited = new Promise((resolve) => {
      this.#process.onExit(({ exitCode, signal }) => {
        this.#exit = { exitCode, signal: signal ?? 0 };
        resolve(this.#exit);
        this.#check();
      });
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  get lines(): string[] {
    return screenLines(this.screen);
  }

  get text(): string {
    return screenText(this.screen);
  }

  /** All that was written, as it came. */
  get raw(): string {
    return this.log.map(({ data }) => data).join('');
  }

  get isAlternateScreen(): boolean {
    return this.screen.buffer.active.type === 'alternate';
  }

  get isCursorVisible(): boolean {
    return this.#lastSwitch(25) !== 'l';
  }

  /** Whether private mode `mode` was left on (CSI ? mode h). */
  isModeOn(mode: number): boolean {
    return this.#lastSwitch(mode) === 'h';
  }

  send(data: string): void {
    if (!this.#exit) this.#process.write(data);
  }

  /** Writes on the screen as if another program did. */
  disturb(data: string): Promise<void> {
    return new Promise((resolve) => this.screen.write(data, resolve));
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** To the program and the shell that holds its terminal, as the kernel sends the signals of a terminal. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-this.#process.pid, signal);
  }

  /** Takes the terminal away, as closing its window does. */
  hangUp(): void {
    // In node-pty's terminals, though not in its types.
    (this.#process as IPty & { destroy(): void }).destroy();
  }

  /** Resolves once `condition` holds; rejects with the screen when it does not, in time or before the program ends. */
  waitFor(condition: Condition, timeout: number = patience): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(waiter, `after ${timeout} ms`), timeout);
      const waiter: Waiter = { condition, resolve, reject, timer };
      this.#waiters.add(waiter);
      this.#check();
    });
  }

  /** Ends the program, if it has not ended. */
  async dispose(): Promise<void> {
    if (!this.#exit) this.#process.kill('SIGKILL');
    await this.exited;
    clearTimeout(this.#openFrame);
    this.screen.dispose();
  }

  #check(): void {
    if (this.#openFrame !== undefined && !this.#exit) return;
    for (const waiter of [...this.#waiters]) {
      if (holds(waiter.condition, this)) {
        this.#waiters.delete(waiter);
        clearTimeout(waiter.timer);
        waiter.resolve();
      } else if (this.#exit && this.#pendingWrites === 0) {
        this.#fail(waiter, `and the program has ended (${JSON.stringify(this.#exit)})`);
      }
    }
  }

  /**
   * Between the two ends of a synchronized update (private mode 2026) half a frame is on the screen: it comes in several
   * reads, and a terminal shows nothing of it before its end.
   */
  #watchFrames(): void {
    const onSwitch = (final: 'h' | 'l', then: () => void): void => {
      this.screen.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        if (params.includes(2026)) then();
        return false;
      });
    };
    onSwitch('h', () => {
      clearTimeout(this.#openFrame);
      this.#openFrame = setTimeout(() => {
        this.#openFrame = undefined;
        this.#check();
      }, FRAME_TIMEOUT);
    });
    onSwitch('l', () => {
      clearTimeout(this.#openFrame);
      this.#openFrame = undefined;
    });
  }

  #fail(waiter: Waiter, when: string): void {
    this.#waiters.delete(waiter);
    clearTimeout(waiter.timer);
    const tail = JSON.stringify(this.raw.slice(-500));
    waiter.reject(
      new Error(`waited for ${waiter.condition} ${when}; the screen:\n${this.text.trimEnd()}\nlast output: ${tail}`),
    );
  }

  #lastSwitch(mode: number): string | undefined {
    return this.raw
      .match(new RegExp(`\\x1b\\[\\?(?:\\d+;)*${mode}(?:;\\d+)*[hl]`, 'g'))
      ?.at(-1)
      ?.at(-1);
  }
}

/** kinspect as it is built, in a pseudo-terminal. */
export function spawnKinspect(args: readonly string[], options: PtyOptions = {}): Pty {
  return new Pty(process.execPath, ['dist/kinspect.js', ...args], options);
}

/**
 * A program in a shell that holds the terminal when the program has ended, says with which exit code, and waits for a line.
 * Without it the program is the leader of its session, and when such a one ends the kernel drops what it has written and
 * nobody has read yet, all behind the first 4 KiB at the latest: how it gives the terminal back.
 */
export function spawnHeld(command: readonly string[], options: PtyOptions = {}): Pty {
  return new Pty('/bin/sh', ['-c', hold, 'sh', ...command], options);
}

/** A signal to its group leaves the shell, and what the shell says of the program's death is not on the screen. */
const hold = `trap : HUP INT TERM
exec 3>&2 2>/dev/null
(exec "$@" 2>&3 3>&-)
s=$?; echo; echo "held $s"; read x; exit $s`;

/** The exit code that a held terminal tells; undefined while the program runs. Above 128 it is a signal's. */
export function heldCode(pty: Pty): number | undefined {
  const found = /^held (\d+)$/m.exec(pty.text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function holds(condition: Condition, pty: Pty): boolean {
  if (typeof condition === 'string') return pty.text.includes(condition);
  return condition instanceof RegExp ? condition.test(pty.text) : condition(pty);
}

/** Ours, without what makes programs believe that nobody watches, that colours are decided already, or in which letters to speak. */
function environment(extra: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:CI|CI_.*|CONTINUOUS_INTEGRATION|GITHUB_ACTIONS|NO_COLOR|FORCE_COLOR|COLORTERM|LC_.*|NODE_OPTIONS|PROMPT_COMMAND|VITEST.*|KINSPECT_.*|TMUX|TERM_PROGRAM.*)$/.test(
        name,
      ),
  );
  const entries = [...kept, ['TERM', 'xterm-256color'], ['LANG', 'C.UTF-8'], ...Object.entries(extra)];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
