/**
 * JSON that is safe anywhere: ASCII only, addresses as strings, names as text.
 *
 *   bigint      "0xffff800010747510", "-0x4": a double cannot hold an address
 *   a name      UTF-8 where its bytes are that, else one character a byte (U+0000 to U+00FF)
 *   undefined   the key is left out; null says that the file has none
 */
import { cutName, cutPart } from '../bytes/cut-name.ts';
import { decodeUtf8 } from './visible.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | bigint
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** One line of JSON, without a line end. */
export const toJson = (value: JsonValue): string => ascii(JSON.stringify(value, plainPart));

/** The same where strings are names from the file, latin1: an answer about one function. */
export const answerToJson = (answer: JsonValue): string => ascii(JSON.stringify(answer, namedPart));

/**
 * The same for a row of many: its names are cut to what has a use.
 * @param cutInner how those are cut that are not of the row itself, but of a list or an object in it
 */
export function rowToJson(row: JsonObject, cutInner = cutPart): string {
  return ascii(
    JSON.stringify(row, function (this: unknown, key: string, part: unknown): unknown {
      if (typeof part !== 'string') return plainPart(key, part);
      return nameText(this === row ? cutName(part) : cutInner(part));
    }),
  );
}

const plainPart = (_: string, part: unknown): unknown => (typeof part === 'bigint' ? hexText(part) : part);
const namedPart = (_: string, part: unknown): unknown =>
  typeof part === 'string' ? nameText(part) : typeof part === 'bigint' ? hexText(part) : part;

function ascii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]/g, escapeUnit);
}

/** A latin1 name from the file as text. */
export const nameText = (name: string): string => (/^[\x00-\x7f]*$/.test(name) ? name : (decodeUtf8(name) ?? name));

export const hexText = (value: bigint): string =>
  value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
