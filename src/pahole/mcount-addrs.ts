/**
 * get_vmlinux_addrs and get_kmod_addrs: the words of the mcount region, as pahole gets them.
 *
 *   vmlinux   from __start_mcount_loc to __stop_mcount_loc, out of the section of the former
 *   module    all of __mcount_loc, asked for only when the above gave nothing
 *
 * They are the bytes of the file, no relocation applied, taken for words of the machine that pahole runs on: here
 * always a little-endian one, so that a big-endian kernel's words come out reversed, as they do there. Of a module
 * (ET_REL) libdwfl has applied the relocations before pahole looks. (btf_encoder.c 1.20: 117, 177)
 */
import { type U64Column, u64Column } from '../bytes/columns.ts';
import { SHT } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { describeSection, type Section } from '../elf/sections.ts';
import type { McountRegion } from '../kernel/mcount.ts';
import type { CollectedSymbols } from './collect-symbols.ts';
import type { EncoderRules } from './encoders.ts';
import type { Fate } from './fate.ts';

/** Which bytes of the region are read: those of the file, or those after relocation, as without CONFIG_RELOCATABLE. */
export type RegionBytes = 'raw' | 'relocated';

/** The locals of get_vmlinux_addrs at line 171, or of get_kmod_addrs at line 234. */
export interface McountAddrs {
  readonly function: 'get_vmlinux_addrs' | 'get_kmod_addrs';
  readonly section: Section;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes of a slot. */
  readonly addr_size: 4 | 8;
  readonly count: number;
  /** One 64-bit word per slot, whatever the size of the slot. */
  readonly addrs: U64Column;
  /** Why bytes other than the ones asked for were read. */
  readonly note: string | undefined;
}

/** What the two functions may read. */
export interface McountInput {
  readonly elf: ElfFile;
  readonly rules: EncoderRules;
  readonly bytes: RegionBytes;
  /** The region by kinspect's own reading, for its relocated bytes. */
  readonly region: McountRegion | undefined;
}

/** The words, none where there are no bounds, or how the run ends here. */
export type McountResult =
  | { readonly state: 'ready'; readonly addrs: McountAddrs }
  | { readonly state: 'none' }
  | { readonly state: 'fatal'; readonly fate: Fate };

const none: McountResult = { state: 'none' };
/** Sizes from here on malloc refuses on any machine of today. */
const mostBytes = 1n << 47n;

export function getVmlinuxAddrs(input: McountInput, symbols: CollectedSymbols): McountResult {
  const { elf, rules } = input;
  const { start, stop } = symbols;
  if (start === undefined || stop === undefined) return none;
  const section = elf.sections[start.section];
  if (section === undefined) {
    const why = `__start_mcount_loc is of section ${start.section}, which has no header`;
    return { state: 'fatal', fate: exit('get_vmlinux_addrs', 117, why) };
  }
  const addr_size = rules.slotSize === 'class' ? elf.wordSize : rules.slotSize;
  // Unsigned, as in C: a stop below the start becomes a number that no memory holds.
  const size = BigInt.asUintN(64, stop.value - start.value);
  if (size > mostBytes) {
    const why = `memory for ${size / BigInt(addr_size)} slots cannot be had: __stop_mcount_loc lies before __start_mcount_loc`;
    return { state: 'fatal', fate: exit('get_vmlinux_addrs', 117, why) };
  }
  const count = Number(size / BigInt(addr_size));
  const offset = Number(start.value - section.sh_addr);
  const found = { function: 'get_vmlinux_addrs', section, offset, addr_size, count } as const;
  if (input.bytes === 'raw' && !elf.isRelocatable) return readWords(elf, found, undefined);
  const { region } = input;
  const length = count * addr_size;
  if (region !== undefined && region.bounds.start === start.value && region.bytes.length >= length) {
    return ready(found, region.relocatedBytes().subarray(0, length), undefined);
  }
  return readWords(elf, found, 'the region cannot be relocated, so its bytes are those of the file');
}

export function getKmodAddrs(input: McountInput): McountResult {
  const { elf, rules, region } = input;
  if (!rules.modules) return none;
  const section = elf.section('__mcount_loc');
  if (section === undefined) return none;
  const addr_size = rules.slotSize === 'class' ? elf.wordSize : rules.slotSize;
  const count = Math.floor(section.sh_size / addr_size);
  const found = { function: 'get_kmod_addrs', section, offset: 0, addr_size, count } as const;
  if (input.bytes === 'raw' && !elf.isRelocatable) return readWords(elf, found, undefined);
  const length = count * addr_size;
  if (region?.bounds.source === 'section __mcount_loc' && region.bytes.length >= length) {
    return ready(found, region.relocatedBytes().subarray(0, length), undefined);
  }
  return readWords(elf, found, 'the region cannot be relocated, so its bytes are those of the file');
}

type Found = Omit<McountAddrs, 'addrs' | 'note'>;

/** The file is mapped into memory, where zeros follow its last byte up to the end of the page. */
const page = 4096;

/** Nothing checks that the words are inside their section; what follows it in the file is read as well. */
function readWords(elf: ElfFile, found: Found, note: string | undefined): McountResult {
  const { section, offset, addr_size, count } = found;
  const length = count * addr_size;
  if (length === 0) return ready(found, new Uint8Array(0), note);
  const crash = (why: string): McountResult => {
    const line = found.function === 'get_vmlinux_addrs' ? 165 : 177;
    const at = { file: 'btf_encoder.c', function: found.function, line } as const;
    return { state: 'fatal', fate: { kind: 'would-crash', at, why } };
  };
  if (section.sh_type === SHT.NOBITS) {
    return crash(`${describeSection(section)} is NOBITS, and its data, a NULL, is followed`);
  }
  const from = section.sh_offset + offset;
  const inFile = Math.min(length, elf.source.size - from);
  const mapped = Math.ceil(elf.source.size / page) * page;
  if (from < 0 || inFile <= 0 || from + length > mapped) {
    return crash(`the region (${count} slots at ${describeSection(section)} + ${offset}) is not inside the file`);
  }
  const bytes = elf.source.read(from, inFile, 'mcount region');
  if (inFile === length) return ready(found, bytes, note);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return ready(found, padded, note);
}

function ready(found: Found, bytes: Uint8Array, note: string | undefined): McountResult {
  const { addr_size, count } = found;
  const addrs = u64Column(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let slot = 0; slot < count; slot++) {
    addrs.lo[slot] = view.getUint32(slot * addr_size, true);
    if (addr_size === 8) addrs.hi[slot] = view.getUint32(slot * 8 + 4, true);
  }
  return { state: 'ready', addrs: { ...found, addrs, note } };
}

function exit(name: string, line: number, why: string): Fate {
  return { kind: 'would-exit', at: { file: 'btf_encoder.c', function: name, line }, why };
}
