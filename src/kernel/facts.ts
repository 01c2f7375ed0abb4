/**
 * What is known of a kernel, fact by fact: what it is, how it was built, what its tables hold, each with where it was
 * read. A part that is missing or damaged is a fact too, with the reason, and hides no other.
 *
 * Values may quote the file (banner, compiler) as latin1; whoever shows them makes them visible.
 */

import { readUnitLength } from '../dwarf/unit-header.ts';
import { listUnits } from '../dwarf/unit-list.ts';
import { machineName, STT, typeName } from '../elf/constants.ts';
import { describeSection, isAlloc, isCompressed } from '../elf/sections.ts';
import { type Availability, availability, ParseError, readyValue } from '../errors.ts';
import { countApplied } from './applied.ts';
import { linuxBanner } from './banner.ts';
import { type KernelConfig, readConfig } from './config.ts';
import { findBytes } from './find-bytes.ts';
import type { McountRegion } from './mcount.ts';
import type { Vmlinux } from './vmlinux.ts';

export interface Fact {
  /** Stable name for programs: 'machine', 'banner' … */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Where it was read: a structure, its file offset. Empty where there is nothing to read. */
  readonly where: string;
  readonly state: Availability<unknown>['state'];
  /** The numbers and words in the value, for programs. */
  readonly data?: Readonly<Record<string, FactValue>>;
}

export type FactValue = string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

type Finding = Omit<Fact, 'id' | 'label' | 'state'>;

const known = new WeakMap<Vmlinux, readonly Fact[]>();

/** All facts, read once per kernel: some take a pass over every relocation entry of the boot code. */
export function kernelFacts(kernel: Vmlinux): readonly Fact[] {
  let facts = known.get(kernel);
  if (facts === undefined) {
    const config = readConfig(kernel);
    facts = readers.map(({ id, label, read }) => settle(id, label, () => read(kernel, config)));
    known.set(kernel, facts);
  }
  return facts;
}

function settle(id: string, label: string, read: () => Finding | undefined): Fact {
  const part = availability(() => read());
  if (part.state !== 'ready') return { id, label, value: part.reason, where: '', state: part.state };
  if (part.value === undefined) return { id, label, value: 'not there', where: '', state: 'absent' };
  return { id, label, state: 'ready', ...part.value };
}

/** The value of a part, or its own reason as this fact's. */
function need<T>(part: Availability<T>, structure: string): T {
  if (part.state === 'ready') return part.value;
  if (part.state === 'malformed') throw part.error;
  const code = part.state === 'absent' ? 'absent' : 'unsupported';
  throw new ParseError({ code, structure, problem: part.reason });
}

const at = (offset: number | undefined): string =>
  offset === undefined ? '' : ` at file offset 0x${offset.toString(16)}`;
const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const of = (value: number, noun: string): string => `${count(value)} ${noun}`;
const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

interface Reader {
  readonly id: string;
  readonly label: string;
  readonly read: (kernel: Vmlinux, config: Availability<KernelConfig>) => Finding | undefined;
}

const readers: readonly Reader[] = [
  { id: 'machine', label: 'machine', read: machine },
  { id: 'banner', label: 'linux_banner', read: (kernel) => banner(kernel) },
  { id: 'compiler', label: 'compiler', read: compiler },
  { id: 'build-id', label: 'build id', read: buildId },
  { id: 'config', label: 'configuration', read: (_, config) => configuration(need(config, 'embedded configuration')) },
  { id: 'relocatable', label: 'relocatable', read: relocatable },
  { id: 'applied', label: 'relocated in file', read: applied },
  { id: 'sections', label: 'sections', read: sections },
  { id: 'symbols', label: 'symbols', read: symbols },
  { id: 'mcount', label: 'mcount region', read: (kernel) => region(need(kernel.mcount, 'mcount region')) },
  { id: 'mcount-slots', label: 'mcount slots', read: (kernel) => slots(need(kernel.mcount, 'mcount region')) },
  { id: 'relocations', label: 'relocations', read: relocations },
  { id: 'btf', label: 'BTF', read: btf },
  { id: 'dwarf', label: 'DWARF', read: dwarf },
];

function machine({ elf }: Vmlinux): Finding {
  const { is64, littleEndian, e_machine, e_type } = elf.header;
  const bits = is64 ? 64 : 32;
  const order = littleEndian ? 'little' : 'big';
  return {
    value: `${machineName(e_machine)}, ELF${bits}, ${order}-endian, ${typeName(e_type)}`,
    where: 'ELF header at file offset 0x0',
    data: { machine: machineName(e_machine), bits, byteOrder: order, type: typeName(e_type) },
  };
}

