/**
 * What is wrong with single records although they can be read: what the kernel's verifier refuses (kernel/bpf/btf.c, the
 * *_check_meta functions, and the sizes of *_resolve). The printers show such a record as it stands.
 *
 *   every kind     kind_flag and vlen where they mean nothing; a name where none may be, none where one must be, or one
 *                  that is no C identifier (dots count, as in vmlinux; an INT, a FLOAT and a tag may be called anything)
 *   INT            encoding, bits that do not fit its size        ARRAY, FWD    a field that has to be 0
 *   STRUCT, UNION  members in their order and inside it           ENUM, FLOAT   sizes that there are
 *   FUNC_PROTO     a void that is not the ... at the end          FUNC, VAR     linkage
 *   DATASEC        variables in their order and inside it         DECL_TAG      the component that is tagged
 *
 * clang leaves size and offsets of a DATASEC 0 for the loader to fill in: then they are not looked at.
 */
import { printableName } from '../bytes/printable.ts';
import { ParseError } from '../errors.ts';
import { KIND, type Kind, kinds } from './kinds.ts';
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
import type { BtfStrings } from './strings.ts';

export interface JudgedRecords {
  readonly firstId: number;
  /** One past the last id. */
  readonly endId: number;
  /** The record of an id below {@link endId}, of the base too. */
  readonly raw: (id: number) => RawType;
  readonly strings: BtfStrings;
  /** File offset of a word of an own record. */
  readonly fileOffset: (id: number, word: number) => number | undefined;
}

/** KSYM_NAME_LEN, of which one byte is the NUL. */
const longestName = 511;
/** Modifiers and arrays between a member and its size; loops are another's matter. */
const mostHops = 64;
/** The smaller of the two sizes that a pointer has: BTF does not tell which. */
const pointerSize = 4;
const [nameWord, infoWord, sizeWord, fixedWord] = [0, 1, 2, 3];

const are = (...names: readonly Kind[]): Uint8Array => Uint8Array.from(kinds, (kind) => (names.includes(kind) ? 1 : 0));
const hasFlag = are('STRUCT', 'UNION', 'ENUM', 'ENUM64', 'FWD', 'TYPE_TAG', 'DECL_TAG');
const hasVlen = are('STRUCT', 'UNION', 'ENUM', 'ENUM64', 'FUNC', 'FUNC_PROTO', 'DATASEC');
const isNameless = are('PTR', 'ARRAY', 'VOLATILE', 'CONST', 'RESTRICT', 'FUNC_PROTO');
const needsName = are('FWD', 'TYPEDEF', 'FUNC', 'VAR', 'DATASEC', 'DECL_TAG', 'TYPE_TAG');
const isIdentifier = are('STRUCT', 'UNION', 'ENUM', 'ENUM64', 'FWD', 'TYPEDEF', 'FUNC', 'VAR');

/** A word of the record and what is wrong with it; one is found, the others of the record are not looked for. */
type Fault = readonly [word: number, problem: string];

/** The first record that is wrong, and how many there are. */
export function findRecordDamage(records: JudgedRecords): ParseError | undefined {
  const judge = new Judge(records);
  let count = 0;
  let first: ParseError | undefined;
  for (let id = records.firstId; id < records.endId; id++) {
    const raw = records.raw(id);
    const fault = judge.faultOf(raw);
    if (fault === undefined || count++ > 0) continue;
    const [word, problem] = fault;
    const structure = `BTF type ${id} (${kinds[raw.kind]})`;
    first = new ParseError({ code: 'bad-value', structure, offset: records.fileOffset(id, word), problem });
  }
  if (first === undefined) return undefined;
  const more = count === 1 ? '' : `; it is the first of ${count} such records`;
  const { code, structure, offset, problem } = first;
  return new ParseError({ code, structure, offset, problem, advice: `the kernel's verifier refuses that${more}` });
}

class Judge {
  readonly #records: JudgedRecords;

  constructor(records: JudgedRecords) {
    this.#records = records;
  }

  faultOf(raw: RawType): Fault | undefined {
    const { kind } = raw;
    const name = kinds[kind];
    if (hasFlag[kind] === 0 && raw.kind_flag) return [infoWord, `its kind_flag is set, and no ${name} has one`];
    if (hasVlen[kind] === 0 && raw.vlen !== 0) return [infoWord, `its vlen is ${raw.vlen}, expected 0`];
    return this.#nameFault(raw) ?? this.#ownFault(raw);
  }

