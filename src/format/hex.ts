/** Numbers as kernel people write them: addresses with all their digits, offsets with 0x, counts with commas. */

export const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');
const hex8 = (value: bigint): string => value.toString(16).padStart(8, '0');
/** An address or word with all the digits of its class. */
export const hexWord = (value: bigint, wordSize: 4 | 8): string => (wordSize === 8 ? hex16(value) : hex8(value));
// Not toLocaleString: loading its tables costs 15 ms before the first frame.
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
