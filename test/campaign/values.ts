/** What a field is made to say. Each list has a fixed length, so that a number tells one case of all. */
import type { Field, Structure } from './structure/structure.ts';

type Number64 = (at: { readonly value: bigint; readonly field: Field; readonly to: Structure }) => bigint;

const fileSize: Number64 = ({ to }) => BigInt(to.bytes.length);

/** Extremes, neighbours, other places: cut to the size of the field. */
const numbers: readonly Number64[] = [
  () => 0n,
  () => 1n,
  ({ value }) => value + 1n,
  ({ value }) => value - 1n,
  () => -1n,
  ({ field }) => 1n << BigInt(8 * field.size - 1),
  ({ field }) => (1n << BigInt(8 * field.size - 1)) - 1n,
  ({ value }) => value * 2n + 1n,
  ({ value }) => value ^ 0x40n,
  // The record itself; the same place or size as the record before, so that the two overlap.
  ({ field }) => field.self,
  ({ field, to }) => to.read(field.before, field.size),
  fileSize,
];

/** For fields of four bytes and more. */
const wideNumbers: readonly Number64[] = [
  ...numbers,
  (at) => fileSize(at) - 1n,
  (at) => fileSize(at) + 1n,
  ({ value }) => value + 8n,
  ({ value }) => -value,
  () => 0x7fff_ffffn,
  () => 0x8000_0000n,
  () => 0xffff_fffen,
  () => 0xff00n,
];

/** For fields of eight bytes: past what a double holds, and sums past 2^64. */
const longNumbers: readonly Number64[] = [
  ...wideNumbers,
  () => 2n ** 53n - 1n,
  () => 2n ** 53n,
  () => 2n ** 53n + 1n,
  () => 2n ** 32n,
  () => 2n ** 40n,
  ({ value }) => 2n ** 64n - value,
  ({ field }) => 2n ** 64n - BigInt(field.at),
  () => 2n ** 64n - 8n,
  () => 2n ** 63n - 1n,
];

const lebs: readonly (readonly number[])[] = [
  [0x00],
  [0x01],
  [0x7f],
  [0x7e],
  [0x40],
  [0x80],
  [0xff],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  // DW_FORM_indirect, DW_FORM_string, DW_FORM_block4, DW_FORM_ref_addr, DW_FORM_strp: for abbreviations.
  [0x16],
  [0x08],
  [0x04],
  [0x10],
  [0x0e],
  [0x2e],
];

/** Names that a terminal would obey, or that hide what they are. */
const texts: readonly Buffer[] = [
  Buffer.from('\x1b[2J'),
  Buffer.from('\x1b]52;c;aGk=\x07'),
  Buffer.from('\u202e\u2066evil'),
  Buffer.from('a\u200bb\ufeff'),
  Buffer.from('\0'),
  Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
  Buffer.from([0x9b, 0x32, 0x4a]),
  Buffer.from('\xc2\x9b2J', 'latin1'),
  Buffer.from('a\nb\rc\td'),
  Buffer.from('\x7f\x08\x08'),
  Buffer.from('__start_mcount_loc\0'),
  Buffer.from('__stop_mcount_loc\0'),
  Buffer.from('../../../../etc/passwd\0'),
  // The NUL at its end goes: see applyValue.
  Buffer.alloc(0),
];

const listOf = (size: number): readonly Number64[] => (size >= 8 ? longNumbers : size >= 4 ? wideNumbers : numbers);

/** How many values there are for a field. */
export function valueCount({ kind, size }: Field): number {
  return kind === 'leb' ? lebs.length : kind === 'text' ? texts.length : listOf(size).length;
}

/** Write the `nth` value over a field. @returns what was written, in words */
export function applyValue(into: Uint8Array, to: Structure, field: Field, nth: number): string {
  if (field.kind === 'leb') return applyBytes(into, field.at, Buffer.from(lebs[nth] ?? []));
  if (field.kind === 'text') {
    const text = texts[nth] ?? Buffer.alloc(0);
    if (text.length > 0) return applyBytes(into, field.at, text);
    return applyBytes(into, field.at + field.size - 1, Buffer.from('x'));
  }
  const make = listOf(field.size)[nth] ?? (() => 0n);
  return applyNumber(into, to, field, make({ value: to.read(field.at, field.size), field, to }));
}

/** Write a number over a field, cut to its size. */
export function applyNumber(into: Uint8Array, to: Structure, { at, size }: Field, number: bigint): string {
  const value = BigInt.asUintN(8 * size, number);
  for (let i = 0; i < size; i++) {
    const digit = to.littleEndian ? i : size - 1 - i;
    if (at + i < into.length) into[at + i] = Number((value >> BigInt(8 * digit)) & 0xffn);
  }
  return `0x${value.toString(16)}`;
}

/** Write bytes, as far as the file goes. */
export function applyBytes(into: Uint8Array, at: number, bytes: Uint8Array): string {
  const written = bytes.subarray(0, Math.max(0, into.length - at));
  for (let i = 0; i < written.length; i++) into[at + i] = written[i] ?? 0;
  return Buffer.from(written).toString('hex');
}

/** One of the hostile texts. */
export const hostileText = (n: number): Uint8Array => texts[n % (texts.length - 1)] as Uint8Array;
