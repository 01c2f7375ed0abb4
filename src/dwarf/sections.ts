/**
 * The DWARF sections of a file, as what another thread can be told of them: where their bytes are.
 *
 * Reading ELF is not this folder's business, so whoever opens the file fills this in: a section that is stored as it is
 * by its place in the file, one that had to be decompressed or relocated by a buffer (a shared one is not copied for
 * each thread).
 */
import { type ByteSource, type FileSource, memorySource, openFile, subSource } from '../bytes/byte-source.ts';
import { type CompiledReader, compiledReader } from './compiled-memory.ts';
import { makeRoom, mostUnitsOf, type SharedRoom } from './row-room.ts';

/** Where a section's bytes are. */
export type SectionBytes =
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly size: number }
  | {
      readonly kind: 'memory';
      readonly buffer: ArrayBuffer | SharedArrayBuffer;
      readonly offset: number;
      readonly size: number;
    };

/** What is read for function entries; the first two must be there. */
export interface DwarfSections {
  readonly littleEndian: boolean;
  /** Bytes of the file on disk, which limit what is kept of its functions; without it nothing does. */
  readonly fileSize?: number | undefined;
  /** .debug_info */
  readonly info: SectionBytes;
  /** .debug_abbrev */
  readonly abbrev: SectionBytes;
  /** .debug_str */
  readonly str?: SectionBytes | undefined;
  /** .debug_line_str */
  readonly lineStr?: SectionBytes | undefined;
  /** .debug_str_offsets */
  readonly strOffsets?: SectionBytes | undefined;
  /** .debug_addr */
  readonly addr?: SectionBytes | undefined;
  /** .debug_types (DWARF 4) */
  readonly types?: SectionBytes | undefined;
}

/** The same with the small sections already in memory that every thread shares. */
export interface LoadedSections {
  readonly littleEndian: boolean;
  readonly info: SectionBytes;
  readonly types: SectionBytes | undefined;
  readonly strOffsets: SectionBytes | undefined;
  readonly addr: SectionBytes | undefined;
  readonly abbrev: Uint8Array;
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
  /** The memory of the compiled reader, in which .debug_abbrev and .debug_str then are. */
  readonly compiled: CompiledReader | undefined;
  /** .debug_str where it is in memory besides, so that nobody has to copy it out of that one. */
  readonly strBeside: Uint8Array | undefined;
  /** What is left for the rows of all threads. */
  readonly room: SharedRoom | undefined;
  /** Units of .debug_info that are read. */
  readonly mostUnits: number;
}

/** Opens sections, each file once. */
export class SectionOpener {
  readonly #files = new Map<string, FileSource>();

  open(section: SectionBytes, name: string): ByteSource {
    if (section.kind === 'memory') {
      const bytes = new Uint8Array(section.buffer, section.offset, section.size);
      return memorySource(bytes, name, () => undefined);
    }
    let file = this.#files.get(section.path);
    if (file === undefined) {
      file = openFile(section.path);
      this.#files.set(section.path, file);
    }
    return subSource(file, section.offset, section.size, name);
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }
}

/**
 * Read the sections that every unit needs parts of.
 * @param compiler how many threads will run the compiled reader, and its code; without it none does
 * @throws ParseError
 */
export function loadSections(
  sections: DwarfSections,
  opener: SectionOpener,
  compiler?: { readonly module: WebAssembly.Module; readonly threads: number },
): LoadedSections {
  const sizes = { info: sections.info.size, abbrev: sections.abbrev.size, str: sections.str?.size ?? 0 };
  const compiled = compiler && compiledReader(compiler.module, { ...sizes, threads: compiler.threads });
  const load = (section: SectionBytes | undefined, name: string, at?: number): Uint8Array => {
    if (section === undefined || section.size === 0) return new Uint8Array(0);
    const source = opener.open(section, name);
    if (at === undefined || compiled === undefined) return shared(source.read(0, section.size, name));
    const place = new Uint8Array(compiled.memory.buffer, at, section.size);
    const bytes = source.readInto?.(place, 0, section.size, name) ?? source.read(0, section.size, name);
    if (bytes.buffer !== place.buffer) place.set(bytes);
    return place;
  };
  return {
    littleEndian: sections.littleEndian,
    info: sections.info,
    types: sections.types,
    strOffsets: sections.strOffsets,
    addr: sections.addr,
    abbrev: load(sections.abbrev, '.debug_abbrev', compiled?.abbrevAt),
    str: load(sections.str, '.debug_str', compiled?.strAt),
    lineStr: load(sections.lineStr, '.debug_line_str'),
    compiled,
    strBeside: beside(sections.str),
    room: sections.fileSize === undefined ? undefined : makeRoom(sections.fileSize),
    mostUnits: sections.fileSize === undefined ? Number.POSITIVE_INFINITY : mostUnitsOf(sections.fileSize),
  };
}

function beside(section: SectionBytes | undefined): Uint8Array | undefined {
  if (section?.kind !== 'memory' || !(section.buffer instanceof SharedArrayBuffer)) return undefined;
  return new Uint8Array(section.buffer, section.offset, section.size);
}

/** Memory that is not copied for each thread. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
