/**
 * RELR: relative relocations packed as a bitmap (gABI draft "Relative relocation table", SHT_RELR = 19).
 *
 *   words of the file's class; an even word is the place of one relocation and sets `next` to the word behind it;
 *   an odd word is a bitmap: bit i (from 1) set means a relocation at next + (i - 1) * wordsize; then `next` moves on
 *   by (wordbits - 1) words. The addend is the word that stands at the place.
 *
 * One word can stand for 63 places, so the places are not kept: every 64 words there is a checkpoint, `next` and the
 * number of places so far, and a place is found from the checkpoint before it.
 */
import { withinHalves } from '../bytes/columns.ts';
import { toWords } from '../bytes/words.ts';
import { ParseError } from '../errors.ts';

const blockWords = 64;

/** Where a walk over the words begins: a word, the number of places before it, and `next`. */
interface Position {
  readonly word: number;
  readonly before: number;
  readonly nextHi: number;
  readonly nextLo: number;
}

export class RelrPlaces {
  /** Number of places. */
  readonly count: number;
  /** What is wrong although places can be told. Bitmaps before the first place are skipped, places wrap around. */
  readonly damage: ParseError | undefined;
  readonly #words: Uint32Array;
  readonly #length: number;
  readonly #is64: boolean;
  /** Index of the low half in the two 32-bit words of a 64-bit one. */
  readonly #low: number;
  readonly #size: number;
  /** Words before the first place. */
  readonly #first: number;
  /** Places before each block of words, and `next` at its start. */
  readonly #before: Float64Array;
  readonly #nextHi: Uint32Array;
  readonly #nextLo: Uint32Array;
  /** The word that held the last place asked for. */
  #last: Position | undefined;
  /** The last entry asked for, in that word, and its bit. */
  #lastIndex = 0;
  #lastBit = 1;