  #nameFault({ kind, name_off }: RawType): Fault | undefined {
    const found = this.#kindOfName(name_off);
    if (found === 'outside') return undefined;
    if (found === 'none') return needsName[kind] === 0 ? undefined : [nameWord, 'it has no name'];
    if (isNameless[kind] === 1) {
      return [nameWord, `it has the name '${printableName(this.#name(name_off))}', and no ${kinds[kind]} has one`];
    }
    if (isIdentifier[kind] === 0 || found === 'word') return undefined;
    return [nameWord, `its name '${printableName(this.#name(name_off))}' is no C identifier`];
  }

  #ownFault(raw: RawType): Fault | undefined {
    switch (kinds[raw.kind]) {
      case 'INT':
        return intFault(raw);
      case 'ARRAY':
        if (raw.size_or_type !== 0) return [sizeWord, `its size field is ${raw.size_or_type}, expected 0`];
        if (raw.fixed(0) === 0) return [fixedWord, 'its elements are void'];
        return raw.fixed(1) === 0 ? [fixedWord + 1, 'its index type is void'] : undefined;
      case 'STRUCT':
      case 'UNION':
        return this.#memberFault(raw);
      case 'ENUM':
      case 'ENUM64':
        return this.#enumFault(raw);
      case 'FWD':
        return raw.size_or_type === 0 ? undefined : [sizeWord, `its type field is ${raw.size_or_type}, expected 0`];
      case 'FUNC':
        return linkageFault(infoWord, raw.vlen);
      case 'VAR':
        return raw.size_or_type === 0 ? [sizeWord, 'its type is void'] : linkageFault(fixedWord, raw.fixed(0));
      case 'FUNC_PROTO':
        return this.#parameterFault(raw);
      case 'DATASEC':
        return variableFault(raw);
      case 'FLOAT':
        return [2, 4, 8, 12, 16].includes(raw.size_or_type)
          ? undefined
          : [sizeWord, `its size is ${raw.size_or_type}, expected 2, 4, 8, 12 or 16`];
      case 'DECL_TAG':
        return this.#tagFault(raw);
      default:
        return undefined;
    }
  }

  #memberFault(raw: RawType): Fault | undefined {
    const isUnion = raw.kind === KIND.UNION;
    const size = raw.size_or_type;
    let last = 0;
    for (let index = 0; index < raw.vlen; index++) {
      const word = fixedWord + index * 3;
      const fail = (of: number, problem: string): Fault => [
        word + of,
        `member ${this.#entry(index, raw.entry(index, 0))} ${problem}`,
      ];
      if (this.#kindOfName(raw.entry(index, 0)) === 'other') return fail(0, 'has a name that is no C identifier');
      const type = raw.entry(index, 1);
      if (type === 0) return fail(1, 'is of type void');
      const offset = raw.entry(index, 2);
      const at = raw.kind_flag ? memberBitOffset(offset) : offset;
      if (isUnion && at !== 0) return fail(2, `begins at bit ${at} of a union, expected 0`);
      if (at < last) return fail(2, `begins at bit ${at}, and the one before it at bit ${last}`);
      last = at;
      const bits = (raw.kind_flag ? memberBitfieldSize(offset) : 0) || this.#bitsOf(type);
      if (at + bits > size * 8) return fail(2, `ends at bit ${at + bits}, past its ${size} bytes`);
    }
    return undefined;
  }

  /** Bits that a type takes; 0 where that is not known. */
  #bitsOf(type: number): number {
    let id = type;
    let factor = 1;
    for (let hop = 0; hop < mostHops && id !== 0 && id < this.#records.endId; hop++) {
      const raw = this.#records.raw(id);
      switch (kinds[raw.kind]) {
        case 'INT':
          return factor * (factor === 1 ? intOffset(raw.fixed(0)) + intBits(raw.fixed(0)) : raw.size_or_type * 8);
        case 'PTR':
          return factor * pointerSize * 8;
        case 'STRUCT':
        case 'UNION':
        case 'ENUM':
        case 'ENUM64':
        case 'FLOAT':
          return factor * raw.size_or_type * 8;
        case 'ARRAY':
          factor *= raw.fixed(2);
          id = raw.fixed(0);
          break;
        case 'TYPEDEF':
        case 'VOLATILE':
        case 'CONST':
        case 'RESTRICT':
        case 'TYPE_TAG':
          id = raw.size_or_type;
          break;
        default:
          return 0;
      }
    }
    return 0;
  }

  #enumFault(raw: RawType): Fault | undefined {
    const size = raw.size_or_type;
    if (![1, 2, 4, 8].includes(size)) return [sizeWord, `its size is ${size}, expected 1, 2, 4 or 8`];
    const stride = raw.kind === KIND.ENUM ? 2 : 3;
    for (let index = 0; index < raw.vlen; index++) {
      const found = this.#kindOfName(raw.entry(index, 0));
      if (found === 'word' || found === 'outside') continue;
      const problem = found === 'none' ? 'has no name' : 'has a name that is no C identifier';
      return [fixedWord + index * stride, `enumerator ${this.#entry(index, raw.entry(index, 0))} ${problem}`];
    }
    return undefined;
  }

  #parameterFault(raw: RawType): Fault | undefined {
    for (let index = 0; index < raw.vlen; index++) {
      const word = fixedWord + index * 2;
      const name_off = raw.entry(index, 0);
      const what = () => `parameter ${this.#entry(index, name_off)}`;
      if (raw.entry(index, 1) === 0 && (index < raw.vlen - 1 || name_off !== 0)) {
        return [word + 1, `${what()} is of type void, which only a last one without a name may be, for '...'`];
      }
      if (this.#kindOfName(name_off) === 'other') return [word, `${what()} has a name that is no C identifier`];
    }
    return undefined;
  }

  #tagFault(raw: RawType): Fault | undefined {
    const index = raw.fixed(0) | 0;
    if (index === -1) return undefined;
    const count = this.#componentsOf(raw.size_or_type);
    if (index >= 0 && (count === undefined || index < count)) return undefined;
    const has = count === undefined ? 'expected -1 or more' : `and its type has ${count} to be tagged`;
    return [fixedWord, `its component_idx is ${index}, ${has}`];
  }

  /** How many members or parameters a type has; undefined where it is none that can be tagged. */
  #componentsOf(id: number): number | undefined {
    if (id === 0 || id >= this.#records.endId) return undefined;
    const raw = this.#records.raw(id);
    switch (kinds[raw.kind]) {
      case 'STRUCT':
      case 'UNION':
        return raw.vlen;
      case 'VAR':
      case 'TYPEDEF':
        return 0;
      case 'FUNC':
        return this.#protoLength(raw.size_or_type);
      default:
        return undefined;
    }
  }

  #protoLength(id: number): number | undefined {
    const raw = id === 0 || id >= this.#records.endId ? undefined : this.#records.raw(id);
    return raw?.kind === KIND.FUNC_PROTO ? raw.vlen : undefined;
  }

  /** "2 (next)" */
  #entry(index: number, name_off: number): string {
    const name = this.#name(name_off);
    return name === '' ? String(index) : `${index} (${printableName(name)})`;
  }

  /** Of a name that is no good one, as much as is shown. */
  #name(name_off: number): string {
    const { strings } = this.#records;
    if (name_off === 0 || name_off >= strings.end) return '';
    const { table, at } = strings.locate(name_off);
    let end = at;
    while (end < at + longestName && table.bytes[end] !== 0) end++;
    return table.slice(at, end);
  }

  /** What the name at an offset is; outside the strings it is said elsewhere that it is none. */
  #kindOfName(name_off: number): 'none' | 'word' | 'other' | 'outside' {
    const { strings } = this.#records;
    if (name_off === 0) return 'none';
    if (name_off >= strings.end) return 'outside';
    const { table, at } = strings.locate(name_off);
    const { bytes } = table;
    const first = bytes[at] as number;
    if (first === 0) return 'none';
    if ((letters[first] as number) !== 1) return 'other';
    let end = at + 1;
    while (end - at <= longestName && (letters[bytes[end] as number] as number) > 0) end++;
    return bytes[end] === 0 && end - at <= longestName ? 'word' : 'other';
  }
}

