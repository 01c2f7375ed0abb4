/**
 * A copy of the names for another thread, made piece by piece: six megabytes at once would keep the screen for 7 ms.
 *
 * Posting a view instead would send the whole buffer under it, and transferring it would take it away from the panes.
 */
import type { SearchInput } from './types.ts';

type Column = Uint8Array | Uint32Array;

const PIECE = 256 * 1024;

/** Yields after each piece. The result's buffers are its own: {@link buffersOf} may be transferred. */
export function* copyInput({ symbols, funcs }: SearchInput): Generator<void, SearchInput> {
  const copy: SearchInput = {
    symbols: {
      strings: new Uint8Array(symbols.strings.length),
      names: new Uint32Array(symbols.names.length),
      types: new Uint8Array(symbols.types.length),
    },
    funcs: { strings: new Uint8Array(funcs.strings.length), names: new Uint32Array(funcs.names.length) },
  };
  const from = columnsOf({ symbols, funcs });
  const to = columnsOf(copy);
  for (const [i, column] of from.entries()) {
    for (let at = 0; at < column.length; at += PIECE) {
      to[i]?.set(column.subarray(at, at + PIECE), at);
      yield;
    }
  }
  return copy;
}

export const buffersOf = (input: SearchInput): ArrayBuffer[] =>
  columnsOf(input).map(({ buffer }) => buffer as ArrayBuffer);

const columnsOf = ({ symbols, funcs }: SearchInput): Column[] => [
  symbols.strings,
  symbols.names,
  symbols.types,
  funcs.strings,
  funcs.names,
];