  /**
   * @param bytes the section
   * @param fileOffset of its first byte, for the error
   */
  constructor(bytes: Uint8Array, is64: boolean, littleEndian: boolean, fileOffset: number) {
    this.#words = toWords(bytes, littleEndian);
    this.#is64 = is64;
    this.#low = is64 && !littleEndian ? 1 : 0;
    this.#size = is64 ? 8 : 4;
    this.#length = Math.floor(bytes.length / this.#size);
    const blocks = Math.ceil(this.#length / blockWords);
    this.#before = new Float64Array(blocks);
    this.#nextHi = new Uint32Array(blocks);
    this.#nextLo = new Uint32Array(blocks);
    let first = 0;
    while (first < this.#length && (this.#lo(first) & 1) === 1) first++;
    this.#first = first;

    let overflow: number | undefined;
    let [lastHi, lastLo] = [0, 0];
    this.count = this.#walk(this.#checkpoint(0), (word, index, hi, lo) => {
      if (word % blockWords === 0) {
        this.#before[word / blockWords] = index;
        this.#nextHi[word / blockWords] = hi;
        this.#nextLo[word / blockWords] = lo;
      }
      const isPlace = this.#isPlace(word);
      if (!isPlace && (hi < lastHi || (hi === lastHi && lo < lastLo) || this.#wraps(word, hi, lo))) overflow ??= word;
      lastHi = isPlace ? this.#hi(word) : hi;
      lastLo = isPlace ? this.#lo(word) : lo;
      return true;
    });
    const bad = (word: number, problem: string) => {
      const offset = fileOffset + word * this.#size;
      return new ParseError({ code: 'bad-value', structure: 'RELR table', offset, problem });
    };
    if (first > 0) this.damage = bad(0, `it begins with a bitmap (${first} of them), expected a place to count from`);
    else if (overflow !== undefined) this.damage = bad(overflow, 'its bitmap reaches past the last address');
  }

  /** The place of entry `index`, 0 ≤ index < count. */
  at(index: number): bigint {
    // Entries are mostly asked for one after the other: the next is in the same word, or in one behind it.
    const last = this.#last;
    if (last !== undefined && index >= last.before && index < last.before + this.#placesOf(last.word)) {
      return this.#placeIn(last, index);
    }
    let low = 0;
    let high = this.#before.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#before[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    const block = Math.max(0, low - 1);
    const near = last !== undefined && last.before <= index && last.word >= block * blockWords;
    let place = 0n;
    this.#walk(near ? last : this.#checkpoint(block), (word, before, nextHi, nextLo) => {
      if (index >= before + this.#placesOf(word)) return true;
      this.#last = { word, before, nextHi, nextLo };
      this.#lastIndex = before;
      this.#lastBit = 1;
      place = this.#placeIn(this.#last, index);
      return false;
    });
    return place;
  }

  /** The place of an entry that the last word has, from the bit of the last entry on. */
  #placeIn({ word, before, nextHi, nextLo }: Position, index: number): bigint {
    if (this.#isPlace(word)) return wide(this.#hi(word), this.#lo(word));
    const isBehind = index >= this.#lastIndex;
    let bit = isBehind ? this.#lastBit : 1;
    let left = index - (isBehind ? this.#lastIndex : before);
    while (!this.#isSet(word, bit) || left-- > 0) bit++;
    this.#lastIndex = index;
    this.#lastBit = bit;
    const sum = nextLo + (bit - 1) * this.#size;
    return wide(this.#carried(nextHi, sum), sum >>> 0);
  }

  #isSet(word: number, bit: number): boolean {
    return ((bit < 32 ? this.#lo(word) >>> bit : this.#hi(word) >>> (bit - 32)) & 1) !== 0;
  }

  /** The upper half of an address of which the lower one came to `sum`. */
  #carried(hi: number, sum: number): number {
    if (sum <= 0xffffffff) return hi;
    return this.#is64 ? (hi + 1) >>> 0 : 0;
  }

  /** Call `visit` with each place of [start, stop): its index, its address in halves. */
  forEachIn(start: bigint, stop: bigint, visit: (index: number, hi: number, lo: number) => void): void {
    const inside = withinHalves(start, stop);
    // The range and a bitmap's reach before it: words that count from elsewhere are passed over.
    const reach = BigInt(this.#size * this.#size * 8);
    const nearby = withinHalves(start > reach ? start - reach : 0n, stop);
    this.#walk(this.#checkpoint(0), (word, before, nextHi, nextLo) => {
      if (word < this.#first) return true;
      if (this.#isPlace(word)) {
        if (inside(this.#hi(word), this.#lo(word))) visit(before, this.#hi(word), this.#lo(word));
      } else if (nearby(nextHi, nextLo) || this.#wraps(word, nextHi, nextLo)) {
        this.#places(word, before, nextHi, nextLo, (index, hi, lo) => {
          if (inside(hi, lo)) visit(index, hi, lo);
        });
      }
      return true;
    });
  }

  #checkpoint(block: number): Position {
    return {
      word: block * blockWords,
      before: this.#before[block] ?? 0,
      nextHi: this.#nextHi[block] ?? 0,
      nextLo: this.#nextLo[block] ?? 0,
    };
  }

  /**
   * Call `visit` with each word from a position: the number of places before it, and `next`.
   * @param visit returns false to end the walk
   * @returns the number of places before the word where it ended
   */
  #walk(from: Position, visit: (word: number, before: number, nextHi: number, nextLo: number) => boolean): number {
    let { before, nextHi: hi, nextLo: lo } = from;
    const span = this.#size * (this.#size * 8 - 1);
    for (let word = from.word; word < this.#length; word++) {
      if (!visit(word, before, hi, lo)) return before;
      before += this.#placesOf(word);
      const isPlace = this.#isPlace(word);
      const sum = isPlace ? this.#lo(word) + this.#size : lo + span;
      if (isPlace) hi = this.#hi(word);
      if (sum > 0xffffffff) hi = this.#is64 ? (hi + 1) >>> 0 : 0;
      lo = sum >>> 0;
    }
    return before;
  }

  /** The places that one word stands for. */
  #places(
    word: number,
    before: number,
    nextHi: number,
    nextLo: number,
    visit: (index: number, hi: number, lo: number) => void,
  ): void {
    if (this.#isPlace(word)) {
      visit(before, this.#hi(word), this.#lo(word));
      return;
    }
    let index = before;
    for (let bit = 1; bit < this.#size * 8; bit++) {
      if (!this.#isSet(word, bit)) continue;
      const sum = nextLo + (bit - 1) * this.#size;
      visit(index++, this.#carried(nextHi, sum), sum >>> 0);
    }
  }

  #placesOf(word: number): number {
    if (word < this.#first) return 0;
    return this.#isPlace(word) ? 1 : bits(this.#lo(word)) - 1 + bits(this.#hi(word));
  }

  /** Whether the last place of a bitmap is beyond the last address of the class. */
  #wraps(word: number, nextHi: number, nextLo: number): boolean {
    if (nextHi !== (this.#is64 ? 0xffffffff : 0)) return false;
    const last = this.#hi(word) !== 0 ? 63 - Math.clz32(this.#hi(word)) : 31 - Math.clz32(this.#lo(word));
    return last > 0 && nextLo + (last - 1) * this.#size > 0xffffffff;
  }

  #isPlace(word: number): boolean {
    return (this.#lo(word) & 1) === 0;
  }

  #lo(word: number): number {
    return this.#words[this.#is64 ? word * 2 + this.#low : word] as number;
  }

  #hi(word: number): number {
    return this.#is64 ? (this.#words[word * 2 + 1 - this.#low] as number) : 0;
  }
}

const wide = (hi: number, lo: number): bigint => (BigInt(hi) << 32n) | BigInt(lo);

function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
