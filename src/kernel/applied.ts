/**
 * Whether the relative relocations that the boot code applies were applied in the file too: what stands at each place.
 *
 *   zero      --no-apply-dynamic-relocs: the value is in the entry only
 *   addend    the linker wrote the value that the entry gives as well
 *   other     neither
 *
 * RELR has no addend but the word at the place, so there the question is only whether it is zero. The linker's own
 * record (--emit-relocs, no SHF_ALLOC) is not for the boot code and is not asked.
 */
import type { ElfFile } from '../elf/elf-file.ts';
import { ParseError } from '../errors.ts';
import type { RelocationList } from './relocation-list.ts';

export interface AppliedCounts {
  /** RELA entries whose type is relative. */
  readonly rela: {
    readonly entries: number;
    readonly zero: number;
    readonly addend: number;
    readonly other: number;
    /** Places that the file holds no bytes of. */
    readonly unreadable: number;
  };
  /** RELR places, and relative REL entries: the addend is in the bytes. */
  readonly inPlace: { readonly entries: number; readonly zero: number; readonly unreadable: number };
}

/** Reads words of the file by offset, in blocks: the places of a relocation section are near each other, not sorted. */
class WordReader {
  readonly #elf: ElfFile;
  readonly #blocks = new Map<number, DataView>();
  static readonly blockSize = 1 << 16;
  static readonly mostBlocks = 256;

  constructor(elf: ElfFile) {
    this.#elf = elf;
  }

  at(address: bigint): bigint | undefined {
    const { wordSize, source, header } = this.#elf;
    const found = this.#elf.addressSpace.locate(address);
    if (found?.offset === undefined || found.available < wordSize || found.offset + wordSize > source.size) {
      return undefined;
    }
    const start = found.offset - (found.offset % WordReader.blockSize);
    let view = this.#blocks.get(start);
    if (view === undefined) {
      // A word may cross the block's end, so each block holds one word more.
      const bytes = source.read(start, Math.min(WordReader.blockSize + wordSize, source.size - start), 'data');
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (this.#blocks.size >= WordReader.mostBlocks) this.#blocks.clear();
      this.#blocks.set(start, view);
    }
    const at = found.offset - start;
    return wordSize === 8
      ? view.getBigUint64(at, header.littleEndian)
      : BigInt(view.getUint32(at, header.littleEndian));
  }
}

/** The counts do not change while a file is open, and are asked for again and again. */
const counted = new WeakMap<RelocationList, AppliedCounts>();

/** The counts, if somebody has counted already. */
export const knownApplied = (relocations: RelocationList): AppliedCounts | undefined => counted.get(relocations);

/** One pass over the relative entries of the sections that the boot code applies. */
export function countApplied(elf: ElfFile, relocations: RelocationList): AppliedCounts {
  const counting = countingApplied(elf, relocations);
  for (;;) {
    const step = counting.next();
    if (step.done) return step.value;
  }
}

/** Entries that are looked at between two yields. */
const entriesAStep = 1024;

/** The same in pieces, for who has keys to answer meanwhile: yields about every millisecond. */
export function* countingApplied(elf: ElfFile, relocations: RelocationList): Generator<number, AppliedCounts, void> {
  const known = counted.get(relocations);
  if (known !== undefined) return known;
  const words = new WordReader(elf);
  const rela = { entries: 0, zero: 0, addend: 0, other: 0, unreadable: 0 };
  const inPlace = { entries: 0, zero: 0, unreadable: 0 };
  for (const table of relocations.tables) {
    if (!table.pending || elf.isRelocatable) continue;
    try {
      for (let index = 0; index < table.count; index++) {
        if (index % entriesAStep === entriesAStep - 1) yield index / table.count;
        const { place, type, addend } = table.entry(index);
        if (table.machine.classOf(type) !== 'relative') continue;
        const word = words.at(place);
        if (addend === undefined) {
          inPlace.entries++;
          if (word === undefined) inPlace.unreadable++;
          else if (word === 0n) inPlace.zero++;
          continue;
        }
        rela.entries++;
        if (word === undefined) rela.unreadable++;
        else if (word === BigInt.asUintN(elf.wordSize * 8, addend)) rela[word === 0n ? 'zero' : 'addend']++;
        else rela[word === 0n ? 'zero' : 'other']++;
      }
    } catch (error) {
      // The file shrank, or the disk failed: what was counted so far stands.
      if (!(error instanceof ParseError)) throw error;
    }
  }
  const result = { rela, inPlace };
  counted.set(relocations, result);
  return result;
}
