/**
 * The debug sections of a module (ET_REL), whose references to each other are still relocations: S + A at the place.
 */
import type { ElfFile } from '../elf/elf-file.ts';
import type { RelocationTable } from '../elf/relocation-table.ts';
import type { Section } from '../elf/sections.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { availability, readyValue } from '../errors.ts';

/**
 * A copy of the section with its relocations applied, in memory that threads share; undefined when none are about it. What cannot be computed stays.
 * @throws ParseError when the section's bytes cannot be read
 */
export function relocateDebugSection(elf: ElfFile, section: Section): Uint8Array<SharedArrayBuffer> | undefined {
  const tables = elf
    .readRelocations()
    .filter(({ section: own }) => own.sh_info === section.index)
    .flatMap(({ table }) => readyValue(table) ?? []);
  if (tables.length === 0) return undefined;
  const bytes = elf.sharedBytes(section, true);
  for (const table of tables) {
    const link = elf.sections[table.section.sh_link];
    const symbols = link && readyValue(availability(() => elf.symbolTableOf(link)));
    if (symbols !== undefined) apply(elf, table, symbols, bytes);
  }
  return bytes;
}

function apply(elf: ElfFile, table: RelocationTable, symbols: SymbolTable, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = elf.header.littleEndian;
  for (let index = 0; index < table.count; index++) {
    const { place, type, symbol, addend } = table.entry(index);
    const size = table.machine.classOf(type) === 'absolute' ? table.machine.absoluteSize(type) : undefined;
    if ((size !== 4 && size !== 8) || place + BigInt(size) > BigInt(bytes.length) || symbol >= symbols.count) continue;
    const at = Number(place);
    const address = elf.addressSpace.sectionAddress(symbols.sectionOf(symbol), symbols.value(symbol));
    const inPlace = size === 8 ? view.getBigUint64(at, little) : BigInt(view.getUint32(at, little));
    const value = address + (addend ?? inPlace);
    if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), little);
    else view.setUint32(at, Number(BigInt.asUintN(32, value)), little);
  }
}
