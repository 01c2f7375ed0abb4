/**
 * x/NFU: memory, as gdb lays it out.
 *
 *   0xffff80001114b830:	0x0000000000000000	0x0000000000000000
 *
 * Two giant words a line, four words, eight halfwords or bytes. The only memory that a replay has is the array of slots.
 */
import { Complaint } from './complaint.ts';
import { addressValue } from './expression/pointers.ts';
import { digits, type Format, isFormat } from './expression/print.ts';
import { wordReader } from './memory.ts';
import { evaluate, type Situation, selectedPlace } from './situation.ts';
import type { Examined } from './state.ts';

const sizes: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };
const perLine: Readonly<Record<number, number>> = { 1: 8, 2: 8, 4: 4, 8: 2 };
/** More elements than the region of any kernel has, in bytes. */
const mostElements = 1 << 22;

/** Whether a display's format is one of x and not of print: it has a count or a size. */
export const isMemoryFormat = (format: string): boolean => /\d|[bhwgi]/.test(format);

/**
 * @param text the address; '' goes on behind the last one
 * @throws Complaint
 */
export function examine(
  situation: Situation,
  format: string,
  text: string,
): { readonly lines: readonly string[]; readonly examined: Examined } {
  const { world, state } = situation;
  const wanted = parseFormat(format, state.examined, text === '' && format === '');
  const value = text === '' ? undefined : evaluate(situation, text);
  if (value?.type.kind === 'string') {
    throw new Complaint('The replay has no memory behind a text; print shows it.');
  }
  let address = value === undefined ? state.examined.address : addressValue(world, value);
  if (wanted.count < 0) address += BigInt(wanted.count * wanted.size);
  const count = Math.abs(wanted.count);
  const read = wordReader(world, selectedPlace(situation));
  const lines: string[] = [];
  let line = '';
  const columns = perLine[wanted.size] ?? 2;
  for (let i = 0; i < count; i++) {
    if (i % columns === 0) {
      if (i > 0) lines.push(line);
      line = `0x${address.toString(16)}:`;
    }
    const word = read(address, wanted.size);
    if (word === undefined) {
      lines.push(`${line}\tCannot access memory at address 0x${address.toString(16)}`);
      return { lines, examined: { ...wanted, count, address } };
    }
    line += `\t${digits(word, wanted.size, wanted.letter as Format, true)}`;
    address = BigInt.asUintN(64, address + BigInt(wanted.size));
  }
  if (count > 0) lines.push(line);
  return { lines, examined: { ...wanted, count, address } };
}

/** "32gx": how many, how big, in what letters; what is not said is as it was. */
function parseFormat(text: string, last: Examined, again: boolean): Omit<Examined, 'address'> {
  const match = /^(-?\d*)([a-z]*)$/.exec(text);
  if (match === null) throw new Complaint(`Undefined output format "${text}".`);
  const count = again ? last.count : match[1] === '' ? 1 : Number(match[1]);
  if (!Number.isSafeInteger(count) || Math.abs(count) > mostElements)
    throw new Complaint(`Invalid number "${match[1]}".`);
  let { letter, size } = last;
  let sized = false;
  for (const character of match[2] ?? '') {
    const bytes = sizes[character];
    if (bytes !== undefined) {
      size = bytes;
      sized = true;
    } else if (isFormat(character) && character !== 's') letter = character;
    else if (character === 's' || character === 'i') {
      throw new Complaint('The replay has no code and no texts in memory.');
    } else throw new Complaint(`Undefined output format "${character}".`);
  }
  if (!sized && letter === 'a') size = 8;
  if (!sized && letter === 'c' && (match[2] ?? '') !== '') size = 1;
  return { count, letter, size };
}
