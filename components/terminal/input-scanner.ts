/**
 * Cut what a terminal sends into pieces, however it is split into chunks:
 *
 *   text       one or more printable characters          jjj
 *   control    one C0 character or DEL                   CR
 *   escape     the Escape key                            ESC, and nothing after it for a while
 *   sequence   CSI, SS3, or ESC with one character       ESC [ < 64;10;5 M     ESC O P     ESC x
 *   paste      what stood between CSI 200 ~ and CSI 201 ~
 *
 * Replies to queries (OSC, DCS) are dropped, and so is what a control character cuts off or what is too long for a
 * sequence. What may still become a sequence is held; {@link InputScanner.holdTime} says for how long.
 */

export interface Piece {
  readonly kind: 'text' | 'control' | 'escape' | 'sequence' | 'paste';
  readonly text: string;
}

const ESC = '\x1b';
const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** A longer paste is cut: no prompt of ours has a use for it, and its end must still be found. */
const PASTE_LIMIT = 65_536;
/** A reply that is longer than this never ends. */
const REPLY_LIMIT = 4_096;
/** Nor does a CSI or SS3 sequence: the longest that terminals send is a mouse report of some twenty characters. */
const SEQUENCE_LIMIT = 64;
/** After so many milliseconds of silence the rest of a reply or of a paste has been lost on its way. */
const LOST_TIME = 1_000;
/** These are keys as well as beginnings (Escape; Alt with [ O ] P), so they cannot be held for long. */
const AMBIGUOUS = new Set([ESC, `${ESC}[`, `${ESC}O`, `${ESC}${ESC}`, `${ESC}]`, `${ESC}P`]);

/**
 * Where a sequence ends; 'more' when the chunk ends before it; 'too-long' when that is no sequence any more; 'drop' with the
 * place where something else begins.
 */
type Scan = 'more' | 'too-long' | { readonly end: number; readonly drop?: boolean };

export class InputScanner {
  readonly #escapeTime: number;
  #held = '';
  #paste: string | undefined;
  /** In a CSI or SS3 sequence that is too long: nothing of it is kept. */
  #isSkipping = false;

  /** `escapeTime` is how many milliseconds after ESC the rest of a sequence may come in. */
  constructor(escapeTime: number) {
    this.#escapeTime = escapeTime;
  }

