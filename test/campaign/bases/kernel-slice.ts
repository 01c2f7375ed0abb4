/**
 * A small part of a real kernel, cut out when the corpus is there: four of its compile units, their functions with slots,
 * relocations and BTF records.
 *
 * It is made on the machine that runs the campaign, and not committed: a kernel's debug information is GPL-2.0, and this
 * repository is MIT throughout. The same kernel gives the same bytes. Reads a sound file, with none of the readers of src/.
 */
import { BtfWriter } from '../../helpers/btf-writer.ts';
import { sectionFields } from '../../helpers/elf-image.ts';
import { ElfWriter } from '../../helpers/elf-writer.ts';
import { mapDwarf } from '../structure/dwarf-structure.ts';
import type { SectionPlace } from '../structure/elf-structure.ts';
import { Structure } from '../structure/structure.ts';

const units = 4;
const [leastUnit, mostUnit] = [1500, 5000];
const mostFunctions = 24;
const mostTypes = 200;

/** @param kernel all of a little-endian ELF64 vmlinux with DWARF 4 or 5 */
export function cutSlice(kernel: Buffer): Uint8Array {
  const sections = sectionsOf(kernel);
  const bytesOf = (name: string): Buffer => {
    const section = sections.find((row) => row.name === name);
    if (section === undefined) throw new Error(`the kernel has no ${name}`);
    return kernel.subarray(section.offset, section.offset + section.size);
  };
  const debug = cutDwarf(bytesOf('.debug_info'), bytesOf('.debug_abbrev'), bytesOf('.debug_str'));
  const symbols = symbolsOf(bytesOf('.symtab'), bytesOf('.strtab'));
  const functions = symbols.filter(({ name, isFunction }) => isFunction && debug.names.has(name));
  const chosen = functions.slice(0, mostFunctions);

  const writer = new ElfWriter({ machine: 'aarch64', type: 'DYN' });
  const text = sections.find(({ name }) => name === '.text') as SectionPlace;
  const region = symbols.find(({ name }) => name === '__start_mcount_loc')?.value ?? 0n;
  writer.section('.text', { type: 'NOBITS', flags: 'AX', addr: text.addr, size: text.size });
  writer.section('.init.data', { flags: 'WA', addr: region, bytes: new Uint8Array(8 * chosen.length + 16) });
  const slots = chosen.map(({ value }, i) => ({ place: region + BigInt(8 * i), type: 1027, addend: value }));
  writer.rela('.rela.dyn', slots, { flags: 'A' });
  writer.section('.notes', { type: 'NOTE', flags: 'A', bytes: bytesOf('.notes') });
  writer.section('.BTF', { bytes: cutBtf(bytesOf('.BTF'), new Set(chosen.map(({ name }) => name))) });
  writer.section('.debug_info', { bytes: debug.info });
  writer.section('.debug_abbrev', { bytes: debug.abbrev });
  writer.section('.debug_str', { bytes: debug.str });
  for (const { name, value, size, isGlobal } of chosen)
    writer.symbol(name, { type: 'FUNC', section: '.text', value, size, bind: isGlobal ? 'GLOBAL' : 'LOCAL' });
  const bound = { bind: 'GLOBAL', section: '.init.data' } as const;
  writer.symbol('__start_mcount_loc', { ...bound, value: region });
  writer.symbol('__stop_mcount_loc', { ...bound, value: region + BigInt(8 * chosen.length) });
  return writer.build().bytes;
}

function sectionsOf(kernel: Buffer): SectionPlace[] {
  const { at, size } = sectionFields(true);
  const shoff = Number(kernel.readBigUInt64LE(40));
  const names = kernel.readUInt16LE(62);
  const field = (index: number, name: string): bigint => {
    const [offset, width] = at[name] as readonly [number, number];
    const place = shoff + index * size + offset;
    return width === 8 ? kernel.readBigUInt64LE(place) : BigInt(kernel.readUInt32LE(place));
  };
  const nameBytes = Number(field(names, 'sh_offset'));
  return Array.from({ length: kernel.readUInt16LE(60) }, (_, index) => ({
    index,
    name: textAt(kernel, nameBytes + Number(field(index, 'sh_name'))),
    type: Number(field(index, 'sh_type')),
    flags: field(index, 'sh_flags'),
    addr: field(index, 'sh_addr'),
    offset: Number(field(index, 'sh_offset')),
    size: Number(field(index, 'sh_size')),
    link: Number(field(index, 'sh_link')),
    entsize: Number(field(index, 'sh_entsize')),
  }));
}

const textAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, bytes.indexOf(0, at));

function symbolsOf(symtab: Buffer, strtab: Buffer) {
  return Array.from({ length: symtab.length / 24 }, (_, i) => ({
    name: textAt(strtab, symtab.readUInt32LE(i * 24)),
    isFunction: ((symtab[i * 24 + 4] ?? 0) & 15) === 2,
    isGlobal: (symtab[i * 24 + 4] ?? 0) >> 4 === 1,
    value: symtab.readBigUInt64LE(i * 24 + 8),
    size: symtab.readBigUInt64LE(i * 24 + 16),
  }));
}

