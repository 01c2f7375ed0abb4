/** The bytes of an ELF file under construction, and afterwards: where its parts are, and how to damage them. */
import { type Num, putField } from './elf-writer.ts';

export type FieldSize = 1 | 2 | 4 | 8;

/** A row of a table: its size, and where each field is. */
export interface Fields {
  readonly size: number;
  readonly at: Readonly<Record<string, readonly [offset: number, size: FieldSize]>>;
}

function layOut(start: number, fields: readonly (readonly [name: string, size: FieldSize])[]): Fields {
  let offset = start;
  const at: Record<string, readonly [number, FieldSize]> = {};
  for (const [name, size] of fields) {
    at[name] = [offset, size];
    offset += size;
  }
  return { size: offset, at };
}

const halves = ['e_ehsize', 'e_phentsize', 'e_phnum', 'e_shentsize', 'e_shnum', 'e_shstrndx'] as const;

const makeHeader = (word: 4 | 8): Fields =>
  layOut(16, [
    ...([
      ['e_type', 2],
      ['e_machine', 2],
      ['e_version', 4],
      ['e_entry', word],
      ['e_phoff', word],
    ] as const),
    ...([
      ['e_shoff', word],
      ['e_flags', 4],
    ] as const),
    ...halves.map((name) => [name, 2] as const),
  ]);
const makeSection = (word: 4 | 8): Fields =>
  layOut(0, [
    ...([
      ['sh_name', 4],
      ['sh_type', 4],
      ['sh_flags', word],
      ['sh_addr', word],
      ['sh_offset', word],
    ] as const),
    ...([
      ['sh_size', word],
      ['sh_link', 4],
      ['sh_info', 4],
      ['sh_addralign', word],
      ['sh_entsize', word],
    ] as const),
  ]);
const header = { 32: makeHeader(4), 64: makeHeader(8) };
const section = { 32: makeSection(4), 64: makeSection(8) };
const segment = {
  32: layOut(0, [
    ...([
      ['p_type', 4],
      ['p_offset', 4],
      ['p_vaddr', 4],
      ['p_paddr', 4],
      ['p_filesz', 4],
    ] as const),
    ...([
      ['p_memsz', 4],
      ['p_flags', 4],
      ['p_align', 4],
    ] as const),
  ]),
  64: layOut(0, [
    ...([
      ['p_type', 4],
      ['p_flags', 4],
      ['p_offset', 8],
      ['p_vaddr', 8],
      ['p_paddr', 8],
    ] as const),
    ...([
      ['p_filesz', 8],
      ['p_memsz', 8],
      ['p_align', 8],
    ] as const),
  ]),
};
const symbol = {
  32: layOut(0, [
    ...([
      ['st_name', 4],
      ['st_value', 4],
      ['st_size', 4],
      ['st_info', 1],
      ['st_other', 1],
      ['st_shndx', 2],
    ] as const),
  ]),
  64: layOut(0, [
    ...([
      ['st_name', 4],
      ['st_info', 1],
      ['st_other', 1],
      ['st_shndx', 2],
      ['st_value', 8],
      ['st_size', 8],
    ] as const),
  ]),
};
const ofClass = (table: { 32: Fields; 64: Fields }, is64: boolean): Fields => (is64 ? table[64] : table[32]);
export const headerFields = (is64: boolean): Fields => ofClass(header, is64);
export const sectionFields = (is64: boolean): Fields => ofClass(section, is64);
export const segmentFields = (is64: boolean): Fields => ofClass(segment, is64);
export const symbolFields = (is64: boolean): Fields => ofClass(symbol, is64);

interface PlacedSection {
  readonly name: string;
  readonly offset: number;
  readonly size: Num;
}

/** Where a section is. */
export interface Place {
  readonly index: number;
  /** Of its bytes. */
  readonly offset: number;
  readonly size: number;
  /** Of its row of the section header table. */
  readonly headerOffset: number;
}

/** A finished file; the patches change it in place and return it. */
export interface BuiltElf {
  readonly bytes: Uint8Array;
  readonly phoff: number;
  readonly shoff: number;
  place(sectionName: string): Place;
  /** File offset of a field of the ELF header. */
  headerField(field: string): number;
  patchHeader(field: string, value: Num): BuiltElf;
  patchSection(sectionName: string, field: string, value: Num): BuiltElf;
  patchSegment(index: number, field: string, value: Num): BuiltElf;
  patchSymbol(index: number, field: string, value: Num): BuiltElf;
}

export class ElfImage {
  readonly #is64: boolean;
  readonly #bigEndian: boolean;
  #bytes = Buffer.alloc(1 << 12);
  #size = 0;

  constructor(is64: boolean, bigEndian: boolean) {
    this.#is64 = is64;
    this.#bigEndian = bigEndian;
  }

  /** Room for `size` bytes. @returns where it begins */
  reserve(size: number, align = 8): number {
    const at = Math.ceil(this.#size / align) * align;
    this.#size = at + size;
    if (this.#size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#size, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }

  add(bytes: Uint8Array, align: number): number {
    const at = this.reserve(bytes.length, align);
    this.#bytes.set(bytes, at);
    return at;
  }

  put(fields: Fields, base: number, values: Readonly<Record<string, Num>>): void {
    for (const [name, value] of Object.entries(values)) {
      const [offset, size] = fields.at[name] as readonly [number, FieldSize];
      putField(this.#bytes, base + offset, size, value, this.#bigEndian);
    }
  }

  putIdent(): void {
    this.#bytes.set([0x7f, 0x45, 0x4c, 0x46, this.#is64 ? 2 : 1, this.#bigEndian ? 2 : 1, 1]);
  }

  finish(phoff: number, shoff: number, sections: readonly PlacedSection[]): BuiltElf {
    const bytes = new Uint8Array(this.#bytes.subarray(0, this.#size));
    const [is64, bigEndian] = [this.#is64, this.#bigEndian];
    const place = (name: string): Place => {
      const index = sections.findIndex((row) => row.name === name);
      const row = sections[index];
      if (row === undefined) throw new Error(`the writer made no section ${name}`);
      const headerOffset = shoff + index * sectionFields(is64).size;
      return { index, offset: row.offset, size: Number(row.size), headerOffset };
    };
    const patch = (fields: Fields, base: number, field: string, value: Num): BuiltElf => {
      const [offset, size] = fields.at[field] ?? [];
      if (offset === undefined || size === undefined) throw new Error(`there is no field ${field}`);
      putField(bytes, base + offset, size, value, bigEndian);
      return built;
    };
    const built: BuiltElf = {
      bytes,
      phoff,
      shoff,
      place,
      headerField: (field) => headerFields(is64).at[field]?.[0] ?? -1,
      patchHeader: (field, value) => patch(headerFields(is64), 0, field, value),
      patchSection: (name, field, value) => patch(sectionFields(is64), place(name).headerOffset, field, value),
      patchSegment: (index, field, value) =>
        patch(segmentFields(is64), phoff + index * segmentFields(is64).size, field, value),
      patchSymbol: (index, field, value) => {
        const fields = ofClass(symbol, is64);
        return patch(fields, place('.symtab').offset + index * fields.size, field, value);
      },
    };
    return built;
  }
}