/** 1 for what an identifier may begin with, 2 for what may follow. */
const letters = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z_.]/.test(character) ? 1 : /[0-9]/.test(character) ? 2 : 0;
});

function intFault(raw: RawType): Fault | undefined {
  const data = raw.fixed(0);
  const encoding = intEncoding(data);
  const isKnown = encoding === 0 || encoding === INT_SIGNED || encoding === INT_CHAR || encoding === INT_BOOL;
  if (!isKnown) return [fixedWord, `its encoding is ${encoding}, expected 0, 1 (signed), 2 (char) or 4 (bool)`];
  if (data >>> 28 !== 0) return [fixedWord, 'the upper four bits of its encoding are not 0'];
  const end = intOffset(data) + intBits(data);
  const room = Math.min(raw.size_or_type * 8, 128);
  return end > room ? [fixedWord, `its last bit is ${end - 1}, and it has ${room}`] : undefined;
}

function linkageFault(word: number, linkage: number): Fault | undefined {
  if (linkage <= 2) return undefined;
  return [word, `its linkage is ${linkage}, expected 0 (static), 1 (global) or 2 (extern)`];
}

function variableFault(raw: RawType): Fault | undefined {
  const size = raw.size_or_type;
  if (size === 0) return undefined;
  let last = 0;
  for (let index = 0; index < raw.vlen; index++) {
    const word = fixedWord + index * 3;
    const [offset, bytes] = [raw.entry(index, 1), raw.entry(index, 2)];
    if (offset < last)
      return [word + 1, `variable ${index} begins at ${offset}, and the one before it ends at ${last}`];
    if (bytes === 0) return [word + 2, `variable ${index} has no bytes`];
    last = offset + bytes;
    if (last > size) return [word + 2, `variable ${index} ends at ${last}, past its ${size} bytes`];
  }
  return undefined;
}
