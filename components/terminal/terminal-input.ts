/**
 * The keyboard between the terminal and Ink. Ink reads it as its stdin; the reports and keys that Ink would lose come
 * out as events instead, in the order in which they were typed:
 *
 *   terminal ─ chunks → InputScanner ─ pieces ┬ text, Enter, arrows, Alt-x, Escape → Ink (useInput, ink-text-input)
 *                                             ├ mouse, F1.., Insert, paste → subscribers
 *                                             └ Ctrl-C, Ctrl-Z → the session
 *
 * It is an emitter and not a stream because a stream hands on its data a tick later, and the order would be lost.
 */
import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { InputScanner, type Piece } from './input-scanner.ts';
import { functionKeyName } from './keys.ts';
import { decodeMouse, isMouseReport, type MouseEvent } from './mouse.ts';

export { decodeKeys } from './keys.ts';
export type { MouseEvent } from './mouse.ts';

/** A key that Ink is not told of, by the name that the key table uses. */
export interface KeyEvent {
  readonly type: 'key';
  readonly name: string;
}

/** Text from the clipboard, as it came: see {@link cleanPaste}. */
export interface PasteEvent {
  readonly type: 'paste';
  readonly text: string;
}

/** The terminal has gone away: nothing more will be typed. */
export interface HangUpEvent {
  readonly type: 'hang-up';
}

export type TerminalEvent = MouseEvent | KeyEvent | PasteEvent | HangUpEvent;

/** Keys that are not the app's to bind. */
export type SessionKey = 'ctrl-c' | 'ctrl-z';

export interface TerminalInputOptions {
  readonly onSessionKey: (name: SessionKey) => void;
  /** How many milliseconds after ESC the rest of a sequence may come in; without it, that is the Escape key. */
  readonly escapeTime?: number;
}

