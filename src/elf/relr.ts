/**
 * RELR: relative relocations packed as a bitmap (gABI draft "Relative relocation table", SHT_RELR = 19).
 *
 *   words of the file's class; an even word is the place of one relocation and sets `next` to the word behind it;
 *   an odd word is a bitmap: bit i (from 1) set means a relocation at next + (i - 1) * wordsize; then `next` moves on
 *   by (wordbits - 1) words. The addend is the word that stands at the place.
 */
import { type U64Column, u64Column } from '../bytes/columns.ts';
import { ParseError } from '../errors.ts';

export interface RelrPlaces {
  readonly places: U64Column;
  readonly count: number;
  /** A table that begins with a bitmap has no place to count from; its first words are then skipped. */
  readonly damage: ParseError | undefined;
}

function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * The places of every relocation of an SHT_RELR section, in order.
 * @param bytes the section; its length bounds what is allocated (at most 63 places a word)
 * @param fileOffset of its first byte, for the error
 */
export function decodeRelr(bytes: Uint8Array, is64: boolean, littleEndian: boolean, fileOffset: number): RelrPlaces {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = is64 ? 8 : 4;
  const words = Math.floor(bytes.length / size);
  const low = (i: number) => view.getUint32(i * size + (is64 && !littleEndian ? 4 : 0), littleEndian);
  const high = (i: number) => (is64 ? view.getUint32(i * size + (littleEndian ? 4 : 0), littleEndian) : 0);

  let first = 0;
  while (first < words && (low(first) & 1) === 1) first++;
  const damage =
    first === 0
      ? undefined
      : new ParseError({
          code: 'bad-value',
          structure: 'RELR table',
          offset: fileOffset,
          problem: `it begins with ${first} bitmap word${first === 1 ? '' : 's'} and no place to count from`,
        });

  let count = 0;
  for (let i = first; i < words; i++) count += (low(i) & 1) === 0 ? 1 : bits(low(i)) - 1 + bits(high(i));

  const places = u64Column(count);
  let row = 0;
  const put = (place: bigint) => {
    const value = BigInt.asUintN(64, place);
    places.hi[row] = Number(value >> 32n);
    places.lo[row] = Number(value & 0xffffffffn);
    row++;
  };
  let next = 0n;
  const step = BigInt(size);
  const span = BigInt(size * (size * 8 - 1));
  for (let i = first; i < words; i++) {
    const lo = low(i);
    const hi = high(i);
    if ((lo & 1) === 0) {
      const place = (BigInt(hi) << 32n) | BigInt(lo);
      put(place);
      next = place + step;
      continue;
    }
    for (let bit = 1; bit < size * 8; bit++) {
      const set = bit < 32 ? (lo >>> bit) & 1 : (hi >>> (bit - 32)) & 1;
      if (set === 1) put(next + BigInt(bit - 1) * step);
    }
    next += span;
  }
  return { places, count, damage };
}
