/**
 * The file's bytes by address, as a debugger without a process reads them: from sections that the file holds, across
 * sections that touch, up to the first byte that is in none (NOBITS holds none). A part may be overlaid with other
 * bytes: the mcount region after relocation.
 */
import type { ElfFile } from '../elf/elf-file.ts';

export interface Overlay {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

export class MemoryView {
  readonly littleEndian: boolean;
  readonly #elf: ElfFile;
  readonly #overlay: Overlay | undefined;

  constructor(elf: ElfFile, overlay?: Overlay) {
    this.#elf = elf;
    this.littleEndian = elf.header.littleEndian;
    this.#overlay = overlay;
  }

  /**
   * The bytes from an address on, fewer than `length` where the readable range ends.
   * With an overlay only the overlaid range is readable: what lies behind it would be bytes of another kind.
   * @throws ParseError truncated when a section lies outside the file
   */
  read(address: bigint, length: number): Uint8Array {
    if (this.#overlay !== undefined) return overlaid(this.#overlay, address, length);
    const parts: Uint8Array[] = [];
    let done = 0;
    while (done < length) {
      const part = this.#readPart(address + BigInt(done), length - done);
      if (part === undefined || part.length === 0) break;
      parts.push(part);
      done += part.length;
    }
    const [first] = parts;
    return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
  }

  #readPart(address: bigint, length: number): Uint8Array | undefined {
    const found = this.#elf.addressSpace.locate(address);
    if (found?.offset === undefined) return undefined;
    return this.#elf.bytesAt(address, length);
  }
}

function overlaid(overlay: Overlay, address: bigint, length: number): Uint8Array {
  const at = address - overlay.start;
  if (at < 0n || at >= BigInt(overlay.bytes.length)) return new Uint8Array(0);
  return overlay.bytes.subarray(Number(at), Number(at) + length);
}
