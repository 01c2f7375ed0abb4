/**
 * The input that a seed and an index make. Of sixteen in a row:
 *
 *   8   one field of a small input, one value: every field and every value comes in turn
 *   1   cut off where something begins or ends, or a byte beside it
 *   2   two to five fields at once, values at random
 *   1   bytes at random in and around a record
 *   1   a record over another, wiped, swapped or moved by a byte
 *   1   names that a terminal would obey
 *   1   two tables in one place, or types and sizes exchanged, by the section headers
 *   1   any of these on a slice of a real kernel; where it is missing, on a small input
 *
 * One in 64 is made from a large fixture in place of a small input.
 */
import type { Base } from './bases/base.ts';
import type { Bases } from './bases/bases.ts';
import { Random, shuffled } from './random.ts';
import { mapBtf } from './structure/btf-structure.ts';
import { mapElf } from './structure/elf-structure.ts';
import { type Field, type Row, Structure } from './structure/structure.ts';
import { applyBytes, applyNumber, applyValue, hostileText, valueCount } from './values.ts';

/** A damaged input. */
export interface Damaged {
  readonly base: Base;
  readonly bytes: Uint8Array;
  /** What was done, for people. */
  readonly words: string;
}

const everyNthIsLarge = 64;

export class Damager {
  /** Single-field cases of the small inputs: how many there are in all. */
  readonly singleCases: number;
  readonly #bases: Bases;
  readonly #seed: number;
  readonly #maps = new Map<Base, BaseMap>();
  /** Where the single-field cases of each small input begin. */
  readonly #starts: number[] = [];

  constructor(bases: Bases, seed: number) {
    this.#bases = bases;
    this.#seed = seed;
    let total = 0;
    for (const base of bases.small) {
      this.#starts.push(total);
      total += this.#mapOf(base).cases;
    }
    this.singleCases = total;
  }

  make(index: number): Damaged {
    const damaged = this.#make(index);
    return { ...damaged, words: `${damaged.base.name}: ${damaged.words}` };
  }

  #make(index: number): Damaged {
    const random = new Random(this.#seed, index);
    const way = index % 16;
    if (index % everyNthIsLarge === everyNthIsLarge - 2)
      return this.#damage(random.pick(this.#bases.large), random, 16);
    if (way === 15) return this.#damage(this.#bases.slice ?? random.pick(this.#bases.small), random, 16);
    if (way % 2 === 0) return this.#single(Math.floor(index / 2));
    return this.#damage(random.pick(this.#bases.small), random, way);
  }

  #single(nth: number): Damaged {
    const which = shuffled(this.#seed, nth % this.singleCases, this.singleCases);
    let at = this.#starts.length - 1;
    while ((this.#starts[at] ?? 0) > which) at--;
    const base = this.#bases.small[at] as Base;
    return this.#damageSingle(base, which - (this.#starts[at] ?? 0));
  }

  #damageSingle(base: Base, which: number): Damaged {
    const map = this.#mapOf(base);
    const { field, nth } = map.single(which);
    const bytes = Uint8Array.from(base.bytes);
    const value = applyValue(bytes, map.structure, field, nth);
    return { base, bytes, words: `${field.path} = ${value}` };
  }

  /** @param way 1, 3 … 13 of the table above; 16 for any */
  #damage(base: Base, random: Random, way: number): Damaged {
    const map = this.#mapOf(base);
    const chosen = way === 16 ? random.pick([0, 0, 0, 1, 3, 5, 7, 9, 11, 13]) : way;
    if (chosen === 0) return this.#damageSingle(base, random.below(map.cases));
    const to = map.structure;
    if (chosen === 1) {
      const at = random.pick(to.boundaries) + random.pick([0, 0, 0, -1, 1]);
      const size = Math.min(Math.max(at, 0), base.bytes.length);
      return { base, bytes: base.bytes.slice(0, size), words: `cut off at ${size}` };
    }
    const bytes = Uint8Array.from(base.bytes);
    const words = (ways[chosen] ?? someFields)(bytes, map, random);
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

/** The fields of a sound input, with their cases counted. */
class BaseMap {
  readonly structure: Structure;
  readonly cases: number;
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

const ways: Readonly<Record<number, Way>> = {
  3: someFields,
  5: someFields,
  7: someBytes,
  9: movedRecords,
  11: hostileNames,
  13: overlaps,
};
