/**
 * The text of `bpftool btf dump file F format raw` (bpftool 7.1), byte for byte.
 *
 *   [39] STRUCT 'list_head' size=16 vlen=2
 *   \t'next' type_id=40 bits_offset=0
 *   \t'prev' type_id=40 bits_offset=64
 *
 * One line per type and one per entry, an anonymous name as (anon). Names are written as the bytes that they are. Found
 * by comparing with bpftool's output on real kernels and on records made for the purpose.
 */
import type { Btf } from './btf.ts';
import { entryWords, KIND, kinds } from './kinds.ts';
import {
  INT_BOOL,
  INT_CHAR,
  INT_SIGNED,
  intBits,
  intEncoding,
  intOffset,
  memberBitfieldSize,
  memberBitOffset,
  type RawType,
} from './raw-type.ts';
import { enumValue, linkageOf } from './types.ts';

/** Enough to make a write(2) worth it, little enough to hold. */
const CHUNK = 1 << 15;

/** Print all own records, in chunks of whole lines. Each chunk is the caller's to keep. */
export function* printRaw(btf: Btf): Generator<Uint8Array, void, undefined> {
  let text = '';
  for (let id: number = btf.firstId; id < btf.endId; id++) {
    const raw = btf.raw(id);
    text += `${recordLine(btf, id, raw)}\n`;
    const count = entryCount(raw);
    for (let index = 0; index < count; index++) {
      text += `${entryLine(btf, raw, index)}\n`;
      // Inside a record too: a name may be as long as the string section, and each entry may repeat it.
      if (text.length < CHUNK) continue;
      yield Buffer.from(text, 'latin1');
      text = '';
    }
    if (text.length < CHUNK) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'latin1');
}

/**
 * The lines of one type as {@link printRaw} gives them, without line ends; latin1, one character per byte.
 * @throws ParseError bad-reference when there is no such type
 */
export function* rawLines(btf: Btf, id: number): Generator<string, void, undefined> {
  const raw = btf.raw(id);
  yield recordLine(btf, id, raw);
  const count = entryCount(raw);
  for (let index = 0; index < count; index++) yield entryLine(btf, raw, index);
}

/** vlen, except where it means something else. */
const entryCount = (raw: RawType): number => (entryWords[raw.kind] === 0 ? 0 : raw.vlen);

function recordLine(btf: Btf, id: number, raw: RawType): string {
  return `[${id}] ${kinds[raw.kind]} ${quoted(btf, raw.name_off)}${recordFacts[raw.kind]?.(raw) ?? ''}`;
}

function entryLine(btf: Btf, raw: RawType, index: number): string {
  return `\t${entryFacts[raw.kind]?.(btf, raw, index) ?? ''}`;
}

function quoted(btf: Btf, name_off: number): string {
  return name_off === 0 ? "'(anon)'" : `'${btf.strings.at(name_off)}'`;
}

const intEncodings: Readonly<Record<number, string>> = {
  0: '(none)',
  [INT_SIGNED]: 'SIGNED',
  [INT_CHAR]: 'CHAR',
  [INT_BOOL]: 'BOOL',
};

function linkage(number: number): string {
  const known = linkageOf(number);
  return known === 'unknown' ? '(unknown)' : known;
}

type Facts = (raw: RawType) => string;

const reference: Facts = (raw) => ` type_id=${raw.size_or_type}`;
const composite: Facts = (raw) => ` size=${raw.size_or_type} vlen=${raw.vlen}`;
const enumeration: Facts = (raw) => ` encoding=${raw.kind_flag ? 'SIGNED' : 'UNSIGNED'}${composite(raw)}`;

/** What follows the name, by kind number. */
const recordFacts: Readonly<Record<number, Facts>> = {
  [KIND.INT]: (raw) => {
    const data = raw.fixed(0);
    const encoding = intEncodings[intEncoding(data)] ?? 'UNKN';
    return ` size=${raw.size_or_type} bits_offset=${intOffset(data)} nr_bits=${intBits(data)} encoding=${encoding}`;
  },
  [KIND.PTR]: reference,
  [KIND.TYPEDEF]: reference,
  [KIND.VOLATILE]: reference,
  [KIND.CONST]: reference,
  [KIND.RESTRICT]: reference,
  [KIND.TYPE_TAG]: reference,
  [KIND.ARRAY]: (raw) => ` type_id=${raw.fixed(0)} index_type_id=${raw.fixed(1)} nr_elems=${raw.fixed(2)}`,
  [KIND.STRUCT]: composite,
  [KIND.UNION]: composite,
  [KIND.ENUM]: enumeration,
  [KIND.ENUM64]: enumeration,
  [KIND.FWD]: (raw) => ` fwd_kind=${raw.kind_flag ? 'union' : 'struct'}`,
  [KIND.FUNC]: (raw) => ` type_id=${raw.size_or_type} linkage=${linkage(raw.vlen)}`,
  [KIND.FUNC_PROTO]: (raw) => ` ret_type_id=${raw.size_or_type} vlen=${raw.vlen}`,
  // The comma is bpftool's.
  [KIND.VAR]: (raw) => ` type_id=${raw.size_or_type}, linkage=${linkage(raw.fixed(0))}`,
  [KIND.DATASEC]: composite,
  [KIND.FLOAT]: (raw) => ` size=${raw.size_or_type}`,
  [KIND.DECL_TAG]: (raw) => ` type_id=${raw.size_or_type} component_idx=${raw.fixed(0) | 0}`,
};

type EntryFacts = (btf: Btf, raw: RawType, index: number) => string;

const parameter: EntryFacts = (btf, raw, index) => `${quoted(btf, raw.entry(index, 0))} type_id=${raw.entry(index, 1)}`;
const member: EntryFacts = (btf, raw, index) => {
  const offset = raw.entry(index, 2);
  const start = `${parameter(btf, raw, index)} bits_offset=`;
  if (!raw.kind_flag) return start + offset;
  const bits = memberBitfieldSize(offset);
  return start + memberBitOffset(offset) + (bits === 0 ? '' : ` bitfield_size=${bits}`);
};

/** The line of an entry, by kind number. */
const entryFacts: Readonly<Record<number, EntryFacts>> = {
  [KIND.STRUCT]: member,
  [KIND.UNION]: member,
  [KIND.FUNC_PROTO]: parameter,
  [KIND.ENUM]: (btf, raw, index) => {
    const value = raw.entry(index, 1);
    return `${quoted(btf, raw.entry(index, 0))} val=${raw.kind_flag ? value | 0 : value}`;
  },
  [KIND.ENUM64]: (btf, raw, index) => {
    const suffix = raw.kind_flag ? 'LL' : 'ULL';
    return `${quoted(btf, raw.entry(index, 0))} val=${enumValue(raw, index)}${suffix}`;
  },
  [KIND.DATASEC]: (btf, raw, index) => {
    const id = raw.entry(index, 0);
    const place = `type_id=${id} offset=${raw.entry(index, 1)} size=${raw.entry(index, 2)}`;
    if (!btf.has(id)) return place;
    const target = btf.raw(id);
    const kind = id === 0 ? 'UNKNOWN' : kinds[target.kind];
    return `${place} (${kind} ${quoted(btf, target.name_off)})`;
  },
};
