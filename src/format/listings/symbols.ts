/** .symtab as a listing, in table order, the null symbol aside. */
import { SHN, symbolBindingName, symbolTypeName, symbolVisibilityName } from '../../elf/constants.ts';
import type { RunningKernel } from '../../kernel/running.ts';
import type { SymbolIndexByAddress } from '../../kernel/symbol-index.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { hexWord } from '../hex.ts';
import type { Listing, ListingColumn } from '../listing.ts';
import { NmClasses } from '../nm-class.ts';

export interface SymbolRow {
  readonly index: number;
  /** st_value; in a module, of the section as it is laid out. */
  readonly address: bigint;
  /** st_size; a bigint only where a number would not hold it. */
  readonly size: number | bigint;
  readonly type: string;
  readonly binding: string;
  readonly visibility: string;
  /** The section's name, or UND, ABS, COMMON. */
  readonly section: string;
  /** nm's letter; null for file and section names, which nm does not show. */
  readonly class: string | null;
  /** null where st_name is not in the string table. */
  readonly name: string | null;
  /** With a running kernel: where it is while it runs, and whether ftrace lists its name; null where nobody knows. */
  readonly runtime?: bigint | null;
  readonly ftrace?: boolean | null;
  readonly [key: string]: string | number | bigint | boolean | null | undefined;
}

const reserved: Readonly<Record<number, string>> = {
  [SHN.UNDEF]: 'UND',
  [SHN.ABS]: 'ABS',
  [SHN.COMMON]: 'COMMON',
};

const runningColumns = (wordSize: 4 | 8): ListingColumn<SymbolRow>[] => [
  {
    title: 'runtime',
    width: wordSize * 2,
    cell: ({ runtime }) => (typeof runtime === 'bigint' ? hexWord(runtime, wordSize) : ''),
  },
  { title: 'ftrace', width: 6, cell: ({ ftrace }) => (ftrace === true ? 'yes' : ftrace === false ? 'no' : '') },
];

/** @param running adds where each symbol is while the kernel runs, and what ftrace lists */
export function symbolListing(
  kernel: Vmlinux,
  symbols: SymbolIndexByAddress,
  running?: RunningKernel,
): Listing<SymbolRow> {
  const { elf } = kernel;
  const { table } = symbols;
  const classes = new NmClasses(elf, table);
  const sectionName = (row: number): string => {
    const index = table.sectionOf(row);
    const shndx = table.st_shndx(row);
    if (index === undefined) return reserved[shndx] ?? `0x${shndx.toString(16)}`;
    return elf.sections[index]?.name ?? String(index);
  };
  return {
    what: 'symbols',
    count: Math.max(0, table.count - 1),
    columns: [
      { title: 'address', width: elf.wordSize * 2, cell: (row) => hexWord(row.address, elf.wordSize) },
      ...(running === undefined ? [] : runningColumns(elf.wordSize)),
      { title: 'size', width: 8, align: 'right', cell: (row) => String(row.size) },
      { title: 'type', width: 7, cell: (row) => row.type },
      { title: 'bind', width: 6, cell: (row) => row.binding },
      { title: 'vis', width: 9, cell: (row) => row.visibility },
      { title: 'section', width: 18, cell: (row) => row.section },
      { title: 'name', cell: (row) => row.name ?? '<name outside the string table>' },
    ],
    row(index) {
      const row = index + 1;
      const letter = classes.letter(row);
      return {
        index: row,
        address: symbols.address(row),
        size: exactNumber(table.size(row)),
        type: symbolTypeName(table.type(row)),
        binding: symbolBindingName(table.binding(row)),
        visibility: symbolVisibilityName(table.visibility(row)),
        section: sectionName(row),
        class: letter === 0 ? null : String.fromCharCode(letter),
        name: table.name(row) ?? null,
        ...(running === undefined
          ? {}
          : { runtime: running.runtimeAddress(row) ?? null, ftrace: running.lists(row) ?? null }),
      };
    },
  };
}

/** A damaged st_size may be any 64 bits, and what is shown of it is what it is. */
const exactNumber = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
