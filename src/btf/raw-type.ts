/**
 * One type record as it stands in the file, under the names of the specification; what it means is types.ts's matter.
 *
 *   info    31        30..24   23..0
 *           kind_flag kind     vlen
 *
 * Up to Linux 6.x kind had 5 bits and vlen 16, and the bits between were unused and zero; the wider fields that newer
 * kernels define read both. Source: include/uapi/linux/btf.h.
 */
import { entryWords, fixedWords, TYPE_WORDS } from './kinds.ts';

export const infoKind = (info: number): number => (info >>> 24) & 0x7f;
export const infoVlen = (info: number): number => info & 0xff_ffff;
export const infoKindFlag = (info: number): boolean => info >>> 31 === 1;

/** A view of one record in the words of the type section; nothing is copied. */
export class RawType {
  readonly #words: Uint32Array;
  readonly #at: number;
  /** The number of the kind: see `KIND`. */
  readonly kind: number;

  /** @param at index of the record's first word; the record is known to be inside `words` */
  constructor(words: Uint32Array, at: number) {
    this.#words = words;
    this.#at = at;
    this.kind = infoKind(this.info);
  }

  get name_off(): number {
    return this.#word(0);
  }

  get info(): number {
    return this.#word(1);
  }

  /** The union of struct btf_type: `size` or `type`, as the kind has it. */
  get size_or_type(): number {
    return this.#word(2);
  }

  get vlen(): number {
    return infoVlen(this.info);
  }

  get kind_flag(): boolean {
    return infoKindFlag(this.info);
  }

  /** A word of the fixed part after struct btf_type: INT's data, btf_array's members, btf_var's linkage, component_idx. */
  fixed(word: number): number {
    return this.#word(TYPE_WORDS + word);
  }

  /** A word of an entry: a member, enumerator, parameter or variable of a section. */
  entry(index: number, word: number): number {
    return this.#word(TYPE_WORDS + (fixedWords[this.kind] ?? 0) + index * (entryWords[this.kind] ?? 0) + word);
  }

  #word(index: number): number {
    return this.#words[this.#at + index] ?? 0;
  }
}

/** The word after an INT record: encoding in bits 24..27, offset in 16..23, number of bits in 0..7. */
export const intEncoding = (data: number): number => (data >>> 24) & 0xf;
export const intOffset = (data: number): number => (data >>> 16) & 0xff;
export const intBits = (data: number): number => data & 0xff;

export const INT_SIGNED = 1;
export const INT_CHAR = 2;
export const INT_BOOL = 4;

/** A member's `offset` when kind_flag is set: bitfield size in bits 24..31, bit offset below. */
export const memberBitfieldSize = (offset: number): number => offset >>> 24;
export const memberBitOffset = (offset: number): number => offset & 0xff_ffff;
