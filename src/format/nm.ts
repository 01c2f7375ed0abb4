/**
 * The text of `nm -p FILE` (binutils 2.40 on Debian, x86), byte for byte.
 *
 *   ffff800010747510 t tty_write
 *                    U printk
 *
 * Value, class letter and name in the order of .symtab; 8 digits in ELF32; no value when undefined; the size in place of
 * the value when common.
 */
import { SHN } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { ByteWriter } from './byte-writer.ts';
import { NmClasses } from './nm-class.ts';
import { visible } from './visible.ts';

/** How the bytes of a name are written: as they are, or so that a terminal shows them all. */
export type NameStyle = 'raw' | 'visible';

/** Chunks of whole lines; each is valid until the next is asked for. */
export function* printNm(elf: ElfFile, table: SymbolTable, names: NameStyle): Generator<Uint8Array, void, undefined> {
  const writer = new ByteWriter();
  const classes = new NmClasses(elf, table);
  for (let row = 1; row < table.count; ) {
    row = fillChunk(writer, elf, table, classes, names, row);
    yield writer.take();
  }
}

/**
 * Lines from `row` on until the chunk is full; the first row that has none yet.
 * Not in the generator itself: V8 compiles a function that is called often, and runs a generator's loop interpreted.
 */
function fillChunk(
  writer: ByteWriter,
  elf: ElfFile,
  table: SymbolTable,
  classes: NmClasses,
  names: NameStyle,
  from: number,
): number {
  const width = elf.header.is64 ? 16 : 8;
  const { hi, lo } = table.values;
  const { bytes } = table.strings;
  const { count } = table;
  let row = from;
  for (; row < count && !writer.isFull; row++) {
    const letter = classes.letter(row);
    if (letter === 0) continue;
    const shndx = table.st_shndx(row);
    if (shndx === SHN.UNDEF) writer.padToColumn(width);
    else if (shndx === SHN.COMMON || elf.isRelocatable) {
      const value = shndx === SHN.COMMON ? table.size(row) : sectionRelative(elf, table, row);
      writer.hex(Number(value >> 32n), Number(value & 0xffffffffn), width);
    } else writer.hex(hi[row] as number, lo[row] as number, width);
    writer.byte(0x20);
    writer.byte(letter);
    writer.byte(0x20);
    const nameOffset = table.nameOffset(row);
    // BFD's word for a name that is not in the string table.
    if (nameOffset >= bytes.length && nameOffset !== 0) writer.text('(null)');
    else if (names === 'raw') writer.cString(bytes, nameOffset);
    else writer.utf8(visible(table.name(row) ?? ''));
    writer.endLine();
  }
  return row;
}

/** In ET_REL st_value counts from the section's start, and nm adds the section's address, which is nearly always 0. */
function sectionRelative(elf: ElfFile, table: SymbolTable, row: number): bigint {
  const section = table.sectionOf(row);
  const base = section === undefined ? 0n : (elf.sections[section]?.sh_addr ?? 0n);
  return BigInt.asUintN(64, table.value(row) + base);
}
