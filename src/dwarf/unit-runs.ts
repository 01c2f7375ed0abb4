/**
 * Neighbouring units, fetched together: few calls, and their bytes are still in the processor's cache when they are
 * parsed. Where a unit ends is known from its length alone, so a run is found without any list made beforehand.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { ParseError } from '../errors.ts';
import { readUnitLength } from './unit-header.ts';
import { lengthField, type UnreadRest, unreadRest } from './unit-list.ts';

/** Bytes that are fetched at once, where no unit is larger. */
const runBytes = 1 << 20;

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

/**
 * Where a run is fetched to: one for the thread, because fresh memory for each costs as much as the fetching. The bytes of
 * a run are gone when the next one is read.
 */
let scratch: Uint8Array | undefined;

function fetchBytes(source: ByteSource, offset: number, length: number, section: string): Uint8Array {
  if (source.readInto === undefined || length > runBytes) return source.read(offset, length, section);
  scratch ??= new Uint8Array(runBytes);
  return source.readInto(scratch, offset, length, section);
}

/** The run that starts at a position before the end of the section; it lasts until the next one is read. */
export function readRun(source: ByteSource, offset: number, littleEndian: boolean, section: string): UnitRun {
  try {
    return cutRun(source, offset, littleEndian, section);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, structure, offset: at, problem, advice } = error;
    const rest = { offset, size: source.size - offset, problem: { code, structure, offset: at, problem, advice } };
    const bytes = new Uint8Array(0);
    return { offset, bytes, view: new DataView(bytes.buffer), sizes: [], end: source.size, rest };
  }
}

function cutRun(source: ByteSource, offset: number, littleEndian: boolean, section: string): UnitRun {
  const left = source.size - offset;
  let bytes = fetchBytes(source, offset, Math.min(left, runBytes), section);
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
      bytes = source.read(offset, size, section);
      view = viewOf(bytes);
    }
    sizes.push(size);
    length += size;
  }
  return { offset, bytes, view, sizes, end: rest === undefined ? offset + length : source.size, rest };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
