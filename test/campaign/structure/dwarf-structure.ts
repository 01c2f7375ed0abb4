/**
 * The fields of the DWARF that kinspect reads: unit headers, abbreviations, DIEs, the tables of indexes.
 *
 *   unit (2 to 4):  length 4 or 12, version 2, abbreviation offset, address size 1 [, signature 8, type offset]
 *   unit (5):       length 4 or 12, version 2, unit type 1, address size 1, abbreviation offset [, id or signature 8 …]
 *   DIE:            abbreviation code, the values of its attributes
 *   abbreviation:   code, tag, children, (attribute, form [, constant]) …, 0, 0
 */
import { FORM, UT } from '../../helpers/dwarf-writer-numbers.ts';
import type { SectionPlace } from './elf-structure.ts';
import { type Structure, spread } from './structure.ts';

interface Shape {
  /** Bytes of the values that are always as long, by form. */
  readonly sizes: Readonly<Record<number, number>>;
}

interface Abbreviation {
  readonly children: boolean;
  readonly attributes: readonly (readonly [attribute: number, form: number])[];
}

/** DIEs that are looked at, spread over all of a section. */
const usualDies = 120;
/** Abbreviations of a table; all are of one make. */
const mostAbbreviations = 14;
const compressed = 0x800n;

export function mapDwarf(to: Structure, sections: readonly SectionPlace[], is64: boolean, mostDies = usualDies): void {
  const found = (name: string) => {
    const section = sections.find((row) => row.name === name);
    const isPlain = section !== undefined && section.type !== 8 && (section.flags & compressed) === 0n;
    return isPlain && section.offset + section.size <= to.bytes.length ? section : undefined;
  };
  for (const name of ['.debug_str_offsets', '.debug_addr']) {
    const table = found(name);
    if (table !== undefined) mapIndexTable(to, name, table, name === '.debug_addr' && is64 ? 8 : 4);
  }
  const abbrev = found('.debug_abbrev');
  if (abbrev === undefined) return;
  for (const name of ['.debug_info', '.debug_types']) {
    const section = found(name);
    if (section !== undefined) new UnitMap(to, name, section, abbrev, addendsOf(to, section, sections)).run(mostDies);
  }
}

/** In a relocatable file an offset is in its relocation (SHT_RELA) and the field holds 0; the symbols are of sections. */
function addendsOf(to: Structure, target: SectionPlace, sections: readonly SectionPlace[]): Map<number, number> {
  const addends = new Map<number, number>();
  const is64 = to.bytes[4] === 2;
  const entries = sections.find(({ name, type }) => type === 4 && name === `.rela${target.name}`);
  if (entries === undefined || to.at(16, 2) !== 1) return addends;
  const word = is64 ? 8 : 4;
  for (let at = entries.offset; at + 3 * word <= entries.offset + entries.size; at += 3 * word)
    addends.set(target.offset + to.at(at, word), to.at(at + 2 * word, word));
  return addends;
}

function mapIndexTable(to: Structure, name: string, { offset, size }: SectionPlace, width: number): void {
  const wide = to.at(offset, 4) === 0xffff_ffff;
  const head = wide ? 12 : 4;
  if (wide) to.number(`${name} escape`, offset, 4);
  to.number(`${name} length`, offset + head - (wide ? 8 : 4), wide ? 8 : 4);
  to.number(`${name} version`, offset + head, 2);
  to.number(`${name} padding`, offset + head + 2, 2);
  // In DWARF64 offsets are as wide as the length.
  const bytes = wide && name === '.debug_str_offsets' ? 8 : width;
  for (const i of spread(Math.floor((size - head - 4) / bytes), 12))
    to.number(`${name} row ${i}`, offset + head + 4 + i * bytes, bytes);
  for (const at of [4, head, head + 4, size]) to.boundary(offset + at);
}

