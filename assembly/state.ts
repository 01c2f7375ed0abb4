/** What a thread's instance is set up with, and the unit at hand. */

/** Where the thread's region starts: layout.ts. */
export let base: u32 = 0;
export let abbrevStart: u32 = 0;
export let abbrevEnd: u32 = 0;
export let strStart: u32 = 0;
/** Bytes up to the last NUL: a string that starts past them never ends. */
export let strSize: u32 = 0;
export let lineStrSize: u32 = 0;

/** The first and the last byte + 1 of the unit, as addresses. */
export let unitStart: u32 = 0;
export let unitEnd: u32 = 0;

export function setUp(region: u32, abbrev: u32, abbrevSize: u32, str: u32, strBytes: u32, lineStrBytes: u32): void {
  base = region;
  abbrevStart = abbrev;
  abbrevEnd = abbrev + abbrevSize;
  strStart = str;
  strSize = strBytes;
  lineStrSize = lineStrBytes;
}

export function enterUnit(start: u32, end: u32): void {
  unitStart = start;
  unitEnd = end;
}
