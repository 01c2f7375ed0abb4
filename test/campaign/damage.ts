/**
 * The input that a seed and an index make. Of 64 in a row:
 *
 *   43   one field of a small input, one value: every field and every value comes in turn
 *    3   a small input cut off where something begins or ends, or a byte beside it: every such place comes in turn
 *    4   two to five fields at once, values at random
 *    3   bytes at random in and around a record
 *    2   a record over another, wiped, swapped or moved by a byte
 *    2   names that a terminal would obey
 *    2   two tables in one place, or types and sizes exchanged, by the section headers
 *    4   any of these on a slice of a real kernel; where it is missing, on a small input
 *    1   any of these on a large fixture
 *
 * Of the slices one in four is cut off, and of the large ones one in three: each place comes in turn there too.
 */
import type { Base } from './bases/base.ts';
import type { Bases } from './bases/bases.ts';
import { Random, shuffled } from './random.ts';
import { mapBtf } from './structure/btf-structure.ts';
import { mapElf } from './structure/elf-structure.ts';
import { type Field, type Row, Structure } from './structure/structure.ts';
import { applyBytes, applyNumber, applyValue, hostileText, valueCount } from './values.ts';

/** How a small input is damaged; or which other input is, in one of these ways. */
const kinds = ['single', 'cut', 'fields', 'bytes', 'moved', 'names', 'headers', 'slice', 'large'] as const;
export type Kind = (typeof kinds)[number];
type SmallKind = Exclude<Kind, 'slice' | 'large'>;

const counts: Readonly<Record<Kind, number>> = {
  single: 43,
  cut: 3,
  fields: 4,
  bytes: 3,
  moved: 2,
  names: 2,
  headers: 2,
  slice: 4,
  large: 1,
};
const period = 64;
/** The kinds of so many inputs in a row: the rare ones stand between the others. */
const plan: readonly Kind[] = makePlan();

/** A damaged input. */
export interface Damaged {
  readonly base: Base;
  readonly bytes: Uint8Array;
  /** What was done, for people. */
  readonly words: string;
  readonly kind: Kind;
}

/** How many different cases there are of what comes in turn, and how many of them a number of inputs goes through. */
export interface Coverage {
  readonly what: string;
  readonly done: number;
  readonly all: number;
}

const placesBeside = [0, -1, 1];

export class Damager {
  readonly #bases: Bases;
  readonly #seed: number;
  readonly #maps = new Map<Base, BaseMap>();
  readonly #single: Cases;
  readonly #cuts: Cases;
  readonly #largeCuts: Cases;
  readonly #sliceCuts: Cases;

  constructor(bases: Bases, seed: number) {
    this.#bases = bases;
    this.#seed = seed;
    this.#single = new Cases(bases.small, (base) => this.#mapOf(base).cases);
    this.#cuts = new Cases(bases.small, (base) => placesBeside.length * this.#mapOf(base).boundaries.length);
    this.#largeCuts = new Cases(bases.large, (base) => this.#mapOf(base).boundaries.length);
    const slices = bases.slice === undefined ? [] : [bases.slice];
    this.#sliceCuts = new Cases(slices, (base) => placesBeside.length * this.#mapOf(base).boundaries.length);
  }

  make(index: number): Damaged {
    const kind = plan[index % period] as Kind;
    const damaged = this.#make(kind, nthOf(kind, index), new Random(this.#seed, index));
    return { ...damaged, kind, words: `${damaged.base.name}: ${damaged.words}` };
  }

