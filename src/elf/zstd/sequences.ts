/**
 * The sequences of a block (RFC 8878, section 3.1.1.3.2): copy so many literals, then so many bytes from so far back.
 *
 *   count 1 to 3 bytes   modes: literal lengths, offsets, match lengths, 2 bits each   tables   bit stream, backwards
 *   mode   0 predefined | 1 one code | 2 a table | 3 the last one
 */
import { BackwardBits, ZstdError } from './bits.ts';
import { buildTable, type FseTable, nextState, readTable, rleTable } from './fse.ts';
import { mostBlock } from './limits.ts';

/** What a block leaves for the next of its frame. */
export interface Tables {
  literalLengths?: FseTable;
  offsets?: FseTable;
  matchLengths?: FseTable;
  /** The last three offsets. */
  readonly recent: [number, number, number];
}

interface Kind {
  readonly name: 'literalLengths' | 'offsets' | 'matchLengths';
  readonly codes: number;
  readonly mostAccuracy: number;
  readonly shares: readonly number[];
  readonly accuracy: number;
}

const repeat = (times: number, value: number): number[] => new Array<number>(times).fill(value);
// The predefined shares of section 3.1.1.3.2.2.
const literalLengths: Kind = {
  name: 'literalLengths',
  codes: 36,
  mostAccuracy: 9,
  shares: [4, 3, ...repeat(11, 2), 1, 1, 1, ...repeat(9, 2), 3, 2, ...repeat(5, 1), ...repeat(4, -1)],
  accuracy: 6,
};
const matchLengths: Kind = {
  name: 'matchLengths',
  codes: 53,
  mostAccuracy: 9,
  shares: [1, 4, 3, ...repeat(6, 2), ...repeat(37, 1), ...repeat(7, -1)],
  accuracy: 6,
};
const offsets: Kind = {
  name: 'offsets',
  codes: 32,
  mostAccuracy: 8,
  shares: [...repeat(6, 1), 2, 2, 2, ...repeat(15, 1), ...repeat(5, -1)],
  accuracy: 5,
};

/** Extra bits of the codes, and from them the least length of each. */
const literalBits = [...repeat(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matchBits = [...repeat(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const baseOf = (bits: readonly number[], first: number): number[] => {
  let next = first;
  return bits.map((width) => {
    const base = next;
    next += 2 ** width;
    return base;
  });
};
const literalBase = baseOf(literalBits, 0);
const matchBase = baseOf(matchBits, 3);

/**
 * Run the sequences of a block into `out`.
 * @param frameStart no match reaches back beyond it
 * @returns where the output ends
 */
export function runSequences(
  bytes: Uint8Array,
  start: number,
  end: number,
  literals: Uint8Array,
  tables: Tables,
  out: Uint8Array,
  done: number,
  frameStart: number,
): number {
  const limit = Math.min(out.length, done + mostBlock);
  const { count, at } = readCount(bytes, start, end);
  let to = done;
  let taken = 0;
  if (count > 0) {
    const streamStart = readTables(bytes, at, end, tables);
    const { literalLengths: lengths, offsets: offsetCodes, matchLengths: matches, recent } = tables;
    if (lengths === undefined || offsetCodes === undefined || matches === undefined) throw noTable();
    const stream = new BackwardBits(bytes, streamStart, end);
    let lengthState = stream.read(lengths.accuracy);
    let offsetState = stream.read(offsetCodes.accuracy);
    let matchState = stream.read(matches.accuracy);
    for (let i = 0; i < count; i++) {
      const offsetCode = offsetCodes.symbols[offsetState] as number;
      const matchCode = matches.symbols[matchState] as number;
      const lengthCode = lengths.symbols[lengthState] as number;
      const value = 2 ** offsetCode + stream.read(offsetCode);
      const matchLength = (matchBase[matchCode] as number) + stream.read(matchBits[matchCode] as number);
      const length = (literalBase[lengthCode] as number) + stream.read(literalBits[lengthCode] as number);
      if (i + 1 < count) {
        lengthState = nextState(lengths, lengthState, stream);
        matchState = nextState(matches, matchState, stream);
        offsetState = nextState(offsetCodes, offsetState, stream);
      }
      if (stream.position < 0) throw new ZstdError('a block has fewer sequences than it says');
      const offset = offsetOf(value, length, recent);
      if (taken + length > literals.length) throw new ZstdError('sequences take more literals than there are');
      if (to + length + matchLength > limit) throw new ZstdError('more data than expected');
      copyForward(literals, taken, out, to, length);
      taken += length;
      to += length;
      if (offset > to - frameStart || offset === 0) throw new ZstdError('a match begins before the data');
      copyForward(out, to - offset, out, to, matchLength);
      to += matchLength;
    }
    if (stream.position !== 0) throw new ZstdError('a block has more sequences than it says');
  }
  const rest = literals.length - taken;
  if (to + rest > limit) throw new ZstdError('more data than expected');
  copyForward(literals, taken, out, to, rest);
  return to + rest;
}

/** One after the other: a match may reach into what it writes. */
function copyForward(from: Uint8Array, start: number, to: Uint8Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i] as number;
}

/** The offset of a sequence; values 1 to 3 are those of the last sequences, moved up by one where no literals are. */
function offsetOf(value: number, literalLength: number, recent: [number, number, number]): number {
  if (value > 3) {
    recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = value - 3;
    return recent[0];
  }
  const index = value - (literalLength === 0 ? 0 : 1);
  if (index === 0) return recent[0];
  const offset = index === 3 ? recent[0] - 1 : (recent[index] as number);
  if (index > 1) recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = offset;
  return offset;
}

function readCount(bytes: Uint8Array, start: number, end: number): { count: number; at: number } {
  const first = bytes[start] ?? 0;
  const size = first < 128 ? 1 : first < 255 ? 2 : 3;
  if (start + size > end) throw new ZstdError('a block is cut off');
  const [second, third] = [bytes[start + 1] ?? 0, bytes[start + 2] ?? 0];
  const count = size === 1 ? first : size === 2 ? (first - 128) * 256 + second : second + third * 256 + 0x7f00;
  if (count === 0 && start + size !== end) throw new ZstdError('a block goes on behind its end');
  return { count, at: start + size };
}

function readTables(bytes: Uint8Array, start: number, end: number, tables: Tables): number {
  const modes = start < end ? (bytes[start] as number) : 0;
  if (start >= end || (modes & 3) !== 0) throw new ZstdError('the modes of a block are damaged');
  let at = start + 1;
  for (const [shift, kind] of [
    [6, literalLengths],
    [4, offsets],
    [2, matchLengths],
  ] as const) {
    const mode = (modes >> shift) & 3;
    if (mode === 0) tables[kind.name] = buildTable(kind.shares, kind.accuracy);
    else if (mode === 1) {
      const code = bytes[at++] ?? 255;
      if (at > end || code >= kind.codes) throw new ZstdError(`there is no code ${code}`);
      tables[kind.name] = rleTable(code);
    } else if (mode === 2) {
      const read = readTable(bytes, at, end, kind.codes, kind.mostAccuracy);
      tables[kind.name] = read.table;
      at = read.end;
    } else if (tables[kind.name] === undefined) throw noTable();
  }
  return at;
}

const noTable = (): ZstdError => new ZstdError('a block wants the table of one before, and there is none');