interface BannerText {
  readonly text: string;
  readonly where: string;
}

function bannerText(kernel: Vmlinux): BannerText | undefined {
  const place = (address: bigint) => kernel.elf.addressSpace.locate(address);
  const named = linuxBanner(kernel);
  if (named !== undefined) return { text: named.text, where: `linux_banner${at(place(named.address)?.offset)}` };
  const isBanner = (address: bigint) => /^Linux version \d/.test(textAt(kernel, address, 16));
  const found = findBytes(kernel.elf, Buffer.from('Linux version '), isBanner);
  if (found === undefined) return undefined;
  const located = place(found);
  const section = located?.span.section;
  const where = `${section === undefined ? 'segment' : describeSection(section)}${at(located?.offset)}, found by its text`;
  return { text: textAt(kernel, found, 1024), where };
}

function textAt(kernel: Vmlinux, address: bigint, length: number): string {
  const bytes = readyValue(availability(() => kernel.elf.bytesAt(address, length))) ?? new Uint8Array(0);
  return /^[^\0\n]*/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? '';
}

function banner(kernel: Vmlinux): Finding {
  const found = bannerText(kernel);
  if (found === undefined || found.text === '') {
    const problem = 'no symbol linux_banner, and no text "Linux version" in its data: not a whole kernel';
    throw new ParseError({ code: 'absent', structure: 'linux_banner', problem });
  }
  const release = /^Linux version (\S+)/.exec(found.text)?.[1] ?? null;
  return { value: found.text, where: found.where, data: { release } };
}

/** The parts of a text that stand in parentheses, nested ones kept together. */
function parentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(' && depth++ === 0) start = i + 1;
    else if (text[i] === ')' && depth > 0 && --depth === 0) parts.push(text.slice(start, i));
  }
  return parts;
}

function compiler(kernel: Vmlinux): Finding {
  // "Linux version 5.10.0 (builder@host) (gcc … 10.2.1, GNU ld …) #1 SMP …"
  const found = bannerText(kernel);
  const text = found === undefined ? undefined : parentheses(found.text)[1];
  if (found !== undefined && text !== undefined) {
    const [, name = text, linker] = /^(.*), ((?:GNU ld|LLD|gold|mold)\b.*)$/.exec(text) ?? [];
    return { value: text, where: found.where, data: { compiler: name, linker: linker ?? null } };
  }
  const section = kernel.elf.requireSection('.comment', 'neither the banner nor a section .comment names a compiler');
  const source = kernel.elf.sectionSource(section);
  const comment = Buffer.from(source.read(0, Math.min(source.size, 4096), '.comment')).toString('latin1');
  const names = [...new Set(comment.split('\0').filter((part) => part !== ''))];
  return {
    value: names.join('; '),
    where: `${describeSection(section)}${at(section.sh_offset)}`,
    data: { compiler: names[0] ?? null, linker: null },
  };
}

function buildId({ elf }: Vmlinux): Finding {
  const { hex, fileOffset } = need(elf.buildId(), 'build id');
  return { value: hex, where: `GNU build id note${at(fileOffset)}`, data: { buildId: hex } };
}

/** The options that decide about BTF, and about where the addresses of the mcount region are. */
const options = [
  'CONFIG_DEBUG_INFO_BTF',
  'CONFIG_PAHOLE_VERSION',
  'CONFIG_DEBUG_INFO_BTF_MODULES',
  'CONFIG_DYNAMIC_FTRACE',
  'CONFIG_RELOCATABLE',
  'CONFIG_RANDOMIZE_BASE',
  'CONFIG_CC_VERSION_TEXT',
] as const;

function configuration(config: KernelConfig): Finding {
  const values = options.map((name) => [name, config.options.get(name)?.replace(/^"(.*)"$/, '$1') ?? null] as const);
  const words = values.map(([name, value]) => (value === null ? `${name} is not set` : `${name}=${value}`));
  return {
    value: `${plural(config.options.size, 'option')}; ${words.join(', ')}`,
    where: `IKCFG_ST${at(config.fileOffset)}`,
    data: { options: config.options.size, ...Object.fromEntries(values) },
  };
}

