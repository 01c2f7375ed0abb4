/**
 * Where the units of a section are: each starts where the one before it ends (DWARF 5 section 7.5.1), so the list is
 * made by reading one length after the other, and nothing else of the section.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import type { ParseErrorDetails } from '../errors.ts';
import { maxUnitOffset } from './refs.ts';
import { describeUnit, readUnitLength } from './unit-header.ts';

export interface UnitList {
  /** Position of each unit in its section. */
  readonly offset: Float64Array;
  /** Bytes of each, its length field included. */
  readonly size: Float64Array;
  /** What ended the list before the end of the section: the rest of it, from a unit whose length cannot be. */
  readonly rest: UnreadRest | undefined;
}

/** The end of a section where no units can be told apart. */
export interface UnreadRest {
  readonly offset: number;
  readonly size: number;
  readonly problem: ParseErrorDetails;
}

/** The bytes of unit_length: what is fetched when the units before were large, since more would not be looked at. */
export const lengthField = 12;
/** Small units come many to a read. */
const window = 1 << 16;
/** unit_length counts at least version, abbreviation offset and address size (DWARF 2 section 7.5.1). */
const smallestUnit = 4 + 7;

/** Follow the lengths to the end of the section, or to the first that cannot be. */
export function listUnits(source: ByteSource, littleEndian: boolean, section: string): UnitList {
  const offsets: number[] = [];
  const sizes: number[] = [];
  let rest: UnreadRest | undefined;
  let windowStart = 0;
  let view: DataView = new DataView(new ArrayBuffer(0));
  let lastSize = 0;
  for (let offset = 0; offset < source.size; ) {
    const left = source.size - offset;
    if (offset < windowStart || offset + Math.min(lengthField, left) > windowStart + view.byteLength) {
      const bytes = source.read(offset, Math.min(left, lastSize > window / 4 ? lengthField : window), section);
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      windowStart = offset;
    }
    const size = readUnitLength(view, offset - windowStart, littleEndian)?.size ?? 0;
    rest = unreadRest(source, offset, size, section);
    if (rest !== undefined) break;
    offsets.push(offset);
    sizes.push(size);
    lastSize = size;
    offset += size;
  }
  return { offset: Float64Array.from(offsets), size: Float64Array.from(sizes), rest };
}

/** What is left from `offset` on, when the unit there cannot have `size` bytes; undefined when it can. */
export function unreadRest(source: ByteSource, offset: number, size: number, section: string): UnreadRest | undefined {
  const left = source.size - offset;
  const why = sizeProblem(size, left);
  if (why === undefined) return undefined;
  const structure = describeUnit(section, offset);
  const advice = 'the units after it cannot be found';
  return { offset, size: left, problem: { ...why, structure, offset: source.fileOffset(offset), advice } };
}

function sizeProblem(
  size: number,
  left: number,
): { readonly code: 'truncated' | 'bad-header' | 'unsupported'; readonly problem: string } | undefined {
  if (size === 0) {
    return left < lengthField
      ? { code: 'truncated', problem: `${left} bytes are left, too few for a unit` }
      : { code: 'bad-header', problem: 'its length is one of the reserved values' };
  }
  if (size > left) {
    return { code: 'truncated', problem: `it says that it has ${size} bytes, and the section has ${left} more` };
  }
  if (size < smallestUnit)
    return { code: 'bad-header', problem: `it says that it has ${size} bytes, less than a header` };
  if (size > maxUnitOffset) return { code: 'unsupported', problem: `it has ${size} bytes, and 2 GiB is the limit` };
  return undefined;
}
