/**
 * The merge that BTF dedup makes of the records: two FUNC are one when name, return type, and names and types of the
 * parameters are the same. The first one stays, and those that stay keep their order. (libbpf src/btf.c, ref types)
 *
 * With a list every name is written once, so there is nothing to merge. Without one a few hundred names come again, up
 * to hundreds of times (a header's `extern inline` memset), and only of these are the types looked at.
 */
import { entryFlag, paramCount, unitOfEntry } from '../dwarf/function-entries.ts';
import { dieRef, foreignRow } from '../dwarf/refs.ts';
import type { TypeDies } from '../dwarf/type-dies.ts';
import { leadsTo, type TypeSignature, typeSignature } from '../dwarf/type-signature.ts';
import type { TypeUnit } from '../dwarf/type-unit.ts';
import { ParseError } from '../errors.ts';
import type { Replay } from './machine.ts';

export interface MergedRecords {
  /** The entries whose record stays, in the order of the records. */
  readonly entries: Uint32Array;
  /** Names that keep more than one record, by name id, with the entries. */
  readonly repeated: ReadonlyMap<number, readonly number[]>;
}

/**
 * @param types the DWARF behind the entries, for the types of the functions that come more than once; without it types
 * are taken to be the same where the names of the parameters are
 */
export function mergeRecords(replay: Replay, types: TypeDies | undefined): MergedRecords {
  const merging = mergingRecords(replay, types);
  for (;;) {
    const step = merging.next();
    if (step.done) return step.value;
  }
}

/** The same in pieces, for who has keys to answer meanwhile: yields the share that is done. */
export function* mergingRecords(replay: Replay, types: TypeDies | undefined): Generator<number, MergedRecords, void> {
  const { encodedEntries: encoded, entries, names } = replay;
  const ids = encoded.map((entry) => names.ofRef(entries.name[entry] as number));
  const counts = new Uint32Array(names.count);
  for (const id of ids) counts[id] = (counts[id] as number) + 1;
  const groups = new Map<number, number[]>();
  ids.forEach((id, row) => {
    if (counts[id] === 1) return;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [encoded[row] as number]);
    else group.push(encoded[row] as number);
  });
  const prototypes = new Prototypes(replay, types);
  const dropped = new Set<number>();
  const repeated = new Map<number, readonly number[]>();
  for (const [id, group] of groups) {
    const kept = yield* prototypes.distinct(group);
    for (const entry of group) if (!kept.includes(entry)) dropped.add(entry);
    if (kept.length > 1) repeated.set(id, kept);
  }
  return { entries: encoded.filter((entry) => !dropped.has(entry)), repeated };
}

/** Entries whose types are read between two yields. */
const entriesAStep = 16;

/** A prototype: what FUNC_PROTO says of an entry. */
interface Prototype {
  readonly entry: number;
  readonly names: string;
  /** The return type, then that of each parameter. */
  readonly types: readonly TypeSignature[];
}

class Prototypes {
  readonly #replay: Replay;
  readonly #types: TypeDies | undefined;
  readonly #holders = new Map<string, ReadonlySet<string>>();

  constructor(replay: Replay, types: TypeDies | undefined) {
    this.#replay = replay;
    this.#types = types;
  }

  /** The first of each sort among entries of one name, ascending. */
  *distinct(group: readonly number[]): Generator<number, number[], void> {
    const kept: Prototype[] = [];
    for (const [i, entry] of group.entries()) {
      if (i % entriesAStep === 0) yield i / group.length;
      const prototype = { entry, names: this.#names(entry), types: this.#signatures(entry) };
      if (!kept.some((other) => this.#same(other, prototype))) kept.push(prototype);
    }
    return kept.map(({ entry }) => entry);
  }

  #names(entry: number): string {
    const { entries, names } = this.#replay;
    const from = entries.firstParam[entry] as number;
    const ids = Array.from({ length: paramCount(entries, entry) }, (_, i) =>
      names.ofRef(entries.paramName[from + i] as number),
    );
    const dots = ((entries.flags[entry] as number) & entryFlag.vararg) !== 0;
    return `${ids.join(' ')}${dots ? ' ...' : ''}`;
  }

  #signatures(entry: number): TypeSignature[] {
    const { entries } = this.#replay;
    const unit = this.#unit(entry);
    if (unit === undefined) return [];
    const from = entries.firstParam[entry] as number;
    const refs = [this.#returnType(entry), ...entries.paramType.subarray(from, entries.firstParam[entry + 1])];
    // A reference out of the unit is not found, which makes the type void.
    return refs.map((ref) => typeSignature(unit, foreignRow(dieRef(ref)) >= 0 ? 0 : ref));
  }

  #returnType(entry: number): number {
    const { entries, rules } = this.#replay;
    const own = entries.type[entry] as number;
    const origin = entries.origin[entry] as number;
    if (own !== 0 || origin === 0 || !rules.returnTypeOfOrigin) return own;
    const unit = unitOfEntry(entries, entry);
    const end = entries.units.firstEntry[unit + 1] as number;
    for (let row = entries.units.firstEntry[unit] as number; row < end; row++) {
      if (entries.die[row] === origin) return entries.type[row] as number;
    }
    return 0;
  }

  #unit(entry: number): TypeUnit | undefined {
    const { units } = this.#replay.entries;
    const row = unitOfEntry(this.#replay.entries, entry);
    // In the pseudo-unit a reference does not say in which unit of .debug_types it is.
    if (this.#types === undefined || row < units.typesUnits) return undefined;
    try {
      return this.#types.unit(units.offset[row] as number);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return undefined;
    }
  }

  #same(a: Prototype, b: Prototype): boolean {
    if (a.names !== b.names || a.types.length !== b.types.length) return false;
    return a.types.every((type, i) => this.#sameType(a.entry, type, b.entry, b.types[i] as TypeSignature));
  }

  #sameType(entryA: number, a: TypeSignature, entryB: number, b: TypeSignature): boolean {
    if (a.text === b.text) return true;
    // Forward declarations apart, the texts have to be the same; a size is what a whole structure adds.
    const bare = (text: string) => text.replace(/((?:struct|union) [^:{}; ]+):\d+/g, '$1');
    if (bare(a.text) !== bare(b.text)) return false;
    const onlyA = a.forwards.filter((name) => !b.forwards.includes(name));
    const onlyB = b.forwards.filter((name) => !a.forwards.includes(name));
    if (onlyA.length + onlyB.length === 0) return false;
    return (
      onlyA.every((name) => this.#resolved(name, entryA, entryB)) &&
      onlyB.every((name) => this.#resolved(name, entryB, entryA))
    );
  }

  /**
   * Whether dedup takes a structure that the unit of one entry only declares for the whole one in the other's unit:
   * it does when it meets both on its way through a structure that the two units have in common.
   */
  #resolved(name: string, declaredIn: number, wholeIn: number): boolean {
    const declared = this.#holdersOf(name, declaredIn);
    const whole = this.#holdersOf(name, wholeIn);
    for (const holder of declared) if (whole.has(holder)) return true;
    return false;
  }

  #holdersOf(name: string, entry: number): ReadonlySet<string> {
    const unit = this.#unit(entry);
    const key = `${unitOfEntry(this.#replay.entries, entry)} ${name}`;
    let holders = this.#holders.get(key);
    if (holders === undefined) {
      try {
        holders = unit === undefined ? new Set() : leadsTo(unit, name);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        holders = new Set();
      }
      this.#holders.set(key, holders);
    }
    return holders;
  }
}
