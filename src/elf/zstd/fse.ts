/**
 * FSE decoding tables of zstd (RFC 8878, section 4.1).
 *
 *   table[state] = symbol to give, bits to read, and what they are added to for the next state
 *
 * A description lists the share of each symbol in 2^accuracy states; -1 is "less than one", which gets one state.
 */
import { type BackwardBits, ForwardBits, ZstdError } from './bits.ts';

export interface FseTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** The table of one symbol, which takes no bits. */
export const rleTable = (symbol: number): FseTable => ({
  accuracy: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  base: new Uint16Array(1),
});

export function buildTable(shares: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(shares.length);
  let high = size;
  shares.forEach((share, symbol) => {
    if (share === -1) symbols[--high] = symbol;
    next[symbol] = share === -1 ? 1 : share;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  shares.forEach((share, symbol) => {
    for (let i = 0; i < share; i++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  });
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const number = next[symbol] as number;
    next[symbol] = number + 1;
    const width = accuracy - (31 - Math.clz32(number));
    bits[state] = width;
    base[state] = (number << width) - size;
  }
  return { accuracy, symbols, bits, base };
}

/**
 * A table from its description.
 * @returns the table, and where the description ends
 */
export function readTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  mostSymbols: number,
  mostAccuracy: number,
): { readonly table: FseTable; readonly end: number } {
  const stream = new ForwardBits(bytes, start, end);
  const accuracy = stream.read(4) + 5;
  if (accuracy > mostAccuracy)
    throw new ZstdError(`a table's accuracy is ${accuracy}, at most ${mostAccuracy} is possible`);
  const shares: number[] = [];
  let left = 1 << accuracy;
  while (left > 0 && shares.length < mostSymbols) {
    // Values below `threshold` take one bit less.
    const width = 32 - Math.clz32(left + 1);
    const threshold = (1 << width) - 2 - left;
    let value = stream.read(width - 1);
    if (value >= threshold) {
      value += stream.read(1) << (width - 1);
      if (value >= 1 << (width - 1)) value -= threshold;
    }
    const share = value - 1;
    left -= Math.abs(share);
    shares.push(share);
    if (share !== 0) continue;
    for (let repeat = 3; repeat === 3; ) {
      repeat = stream.read(2);
      for (let i = 0; i < repeat; i++) shares.push(0);
    }
  }
  if (left !== 0 || shares.length > mostSymbols) throw new ZstdError('a table does not add up');
  return { table: buildTable(shares, accuracy), end: stream.end };
}

/** The state that follows. */
export function nextState(table: FseTable, state: number, stream: BackwardBits): number {
  return (table.base[state] as number) + stream.read(table.bits[state] as number);
}
