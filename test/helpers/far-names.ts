/**
 * Kernels whose names are the rest of their string table, each of thousands: a file of 16 MB in which every name has as many
 * bytes. Whoever reads a name to its end for each reads 32 GB.
 */
import { ElfWriter } from './elf-writer.ts';

/** Functions, each with a name of its own: the one before without its first character. */
export const count = 2000;
/** Latin1. */
export const farName = Buffer.from('é'.repeat(8 << 20), 'utf8').toString('latin1');
const text = 0xffff_8000_1000_0000n;

/** Symbols, slots and relocations of {@link count} functions, whose names all end in the same place. */
export function symbols(): Uint8Array {
  return named(kernel());
}

function kernel(): ElfWriter {
  const elf = new ElfWriter({ machine: 'aarch64', type: 'DYN' });
  const slots = text + 0x100000n;
  elf.section('.text', { flags: 'AX', addr: text, bytes: new Uint8Array(count * 16) });
  elf.section('.init.data', { flags: 'WA', addr: slots, bytes: new Uint8Array(count * 8) });
  const places = Array.from({ length: count }, (_, i) => ({
    place: slots + BigInt(i * 8),
    type: 1027,
    addend: text + BigInt(i * 16),
  }));
  elf.rela('.rela.dyn', places, { flags: 'A' });
  for (let i = 0; i < count; i++) {
    const named = i === 0 ? farName : `f_${i}`;
    elf.symbol(named, { type: 'FUNC', section: '.text', value: text + BigInt(i * 16), size: 16, bind: 'GLOBAL' });
  }
  elf.symbol('__start_mcount_loc', { section: '.init.data', value: slots, bind: 'GLOBAL' });
  elf.symbol('__stop_mcount_loc', { section: '.init.data', value: slots + BigInt(count * 8), bind: 'GLOBAL' });
  return elf;
}

/** The same with DWARF: units and functions of those names. */
export function dwarf(): Uint8Array {
  const elf = kernel();
  const units = 20;
  const [unit, subprogram] = [
    [1, 0x11, 1, 0x03, 0x0e, 0, 0],
    [2, 0x2e, 0, 0x03, 0x0e, 0x3f, 0x19, 0x11, 0x01, 0, 0],
  ];
  elf.section('.debug_abbrev', { bytes: Uint8Array.from([...(unit ?? []), ...(subprogram ?? []), 0]) });
  const info = Array.from({ length: units }, (_, at) => {
    const own = count / units;
    const bytes = Buffer.alloc(11 + 5 + own * 13 + 1);
    bytes.writeUInt32LE(bytes.length - 4, 0);
    bytes.writeUInt16LE(4, 4);
    bytes.writeUInt8(8, 10);
    bytes.writeUInt8(1, 11);
    bytes.writeUInt32LE(1 + 2 * at, 12);
    for (let i = 0; i < own; i++) {
      const [die, number] = [16 + i * 13, at * own + i];
      bytes.writeUInt8(2, die);
      bytes.writeUInt32LE(1 + 2 * number, die + 1);
      bytes.writeBigUInt64LE(text + BigInt(number * 16), die + 5);
    }
    return bytes;
  });
  elf.section('.debug_info', { bytes: Buffer.concat(info) });
  elf.section('.debug_str', { bytes: Buffer.from(`\0${farName}\0`, 'latin1') });
  return named(elf);
}

/** Give every function its name: a position in that of the first. */
function named(elf: ElfWriter): Uint8Array {
  let built = elf.build();
  const { bytes } = built;
  const strings = Buffer.from(bytes).lastIndexOf(farName, undefined, 'latin1');
  const table = Buffer.from(bytes).lastIndexOf(0, strings - 1);
  for (let i = 0; i < count; i++) built = built.patchSymbol(i + 1, 'st_name', strings - table + i * 2);
  return built.bytes;
}
