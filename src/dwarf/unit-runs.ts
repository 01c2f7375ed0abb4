/**
 * Neighbouring units, fetched together: few calls, and their bytes are still in the processor's cache when they are
 * parsed. Where a unit ends is known from its length alone, so a run is found without any list made beforehand.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { ParseError } from '../errors.ts';
import { readUnitLength } from './unit-header.ts';
import { lengthField, type UnreadRest, unreadRest } from './unit-list.ts';

/** Bytes that are fetched at once, where no unit is larger. */
export const runBytes = 1 << 20;

export interface UnitRun {
  /** Position of the first unit in its section. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes of each unit; they stand one after the other from the start of `bytes`. */
  readonly sizes: readonly number[];
  /** Position of what follows in the section. */
  readonly end: number;
  /** What is left of the section when the length of the next unit cannot be; `end` is then the section's. */
  readonly rest: UnreadRest | undefined;
}

/** @param into memory for a run, which the next one may use again: fresh memory costs as much as the fetching */
function fetchBytes(
  source: ByteSource,
  offset: number,
  length: number,
  section: string,
  into: Uint8Array | undefined,
): Uint8Array {
  if (source.readInto === undefined || into === undefined || length > into.length) {
    return source.read(offset, length, section);
  }
  return source.readInto(into, offset, length, section);
}

/**
 * The run that starts at a position before the end of the section.
 * @param into see {@link fetchBytes}
 */
export function readRun(
  source: ByteSource,
  offset: number,
  littleEndian: boolean,
  section: string,
  into?: Uint8Array,
): UnitRun {
  try {
    return cutRun(source, offset, littleEndian, section, into);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, structure, offset: at, problem, advice } = error;
    const rest = { offset, size: source.size - offset, problem: { code, structure, offset: at, problem, advice } };
    const bytes = new Uint8Array(0);
    return { offset, bytes, view: new DataView(bytes.buffer), sizes: [], end: source.size, rest };
  }
}

function cutRun(
  source: ByteSource,
  offset: number,
  littleEndian: boolean,
  section: string,
  into: Uint8Array | undefined,
): UnitRun {
  const left = source.size - offset;
  let bytes = fetchBytes(source, offset, Math.min(left, runBytes), section, into);
  let view = viewOf(bytes);
  const sizes: number[] = [];
  let rest: UnreadRest | undefined;
  let length = 0;
  while (length < bytes.length) {
    // The last unit that was fetched only in part comes with the next run.
    const isCut = bytes.length < left && bytes.length - length < lengthField;
    if (isCut) break;
    const size = readUnitLength(view, length, littleEndian)?.size ?? 0;
    rest = unreadRest(source, offset + length, size, section);
    if (rest !== undefined) break;
    if (size > bytes.length - length) {
      if (length > 0) break;
      bytes = fetchBytes(source, offset, size, section, into);
      view = viewOf(bytes);
    }
    sizes.push(size);
    length += size;
  }
  return { offset, bytes, view, sizes, end: rest === undefined ? offset + length : source.size, rest };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
