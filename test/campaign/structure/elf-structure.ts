/**
 * The fields of an ELF file, and of what kinspect reads in its sections; of what stands in its place, see boot-structure.
 *
 *   header | program headers | section bytes … | section headers
 */
import { type Fields, headerFields, sectionFields, segmentFields, symbolFields } from '../../helpers/elf-image.ts';
import { mapBootImage, mapConfig } from './boot-structure.ts';
import { mapBtf } from './btf-structure.ts';
import { mapDwarf } from './dwarf-structure.ts';
import { mapZstd } from './packed-structure.ts';
import { Structure, spread } from './structure.ts';

/** A section of the good input, as its header says. */
export interface SectionPlace {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly addr: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entsize: number;
}

const [symtab, strtab, rela, note, nobits, rel, dynsym, shndx, relr] = [2, 3, 4, 7, 8, 9, 11, 18, 19];
const compressed = 0x800n;
/** So many records of a table are looked at; a table of a small input has fewer. */
const mostRows = 24;

/** @param bytes a file that is given as a kernel: ELF, or what the program takes in its place */
export function mapElf(bytes: Uint8Array): Structure {
  const to = new Structure(bytes);
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== '\x7fELF') {
    mapBootImage(to, mapElf);
    return to;
  }
  const is64 = bytes[4] === 2;
  to.littleEndian = bytes[5] === 1;
  for (const [i, name] of ['magic', 'magic', 'magic', 'magic', 'class', 'data', 'version', 'osabi'].entries())
    to.number(`e_ident ${name}`, i, 1);
  record(to, 'ELF header', headerFields(is64), 0);
  to.boundary(16);
  to.boundary(headerFields(is64).size);
  const header = (name: string) => fieldValue(to, headerFields(is64), 0, name);

  const segments = segmentFields(is64);
  for (const i of spread(Number(header('e_phnum')), mostRows)) {
    const at = Number(header('e_phoff')) + i * segments.size;
    record(to, `segment ${i}`, segments, at, { before: i > 0 ? at - segments.size : at });
    to.row(`segment ${i}`, at, segments.size);
  }
  const rows = sectionFields(is64);
  const sections = sectionsOf(to, is64);
  for (const section of sections) {
    const at = Number(header('e_shoff')) + section.index * rows.size;
    const before = section.index > 0 ? at - rows.size : at;
    record(to, `section ${section.index} ${section.name}`, rows, at, { self: BigInt(section.index), before });
    to.row(`section header ${section.index}`, at, rows.size);
  }
  for (const section of sections) mapSection(to, is64, section);
  mapRegion(to, is64, sections);
  mapConfig(to);
  mapDwarf(to, sections, is64);
  return to;
}

function sectionsOf(to: Structure, is64: boolean): SectionPlace[] {
  const fields = sectionFields(is64);
  const shoff = Number(fieldValue(to, headerFields(is64), 0, 'e_shoff'));
  if (shoff === 0) return [];
  const first = (name: string) => Number(fieldValue(to, fields, shoff, name));
  const header = (name: string) => Number(fieldValue(to, headerFields(is64), 0, name));
  const count = header('e_shnum') || first('sh_size');
  const names = header('e_shstrndx') === 0xffff ? first('sh_link') : header('e_shstrndx');
  const nameBytes = Number(fieldValue(to, fields, shoff + names * fields.size, 'sh_offset'));
  return Array.from({ length: count }, (_, index) => {
    const value = (name: string) => fieldValue(to, fields, shoff + index * fields.size, name);
    return {
      index,
      name: textAt(to.bytes, nameBytes + Number(value('sh_name'))),
      type: Number(value('sh_type')),
      flags: value('sh_flags'),
      addr: value('sh_addr'),
      offset: Number(value('sh_offset')),
      size: Number(value('sh_size')),
      link: Number(value('sh_link')),
      entsize: Number(value('sh_entsize')),
    };
  });
}

function mapSection(to: Structure, is64: boolean, section: SectionPlace): void {
  const { name, type, offset, size } = section;
  if (type === nobits || size === 0 || offset + size > to.bytes.length) return;
  const word = is64 ? 8 : 4;
  to.boundary(offset);
  to.boundary(offset + size);
  const title = name === '' ? `section ${section.index}` : name;
  if ((section.flags & compressed) !== 0n) {
    const layout = is64 ? [4, 4, 8, 8] : [4, 4, 4];
    let at = offset;
    for (const [i, bytes] of layout.entries()) {
      to.number(`${title} ch_${['type', is64 ? 'reserved' : 'size', 'size', 'addralign'][i]}`, at, bytes);
      at += bytes;
    }
    to.boundary(at);
    to.sample(`${title} data`, at, offset + size - at);
    if (to.at(offset, 4) === 2) mapZstd(to, `${title} zstd`, at, offset + size);
  } else if (type === symtab || type === dynsym) table(to, title, offset, size, symbolFields(is64));
  else if (type === rela || type === rel) {
    const row = (type === rela ? 3 : 2) * word;
    const columns = ['r_offset', 'r_info', 'r_addend'].slice(0, row / word);
    const at = Object.fromEntries(columns.map((column, i) => [column, [i * word, word] as const]));
    table(to, title, offset, size, { size: row, at } as Fields);
  } else if (type === relr) table(to, title, offset, size, { size: word, at: { word: [0, word] } } as Fields);
  else if (type === shndx) table(to, title, offset, size, { size: 4, at: { index: [0, 4] } });
  else if (type === note) mapNotes(to, title, offset, size);
  else if (type === strtab || name === '.debug_str' || name === '.debug_line_str') mapStrings(to, title, offset, size);
  else if (name === '.BTF') mapBtf(to, offset, size);
  else if (['.gnu_debuglink', '.modinfo', '.comment'].includes(name)) to.sample(title, offset, size);
}

