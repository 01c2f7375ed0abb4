/**
 * Values as gdb 13 prints them with `set print address off`: a text has its quotes and no address, and an address is
 * shown only where it is the value itself.
 */
import { Complaint } from '../complaint.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { addressOf, functionsBase, members } from './structs.ts';
import { type Raw, type StructName, sizeOf, type Type, typeName, type Value } from './value.ts';

/** The letters of print/F that mean something here. */
export type Format = 'x' | 'd' | 'u' | 'o' | 't' | 'c' | 'a' | 'z' | 's' | 'f';
export const isFormat = (letter: string): letter is Format => 'xduotcazsf'.includes(letter) && letter.length === 1;

/** Elements and characters that are printed before three dots stand for the rest. */
const limit = 200;
/** Equal neighbours from this many on are printed once. */
const repeats = 10;

/** What print shows behind "$1 = ". */
export function printValue(world: World, place: Place, value: Value, format?: Format): string {
  const { type, raw } = value;
  const isPointer = type.kind === 'pointer' || type.kind === 'words' || type.kind === 'functions';
  const prefix = isPointer && (format === undefined || format === 's') ? `(${typeName(type)}) ` : '';
  return prefix + innerValue(world, place, type, raw, format);
}

/** The same inside a structure, and in info locals: a pointer without its type. */
export function innerValue(world: World, place: Place, type: Type, raw: Raw, format?: Format): string {
  switch (type.kind) {
    case 'void':
      return 'void';
    case 'string':
      return raw === undefined ? '0x0' : quote(raw as string);
    case 'pointer':
      return printAddress(addressOf(world, type.of, raw as number), format);
    case 'words':
      return printAddress(raw as bigint, format);
    case 'functions':
      return printAddress(functionsBase, format);
    case 'struct':
      return printStruct(world, place, type.of, raw as number, format);
    case 'array':
      return printArray(world, place, type.of, raw as readonly Raw[], format);
    default:
      return printNumber(type, raw as number | bigint, format);
  }
}

const printAddress = (address: bigint, format?: Format): string =>
  format === undefined || 'sxa'.includes(format) ? `0x${address.toString(16)}` : digits(address, 8, format);

function printStruct(world: World, place: Place, of: StructName, row: number, format?: Format): string {
  const parts = Object.entries(members[of]).map(([name, member]) => {
    return `${name} = ${innerValue(world, place, member.type, member.read(world, row, place), format)}`;
  });
  return `{${parts.join(', ')}}`;
}

function printArray(world: World, place: Place, type: Type, rows: readonly Raw[], format?: Format): string {
  const texts = rows.slice(0, limit).map((raw) => innerValue(world, place, type, raw, format));
  const parts: string[] = [];
  for (let at = 0; at < texts.length; ) {
    const text = texts[at] as string;
    let end = at + 1;
    while (texts[end] === text) end++;
    if (end - at >= repeats) parts.push(`${text} <repeats ${end - at} times>`);
    else for (let i = at; i < end; i++) parts.push(text);
    at = end;
  }
  return `{${parts.join(', ')}}${rows.length > limit ? '...' : ''}`;
}

function printNumber(type: Type, raw: number | bigint, format?: Format): string {
  if (format === undefined || format === 's' || format === 'f') {
    if (type.kind === 'bool') return raw === 0 ? 'false' : 'true';
    return type.kind === 'char' ? digits(BigInt(raw), 1, 'c') : String(raw);
  }
  return digits(BigInt(raw), sizeOf(type), format);
}

/** A number of so many bytes in a format. @param padded whether x fills the width with zeros, as the command x does */
export function digits(value: bigint, size: number, format: Format, padded = false): string {
  const bits = size * 8;
  const unsigned = BigInt.asUintN(bits, value);
  switch (format) {
    case 'd':
      return String(BigInt.asIntN(bits, value));
    case 'u':
      return String(unsigned);
    case 'o':
      return unsigned === 0n ? '0' : `0${unsigned.toString(8)}`;
    case 't':
      return padded ? unsigned.toString(2).padStart(bits, '0') : unsigned.toString(2);
    case 'c': {
      const signed = Number(BigInt.asIntN(8, value));
      return `${signed} ${characterLiteral(signed & 0xff)}`;
    }
    case 'z':
      return `0x${unsigned.toString(16).padStart(size * 2, '0')}`;
    case 'a':
      return `0x${unsigned.toString(16)}`;
    default:
      return `0x${padded ? unsigned.toString(16).padStart(size * 2, '0') : unsigned.toString(16)}`;
  }
}

const named: Readonly<Record<number, string>> = {
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: '033',
};

const escaped = (code: number): string => `\\${named[code] ?? code.toString(8).padStart(3, '0')}`;

function characterLiteral(code: number): string {
  const character = String.fromCharCode(code);
  if (code < 0x20 || code > 0x7e) return `'${escaped(code)}'`;
  return character === "'" || character === '\\' ? `'\\${character}'` : `'${character}'`;
}

/** A name in quotes; its bytes beyond ASCII, and those that a terminal would obey, in octal. */
export function quote(text: string): string {
  const shown = text.slice(0, limit).replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    return character === '"' || character === '\\' ? `\\${character}` : escaped(character.charCodeAt(0));
  });
  return `"${shown}"${text.length > limit ? '...' : ''}`;
}

/** "/x" and "/4gx" taken off the front of arguments. @throws Complaint */
export function takeFormat(text: string): { readonly format: string; readonly rest: string } {
  const match = /^\/(\S*)\s*(.*)$/s.exec(text);
  return match === null ? { format: '', rest: text } : { format: match[1] ?? '', rest: match[2] ?? '' };
}

/** The format of print/F. @throws Complaint */
export function printFormat(text: string): Format | undefined {
  if (text === '') return undefined;
  const match = /^(\d*)([a-z]*)$/.exec(text);
  if (match === null || (match[1] !== '' && match[1] !== '1')) {
    throw new Complaint('Item count other than 1 is meaningless in "print" command.');
  }
  const letter = match[2] ?? '';
  if (!isFormat(letter)) throw new Complaint(`Undefined output format "${letter}".`);
  return letter;
}
