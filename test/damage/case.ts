/** A file with one named fault, and what kinspect must say of it. */
import { BtfWriter } from '../helpers/btf-writer.ts';
import { type Shape, type Unit, type Written, writeDwarf } from '../helpers/dwarf-writer.ts';
import { type BuiltElf, type ElfOptions, ElfWriter, type Relocation } from '../helpers/elf-writer.ts';

export interface DamageCase {
  /** As the list of faults calls it. */
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** The name of the file, where that is the fault; in the answer its folder is DIR, and nothing else is put in place. */
  readonly fileName?: string;
  /** The command line; FILE is the input, HOST a sound kernel and BASE a sound BTF file. */
  readonly argv: string;
  /** All of standard error, or what standard output must hold; FILE is the path of the input. */
  readonly says: string;
  /** A line that standard output must hold beside a complaint: what stands in place of the bad part. */
  readonly shows?: string;
  readonly code: 0 | 1 | 3;
}

export const text = 0xffff800010000000n;
export const data = 0xffff800010001000n;

/** Where a function, and where a slot is. */
export const at = (n: number): bigint => text + BigInt(0x40 * n);
export const slot = (n: number): bigint => data + BigInt(8 * n);

export interface Parts {
  readonly elf?: ElfOptions;
  /** The bytes of .data, the region first; by default four slots that are zero. */
  readonly slots?: Uint8Array;
  readonly data?: Parameters<ElfWriter['section']>[1];
  /** Names and values of the two symbols. */
  readonly bounds?: readonly (readonly [name: string, value: bigint])[];
  readonly rela?: readonly Relocation[];
  readonly more?: (writer: ElfWriter) => void;
}

const usualBounds = [
  ['__start_mcount_loc', slot(0)],
  ['__stop_mcount_loc', slot(4)],
] as const;

/** A kernel of four functions with a slot each, zero in the file and filled by .rela.dyn. */
export function kernel(parts: Parts = {}): BuiltElf {
  const writer = new ElfWriter(parts.elf);
  const rela = parts.rela ?? [0, 1, 2, 3].map((n) => ({ place: slot(n), type: 1027, addend: at(n) }));
  writer.section('.text', { flags: 'AX', addr: text, bytes: new Uint8Array(0x100) });
  writer.section('.data', { flags: 'WA', addr: data, bytes: parts.slots ?? new Uint8Array(32), ...parts.data });
  if (rela.length > 0) writer.rela('.rela.dyn', rela, { flags: 'A' });
  for (const [n, name] of ['alpha', 'beta', 'gamma', 'delta'].entries())
    writer.symbol(name, { type: 'FUNC', section: '.text', value: at(n), size: 0x20, bind: 'GLOBAL' });
  for (const [name, value] of parts.bounds ?? usualBounds)
    writer.symbol(name, { bind: 'GLOBAL', section: '.data', value });
  parts.more?.(writer);
  return writer.build();
}

/** A kernel with BTF of one function. */
export function kernelWithBtf(change: (writer: BtfWriter) => Uint8Array): Uint8Array {
  const writer = new BtfWriter();
  writer.func('alpha', writer.proto(writer.int('int', 4, 1), []), 1);
  const bytes = change(writer);
  return kernel({ more: (elf) => elf.section('.BTF', { bytes }) }).bytes;
}

/** A kernel with DWARF. */
export function kernelWithDwarf(
  units: readonly Unit[],
  shape: Shape = {},
  change?: (made: Written) => void,
): Uint8Array {
  const made = writeDwarf(shape, units);
  change?.(made);
  return kernel({
    more(elf) {
      elf.section('.debug_info', { bytes: made.info });
      elf.section('.debug_abbrev', { bytes: made.abbrev });
      elf.section('.debug_str', { bytes: made.str });
      if (made.types.length > 0) elf.section('.debug_types', { bytes: made.types });
    },
  }).bytes;
}
