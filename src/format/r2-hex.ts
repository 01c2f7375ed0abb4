/**
 * The layout of radare2's `px`.
 *
 *   - offset -           0 1  2 3  4 5  6 7  8 9  A B  C D  E F 0123456789ABCDEF
 *   0xffffffff836f4a10  6006 0081 ffff ffff a006 0081 ffff ffff `...............
 *
 * Sixteen bytes a line in pairs, then as ASCII with a dot for what is not printable; addresses have at least eight
 * digits. A line that ends early is filled with blanks.
 */
import { ByteWriter } from './byte-writer.ts';
import type { MemoryView } from './memory-view.ts';

const LINE = 16;
/** One read of the memory; a multiple of a line. */
const BLOCK = 1 << 14;

/** Chunks, each valid until the next is asked for. @returns the first byte that cannot be read, if `count` reaches it */
export function* printR2Hex(
  memory: MemoryView,
  start: bigint,
  count: number,
): Generator<Uint8Array, { readonly address: bigint } | undefined, undefined> {
  const writer = new ByteWriter();
  const width = addressText(start + BigInt(Math.max(0, count - 1))).length;
  writer.text(`${'- offset -'.padEnd(width)}   0 1  2 3  4 5  6 7  8 9  A B  C D  E F 0123456789ABCDEF\n`);
  for (let done = 0; done < count; ) {
    const length = Math.min(count - done, BLOCK);
    const address = start + BigInt(done);
    const bytes = memory.read(address, length);
    for (let at = 0; at < bytes.length; at += LINE) {
      writeLine(writer, addressText(address + BigInt(at)).padEnd(width), bytes.subarray(at, at + LINE));
    }
    yield writer.take();
    done += bytes.length;
    if (bytes.length < length) return { address: start + BigInt(done) };
  }
  return undefined;
}

const addressText = (address: bigint): string => `0x${address.toString(16).padStart(8, '0')}`;

function writeLine(writer: ByteWriter, address: string, bytes: Uint8Array): void {
  writer.text(address);
  writer.text(' ');
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('hex')
    .padEnd(LINE * 2);
  for (let pair = 0; pair < LINE / 2; pair++) writer.text(` ${hex.slice(pair * 4, pair * 4 + 4)}`);
  writer.byte(0x20);
  for (const byte of bytes) writer.byte(byte >= 0x20 && byte < 0x7f ? byte : 0x2e);
  writer.endLine();
}