/** What is asked of the stream that the terminal is read from: process.stdin, a tty.ReadStream, or a test's own. */
export interface InputSource {
  on(event: string, listener: (value: Buffer | string) => void): unknown;
  off(event: string, listener: (value: Buffer | string) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  setRawMode?(isRaw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/**
 * Keys that are beginnings of sequences, as the kitty protocol sends them: Ink takes these at once, while after a bare
 * ESC it would wait for another 20 ms, as the scanner did already.
 */
const FOR_INK = new Map([
  ['\x1b', '\x1b[27u'],
  ['\x1b[', '\x1b[91;3u'],
  ['\x1bO', '\x1b[79;3u'],
]);
const DEFAULT_ESCAPE_TIME = 25;
/** Ctrl-C and Ctrl-Z belong to the session: they must work whatever is on the screen. */
const SESSION_KEYS = new Map<string, SessionKey>([
  ['\x03', 'ctrl-c'],
  ['\x1a', 'ctrl-z'],
]);
/** Focus reports, cursor position and device attributes: replies, not keys. */
const REPLY = /^\x1b\[(?:[IO]|\d+;\d+R|[?>=][\d;]*[cn])$/;

export class TerminalInput extends EventEmitter {
  readonly isTTY = true;
  /** The encoding in which {@link read} answers; Ink asks for it. */
  readonly readableEncoding = 'utf8';
  isRaw = false;
  /** While this is set, {@link setRawMode} leaves raw mode on: for who gives the terminal to nobody. */
  keepsRaw = false;

  readonly #source: InputSource;
  readonly #onSessionKey: (name: SessionKey) => void;
  readonly #scanner: InputScanner;
  readonly #decoder = new StringDecoder('utf8');
  readonly #subscribers = new Set<(event: TerminalEvent) => void>();
  /** What Ink has not read yet: a keystroke, or a run of characters, each. */
  readonly #unread: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(source: InputSource, options: TerminalInputOptions) {
    super();
    this.setMaxListeners(0);
    this.#source = source;
    this.#onSessionKey = options.onSessionKey;
    this.#scanner = new InputScanner(options.escapeTime ?? DEFAULT_ESCAPE_TIME);
    source.on('end', this.#hangUp);
    source.on('error', this.#hangUp);
    // Keys typed before Ink listened are not lost.
    this.on('newListener', (event) => {
      if (event === 'readable' && this.#unread.length > 0) queueMicrotask(() => this.emit('readable'));
    });
  }

  /** Calls `listener` for what Ink is not told of; answers the function that ends this. */
  subscribe(listener: (event: TerminalEvent) => void): () => void {
    this.#subscribers.add(listener);
    return () => {
      this.#subscribers.delete(listener);
    };
  }

  /** Gives `text` to Ink as if it were typed: how a prompt takes a paste where its cursor is. */
  type(text: string): void {
    if (text !== '') this.#giveToInk(text);
  }

  /** The next keystroke or run of characters; null when there is none. */
  read(): string | null {
    return this.#unread.shift() ?? null;
  }

  setEncoding(): this {
    return this;
  }

  /** Raw mode and reading are one: a terminal that was handed to another program must not be read by us. */
  setRawMode(isRaw: boolean): this {
    if (isRaw === this.isRaw || (this.keepsRaw && !isRaw)) return this;
    this.isRaw = isRaw;
    try {
      this.#source.setRawMode?.(isRaw);
    } catch {
      this.#hangUp();
      return this;
    }
    if (isRaw) {
      this.#source.on('data', this.#receive);
      this.#source.resume();
    } else {
      this.#source.off('data', this.#receive);
      this.#source.pause();
    }
    return this;
  }

  /**
   * Sets raw mode again where another program may have ended it: twice, because libuv leaves out a mode that it believes to be
   * set, and in one go, because a key that comes meanwhile would be the kernel's.
   */
  renewRawMode(): void {
    if (!this.isRaw) return;
    try {
      this.#source.setRawMode?.(false);
      this.#source.setRawMode?.(true);
    } catch {
      this.#hangUp();
    }
  }

  ref(): this {
    this.#source.ref?.();
    return this;
  }

  unref(): this {
    this.#source.unref?.();
    return this;
  }

  /** Gives the terminal back as it was. */
  close(): void {
    clearTimeout(this.#timer);
    this.keepsRaw = false;
    this.setRawMode(false);
    this.#source.off('end', this.#hangUp);
    this.#source.off('error', this.#hangUp);
    // An error after this must not become an uncaught one.
    this.#source.on('error', () => {});
    this.#source.unref?.();
    this.#subscribers.clear();
  }

  readonly #receive = (chunk: Buffer | string): void => {
    clearTimeout(this.#timer);
    this.#route(this.#scanner.push(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)));
    const holdTime = this.#scanner.holdTime;
    if (holdTime !== undefined) this.#timer = setTimeout(() => this.#route(this.#scanner.flush()), holdTime);
  };

  readonly #hangUp = (): void => this.#tell({ type: 'hang-up' });

  #route(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      const sessionKey = piece.kind === 'control' ? SESSION_KEYS.get(piece.text) : undefined;
      if (sessionKey !== undefined) {
        this.#onSessionKey(sessionKey);
        continue;
      }
      const event = eventOf(piece);
      if (event === 'for-ink') this.#giveToInk(FOR_INK.get(piece.text) ?? piece.text);
      else if (event !== 'nothing') this.#tell(event);
    }
  }

  #giveToInk(text: string): void {
    this.#unread.push(text);
    this.emit('readable');
  }

  #tell(event: TerminalEvent): void {
    for (const subscriber of [...this.#subscribers]) subscriber(event);
  }
}

function eventOf(piece: Piece): TerminalEvent | 'for-ink' | 'nothing' {
  if (piece.kind === 'paste') return { type: 'paste', text: piece.text };
  if (piece.kind !== 'sequence') return 'for-ink';
  if (isMouseReport(piece.text)) return decodeMouse(piece.text) ?? 'nothing';
  const name = functionKeyName(piece.text);
  if (name !== undefined) return { type: 'key', name };
  return REPLY.test(piece.text) ? 'nothing' : 'for-ink';
}

/** A paste on one line, as a prompt takes it: line breaks and tabs are spaces, other control characters are gone. */
export function cleanPaste(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}
