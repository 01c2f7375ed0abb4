/**
 * Functions to attach to in place of one that has no record: those whose record has the same types, names of parameters
 * aside. What a program reads from the arguments of the one it then reads from those of the other, and mostly one commit
 * changes both.
 *
 *   the types        that the missing function has in DWARF, else in the BTF of another kernel
 *   the candidates   FUNC records with these types whose function has a symbol: one that is inlined everywhere has none
 *   first            what ftrace can attach to; of the same compile unit; of a like name; kept in the same tables
 */
import type { Btf } from '../btf/btf.ts';
import { KIND } from '../btf/kinds.ts';
import { declaration, prototype } from '../btf/print-c.ts';
import { entryLowPc, entryName, type FunctionEntries, unitName, unitOfEntry } from '../dwarf/function-entries.ts';
import { type Availability, ready, readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import type { SymbolIndex, TypeId, Vaddr } from '../units.ts';
import { entriesNamed, isDefinition } from './definitions.ts';
import type { Evidence } from './evidence.ts';
import { findStoredAddresses, type StoredAddress } from './function-tables.ts';
import { nameSimilarity } from './name-similarity.ts';
import { type WantedTypes, wantedTypes } from './wanted-types.ts';

/** Where the missing function and a stand-in are kept: "tty_fops+0x28" and "console_fops+0x28". */
export interface SharedTable {
  /** The same word of two objects of one size; or two words of one object. */
  readonly kind: 'same-slot' | 'same-table';
  readonly wanted: string;
  readonly standIn: string;
}

export interface StandIn {
  /** Of the FUNC record. */
  readonly id: TypeId;
  readonly name: string;
  /** With the names of the parameters. */
  readonly prototype: string;
  readonly symbol: SymbolIndex;
  readonly address: Vaddr;
  /** Whether ftrace has it: an mcount slot is its own. Undefined where the region cannot be read. */
  readonly traceable: boolean | undefined;
  /** The compile unit that its code is in; undefined without DWARF. */
  readonly unit: string | undefined;
  readonly sameUnit: boolean;
  /** Of the names, from 0 to 1; see name-similarity.ts. */
  readonly similarity: number;
  /** A few of the tables that hold both. */
  readonly tables: readonly SharedTable[];
}

export interface StandIns {
  readonly wanted: WantedTypes;
  /** FUNC records of other functions with the same types. */
  readonly sameTypes: number;
  /** So many, or without parameters, that the types say little; only what has more in common is listed then. */
  readonly common: boolean;
  /** The best first. */
  readonly standIns: readonly StandIn[];
}

export interface StandInOptions {
  /** A kernel that has a record of the function, for its types where this one has no DWARF. */
  readonly like?: Vmlinux | undefined;
  /** The function entry that is meant, where DWARF has several of the name. */
  readonly entry?: number | undefined;
  /** How many are listed. Default: 5. */
  readonly limit?: number | undefined;
}

/** From so many functions of the same types on, the types say little. */
const commonFrom = 64;
/** Of these few are listed. */
const mostCommon = 3;
/** A name that has less in common with another is a stranger's. */
const likeName = 0.5;
/** Candidates whose places in tables are looked for. */
const mostCandidates = 512;
const mostTables = 3;
/** Bytes of NOPs before a function's entry. */
const slack = 16n;

/** The functions that can stand in for one; absent where its types are not known, or there is no BTF. */
export function findStandIns(evidence: Evidence, name: string, options: StandInOptions = {}): Availability<StandIns> {
  const part = evidence.kernel.btf;
  if (part.state !== 'ready') return part;
  const types = wantedTypes(evidence, name, options.like, options.entry);
  if (types.state !== 'ready') return types;
  const wanted = types.value;
  const { btf } = part.value;
  const same = recordsOfTypes(btf, wanted);
  const common = same.length >= commonFrom || wanted.parameters.length === 0;
  const candidates = new Candidates(evidence, wanted).rank(same.map((id) => ({ id, name: btf.nameOf(id) })));
  const related = (row: Ranked) => row.sameUnit || row.similarity >= likeName || row.tables.length > 0;
  const limit = Math.min(options.limit ?? 5, common ? mostCommon : Number.POSITIVE_INFINITY);
  const listed = (common ? candidates.filter(related) : candidates).slice(0, limit);
  const standIns = listed.map((row) => ({
    ...row,
    prototype: prototype(btf, row.id, { linkage: false }),
    unit: unitOf(evidence, row, wanted),
  }));
  return ready({ wanted, sameTypes: same.length, common, standIns });
}

/** The FUNC records of other functions that have these types. */
function recordsOfTypes(btf: Btf, wanted: WantedTypes): TypeId[] {
  const texts = new Map<number, string>();
  const textOf = (type: number): string => {
    let text = texts.get(type);
    if (text === undefined) {
      text = declaration(btf, type);
      texts.set(type, text);
    }
    return text;
  };
  const count = wanted.parameters.length;
  const matches = (id: number): boolean => {
    const protoId = btf.raw(id).size_or_type;
    const proto = btf.has(protoId) ? btf.raw(protoId) : undefined;
    if (proto?.kind !== KIND.FUNC_PROTO || proto.vlen !== count) return false;
    for (let index = 0; index < count; index++) {
      const type = proto.entry(index, 1);
      const isEllipsis = index === count - 1 && type === 0 && proto.entry(index, 0) === 0;
      if ((isEllipsis ? '...' : textOf(type)) !== wanted.parameters[index]) return false;
    }
    return textOf(proto.size_or_type) === wanted.returns;
  };
  return Array.from(btf.funcs as Iterable<number>).filter(
    (id): id is TypeId => matches(id) && btf.nameOf(id) !== wanted.name,
  );
}

interface Candidate {
  readonly id: TypeId;
  readonly name: string;
}

type Ranked = Omit<StandIn, 'prototype' | 'unit'>;

class Candidates {
  readonly #evidence: Evidence;
  readonly #wanted: WantedTypes;
  readonly #inUnit: ReadonlyMap<string, Vaddr | undefined>;

  constructor(evidence: Evidence, wanted: WantedTypes) {
    this.#evidence = evidence;
    this.#wanted = wanted;
    const entries = readyValue(evidence.dwarf)?.worlds.entries;
    const isEntry = wanted.from.kind === 'dwarf' && entries !== undefined;
    this.#inUnit = isEntry ? definedIn(entries, unitOfEntry(entries, wanted.from.entry)) : new Map();
  }

  rank(candidates: readonly Candidate[]): Ranked[] {
    const rows = candidates
      .map((row) => ({
        ...row,
        sameUnit: this.#inUnit.has(row.name),
        similarity: nameSimilarity(this.#wanted.name, row.name),
      }))
      .sort((a, b) => Number(b.sameUnit) - Number(a.sameUnit) || b.similarity - a.similarity)
      .slice(0, mostCandidates);
    const symbols = this.#symbolsOf([this.#wanted.name, ...rows.map((row) => row.name)]);
    const placed = rows.flatMap((row) => {
      const place = symbols.get(row.name);
      if (place === undefined) return [];
      const sameUnit = row.sameUnit && this.#isOfUnit(row.name, place.symbol);
      return [{ ...row, ...place, sameUnit, traceable: this.#isTraceable(place.symbol) }];
    });
    const own = symbols.get(this.#wanted.name);
    const tables = own === undefined ? [] : this.#tables([own.address, ...placed.map((row) => row.address)]);
    return placed.map((row, index) => ({ ...row, tables: tables[index] ?? [] })).sort(compare);
  }

  /** The function symbols of some names: a pass over all of them. Of several of one name the first. */
  #symbolsOf(names: readonly string[]): ReadonlyMap<string, { readonly symbol: SymbolIndex; readonly address: Vaddr }> {
    const symbols = readyValue(this.#evidence.kernel.symbols);
    const found = new Map<string, { symbol: SymbolIndex; address: Vaddr }>();
    if (symbols === undefined) return found;
    const left = new Set(names);
    for (const row of symbols.functionsByAddress) {
      const name = symbols.table.name(row) ?? '';
      if (!left.delete(name)) continue;
      found.set(name, { symbol: row as SymbolIndex, address: symbols.address(row) });
    }
    return found;
  }

  /** A weak function of the unit may have lost to one elsewhere: the symbol is then not where the unit's code is. */
  #isOfUnit(name: string, symbol: SymbolIndex): boolean {
    const start = this.#inUnit.get(name);
    const symbols = readyValue(this.#evidence.kernel.symbols);
    if (start === undefined || symbols === undefined || this.#evidence.kernel.elf.isRelocatable) return true;
    // DWARF may begin a function behind its entry NOPs, or before its symbol where they stand before it.
    const address = symbols.address(symbol);
    return start + slack >= address && start < address + symbols.table.size(symbol) + slack;
  }

  #isTraceable(symbol: SymbolIndex): boolean | undefined {
    const region = readyValue(this.#evidence.kernel.mcount);
    return region === undefined ? undefined : region.slotOfFunction(symbol) !== undefined;
  }

  /** For each candidate the tables that it shares. @param addresses the missing function's, then the candidates' */
  #tables(addresses: readonly Vaddr[]): SharedTable[][] {
    const { kernel, linker } = this.#evidence;
    const stored = findStoredAddresses(kernel, linker, addresses);
    const own = stored.filter(({ index }) => index === 0);
    const shared: SharedTable[][] = addresses.slice(1).map(() => []);
    for (const other of stored) {
      const tables = shared[other.index - 1];
      if (tables === undefined || tables.length >= mostTables) continue;
      const pair = own.flatMap((mine) => sharedBy(mine, other) ?? [])[0];
      if (pair !== undefined) tables.push(pair);
    }
    return shared;
  }
}

function sharedBy(mine: StoredAddress, other: StoredAddress): SharedTable | undefined {
  const names = { wanted: placeName(mine), standIn: placeName(other) };
  if (mine.object === other.object) return { kind: 'same-table', ...names };
  const sameSlot = mine.objectSize === other.objectSize && mine.offset === other.offset;
  return sameSlot ? { kind: 'same-slot', ...names } : undefined;
}

const placeName = ({ objectName, offset }: StoredAddress): string => `${objectName}+0x${offset.toString(16)}`;

/** A tenth more or less of a name is no reason to prefer a function to one of the same table. */
const tenths = (similarity: number): number => Math.round(similarity * 10);

function compare(a: Ranked, b: Ranked): number {
  return (
    Number(a.traceable === false) - Number(b.traceable === false) ||
    Number(b.sameUnit) - Number(a.sameUnit) ||
    tenths(b.similarity) - tenths(a.similarity) ||
    Number(b.tables.length > 0) - Number(a.tables.length > 0) ||
    b.similarity - a.similarity ||
    a.id - b.id
  );
}

/** Where the functions with code in a unit begin, by name; undefined for one that is in pieces. */
function definedIn(entries: FunctionEntries, unit: number): ReadonlyMap<string, Vaddr | undefined> {
  const starts = new Map<string, Vaddr | undefined>();
  const end = entries.units.firstEntry[unit + 1] as number;
  for (let entry = entries.units.firstEntry[unit] as number; entry < end; entry++) {
    if (isDefinition(entries, entry)) starts.set(entryName(entries, entry) ?? '', entryLowPc(entries, entry));
  }
  return starts;
}

/** The unit of a stand-in: the missing function's own where it is there too, else the first that defines it. */
function unitOf(evidence: Evidence, { name, sameUnit }: Ranked, { from }: WantedTypes): string | undefined {
  const entries = readyValue(evidence.dwarf)?.worlds.entries;
  if (entries === undefined || from.kind !== 'dwarf') return undefined;
  if (sameUnit) return from.unit;
  const { definitions, others } = entriesNamed(entries, name);
  const entry = definitions[0] ?? others[0];
  return entry === undefined ? undefined : unitName(entries, unitOfEntry(entries, entry));
}
