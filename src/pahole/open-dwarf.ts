/**
 * Where the DWARF of a kernel is: in the file itself, or in a separate debug file.
 *
 *   1. the file that was named
 *   2. the kernel itself, if it has .debug_info
 *   3. /usr/lib/debug/.build-id/xx/yyyy.debug of its build id
 *   4. the name in .gnu_debuglink, beside the kernel, in .debug beside it, and below /usr/lib/debug
 *
 * Symbols and the mcount region stay those of the kernel, as in pahole.
 */
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ByteSource, openFile } from '../bytes/byte-source.ts';
import { inFile, ofFile } from '../bytes/in-file.ts';
import { printable } from '../bytes/printable.ts';
import type { FunctionEntries } from '../dwarf/function-entries.ts';
import { type ReadOptions, readFunctionEntries } from '../dwarf/read-function-entries.ts';
import type { DwarfSections, SectionBytes } from '../dwarf/sections.ts';
import { SHT } from '../elf/constants.ts';
import { ElfFile } from '../elf/elf-file.ts';
import { describeSection, isCompressed, type Section } from '../elf/sections.ts';
import { type Availability, availability, ParseError, readyValue, unreadable } from '../errors.ts';
import type { Vmlinux } from '../kernel/vmlinux.ts';
import { relocateDebugSection } from './relocate-debug.ts';

export interface DwarfSource {
  readonly sections: DwarfSections;
  /** The file that it is in. */
  readonly path: string;
}

const debugRoot = '/usr/lib/debug';

/** @param debugPath a separate debug file to take in any case */
export function findDwarf(kernel: Vmlinux, debugPath?: string): Availability<DwarfSource> {
  return availability(() => {
    if (debugPath !== undefined) return dwarfOfFile(debugPath);
    if (hasDwarf(kernel.elf)) return { sections: sectionsOf(kernel.elf, kernel.path), path: kernel.path };
    let unfit: string | undefined;
    for (const candidate of candidates(kernel)) {
      const found = tryCandidate(candidate);
      if (typeof found === 'object') return found;
      if (candidate.path !== resolve(kernel.path)) unfit ??= found;
    }
    const where = 'where its build id and debug link say';
    const problem = `the file has no DWARF (.debug_info), and ${unfit === undefined ? `no separate debug file is ${where}` : `the separate debug file ${where} is of no use: ${unfit}`}`;
    kernel.elf.requireSection('.debug_info', problem);
    throw new ParseError({ code: 'absent', structure: 'DWARF', problem });
  });
}

const hasDwarf = (elf: ElfFile): boolean => (elf.section('.debug_info')?.sh_size ?? 0) > 0;

function dwarfOfFile(path: string): DwarfSource {
  const file = openFile(path, 'give the path of a vmlinux with DWARF, or of its debug file');
  try {
    return inFile(path, () => {
      const elf = new ElfFile(file);
      const problem = 'it has no DWARF (.debug_info)';
      if (elf.requireSection('.debug_info', problem).sh_size > 0) return { sections: sectionsOf(elf, path), path };
      throw new ParseError({ code: 'absent', structure: 'DWARF', problem });
    });
  } finally {
    file.close();
  }
}

/**
 * The function entries of a kernel's DWARF, in whichever file it is.
 * @throws ParseError when its sections cannot be read; the signal's reason when it was aborted
 */
export async function readEntries(
  kernel: Vmlinux,
  { sections, path }: DwarfSource,
  options: ReadOptions,
): Promise<FunctionEntries> {
  try {
    return await readFunctionEntries(sections, options);
  } catch (error) {
    throw path === kernel.path ? error : ofFile(path, error);
  }
}

/** A file that may be there, and what it has to agree with to be the right one. */
interface Candidate {
  readonly path: string;
  readonly buildId: string | undefined;
  readonly crc: number | undefined;
}

