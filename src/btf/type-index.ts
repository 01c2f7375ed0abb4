/**
 * Where each type record begins: one pass over the type section, which is then decoded on demand.
 *
 * Records have no length field; the length follows from kind and vlen, so a record whose kind is unknown or that runs
 * past the end makes everything after it unreadable, and the pass stops there. A name_off that is outside the strings
 * harms only its own record. Either is reported as `damage`, the first one found.
 *
 * The section is kept as 32-bit words in the host's order: a view where the order is the same, else one swapped copy.
 */
import { ParseError } from '../errors.ts';
import { entryWords, fixedWords, KIND, kinds, namedEntries, TYPE_WORDS } from './kinds.ts';
import { infoKind, infoVlen } from './raw-type.ts';

export interface TypeIndex {
  readonly words: Uint32Array;
  /** Index of the first word of each record, in file order. */
  readonly starts: Uint32Array;
  /** Records by kind number. */
  readonly counts: Uint32Array;
  /** The first thing found wrong. */
  readonly damage: ParseError | undefined;
  /** Whether the pass reached the end of the section. */
  readonly complete: boolean;
}

const hostLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The type section as words; up to three bytes that do not fill a word are left to {@link indexTypes} to report. */
export function toWords(bytes: Uint8Array, littleEndian: boolean): Uint32Array {
  const count = bytes.length >>> 2;
  if (littleEndian === hostLittleEndian && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = view.getUint32(i * 4, littleEndian);
  return words;
}

/**
 * @param byteLength size of the section, for the bytes after the last whole word
 * @param stringsEnd one past the last valid name_off
 * @param firstId the id of the first record: 1, or in split BTF the one after the base's last
 * @param fileOffset file offset of a byte of the section
 */
export function indexTypes(
  words: Uint32Array,
  byteLength: number,
  stringsEnd: number,
  firstId: number,
  fileOffset: (at: number) => number | undefined,
): TypeIndex {
  // A record has three words at least, which bounds the number of records by bytes that are really there.
  const starts = new Uint32Array(Math.floor(words.length / TYPE_WORDS));
  const counts = new Uint32Array(kinds.length);
  let records = 0;
  let damage: ParseError | undefined;

  const describe = (kind: number): string => `BTF type ${firstId + records} (${kinds[kind] ?? `kind ${kind}`})`;
  const noteBadName = (kind: number, at: number, what: string): void => {
    damage ??= new ParseError({
      code: 'bad-string',
      structure: describe(kind),
      offset: fileOffset(at * 4),
      problem: `the name_off of ${what} is ${words[at]}; the strings end at ${stringsEnd}`,
      advice: 'the name is shown as (invalid)',
    });
  };
  const stop = (code: 'truncated' | 'unsupported' | 'bad-value', structure: string, at: number, problem: string) => {
    const advice = `types from ${firstId + records} on cannot be read`;
    damage = new ParseError({ code, structure, offset: fileOffset(at * 4), problem, advice });
    return { words, starts: starts.slice(0, records), counts, damage, complete: false };
  };

  let at = 0;
  while (at + TYPE_WORDS <= words.length) {
    const info = words[at + 1] as number;
    const kind = infoKind(info);
    if (kind === KIND.VOID) return stop('bad-value', describe(kind), at + 1, 'its kind is 0, which no record has');
    if (kind >= kinds.length) {
      const problem = `kind ${kind} is unknown; kinds 1 to ${kinds.length - 1} are read`;
      return stop('unsupported', describe(kind), at + 1, problem);
    }
    const vlen = infoVlen(info);
    const stride = entryWords[kind] as number;
    const entries = at + TYPE_WORDS + (fixedWords[kind] as number);
    const next = entries + vlen * stride;
    if (next > words.length) {
      const needed = `it needs ${(next - at) * 4} bytes (vlen ${vlen})`;
      return stop('truncated', describe(kind), at, `${needed} and the type section has ${byteLength - at * 4} left`);
    }
    if ((words[at] as number) >= stringsEnd) noteBadName(kind, at, 'the type');
    if (namedEntries[kind] === 1) {
      for (let entry = entries; entry < next; entry += stride) {
        if ((words[entry] as number) >= stringsEnd) noteBadName(kind, entry, `entry ${(entry - entries) / stride}`);
      }
    }
    starts[records] = at;
    counts[kind] = (counts[kind] as number) + 1;
    records++;
    at = next;
  }
  const left = byteLength - at * 4;
  if (left > 0) {
    const structure = `BTF type ${firstId + records}`;
    return stop('truncated', structure, at, `${TYPE_WORDS * 4} bytes are needed and the type section has ${left} left`);
  }
  return { words, starts: starts.slice(0, records), counts, damage, complete: true };
}