/** The words between __start_mcount_loc and __stop_mcount_loc, or of __mcount_loc. */
function mapRegion(to: Structure, is64: boolean, sections: readonly SectionPlace[]): void {
  const word = is64 ? 8 : 4;
  const words = (at: number, size: number) =>
    table(to, 'mcount slot', at, size, { size: word, at: { word: [0, word] } } as Fields);
  const module = sections.find(({ name }) => name === '__mcount_loc');
  if (module !== undefined) words(module.offset, module.size);
  const symbols = sections.find(({ type }) => type === symtab);
  const strings = symbols && sections[symbols.link];
  if (symbols === undefined || strings === undefined) return;
  const fields = symbolFields(is64);
  const bounds = new Map<string, bigint>();
  for (let at = symbols.offset; at + fields.size <= symbols.offset + symbols.size; at += fields.size) {
    const name = textAt(to.bytes, strings.offset + Number(fieldValue(to, fields, at, 'st_name')));
    if (/^__(?:start|stop)_mcount_loc$|^linux_banner$/.test(name))
      bounds.set(name, fieldValue(to, fields, at, 'st_value'));
  }
  const place = (address: bigint | undefined): number | undefined => {
    const section = sections.find(
      ({ addr, size, type }) =>
        address !== undefined && type !== nobits && addr !== 0n && address >= addr && address < addr + BigInt(size),
    );
    return section && address !== undefined ? section.offset + Number(address - section.addr) : undefined;
  };
  const [start, stop] = [bounds.get('__start_mcount_loc'), bounds.get('__stop_mcount_loc')];
  const at = place(start);
  if (at !== undefined && start !== undefined && stop !== undefined && stop > start) words(at, Number(stop - start));
  const banner = place(bounds.get('linux_banner'));
  if (banner !== undefined) to.sample('linux_banner', banner, 24);
}

function mapNotes(to: Structure, title: string, offset: number, size: number): void {
  const four = (n: number) => (n + 3) & ~3;
  for (let at = offset; at + 12 <= offset + size; ) {
    const [namesz, descsz] = [to.at(at, 4), to.at(at + 4, 4)];
    for (const [i, field] of ['namesz', 'descsz', 'type'].entries()) to.number(`${title} ${field}`, at + 4 * i, 4);
    to.sample(`${title} owner`, at + 12, namesz);
    const next = at + 12 + four(namesz) + four(descsz);
    to.row(`${title} note`, at, next - at);
    at = next;
  }
}

function mapStrings(to: Structure, title: string, offset: number, size: number): void {
  to.number(`${title} first byte`, offset, 1);
  to.number(`${title} last byte`, offset + size - 1, 1);
  const starts: number[] = [];
  for (let at = offset + 1; at < offset + size; at = to.bytes.indexOf(0, at) + 1) {
    starts.push(at);
    if (to.bytes.indexOf(0, at) < 0) break;
  }
  for (const i of spread(starts.length, mostRows)) {
    const at = starts[i] ?? offset;
    to.text(`${title} string ${i}`, at, to.bytes.indexOf(0, at) + 1 - at);
  }
}

function table(to: Structure, title: string, offset: number, size: number, fields: Fields): void {
  for (const i of spread(Math.floor(size / fields.size), mostRows)) {
    const at = offset + i * fields.size;
    record(to, `${title} row ${i}`, fields, at, { before: i > 0 ? at - fields.size : at });
    to.row(`${title} row ${i}`, at, fields.size);
  }
}

function record(
  to: Structure,
  title: string,
  fields: Fields,
  base: number,
  more: { self?: bigint; before?: number } = {},
): void {
  for (const [name, [offset, size]] of Object.entries(fields.at)) {
    const before = { before: (more.before ?? base) + offset };
    to.number(
      `${title} ${name}`,
      base + offset,
      size,
      more.self === undefined ? before : { self: more.self, ...before },
    );
  }
}

function fieldValue(to: Structure, fields: Fields, base: number, name: string): bigint {
  const [offset, size] = fields.at[name] as readonly [number, number];
  return to.read(base + offset, size);
}

function textAt(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString('latin1');
}
