/** What a kernel's tables hold. */
import { readUnitLength } from '../../dwarf/unit-header.ts';
import { listUnits } from '../../dwarf/unit-list.ts';
import { STT } from '../../elf/constants.ts';
import { describeSection, isCompressed } from '../../elf/sections.ts';
import { type Availability, availability, need, ParseError, unreadable } from '../../errors.ts';
import { checkBtfBelongs } from '../btf-belongs.ts';
import type { McountRegion } from '../mcount.ts';
import type { Vmlinux } from '../vmlinux.ts';
import { at, count, type Finding, of, plural } from './fact.ts';

/** Sections whose place is wrong that are told one by one. */
const shownPlaces = 4;

export function sections({ elf }: Vmlinux): Finding {
  const table = need(elf.sectionTable, 'section header table');
  const problems = [
    table.namesProblem,
    unreadable(elf.segmentTable),
    ...elf.layoutDamage.slice(0, shownPlaces).map(({ error }) => error),
  ];
  const problem = problems.map((found) => (found === undefined ? '' : `; ${found.message}`)).join('');
  return {
    value: `${plural(table.sections.length, 'section')}${problem}`,
    where: `section header table${at(elf.header.e_shoff)}`,
    data: { sections: table.sections.length },
  };
}

export function symbols(kernel: Vmlinux): Finding {
  const { table } = need(kernel.symbols, 'symbol table');
  let functions = 0;
  for (let row = 1; row < table.count; row++) if (table.type(row) === STT.FUNC) functions++;
  const found = table.damage ?? kernel.imageDamage;
  const damage = found === undefined ? '' : `; ${found.message}`;
  return {
    value: `${of(table.count, 'entries')}, ${count(functions)} of them FUNC${damage}`,
    where: kernel.symbolsAreOfKallsyms ? 'kallsyms: the file has no .symtab' : `.symtab${at(table.fileOffset(0))}`,
    data: { entries: table.count, functions },
  };
}

export function region(mcount: McountRegion): Finding {
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

export function slots(mcount: McountRegion): Finding {
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

export function btf(kernel: Vmlinux): Finding {
  const part = need(splitWithoutBase(kernel) ?? kernel.btf, 'BTF');
  const { header, typeCount, funcCount, complaints } = part.btf;
  const problem = complaints.map((complaint) => `; ${complaint}`).join('');
  return {
    value: `version ${header.version}, ${plural(typeCount, 'type')}, ${count(funcCount)} of them FUNC${problem}`,
    where: `${part.from}${at(header.fileOffset)}`,
    data: { version: header.version, types: typeCount, functions: funcCount },
  };
}

/** BTF that --btf gave beside a kernel; a module's is compared with nothing. */
export const isBtfBeside = (kernel: Vmlinux): boolean => kernel.isBtfGiven && !kernel.elf.isRelocatable;

export function btfBeside(kernel: Vmlinux): Finding {
  const { from } = need(kernel.btf, 'BTF');
  const { isSame, functions, found } = checkBtfBelongs(kernel);
  const value = isSame
    ? 'the same bytes as the .BTF of the file'
    : functions === 0
      ? 'the file has no functions to hold it against'
      : `of this kernel: ${count(found)} of its ${plural(functions, 'function')} are functions of the file`;
  return { value, where: from, data: { same: isSame, functions, found } };
}

/** A module's BTF continues its kernel's, and without that it cannot be read; that is no damage. */
function splitWithoutBase({ elf, btf }: Vmlinux): Availability<never> | undefined {
  if (!elf.isRelocatable || btf.state !== 'malformed' || btf.error.code !== 'bad-string') return undefined;
  const problem = "a module's BTF continues that of its kernel: give the kernel with --btf-base";
  return availability(() => {
    throw new ParseError({ code: 'unsupported', structure: 'BTF', problem });
  });
}

/** Compressed DWARF is unpacked for this fact only where that is quick; its reader unpacks it in the background. */
const unpackedHere = 4 << 20;
/** Units whose version is looked at; no kernel has more. */
const mostUnits = 1 << 16;

export function dwarf({ elf }: Vmlinux): Finding {
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
