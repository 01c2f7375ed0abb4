/** What its relocations are for, and whether the file shows their result. */
import { typeName } from '../../elf/constants.ts';
import { isAlloc } from '../../elf/sections.ts';
import { type Availability, ParseError, readyValue, unreadable } from '../../errors.ts';
import { countApplied } from '../applied.ts';
import type { KernelConfig } from '../config.ts';
import type { Vmlinux } from '../vmlinux.ts';
import { count, type Finding, of, plural } from './fact.ts';

export function relocatable(kernel: Vmlinux, config: Availability<KernelConfig>): Finding {
  const { elf } = kernel;
  const { tables } = kernel.relocations;
  const total = (pending: boolean) =>
    tables.filter((table) => isAlloc(table.section) === pending).reduce((sum, table) => sum + table.count, 0);
  const boot = total(true);
  const kept = total(false);
  needEntries(kernel);
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

/**
 * A boot image keeps its relocations where no section header leads; and where those cannot be read, nobody knows.
 * @throws ParseError absent; the error of the section header table
 */
function needTables({ elf, image, relocations }: Vmlinux): void {
  const hidden = unreadable(elf.sectionTable);
  if (hidden !== undefined) throw hidden;
  if (image === undefined || relocations.count > 0) return;
  const problem = `this is ${image}: it has no relocation sections that would tell`;
  throw new ParseError({ code: 'absent', structure: 'relocations', problem });
}

/** What the entries would tell is not known where none of their sections can be read. @throws ParseError as {@link needTables} */
function needEntries(kernel: Vmlinux): void {
  needTables(kernel);
  const { broken, count: entries } = kernel.relocations;
  const [lost] = broken;
  if (lost === undefined || entries > 0) return;
  throw new ParseError({ code: 'absent', structure: 'relocations', problem: `not known: ${lost.reason}` });
}

export function applied(kernel: Vmlinux): Finding {
  needEntries(kernel);
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

export function relocations(kernel: Vmlinux): Finding {
  const { tables, broken, count: total } = kernel.relocations;
  const sorted = tables.toSorted((a, b) => b.count - a.count);
  const shown = sorted.slice(0, 5).map((table) => `${table.section.name} ${count(table.count)}`);
  if (sorted.length > 5) shown.push(`and ${sorted.length - 5} sections more`);
  const problems = [
    ...broken.map(({ reason }) => reason),
    ...tables
      .flatMap((table) => [table.damage, kernel.relocations.namesProblem(table)])
      .flatMap((problem) => (problem === undefined ? [] : [problem.message])),
  ];
  needTables(kernel);
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