  /** @param count inputs, from the first */
  coverage(count: number): Coverage[] {
    const row = (what: string, cases: Cases, kind: Kind, oneIn = 1): Coverage => ({
      what,
      done: Math.min(cases.total, Math.floor(nthOf(kind, count) / oneIn)),
      all: cases.total,
    });
    return [
      row('single-field cases of the small inputs', this.#single, 'single'),
      row('places at which a small input is cut off', this.#cuts, 'cut'),
      row('places at which a large input is cut off', this.#largeCuts, 'large', 3),
      row('places at which the slice of a kernel is cut off', this.#sliceCuts, 'slice', 4),
    ];
  }

  #make(kind: Kind, nth: number, random: Random): Made {
    if (kind === 'single') {
      const { base, which } = this.#single.turn(this.#seed, nth);
      return this.#damageSingle(base, which);
    }
    if (kind === 'cut') return this.#cutInTurn(this.#cuts, nth);
    if (kind === 'large') {
      if (nth % 3 === 0) return this.#cutInTurn(this.#largeCuts, nth / 3);
      return this.#anyDamage(random.pick(this.#bases.large), random);
    }
    if (kind === 'slice') {
      const { slice } = this.#bases;
      if (slice !== undefined && nth % 4 === 0) return this.#cutInTurn(this.#sliceCuts, nth / 4);
      return this.#anyDamage(slice ?? random.pick(this.#bases.small), random);
    }
    return this.#damage(random.pick(this.#bases.small), random, kind);
  }

  #cutInTurn(cases: Cases, nth: number): Made {
    const { base, which } = cases.turn(this.#seed, nth);
    const { boundaries } = this.#mapOf(base);
    const at = boundaries[which % boundaries.length] ?? 0;
    return cutOff(base, at + (placesBeside[Math.floor(which / boundaries.length)] ?? 0));
  }

  #damageSingle(base: Base, which: number): Made {
    const map = this.#mapOf(base);
    const { field, nth } = map.single(which);
    const bytes = Uint8Array.from(base.bytes);
    const value = applyValue(bytes, map.structure, field, nth);
    return { base, bytes, words: `${field.path} = ${value}` };
  }

  #anyDamage(base: Base, random: Random): Made {
    const kind = random.pick([
      'single',
      'single',
      'single',
      'cut',
      'fields',
      'fields',
      'bytes',
      'moved',
      'names',
      'headers',
    ] as const);
    return this.#damage(base, random, kind);
  }

  #damage(base: Base, random: Random, kind: SmallKind): Made {
    const map = this.#mapOf(base);
    if (kind === 'single') return this.#damageSingle(base, random.below(map.cases));
    if (kind === 'cut') return cutOff(base, random.pick(map.boundaries) + random.pick(placesBeside));
    const bytes = Uint8Array.from(base.bytes);
    const words = ways[kind](bytes, map, random);
    return { base, bytes, words };
  }

  #mapOf(base: Base): BaseMap {
    let map = this.#maps.get(base);
    if (map === undefined) {
      map = new BaseMap(base);
      this.#maps.set(base, map);
    }
    return map;
  }
}

type Made = Omit<Damaged, 'kind'>;

function cutOff(base: Base, at: number): Made {
  const size = Math.min(Math.max(at, 0), base.bytes.length);
  return { base, bytes: base.bytes.slice(0, size), words: `cut off at ${size}` };
}

/** The cases of several inputs, one after the other. */
class Cases {
  readonly total: number;
  readonly #bases: readonly Base[];
  readonly #starts: number[] = [];

  constructor(bases: readonly Base[], count: (base: Base) => number) {
    this.#bases = bases;
    let total = 0;
    for (const base of bases) {
      this.#starts.push(total);
      total += count(base);
    }
    this.total = total;
  }

