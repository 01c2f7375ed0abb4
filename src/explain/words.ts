/** Numbers as sentences have them. */

/** 34264 → "34,264" */
export const commas = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
/** "1 slot", "34,264 slots" */
export const plural = (value: number, noun: string): string => `${commas(value)} ${noun}${value === 1 ? '' : 's'}`;
/** 64 → "0x40" */
export const hex = (value: number): string => `0x${value.toString(16)}`;