class UnitMap {
  readonly #to: Structure;
  readonly #name: string;
  readonly #section: SectionPlace;
  readonly #abbrev: SectionPlace;
  /** By the offset of their table. */
  readonly #tables = new Map<number, Map<number, Abbreviation>>();
  readonly #dies: (() => void)[] = [];
  readonly #addends: ReadonlyMap<number, number>;
  #at = 0;

  /** @param addends what a relocatable file adds to the fields, by their file offsets */
  constructor(
    to: Structure,
    name: string,
    section: SectionPlace,
    abbrev: SectionPlace,
    addends: ReadonlyMap<number, number>,
  ) {
    this.#addends = addends;
    this.#to = to;
    this.#name = name;
    this.#section = section;
    this.#abbrev = abbrev;
  }

  run(mostDies: number): void {
    const { offset, size } = this.#section;
    let units = 0;
    for (let at = offset; at + 11 <= offset + size; units++) at = this.#unit(at, units);
    for (const i of spread(this.#dies.length, mostDies)) this.#dies[i]?.();
  }

  /** @returns where the next one is */
  #unit(start: number, n: number): number {
    const to = this.#to;
    const wide = to.at(start, 4) === 0xffff_ffff;
    const offsetSize = wide ? 8 : 4;
    const title = `${this.#name} unit ${n}`;
    let at = start;
    const take = (name: string, size: number): number => {
      // Headers of the first few units; the rest are alike.
      if (n < 12) to.number(`${title} ${name}`, at, size, { self: BigInt(start - this.#section.offset) });
      at += size;
      return to.at(at - size, size);
    };
    if (wide) take('escape', 4);
    const length = take('length', offsetSize);
    const end = at + length;
    const version = take('version', 2);
    const type = version >= 5 ? take('unit type', 1) : this.#name === '.debug_types' ? UT.type : UT.compile;
    let addressSize = version >= 5 ? take('address size', 1) : 0;
    const tableAt = at;
    const table = take('abbreviation offset', offsetSize) + (this.#addends.get(tableAt) ?? 0);
    if (version < 5) addressSize = take('address size', 1);
    if (type === UT.type || type === 6) {
      take('signature', 8);
      take('type offset', offsetSize);
    } else if (type === UT.skeleton || type === 5) take('id', 8);
    to.row(title, start, end - start);
    to.boundary(at);
    this.#at = at;
    const abbreviations = this.#table(table);
    const shape = { sizes: fixedSizes(version, offsetSize, addressSize) };
    for (let depth = 0, first = true; this.#at < end && (first || depth > 0); first = false) {
      depth += this.#die(start, shape, abbreviations);
    }
    return end;
  }

  /** @returns by how much the depth changes */
  #die(unit: number, shape: Shape, abbreviations: ReadonlyMap<number, Abbreviation>): number {
    const to = this.#to;
    const start = this.#at;
    const code = this.#uleb();
    const codeSize = this.#at - start;
    const title = `${this.#name} DIE 0x${(start - this.#section.offset).toString(16)}`;
    if (code === 0) {
      this.#dies.push(() => to.leb(`${title} null entry`, start, codeSize));
      return -1;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) throw new Error(`${title}: a sound input has no abbreviation ${code}`);
    const self = BigInt(start - unit);
    const todo: (() => void)[] = [() => to.leb(`${title} code`, start, codeSize)];
    for (const [attribute, form] of abbreviation.attributes) {
      const at = this.#at;
      const kind = this.#value(form, shape);
      const size = this.#at - at;
      const path = `${title} DW_AT 0x${attribute.toString(16)} (form 0x${form.toString(16)})`;
      if (kind === 'leb') todo.push(() => to.leb(path, at, size));
      else if (kind === 'text') todo.push(() => to.text(path, at, size));
      else if (kind === 'block') todo.push(() => to.number(`${path} length`, at, 1));
      else if (size > 0) todo.push(() => to.number(path, at, Math.min(size, 8), { self }));
    }
    const size = this.#at - start;
    this.#dies.push(() => {
      for (const one of todo) one();
      to.row(title, start, size);
    });
    return abbreviation.children ? 1 : 0;
  }

  /** Step over a value. */
  #value(form: number, shape: Shape): 'number' | 'leb' | 'text' | 'block' {
    const to = this.#to;
    const fixed = shape.sizes[form];
    if (fixed !== undefined) {
      this.#at += fixed;
      return 'number';
    }
    if (form === FORM.string) {
      this.#at = to.bytes.indexOf(0, this.#at) + 1;
      return 'text';
    }
    const lengths: Readonly<Record<number, number>> = { [FORM.block1]: 1, [FORM.block2]: 2, [FORM.block4]: 4 };
    const lengthSize = lengths[form];
    if (lengthSize !== undefined) {
      this.#at += lengthSize + to.at(this.#at, lengthSize);
      return 'block';
    }
    if (form === FORM.indirect) return this.#value(this.#uleb(), shape);
    if (form === FORM.block || form === FORM.exprloc) {
      const length = this.#uleb();
      this.#at += length;
      return 'block';
    }
    this.#uleb();
    return 'leb';
  }

  #table(offset: number): Map<number, Abbreviation> {
    const known = this.#tables.get(offset);
    if (known !== undefined) return known;
    const to = this.#to;
    const back = this.#at;
    const table = new Map<number, Abbreviation>();
    this.#tables.set(offset, table);
    this.#at = this.#abbrev.offset + offset;
    to.boundary(this.#at);
    const mapped = this.#tables.size <= 4;
    const take = (path: string): number => {
      const at = this.#at;
      const value = this.#uleb();
      if (mapped && table.size < mostAbbreviations) to.leb(`.debug_abbrev ${path}`, at, this.#at - at);
      return value;
    };
    for (let code = take('code'); code !== 0; code = take('code')) {
      const start = this.#at;
      take(`${code} tag`);
      if (mapped && table.size < mostAbbreviations) to.number(`.debug_abbrev ${code} children`, this.#at, 1);
      const children = to.bytes[this.#at++] === 1;
      const attributes: [number, number][] = [];
      for (;;) {
        const attribute = take(`${code} attribute`);
        const form = take(`${code} form`);
        if (form === FORM.implicit_const) take(`${code} constant`);
        if (attribute === 0 && form === 0) break;
        attributes.push([attribute, form]);
      }
      if (mapped) to.row(`.debug_abbrev ${code}`, start, this.#at - start);
      table.set(code, { children, attributes });
    }
    this.#at = back;
    return table;
  }

  #uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#to.bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

function fixedSizes(version: number, offsetSize: number, addressSize: number): Readonly<Record<number, number>> {
  return {
    [FORM.addr]: addressSize,
    [FORM.data1]: 1,
    [FORM.data2]: 2,
    [FORM.data4]: 4,
    [FORM.data8]: 8,
    [FORM.data16]: 16,
    [FORM.flag]: 1,
    [FORM.flag_present]: 0,
    [FORM.implicit_const]: 0,
    [FORM.strp]: offsetSize,
    [FORM.line_strp]: offsetSize,
    [FORM.strp_sup]: offsetSize,
    [FORM.sec_offset]: offsetSize,
    [FORM.GNU_ref_alt]: offsetSize,
    [FORM.GNU_strp_alt]: offsetSize,
    [FORM.ref_addr]: version === 2 ? addressSize : offsetSize,
    [FORM.ref1]: 1,
    [FORM.ref2]: 2,
    [FORM.ref4]: 4,
    [FORM.ref8]: 8,
    [FORM.ref_sig8]: 8,
    [FORM.ref_sup4]: 4,
    [FORM.ref_sup8]: 8,
    [FORM.strx1]: 1,
    [FORM.strx2]: 2,
    [FORM.strx3]: 3,
    [FORM.strx4]: 4,
    [FORM.addrx1]: 1,
    [FORM.addrx2]: 2,
    [FORM.addrx3]: 3,
    [FORM.addrx4]: 4,
  };
}