/** The first units of a middling size, with tables and strings of their own. */
function cutDwarf(info: Buffer, abbrev: Buffer, str: Buffer) {
  const infos: Buffer[] = [];
  const tables: Buffer[] = [];
  const strings = new Map<string, number>();
  const text: Buffer[] = [Buffer.of(0)];
  let [tablesEnd, textEnd] = [0, 1];
  for (let at = 0; at < info.length && infos.length < units; ) {
    const end = at + 4 + info.readUInt32LE(at);
    const unit = Buffer.from(info.subarray(at, end));
    at = end;
    if (unit.length < leastUnit || unit.length > mostUnit) continue;
    const offsetAt = unit.readUInt16LE(4) >= 5 ? 8 : 6;
    const from = unit.readUInt32LE(offsetAt);
    const table = abbrev.subarray(from, endOfTable(abbrev, from));
    unit.writeUInt32LE(0, offsetAt);
    const fields = fieldsOf(unit, table);
    // A reference into another unit, which is not in the slice.
    if (fields.some(({ path }) => path.endsWith('(form 0x10)'))) continue;
    for (const { path, at: field } of fields) {
      if (!path.endsWith('(form 0xe)')) continue;
      const value = textAt(str, unit.readUInt32LE(field));
      if (!strings.has(value)) {
        strings.set(value, textEnd);
        text.push(Buffer.from(`${value}\0`, 'latin1'));
        textEnd += value.length + 1;
      }
      unit.writeUInt32LE(strings.get(value) ?? 0, field);
    }
    unit.writeUInt32LE(tablesEnd, offsetAt);
    infos.push(unit);
    tables.push(table);
    tablesEnd += table.length;
  }
  const names = new Set(strings.keys());
  return { info: Buffer.concat(infos), abbrev: Buffer.concat(tables), str: Buffer.concat(text), names };
}

/** Every field of a unit, at its offset in the unit. */
function fieldsOf(unit: Buffer, table: Buffer) {
  const to = new Structure(Buffer.concat([unit, table]));
  const section = { index: 0, type: 1, flags: 0n, addr: 0n, link: 0, entsize: 0 };
  const info = { ...section, name: '.debug_info', offset: 0, size: unit.length };
  const abbrev = { ...section, name: '.debug_abbrev', offset: unit.length, size: table.length };
  mapDwarf(to, [info, abbrev], true, Number.POSITIVE_INFINITY);
  return to.fields.filter(({ path }) => path.startsWith('.debug_info DIE'));
}

function endOfTable(abbrev: Buffer, start: number): number {
  let at = start;
  const uleb = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = abbrev[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (uleb() !== 0) {
    uleb();
    at++;
    for (;;) {
      const attribute = uleb();
      const form = uleb();
      // An implicit constant stands in the table.
      if (form === 0x21) uleb();
      if (attribute === 0 && form === 0) break;
    }
  }
  return at;
}

/** Where a record of a kind names things and refers to types: words of its head, then of each part. */
interface RecordShape {
  readonly fixed: number;
  readonly each: number;
  readonly refs?: readonly number[];
  readonly partRefs?: readonly number[];
  readonly partNames?: readonly number[];
}

const shapes: Readonly<Record<number, RecordShape>> = {
  1: { fixed: 1, each: 0 },
  2: { fixed: 0, each: 0, refs: [2] },
  3: { fixed: 3, each: 0, refs: [3, 4] },
  4: { fixed: 0, each: 3, partRefs: [1], partNames: [0] },
  5: { fixed: 0, each: 3, partRefs: [1], partNames: [0] },
  6: { fixed: 0, each: 2, partNames: [0] },
  7: { fixed: 0, each: 0 },
  13: { fixed: 0, each: 2, refs: [2], partRefs: [1], partNames: [0] },
};
const reference: RecordShape = { fixed: 0, each: 0, refs: [2] };

/** The records of some functions with the types that they lead to, as many as fit; what does not is void. */
function cutBtf(btf: Buffer, names: ReadonlySet<string>): Uint8Array {
  const word = (at: number) => btf.readUInt32LE(at);
  const head = word(4);
  const strings = head + word(16);
  const records: number[][] = [[]];
  for (let at = head + word(8); at < head + word(8) + word(12); ) {
    const info = word(at + 4);
    const { fixed, each } = shapes[(info >>> 24) & 31] ?? reference;
    const count = 3 + fixed + each * (info & 0xffff);
    records.push(Array.from({ length: count }, (_, i) => word(at + 4 * i)));
    at += 4 * count;
  }
  const kindOf = (record: readonly number[]) => ((record[1] ?? 0) >>> 24) & 31;
  const nameOf = (offset: number) => textAt(btf, strings + offset);
  const places = (record: readonly number[]): number[] => {
    const { fixed, each, refs = [], partRefs = [] } = shapes[kindOf(record)] ?? reference;
    const parts = each === 0 ? 0 : (record[1] ?? 0) & 0xffff;
    return [
      ...refs,
      ...Array.from({ length: parts }, (_, i) => partRefs.map((at) => 3 + fixed + i * each + at)).flat(),
    ];
  };
  const queue = records.flatMap((record, id) =>
    kindOf(record) === 12 && names.has(nameOf(record[0] ?? 0)) ? [id] : [],
  );
  const kept = new Set(queue);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const place of places(records[next] ?? [])) {
      const to = records[next]?.[place] ?? 0;
      if (to === 0 || kept.has(to) || kept.size >= mostTypes) continue;
      kept.add(to);
      queue.push(to);
    }
  }
  const order = [...kept].sort((a, b) => a - b);
  const newId = new Map(order.map((id, i) => [id, i + 1]));
  const writer = new BtfWriter();
  for (const id of order) {
    const record = [...(records[id] ?? [])];
    const { fixed, each, partNames = [] } = shapes[kindOf(record)] ?? reference;
    for (const place of places(record)) record[place] = newId.get(record[place] ?? 0) ?? 0;
    record[0] = writer.string(nameOf(record[0] ?? 0));
    for (let i = 0; each > 0 && i < ((record[1] ?? 0) & 0xffff); i++) {
      for (const at of partNames) {
        const place = 3 + fixed + i * each + at;
        record[place] = writer.string(nameOf(record[place] ?? 0));
      }
    }
    writer.record(record);
  }
  return writer.build();
}
