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
import { upperBound } from '../bytes/columns.ts';
import type { Span } from '../elf/address-space.ts';
import { EM, STT } from '../elf/constants.ts';
import { isAlloc } from '../elf/sections.ts';
import { ParseError, readyValue } from '../errors.ts';
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
import type { RelocationRow } from './relocation-list.ts';
import type { NamedAddress } from './symbol-index.ts';
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
/** Names whose symbols are remembered: a name that no symbol has costs a pass over all of them, a millisecond. */
const mostNames = 4096;
/** Bytes that are read at a time where one asks for a word after the other. */
const chunkSize = 4096;

/** Gaps between symbols that are remembered. */
const mostGaps = 1 << 16;

/** Addresses between two symbols that no symbol with a size holds, from the least one that was asked for. */
interface Gap {
  readonly span: Span | undefined;
  readonly from: bigint;
  /** The label before it, if there is one in its section. */
  readonly label: NamedAddress | undefined;
}

interface Chunk {
  readonly span: Span;
  readonly start: bigint;
  readonly view: DataView;
}

export class Linker {
  readonly #kernel: Vmlinux;
  readonly #named = new Map<string, SymbolIndex | undefined>();
  readonly #gaps = new Map<number, Gap>();
  #chunk: Chunk | undefined;

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

