/**
 * Which function entries of the DWARF are about a function symbol.
 *
 * They share the name; an encoder knows nothing else. Where several symbols have one name (static functions of several
 * units), the entries are those of the units in which one of them has its low_pc in the symbol. low_pc is st_value, or
 * 8 more where GCC 12 and before put their label behind arm64's patchable NOPs, so the symbol that holds it is meant.
 */
import { entryFlag, type FunctionEntries, unitOfEntry } from '../dwarf/function-entries.ts';
import type { SymbolIndexByAddress } from '../kernel/symbol-index.ts';
import type { NameIds } from '../pahole/name-ids.ts';
import type { SymbolIndex } from '../units.ts';
import { drain } from './pieces.ts';

const none: readonly number[] = [];

/** Entries that are looked at between two yields. */
const entriesAStep = 2048;

/** Of the entries of a name: the units in which a symbol has one, and those of each unit. */
interface Told {
  readonly units: ReadonlyMap<bigint, ReadonlySet<number>>;
  readonly entries: ReadonlyMap<number, readonly number[]>;
}

export class SymbolEntries {
  readonly #entries: FunctionEntries;
  readonly #names: NameIds;
  readonly #symbols: SymbolIndexByAddress | undefined;
  /** By name id; made when all of a kernel is asked for. */
  #byName: ReadonlyMap<number, readonly number[]> | undefined;
  /** By the row of the function symbol that holds their low_pc. */
  #bySymbol: ReadonlyMap<number, readonly number[]> | undefined;

  /** By the list of the entries of a name: a thousand symbols may share it. */
  readonly #told = new WeakMap<readonly number[], Told>();

  constructor(entries: FunctionEntries, names: NameIds, symbols: SymbolIndexByAddress | undefined) {
    this.#entries = entries;
    this.#names = names;
    this.#symbols = symbols;
  }

  /** Make what the question for every symbol needs: passes that decode every name and find every symbol once. */
  *indexing(): Generator<number, void, void> {
    this.#bySymbol ??= yield* this.#indexingSymbols();
    if (this.#byName !== undefined) return;
    const byName = new Map<number, number[]>();
    const { name, count } = this.#entries;
    for (let entry = 0; entry < count; entry++) {
      const ref = name[entry] as number;
      if (ref === 0) continue;
      const id = this.#names.ofRef(ref);
      const list = byName.get(id);
      if (list === undefined) byName.set(id, [entry]);
      else list.push(entry);
      if (entry % entriesAStep === 0) yield 0.5 + entry / count / 2;
    }
    this.#byName = byName;
  }

  /**
   * All entries of a name (latin1), in the order of the encoder.
   * @param row a symbol that has it: its bytes are looked up, where a text of them would be a copy, of megabytes it may be
   */
  named(name: string, row?: SymbolIndex): readonly number[] {
    if (this.#byName !== undefined) {
      const table = this.#symbols?.table;
      const id = row === undefined ? undefined : table && this.#names.ofString(table.strings, table.nameOffset(row));
      return this.#byName.get(id ?? this.#names.ofText(name)) ?? none;
    }
    return name === '' ? none : this.#entries.names.rowsNamed(this.#entries.name, name);
  }

  /**
   * The entries of `all` that are about the symbol at an address and not about another of its name; undefined where none
   * of them says which, and then they may all be.
   */
  at(address: bigint, all: readonly number[]): readonly number[] | undefined {
    let told = this.#told.get(all);
    if (told === undefined) {
      told = this.#tell(all);
      this.#told.set(all, told);
    }
    const units = told.units.get(address);
    if (units === undefined) return undefined;
    const [unit] = units;
    // One unit is the rule, and its list is the same for every symbol that is in it.
    if (units.size === 1 && unit !== undefined) return told.entries.get(unit);
    return all.filter((entry) => units.has(unitOfEntry(this.#entries, entry)));
  }

  #tell(all: readonly number[]): Told {
    const units = new Map<bigint, Set<number>>();
    const entries = new Map<number, number[]>();
    for (const entry of all) {
      const unit = unitOfEntry(this.#entries, entry);
      const ofUnit = entries.get(unit);
      if (ofUnit === undefined) entries.set(unit, [entry]);
      else ofUnit.push(entry);
      const address = this.addressOf(entry);
      if (address === undefined) continue;
      const ofAddress = units.get(address);
      if (ofAddress === undefined) units.set(address, new Set([unit]));
      else ofAddress.add(unit);
    }
    return { units, entries };
  }

  /** The entries whose code is a function that starts at an address, whatever they are called. */
  startingAt(address: bigint): readonly number[] {
    this.#bySymbol ??= drain(this.#indexingSymbols());
    const row = this.#symbols?.functionAt(address);
    return (row !== undefined && this.#bySymbol.get(row)) || none;
  }

  *#indexingSymbols(): Generator<number, Map<number, number[]>, void> {
    const bySymbol = new Map<number, number[]>();
    for (let entry = 0; entry < this.#entries.count; entry++) {
      if (entry % entriesAStep === 0) yield entry / this.#entries.count / 2;
      const row = this.#symbolOf(entry);
      if (row === undefined) continue;
      const list = bySymbol.get(row);
      if (list === undefined) bySymbol.set(row, [entry]);
      else list.push(entry);
    }
    return bySymbol;
  }

  /** Address of the function symbol that an entry's low_pc is in; undefined without low_pc, or without such a symbol. */
  addressOf(entry: number): bigint | undefined {
    const row = this.#symbolOf(entry);
    return row === undefined ? undefined : this.#symbols?.address(row);
  }

  #symbolOf(entry: number): number | undefined {
    const { flags, lowPc } = this.#entries;
    if (((flags[entry] as number) & entryFlag.lowPc) === 0) return undefined;
    return this.#symbols?.functionAround(lowPc.hi[entry] as number, lowPc.lo[entry] as number)?.symbol;
  }
}
