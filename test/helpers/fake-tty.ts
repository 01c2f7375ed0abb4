/** A terminal inside the test's own process: a keyboard to type on and a screen that can be read and resized. */
import { EventEmitter } from 'node:events';
import { linesOf, type ScreenSize } from './screen.ts';

/** Stands for process.stdin. */
export class FakeKeyboard extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  isReading = false;
  readonly #unread: string[] = [];

  /** Types `data`, as one chunk. */
  send(data: string): void {
    if (this.listenerCount('data') > 0) {
      this.emit('data', data);
      return;
    }
    this.#unread.push(data);
    this.emit('readable');
  }

  read(): string | null {
    return this.#unread.shift() ?? null;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  setEncoding(): this {
    return this;
  }

  pause(): this {
    this.isReading = false;
    return this;
  }

  resume(): this {
    this.isReading = true;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Stands for process.stdout. */
export class FakeTty extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** All that was written, a write each. */
  readonly writes: string[] = [];
  /** When the last write came (performance.now). */
  lastWrite = 0;
  destroyed = false;

  constructor({ columns, rows }: ScreenSize = { columns: 80, rows: 24 }) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(data: string, encodingOrDone?: string | (() => void), maybeDone?: () => void): boolean {
    this.lastWrite = performance.now();
    if (data !== '') this.writes.push(data);
    const done = typeof encodingOrDone === 'function' ? encodingOrDone : maybeDone;
    if (done) queueMicrotask(done);
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  get raw(): string {
    return this.writes.join('');
  }

  /** What the screen shows. (A screen that was resized on the way is played at its last size.) */
  lines(): Promise<string[]> {
    return linesOf(this.raw, this);
  }
}
