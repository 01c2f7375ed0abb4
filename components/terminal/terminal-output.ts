/**
 * The screen between Ink and the terminal. Ink writes to it as its stdout. It
 *
 *   - sends a frame as one write: what comes between CSI ?2026 h and CSI ?2026 l is collected;
 *   - remembers which modes are on, so that {@link TerminalOutput.restore} undoes those and no others (leaving the
 *     alternate screen twice would move the cursor over what the shell printed since);
 *   - empties the alternate screen before it is left: a terminal that became larger meanwhile must fit the main one into
 *     its new size, and tmux 3.3 keeps lines of the alternate one above it when it does;
 *   - after a change of the size begins again on an empty screen: what the terminal made of the frame that it had, wrapped
 *     or pushed up, is not what Ink remembers of it;
 *   - swallows all that is written after the terminal went away, and says so once ('gone').
 */
import { EventEmitter } from 'node:events';
import {
  ALTERNATE_SCREEN,
  CURSOR_HIDE,
  CURSOR_SHOW,
  resetModes,
  SCREEN_CLEAR,
  STYLE_RESET,
  SYNC_BEGIN,
  SYNC_END,
} from './sequences.ts';

/** What is asked of the stream that is written to: process.stdout, or a test's own. */
export interface OutputTarget {
  readonly columns?: number;
  readonly rows?: number;
  readonly destroyed?: boolean;
  readonly writableEnded?: boolean;
  write(data: string, done?: (error?: Error | null) => void): boolean;
  on(event: string, listener: (value: Error) => void): unknown;
  off(event: string, listener: (value: Error) => void): unknown;
  /** Node asks the kernel for the size only on SIGWINCH; this is what it then calls. */
  _refreshSize?(): void;
}

/** Modes that outlive the program when they are not turned off, in the order in which they are. */
const RESTORED_MODES = [2026, 1002, 1000, 1006, 2004, ALTERNATE_SCREEN];
/** Ink and we switch modes in writes of their own; a longer write is a frame and holds none. */
const LONGEST_SWITCH = 128;
const MODE_SWITCH = /\x1b\[\?(\d+)([hl])/g;

export class TerminalOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly #target: OutputTarget;
  readonly #modes = new Set<number>();
  #frame: string | undefined;
  #isGone = false;
  #size: readonly [columns: number, rows: number];
  #resizes = 0;
  /**
   * 'known': frames are of this size. 'changed': Ink is not told yet, and a frame would be of the old size. 'forgetting': Ink
   * clears what it believes to be on the screen. 'told': the next frame begins on an empty screen.
   */
  #sizeIs: 'known' | 'changed' | 'forgetting' | 'told' = 'known';
  #telling: NodeJS.Immediate | undefined;

  constructor(target: OutputTarget) {
    super();
    this.setMaxListeners(0);
    this.#target = target;
    this.#size = sizeOf(target);
    target.on('error', this.#lose);
    target.on('close', this.#lose);
    target.on('resize', this.#onResize);
  }

  get columns(): number {
    return this.#size[0];
  }

  get rows(): number {
    return this.#size[1];
  }

  /** How often the size has changed. */
  get resizes(): number {
    return this.#resizes;
  }

  /** True once the terminal is gone: Ink then writes no more. */
  get destroyed(): boolean {
    return this.#isGone || this.#target.destroyed === true;
  }

  get writableEnded(): boolean {
    return this.#target.writableEnded === true;
  }

  write(data: string, encodingOrDone?: string | (() => void), maybeDone?: () => void): boolean {
    const done = typeof encodingOrDone === 'function' ? encodingOrDone : maybeDone;
    if (this.destroyed) {
      if (done) setImmediate(done);
      return true;
    }
    // On the main screen what Ink clears is all that may be cleared.
    if (this.#sizeIs === 'forgetting' && this.#isAlternate) return true;
    const wasAlternate = this.#isAlternate;
    this.#remember(data);
    if (data === SYNC_BEGIN) {
      this.#flushFrame();
      this.#frame = data;
    } else if (this.#frame !== undefined) {
      this.#frame += data;
      if (data === SYNC_END) this.#flushFrame();
    } else if (data !== '') {
      this.#send(wasAlternate && !this.#isAlternate ? STYLE_RESET + SCREEN_CLEAR + data : data);
    }
    if (done) this.#target.write('', done);
    return true;
  }

  /** Asks for the size anew: a stopped program is not told of a change. */
  refreshSize(): void {
    try {
      this.#target._refreshSize?.();
    } catch {
      // The terminal is on its way out; the last known size will do.
    }
    this.#onResize();
  }

  /** The terminal as the shell expects it: modes off, main screen, plain style, cursor visible. */
  restore(): void {
    if (this.destroyed) return;
    this.#flushFrame();
    const modes = RESTORED_MODES.filter((mode) => this.#modes.has(mode));
    const clear = this.#isAlternate ? SCREEN_CLEAR : '';
    this.#modes.clear();
    this.#send(STYLE_RESET + clear + resetModes(...modes) + CURSOR_SHOW);
  }

  /** Lets go of the target. */
  close(): void {
    clearImmediate(this.#telling);
    this.#target.off('resize', this.#onResize);
    this.#target.off('close', this.#lose);
    // The error listener stays: a late EIO must not become an uncaught exception.
  }

  readonly #onResize = (): void => {
    const [columns, rows] = this.#size;
    this.#size = sizeOf(this.#target);
    if (this.#size[0] === columns && this.#size[1] === rows) return;
    this.#resizes++;
    if (this.#sizeIs === 'changed') return;
    this.#sizeIs = 'changed';
    // Who listens to the target itself (what is drawn follows its size) is told first, and React draws in a microtask.
    this.#telling = setImmediate(this.#tellSize);
  };

  readonly #tellSize = (): void => {
    if (this.destroyed) return;
    this.#sizeIs = 'forgetting';
    this.emit('forget');
    this.#sizeIs = 'told';
    this.emit('resize');
  };

  readonly #lose = (): void => {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#frame = undefined;
    this.emit('gone');
  };

  get #isAlternate(): boolean {
    return this.#modes.has(ALTERNATE_SCREEN);
  }

  #remember(data: string): void {
    if (data.length > LONGEST_SWITCH) return;
    for (const [, mode, action] of data.matchAll(MODE_SWITCH)) {
      if (action === 'h') this.#modes.add(Number(mode));
      else this.#modes.delete(Number(mode));
    }
  }

  #flushFrame(): void {
    const frame = this.#frame;
    this.#frame = undefined;
    if (frame === undefined || frame === SYNC_BEGIN + SYNC_END) return;
    if (this.#sizeIs === 'changed') {
      if (frame.includes(CURSOR_HIDE)) this.#send(CURSOR_HIDE);
      return;
    }
    const isAnew = this.#sizeIs === 'told' && this.#isAlternate;
    this.#sizeIs = 'known';
    this.#send(isAnew ? SYNC_BEGIN + SCREEN_CLEAR + frame.slice(SYNC_BEGIN.length) : frame);
  }

  #send(data: string): void {
    try {
      this.#target.write(data);
    } catch {
      this.#lose();
    }
  }
}

function sizeOf(target: OutputTarget): readonly [number, number] {
  return [target.columns || 80, target.rows || 24];
}
