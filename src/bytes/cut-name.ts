/**
 * Names in the formats of this program, as long as a name can be that a person or a program has use for.
 *
 *   the first 4,096 bytes... (495904 more bytes)
 *
 * KSYM_NAME_LEN is 512. Nothing stops a file of a megabyte from having 20,000 names that all are its string table, and a
 * listing of them would be 10 GB. The formats of other tools have names whole, as those tools have.
 */

/** Bytes of a name, and of the text of a cell. */
const longestName = 4096;
/** Of one of the names in a row: members, parameters and enumerators, of which a type may have 65,535. */
const longestPart = 1024;

/** @param name latin1, a character a byte; not cut inside a character of UTF-8 */
export const cutName = (name: string): string => cutAt(name, longestName);

/** As {@link cutName}, for the names of which a row has many. */
export const cutPart = (name: string): string => cutAt(name, longestPart);

function cutAt(name: string, longest: number): string {
  if (name.length <= longest) return name;
  let end = longest;
  while (end > longest - 3 && (name.charCodeAt(end) & 0xc0) === 0x80) end--;
  return `${name.slice(0, end)}... (${name.length - end} more bytes)`;
}
