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
import { STT } from '../elf/constants.ts';
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
import type { Vmlinux } from './vmlinux.ts';

export type Focus =
  | { readonly kind: 'symbol'; readonly row: SymbolIndex }
  | { readonly kind: 'slot'; readonly slot: SlotIndex }
  | { readonly kind: 'relocation'; readonly row: number }
  | { readonly kind: 'func'; readonly id: TypeId }
  | { readonly kind: 'address'; readonly address: Vaddr };

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
export const keyOf = <Key>(link: Link<Key>): Key | undefined => (link.state === 'linked' ? link.key : undefined);

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
  }
};

/** How far along the functions a neighbour with a record is looked for. */
const neighbourReach = 400;

export class Linker {
  readonly #kernel: Vmlinux;

  constructor(kernel: Vmlinux) {
    this.#kernel = kernel;
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
    }
  }

  /** The name of an address: "tty_write+0x10", or the bare address in hex. */
  nameAddress(address: bigint): string {
    const found = readyValue(this.#kernel.symbols)?.containing(address);
    if (found === undefined) return `0x${address.toString(16)}`;
    return found.offset === 0n ? found.name : `${found.name}+0x${found.offset.toString(16)}`;
  }

  #fromSymbol(focus: Focus, row: SymbolIndex): Links {
    const symbols = readyValue(this.#kernel.symbols);
    const name = symbols?.table.name(row) ?? '';
    const address = symbols?.address(row);
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
    const region = readyValue(this.#kernel.mcount);
    const slot = region?.slot(index);
    if (slot?.symbol !== undefined) {
      return { ...this.#fromSymbol(focus, slot.symbol), slot: linked(index), relocation: this.#slotRelocation(index) };
    }
    const value = slot?.relocated ?? 0n;
    const around = readyValue(this.#kernel.symbols)?.containing(value);
    const what = value === 0n ? `slot ${index} holds zero: no function` : `no FUNC symbol at 0x${value.toString(16)}`;
    return {
      focus,
      name: value === 0n ? `slot ${index}` : this.nameAddress(value),
      address: value === 0n ? slot?.place : vaddr(value),
      symbol: missing(`${what} (a weak function that lost, or one that the linker dropped)`, around?.symbol),
      slot: linked(index),
      relocation: this.#slotRelocation(index),
      func: missing('without a symbol there is no name to look a record up by'),
    };
  }

  #fromRelocation(focus: Focus, row: number): Links {
    const { relocations } = this.#kernel;
    const entry = relocations.row(row);
    if (entry === undefined) return this.#nothing(focus, 'no such relocation');
    const slot = readyValue(this.#kernel.mcount)?.slotAt(entry.address);
    if (slot !== undefined && entry.table.pending !== undefined && this.#slotRelocates(slot, row)) {
      return { ...this.#fromSlot(focus, slot), relocation: linked(row) };
    }
    const target = this.relocationTarget(row);
    const symbols = readyValue(this.#kernel.symbols);
    const symbol = target === undefined ? undefined : symbols?.containing(target);
    if (symbol === undefined) {
      const where = symbols?.containing(entry.address);
      return {
        ...this.#nothing(focus, 'the entry fills no mcount slot and names no symbol'),
        name: this.nameAddress(entry.address),
        address: entry.address,
        symbol: missing('the entry names no symbol', where?.symbol),
        relocation: linked(row),
      };
    }
    const links = this.#fromSymbol(focus, symbol.symbol);
    return { ...links, relocation: linked(row) };
  }

  #slotRelocates(slot: SlotIndex, row: number): boolean {
    return readyValue(this.#kernel.mcount)?.slot(slot).relocation === row;
  }

  #fromFunc(focus: Focus, id: TypeId): Links {
    const btf = readyValue(this.#kernel.btf)?.btf;
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
    const symbol = readyValue(this.#kernel.symbols)?.containing(address);
    const slot = readyValue(this.#kernel.mcount)?.slotAt(address);
    if (slot !== undefined) return { ...this.#fromSlot(focus, slot), name: this.nameAddress(address), address };
    if (symbol !== undefined) {
      return { ...this.#fromSymbol(focus, symbol.symbol), name: this.nameAddress(address), address };
    }
    return { ...this.#nothing(focus, 'no symbol contains this address'), name: this.nameAddress(address), address };
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
    const table = readyValue(this.#kernel.symbols)?.table;
    const rows = table?.findAll(name) ?? [];
    return rows.find((row) => table?.type(row) === STT.FUNC) ?? rows[0];
  }

  #slotOfSymbol(row: SymbolIndex): Link<SlotIndex> {
    const { mcount } = this.#kernel;
    const symbols = readyValue(this.#kernel.symbols);
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
    const relocation = readyValue(this.#kernel.mcount)?.slot(slot).relocation;
    return relocation === undefined
      ? missing('no entry for this slot: its bytes are as the linker wrote them')
      : linked(relocation);
  }

  #relocationFor(row: SymbolIndex, slot: Link<SlotIndex>): Link<number> {
    if (slot.state === 'linked') return this.#slotRelocation(slot.key);
    const { relocations } = this.#kernel;
    if (relocations.count === 0) {
      return missing(relocations.broken[0]?.reason ?? 'the file has no relocation sections');
    }
    const symbols = readyValue(this.#kernel.symbols);
    if (symbols === undefined) return missing('no symbol table');
    const start = symbols.address(row);
    const size = symbols.table.size(row);
    const inside = size > 0n ? relocations.firstTouching(start, vaddr(start + size)) : undefined;
    if (inside !== undefined) return linked(inside);
    return missing('no entry fills a slot of it');
  }

  /** The value that an entry puts at its place, where it can be computed. */
  relocationTarget(row: number): Vaddr | undefined {
    const entry = this.#kernel.relocations.row(row);
    if (entry === undefined) return undefined;
    const { table } = entry;
    if (entry.symbol !== 0) {
      const symbolTable = this.#kernel.relocations.symbolTableOf(table);
      if (symbolTable === undefined || entry.symbol >= symbolTable.count) return undefined;
      const space = this.#kernel.elf.addressSpace;
      const value = space.sectionAddress(symbolTable.sectionOf(entry.symbol), symbolTable.value(entry.symbol));
      return vaddr(BigInt.asUintN(64, value + (entry.addend ?? 0n)));
    }
    if (table.machine.classOf(entry.type) !== 'relative' && table.kind !== 'RELR') return undefined;
    if (entry.addend !== undefined) return vaddr(BigInt.asUintN(64, entry.addend));
    return this.wordAt(entry.address);
  }

  /** The word in the file at an address, if the file holds one there. */
  wordAt(address: bigint): Vaddr | undefined {
    const { elf } = this.#kernel;
    try {
      const bytes = elf.bytesAt(address, elf.wordSize);
      if (bytes === undefined || bytes.length < elf.wordSize) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const little = elf.header.littleEndian;
      return vaddr(elf.wordSize === 8 ? view.getBigUint64(0, little) : BigInt(view.getUint32(0, little)));
    } catch {
      return undefined;
    }
  }

  #funcNamed(name: string, row: SymbolIndex): Link<TypeId> {
    const part = this.#kernel.btf;
    if (part.state !== 'ready') return missing(part.reason);
    const { btf } = part.value;
    const [id] = name === '' ? [] : btf.funcByName(name);
    if (id !== undefined) return linked(id);
    const symbols = readyValue(this.#kernel.symbols);
    if (symbols?.table.type(row) !== STT.FUNC) return missing('not a function');
    return missing('no FUNC record of this name', this.#funcNear(row));
  }

  /**
   * The record beside which a function's own would stand: records follow the compile units, and so do addresses, so
   * the record of the nearest function that has one is in the same unit or next to it.
   */
  #funcNear(row: SymbolIndex): TypeId | undefined {
    const symbols = readyValue(this.#kernel.symbols);
    const btf = readyValue(this.#kernel.btf)?.btf;
    if (symbols === undefined || btf === undefined) return undefined;
    const order = symbols.functionsByAddress;
    const at = symbols.functionPosition(row);
    for (let distance = 1; distance < neighbourReach; distance++) {
      for (const position of [at - distance, at + distance]) {
        const neighbour = order[position];
        if (neighbour === undefined) continue;
        const [id] = btf.funcByName(symbols.table.name(neighbour) ?? '');
        if (id !== undefined) return id;
      }
    }
    return undefined;
  }

  #symbolNearFunc(id: TypeId): SymbolIndex | undefined {
    const btf = readyValue(this.#kernel.btf)?.btf;
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

  /** A FUNC record as a C prototype. */
  prototypeOf(id: number): string {
    const btf = readyValue(this.#kernel.btf)?.btf;
    return btf === undefined ? '' : prototype(btf, id, { linkage: false });
  }

  /** The focus that a name stands for: its symbol, else its BTF record. */
  focusNamed(name: string): Focus | undefined {
    const row = this.#symbolNamed(name);
    if (row !== undefined) return { kind: 'symbol', row };
    const [id] = readyValue(this.#kernel.btf)?.btf.funcByName(name) ?? [];
    return id === undefined ? undefined : { kind: 'func', id };
  }

  /** The focus that an address stands for: a slot, the symbol that starts there, or the bare address. */
  focusAt(address: bigint): Focus {
    const slot = readyValue(this.#kernel.mcount)?.slotAt(address);
    if (slot !== undefined) return { kind: 'slot', slot: slotIndex(slot) };
    const row = readyValue(this.#kernel.symbols)?.symbolAt(address);
    return row === undefined ? { kind: 'address', address: vaddr(address) } : { kind: 'symbol', row };
  }
}

export const focusSymbol = (row: number): Focus => ({ kind: 'symbol', row: symbolIndex(row) });
export const focusSlot = (slot: number): Focus => ({ kind: 'slot', slot: slotIndex(slot) });
export const focusRelocation = (row: number): Focus => ({ kind: 'relocation', row });
export const focusFunc = (id: number): Focus => ({ kind: 'func', id: typeId(id) });
