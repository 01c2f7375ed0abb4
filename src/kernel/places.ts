/**
 * What an address is called, and what stands there in the file. Addresses are asked for one after the other, by panes
 * that are drawn and filters that look through a table, so what was found last is remembered.
 */
import { upperBound } from '../bytes/columns.ts';
import { cutName } from '../bytes/cut-name.ts';
import type { Span } from '../elf/address-space.ts';
import { STT } from '../elf/constants.ts';
import { ParseError, readyValue } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';
import type { NamedAddress } from './symbol-index.ts';
import type { Vmlinux } from './vmlinux.ts';

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

export class Places {
  protected readonly kernel: Vmlinux;
  readonly #gaps = new Map<number, Gap>();
  #chunk: Chunk | undefined;

  constructor(kernel: Vmlinux) {
    this.kernel = kernel;
  }

  /**
   * The symbol that holds an address. Where none of those before it reaches so far, none reaches the rest of the gap up
   * to the next one: that is remembered, because finding it out takes a look at 64 of them.
   */
  containing(address: bigint): NamedAddress | undefined {
    const symbols = readyValue(this.kernel.symbols);
    if (symbols === undefined) return undefined;
    const starts = upperBound(symbols.addresses, symbols.byAddress, address);
    const span = this.kernel.elf.addressSpace.locate(address)?.span;
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

  /** The name of a symbol; of a section's symbol, which has none, the section's. */
  nameSymbol(row: number): string {
    const table = readyValue(this.kernel.symbols)?.table;
    const name = table?.name(row) ?? '';
    if (table === undefined || name !== '' || table.type(row) !== STT.SECTION) return name;
    return this.kernel.elf.sections[table.sectionOf(row) ?? -1]?.name ?? '';
  }

  /** The name of an address: "tty_write+0x10", or the bare address in hex. */
  nameAddress(address: bigint): string {
    const found = this.containing(address);
    if (found === undefined) return `0x${address.toString(16)}`;
    return found.offset === 0n ? found.name : `${cutName(found.name)}+0x${found.offset.toString(16)}`;
  }

  /** The function of the slot at a place: "tty_write", or "tty_write-0x8" where the slot is before its function. */
  nameSlot(place: bigint): string | undefined {
    const region = readyValue(this.kernel.mcount);
    const symbols = readyValue(this.kernel.symbols);
    const index = region?.slotAt(place);
    const slot = index === undefined ? undefined : region?.slot(index);
    if (slot?.symbol === undefined || slot.place !== place || symbols === undefined) return undefined;
    const name = symbols.table.name(slot.symbol) ?? '';
    const apart = slot.relocated - symbols.address(slot.symbol);
    return apart === 0n
      ? name
      : `${cutName(name)}${apart < 0n ? '-' : '+'}0x${(apart < 0n ? -apart : apart).toString(16)}`;
  }

  /** The word in the file at an address, if the file holds one there. */
  wordAt(address: bigint): Vaddr | undefined {
    const { elf } = this.kernel;
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
    const { elf } = this.kernel;
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
}
