/**
 * One of two kernels that are compared: its FUNC records by name, and its function symbols by name. A name may have
 * several of either: static functions share names, and an encoder that runs in threads may leave one function twice.
 *
 *   name → FUNC ids        name → FUNC symbols        name → clones: name.isra.0, name.constprop.0 …
 *
 * Each table is made when it is first asked for, so that a comparison of records reads no symbols; or before, in slices,
 * by who has a screen to draw.
 */
import type { Btf } from '../btf/btf.ts';
import { prototype } from '../btf/print-c.ts';
import { STB } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { type SlotIndex, type SymbolIndex, symbolIndex, type Vaddr } from '../units.ts';

export interface ComparedSymbol {
  readonly row: SymbolIndex;
  readonly address: Vaddr;
  /** STB_LOCAL: the function is static. */
  readonly isStatic: boolean;
  /** Its slot in the mcount region: ftrace can trace it. */
  readonly slot: SlotIndex | undefined;
}

const nothing: readonly number[] = [];
/** Names between two looks at the clock of whoever does not want to wait: a millisecond. */
const slice = 1024;

function add(map: Map<string, number[]>, name: string, value: number): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [value]);
  else known.push(value);
}

export class ComparedKernel {
  readonly kernel: Vmlinux;
  /** Undefined where there is none or it cannot be read: `kernel.btf` has the reason. */
  readonly btf: Btf | undefined;
  #records: ReadonlyMap<string, readonly number[]> | undefined;
  #symbols: Map<string, number[]> | undefined;
  #clones: Map<string, number[]> | undefined;

  constructor(kernel: Vmlinux) {
    this.kernel = kernel;
    this.btf = readyValue(kernel.btf)?.btf;
  }

  /** The ids of the FUNC records of each name, in file order. */
  get records(): ReadonlyMap<string, readonly number[]> {
    if (this.#records === undefined) for (const _ of this.#readRecords());
    return this.#records ?? new Map();
  }

  /** Make the tables in slices. */
  *prepare(): Generator<number, void> {
    if (this.#records === undefined) yield* this.#readRecords();
    if (this.#symbols === undefined) yield* this.#readSymbols();
  }

  *#readRecords(): Generator<number, void> {
    const records = new Map<string, number[]>();
    const funcs = this.btf?.funcs ?? [];
    yield 0;
    for (let i = 0; i < funcs.length; i++) {
      const id = funcs[i] as number;
      add(records, this.btf?.nameOf(id) ?? '', id);
      if (i % slice === slice - 1) yield 0;
    }
    this.#records = records;
  }

  recordsOf(name: string): readonly number[] {
    return this.records.get(name) ?? nothing;
  }

  /** A record's prototype as C, without the linkage, which pahole writes as static for every function. */
  prototype(id: number): string {
    return this.btf === undefined ? '' : prototype(this.btf, id, { linkage: false });
  }

  /** The same without the names of the parameters: what a caller has to agree with. */
  types(id: number): string {
    return this.btf === undefined ? '' : prototype(this.btf, id, { linkage: false, parameterNames: false });
  }

  /** The names of all function symbols. */
  get symbolNames(): Iterable<string> {
    return this.#functionSymbols().keys();
  }

  hasSymbol(name: string): boolean {
    return this.#functionSymbols().has(name);
  }

  /** The function symbols of a name, by address. */
  symbolsOf(name: string): readonly ComparedSymbol[] {
    const symbols = readyValue(this.kernel.symbols);
    if (symbols === undefined) return [];
    const region = readyValue(this.kernel.mcount);
    return (this.#functionSymbols().get(name) ?? nothing).map((row) => ({
      row: symbolIndex(row),
      address: symbols.address(row),
      isStatic: symbols.table.binding(row) === STB.LOCAL,
      slot: region?.slotOfFunction(row),
    }));
  }

  /** What the compiler made of a function in its place: `name.isra.0`. */
  clonesOf(name: string): readonly string[] {
    this.#functionSymbols();
    const table = readyValue(this.kernel.symbols)?.table;
    return (this.#clones?.get(name) ?? nothing).map((row) => table?.name(row) ?? '');
  }

  #functionSymbols(): Map<string, number[]> {
    if (this.#symbols === undefined) for (const _ of this.#readSymbols());
    return this.#symbols ?? new Map();
  }

  *#readSymbols(): Generator<number, void> {
    const names = new Map<string, number[]>();
    const clones = new Map<string, number[]>();
    const symbols = readyValue(this.kernel.symbols);
    yield 0;
    const rows = symbols?.functionsByAddress ?? [];
    yield 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const name = symbols?.table.name(row) ?? '';
      const dot = name.indexOf('.');
      if (name !== '') add(names, name, row);
      if (dot > 0) add(clones, name.slice(0, dot), row);
      if (i % slice === slice - 1) yield 0;
    }
    this.#symbols = names;
    this.#clones = clones;
  }
}
