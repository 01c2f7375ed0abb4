/**
 * The walk between the four tables, from any of them to the others:
 *
 *   symbol ── value ──→ mcount slot ── place ──→ relocation entry
 *      └───── name ───→ BTF FUNC record
 *
 * A focus is a key of one table, never a row on a screen. Its links are the keys of the others, and for each that is
 * missing the reason and the neighbour beside which it would stand.
 */
import { prototype } from '../btf/print-c.ts';
import { SHN, STT } from '../elf/constants.ts';
import { readyValue } from '../errors.ts';
import {
  type SlotIndex,
  type SymbolIndex,
  slotIndex,
  symbolIndex,
  type TypeId,
  typeId,
  type Vaddr,
  vaddr,
} from '../units.ts';
import { Pointers } from './pointers.ts';
import type { RunningKernel } from './running.ts';
import type { Vmlinux } from './vmlinux.ts';

export type Focus =
  | { readonly kind: 'symbol'; readonly row: SymbolIndex }
  | { readonly kind: 'slot'; readonly slot: SlotIndex }
  | { readonly kind: 'relocation'; readonly row: number }
  | { readonly kind: 'func'; readonly id: TypeId }
  | { readonly kind: 'address'; readonly address: Vaddr }
  /** A symbol of a module, by its row of kallsyms: it is in no table of the file. */
  | { readonly kind: 'module'; readonly row: number };

/** The key in one table, or why there is none and which key it would follow. */
export type Link<Key> =
  | { readonly state: 'linked'; readonly key: Key }
  | { readonly state: 'missing'; readonly reason: string; readonly near: Key | undefined };

export interface Links {
  readonly focus: Focus;
  /** What the focus is called: a symbol's or record's name, or "symbol+0x10". */
  readonly name: string;
  /** Address of the function, datum or place. */
  readonly address: Vaddr | undefined;
  readonly symbol: Link<SymbolIndex>;
  readonly slot: Link<SlotIndex>;
  readonly relocation: Link<number>;
  readonly func: Link<TypeId>;
}

const linked = <Key>(key: Key): Link<Key> => ({ state: 'linked', key });
const missing = <Key>(reason: string, near?: Key): Link<Key> => ({ state: 'missing', reason, near });

export const sameFocus = (a: Focus | undefined, b: Focus | undefined): boolean => {
  if (a === undefined || b === undefined || a.kind !== b.kind) return a === b;
  switch (a.kind) {
    case 'symbol':
      return b.kind === 'symbol' && a.row === b.row;
    case 'slot':
      return b.kind === 'slot' && a.slot === b.slot;
    case 'relocation':
      return b.kind === 'relocation' && a.row === b.row;
    case 'func':
      return b.kind === 'func' && a.id === b.id;
    case 'address':
      return b.kind === 'address' && a.address === b.address;
    case 'module':
      return b.kind === 'module' && a.row === b.row;
  }
};

/** How far along the functions a neighbour with a record is looked for. */
const neighbourReach = 400;
/** Names whose symbols are remembered: a name that no symbol has costs a pass over all of them, a millisecond. */
const mostNames = 4096;

export class Linker extends Pointers {
  readonly #named = new Map<string, SymbolIndex | undefined>();
  readonly #running: RunningKernel | undefined;

  constructor(kernel: Vmlinux, running?: RunningKernel) {
    super(kernel);
    this.#running = running;
  }

  /** The links of a focus. Every part that cannot be read is a missing link with the reason; nothing is thrown. */
  resolve(focus: Focus): Links {
    switch (focus.kind) {
      case 'symbol':
        return this.#fromSymbol(focus, focus.row);
      case 'slot':
        return this.#fromSlot(focus, focus.slot);
      case 'relocation':
        return this.#fromRelocation(focus, focus.row);
      case 'func':
        return this.#fromFunc(focus, focus.id);
      case 'address':
        return this.#fromAddress(focus, focus.address);
      case 'module':
        return this.#fromModule(focus, focus.row);
    }
  }

