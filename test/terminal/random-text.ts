/** Seeded random styled texts: what kinspect draws, and everything that could confuse who reads it. */

export interface Random {
  /** An integer in 0 .. below - 1. */
  int(below: number): number;
  pick<T>(values: readonly T[]): T;
  chance(part: number): boolean;
}

/** mulberry32: the same numbers on every machine. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return { int, pick: (values) => values[int(values.length)] as never, chance: (part) => next() < part };
}

const WORDS = [
  'tty_write',
  'ffff800010747510',
  't',
  'a',
  ' ',
  '  ',
  '0x40',
  '_',
  'redirected_tty_write(struct kiocb *)',
];
const SYMBOLS = ['─', '│', '┌', '┘', '█', '·', '…', '✓', '✗', '→', '←', '↓', '«', 'é', '≠', '∞', '●', '▶', '”'];
const STYLES = [
  ...[0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29, 31, 32, 36, 39, 41, 44, 49, 90, 97, 100].map((code) => `\x1b[${code}m`),
  '\x1b[m',
  '\x1b[1;31m',
  '\x1b[0;2;7m',
  '\x1b[38;5;208m',
  '\x1b[48;2;10;20;30m',
  '\x1b[58;5;3m',
  '\x1b[;m',
  '\x1b[1;;31m',
];
const ODDITIES = [
  '漢字',
  'ｱ',
  '👩‍👩‍👧',
  '🇫🇷',
  'e\u0301',
  '\u0301',
  '✔\ufe0f',
  '\u200d',
  '\u200b',
  '\u00ad',
  '\ufeff',
  '\t',
  '\r\n',
  '\r',
  '\x07',
  '\x7f',
  '\x9b31m',
  '\x1b]8;;https://example.org\x07link\x1b]8;;\x07',
  '\x1b]0;title\x07',
  '\x1b[12345m',
  '\x1b[?25l',
  '\x1b[4:3m',
  '\x1b[2K',
  '\x1b[',
  '\x1b',
  '\ud800',
  '한국',
  'ก็',
];

export interface TextOptions {
  /** The part of the texts that hold something odd. */
  readonly odd?: number;
  readonly lineFeeds?: boolean;
  readonly length?: number;
}

/** A text of words, symbols and styles, at times with something odd in it. */
export function randomText(random: Random, { odd = 0.3, lineFeeds = true, length = 16 }: TextOptions = {}): string {
  const isOdd = random.chance(odd);
  let text = '';
  for (let part = random.int(length); part >= 0; part--) {
    if (isOdd && random.chance(0.3)) text += random.pick(ODDITIES);
    else if (random.chance(0.4)) text += random.pick(STYLES);
    else if (random.chance(0.3)) text += random.pick(SYMBOLS).repeat(1 + random.int(4));
    else if (lineFeeds && random.chance(0.08)) text += '\n';
    else text += random.pick(WORDS);
  }
  return text;
}
