/**
 * Whether BTF that was given beside the kernel is of it. BTF has no build id: /sys/kernel/btf/vmlinux has the bytes of
 * the .BTF section; BTF that another pahole made of the same kernel has at least its functions.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { NameLookup } from '../bytes/name-lookup.ts';
import { STT } from '../elf/constants.ts';
import { availability, ParseError, readyValue } from '../errors.ts';
import type { Vmlinux } from './vmlinux.ts';

export interface BtfBelongs {
  /** The same bytes as the .BTF of the file. */
  readonly isSame: boolean;
  /** FUNC names of the BTF, and how many of them are function symbols of the file; 0 of 0 where it has none. */
  readonly functions: number;
  readonly found: number;
}

/** Of the FUNC names; a kernel's own BTF has a few functions that were inlined everywhere. */
const leastShare = 0.97;

/** @throws ParseError bad-reference: BTF of another kernel, with the figures */
export function checkBtfBelongs(kernel: Vmlinux): BtfBelongs {
  const part = readyValue(kernel.btf);
  const symbols = readyValue(kernel.symbols);
  if (part === undefined) throw new ParseError({ code: 'absent', structure: 'BTF', problem: 'there is no BTF' });
  const isSame = hasSameBytes(kernel, part.source);
  if (isSame || symbols === undefined) return { isSame, functions: 0, found: 0 };
  const { table } = symbols;
  const rows = Uint32Array.from({ length: table.count }, (_, row) => row).filter((row) => table.type(row) === STT.FUNC);
  const lookup = new NameLookup(table.strings, table.nameOffsets, { rows });
  const { strings, funcNameOffs } = part.btf;
  const names = new Map(Array.from(funcNameOffs, (name_off) => [strings.at(name_off), name_off]));
  let found = 0;
  for (const name_off of names.values()) {
    const { table: own, at } = strings.locate(name_off);
    if (at < own.size && lookup.first(own, at) !== undefined) found++;
  }
  if (rows.length === 0 || found >= names.size * leastShare) return { isSame, functions: names.size, found };
  const own = kernel.elf.section('.BTF');
  const sizes =
    own === undefined ? '' : `, and its ${part.source.size} bytes are not the ${own.sh_size} of the file's .BTF`;
  throw new ParseError({
    code: 'bad-reference',
    structure: part.from,
    problem: `it is BTF of another kernel: of its ${names.size} functions ${found} (${((found / names.size) * 100).toFixed(1)} %) are functions of this file, at least ${leastShare * 100} % have to be${sizes}`,
    advice: 'leave --btf away, or give the BTF of this kernel',
  });
}

function hasSameBytes({ elf }: Vmlinux, given: ByteSource): boolean {
  const own = elf.section('.BTF');
  if (own === undefined || own.sh_size !== given.size) return false;
  const bytes = readyValue(availability(() => elf.sectionBytes(own)));
  return bytes !== undefined && Buffer.compare(bytes, given.read(0, given.size, 'BTF')) === 0;
}
