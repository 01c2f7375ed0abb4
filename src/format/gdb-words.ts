/**
 * What gdb (13) prints for `x/COUNTgx ADDRESS` on a file, byte for byte.
 *
 *   0xffffffff82d91180:	0xffffffff82c24555	0xffffffff82c245b1
 *   0xffffffff82dd3780 <__setup_str_initcall_blacklist+8>:	0x696c6b63616c625f	0x6e696472003d7473
 *
 * Two 8-byte words a line, in every class. A line's address gets a name when it is inside a symbol that has a size;
 * symbols without one name nothing here, so the region itself, which only labels mark, has none. The first byte that
 * cannot be read ends the listing in the middle of its line, and the rest is an error.
 */
import { lowerBound, u64At, upperBound } from '../bytes/columns.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { SymbolIndexByAddress } from '../kernel/symbol-index.ts';
import { ByteWriter } from './byte-writer.ts';
import type { MemoryView } from './memory-view.ts';
import type { NameStyle } from './nm.ts';
import { visible } from './visible.ts';

/** One read of the memory; a multiple of a line. */
const BLOCK = 1 << 14;

export interface Unreadable {
  /** The first byte that cannot be read. */
  readonly address: bigint;
}

export interface WordsRequest {
  readonly memory: MemoryView;
  readonly start: bigint;
  /** 8-byte words. */
  readonly count: number;
  /** Names for the lines' addresses. */
  readonly nameOf: (address: bigint) => string | undefined;
  readonly names: NameStyle;
}

/** Chunks, each valid until the next is asked for. @returns where memory ended, if it ended before `count` */
export function* printGdbWords(request: WordsRequest): Generator<Uint8Array, Unreadable | undefined, undefined> {
  const { memory, start, count } = request;
  const writer = new ByteWriter();
  for (let done = 0; done < count; ) {
    const words = Math.min(count - done, BLOCK / 8);
    const address = BigInt.asUintN(64, start + BigInt(done * 8));
    const bytes = memory.read(address, words * 8);
    const readable = Math.floor(bytes.length / 8);
    for (let written = 0; written < readable; ) {
      written = writeLines(writer, request, address, bytes, written, readable);
      if (written < readable) yield writer.take();
    }
    done += readable;
    if (readable < words) {
      // gdb has written the line's start, or the word before this one, when it finds out.
      if (readable % 2 === 0) writeAddress(writer, request, address + BigInt(readable * 8));
      writer.text('\t');
      yield writer.take();
      return { address: address + BigInt(bytes.length) };
    }
    if (done === count && count % 2 === 1) writer.endLine();
    yield writer.take();
  }
  return undefined;
}

/** Lines from word `from` on until the chunk is full. @returns the first word that has none yet; `words` at the end */
function writeLines(
  writer: ByteWriter,
  request: WordsRequest,
  address: bigint,
  bytes: Uint8Array,
  from: number,
  words: number,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = request.memory.littleEndian;
  for (let i = from; i < words; i++) {
    // A block of 16 KB is many lines, and each may have a name as long as the string table.
    if (i % 2 === 0 && writer.isFull) return i;
    if (i % 2 === 0) writeAddress(writer, request, address + BigInt(i * 8));
    writer.text('\t0x');
    const hi = view.getUint32(i * 8 + (little ? 4 : 0), little);
    writer.hex(hi, view.getUint32(i * 8 + (little ? 0 : 4), little), 16);
    if (i % 2 === 1) writer.endLine();
  }
  return words;
}

function writeAddress(writer: ByteWriter, request: WordsRequest, address: bigint): void {
  writer.text(`0x${address.toString(16)}`);
  const name = request.nameOf(address);
  if (name !== undefined) {
    writer.text(' <');
    if (request.names === 'raw') writer.text(name);
    else writer.utf8(visible(name));
    writer.text('>');
  }
  writer.text(':');
}

/**
 * The name that gdb gives a data address: `symbol+offset` of the nearest sized symbol of the same section at or below
 * it, when the address is inside its extent, or inside that of the one before it.
 */
export function gdbDataNames(
  elf: ElfFile,
  symbols: SymbolIndexByAddress | undefined,
): (address: bigint) => string | undefined {
  if (symbols === undefined) return () => undefined;
  const { table, addresses } = symbols;
  const isSized = (row: number) => table.size(row) !== 0n && table.nameOffset(row) !== 0;
  const order = symbols.byAddress.filter(isSized);
  const extends_ = (row: number, address: bigint) => address < u64At(addresses, row) + table.size(row);
  return (address) => {
    const section = elf.addressSpace.locate(address)?.span.section?.index;
    const ofSection = (row: number) => table.sectionOf(row) === section;
    let at = upperBound(addresses, order, address) - 1;
    while (at >= 0 && !ofSection(order[at] as number)) at--;
    if (at < 0) return undefined;
    let row = order[at] as number;
    if (!extends_(row, address)) {
      const before = order[at - 1];
      if (before === undefined || !extends_(before, address)) return undefined;
      row = before;
    }
    // Of several symbols at one address gdb takes the one whose name comes last in the string table.
    const start = u64At(addresses, row);
    for (let i = lowerBound(addresses, order, start); u64At(addresses, order[i] ?? 0) === start; i++) {
      const other = order[i];
      if (other === undefined) break;
      if (ofSection(other) && extends_(other, address) && table.nameOffset(other) > table.nameOffset(row)) row = other;
    }
    const offset = address - start;
    return `${table.name(row) ?? ''}${offset === 0n ? '' : `+${offset}`}`;
  };
}