  /** After how many milliseconds without input {@link flush} is due; undefined when nothing waits for the clock. */
  get holdTime(): number | undefined {
    if (this.#paste !== undefined) return LOST_TIME;
    if (this.#held === '') return undefined;
    if (AMBIGUOUS.has(this.#held)) return this.#escapeTime;
    // No key begins like the rest of these: the other half of a CSI sequence is on its way, however slow the line.
    return this.#held[1] === ']' || this.#held[1] === 'P' ? LOST_TIME : undefined;
  }

  /** The pieces that `chunk` completes. */
  push(chunk: string): Piece[] {
    const pieces: Piece[] = [];
    let data = this.#held + chunk;
    this.#held = '';
    while (data !== '') {
      if (this.#isSkipping) data = this.#skip(data);
      else data = this.#paste === undefined ? this.#scan(data, pieces) : this.#collect(data, pieces);
    }
    return pieces;
  }

  /** What is held is a key after all; a paste is over, though its end mark never came. */
  flush(): Piece[] {
    const held = this.#held;
    const paste = this.#paste;
    if (paste !== undefined) {
      this.#paste = undefined;
      return [{ kind: 'paste', text: paste.slice(0, PASTE_LIMIT) }];
    }
    if (held === '') return [];
    this.#held = '';
    if (held === ESC) return [{ kind: 'escape', text: ESC }];
    if (held === ESC + ESC) return [this.#escape, this.#escape];
    return AMBIGUOUS.has(held) ? [{ kind: 'sequence', text: held }] : [];
  }

  get #escape(): Piece {
    return { kind: 'escape', text: ESC };
  }

  /** Takes pieces off `data` until its end (answers '') or the beginning of a paste (answers what follows). */
  #scan(data: string, pieces: Piece[]): string {
    let at = 0;
    while (at < data.length) {
      const code = data.charCodeAt(at);
      if (code !== 0x1b) {
        const end = isControl(code) ? at + 1 : endOfText(data, at);
        pieces.push({ kind: isControl(code) ? 'control' : 'text', text: data.slice(at, end) });
        at = end;
        continue;
      }
      const scan = scanEscape(data, at);
      if (scan === 'more') {
        this.#held = data.slice(at);
        return '';
      }
      if (scan === 'too-long') {
        this.#isSkipping = true;
        return '';
      }
      const text = data.slice(at, scan.end);
      at = scan.end;
      // An end mark without a beginning is that of a paste which was given out before.
      if (scan.drop || text === PASTE_END) continue;
      if (text === PASTE_BEGIN) {
        this.#paste = '';
        return data.slice(at);
      }
      pieces.push(text === ESC ? this.#escape : { kind: 'sequence', text });
    }
    return '';
  }

  /** Passes over a sequence until its end; answers what follows. */
  #skip(data: string): string {
    let at = 0;
    while (at < data.length && isInner(data.charCodeAt(at))) at++;
    if (at === data.length) return '';
    this.#isSkipping = false;
    return data.slice(isFinal(data.charCodeAt(at)) ? at + 1 : at);
  }

  /** Adds to the paste until its end mark; answers what follows the mark. */
  #collect(data: string, pieces: Piece[]): string {
    const paste = (this.#paste ?? '') + data;
    const end = paste.indexOf(PASTE_END);
    if (end >= 0) {
      this.#paste = undefined;
      pieces.push({ kind: 'paste', text: paste.slice(0, Math.min(end, PASTE_LIMIT)) });
      return paste.slice(end + PASTE_END.length);
    }
    // Keep the tail: the end mark may be split.
    const tail = PASTE_END.length - 1;
    this.#paste = paste.length <= PASTE_LIMIT + tail ? paste : paste.slice(0, PASTE_LIMIT) + paste.slice(-tail);
    return '';
  }
}

function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f;
}

/** The last character of a CSI or SS3 sequence. */
function isFinal(code: number): boolean {
  return code >= 0x40 && code <= 0x7e;
}

/** The characters of a CSI sequence before its last. */
function isInner(code: number): boolean {
  return code >= 0x20 && code <= 0x3f;
}

function endOfText(data: string, start: number): number {
  let end = start;
  while (end < data.length && !isControl(data.charCodeAt(end))) end++;
  return end;
}

function scanEscape(data: string, at: number): Scan {
  const next = data[at + 1];
  if (next === undefined) return 'more';
  if (next === '[') return scanCsi(data, at, at + 2);
  if (next === 'O') return scanSs3(data, at + 2);
  if (next === ESC) return scanDoubleEscape(data, at);
  if (next === ']' || next === 'P') return scanReply(data, at);
  // Ctrl-C and Ctrl-Z are what they are, also where Escape came just before: nobody means Alt with them.
  if (next === '\x03' || next === '\x1a') return { end: at + 1 };
  return { end: at + 1 + ((data.codePointAt(at + 1) ?? 0) > 0xffff ? 2 : 1) };
}

/** CSI: parameters 30..3f, intermediates 20..2f, one final byte 40..7e. */
function scanCsi(data: string, start: number, from: number): Scan {
  // The old mouse report, ESC [ M and three bytes, and the Linux console's function keys, ESC [ [ A.
  if (data[from] === 'M') return scanFixed(data, from + 1, 3);
  if (data[from] === '[') return scanFixed(data, from + 1, 1);
  for (let at = from; at < data.length; at++) {
    const code = data.charCodeAt(at);
    if (isFinal(code)) return { end: at + 1, drop: at - start >= SEQUENCE_LIMIT };
    // rxvt ends a shifted editing key in $, for example ESC [ 2 $.
    if (code === 0x24 && at === from + 1) return { end: at + 1 };
    if (isInner(code)) continue;
    // Not a sequence. ESC [ alone is Alt with [; anything longer was cut off on its way.
    return at === from ? { end: at } : { end: at, drop: at > start };
  }
  return data.length - start > SEQUENCE_LIMIT ? 'too-long' : 'more';
}

/** The end of a sequence of which so many characters are left, whatever they are but control characters. */
function scanFixed(data: string, from: number, count: number): Scan {
  for (let at = from; at < from + count; at++) {
    if (at >= data.length) return 'more';
    if (isControl(data.charCodeAt(at))) return { end: at, drop: true };
  }
  return { end: from + count };
}

/** SS3: ESC O and one character, with a modifier before it in old xterms (ESC O 5 P). */
function scanSs3(data: string, from: number): Scan {
  for (let at = from; at < data.length; at++) {
    const code = data.charCodeAt(at);
    if (isFinal(code)) return { end: at + 1, drop: at - from >= SEQUENCE_LIMIT };
    if ((code >= 0x30 && code <= 0x39) || code === 0x3b) continue;
    return at === from ? { end: at } : { end: at, drop: true };
  }
  return data.length - from > SEQUENCE_LIMIT ? 'too-long' : 'more';
}

/** ESC ESC [ A is Alt with an arrow in rxvt; any other pair is Escape, and then what follows. */
function scanDoubleEscape(data: string, at: number): Scan {
  const third = data[at + 2];
  if (third === undefined) return 'more';
  if (third !== '[' && third !== 'O') return { end: at + 1 };
  return scanEscape(data, at + 1);
}

/** OSC and DCS strings, up to BEL or ESC \, or cut off by another control character; Alt with ] or P when no such string begins here. */
function scanReply(data: string, at: number): Scan {
  const first = data[at + 2];
  if (first === undefined) return 'more';
  if (!(data[at + 1] === ']' ? /\d/ : /[\d>$+!]/).test(first)) return { end: at + 2 };
  for (let end = at + 2; end < data.length; end++) {
    if (!isControl(data.charCodeAt(end))) continue;
    if (data[end] === '\x07') return { end: end + 1, drop: true };
    if (data[end] !== ESC) return { end, drop: true };
    if (data[end + 1] === undefined) break;
    return { end: data[end + 1] === '\\' ? end + 2 : end, drop: true };
  }
  return data.length - at > REPLY_LIMIT ? { end: data.length, drop: true } : 'more';
}
