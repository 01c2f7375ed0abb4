/** Numbers as kernel people write them: addresses with all their digits, offsets with 0x, counts with commas. */

export const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');
export const hex8 = (value: bigint): string => value.toString(16).padStart(8, '0');
/** An address or word with all the digits of its class. */
export const hexWord = (value: bigint, wordSize: 4 | 8): string => (wordSize === 8 ? hex16(value) : hex8(value));
export const offsetHex = (value: number | bigint): string => `0x${value.toString(16)}`;
// Not toLocaleString: loading its tables costs 15 ms before the first frame.
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
/** "+0x10", "-8", "" for 0. */
export const signedOffset = (value: bigint): string =>
  value === 0n ? '' : value > 0n ? `+0x${value.toString(16)}` : `-0x${(-value).toString(16)}`;
/** "1 slot", "2 slots" */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
