/**
 * One stay on the terminal: the modes that are on, who else may have the screen for a while, and the first of the
 * many reasons to end it.
 *
 *   running ⇄ away (stopped by Ctrl-Z or SIGTSTP, or an editor has the terminal)
 *      └→ ended: exit code | crash | signal → closed: everything as it was before
 */
import { captureConsole } from './captured-console.ts';
import type { HandOver } from './SessionRoot.tsx';
import { MOUSE_OFF, MOUSE_ON, osc52, PASTE_OFF, PASTE_ON } from './sequences.ts';
import { stopProcess } from './stop-process.ts';
import { type InputSource, TerminalInput } from './terminal-input.ts';
import { type OutputTarget, TerminalOutput } from './terminal-output.ts';
import { type Resolvers, withResolvers } from './with-resolvers.ts';

export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'crash'; readonly error: unknown }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** What an app may ask of its terminal. */
export interface Session {
  /** Keys that Ink loses, mouse and pastes. */
  readonly input: Pick<TerminalInput, 'subscribe' | 'type'>;
  /** Puts `text` on the clipboard; false when it is too long for terminals. */
  copy(text: string): boolean;
  /** Mouse reports on or off; off gives the terminal's own selection back. */
  setMouse(isOn: boolean): void;
  /** Gives the terminal to another program (an editor, a pager) until the promise settles. */
  handOver(during: () => Promise<void>): Promise<void>;
  /** Stops, as Ctrl-Z does, until the shell continues us. */
  suspend(): Promise<void>;
  /** Paints everything again: something else has written on the screen. */
  redraw(): Promise<void>;
  exit(code?: number): void;
}

/** A terminal that went away is a hang-up, whether or not the kernel could say so. */
const HANG_UP: Ending = { kind: 'signal', signal: 'SIGHUP' };
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

export class TerminalSession implements Session {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly #ending: Resolvers<Ending> = withResolvers<Ending>();
  readonly #cleanups: (() => void)[] = [];
  #lines: readonly string[] = [];
  #handOver: HandOver | undefined;
  #isAway = false;
  /** While everything is painted again: Ink has given up the screen for that, and nobody else has it. */
  #repainting: Promise<void> | undefined;
  #isClosed = false;
  #isMouseOn: boolean;

  constructor(source: InputSource, target: OutputTarget, isMouseOn: boolean) {
    this.input = new TerminalInput(source, {
      onSessionKey: (name) => (name === 'ctrl-c' ? this.exit() : void this.suspend()),
    });
    this.output = new TerminalOutput(target);
    this.#isMouseOn = isMouseOn;
  }

  /** Settles with the first reason to end. */
  get ended(): Promise<Ending> {
    return this.#ending.promise;
  }

  /** What others printed on the console meanwhile. */
  get captured(): readonly string[] {
    return this.#lines;
  }

  readonly end = (ending: Ending): void => this.#ending.resolve(ending);

  readonly bindHandOver = (handOver: HandOver | undefined): void => {
    this.#handOver = handOver;
  };

  /** Takes the terminal and the process's signals; `unmount` is how {@link close} stops who draws. */
  open(unmount: () => void): void {
    this.#cleanups.push(unmount);
    for (const signal of ENDING_SIGNALS) this.#listen(signal, () => this.end({ kind: 'signal', signal }));
    this.#listen('SIGTSTP', this.#onStopSignal);
    this.#listen('SIGCONT', () => {
      if (this.#isAway && !this.#repainting) return;
      // Continued after a SIGSTOP that nobody can catch: the shell has had the screen meanwhile, and set its own modes.
      this.input.renewRawMode();
      if (this.#repainting) void this.#repainting.then(() => this.redraw());
      else void this.redraw();
    });
    let resizes = this.output.resizes;
    this.#listen('SIGWINCH', () => {
      // Made small and large again before anyone looked: the size is as before, and what was on the screen is lost.
      if (this.output.resizes === resizes && !this.#isAway) void this.redraw();
      resizes = this.output.resizes;
    });
    this.#listen('uncaughtException', (error) => this.end({ kind: 'crash', error }));
    this.#listen('unhandledRejection', (error) => this.end({ kind: 'crash', error }));
    // process.exit() called somewhere: there is no later.
    this.#listen('exit', () => this.close());
    this.output.once('gone', () => this.end(HANG_UP));
    this.input.subscribe((event) => {
      if (event.type === 'hang-up') this.end(HANG_UP);
    });
    const release = captureConsole();
    this.#cleanups.push(() => {
      this.#lines = release();
    });
    // Ink would do this only after its first frame; until then keys were echoed, and Ctrl-Z was the kernel's.
    this.input.setRawMode(true);
    this.output.write(this.#modesOn);
  }

  /** Gives everything back. What fails on the way must not keep the rest from being done. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const steps = [...this.#cleanups, () => this.output.restore(), () => this.input.close(), () => this.output.close()];
    for (const step of steps) {
      try {
        step();
      } catch (error) {
        this.end({ kind: 'crash', error });
      }
    }
  }

  copy(text: string): boolean {
    const sequence = osc52(text);
    if (sequence !== undefined) this.output.write(sequence);
    return sequence !== undefined;
  }

  setMouse(isOn: boolean): void {
    this.#isMouseOn = isOn;
    if (!this.#isAway) this.output.write(isOn ? MOUSE_ON : MOUSE_OFF);
  }

  async handOver(during: () => Promise<void>): Promise<void> {
    // A Ctrl-Z right behind a Ctrl-L is not lost.
    if (this.#repainting) await this.#repainting;
    await this.#lend(during);
  }

  suspend(): Promise<void> {
    return this.#stop('group');
  }

  redraw(): Promise<void> {
    if (this.#isAway) return this.#repainting ?? Promise.resolve();
    this.#repainting = this.#repaint().finally(() => {
      this.#repainting = undefined;
    });
    return this.#repainting;
  }

  exit(code = 0): void {
    this.end({ kind: 'exit', code });
  }

  get #modesOn(): string {
    return (this.#isMouseOn ? MOUSE_ON : '') + PASTE_ON;
  }

  async #lend(during: () => Promise<void>): Promise<void> {
    if (this.#isAway || this.#isClosed || !this.#handOver) return;
    this.#isAway = true;
    try {
      await this.#handOver(async () => {
        this.output.write(MOUSE_OFF + PASTE_OFF);
        try {
          await during();
        } finally {
          this.output.refreshSize();
          if (!this.#isClosed) this.output.write(this.#modesOn);
        }
      });
    } finally {
      this.#isAway = false;
    }
  }

  async #repaint(): Promise<void> {
    // Ink would have the terminal cooked meanwhile: a key that comes just then was echoed, and Ctrl-C was the kernel's,
    // which ends the shell's script around us too.
    this.input.keepsRaw = true;
    try {
      await this.#lend(async () => {});
    } finally {
      this.input.keepsRaw = false;
    }
  }

  readonly #onStopSignal = (): void => void this.#stop('self');

  #stop(whom: 'group' | 'self'): Promise<void> {
    return this.handOver(async () => {
      process.off('SIGTSTP', this.#onStopSignal);
      try {
        await stopProcess(whom);
      } finally {
        if (!this.#isClosed) process.on('SIGTSTP', this.#onStopSignal);
      }
    });
  }

  #listen(event: string, listener: (value: unknown) => void): void {
    process.on(event, listener);
    this.#cleanups.push(() => process.off(event, listener));
  }
}
