/** The mcount region as a listing, a slot a row. */
import type { RelocatedBy } from '../../elf/relocate.ts';
import { readyValue } from '../../errors.ts';
import type { McountRegion } from '../../kernel/mcount.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { hexWord } from '../hex.ts';
import type { Listing } from '../listing.ts';

export interface SlotRow {
  readonly slot: number;
  readonly place: bigint;
  readonly fileOffset: bigint;
  readonly raw: bigint;
  readonly relocated: bigint;
  readonly by: RelocatedBy;
  /** Row of the relocation in `dump relocs`, counted over all sections; null where none names the slot. */
  readonly relocation: number | null;
  /** The function that the relocated value belongs to. */
  readonly symbol: string | null;
  /** Bytes from the function's start to the relocated value. */
  readonly offset: number | null;
  readonly problem: string | null;
  readonly [key: string]: string | number | bigint | null;
}

export function mcountListing(kernel: Vmlinux, region: McountRegion, limit: number | undefined): Listing<SlotRow> {
  const { wordSize } = kernel.elf;
  const symbols = readyValue(kernel.symbols);
  const word = (value: bigint) => hexWord(value, wordSize);
  return {
    what: 'mcount',
    count: Math.min(region.count, limit ?? region.count),
    columns: [
      { title: 'slot', width: 6, align: 'right', cell: (row) => String(row.slot) },
      { title: 'place', width: wordSize * 2, cell: (row) => word(row.place) },
      { title: 'raw', width: wordSize * 2, cell: (row) => word(row.raw) },
      { title: 'relocated', width: wordSize * 2, cell: (row) => word(row.relocated) },
      { title: 'how', width: 15, cell: (row) => row.by },
      { title: 'symbol', cell: symbolCell },
    ],
    row(index) {
      const slot = region.slot(index);
      const { symbol } = slot;
      return {
        slot: index,
        place: slot.place,
        fileOffset: BigInt(slot.fileOffset),
        raw: slot.raw,
        relocated: slot.relocated,
        by: slot.by,
        relocation: slot.relocation ?? null,
        symbol: symbol === undefined ? null : (symbols?.table.name(symbol) ?? null),
        offset: symbol === undefined || symbols === undefined ? null : Number(slot.relocated - symbols.address(symbol)),
        problem: slot.problem ?? null,
      };
    },
  };
}

function symbolCell(row: SlotRow): string {
  const { offset } = row;
  const tail = offset === null || offset === 0 ? '' : `${offset > 0 ? '+' : ''}${offset}`;
  return [row.symbol === null ? '' : row.symbol + tail, row.problem === null ? '' : `(${row.problem})`]
    .filter((part) => part !== '')
    .join(' ');
}
