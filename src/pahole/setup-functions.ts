/**
 * setup_functions: functions[] before and after the ftrace filter.
 *
 *   before   every function symbol, in the order of .symtab
 *   after    those with an mcount slot, by name; functions_cnt is their number
 *
 * Without an array of addresses the list is dropped altogether, and functions_cnt is 0. It is also 0 when no function
 * has a slot, which is what a region of zeros comes to; the encoder cannot tell the two apart.
 * (btf_encoder.c 1.20: 239)
 */
import { allRows, lowerBound, sortRowsByU64, type U64Column, u64At, u64Column } from '../bytes/columns.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { SymbolIndexByAddress } from '../kernel/symbol-index.ts';
import type { CollectedSymbols } from './collect-symbols.ts';
import { sectionIndexOf } from './collect-symbols.ts';
import type { Fate } from './fate.ts';
import { getKmodAddrs, getVmlinuxAddrs, type McountAddrs, type McountInput } from './mcount-addrs.ts';

/** functions[] once it is set up. */
export class FunctionTable {
  readonly symbols: SymbolTable | undefined;
  /** functions[] before the filter, as rows of .symtab. */
  readonly before: Uint32Array;
  /** The kept ones as rows of .symtab, still in its order. */
  readonly kept: Uint32Array;
  /** What the filter went by; undefined where there was no array, and then nothing is kept. */
  readonly addrs: McountAddrs | undefined;
  #sorted: Uint32Array | undefined;
  #keptSorted: Uint32Array | undefined;
  #isKept: ReadonlySet<number> | undefined;
  #keptCounts: Uint32Array | undefined;

  constructor(
    symbols: SymbolTable | undefined,
    before: Uint32Array,
    kept: Uint32Array,
    addrs: McountAddrs | undefined,
  ) {
    this.symbols = symbols;
    this.before = before;
    this.kept = kept;
    this.addrs = addrs;
  }

  /** The number that decides which of the encoder's two worlds its entries live in. */
  get functions_cnt(): number {
    return this.kept.length;
  }

  name(row: number): string {
    return this.symbols?.name(row) ?? '';
  }

  keeps(row: number): boolean {
    this.#isKept ??= new Set(this.kept);
    return this.#isKept.has(row);
  }

  /** functions[] after line 270: all rows by name. Sorted when first asked for; the encoder needs no order. */
  get sorted(): Uint32Array {
    this.#sorted ??= this.#byName(this.before);
    return this.#sorted;
  }

  /** functions[] after line 301. */
  get keptSorted(): Uint32Array {
    this.#keptSorted ??= this.sorted.filter((row) => this.keeps(row));
    return this.#keptSorted;
  }

  /** How many of the first `count` of {@link sorted} were kept: functions_valid in the filter's loop. */
  keptBefore(count: number): number {
    if (this.#keptCounts === undefined) {
      this.#keptCounts = new Uint32Array(this.sorted.length + 1);
      for (let i = 0; i < this.sorted.length; i++) {
        this.#keptCounts[i + 1] = (this.#keptCounts[i] as number) + (this.keeps(this.sorted[i] as number) ? 1 : 0);
      }
    }
    return this.#keptCounts[count] ?? 0;
  }

  /**
   * Position in {@link keptSorted} of the element that find_function's bsearch returns for a name, -1 for none. Of
   * several elements of one name it is always the same one.
   */
  find(name: string): number {
    const rows = this.keptSorted;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.name(rows[middle] as number);
      if (name === other) return middle;
      if (name < other) high = middle;
      else low = middle + 1;
    }
    return -1;
  }

  #byName(rows: Uint32Array): Uint32Array {
    const named = Array.from(rows, (row) => ({ row, name: this.name(row) }));
    // Names are latin1, so the order of their characters is strcmp's.
    named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return Uint32Array.from(named, ({ row }) => row);
  }
}

export const noFunctions = (symbols: SymbolTable | undefined): FunctionTable =>
  new FunctionTable(symbols, new Uint32Array(0), new Uint32Array(0), undefined);

export type SetupResult =
  | { readonly state: 'ready'; readonly table: FunctionTable }
  | { readonly state: 'fatal'; readonly fate: Fate };

export function setupFunctions(
  input: McountInput,
  symbols: SymbolIndexByAddress,
  collected: CollectedSymbols,
): SetupResult {
  const { rules } = input;
  const { table } = symbols;
  const before = collected.functions;
  const ready = (kept: Uint32Array, addrs: McountAddrs | undefined): SetupResult => ({
    state: 'ready',
    table: new FunctionTable(table, before, kept, addrs),
  });
  if (before.length === 0) return ready(before, undefined);
  if (rules.list === 'symbols') return ready(before, undefined);
  let result = getVmlinuxAddrs(input, collected);
  if (result.state === 'none') result = getKmodAddrs(input);
  if (result.state === 'fatal') return result;
  if (result.state === 'none') return ready(new Uint32Array(0), undefined);
  const { addrs } = result;
  const values = addrs.function === 'get_kmod_addrs' ? moduleAddresses(input, symbols, before) : table.values;
  const hasSlot = rules.match === 'exact' ? exactMatch(addrs.addrs, values) : rangeMatch(addrs.addrs, values, table);
  return ready(before.filter(hasSlot), addrs);
}

/** st_value + sh_addr of each function, by symbol row. In a linked file that counts the section's address twice. */
function moduleAddresses(input: McountInput, symbols: SymbolIndexByAddress, rows: Uint32Array): U64Column {
  // What libdwfl made of sh_addr in an ET_REL file is not in the file; any layout in which sections do not overlap
  // gives the same matches.
  if (input.elf.isRelocatable) return symbols.addresses;
  const column = u64Column(symbols.table.count);
  for (const row of rows) {
    const section = input.elf.sections[sectionIndexOf(symbols.table, row, input.rules)];
    const address = BigInt.asUintN(64, symbols.table.value(row) + (section?.sh_addr ?? 0n));
    column.hi[row] = Number(address >> 32n);
    column.lo[row] = Number(address & 0xffffffffn);
  }
  return column;
}

/** Whether a slot equals the row's address: bsearch in pahole, a hash table here. */
function exactMatch(slots: U64Column, values: U64Column): (row: number) => boolean {
  const { hi, lo } = slots;
  const mask = 2 ** Math.ceil(Math.log2(Math.max(8, lo.length * 2))) - 1;
  /** 1 + the slot. */
  const places = new Uint32Array(mask + 1);
  const placeOf = (valueHi: number, valueLo: number): number => {
    let place = (Math.imul(valueLo ^ valueHi, 0x9e3779b1) >>> 8) & mask;
    for (; ; place = (place + 1) & mask) {
      const slot = (places[place] as number) - 1;
      if (slot < 0 || (lo[slot] === valueLo && hi[slot] === valueHi)) return place;
    }
  };
  for (let slot = 0; slot < lo.length; slot++) places[placeOf(hi[slot] as number, lo[slot] as number)] = slot + 1;
  return (row) => places[placeOf(values.hi[row] as number, values.lo[row] as number)] !== 0;
}

/** Whether the smallest slot that is not below the row's address is less than st_size bytes away. */
function rangeMatch(slots: U64Column, values: U64Column, table: SymbolTable): (row: number) => boolean {
  const order = sortRowsByU64(slots, allRows(slots.lo.length));
  return (row) => {
    const start = u64At(values, row);
    const slot = order[lowerBound(slots, order, start)];
    return slot !== undefined && u64At(slots, slot) - start < table.size(row);
  };
}
