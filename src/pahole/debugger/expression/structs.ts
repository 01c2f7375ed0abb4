/**
 * The members of pahole's structures that a replay knows, and where a pointer to one seems to point.
 *
 * There is no process and so there are no addresses. A pointer is made up so that its lower digits say where its record
 * is, which is worth more:
 *
 *   0x5555 0000 0000   cu, fn    + the offset in .debug_info
 *   0x5556 0000 0000   func      + 32 times the row in .symtab
 *   0x5557 0000 0000   sym       + 24 times the row in .symtab
 *
 * An element of functions[] is its row in .symtab. One that was looked up by name is {@link byNameId}: to know where it
 * is takes a search, and most conditions only ask whether it is there.
 */
import { entryHas, entryName, entryOffset, paramCount, unitName } from '../../../dwarf/function-entries.ts';
import type { Place } from '../track.ts';
import type { World } from '../worlds.ts';
import { bool, int, NULL, type Raw, type StructName, string, structOf, type Type, ulong } from './value.ts';

export interface Member {
  readonly type: Type;
  read(world: World, row: number, place: Place): Raw;
}

const bit = (value: boolean): number => (value ? 1 : 0);

/** The element of functions[] with a name's id: below NULL, so that it is no row. */
export const byNameId = (id: number): number => NULL - 1 - id;
const nameIdOf = (row: number): number => NULL - 1 - row;

/** The row of .symtab of an element of functions[]. */
function elementRow({ replay }: World, element: number): number {
  if (element >= 0) return element;
  const position = replay.table.find(replay.names.text(nameIdOf(element)));
  return replay.table.keptSorted[position] ?? NULL;
}

export const members: Readonly<Record<StructName, Readonly<Record<string, Member>>>> = {
  cu: {
    name: { type: string, read: ({ replay }, unit) => unitName(replay.entries, unit) },
  },
  function: {
    name: { type: string, read: ({ replay }, entry) => entryName(replay.entries, entry) },
    declaration: { type: bool, read: ({ replay }, entry) => bit(entryHas(replay.entries, entry, 'declaration')) },
    external: { type: bool, read: ({ replay }, entry) => bit(entryHas(replay.entries, entry, 'external')) },
    proto: { type: structOf('ftype'), read: (_, entry) => entry },
  },
  ftype: {
    nr_parms: { type: int, read: ({ replay }, entry) => paramCount(replay.entries, entry) },
    unspec_parms: { type: bool, read: ({ replay }, entry) => bit(entryHas(replay.entries, entry, 'vararg')) },
  },
  elf_function: {
    name: {
      type: string,
      read: ({ replay }, row) => (row < 0 ? replay.names.text(nameIdOf(row)) : replay.table.name(row)),
    },
    addr: { type: ulong, read: (world, row) => world.replay.table.symbols?.value(elementRow(world, row)) ?? 0n },
    generated: { type: bool, read: (world, row, place) => bit(isGenerated(world, row, place)) },
  },
  GElf_Sym: {
    name: { type: string, read: ({ replay }, row) => replay.table.name(row) },
    st_value: { type: ulong, read: ({ replay }, row) => replay.table.symbols?.value(row) ?? 0n },
    st_size: { type: ulong, read: ({ replay }, row) => replay.table.symbols?.size(row) ?? 0n },
    st_shndx: { type: int, read: ({ replay }, row) => replay.table.symbols?.st_shndx(row) ?? 0 },
    type: { type: int, read: ({ replay }, row) => replay.table.symbols?.type(row) ?? 0 },
  },
};

/** Whether an element of functions[] is marked: the entry that marked it is behind, or past line 748. */
function isGenerated({ replay }: World, element: number, { entry, unit, line }: Place): boolean {
  if (entry < 0 && line !== 649 && line !== 703) return false;
  const id = element < 0 ? nameIdOf(element) : replay.names.ofText(replay.table.name(element));
  const by = (replay.generatedBy[id] ?? 0) - 1;
  if (by < 0) return false;
  const at = entry >= 0 ? entry : (replay.entries.units.firstEntry[unit] ?? 0);
  return by < at || (by === entry && line > 748);
}

const heap = { dwarf: 0x5555_0000_0000n, functions: 0x5556_0000_0000n, symbols: 0x5557_0000_0000n } as const;
/** What a pointer to functions[0] shows. */
export const functionsBase = heap.functions;

/** What a pointer to a row shows as its address. */
export function addressOf(world: World, of: StructName, row: number): bigint {
  if (row === NULL) return 0n;
  const { entries } = world.replay;
  switch (of) {
    case 'cu':
      return heap.dwarf + BigInt(entries.units.offset[row] ?? 0);
    case 'function':
    case 'ftype':
      return heap.dwarf + BigInt(entryOffset(entries, row));
    case 'elf_function':
      return heap.functions + BigInt(elementRow(world, row)) * 32n;
    case 'GElf_Sym':
      return heap.symbols + BigInt(row) * 24n;
  }
}