function candidates(kernel: Vmlinux): Candidate[] {
  const found: Candidate[] = [];
  const buildId = readyValue(kernel.elf.buildId())?.hex;
  if (buildId !== undefined && buildId.length > 2) {
    const name = `${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    found.push({ path: join(debugRoot, '.build-id', name), buildId, crc: undefined });
  }
  const link = debugLink(kernel.elf);
  if (link === undefined) return found;
  const directory = dirname(resolve(kernel.path));
  for (const at of [directory, join(directory, '.debug'), join(debugRoot, directory)]) {
    found.push({ path: join(at, link.name), buildId, crc: link.crc });
  }
  return found;
}

/** .gnu_debuglink: a file name, NUL, padding to four bytes, and the CRC-32 of the file. */
function debugLink(elf: ElfFile): { readonly name: string; readonly crc: number } | undefined {
  const section = elf.section('.gnu_debuglink');
  const bytes = section && readyValue(availability(() => elf.sectionBytes(section)));
  const end = bytes?.indexOf(0) ?? -1;
  const at = (end + 4) & ~3;
  if (bytes === undefined || end <= 0 || at + 4 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
  return { name, crc: view.getUint32(at, elf.header.littleEndian) };
}

/** @returns its DWARF; or why it is not taken although it is there */
function tryCandidate({ path, buildId, crc }: Candidate): DwarfSource | string | undefined {
  const opened = availability(() => openFile(path));
  if (opened.state !== 'ready') return undefined;
  const file = opened.value;
  const unfit = (why: string): string => `${printable(path)}: ${why}`;
  try {
    const read = availability(() => new ElfFile(file));
    if (read.state !== 'ready') return unfit(read.reason);
    const elf = read.value;
    const hidden = unreadable(elf.sectionTable) ?? readyValue(elf.sectionTable)?.namesProblem;
    if (!hasDwarf(elf)) return unfit(hidden?.message ?? 'it has no DWARF (.debug_info)');
    const id = readyValue(elf.buildId())?.hex;
    // The build id tells whether the files belong together; without it the checksum does.
    if (buildId !== undefined && id !== undefined) {
      if (id !== buildId) return unfit(`its build id is ${id}, and that of the kernel ${buildId}`);
    } else if (crc !== undefined && crcOf(file) !== crc) return unfit('its checksum is not that of .gnu_debuglink');
    return { sections: inFile(path, () => sectionsOf(elf, path)), path };
  } finally {
    file.close();
  }
}

function crcOf(file: ByteSource): number {
  let crc = 0;
  const step = 1 << 20;
  for (let at = 0; at < file.size; at += step) {
    crc = crc32(file.read(at, Math.min(step, file.size - at), 'separate debug file'), crc);
  }
  return crc;
}

/** @throws ParseError when a section that is needed cannot be read */
function sectionsOf(elf: ElfFile, path: string): DwarfSections {
  const bytes = (name: string): SectionBytes | undefined => {
    const section = elf.section(name);
    return section === undefined || section.sh_type === SHT.NOBITS ? undefined : sectionBytes(elf, path, section);
  };
  const needed = (name: string): SectionBytes => {
    const found = bytes(name);
    if (found !== undefined) return found;
    throw new ParseError({ code: 'absent', structure: 'DWARF', problem: `the file holds no bytes of ${name}` });
  };
  return {
    littleEndian: elf.header.littleEndian,
    fileSize: elf.fileSize,
    info: needed('.debug_info'),
    abbrev: needed('.debug_abbrev'),
    str: bytes('.debug_str'),
    lineStr: bytes('.debug_line_str'),
    strOffsets: bytes('.debug_str_offsets'),
    addr: bytes('.debug_addr'),
    types: bytes('.debug_types'),
  };
}

function sectionBytes(elf: ElfFile, path: string, section: Section): SectionBytes {
  const relocated = elf.isRelocatable ? relocateDebugSection(elf, section) : undefined;
  const { sh_offset: offset, sh_size: size } = section;
  // A vmlinux that was unpacked itself is not on disk.
  const isOnDisk = !isCompressed(section) && (size === 0 || elf.source.fileOffset(offset) === offset);
  if (relocated === undefined && isOnDisk) {
    if (offset + size > elf.source.size) {
      const problem = `the file ends at 0x${elf.source.size.toString(16)}, inside it`;
      throw new ParseError({ code: 'truncated', structure: describeSection(section), offset, problem });
    }
    return { kind: 'file', path, offset, size };
  }
  const { buffer, byteOffset, length } = relocated ?? elf.sharedBytes(section, false);
  return { kind: 'memory', buffer, offset: byteOffset, size: length };
}