function relocatable(kernel: Vmlinux, config: Availability<KernelConfig>): Finding {
  const { elf } = kernel;
  const { tables } = kernel.relocations;
  const total = (pending: boolean) =>
    tables.filter((table) => isAlloc(table.section) === pending).reduce((sum, table) => sum + table.count, 0);
  const boot = total(true);
  const kept = total(false);
  const type = typeName(elf.header.e_type);
  const option = readyValue(config)?.options.get('CONFIG_RELOCATABLE');
  const tail = readyValue(config) === undefined ? '' : `; CONFIG_RELOCATABLE=${option ?? 'n'}`;
  const answer = elf.isRelocatable
    ? 'a module or object file: relocated when it is loaded'
    : boot > 0
      ? `yes: ${plural(boot, 'relocation')} for the boot code`
      : kept > 0
        ? `linked at a fixed address, with ${plural(kept, 'relocation')} kept by --emit-relocs: the boot image is relocated by a table made of them`
        : 'no: there are no relocations';
  const where = `e_type ${type}, sections of type REL, RELA and RELR${tail === '' ? '' : ', embedded configuration'}`;
  return {
    value: answer + tail,
    where,
    data: { type, bootRelocations: boot, keptRelocations: kept, option: option ?? null },
  };
}

function applied(kernel: Vmlinux): Finding {
  const { rela, inPlace } = countApplied(kernel.elf, kernel.relocations);
  const words: string[] = [];
  if (rela.entries > 0) {
    const answer = rela.addend > rela.zero ? 'yes' : 'no';
    const found = `${count(rela.zero)} zero, ${count(rela.addend)} with the addend, ${count(rela.other)} with something else`;
    words.push(`${answer}: ${plural(rela.entries, 'RELATIVE place')}, ${found}`);
    if (rela.unreadable > 0) words.push(`${count(rela.unreadable)} are not in the file`);
  }
  if (inPlace.entries > 0) {
    words.push(
      `${plural(inPlace.entries, 'place')} with the addend in the bytes (RELR or REL), ${count(inPlace.zero)} of them zero`,
    );
    if (inPlace.unreadable > 0) words.push(`${count(inPlace.unreadable)} are not in the file`);
  }
  const kept = kernel.relocations.tables.some((table) => !table.pending);
  if (words.length === 0) {
    words.push(kept ? 'yes: the linker applied all it kept' : 'there are no relative relocations');
  }
  const tables = kernel.relocations.tables.filter((table) => table.pending && !kernel.elf.isRelocatable);
  const names = tables.map((table) => table.section.name).join(', ');
  return {
    value: words.join('; '),
    where: names === '' ? '' : `each entry of ${names} and the word at its place`,
    data: { rela: { ...rela }, inPlace: { ...inPlace } },
  };
}

function sections({ elf }: Vmlinux): Finding {
  const table = need(elf.sectionTable, 'section header table');
  const problem = table.namesProblem === undefined ? '' : `; ${table.namesProblem.message}`;
  return {
    value: `${plural(table.sections.length, 'section')}${problem}`,
    where: `section header table${at(elf.header.e_shoff)}`,
    data: { sections: table.sections.length },
  };
}

function symbols(kernel: Vmlinux): Finding {
  const { table } = need(kernel.symbols, 'symbol table');
  let functions = 0;
  for (let row = 1; row < table.count; row++) if (table.type(row) === STT.FUNC) functions++;
  const damage = table.damage === undefined ? '' : `; ${table.damage.message}`;
  return {
    value: `${of(table.count, 'entries')}, ${count(functions)} of them FUNC${damage}`,
    where: `.symtab${at(table.fileOffset(0))}`,
    data: { entries: table.count, functions },
  };
}

function region(mcount: McountRegion): Finding {
  const warning = mcount.warning === undefined ? '' : `; ${mcount.warning}`;
  return {
    value: `${plural(mcount.count, 'slot')}, ${mcount.stateInWords}${warning}`,
    where: `${mcount.bounds.source.replace(' … ', ' to ')}${at(mcount.fileOffset)}`,
    data: { slots: mcount.count, rawZero: mcount.rawZero, relocatedZero: mcount.relocatedZero },
  };
}

const byWords = {
  'rela-addend': 'by the addend of a RELA entry',
  'symbol-addend': 'by symbol + addend',
  'in-place-addend': 'by a relocation with its addend in the bytes',
  bytes: 'by the bytes alone',
} as const;