  /** The `nth` in the order of a seed, in which each comes once before any comes again. */
  turn(seed: number, nth: number): { readonly base: Base; readonly which: number } {
    const which = shuffled(seed, nth % this.total, this.total);
    let at = this.#starts.length - 1;
    while ((this.#starts[at] ?? 0) > which) at--;
    return { base: this.#bases[at] as Base, which: which - (this.#starts[at] ?? 0) };
  }
}

function makePlan(): Kind[] {
  const places: (Kind | undefined)[] = new Array(period).fill(undefined);
  const rare = kinds.filter((kind) => kind !== 'single').flatMap((kind) => new Array<Kind>(counts[kind]).fill(kind));
  // A step without a common factor takes each place once.
  rare.forEach((kind, i) => {
    places[(3 + i * 27) % period] = kind;
  });
  return places.map((kind) => kind ?? 'single');
}

/** How many of a kind come before an index. */
function nthOf(kind: Kind, index: number): number {
  const before = plan.slice(0, index % period).filter((one) => one === kind).length;
  return Math.floor(index / period) * counts[kind] + before;
}

/** The fields of a sound input, with their cases counted. */
class BaseMap {
  readonly structure: Structure;
  readonly cases: number;
  readonly boundaries: readonly number[];
  readonly texts: readonly Field[];
  readonly headers: readonly Field[];
  readonly #ends: number[] = [];

  constructor({ bytes, as }: Base) {
    if (as === 'btf' || as === 'split-btf') {
      this.structure = new Structure(bytes);
      mapBtf(this.structure, 0, bytes.length);
    } else this.structure = mapElf(bytes);
    let end = 0;
    for (const field of this.structure.fields) {
      end += valueCount(field);
      this.#ends.push(end);
    }
    this.cases = end;
    this.boundaries = this.structure.boundaries;
    this.texts = this.structure.fields.filter(({ kind }) => kind === 'text');
    this.headers = this.structure.fields.filter(({ path }) => /^(?:section|segment) /.test(path));
  }

  single(which: number): { readonly field: Field; readonly nth: number } {
    let [low, high] = [0, this.#ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) > which) high = middle;
      else low = middle + 1;
    }
    const field = this.structure.fields[low] as Field;
    return { field, nth: which - ((this.#ends[low] ?? 0) - valueCount(field)) };
  }
}

type Way = (bytes: Uint8Array, map: BaseMap, random: Random) => string;

const someFields: Way = (bytes, { structure }, random) => {
  const words: string[] = [];
  for (let left = 2 + random.below(4); left > 0; left--) {
    const field = random.pick(structure.fields);
    const value =
      random.below(3) === 0 && field.kind === 'number'
        ? applyNumber(bytes, structure, field, random.bits(8 * field.size) >> BigInt(random.below(8 * field.size)))
        : applyValue(bytes, structure, field, random.below(valueCount(field)));
    words.push(`${field.path} = ${value}`);
  }
  return words.join('; ');
};

const someBytes: Way = (bytes, { structure }, random) => {
  const row = random.pick(structure.rows);
  const words: string[] = [];
  for (let left = 1 + random.below(8); left > 0; left--) {
    const at = row.at - 2 + random.below(Math.min(row.size, 200) + 4);
    words.push(`0x${at.toString(16)} = ${applyBytes(bytes, at, Uint8Array.of(random.next() & 0xff))}`);
  }
  return `${row.path}: ${words.join(', ')}`;
};

const movedRecords: Way = (bytes, { structure }, random) => {
  const [from, to] = [random.pick(structure.rows), random.pick(structure.rows)];
  const original = structure.bytes;
  const of = (row: Row) => original.subarray(row.at, row.at + row.size);
  switch (random.below(4)) {
    case 0:
      applyBytes(bytes, to.at, of(from));
      return `${to.path} written over by ${from.path}`;
    case 1:
      applyBytes(bytes, to.at, of(from));
      applyBytes(bytes, from.at, of(to));
      return `${from.path} and ${to.path} exchanged`;
    case 2: {
      const fill = random.pick([0, 0xff, 0x80]);
      // A section without bytes in the file (.bss) may be larger than memory.
      bytes.fill(fill, to.at, Math.min(to.at + to.size, bytes.length));
      return `${to.path} filled with 0x${fill.toString(16)}`;
    }
    default:
      applyBytes(bytes, to.at + 1, of(to));
      return `${to.path} moved by a byte`;
  }
};

const hostileNames: Way = (bytes, { texts, structure }, random) => {
  const words: string[] = [];
  for (let left = 1 + random.below(6); left > 0; left--) {
    const field = random.pick(texts.length > 0 ? texts : structure.fields);
    const at = field.at + random.below(Math.max(1, field.size - 1));
    words.push(`0x${at.toString(16)} = ${applyBytes(bytes, at, hostileText(random.next()))}`);
  }
  return `names: ${words.join(', ')}`;
};

/** The same field of two section or segment headers. */
const overlaps: Way = (bytes, map, random) => {
  if (map.headers.length === 0) return someFields(bytes, map, random);
  const words: string[] = [];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const field = random.pick(map.headers);
    const name = field.path.split(' ').at(-1);
    const other = random.pick(map.headers.filter(({ path }) => path.split(' ').at(-1) === name));
    const value = map.structure.read(other.at, other.size);
    words.push(`${field.path} = ${applyNumber(bytes, map.structure, field, value)} as ${other.path}`);
  }
  return words.join('; ');
};

const ways: Readonly<Record<Exclude<SmallKind, 'single' | 'cut'>, Way>> = {
  fields: someFields,
  bytes: someBytes,
  moved: movedRecords,
  names: hostileNames,
  headers: overlaps,
};