  /**
   * The symbol that holds an address. Where none of those before it reaches so far, none reaches the rest of the gap up
   * to the next one: that is remembered, because finding it out takes a look at 64 of them.
   */
  containing(address: bigint): NamedAddress | undefined {
    const symbols = readyValue(this.#kernel.symbols);
    if (symbols === undefined) return undefined;
    const starts = upperBound(symbols.addresses, symbols.byAddress, address);
    const span = this.#kernel.elf.addressSpace.locate(address)?.span;
    const gap = this.#gaps.get(starts);
    if (gap !== undefined && gap.span === span && address >= gap.from) {
      return gap.label && { ...gap.label, offset: address - symbols.address(gap.label.symbol) };
    }
    const label = symbols.containing(address);
    if (label === undefined || (label.offset > 0n && symbols.table.size(label.symbol) === 0n)) {
      if (this.#gaps.size >= mostGaps) this.#gaps.clear();
      this.#gaps.set(starts, { span, from: address, label });
    }
    return label;
  }

  /** The name of an address: "tty_write+0x10", or the bare address in hex. */
  nameAddress(address: bigint): string {
    const found = this.containing(address);
    if (found === undefined) return `0x${address.toString(16)}`;
    return found.offset === 0n ? found.name : `${found.name}+0x${found.offset.toString(16)}`;
  }

  #fromSymbol(focus: Focus, row: SymbolIndex): Links {
    const { symbols } = this.#kernel;
    if (symbols.state !== 'ready') return this.#nothing(focus, symbols.reason);
    const { table } = symbols.value;
    if (row >= table.count) return this.#nothing(focus, 'no such symbol');
    const name = table.name(row) ?? '';
    const address = symbols.value.address(row);
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
    const { relocations } = this.#kernel;
    const entry = relocations.row(row);
    if (entry === undefined) return this.#nothing(focus, 'no such relocation');
    const isInMemory = this.isInMemory(entry);
    const slot = isInMemory ? readyValue(this.#kernel.mcount)?.slotAt(entry.address) : undefined;
    if (slot !== undefined && this.#slotRelocates(slot, row)) {
      return { ...this.#fromSlot(focus, slot), relocation: linked(row) };
    }
    const target = this.pointsAt(entry);
    const symbol = target === undefined ? undefined : this.containing(target);
    if (symbol !== undefined) return { ...this.#fromSymbol(focus, symbol.symbol), relocation: linked(row) };
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
    return readyValue(this.#kernel.mcount)?.slot(slot).relocation === row;
  }

  /** Whether the place of an entry is an address: entries for .debug_* (--emit-relocs) count in their section. */
  isInMemory({ table }: RelocationRow): boolean {
    const { elf } = this.#kernel;
    const { section } = table;
    if (elf.isRelocatable) return elf.addressSpace.hasAddress(section.sh_info);
    const target = elf.sections[section.sh_info];
    return isAlloc(section) || section.sh_info === 0 || (target !== undefined && isAlloc(target));
  }

  /** What an entry points at by name: for one that fills a slot the function of the slot, which may begin behind it. */
  nameTarget(entry: RelocationRow): string {
    const value = this.pointsAt(entry);
    if (value === undefined) return '';
    return (this.isInMemory(entry) ? this.nameSlot(entry.address) : undefined) ?? this.nameAddress(value);
  }

  /** The function of the slot at a place: "tty_write", or "tty_write-0x8" where the slot is before its function. */
  nameSlot(place: bigint): string | undefined {
    const region = readyValue(this.#kernel.mcount);
    const symbols = readyValue(this.#kernel.symbols);
    const index = region?.slotAt(place);
    const slot = index === undefined ? undefined : region?.slot(index);
    if (slot?.symbol === undefined || slot.place !== place || symbols === undefined) return undefined;
    const name = symbols.table.name(slot.symbol) ?? '';
    const apart = slot.relocated - symbols.address(slot.symbol);
    return apart === 0n ? name : `${name}${apart < 0n ? '-' : '+'}0x${(apart < 0n ? -apart : apart).toString(16)}`;
  }

  /** The place of an entry by name: "slot 23650", "init_task+0x10", or ".debug_loc+0x10" where it is in no memory. */
  namePlace(entry: RelocationRow): string {
    if (this.isInMemory(entry)) {
      const slot = readyValue(this.#kernel.mcount)?.slotAt(entry.address);
      return slot === undefined ? this.nameAddress(entry.address) : `slot ${slot}`;
    }
    const target = this.#kernel.elf.sections[entry.table.section.sh_info];
    return `${target?.name ?? 'no section'}+0x${entry.place.toString(16)}`;
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
    const symbol = this.containing(address);
    const slot = readyValue(this.#kernel.mcount)?.slotAt(address);
    if (slot !== undefined) return { ...this.#fromSlot(focus, slot), name: this.nameAddress(address), address };
    const links =
      symbol === undefined
        ? this.#nothing(focus, 'no symbol holds this address')
        : this.#fromSymbol(focus, symbol.symbol);
    const { relocations, elf } = this.#kernel;
    const here = relocations.firstTouching(address, address + BigInt(elf.wordSize));
    const found = { ...links, name: this.nameAddress(address), address };
    return here === undefined ? found : { ...found, relocation: linked(here) };
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
    return missing('no entry has a place in it');
  }

  /** The value that an entry puts at its place, where it can be computed. */
  relocationTarget(row: number): Vaddr | undefined {
    const entry = this.relocation(row);
    return entry && this.#targetOf(entry);
  }

  /** A row of the relocation list. Its fields are copied one by one: a filter asks for a million. */
  relocation(row: number): RelocationRow | undefined {
    const { relocations } = this.#kernel;
    const found = relocations.locate(row);
    if (found === undefined) return undefined;
    const { table, index } = found;
    const { place, info, type, symbol, addend } = table.entry(index);
    return { place, info, type, symbol, addend, row, table, index, address: relocations.addressOf(table, place) };
  }

  #targetOf(entry: RelocationRow): Vaddr | undefined {
    const { table } = entry;
    if (entry.symbol !== 0) {
      const symbolTable = this.#kernel.relocations.symbolTableOf(table);
      if (symbolTable === undefined || entry.symbol >= symbolTable.count) return undefined;
      const space = this.#kernel.elf.addressSpace;
      const value = space.sectionAddress(symbolTable.sectionOf(entry.symbol), symbolTable.value(entry.symbol));
      const isWord = table.machine.absoluteSize(entry.type) === this.#kernel.elf.wordSize;
      const inPlace = table.kind === 'REL' && isWord ? this.wordAt(entry.address) : undefined;
      // What the linker has applied holds the sum already.
      if (inPlace !== undefined && !table.pending) return inPlace;
      return this.#address(value + (entry.addend ?? inPlace ?? 0n));
    }
    if (table.machine.classOf(entry.type) !== 'relative' && table.kind !== 'RELR') return undefined;
    return entry.addend === undefined ? this.wordAt(entry.address) : this.#address(entry.addend);
  }

  /**
   * The address that an entry is about: the value that it computes; of a type that stores a distance, as calls have,
   * the symbol or place that the distance leads to.
   */
  pointsAt(entry: RelocationRow): Vaddr | undefined {
    const { table } = entry;
    const kind = table.machine.classOf(entry.type);
    if (kind === 'none') return undefined;
    if (kind !== 'other' || entry.symbol === 0) return this.#targetOf(entry);
    const symbols = this.#kernel.relocations.symbolTableOf(table);
    if (symbols === undefined || entry.symbol >= symbols.count) return undefined;
    if (symbols.sectionOf(entry.symbol) === undefined) return undefined;
    const space = this.#kernel.elf.addressSpace;
    const value = space.sectionAddress(symbols.sectionOf(entry.symbol), symbols.value(entry.symbol));
    if (symbols.type(entry.symbol) !== STT.SECTION) return value;
    // x86 counts from the next instruction, which mostly begins behind these four bytes: PC32, PLT32 and their like.
    const machine = this.#kernel.elf.header.e_machine;
    const behind = machine === EM.X86_64 || machine === EM[386] ? 4n : 0n;
    return this.#address(value + (entry.addend ?? 0n) + behind);
  }

  /** A sum as the machine's addresses wrap around. */
  #address(sum: bigint): Vaddr {
    return vaddr(BigInt.asUintN(this.#kernel.elf.wordSize * 8, sum));
  }

  /** The word in the file at an address, if the file holds one there. */
  wordAt(address: bigint): Vaddr | undefined {
    const { elf } = this.#kernel;
    const size = elf.wordSize;
    const chunk = this.#chunkAt(address);
    if (chunk === undefined) return undefined;
    const at = Number(address - chunk.start);
    if (at + size > chunk.view.byteLength) return undefined;
    const little = elf.header.littleEndian;
    return vaddr(size === 8 ? chunk.view.getBigUint64(at, little) : BigInt(chunk.view.getUint32(at, little)));
  }

  /** Bytes from an address on; the last ones again where they hold it, since one word is mostly asked for after another. */
  #chunkAt(address: bigint): Chunk | undefined {
    const { elf } = this.#kernel;
    const span = elf.addressSpace.locate(address)?.span;
    const last = this.#chunk;
    if (span === undefined) return undefined;
    if (last?.span === span && address >= last.start) {
      const left = last.view.byteLength - Number(address - last.start);
      if (left >= elf.wordSize) return last;
    }
    try {
      const bytes = elf.bytesAt(address, chunkSize);
      if (bytes === undefined) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#chunk = { span, start: address, view };
      return this.#chunk;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
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
export const focusAddress = (address: bigint): Focus => ({ kind: 'address', address: vaddr(address) });