function slots(mcount: McountRegion): Finding {
  const { counts } = mcount;
  const ways = Object.entries(byWords).flatMap(([way, words]) => {
    const slotsOf = counts.by[way as keyof typeof byWords];
    return slotsOf === 0 ? [] : [`${count(slotsOf)} ${words}`];
  });
  const distance = (offset: number) =>
    offset === 0
      ? 'at the start of a function'
      : `${count(Math.abs(offset))} bytes ${offset < 0 ? 'before' : 'into'} one`;
  const shown = counts.offsets.slice(0, 3).map(({ offset, slots }) => `${count(slots)} ${distance(offset)}`);
  const rest = counts.offsets.slice(3).reduce((sum, { slots }) => sum + slots, 0);
  if (rest > 0) shown.push(`${count(rest)} elsewhere in one`);
  if (counts.withoutFunction > 0) shown.push(`${count(counts.withoutFunction)} in no function`);
  if (counts.problems > 0) shown.push(`${count(counts.problems)} with a problem`);
  return {
    value: `filled ${ways.join(', ')}; at a function's start in the file ${count(counts.rawAtFunction)}; once relocated ${shown.join(', ')}`,
    where: 'the words of the region, the relocations that name them, the FUNC symbols',
    data: {
      by: { ...counts.by },
      rawAtFunction: counts.rawAtFunction,
      relocatedAtFunction: counts.relocatedAtFunction,
      withoutFunction: counts.withoutFunction,
      problems: counts.problems,
      offsets: counts.offsets.map(({ offset, slots }) => ({ offset, slots })),
    },
  };
}

function relocations(kernel: Vmlinux): Finding {
  const { tables, broken, count: total } = kernel.relocations;
  const sorted = tables.toSorted((a, b) => b.count - a.count);
  const shown = sorted.slice(0, 5).map((table) => `${table.section.name} ${count(table.count)}`);
  if (sorted.length > 5) shown.push(`and ${sorted.length - 5} sections more`);
  const problems = [
    ...broken.map(({ reason }) => reason),
    ...tables.flatMap((table) => (table.damage === undefined ? [] : [table.damage.message])),
  ];
  const parts = [`${of(total, 'entries')}${shown.length === 0 ? '' : ` in ${shown.join(', ')}`}`, ...problems];
  return {
    value: parts.join('; '),
    where: 'sections of type REL, RELA and RELR',
    data: {
      entries: total,
      sections: tables.map((table) => ({ name: table.section.name, kind: table.kind, entries: table.count })),
    },
  };
}

function btf(kernel: Vmlinux): Finding {
  const part = need(splitWithoutBase(kernel) ?? kernel.btf, 'BTF');
  const { header, typeCount, funcCount, damage } = part.btf;
  const problem = damage === undefined ? '' : `; ${damage.message}`;
  return {
    value: `version ${header.version}, ${plural(typeCount, 'type')}, ${count(funcCount)} of them FUNC${problem}`,
    where: `${part.from}${at(header.fileOffset)}`,
    data: { version: header.version, types: typeCount, functions: funcCount },
  };
}

/** A module's BTF continues its kernel's, and without that it cannot be read; that is no damage. */
function splitWithoutBase({ elf, btf }: Vmlinux): Availability<never> | undefined {
  if (!elf.isRelocatable || btf.state !== 'malformed' || btf.error.code !== 'bad-string') return undefined;
  return {
    state: 'unsupported',
    reason: "a module's BTF continues that of its kernel: give the kernel with --btf-base",
  };
}

/** Compressed DWARF is unpacked for this fact only where that is quick; its reader unpacks it in the background. */
const unpackedHere = 4 << 20;
/** Units whose version is looked at; no kernel has more. */
const mostUnits = 1 << 16;

function dwarf({ elf }: Vmlinux): Finding {
  const section = elf.requireSection('.debug_info', 'no .debug_info section: built without DWARF, or stripped');
  const where = `${describeSection(section)}${at(section.sh_offset)}`;
  const size = of(section.sh_size, 'bytes of .debug_info');
  if (isCompressed(section) && section.sh_size > unpackedHere) {
    return { value: `${size}, compressed`, where, data: { bytes: section.sh_size } };
  }
  const source = elf.sectionSource(section);
  const units = listUnits(source, elf.header.littleEndian, '.debug_info');
  const versions = new Map<number, number>();
  for (const offset of units.offset.subarray(0, mostUnits)) {
    if (offset + 14 > source.size) break;
    const bytes = source.read(offset, 14, '.debug_info');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isWide = readUnitLength(view, 0, elf.header.littleEndian)?.offsetSize === 8;
    const version = view.getUint16(isWide ? 12 : 4, elf.header.littleEndian);
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }
  const sorted = [...versions].sort((a, b) => b[1] - a[1]);
  const words = sorted.slice(0, 4).map(([version, found]) => `version ${version} in ${plural(found, 'unit')}`);
  const { rest } = units;
  if (rest !== undefined && versions.size === 0) throw new ParseError(rest.problem);
  if (rest !== undefined)
    words.push(`the last ${plural(rest.size, 'byte')} unreadable: ${new ParseError(rest.problem).message}`);
  return {
    value: [...words, size].join(', '),
    where,
    data: { units: units.offset.length, versions: Object.fromEntries(sorted), bytes: section.sh_size },
  };
}