  #fromSymbol(focus: Focus, row: SymbolIndex): Links {
    const { symbols } = this.kernel;
    if (symbols.state !== 'ready') return this.#nothing(focus, symbols.reason);
    const { table } = symbols.value;
    if (row >= table.count) return this.#nothing(focus, 'no such symbol');
    const name = this.nameSymbol(row);
    const isUndefined = table.st_shndx(row) === SHN.UNDEF;
    const address = isUndefined ? undefined : symbols.value.address(row);
    const slot = this.#slotOfSymbol(row);
    return {
      focus,
      name,
      address,
      symbol: linked(row),
      slot,
      relocation: this.#relocationFor(row, slot),
      func: this.#funcNamed(name, row),
    };
  }

  #fromSlot(focus: Focus, index: SlotIndex): Links {
    const region = readyValue(this.kernel.mcount);
    const slot = region?.slot(index);
    if (slot?.symbol !== undefined) {
      return { ...this.#fromSymbol(focus, slot.symbol), slot: linked(index), relocation: this.#slotRelocation(index) };
    }
    const value = slot?.relocated ?? 0n;
    const around = this.containing(value);
    const what = value === 0n ? 'the slot holds zero' : `no FUNC symbol at 0x${value.toString(16)}`;
    return {
      focus,
      name: value === 0n ? `slot ${index}` : this.nameAddress(value),
      address: value === 0n ? slot?.place : vaddr(value),
      symbol: missing(`${what}: a weak function that lost, or one that the linker dropped`, around?.symbol),
      slot: linked(index),
      relocation: this.#slotRelocation(index),
      func: missing('without a symbol there is no name to look a record up by'),
    };
  }

  #fromRelocation(focus: Focus, row: number): Links {
    const { relocations } = this.kernel;
    const entry = relocations.row(row);
    if (entry === undefined) return this.#nothing(focus, 'no such relocation');
    const isInMemory = this.isInMemory(entry);
    const slot = isInMemory ? readyValue(this.kernel.mcount)?.slotAt(entry.address) : undefined;
    if (slot !== undefined && this.#slotRelocates(slot, row)) {
      return { ...this.#fromSlot(focus, slot), relocation: linked(row) };
    }
    const target = this.pointsAt(entry);
    const symbol = this.symbolOf(entry) ?? (target === undefined ? undefined : this.containing(target)?.symbol);
    if (symbol !== undefined) return { ...this.#fromSymbol(focus, symbol), relocation: linked(row) };
    const type = entry.table.machine.name(entry.type);
    const isNone = entry.table.machine.classOf(entry.type) === 'none';
    const reason = isNone
      ? `${type} does nothing`
      : target === undefined
        ? 'the entry names no symbol'
        : `no symbol holds 0x${target.toString(16)}, which the entry points at`;
    const around = isInMemory ? this.containing(entry.address)?.symbol : undefined;
    return {
      focus,
      name: isNone ? `${entry.table.section.name}, entry ${entry.index}` : this.namePlace(entry),
      address: isInMemory && !isNone ? entry.address : undefined,
      symbol: missing(reason, around),
      slot: missing('the entry fills no slot'),
      relocation: linked(row),
      func: missing(`${reason}: there is no name to look a record up by`),
    };
  }

  #slotRelocates(slot: SlotIndex, row: number): boolean {
    return readyValue(this.kernel.mcount)?.slot(slot).relocation === row;
  }

  #fromFunc(focus: Focus, id: TypeId): Links {
    const btf = readyValue(this.kernel.btf)?.btf;
    if (btf === undefined || !btf.has(id)) return this.#nothing(focus, 'no such type');
    const name = btf.nameOf(id);
    const row = this.#symbolNamed(name);
    if (row !== undefined) return { ...this.#fromSymbol(focus, row), func: linked(id) };
    return {
      ...this.#nothing(focus, 'without a symbol there is no address'),
      name,
      symbol: missing(
        `no symbol ${name}: inlined everywhere, or the record is of another kernel`,
        this.#symbolNearFunc(id),
      ),
      func: linked(id),
    };
  }

  #fromAddress(focus: Focus, address: Vaddr): Links {
    const symbol = this.containing(address);
    const slot = readyValue(this.kernel.mcount)?.slotAt(address);
    if (slot !== undefined) return { ...this.#fromSlot(focus, slot), name: this.nameAddress(address), address };
    const links =
      symbol === undefined
        ? this.#nothing(focus, 'no symbol holds this address')
        : this.#fromSymbol(focus, symbol.symbol);
    const { relocations, elf } = this.kernel;
    const here = relocations.firstTouching(address, address + BigInt(elf.wordSize));
    const found = { ...links, name: this.nameAddress(address), address };
    return here === undefined ? found : { ...found, relocation: linked(here) };
  }

  #fromModule(focus: Focus, row: number): Links {
    const symbol = this.#running?.moduleSymbol(row);
    if (symbol === undefined) return this.#nothing(focus, 'no such symbol of a module');
    const { name, module, address } = symbol;
    const reason = `of module ${module}, which was loaded at run time: it is not in this file`;
    return { ...this.#nothing(focus, reason), name: `${name} [${module}]`, address };
  }

  #nothing(focus: Focus, reason: string): Links {
    return {
      focus,
      name: '',
      address: undefined,
      symbol: missing(reason),
      slot: missing(reason),
      relocation: missing(reason),
      func: missing(reason),
    };
  }

  /** The symbol meant by a name: a function before data, global before local; see {@link SymbolIndexByAddress}. */
  #symbolNamed(name: string): SymbolIndex | undefined {
    if (this.#named.has(name)) return this.#named.get(name);
    if (this.#named.size >= mostNames) this.#named.clear();
    const row = this.#findNamed(name);
    this.#named.set(name, row);
    return row;
  }

  #findNamed(name: string): SymbolIndex | undefined {
    const table = readyValue(this.kernel.symbols)?.table;
    const rows = table?.findAll(name) ?? [];
    return rows.find((row) => table?.type(row) === STT.FUNC) ?? rows[0];
  }

  #slotOfSymbol(row: SymbolIndex): Link<SlotIndex> {
    const { mcount } = this.kernel;
    const symbols = readyValue(this.kernel.symbols);
    if (mcount.state !== 'ready') return missing(mcount.reason);
    const slot = mcount.value.slotOfFunction(row);
    if (slot !== undefined) return linked(slot);
    const type = symbols?.table.type(row);
    const address = symbols?.address(row) ?? 0n;
    const near = mcount.value.slotBefore(address);
    if (type !== STT.FUNC) return missing('not a function', near);
    return missing('not traceable: no slot holds its address (notrace, inlined, assembler or a clone)', near);
  }

  #slotRelocation(slot: SlotIndex): Link<number> {
    const relocation = readyValue(this.kernel.mcount)?.slot(slot).relocation;
    return relocation === undefined
      ? missing('no entry for this slot: its bytes are as the linker wrote them')
      : linked(relocation);
  }

  #relocationFor(row: SymbolIndex, slot: Link<SlotIndex>): Link<number> {
    if (slot.state === 'linked') return this.#slotRelocation(slot.key);
    const { relocations } = this.kernel;
    if (relocations.count === 0) {
      return missing(relocations.broken[0]?.reason ?? 'the file has no relocation sections');
    }
    const symbols = readyValue(this.kernel.symbols);
    if (symbols === undefined) return missing('no symbol table');
    const start = symbols.address(row);
    const size = symbols.table.size(row);
    const inside = size > 0n ? relocations.firstTouching(start, vaddr(start + size)) : undefined;
    if (inside !== undefined) return linked(inside);
    return missing('no entry has a place in it');
  }

  #funcNamed(name: string, row: SymbolIndex): Link<TypeId> {
    const part = this.kernel.btf;
    if (part.state !== 'ready') return missing(part.reason);
    const { btf } = part.value;
    const id = name === '' ? undefined : btf.firstFunc(name);
    if (id !== undefined) return linked(id);
    const symbols = readyValue(this.kernel.symbols);
    if (symbols?.table.type(row) !== STT.FUNC) return missing('not a function');
    return missing('no FUNC record of this name', this.#funcNear(row));
  }

  /**
   * The record beside which a function's own would stand: records follow the compile units, and so do addresses, so
   * the record of the nearest function that has one is in the same unit or next to it.
   */
  #funcNear(row: SymbolIndex): TypeId | undefined {
    const symbols = readyValue(this.kernel.symbols);
    const btf = readyValue(this.kernel.btf)?.btf;
    if (symbols === undefined || btf === undefined) return undefined;
    const order = symbols.functionsByAddress;
    const at = symbols.functionPosition(row);
    for (let distance = 1; distance < neighbourReach; distance++) {
      for (const position of [at - distance, at + distance]) {
        const neighbour = order[position];
        if (neighbour === undefined) continue;
        const id = btf.firstFunc(symbols.table.name(neighbour) ?? '');
        if (id !== undefined) return id;
      }
    }
    return undefined;
  }

  #symbolNearFunc(id: TypeId): SymbolIndex | undefined {
    const btf = readyValue(this.kernel.btf)?.btf;
    if (btf === undefined) return undefined;
    const { funcs } = btf;
    const at = funcs.indexOf(id);
    for (let distance = 1; at >= 0 && distance < 8; distance++) {
      for (const neighbour of [funcs[at - distance], funcs[at + distance]]) {
        const row = neighbour === undefined ? undefined : this.#symbolNamed(btf.nameOf(neighbour));
        if (row !== undefined) return row;
      }
    }
    return undefined;
  }

  /** A FUNC record as a C prototype. @param most characters of names, for who shows no more than its start */
  prototypeOf(id: number, most?: number): string {
    const btf = readyValue(this.kernel.btf)?.btf;
    return btf === undefined ? '' : prototype(btf, id, { linkage: false, most });
  }

  /** The focus that a name stands for: its symbol, else its BTF record. */
  focusNamed(name: string): Focus | undefined {
    const row = this.#symbolNamed(name);
    if (row !== undefined) return { kind: 'symbol', row };
    const id = readyValue(this.kernel.btf)?.btf.firstFunc(name);
    return id === undefined ? undefined : { kind: 'func', id };
  }

  /** The focus that an address stands for: a slot, the symbol that starts there, or the bare address. */
  focusAt(address: bigint): Focus {
    const slot = readyValue(this.kernel.mcount)?.slotAt(address);
    if (slot !== undefined) return { kind: 'slot', slot: slotIndex(slot) };
    const row = readyValue(this.kernel.symbols)?.symbolAt(address);
    return row === undefined ? { kind: 'address', address: vaddr(address) } : { kind: 'symbol', row };
  }
}

export const focusSymbol = (row: number): Focus => ({ kind: 'symbol', row: symbolIndex(row) });
export const focusSlot = (slot: number): Focus => ({ kind: 'slot', slot: slotIndex(slot) });
export const focusRelocation = (row: number): Focus => ({ kind: 'relocation', row });
export const focusFunc = (id: number): Focus => ({ kind: 'func', id: typeId(id) });
export const focusAddress = (address: bigint): Focus => ({ kind: 'address', address: vaddr(address) });
export const focusModule = (row: number): Focus => ({ kind: 'module', row });
